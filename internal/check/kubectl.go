package check

import (
	"slices"
	"strings"
)

// A kube is a parsed kubectl (or oc) command line.
type kube struct {
	verb  string
	args  []string // after the verb, without flags
	flags map[string]string
	after []string // behind "--"
}

// Flags of kubectl that take a value in the next word. The others are switches.
var kubeValues = words2set(`-n --namespace -o --output -l --selector -f --filename -k --kustomize -c --container
	--context --cluster --user --kubeconfig -s --server --token --as --as-group --field-selector --sort-by --timeout
	--type -p --patch --patch-file --for --replicas --image --port --target-port --name --from-literal --from-file
	--from-env-file --overrides --restart --template --tail --since --since-time --subresource --request-timeout
	--cache-dir -v --v --labels -e --env --image-pull-policy --schedule --serviceaccount --clusterrole --role --group
	--duration --audience --grace-period --field-manager --address --limits --requests --min --max --cpu-percent
	--hard --docker-server --docker-username --docker-password --docker-email --cert --key --revision --to-revision
	--pod-running-timeout --chunk-size --raw --client-certificate --client-key --certificate-authority -L
	--label-columns --verb --resource --resource-name --current-replicas --external-ip --load-balancer-ip
	--max-log-requests --copy-to --target --rule --class --minify-to`)

func words2set(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// Verbs that have a second word.
var kubeGroups = words2set("config auth rollout set create certificate alpha api plugin cluster-info policy adm")

// asKube parses the call where it is one of kubectl.
func (c call) asKube() (kube, bool) {
	if n := c.name(); n != "kubectl" && n != "oc" && n != "k" {
		return kube{}, false
	}
	k := kube{flags: map[string]string{}}
	for i := 1; i < len(c.words); i++ {
		w := c.words[i]
		switch {
		case w == "--":
			k.after = c.words[i+1:]
			return k, true
		case len(w) > 1 && w[0] == '-':
			i += k.flag(w, c.words[i+1:])
		case k.verb == "":
			k.verb = w
		default:
			k.args = append(k.args, w)
		}
	}
	return k, true
}

// flag records a flag and returns how many of the words after it belong to it.
func (k *kube) flag(w string, rest []string) int {
	name, value, joined := strings.Cut(w, "=")
	if joined {
		k.flags[name] = value
		return 0
	}
	if strings.HasPrefix(w, "--") || len(w) == 2 {
		if !k.takesValue(w) || len(rest) == 0 {
			k.flags[w] = ""
			return 0
		}
		k.flags[w] = rest[0]
		return 1
	}
	if k.takesValue(w[:2]) { // -ojson
		k.flags[w[:2]] = w[2:]
		return 0
	}
	for _, r := range w[1:] { // -it
		k.flags["-"+string(r)] = ""
	}
	return 0
}

// takesValue knows that "logs -f" and "logs -p" are switches.
func (k *kube) takesValue(flag string) bool {
	if k.verb == "logs" && (flag == "-f" || flag == "-p") {
		return false
	}
	return kubeValues[flag]
}

func (k kube) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		v, ok := k.flags[n]
		return ok && v != "false"
	})
}

func (k kube) value(names ...string) string {
	for _, n := range names {
		if v := k.flags[n]; v != "" {
			return v
		}
	}
	return ""
}

// two returns the verb with its second word where it has one: "rollout status".
func (k kube) two() string {
	if kubeGroups[k.verb] && len(k.args) > 0 {
		return k.verb + " " + k.args[0]
	}
	return k.verb
}

// resource returns the type and the name that a get or describe asks for; the
// name is "" where it lists.
func (k kube) resource() (typ, name string) {
	if len(k.args) == 0 {
		return "", ""
	}
	typ, name, _ = strings.Cut(k.args[0], "/")
	if name == "" && len(k.args) > 1 {
		name = k.args[1]
	}
	return strings.ToLower(typ), name
}

var kubeReads = words2set("get describe logs top explain api-resources api-versions version cluster-info wait diff events options")

func (k kube) reads() bool {
	switch k.two() {
	case "config view", "config current-context", "config get-contexts", "config get-clusters", "config get-users",
		"auth can-i", "auth whoami", "rollout status", "rollout history", "cluster-info dump", "plugin list":
		return true
	case "create token":
		return true // it makes nothing that stays
	}
	if k.verb == "exec" {
		c, ok := unwrap(k.after, false)
		return ok && c.reads()
	}
	if k.value("--dry-run") != "" {
		return true
	}
	return kubeReads[k.verb]
}

// needsPods reports whether the answer comes out of a container.
func (k kube) needsPods() bool {
	switch k.verb {
	case "logs", "exec", "attach", "port-forward", "cp", "top", "debug", "proxy":
		return true
	case "run":
		return k.has("-i", "--stdin", "--attach", "--rm")
	}
	return false
}

// silent reports whether printing nothing may be the right answer.
func (k kube) silent() bool {
	if c, ok := unwrap(k.after, false); ok && k.verb == "exec" {
		return c.silent()
	}
	return k.verb == "diff" || k.has("--ignore-not-found", "-q", "--quiet")
}

var shells = words2set("sh bash ash zsh dash ksh /bin/sh /bin/bash /bin/ash /usr/bin/bash")

// hangs returns why the command would hold up the shell, "" where it ends by
// itself, and whether it waits for somebody at a terminal.
func (k kube) hangs() (why string, interactive bool) {
	if k.value("--dry-run") != "" {
		return "", false
	}
	name := "kubectl " + k.verb
	switch k.verb {
	case "edit":
		return name + " opens an editor", true
	case "port-forward", "proxy":
		return name + " never ends", false
	case "logs":
		if k.has("-f", "--follow") {
			return name + " -f never ends", false
		}
	case "attach":
		return name + " never ends", true
	case "exec", "run", "debug":
		if k.has("-t", "--tty") && (len(k.after) == 0 && !k.hasInner() || isShell(k.inner())) {
			return name + " -t waits for somebody at a terminal", true
		}
	case "rollout", "wait":
	default:
		if k.has("-w", "--watch", "--watch-only") {
			return name + " --watch never ends", false
		}
	}
	return "", false
}

// inner is the program that exec or run starts in the container. Old pages
// write it without "--" before it.
func (k kube) inner() []string {
	if len(k.after) > 0 || len(k.args) < 2 {
		return k.after
	}
	return k.args[1:]
}

func (k kube) hasInner() bool { return len(k.inner()) > 0 }

// Programs that ask for commands when they are given none.
var prompts = words2set("mysql psql redis-cli mongo mongosh cqlsh python python3 node irb ftp telnet")

// isShell reports whether a program would wait for commands.
func isShell(ws []string) bool {
	if len(ws) == 0 {
		return false
	}
	if prompts[ws[0]] && len(ws) == 1 {
		return true
	}
	if !shells[ws[0]] {
		return false
	}
	for _, w := range ws[1:] {
		if !strings.HasPrefix(w, "-") || strings.Contains(w, "c") && !strings.HasPrefix(w, "--") {
			return false
		}
	}
	return true
}
