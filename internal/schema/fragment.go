package schema

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/manifest"
	"go.yaml.in/yaml/v3"
)

// A Context is what a page says of a fragment besides its text.
type Context struct {
	// Kind is what the author declares, as "networking.istio.io/v1 VirtualService"
	// or "VirtualService"; "" nothing.
	Kind string
	// Texts stand around the fragment, the nearest first. The first one that
	// names exactly one kind counts.
	Texts []string
}

// How much of a fragment has to fit before what does not is called a mistake.
// These figures are those that raise no false alarm in the pages of the corpora:
// see TestCorpora.
const (
	sureShare = 0.75 // of all fields
	namedLess = 2    // doubt that the text beside the fragment takes away by naming the kind
	tooShort  = 3    // fields under which a fit says nothing
	maxTried  = 600  // places that are tried
)

// Fragment judges a document without apiVersion and kind. It is held against
// the declared kind, or against all parts of all kinds. What fits none of them
// may be no part of a manifest at all; it is called wrong only where all but
// very little of it fits one kind.
func (s *Set) Fragment(d *manifest.Doc, c Context, partial bool) Verdict {
	keys, items := roots(d.Root)
	if len(keys) == 0 {
		return Verdict{Reason: "a fragment that names no fields: only its syntax was checked"}
	}
	var found tally
	var v Verdict
	rs := s.releases()
	for _, r := range rs {
		one := s.fragment(&search{set: s, r: r, d: d, keys: keys, items: items}, c)
		found.add(r, one.Problems)
		v.Reason, v.Checked = one.Reason, one.Checked
	}
	v.Problems = found.problems(len(rs))
	return v
}

// roots lists the fields at the top of a fragment. A list is taken for its
// items.
func roots(n *yaml.Node) (keys []string, items []*yaml.Node) {
	if n == nil {
		return nil, nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		items = []*yaml.Node{n}
	case yaml.SequenceNode:
		items = n.Content
	}
	for _, m := range items {
		if m.Kind != yaml.MappingNode {
			return nil, nil
		}
		for i := 0; i < len(m.Content); i += 2 {
			if k := m.Content[i]; k.Kind == yaml.ScalarNode && !slices.Contains(keys, k.Value) {
				keys = append(keys, k.Value)
			}
		}
	}
	return keys, items
}

// A search looks for the place of one fragment in one release.
type search struct {
	set   *Set
	r     *release
	d     *manifest.Doc
	keys  []string
	items []*yaml.Node
}

// A fit is how well a fragment fits a place.
type fit struct {
	place
	known, unknown int
	doubt          int
	wrong          bool
	problems       []manifest.Problem
	strangers      []*yaml.Node
}

func (f fit) share() float64 { return float64(f.known) / float64(max(f.known+f.unknown, 1)) }

func (s *Set) fragment(q *search, c Context) Verdict {
	if c.Kind != "" {
		return q.declared(c.Kind)
	}
	if kind := text(q.d.Root, "kind"); slices.Contains(q.keys, "metadata") && kind != "" && len(s.elsewhere("", kind)) > 0 {
		return q.declared(kind) // a manifest without its apiVersion
	}
	named := q.named(c.Texts)
	likely := q.candidates(0)
	good := q.fitting(likely)
	if known := mostKnown(good); known > 1 || known == 1 && q.fields() < tooShort {
		return q.accepted(good, named)
	}
	if len(q.keys) > 1 || len(likely) == 0 {
		likely = q.candidates(1)
	}
	best := q.nearest(slices.DeleteFunc(likely, func(p place) bool {
		return slices.ContainsFunc(good, func(f fit) bool { return f.kind == p.kind && f.path == p.path })
	}), named)
	switch {
	case len(good) > 0 && !(best.node != nil && len(best.problems) == 1 && best.known >= 2*mostKnown(good) && q.sure(best, named)):
		return q.accepted(good, named)
	case best.node == nil:
		return Verdict{Reason: "a fragment of no kind that is known: only its syntax was checked"}
	case q.sure(best, named):
		return Verdict{Problems: closest(best), Reason: "a fragment of " + q.name(best.place), Checked: true}
	}
	return Verdict{Reason: "a fragment that fits no known kind: only its syntax was checked"}
}

// nearest gives the place that takes most of the fragment.
func (q *search) nearest(places []place, named string) (best fit) {
	for _, p := range places[:min(len(places), maxTried)] {
		if f := q.hold(p, 4); best.node == nil || better(f, best, named) {
			best = f
		}
	}
	return best
}

