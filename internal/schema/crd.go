package schema

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/manifest"
	"github.com/probatum/probatum/internal/source"
	"go.yaml.in/yaml/v3"
)

// A crd is one CustomResourceDefinition. It is read when its kind is asked for.
type crd struct {
	group, kind string
	pos         source.Pos
	text        []byte
	once        sync.Once
	versions    map[string]*Node
	advice      map[string]string // what to say of versions that are deprecated
	err         error
	of          sync.Map // version to its []place
}

var (
	crdDoc   = lazyregexp.New(`(?m)^["']?kind["']?:[ \t]*["']?CustomResourceDefinition\b`)
	crdList  = lazyregexp.New(`(?m)^(?:kind: (?:CustomResourceDefinition)?List\b|    "kind": "(?:CustomResourceDefinition)?List")`)
	crdGroup = lazyregexp.New(`(?m)^  group:[ \t]*["']?([\w.-]+)`)
	crdKind  = lazyregexp.New(`(?m)^    kind:[ \t]*["']?(\w+)`)
)

// readCRDs finds the CustomResourceDefinitions of a file. What is not one is
// passed over.
func readCRDs(name string, text []byte) []*crd {
	var found []*crd
	line := 1
	for _, doc := range bytes.SplitAfter(text, []byte("\n---")) {
		if crdList.Match(doc) {
			found = append(found, listed(doc, source.Pos{File: name, Line: line, Col: 1})...)
		} else if crdDoc.Match(doc) || bytes.Contains(doc, []byte(`"CustomResourceDefinition"`)) {
			if c := newCRD(doc, source.Pos{File: name, Line: line, Col: 1}); c != nil {
				found = append(found, c)
			}
		}
		line += bytes.Count(doc, []byte("\n"))
	}
	return found
}

// listed reads a list of definitions, as "kubectl get crds -o yaml" prints it.
func listed(doc []byte, pos source.Pos) (found []*crd) {
	var list struct{ Items []yaml.Node }
	if yaml.Unmarshal(doc, &list) != nil {
		return nil
	}
	for i := range list.Items {
		item := &list.Items[i]
		kind, _ := manifest.Field(item, "kind")
		text, err := yaml.Marshal(item)
		if err != nil || kind == nil || kind.Value != "CustomResourceDefinition" {
			continue
		}
		if c := newCRD(text, source.Pos{File: pos.File, Line: pos.Line + item.Line - 1, Col: item.Column}); c != nil {
			found = append(found, c)
		}
	}
	return found
}

// newCRD finds the group and the kind. A text that is laid out as people do it
// is not read for that.
func newCRD(doc []byte, pos source.Pos) *crd {
	c := &crd{text: doc, pos: pos}
	groups, kinds := crdGroup.FindAllSubmatch(doc, 2), crdKind.FindAllSubmatch(doc, 2)
	if len(groups) == 1 && len(kinds) == 1 {
		c.group, c.kind = string(groups[0][1]), string(kinds[0][1])
		return c
	}
	if c.read(); c.kind == "" {
		return nil
	}
	return c
}

type crdSpec struct {
	Spec struct {
		Group    string
		Version  string
		Names    struct{ Kind string }
		Versions []struct {
			Name               string
			Served             *bool
			Deprecated         bool
			DeprecationWarning string `yaml:"deprecationWarning"`
			Schema             struct {
				OpenAPIV3Schema any `yaml:"openAPIV3Schema"`
			}
		}
		Validation struct {
			OpenAPIV3Schema any `yaml:"openAPIV3Schema"`
		}
		Preserve *bool `yaml:"preserveUnknownFields"`
	}
}

// read gives the schemas by version. An error leaves a kind that takes anything.
func (c *crd) read() (map[string]*Node, error) {
	c.once.Do(func() { c.err = c.decode() })
	return c.versions, c.err
}

