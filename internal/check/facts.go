package check

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"mvdan.cc/sh/v3/syntax"
)

// Facts are what can be said of a command without running it.
type facts struct {
	read     bool     // changes nothing and is meant to print something
	empty    bool     // printing nothing is right
	pods     bool     // rests on the output of a container
	missing  []string // programs to look for before it is run
	sets     []string // variables that take the output of a command
	podNames []string // words where the name of a pod stands
	hangs    string   // why it would hold up the shell
	tty      bool     // and that it waits for a person
	opens    bool     // and gives that person a shell of its own
	elided   bool     // a part is left out
	hint     string
}

// Tools that pages call and that a machine may lack.
var tools = words2set(`kubectl oc helm istioctl kind minikube gcloud aws az docker podman openssl curl wget jq yq git k3d kops
	kubeadm kustomize cilium linkerd argocd flux calicoctl eksctl kapp skaffold step cfssl cfssljson fortio hey grpcurl
	siege stern velero terraform ansible make go python python3 node npm ruby java mvn gradle tar unzip sed awk nslookup dig`)

// A shellState remembers the functions that the blocks before have defined: one
// that reaches into a pod needs it wherever it is called.
type shellState struct {
	funcs map[string]bool // name to "needs pods"
}

func (st *shellState) facts(f *syntax.File, text string, commands []string) facts {
	var x facts
	all := calls(f)
	st.define(f)
	x.read = len(all) > 0 && !writesFile(f) && len(functions(f)) == 0 && !loops(f)
	for _, c := range all {
		pods, own := st.funcs[c.name()]
		x.pods = x.pods || pods || c.needsPods()
		x.read = x.read && !own && !c.inFunc && c.reads()
		if !own && (tools[c.name()] || slices.Contains(commands, c.name())) && !slices.Contains(x.missing, c.name()) {
			x.missing = append(x.missing, c.name())
		}
		if why, tty := c.hangs(); x.hangs == "" {
			x.hangs, x.tty, x.opens = why, tty, tty && c.opens()
		}
		x.podNames = append(x.podNames, c.podNames()...)
		x.elided = x.elided || slices.ContainsFunc(c.words, elidedWord)
	}
	if x.hangs == "" && endless(f) {
		x.hangs = "the loop never ends"
	}
	x.elided = x.elided || elidedLine.MatchString(text)
	x.printing(f)
	x.hint = hint(all, text)
	return x
}

// define notes functions, in the order in which they may call each other.
func (st *shellState) define(f *syntax.File) {
	for _, d := range functions(f) {
		pods := false
		for _, c := range calls(&syntax.File{Stmts: []*syntax.Stmt{d.Body}}) {
			pods = pods || st.funcs[c.name()] || c.needsPods()
		}
		st.funcs[d.Name.Value] = pods
	}
}

// printing looks at what the reader sees at the end: nothing of a command that
// only sets variables, nothing of "grep -q". Setting variables from reads is a
// read, too: it may be repeated until they have values.
func (x *facts) printing(f *syntax.File) {
	quiet := true
	for _, s := range f.Stmts {
		names, only := assigned(s)
		x.sets = append(x.sets, names...)
		if s.Negated || s.Background {
			x.read = false
		}
		if only {
			continue
		}
		end, c := last(s)
		quiet = silenced(end) || silenced(s) || end.Cmd != nil && isCall(end.Cmd) && c.silent()
		if _, test := end.Cmd.(*syntax.TestClause); test {
			quiet = true
		}
	}
	x.empty = x.read && quiet
}

func isCall(c syntax.Command) bool { _, ok := c.(*syntax.CallExpr); return ok }

var elidedLine = lazyregexp.New(`(?m)^[ \t]*(\.{3}|…)[ \t]*$`)

func elidedWord(w string) bool {
	return w == "..." || w == "…" || strings.HasSuffix(w, "=...") || strings.HasSuffix(w, "=…") || w == "[...]"
}

// loops reports whether there is a while or until loop: trying it again is not
// the same as a read.
func loops(f *syntax.File) bool {
	found := false
	syntax.Walk(f, func(n syntax.Node) bool {
		_, ok := n.(*syntax.WhileClause)
		found = found || ok
		return !found
	})
	return found
}

// endless reports whether a loop in the foreground has no end: its condition
// always holds and nothing breaks out.
func endless(f *syntax.File) bool {
	found := false
	syntax.Walk(f, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			return false
		case *syntax.Stmt:
			return !n.Background
		case *syntax.WhileClause:
			found = found || !n.Until && always(n.Cond) && !breaks(n.Do)
		}
		return true
	})
	return found
}

func always(cond []*syntax.Stmt) bool {
	if len(cond) == 0 {
		return false
	}
	_, c := last(cond[len(cond)-1])
	return len(c.words) > 0 && (c.name() == "true" || c.name() == ":" || c.name() == "sleep")
}

func breaks(body []*syntax.Stmt) bool {
	return slices.ContainsFunc(calls(&syntax.File{Stmts: body}), func(c call) bool {
		return c.name() == "break" || c.name() == "exit" || c.name() == "return"
	})
}
