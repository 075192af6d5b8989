package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/rules"
	"go.yaml.in/yaml/v3"
)

// A Node says what may stand at one place of a manifest. It is what OpenAPI
// documents of API servers and CRDs have in common; descriptions and defaults
// are left out. The names in JSON are short because there are many.
type Node struct {
	Ref        string           `json:"$,omitempty"` // the name of the definition that stands here
	Type       string           `json:"t,omitempty"` // of JSON; "" anything
	Format     string           `json:"f,omitempty"`
	Props      map[string]*Node `json:"p,omitempty"`
	Required   []string         `json:"r,omitempty"`
	Items      *Node            `json:"i,omitempty"`
	Values     *Node            `json:"v,omitempty"` // of a map with keys that are free
	Enum       []string         `json:"e,omitempty"`
	Pattern    string           `json:"x,omitempty"`
	Min        *float64         `json:"m,omitempty"`
	Max        *float64         `json:"M,omitempty"`
	MinOpen    bool             `json:"mo,omitempty"` // Min itself is too small
	MaxOpen    bool             `json:"Mo,omitempty"`
	MinSize    *int             `json:"s,omitempty"` // length of text, number of items or of keys
	MaxSize    *int             `json:"S,omitempty"`
	IntOrText  bool             `json:"it,omitempty"`
	Open       bool             `json:"o,omitempty"`  // unknown fields are kept
	Closed     bool             `json:"c,omitempty"`  // an object of a CRD: without fields it takes none
	Embedded   bool             `json:"em,omitempty"` // a whole manifest stands here
	AllOf      []*Node          `json:"al,omitempty"`
	AnyOf      []*Node          `json:"an,omitempty"`
	OneOf      []*Node          `json:"on,omitempty"`
	Not        *Node            `json:"n,omitempty"`
	Kinds      []string         `json:"k,omitempty"` // "GROUP/VERSION KIND", of a definition that is a whole manifest
	Structural bool             `json:"-"`           // of a CRD: null stands for nothing only where it may
	Nullable   bool             `json:"-"`
	Default    *yaml.Node       `json:"-"` // of a CRD, for its rules
	Rules      []*rules.Rule    `json:"-"`
	ListType   string           `json:"-"` // of a CRD: set or map, whose items are there once
	ListKeys   []string         `json:"-"` // what tells the items of a map apart
}

const refPrefix = "#/components/schemas/"

// A reader turns a decoded OpenAPI schema into Nodes.
type reader struct {
	crd   bool
	depth int
}

// maxDepth is how deep a schema or a manifest may be nested.
const maxDepth = 200

func (r *reader) node(v any) (*Node, error) {
	m, ok := v.(map[string]any)
	if b, isBool := v.(bool); isBool && b {
		return &Node{Open: true}, nil
	}
	if !ok {
		return nil, fmt.Errorf("a schema is a mapping, not %T", v)
	}
	if r.depth++; r.depth > maxDepth {
		return nil, fmt.Errorf("the schema is nested more than %d deep", maxDepth)
	}
	defer func() { r.depth-- }()
	n := &Node{}
	if ref, ok := m["$ref"].(string); ok {
		if r.crd {
			return nil, fmt.Errorf("the schema of a CRD cannot refer to another, as %s", ref)
		}
		n.Ref = strings.TrimPrefix(strings.TrimPrefix(ref, refPrefix), "#/definitions/")
		return n, nil
	}
	r.scalars(n, m)
	if err := r.children(n, m); err != nil {
		return nil, err
	}
	return simplify(n), nil
}

func (r *reader) scalars(n *Node, m map[string]any) {
	n.Type, _ = m["type"].(string)
	n.Format, _ = m["format"].(string)
	n.Pattern, _ = m["pattern"].(string)
	n.Open = m["x-kubernetes-preserve-unknown-fields"] == true || m["additionalProperties"] == true
	n.Embedded = m["x-kubernetes-embedded-resource"] == true
	n.IntOrText = m["x-kubernetes-int-or-string"] == true || n.Format == "int-or-string"
	n.Nullable = m["nullable"] == true
	if n.Structural = r.crd; r.crd {
		n.Rules, n.Default = readRules(m["x-kubernetes-validations"]), readDefault(m)
		n.ListType, _ = m["x-kubernetes-list-type"].(string)
		for _, k := range list(m["x-kubernetes-list-map-keys"]) {
			n.ListKeys = append(n.ListKeys, fmt.Sprint(k))
		}
	}
	for _, e := range list(m["enum"]) {
		n.Enum = append(n.Enum, fmt.Sprint(e))
	}
	for _, e := range list(m["required"]) {
		n.Required = append(n.Required, fmt.Sprint(e))
	}
	slices.Sort(n.Required)
	n.Min, n.Max = number(m["minimum"]), number(m["maximum"])
	n.MinOpen, n.MaxOpen = m["exclusiveMinimum"] == true, m["exclusiveMaximum"] == true
	for _, k := range []string{"minLength", "minItems", "minProperties"} {
		if f := number(m[k]); f != nil && *f > 0 {
			n.MinSize = new(int(*f))
		}
	}
	for _, k := range []string{"maxLength", "maxItems", "maxProperties"} {
		if f := number(m[k]); f != nil {
			n.MaxSize = new(int(*f))
		}
	}
	for _, k := range list(m["x-kubernetes-group-version-kind"]) {
		g, _ := k.(map[string]any)
		n.Kinds = append(n.Kinds, join(fmt.Sprint(g["group"]), fmt.Sprint(g["version"]))+" "+fmt.Sprint(g["kind"]))
	}
}

func (r *reader) children(n *Node, m map[string]any) (err error) {
	if props, ok := m["properties"].(map[string]any); ok {
		n.Props = make(map[string]*Node, len(props))
		for _, k := range slices.Sorted(maps.Keys(props)) {
			if n.Props[k], err = r.node(props[k]); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
	}
	for key, to := range map[string]**Node{"items": &n.Items, "additionalProperties": &n.Values, "not": &n.Not} {
		if v, ok := m[key].(map[string]any); ok {
			if *to, err = r.node(v); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	for key, to := range map[string]*[]*Node{"allOf": &n.AllOf, "anyOf": &n.AnyOf, "oneOf": &n.OneOf} {
		for _, v := range list(m[key]) {
			c, err := r.node(v)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			*to = append(*to, c)
		}
	}
	n.Closed = r.crd && n.Type == "object" && n.Props == nil && n.Values == nil && !n.Open && !n.Embedded
	return nil
}

// simplify drops the wrappings that API servers put around references and
// around what is a number or text.
func simplify(n *Node) *Node {
	if len(n.AllOf) == 1 && n.AllOf[0].Ref != "" && n.Type == "" && n.Props == nil {
		return n.AllOf[0]
	}
	if n.IntOrText {
		n.OneOf, n.AnyOf, n.Type = nil, nil, ""
	}
	return n
}

func list(v any) []any { l, _ := v.([]any); return l }

func number(v any) *float64 {
	switch v := v.(type) {
	case float64:
		return &v
	case int:
		return new(float64(v))
	case json.Number:
		f, err := v.Float64()
		if err == nil {
			return &f
		}
	}
	return nil
}

// join gives an apiVersion.
func join(group, version string) string {
	if group == "" {
		return version
	}
	return group + "/" + version
}
