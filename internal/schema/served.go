package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/versions"
)

// pick reads versions and ranges, as "1.34", "v1.34.4" or ">=1.29", and gives the
// minor versions that are built in, the newest first.
func pick(wanted []string) ([]int, error) {
	var found []int
	for _, v := range wanted {
		r, err := versions.Parse(v)
		if err != nil {
			return nil, fmt.Errorf("%w: write %s", err, versions.Example)
		}
		n := len(found)
		for _, m := range minors() {
			if r.Has(minorName(m)) || isPatch(v, m) {
				found = append(found, m)
			}
		}
		if n == len(found) {
			return nil, fmt.Errorf("no schemas of Kubernetes %s: there are those of %s", v, strings.Join(Releases(), ", "))
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	slices.Reverse(found)
	return found, nil
}

func minorName(m int) string { return fmt.Sprintf("1.%d", m) }

// isPatch reports whether v is a version with all its numbers, of a minor one.
func isPatch(v string, minor int) bool {
	return strings.HasPrefix(strings.TrimPrefix(v, "v"), minorName(minor)+".")
}

// In returns the Set for pages about a range of releases: those of the Set that
// are in it, or else the newest one that is. Nil means that none is built in.
func (s *Set) In(r versions.Range) *Set {
	has := func(m int) bool { return r.Has(minorName(m)) }
	n := *s
	n.minors = nil
	for _, m := range s.minors {
		if has(m) {
			n.minors = append(n.minors, m)
		}
	}
	if n.minors != nil || s.own != nil || s.minors == nil && has(Usual) {
		return &n
	}
	if i := slices.IndexFunc(minors(), has); i >= 0 {
		n.minors = []int{minors()[i]}
		return &n
	}
	return nil
}

// Newest returns the last minor version of Kubernetes that somebody has asked
// for; 0 where nobody has.
func (s *Set) Newest() int {
	newest := 0
	if s.own != nil {
		newest = s.own.minor
	}
	return max(newest, slices.Max(append(s.minors, 0)))
}

// Served returns the Set with what an API server says of itself, in place of the
// usual release: its OpenAPI documents, version 2 or 3, by the name of where
// each comes from. A release that was asked for stays.
func (s *Set) Served(docs map[string][]byte) (*Set, error) {
	r := &release{defs: map[string]*definition{}, kinds: map[string]*definition{}}
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		if err := r.read(docs[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(r.kinds) == 0 {
		return nil, errors.New("the OpenAPI documents hold no kind")
	}
	r.all = sync.OnceValue(r.index)
	n := *s
	n.own = r
	return &n, nil
}

// read adds the definitions of a document.
func (r *release) read(text []byte) error {
	var doc struct {
		Info        struct{ Version string }
		Definitions map[string]any
		Components  struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return fmt.Errorf("no OpenAPI document in JSON: %w", err)
	}
	maps.Copy(doc.Definitions, doc.Components.Schemas)
	if doc.Definitions == nil {
		doc.Definitions = doc.Components.Schemas
	}
	if len(doc.Definitions) == 0 {
		return errors.New("it defines no schemas: kubectl get --raw /openapi/v2 prints a document that does")
	}
	if r.label == "" && doc.Info.Version != "" {
		r.label = "Kubernetes " + strings.TrimPrefix(doc.Info.Version, "v")
		if _, rest, ok := strings.Cut(doc.Info.Version, "1."); ok {
			minor, _, _ := strings.Cut(rest, ".")
			r.minor, _ = strconv.Atoi(minor)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Definitions)) {
		n, err := (&reader{}).node(doc.Definitions[name])
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		r.define(name, n)
	}
	return nil
}

// define adds one definition. A document may hold a part of it only for its
// references, without the kinds that it is.
func (r *release) define(name string, n *Node) {
	if old := r.defs[name]; old != nil && len(old.node.Kinds) >= len(n.Kinds) {
		return
	}
	d := &definition{name: name, node: special(name, n)}
	d.once.Do(func() {})
	r.defs[name] = d
	if len(n.Kinds) == 1 && n.Props["apiVersion"] != nil {
		r.kinds[n.Kinds[0]] = d
	}
}
