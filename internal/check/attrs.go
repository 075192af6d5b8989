package check

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/nearest"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/source"
)

// Attributes of a block, read. Durations of 0 and an Exit of 0 mean "not said".
type attrs struct {
	skip            string
	fails, empty    bool
	exit            int
	within, timeout time.Duration
	match, file     string
	output, apply   bool
	setup, cleanup  bool
	background      bool
	until           string
	read            []page.Attr // those that are known to mean something here
	links           bool        // @path@ is a link: what is shown and run is the path
	vars            map[string]string
	problems        []source.Diagnostic
}

// known is every attribute that means something to the checker, and how its
// value is read. It returns what is wrong with the value, and what to write.
var known = map[string]func(a *attrs, v string) (problem, hint string){
	"skip": func(a *attrs, v string) (string, string) {
		if a.skip = v; v == "" {
			a.skip = "no reason given"
			return "skip needs a reason", `write skip="why"`
		}
		return "", ""
	},
	"fails": flag("fails", func(a *attrs, on bool) { a.fails = on }),
	"exit": func(a *attrs, v string) (string, string) {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > 255 {
			return fmt.Sprintf("exit=%q is no exit status", v), "write a number from 0 to 255, as exit=1"
		}
		a.exit, a.fails = n, n != 0
		return "", ""
	},
	"within":  duration("within", func(a *attrs, d time.Duration) { a.within = d }),
	"timeout": duration("timeout", func(a *attrs, d time.Duration) { a.timeout = d }),
	"match": func(a *attrs, v string) (string, string) {
		if a.match = v; slices.Contains(Matches, v) {
			return "", ""
		}
		return fmt.Sprintf("match=%q is no way to compare", v), didYouMean(v, Matches)
	},
	"file": func(a *attrs, v string) (string, string) {
		if a.file = v; v == "" {
			return "file needs a name", "write file=NAME"
		}
		return inFolder("file", v)
	},
	"downloadas": func(a *attrs, v string) (string, string) { a.file = v; return inFolder("downloadas", v) },
	"vars":       readVars,
	"output":     flag("output", func(a *attrs, on bool) { a.output = on }),
	"apply":      flag("apply", func(a *attrs, on bool) { a.apply = on }),
	"empty":      flag("empty", func(a *attrs, on bool) { a.empty = on }),
	"background": flag("background", func(a *attrs, on bool) { a.background = on }),
	"until": func(a *attrs, v string) (string, string) {
		if a.until = v; strings.TrimSpace(v) == "" {
			return "until needs a text", `write until="what it prints when it is ready"`
		}
		a.background = true
		return "", ""
	},
	"setup":   flag("setup", func(a *attrs, on bool) { a.setup = on }),
	"cleanup": flag("cleanup", func(a *attrs, on bool) { a.cleanup = on }),
	"hidden":  flag("hidden", func(*attrs, bool) {}),
	"kind": func(_ *attrs, v string) (string, string) {
		if v == "" {
			return "kind needs a value", `write kind="apps/v1 Deployment"`
		}
		return "", ""
	},
	"expandlinks": func(a *attrs, v string) (string, string) { a.links = v != "false"; return "", "" },
}

// Matches are the ways to compare output, the default first.
var Matches = []string{"smart", "exact", "contains", "lines", "like", "regex", "json", "yaml", "none",
	"istio-same", "istio-contains", "istio-not-contains", "istio-elided", "istio-first-line", "istio-lines", "istio-like"}

// Attributes that other programs read: Istio's shortcodes, Hugo and the
// highlighters. They are none of the checker's business, and no mistakes.
var foreign = words2set(`syntax outputis repo url snippet snip_id
	hl_lines hl_style linenos linenostart lineanchors lineanchor anchorlinenos nohl noclasses tabwidth guesssyntax
	wrapperclass linenumbers linenosstart linenumbersintable
	style title caption id class lang language name tab copy filename highlight numberlines startfrom open role label width`)

func flag(name string, set func(*attrs, bool)) func(*attrs, string) (string, string) {
	return func(a *attrs, v string) (string, string) {
		switch v {
		case "", "true", name:
			set(a, true)
		case "false":
			set(a, false)
		default:
			return fmt.Sprintf("%s=%q: %s takes no value", name, v, name), "write " + name + " alone"
		}
		return "", ""
	}
}

