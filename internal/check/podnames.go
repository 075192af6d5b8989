package check

import "strings"

// podNames lists the words of a call that stand where the name of a pod does.
// What is a variable or a placeholder is in it as it is written.
func (c call) podNames() []string {
	if k, ok := c.asKube(); ok {
		return k.podNames()
	}
	if c.name() != "istioctl" {
		return nil
	}
	var words []string
	for n := 0; c.sub(n) != ""; n++ {
		words = append(words, c.sub(n))
	}
	if len(words) > 1 && (words[0] == "x" || words[0] == "experimental") {
		words = words[1:]
	}
	at := 2 // istioctl proxy-config routes POD.NAMESPACE
	switch words[0] {
	case "proxy-status", "ps", "authz", "check":
		at = len(words) - 1
	case "proxy-config", "pc", "describe", "dashboard", "dash", "d":
	default:
		return nil
	}
	if at < 1 || at >= len(words) {
		return nil
	}
	pod, _, _ := strings.Cut(strings.TrimPrefix(words[at], "pod/"), ".")
	return []string{pod}
}

var (
	podTypes = words2set("pod pods po")
	// Verbs whose first word is a pod where it says no type.
	podVerbs = words2set("logs exec attach port-forward debug")
)

func (k kube) podNames() []string {
	if k.verb == "cp" {
		return k.copied()
	}
	var names []string
	words := k.args
	if k.verb == "top" && len(words) > 0 {
		words = words[1:]
		if podTypes[k.args[0]] {
			return words
		}
		return nil
	}
	typed := false // the words are names of pods: get pod a b
	for i, w := range words {
		typ, name, ok := strings.Cut(w, "/")
		switch {
		case ok && podTypes[typ]:
			names = append(names, name)
		case ok:
		case i == 0 && podVerbs[k.verb]:
			names = append(names, w)
		case typed:
			names = append(names, w)
		case podTypes[w]:
			typed = true
		}
	}
	return names
}

// copied lists the pods of kubectl cp NAMESPACE/POD:FILE.
func (k kube) copied() []string {
	var names []string
	for _, w := range k.args {
		if pod, _, ok := strings.Cut(w, ":"); ok {
			names = append(names, pod[strings.LastIndexByte(pod, '/')+1:])
		}
	}
	return names
}
