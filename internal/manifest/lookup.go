package manifest

import "strings"

// An API is a version of a kind that is no longer served. In is the release
// that stopped serving it, such as "Kubernetes 1.22".
type API struct {
	In      string
	Use     string // what to write instead, as "networking.k8s.io/v1 Ingress"; "" nothing replaces it
	Changes string // what else has to change, one sentence; "" only the version
}

// Minor returns N where In is "Kubernetes 1.N", else 0.
func (a API) Minor() int {
	v, ok := strings.CutPrefix(a.In, "Kubernetes 1.")
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
	if a.Use != "" {
		s = "write " + a.Use
	}
	if a.Changes != "" {
		s += ": " + a.Changes
	}
	return s
}

// Removed looks up a version and kind that Kubernetes or Istio serves no more.
func Removed(apiVersion, kind string) (API, bool) {
	kind = strings.TrimSuffix(kind, "List")
	for _, k := range []string{kind, "*"} {
		if a, ok := removed[apiVersion+" "+k]; ok {
			return a, true
		}
	}
	return API{}, false
}

// Removals lists the documents, and the items of Lists in them, whose API is
// gone, at the place of their apiVersion key. Newer reports whether a removal
// came after every release that the page is written for; nil
// stands for no.
func (f *File) Removals(newer func(API) bool) []Problem {
	var ps []Problem
	for i := range f.Docs {
		d := &f.Docs[i]
		d.objects(func(version, kind string, at int) {
			if a, ok := Removed(version, kind); ok && (newer == nil || !newer(a)) {
				ps = append(ps, Problem{At: at, Other: -1, Rule: "removed-api",
					Message: version + " " + kind + " was removed in " + a.In, Hint: a.Hint()})
			}
		})
	}
	return ps
}

// objects calls fn for the manifest and, where it is a List, for its items, with
// the place of the apiVersion.
func (d *Doc) objects(fn func(version, kind string, at int)) {
	if d.Whole() {
		fn(d.APIVersion, d.Kind, d.VersionAt)
	}
	items, _ := Field(d.Root, "items")
	if items == nil || !strings.HasSuffix(d.Kind, "List") {
		return
	}
	for _, n := range items.Content {
		v, key := Field(n, "apiVersion")
		k, _ := Field(n, "kind")
		if v != nil && k != nil {
			fn(unquote(v.Value), unquote(k.Value), d.Offset(key))
		}
	}
}
