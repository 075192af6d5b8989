package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/manifest"
	"github.com/probatum/probatum/internal/source"
	"go.yaml.in/yaml/v3"
)

// A Set is the schemas that pages are held against. Nothing of it is read before
// a manifest asks. It is safe for concurrent use.
type Set struct {
	minors []int    // the newest first; nil the usual one
	own    *release // of an API server that has told its own; nil none
	crds   func() definedKinds
}

// definedKinds are CustomResourceDefinitions by group; a later one of a kind counts.
type definedKinds map[string][]*crd

// Default is the release that the embedded cluster runs, and nothing else.
var Default = &Set{crds: func() definedKinds { return nil }}

// New makes a Set of releases of Kubernetes, as "1.34", "v1.34.4" or ">=1.29" (none
// means the one that the embedded cluster runs), and the CustomResourceDefinitions in files, such
// as Files gives them.
func New(versions []string, crds map[string][]byte) (*Set, error) {
	s := &Set{crds: sync.OnceValue(func() definedKinds {
		all := definedKinds{}
		for _, name := range slices.Sorted(maps.Keys(crds)) {
			all.add(readCRDs(name, crds[name]))
		}
		return all
	})}
	var err error
	s.minors, err = pick(versions)
	return s, err
}

func (d definedKinds) add(cs []*crd) {
	for _, c := range cs {
		d[c.group] = append(d[c.group], c)
	}
}

// With returns a Set that also knows the CustomResourceDefinitions in a text,
// such as those that a page shows.
func (s *Set) With(text string) *Set {
	cs := readCRDs("", []byte(text))
	if len(cs) == 0 {
		return s
	}
	all := definedKinds{}
	for g, old := range s.crds() {
		all[g] = slices.Clone(old)
	}
	all.add(cs)
	n := *s
	n.crds = func() definedKinds { return all }
	return &n
}

// Diagnostics reads all CustomResourceDefinitions and says which cannot be used.
func (s *Set) Diagnostics() []source.Diagnostic {
	var ds []source.Diagnostic
	for _, cs := range s.crds() {
		for _, c := range cs {
			if _, err := c.read(); err != nil && c.pos.File != "" {
				for line := range strings.Lines(err.Error()) {
					ds = append(ds, source.Diagnostic{Pos: c.pos, Severity: source.Warning, Rule: "crd", Message: strings.TrimSpace(line)})
				}
			}
		}
	}
	return source.Sort(ds)
}

func (s *Set) releases() []*release {
	ms := s.minors
	var rs []*release
	if s.own != nil {
		rs = append(rs, s.own)
	} else if ms == nil {
		ms = []int{Usual}
	}
	for _, m := range ms {
		rs = append(rs, load(m))
	}
	return rs
}

// find gives the schema of a kind in a release, and the definition that it is
// from where it is not built in.
func (s *Set) find(r *release, apiVersion, kind string) (*Node, *crd) {
	if d := r.kinds[apiVersion+" "+kind]; d != nil {
		return d.decode(), nil
	}
	group, version, ok := strings.Cut(apiVersion, "/")
	if !ok {
		return nil, nil
	}
	for _, c := range slices.Backward(s.crds()[group]) {
		if c.kind != kind {
			continue
		}
		versions, err := c.read()
		if err != nil && len(versions) == 0 {
			return &Node{Open: true}, c
		}
		if versions[version] != nil {
			return versions[version], c
		}
	}
	return nil, nil
}

// A Verdict is what the schemas say of a document.
type Verdict struct {
	Problems []manifest.Problem
	// Reason says what the document was held against, or why it was not.
	Reason string
	// Checked reports that it was held against a schema.
	Checked bool
}

// Manifest judges a document with apiVersion and kind. Partial says that a part
// of it is left out, so that nothing can be missing.
func (s *Set) Manifest(d *manifest.Doc, partial bool) Verdict {
	if d.APIVersion == "v1" && d.Kind == "List" {
		return s.list(d, partial)
	}
	return s.object(d, d.Root, partial)
}

func (s *Set) list(d *manifest.Doc, partial bool) Verdict {
	items, _ := manifest.Field(d.Root, "items")
	v := Verdict{Reason: "valid by its schema: List (v1)", Checked: true}
	if items == nil {
		return v
	}
	for _, n := range items.Content {
		if text(n, "apiVersion") == "" || text(n, "kind") == "" {
			continue
		}
		one := s.object(d, n, partial)
		v.Problems = append(v.Problems, one.Problems...)
		if !one.Checked {
			v.Reason, v.Checked = one.Reason, false
		}
	}
	return v
}

