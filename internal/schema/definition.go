package schema

import (
	"fmt"
	"strings"

	"github.com/probatum/probatum/internal/manifest"
	"go.yaml.in/yaml/v3"
)

// definition looks at a CustomResourceDefinition of apiextensions.k8s.io/v1:
// its name, its versions, and whether their schemas are structural.
func (w *walk) definition(n *yaml.Node) {
	name, _ := under(n, "metadata.name")
	group, _ := under(n, "spec.group")
	plural, _ := under(n, "spec.names.plural")
	if name != nil && group != nil && plural != nil && !placeholder(name) && !placeholder(group) && !placeholder(plural) {
		if want := plural.Value + "." + group.Value; name.Value != want {
			w.problemFixed(name, ruleValue, "the name of the definition cannot be "+short(name.Value), "write "+want, want)
		}
	}
	spec, _ := manifest.Field(n, "spec")
	if spec == nil || leftOut(spec) {
		return
	}
	stored, versions := 0, items(spec, "versions")
	for _, v := range versions {
		if s, _ := manifest.Field(v, "storage"); s != nil && s.Value == "true" {
			stored++
		}
		if leftOut(v) || hasMerge(v) {
			return
		}
		schema, _ := under(v, "schema.openAPIV3Schema")
		if schema == nil {
			w.problem(v.Content[0], ruleRequired, "a version needs the field schema.openAPIV3Schema", "say at least type: object")
			continue
		}
		w.structural(schema, "openAPIV3Schema")
	}
	if len(versions) > 0 && stored != 1 {
		_, at := manifest.Field(spec, "versions")
		w.problem(at, ruleValue, fmt.Sprintf("%d of the versions have storage: true", stored), "one version is stored, the others say storage: false")
	}
}

// structural looks for the schemas below n that do not say their type, which
// servers refuse. The function of the same name tells it of schemas that are read
// already, for definitions that no page shows.
func (w *walk) structural(n *yaml.Node, name string) {
	if n.Kind != yaml.MappingNode || leftOut(n) || hasMerge(n) {
		return
	}
	says := func(field, value string) bool {
		v, _ := manifest.Field(n, field)
		return v != nil && (value == "" || v.Value == value)
	}
	if !says("type", "") && !says("x-kubernetes-int-or-string", "true") && !says("x-kubernetes-preserve-unknown-fields", "true") {
		at := n
		if len(n.Content) > 0 {
			at = n.Content[0]
		}
		w.problem(at, ruleRequired, "the schema is not structural: "+name+" needs the field type", "add type: object, or what it is")
	}
	for _, field := range []string{"items", "additionalProperties"} {
		if v, _ := manifest.Field(n, field); v != nil {
			w.structural(v, strings.TrimSuffix(name, "[]")+"[]")
		}
	}
	if props, _ := manifest.Field(n, "properties"); props != nil && props.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(props.Content); i += 2 {
			w.structural(props.Content[i+1], props.Content[i].Value)
		}
	}
}
