package runner

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/match"
)

// A livePod is a pod of the cluster, as far as a name is concerned.
type livePod struct {
	namespace, name string
	ready, ending   bool
}

// live puts the names of live pods in place of those that a page shows: the
// generated part of a name is another one on every cluster. The remark of the
// attempt says so.
func (p *pageRun) live(a *attempt, o order, words []string) order {
	a.remark, a.unknown = "", ""
	var pods []livePod
	for _, name := range words {
		workload, generated := match.Workload(name)
		if !generated || p.r.o.Cluster == nil {
			continue
		}
		if pods == nil {
			pods = p.pods(a)
		}
		pod, ok := pick(pods, name, workload, namespaceOf(o.text))
		switch {
		case !ok:
			a.unknown = workload
		case pod != name:
			o.text = rename(o.text, name, pod)
			a.remark = fmt.Sprintf("the pod %s of the page is %s here", name, pod)
		}
	}
	return o
}

// noPod is what to say of a failure where the page names a pod that is not there.
func (a *attempt) noPod() string {
	if a.unknown == "" {
		return ""
	}
	return "the cluster has no pod of " + a.unknown
}

// pods lists the pods of the cluster; none where that does not work, as then the
// command itself will say why.
func (p *pageRun) pods(a *attempt) []livePod {
	k := &kubectl{p: p}
	r, err := k.run(a.limit, "get", "pods", "--all-namespaces", "-o", "json")
	if err != nil || r.Exit != 0 {
		return nil
	}
	var list struct {
		Items []struct {
			Metadata struct{ Name, Namespace, DeletionTimestamp string }
			Status   struct {
				Conditions []struct{ Type, Status string }
			}
		}
	}
	if json.Unmarshal([]byte(r.Stdout), &list) != nil {
		return nil
	}
	var pods []livePod
	for _, it := range list.Items {
		pod := livePod{namespace: it.Metadata.Namespace, name: it.Metadata.Name, ending: it.Metadata.DeletionTimestamp != ""}
		for _, c := range it.Status.Conditions {
			pod.ready = pod.ready || c.Type == "Ready" && c.Status == "True"
		}
		pods = append(pods, pod)
	}
	return pods
}

// pick finds the pod that a page means: the one of that name, else one of the
// same workload, in the namespace of the command where there is one, rather a
// pod that is ready than one that is not, and never one that is ending if there
// is another.
func pick(pods []livePod, name, workload, namespace string) (string, bool) {
	score := func(p livePod) int {
		n := 0
		for i, good := range []bool{p.ready, p.namespace == namespace, !p.ending} {
			if good {
				n |= 1 << i
			}
		}
		return n
	}
	best, found := livePod{}, false
	slices.SortFunc(pods, func(a, b livePod) int { return strings.Compare(a.name, b.name) })
	for _, p := range pods {
		if p.name == name {
			return name, true
		}
		if w, ok := match.Workload(p.name); ok && w == workload && (!found || score(p) > score(best)) {
			best, found = p, true
		}
	}
	return best.name, found
}

var inNamespace = lazyregexp.New(`(?:^|\s)(?:-n|--namespace)[= ]*([a-z0-9][a-z0-9-]*)`)

func namespaceOf(text string) string {
	if m := inNamespace.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return "default"
}

// rename replaces a name where it stands alone.
func rename(text, name, by string) string {
	part := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] == '-' || text[i] >= '0' && text[i] <= '9' || text[i] >= 'a' && text[i] <= 'z')
	}
	var b strings.Builder
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			b.WriteString(text[at:])
			return b.String()
		}
		i += at
		b.WriteString(text[at:i])
		if at = i + len(name); part(i-1) || part(at) {
			b.WriteString(name)
			continue
		}
		b.WriteString(by)
	}
}