// mostKnown gives the most fields that one of the places knows. Where it is one
// of many, that place takes anything, as the status of many definitions does.
func mostKnown(fits []fit) int {
	most := 0
	for _, f := range fits {
		most = max(most, f.known)
	}
	return most
}

// fields counts those in the fragment.
func (q *search) fields() int {
	n := 0
	for _, m := range q.items {
		n += weigh(m, 0)
	}
	return n
}

// fitting gives the places that take all of the fragment.
func (q *search) fitting(places []place) []fit {
	var good []fit
	for _, p := range places[:min(len(places), maxTried)] {
		if f := q.hold(p, 0); len(f.problems) == 0 && f.known > 0 && !f.wrong {
			good = append(good, f)
		}
	}
	return good
}

// better reports whether a is the likelier place.
func better(a, b fit, named string) bool {
	is := func(f fit) int {
		if _, _, k := parts(f.kind); named != "" && k == named {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.doubt+a.unknown, b.doubt+b.unknown), cmp.Compare(b.known, a.known), cmp.Compare(is(a), is(b)),
		cmp.Compare(depth(a.path), depth(b.path))) < 0
}

func depth(path string) int { return strings.Count(path, ".") + min(len(path), 1) }

// sure reports whether a fragment is a part of a kind beyond doubt, although
// not all of it fits: what fits has to outweigh what does not.
func (q *search) sure(f fit, named string) bool {
	if strings.Contains(f.path, "openAPIV3Schema") {
		return false // what describes data looks the same wherever it stands
	}
	doubt := f.doubt
	if _, _, k := parts(f.kind); k == named {
		doubt -= namedLess
	} else if q.common() || q.foreign(f) {
		return false
	}
	return f.known >= max(doubt, 2) && f.share() >= sureShare && len(f.problems) <= 3
}

// common reports whether the fragment is nothing but conditions, which any
// controller of any kind writes.
func (q *search) common() bool {
	status, _ := manifest.Field(q.d.Root, "status")
	return len(q.keys) == 1 && status != nil && status.Kind == yaml.MappingNode && len(status.Content) == 2 && status.Content[0].Value == "conditions"
}

// foreign reports whether a field at the top of the fragment is none of the place,
// nor one spelt wrong, nor one that has slipped to the left. A chart's values may
// have env: as containers have.
func (q *search) foreign(f fit) bool {
	return slices.ContainsFunc(q.items, func(m *yaml.Node) bool {
		return slices.ContainsFunc(m.Content, func(n *yaml.Node) bool { return slices.Contains(f.strangers, n) })
	})
}

// closest says of each problem which kind it is about.
func closest(f fit) []manifest.Problem {
	for i := range f.problems {
		f.problems[i].Message += ": the nearest kind is " + f.people("")
	}
	return f.problems
}

// candidates lists the places that have the fields, but for a number of them.
func (q *search) candidates(but int) []place {
	found := q.r.all().having(q.keys, but)
	for _, group := range sortedGroups(q.set.crds()) {
		for _, c := range q.set.crds()[group] {
			if but == 0 && !c.mentions(q.keys) {
				continue
			}
			found = append(found, q.ofCRD(c, but)...)
		}
	}
	return found
}

func sortedGroups(m map[string][]*crd) []string {
	var gs []string
	for g := range m {
		gs = append(gs, g)
	}
	slices.Sort(gs)
	return gs
}

// ofCRD lists the places in the best version of a definition.
func (q *search) ofCRD(c *crd, but int) []place {
	versions, err := c.read()
	if err != nil || len(versions) == 0 {
		return nil
	}
	best := c.best()
	x, ok := c.of.Load(best)
	if !ok {
		kind := join(c.group, best) + " " + c.kind
		meta := q.r.resolve(&Node{Ref: objectMeta})
		x, _ = c.of.LoadOrStore(best, newIndex(q.r.walkPlaces([]place{{kind: kind, node: versions[best]}}, map[*Node]bool{meta: true})))
	}
	return x.(*index).having(q.keys, but)
}