// object judges one manifest in all releases of the set.
func (s *Set) object(d *manifest.Doc, n *yaml.Node, partial bool) Verdict {
	var found tally
	var v Verdict
	if text(n, "apiVersion") == "" || text(n, "kind") == "" {
		return Verdict{Reason: "a manifest whose kind cannot be read: only its syntax was checked"}
	}
	rs := s.releases()
	for _, r := range rs {
		var one Verdict
		node, c := s.find(r, text(n, "apiVersion"), text(n, "kind"))
		if node == nil {
			one = s.unknown(r, d, n)
		} else {
			one = s.hold(r, d, n, node, c, partial)
		}
		found.add(r, one.Problems)
		v.Reason, v.Checked = one.Reason, one.Checked
	}
	v.Problems = found.problems(len(rs))
	return v
}

func (s *Set) hold(r *release, d *manifest.Doc, n *yaml.Node, node *Node, c *crd, partial bool) Verdict {
	name := text(n, "kind")
	if c != nil {
		if _, err := c.read(); err != nil && node.Open {
			return Verdict{Reason: "only the syntax of " + name + " was checked: " + oneLine(err.Error())}
		}
	}
	w := s.walk(r, d)
	w.partial, w.enough, w.trail = partial || d.LeftOut(), maxProblems, []string{name}
	at := spot{name, n}
	if len(n.Content) > 0 {
		at.node = n.Content[0]
	}
	w.value(withoutStatus(n, w.partial), node, at)
	w.metadata(n, node, text(n, "apiVersion"), name)
	w.advice(n, c)
	if c == nil {
		w.builtin(n, text(n, "apiVersion"), name)
	}
	if name == "CustomResourceDefinition" {
		w.typesOf(n, "")
	}
	return Verdict{Problems: w.problems, Reason: "valid by its schema: " + name + " (" + text(n, "apiVersion") + ")", Checked: true}
}

// withoutStatus leaves out the status of a manifest of which parts are left out:
// that is what a server of its time has said, and nobody gives it to one.
func withoutStatus(n *yaml.Node, partial bool) *yaml.Node {
	if _, key := manifest.Field(n, "status"); key == nil || !partial {
		return n
	}
	rest := *n
	rest.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != "status" {
			rest.Content = append(rest.Content, n.Content[i], n.Content[i+1])
		}
	}
	return &rest
}

// advice warns of a version that its definition advises against.
func (w *walk) advice(n *yaml.Node, c *crd) {
	if c == nil {
		return
	}
	at, _ := manifest.Field(n, "apiVersion")
	_, version, _ := strings.Cut(at.Value, "/")
	if c.advice[version] == "" {
		return
	}
	use := join(c.group, c.best())
	w.problems = append(w.problems, manifest.Problem{At: w.doc.Offset(at), Other: -1, Rule: "deprecated-api", Warning: true,
		Message: c.advice[version], Hint: "write " + use})
}

// Defines reports whether a definition that the Set knows serves a kind.
func (s *Set) Defines(apiVersion, kind string) bool {
	group, version, _ := strings.Cut(apiVersion, "/")
	for _, c := range s.crds()[group] {
		if versions, _ := c.read(); c.kind == kind && versions[version] != nil {
			return true
		}
	}
	return false
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", "; ") }

func (s *Set) walk(r *release, d *manifest.Doc) *walk {
	return &walk{rel: r, doc: d, kinds: func(apiVersion, kind string) *Node {
		n, _ := s.find(r, apiVersion, kind)
		return n
	}}
}

// A tally adds up what several releases find.
type tally struct {
	all []manifest.Problem
	in  map[string][]string // by place and message
}

func (t *tally) add(r *release, ps []manifest.Problem) {
	if t.in == nil {
		t.in = map[string][]string{}
	}
	for _, p := range ps {
		key := fmt.Sprint(p.At, " ", p.Message)
		if t.in[key] == nil {
			t.all = append(t.all, p)
		}
		t.in[key] = append(t.in[key], r.name())
	}
}

// problems gives each once, with the releases where not all agree.
func (t *tally) problems(releases int) []manifest.Problem {
	for i, p := range t.all {
		if in := t.in[fmt.Sprint(p.At, " ", p.Message)]; len(in) < releases {
			t.all[i].Message += " in " + strings.Join(in, ", ")
		}
	}
	slices.SortStableFunc(t.all, func(a, b manifest.Problem) int { return a.At - b.At })
	return t.all
}

// Judge judges a document: a manifest by its kind, anything else as a fragment.
func (s *Set) Judge(d *manifest.Doc, c Context, partial bool) Verdict {
	switch {
	case d.Root == nil:
		return Verdict{Reason: "it cannot be read"}
	case d.Whole():
		return s.Manifest(d, partial)
	}
	return s.Fragment(d, c, partial)
}
