package schema

import (
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/manifest"
	"go.yaml.in/yaml/v3"
)

// What every API server asks of metadata, and no schema says.
var (
	subdomain  = lazyregexp.New(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	labelValue = lazyregexp.New(`^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$`)
)

// Kinds that ask an API server something have no name.
var nameless = map[string]bool{"TokenReview": true, "SubjectAccessReview": true, "SelfSubjectAccessReview": true,
	"SelfSubjectRulesReview": true, "SelfSubjectReview": true, "LocalSubjectAccessReview": true, "TokenRequest": true,
	"DeleteOptions": true, "Status": true, "AdmissionReview": true, "ConversionReview": true, "ImageReview": true}

// metadata looks at the name and the labels of a manifest.
func (w *walk) metadata(n *yaml.Node, s *Node, api, kind string) {
	if s.Props["metadata"] == nil || s.Props["items"] != nil || nameless[kind] {
		return
	}
	meta, key := manifest.Field(n, "metadata")
	if meta != nil && meta.Kind == yaml.MappingNode {
		w.name(meta, api)
		labels, _ := manifest.Field(meta, "labels")
		w.labels(labels)
	}
	if w.partial || leftOut(n) {
		return
	}
	if meta == nil {
		w.problem(n.Content[0], ruleRequired, kind+" needs the field metadata with a name", "add metadata: and below it name:")
		return
	}
	if meta.Kind != yaml.MappingNode || leftOut(meta) || len(meta.Content) > 0 && meta.Content[0].Tag == "!!merge" {
		return
	}
	if text(meta, "name") == "" && text(meta, "generateName") == "" {
		w.problem(key, ruleRequired, "metadata needs the field name", "add name: below it")
	}
}

// name looks at metadata.name. Roles and their bindings take nearly any.
func (w *walk) name(meta *yaml.Node, api string) {
	n, _ := manifest.Field(meta, "name")
	if n == nil || typeOf(n) != "string" || n.Value == "" || placeholder(n) || strings.HasPrefix(api, "rbac.authorization.k8s.io/") {
		return
	}
	switch {
	case len(n.Value) > 253:
		w.problem(n, ruleValue, "the name is longer than 253 characters", "")
	case !subdomain.MatchString(n.Value):
		hint, fix := "write small letters, digits, - and .", ""
		if small := strings.ReplaceAll(strings.ToLower(n.Value), "_", "-"); subdomain.MatchString(small) {
			hint, fix = "write "+small, small
		}
		w.problemFixed(n, ruleValue, "name cannot be "+short(n.Value), hint, fix)
	}
}

func (w *walk) labels(labels *yaml.Node) {
	if labels == nil || labels.Kind != yaml.MappingNode {
		return
	}
	for i := 1; i < len(labels.Content); i += 2 {
		v := labels.Content[i]
		if v.Kind != yaml.ScalarNode || typeOf(v) != "string" || placeholder(v) || labelValue.MatchString(v.Value) && len(v.Value) <= 63 {
			continue
		}
		w.problem(v, ruleValue, "the label "+labels.Content[i-1].Value+" cannot be "+short(v.Value),
			"write at most 63 letters, digits, - _ and ., with a letter or digit first and last")
	}
}

// The types that the schema in a CustomResourceDefinition may name.
var types = []string{"array", "boolean", "integer", "number", "object", "string"}

// typesOf looks at the types that the schemas of a CustomResourceDefinition name.
func (w *walk) typesOf(n *yaml.Node, in string) {
	if w.depth++; w.depth > maxDepth || w.full() {
		return
	}
	defer func() { w.depth-- }()
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		k, v := n.Content[i].Value, n.Content[i+1]
		if k == "type" && v.Kind == yaml.ScalarNode && strings.HasPrefix(in, "schema") && !placeholder(v) {
			if near(v.Value, types, "%s") != "" {
				w.problemFixed(v, ruleValue, "type cannot be "+short(v.Value), near(v.Value, types, "write %s"), near(v.Value, types, "%s"))
			}
			continue
		}
		switch {
		case k == "openAPIV3Schema", in == "properties", strings.HasPrefix(in, "schema") && (k == "items" || k == "additionalProperties"):
			w.typesOf(v, "schema")
		case in == "schema" && k == "properties":
			w.typesOf(v, "properties")
		case in == "":
			w.typesOf(v, "")
		}
	}
	if n.Kind == yaml.SequenceNode && in == "" {
		for _, c := range n.Content {
			w.typesOf(c, "")
		}
	}
}