func (c *crd) decode() error {
	c.versions = map[string]*Node{}
	var v crdSpec
	if err := yaml.Unmarshal(c.text, &v); err != nil {
		return errors.New("the CustomResourceDefinition cannot be read: " + strings.TrimPrefix(err.Error(), "yaml: "))
	}
	c.group, c.kind = cmp.Or(c.group, v.Spec.Group), cmp.Or(c.kind, v.Spec.Names.Kind)
	var all error
	add := func(version string, s any) {
		if s == nil {
			s = v.Spec.Validation.OpenAPIV3Schema
		}
		n, err := c.schema(s)
		if err != nil {
			all = errors.Join(all, fmt.Errorf("the schema of %s %s cannot be used: %w", join(c.group, version), c.kind, err))
		}
		if v.Spec.Preserve != nil && *v.Spec.Preserve {
			n.Open = true
		}
		c.versions[version] = n
	}
	c.advice = map[string]string{}
	for _, s := range v.Spec.Versions {
		if s.Served == nil || *s.Served {
			add(s.Name, s.Schema.OpenAPIV3Schema)
		}
		if s.Deprecated {
			c.advice[s.Name] = cmp.Or(s.DeprecationWarning, join(c.group, s.Name)+" "+c.kind+" is deprecated")
		}
	}
	if len(v.Spec.Versions) == 0 && v.Spec.Version != "" {
		add(v.Spec.Version, nil)
	}
	return all
}

// schema reads the schema of one version. Where it cannot be used, what it
// returns takes anything.
func (c *crd) schema(s any) (*Node, error) {
	if s == nil {
		return &Node{Open: true}, nil
	}
	n, err := (&reader{crd: true}).node(s)
	if err == nil {
		err = structural(n, "")
	}
	if err != nil {
		return &Node{Open: true}, err
	}
	if n.Props == nil {
		n.Props = map[string]*Node{}
	}
	n.Closed = false
	n.Props["apiVersion"], n.Props["kind"] = &Node{Type: "string"}, &Node{Type: "string"}
	n.Props["metadata"] = &Node{Ref: objectMeta}
	return n, nil
}

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"

// structural reports where a schema breaks the first rule that an API server
// has for them: every field says its type.
func structural(n *Node, at string) error {
	if n == nil || n.IntOrText || n.Open && n.Type == "" {
		return nil
	}
	if n.Type == "" {
		return fmt.Errorf("it is not structural: %s has no type", cmp.Or(strings.TrimPrefix(at, "."), "the whole"))
	}
	for _, k := range slices.Sorted(maps.Keys(n.Props)) {
		if err := structural(n.Props[k], at+"."+k); err != nil {
			return err
		}
	}
	return cmp.Or(structural(n.Items, at+"[]"), structural(n.Values, at+".*"))
}

// best gives the version that an API server prefers.
func (c *crd) best() string {
	versions, _ := c.read()
	best := ""
	for v := range versions {
		if best == "" || cmp.Or(rank(v)-rank(best), strings.Compare(v, best)) < 0 {
			best = v
		}
	}
	return best
}

// mentions reports whether the text of the definition may hold all fields.
func (c *crd) mentions(keys []string) bool {
	for _, k := range keys {
		if !bytes.Contains(c.text, []byte(k)) && k != "metadata" && k != "apiVersion" && k != "kind" {
			return false
		}
	}
	return true
}

// Files reads the texts of CustomResourceDefinitions from files and folders
// (all .yaml, .yml and .json files below them) of a file system, by name.
func Files(fsys fs.FS, names []string) (map[string][]byte, error) {
	found := map[string][]byte{}
	for _, name := range names {
		err := fs.WalkDir(fsys, path.Clean(name), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if ext := path.Ext(p); p != path.Clean(name) && ext != ".yaml" && ext != ".yml" && ext != ".json" {
				return nil
			}
			found[p], err = fs.ReadFile(fsys, p)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read definitions %s: %w", name, err)
		}
	}
	return found, nil
}
