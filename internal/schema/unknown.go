package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/manifest"
	"go.yaml.in/yaml/v3"
)

// unknown judges a manifest whose kind no schema is known of. It is wrong where
// the API belongs to Kubernetes, or to a group of which definitions are known;
// else it may be any of the kinds that others define.
func (s *Set) unknown(r *release, d *manifest.Doc, n *yaml.Node) Verdict {
	api, kind := text(n, "apiVersion"), text(n, "kind")
	if _, gone := manifest.Removed(api, kind); gone {
		return Verdict{Reason: "its API is gone"}
	}
	v := Verdict{Reason: fmt.Sprintf("no schema of %s (%s) is known: only its syntax was checked", kind, api)}
	if placeholders.MatchString(api) || placeholders.MatchString(kind) || !plainName(api) || !plainName(kind) {
		return v
	}
	versionNode, _ := manifest.Field(n, "apiVersion")
	kindNode, _ := manifest.Field(n, "kind")
	w := &walk{doc: d, enough: 1}
	group, version, _ := strings.Cut(api, "/")
	if !strings.Contains(api, "/") {
		group, version = "", api
	}
	served := s.served(r, group)
	switch {
	case len(served) == 0:
		s.strayGroup(w, r, group, api, kind, versionNode)
	case served[version+" "+kind]:
	case len(versionsOf(served, kind)) > 0:
		if !strings.Contains(version, "alpha") || s.isCRD(group) || len(s.elsewhere(api, kind)) == 0 {
			use := join(group, versionsOf(served, kind)[0])
			w.problemFixed(versionNode, ruleKind, fmt.Sprintf("%s serves no %s in %s", of(s, r, group), kind, api), "write "+use, use)
		}
	default:
		s.strayKind(w, r, served, group, api, kind, versionNode, kindNode)
	}
	v.Problems = w.problems
	return v
}

func of(s *Set, r *release, group string) string {
	if s.isCRD(group) {
		return "its definition"
	}
	return r.name()
}

func (s *Set) isCRD(group string) bool { return len(s.crds()[group]) > 0 }

// plainName reports whether a value can be the name of an API at all.
func plainName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./-") == ""
}

// served lists "VERSION KIND" of a group.
func (s *Set) served(r *release, group string) map[string]bool {
	found := map[string]bool{}
	for k := range r.kinds {
		if g, v, name := parts(k); g == group {
			found[v+" "+name] = true
		}
	}
	for _, c := range s.crds()[group] {
		versions, _ := c.read()
		for v := range versions {
			found[v+" "+c.kind] = true
		}
	}
	return found
}

// versionsOf lists the versions of a kind, the best first.
func versionsOf(served map[string]bool, kind string) []string {
	var found []string
	for k := range served {
		if v, name, _ := strings.Cut(k, " "); name == kind {
			found = append(found, v)
		}
	}
	slices.SortFunc(found, func(a, b string) int { return rank(a) - rank(b) })
	return found
}

// strayGroup looks at an API of a group that nothing is known of. Only the
// groups of Kubernetes have no dot in their name.
func (s *Set) strayGroup(w *walk, r *release, group, api, kind string, at *yaml.Node) {
	var groups, homes []string
	for k := range r.kinds {
		g, v, name := parts(k)
		groups = append(groups, g)
		if name == kind {
			homes = append(homes, join(g, v)+" "+kind)
		}
	}
	slices.SortFunc(homes, byRank)
	slices.Sort(groups)
	hint, use := "", ""
	if len(homes) > 0 {
		use = strings.TrimSuffix(homes[0], " "+kind)
		hint = "write " + use
	}
	close := near(group, slices.Compact(groups), "%s")
	if !strings.Contains(group, ".") && len(homes) > 0 || close != "" && len(homes) > 0 && strings.HasPrefix(homes[0], close+"/") {
		w.problemFixed(at, ruleKind, fmt.Sprintf("%s serves no %s", r.name(), api), hint, use)
	}
}

// strayKind looks at a kind that a known group does not have.
func (s *Set) strayKind(w *walk, r *release, served map[string]bool, group, api, kind string, versionAt, kindAt *yaml.Node) {
	var names []string
	for k := range served {
		_, name, _ := strings.Cut(k, " ")
		names = append(names, name)
	}
	if right := near(kind, names, "%s"); right != "" {
		w.problemFixed(kindAt, ruleKind, fmt.Sprintf("%s has no kind %s", api, kind), "write "+right, right)
		return
	}
	if s.isCRD(group) {
		return // the definition of this one may only not be listed
	}
	if homes := s.elsewhere(api, kind); len(homes) > 0 {
		w.problemFixed(versionAt, ruleKind, fmt.Sprintf("%s has no kind %s", api, kind), "write "+homes[0], homes[0])
		return
	}
}

// elsewhere lists the other APIs that have a kind.
func (s *Set) elsewhere(api, kind string) []string {
	var found []string
	for _, r := range s.releases()[:1] {
		for k := range r.kinds {
			if _, _, name := parts(k); name == kind && k != api+" "+kind {
				found = append(found, k)
			}
		}
	}
	for g, cs := range s.crds() {
		for _, c := range cs {
			if c.kind != kind {
				continue
			}
			versions, _ := c.read()
			for v := range versions {
				found = append(found, join(g, v)+" "+kind)
			}
		}
	}
	slices.SortFunc(found, byRank)
	for i, k := range found {
		found[i] = strings.TrimSuffix(k, " "+kind)
	}
	return found
}