func duration(name string, set func(*attrs, time.Duration)) func(*attrs, string) (string, string) {
	return func(a *attrs, v string) (string, string) {
		d, err := time.ParseDuration(v)
		if err == nil && d > 0 {
			set(a, d)
			return "", ""
		}
		hint := "write a number with a unit, as " + name + "=30s"
		if _, err := strconv.Atoi(v); err == nil && v != "0" {
			hint = "write a unit, as " + name + "=" + v + "s"
		}
		return fmt.Sprintf("%s=%q is no duration", name, v), hint
	}
}

func inFolder(name, v string) (string, string) {
	if strings.HasPrefix(v, "/") || slices.Contains(strings.Split(v, "/"), "..") {
		return fmt.Sprintf("%s=%q leads out of the working folder", name, v), "write a name without leading / and without .."
	}
	return "", ""
}

// readVars reads vars="<pod-name>=httpbin, $HOST=127.0.0.1".
func readVars(a *attrs, v string) (string, string) {
	a.vars = map[string]string{}
	for _, pair := range strings.Split(v, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok || name == "" {
			return fmt.Sprintf("vars=%q cannot be read", v), `write vars="<pod-name>=httpbin, $HOST=127.0.0.1"`
		}
		a.vars[name] = value
	}
	return "", ""
}

// readAttrs reads the attributes of a block; what is wrong with them is in
// problems.
func readAttrs(b *page.Block) attrs {
	a := attrs{links: true}
	for _, at := range b.Attrs {
		name := strings.ToLower(at.Name)
		read, ok := known[name]
		switch {
		case name == "file" && b.Shortcode == "text_import", foreign[name], strings.HasPrefix(name, "data-"), strings.HasPrefix(name, "aria-"):
			continue
		case !ok:
			a.problem(at, "unknown-attribute", fmt.Sprintf("unknown attribute %q", at.Name), didYouMean(name, names()))
			continue
		}
		if problem, hint := read(&a, at.Value); problem != "" {
			a.problem(at, "attribute-value", problem, hint)
			continue
		}
		a.read = append(a.read, at)
	}
	return a
}

// meant lists, for attributes that not every block can have, the kinds of block
// for which they mean something.
var meant = map[string][]Kind{
	"fails": {Session, Script, Guessed, Manifest, Fragment, ClientConfig, Data, File}, // YAML that is wrong on purpose
	"exit":  commandKinds, "empty": commandKinds, "background": commandKinds, "until": commandKinds,
	"within": triedKinds, "timeout": triedKinds, "match": append([]Kind{Output}, commandKinds...),
	"apply": {Manifest}, "setup": append([]Kind{File}, triedKinds...), "cleanup": append([]Kind{File}, triedKinds...),
}

var (
	commandKinds = []Kind{Session, Script, Guessed}
	triedKinds   = []Kind{Session, Script, Guessed, Manifest, Output}
)

// unmeant reports attributes that mean nothing for a block of its kind: what the
// author wanted with them is not done.
func (w *work) unmeant() {
	for _, at := range w.a.read {
		name := strings.ToLower(at.Name)
		if kinds, ok := meant[name]; ok && at.Value != "false" && !slices.Contains(kinds, w.Kind) {
			w.a.problem(at, "attribute-unused", fmt.Sprintf("%s means nothing for this block, which is %s", name, w.Kind.a()), "remove it")
		}
	}
	if w.a.setup && w.a.cleanup {
		w.a.problem(w.a.read[0], "attribute-value", "setup and cleanup exclude each other", "the block is run first, or last")
	}
	w.Problems = w.a.problems
}

// a is the kind with its article.
func (k Kind) a() string {
	switch k {
	case Data, Code, Output:
		return string(k)
	}
	return "a " + string(k)
}

func (a *attrs) problem(at page.Attr, rule, message, hint string) {
	a.problems = append(a.problems, source.Diagnostic{Pos: at.Pos, Rule: rule, Message: message, Hint: hint})
}

func names() []string {
	var ns []string
	for n := range known {
		ns = append(ns, n)
	}
	slices.Sort(ns)
	return ns
}

// didYouMean returns a hint that names the nearest word, or all of them where
// none is near.
func didYouMean(word string, of []string) string {
	if near := nearest.Word(word, of); near != "" {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(of, ", ")
}
