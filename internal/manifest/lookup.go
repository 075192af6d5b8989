package manifest

import (
	"cmp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An API is a version of a kind that is no longer served, or that goes. In is
// the release that stopped serving it, such as "Kubernetes 1.22"; "" none has.
type API struct {
	In      string
	Since   string // the release that advises against it; "" none, or long before In
	Use     string // what to write instead, as "networking.k8s.io/v1 Ingress"; "" nothing replaces it
	Changes string // what else has to change, one sentence; "" only the version
}

// minor returns N of "Kubernetes 1.N", else 0.
func minor(release string) int {
	v, ok := strings.CutPrefix(release, "Kubernetes 1.")
	n := 0
	for _, c := range v {
		n = n*10 + int(c-'0')
	}
	if !ok {
		return 0
	}
	return n
}

// Hint says what to write instead.
func (a API) Hint() string {
	s := "nothing replaces it"
	if a.Use == "" && a.Changes == depends {
		return depends
	}
	if a.Use != "" {
		s = "write " + a.Use
	}
	if a.Changes != "" {
		s += ": " + a.Changes
	}
	return s
}

// Removed looks up a version and kind that Kubernetes or another program serves
// no more, or advises against.
func Removed(apiVersion, kind string) (API, bool) {
	kind = strings.TrimSuffix(kind, "List")
	for _, k := range []string{kind, "*"} {
		if a, ok := removed()[apiVersion+" "+k]; ok {
			return a, true
		}
	}
	return API{}, false
}

// A Reader says what somebody who reads a page has.
type Reader struct {
	// Newest is N of the last Kubernetes 1.N that the page is written for, and
	// Usual of the one that counts where it names none; Newest is 0 then.
	Newest, Usual int
	// Serves reports whether a definition that is at hand serves a kind; may be nil.
	Serves func(apiVersion, kind string) bool
}

// Removals lists the APIs in the documents, at any depth, that are gone for the
// reader, and as warnings those that go.
func (f *File) Removals(r Reader) []Problem {
	var ps []Problem
	for i := range f.Docs {
		d := &f.Docs[i]
		d.objects(d.Root, 0, func(key, version *yaml.Node, kind string) {
			if p, ok := r.judge(d, version, kind); ok {
				p.At = d.Offset(key)
				ps = append(ps, p)
			}
		})
	}
	return ps
}

func (r Reader) judge(d *Doc, versionAt *yaml.Node, kind string) (p Problem, ok bool) {
	version := unquote(versionAt.Value)
	a, found := Removed(version, kind)
	if kind == "" {
		a, found = gone(version)
	}
	if !found || r.Serves != nil && r.Serves(version, kind) {
		return p, false
	}
	p = Problem{Other: -1, Rule: "removed-api", Message: strings.TrimSpace(version + " " + kind), Hint: a.Hint()}
	switch known := cmp.Or(r.Newest, r.Usual); {
	case a.In != "" && minor(a.In) <= known:
		p.Message += " was removed in " + a.In
	case r.Newest > 0 && minor(a.Since) > 0 || a.Since == "" || minor(a.Since) > known:
		return p, false
	case a.In != "":
		p.Message += " is deprecated since " + a.Since + " and goes with " + a.In
		p.Warning, p.Rule = true, "deprecated-api"
	default:
		p.Message += " is deprecated since " + a.Since
		p.Warning, p.Rule = true, "deprecated-api"
	}
	if api, to, _ := strings.Cut(a.Use, " "); to == kind && a.Changes == "" {
		p.Fix = d.Fix(versionAt, api)
	}
	return p, true
}

const depends = "what replaces it depends on the kind, which is not here"

// gone looks up a version of which no kind is left.
func gone(apiVersion string) (API, bool) {
	var all API
	for k, a := range removed() {
		version, _, _ := strings.Cut(k, " ")
		if version != apiVersion || mixed[version] {
			continue
		}
		if a.In == "" {
			return API{}, false
		}
		if minor(a.In) >= minor(all.In) {
			all.In = a.In
		}
	}
	all.Changes = depends
	return all, all.In != ""
}

// objects calls fn for every mapping that names an API: a manifest, an item of a
// List, what another object refers to. The kind is "" where a manifest lacks it.
func (d *Doc) objects(n *yaml.Node, depth int, fn func(key, version *yaml.Node, kind string)) {
	if n == nil || depth > 100 || n.Kind == yaml.AliasNode {
		return
	}
	v, key := Field(n, "apiVersion")
	k, _ := Field(n, "kind")
	switch {
	case depth == 0 && d.APIVersion != "":
		if key != nil && v.Kind == yaml.ScalarNode {
			fn(key, v, d.Kind)
		}
	case v != nil && v.Kind == yaml.ScalarNode && k != nil && k.Kind == yaml.ScalarNode:
		fn(key, v, unquote(k.Value))
	}
	for _, c := range n.Content {
		d.objects(c, depth+1, fn)
	}
}