// hold holds the fragment against a place, until so many problems are found; 0
// only tells whether there are any.
func (q *search) hold(p place, enough int) fit {
	w := q.set.walk(q.r, q.d)
	w.partial, w.enough, w.quiet = true, max(enough, 1), enough == 0
	_, _, kind := parts(p.kind)
	name := kind
	w.trail = append([]string{kind}, strings.FieldsFunc(p.path, func(r rune) bool { return strings.ContainsRune(".[]*", r) })...)
	if i := strings.LastIndexByte(p.path, '.'); p.path != "" {
		name = strings.TrimSuffix(p.path[i+1:], "[]")
	}
	for _, n := range q.items {
		at := spot{name, n}
		if len(n.Content) > 0 {
			at.node = n.Content[0]
		}
		w.value(n, p.node, at)
	}
	return fit{p, w.known, w.unknown, w.doubt, w.wrong, w.problems, w.strangers}
}

func (q *search) accepted(good []fit, named string) Verdict {
	slices.SortStableFunc(good, func(a, b fit) int {
		if better(a, b, named) {
			return -1
		}
		if better(b, a, named) {
			return 1
		}
		return 0
	})
	_, _, kind := parts(good[0].kind)
	// A place that takes anything has said nothing by taking this.
	good = slices.DeleteFunc(good, func(f fit) bool { return 2*f.known < good[0].known })
	if good[0].known < tooShort && kind != named {
		return Verdict{Reason: fmt.Sprintf("a fragment too short to tell what it is part of (%s has these fields): only its syntax was checked", q.name(good[0].place))}
	}
	var names []string
	for _, f := range good {
		if n := q.name(f.place); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	switch {
	case len(names) == 1 || kind == named:
		if f := q.hold(good[0].place, maxProblems); len(f.problems) > 0 { // rules have not been asked before
			return Verdict{Problems: closest(f), Reason: "a fragment of " + names[0], Checked: true}
		}
		return Verdict{Reason: "fragment of " + names[0] + ": valid by its schema", Checked: true}
	case len(names) <= 3:
		return Verdict{Reason: "fragment of " + strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1] + ": valid by each schema", Checked: true}
	}
	return Verdict{Reason: fmt.Sprintf("fragment of %s or %d others: valid by each schema", names[0], len(names)-1), Checked: true}
}

// name gives a place with the field of the fragment, where it has only one.
func (q *search) name(p place) string {
	if len(q.keys) == 1 {
		return p.people(q.keys[0])
	}
	return p.people("")
}

// declared holds the fragment against the kind that the author names.
func (q *search) declared(kind string) Verdict {
	api, name, ok := strings.Cut(strings.TrimSpace(kind), " ")
	if !ok {
		api, name = "", api
	}
	name = strings.TrimSpace(name)
	var places []place
	if root, k := q.root(api, name); root != nil {
		places = q.r.places(k, root)
	}
	if places == nil {
		return Verdict{Reason: fmt.Sprintf("a fragment of %s, of which no schema is known: only its syntax was checked", kind)}
	}
	var best fit
	for _, p := range places {
		has := 0
		for _, k := range q.keys {
			if p.node.Props[k] != nil {
				has++
			}
		}
		if has == 0 && p.path != "" && p.path != "spec" {
			continue
		}
		if f := q.hold(p, maxProblems); best.node == nil || better(f, best, "") {
			best = f
		}
	}
	if len(best.problems) == 0 {
		return Verdict{Reason: "fragment of " + q.name(best.place) + ": valid by its schema", Checked: true}
	}
	return Verdict{Problems: closest(best), Reason: "a fragment of " + q.name(best.place), Checked: true}
}

// root finds the kind that a page names, the best version where it names none.
func (q *search) root(api, kind string) (*Node, string) {
	if api == "" {
		apis := q.set.elsewhere("", kind)
		if len(apis) == 0 {
			return nil, ""
		}
		api = apis[0]
	}
	n, _ := q.set.find(q.r, api, kind)
	return n, api + " " + kind
}

var camel = lazyregexp.New(`\b[A-Z][a-z]+(?:[A-Z]+[a-z]*)+\b|\b[A-Z][a-z]{2,}\b`)

// named finds the one kind that a text names. A word that is also a plain one,
// as Service, is not enough.
func (q *search) named(texts []string) string {
	for _, t := range texts {
		var found []string
		for _, word := range camel.FindAllString(t, -1) {
			if strings.IndexFunc(word[1:], func(r rune) bool { return r >= 'A' && r <= 'Z' }) < 0 && word != "Deployment" {
				continue
			}
			for _, k := range []string{word, strings.TrimSuffix(word, "s")} {
				if !slices.Contains(found, k) && len(q.set.elsewhere("", k)) > 0 {
					found = append(found, k)
				}
			}
		}
		if len(found) == 1 {
			return found[0]
		}
	}
	return ""
}
