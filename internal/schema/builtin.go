package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/manifest"
	"go.yaml.in/yaml/v3"
)

// What API servers refuse in the kinds of Kubernetes, and no schema says: it is
// in the code that validates each kind. Only what has been so in every release
// is here, and only what a manifest shows by itself.

// podPaths say where the kinds have their pods.
var podPaths = map[string]string{"v1 Pod": "spec", "v1 PodTemplate": "template.spec", "v1 ReplicationController": "spec.template.spec",
	"apps/v1 Deployment": "spec.template.spec", "apps/v1 DaemonSet": "spec.template.spec", "apps/v1 ReplicaSet": "spec.template.spec",
	"apps/v1 StatefulSet": "spec.template.spec", "batch/v1 Job": "spec.template.spec", "batch/v1 CronJob": "spec.jobTemplate.spec.template.spec"}

// builtin looks at a whole manifest of a kind that is built in.
func (w *walk) builtin(n *yaml.Node, api, kind string) {
	if w.partial || leftOut(n) || len(w.problems) > 0 {
		return
	}
	key := api + " " + kind
	if path := podPaths[key]; path != "" {
		if spec, _ := under(n, path); spec != nil && !leftOut(spec) {
			w.pod(spec, key)
		}
	}
	switch {
	case strings.HasPrefix(key, "apps/v1 "):
		w.selected(n)
	case key == "v1 Service":
		w.service(n)
	case key == "v1 ConfigMap", key == "v1 Secret":
		w.dataKeys(n)
	case key == "apiextensions.k8s.io/v1 CustomResourceDefinition":
		w.definition(n)
	}
}

// under follows a path of fields.
func under(n *yaml.Node, path string) (value, key *yaml.Node) {
	for name := range strings.SplitSeq(path, ".") {
		if n, key = manifest.Field(n, name); n == nil {
			return nil, nil
		}
	}
	return n, key
}

// items gives the mappings of a list field; nil where it is something else, or
// not all there.
func items(n *yaml.Node, field string) []*yaml.Node {
	l, _ := manifest.Field(n, field)
	if l == nil || l.Kind != yaml.SequenceNode || leftOut(l) {
		return nil
	}
	for _, c := range l.Content {
		if c.Kind != yaml.MappingNode {
			return nil
		}
	}
	return l.Content
}

// restarts are the words that kinds take for restartPolicy, where not all.
var restarts = map[string][]string{"batch/v1 Job": {"OnFailure", "Never"}, "batch/v1 CronJob": {"OnFailure", "Never"},
	"apps/v1 Deployment": {"Always"}, "apps/v1 DaemonSet": {"Always"}, "apps/v1 ReplicaSet": {"Always"}, "apps/v1 StatefulSet": {"Always"},
	"v1 ReplicationController": {"Always"}}

func (w *walk) pod(spec *yaml.Node, kind string) {
	_, name, _ := strings.Cut(kind, " ")
	if words := restarts[kind]; words != nil {
		v, _ := manifest.Field(spec, "restartPolicy")
		switch {
		case v == nil && words[0] != "Always":
			w.problem(spec.Content[0], ruleRequired, "the pods of a "+name+" need the field restartPolicy", "write restartPolicy: "+strings.Join(words, " or "))
		case v != nil && v.Value != "" && !placeholder(v) && !slices.Contains(words, v.Value):
			w.problemFixed(v, ruleValue, fmt.Sprintf("restartPolicy of a %s cannot be %s", name, short(v.Value)), "write "+strings.Join(words, " or "), words[0])
		}
	}
	volumes := map[string]bool{}
	for _, v := range items(spec, "volumes") {
		w.once(v, "name", "volume", volumes)
	}
	names := map[string]bool{}
	for _, field := range []string{"initContainers", "containers"} {
		for _, c := range items(spec, field) {
			w.once(c, "name", "container", names)
			w.container(c)
			if _, merged := manifest.Field(c, "<<"); merged == nil && kind != "apps/v1 StatefulSet" && w.knows(spec, "volumes") {
				w.mounts(c, volumes)
			}
		}
	}
}

// knows reports whether all items of a list are in the manifest.
func (w *walk) knows(n *yaml.Node, field string) bool {
	l, _ := manifest.Field(n, field)
	return l == nil && n.Kind == yaml.MappingNode && !leftOut(n) && !hasMerge(n) || l != nil && l.Kind == yaml.SequenceNode && !leftOut(l) &&
		!slices.ContainsFunc(l.Content, func(c *yaml.Node) bool { return c.Kind != yaml.MappingNode || hasMerge(c) || leftOut(c) })
}

func hasMerge(n *yaml.Node) bool {
	return slices.ContainsFunc(n.Content, func(c *yaml.Node) bool { return c.Tag == "!!merge" })
}

// once looks for a name that another item of the list has.
func (w *walk) once(n *yaml.Node, field, what string, seen map[string]bool) {
	v, _ := manifest.Field(n, field)
	if v == nil || v.Kind != yaml.ScalarNode || placeholder(v) {
		return
	}
	if seen[v.Value] {
		w.problem(v, ruleValue, fmt.Sprintf("a second %s is called %s", what, short(v.Value)), "")
	}
	seen[v.Value] = true
}

var (
	label = lazyregexp.New(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`)
	// portName has a letter, and no two hyphens.
	portName = lazyregexp.New(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

func (w *walk) container(c *yaml.Node) {
	if hasMerge(c) || leftOut(c) {
		return
	}
	name, _ := manifest.Field(c, "name")
	if name != nil && name.Value != "" && typeOf(name) == "string" && !placeholder(name) && !label.MatchString(name.Value) {
		w.problem(name, ruleValue, "the name of a container cannot be "+short(name.Value), "write at most 63 small letters, digits and hyphens")
	}
	if image, _ := manifest.Field(c, "image"); image == nil {
		w.problem(c.Content[0], ruleRequired, "a container needs the field image", "add image: below its name")
	}
	ports := map[string]bool{}
	for _, p := range items(c, "ports") {
		w.portNumber(p, "containerPort")
		w.portNumber(p, "hostPort")
		w.once(p, "name", "port", ports)
		if n, _ := manifest.Field(p, "name"); n != nil && typeOf(n) == "string" && n.Value != "" && !placeholder(n) &&
			(len(n.Value) > 15 || !portName.MatchString(n.Value) || !strings.ContainsAny(n.Value, "abcdefghijklmnopqrstuvwxyz")) {
			w.problem(n, ruleValue, "the name of a port cannot be "+short(n.Value), "write at most 15 small letters, digits and hyphens, with one letter at least")
		}
	}
}

func (w *walk) portNumber(p *yaml.Node, field string) {
	v, _ := manifest.Field(p, field)
	if v == nil || typeOf(v) != "integer" {
		return
	}
	if len(v.Value) > 5 || v.Value[0] == '-' || len(v.Value) == 5 && v.Value > "65535" || strings.Trim(v.Value, "0") == "" && field != "hostPort" {
		w.problem(v, ruleValue, field+" cannot be "+v.Value, "write a number from 1 to 65535")
	}
}

// mounts looks for volumes that the pod does not have.
func (w *walk) mounts(c *yaml.Node, volumes map[string]bool) {
	for _, m := range items(c, "volumeMounts") {
		v, _ := manifest.Field(m, "name")
		if v == nil || v.Value == "" || placeholder(v) || volumes[v.Value] {
			continue
		}
		var names []string
		for n := range volumes {
			names = append(names, n)
		}
		w.problemFixed(v, ruleValue, "the pod has no volume "+short(v.Value), near(v.Value, names, "write %s"), near(v.Value, names, "%s"))
	}
}

// selected looks for labels that a selector asks for and the template lacks.
func (w *walk) selected(n *yaml.Node) {
	want, _ := under(n, "spec.selector.matchLabels")
	labels, _ := under(n, "spec.template.metadata.labels")
	template, key := under(n, "spec.template")
	if want == nil || want.Kind != yaml.MappingNode || template == nil || template.Kind != yaml.MappingNode || leftOut(template) || hasMerge(want) {
		return
	}
	if meta, at := manifest.Field(template, "metadata"); meta != nil {
		if key = at; meta.Kind != yaml.MappingNode || leftOut(meta) {
			return
		}
	}
	if labels != nil && (labels.Kind != yaml.MappingNode || leftOut(labels) || hasMerge(labels)) {
		return
	}
	for i := 0; i+1 < len(want.Content); i += 2 {
		k, v := want.Content[i], want.Content[i+1]
		has, at := manifest.Field(labels, k.Value)
		if placeholder(k) || placeholder(v) || has != nil && (placeholder(has) || has.Value == v.Value || has.Kind != yaml.ScalarNode) {
			continue
		}
		if at == nil {
			at = key
		} else {
			at = has
		}
		w.problem(at, ruleValue, fmt.Sprintf("the pods do not have the label %s: %s that spec.selector asks for", k.Value, v.Value),
			"the labels of the template and the selector have to agree")
		return
	}
}

func (w *walk) service(n *yaml.Node) {
	spec, _ := manifest.Field(n, "spec")
	if spec == nil || spec.Kind != yaml.MappingNode || leftOut(spec) || hasMerge(spec) {
		return
	}
	ports := items(spec, "ports")
	kind, address := text(spec, "type"), text(spec, "clusterIP")
	if l, _ := manifest.Field(spec, "ports"); l == nil && kind != "ExternalName" && address != "None" {
		w.problem(spec.Content[0], ruleRequired, "a Service needs the field ports", `a Service without ports has type: ExternalName or clusterIP: None`)
	}
	if kind == "ExternalName" && text(spec, "externalName") == "" {
		w.problem(spec.Content[0], ruleRequired, "a Service of type ExternalName needs the field externalName", "")
	}
	names := map[string]bool{}
	for _, p := range ports {
		w.portNumber(p, "port")
		w.once(p, "name", "port", names)
		if name, _ := manifest.Field(p, "name"); name == nil && len(ports) > 1 && !hasMerge(p) && len(p.Content) > 0 {
			w.problem(p.Content[0], ruleRequired, "a port needs the field name where a Service has several", "add name: to each port")
			return
		}
	}
}

var dataKey = lazyregexp.New(`^[-._a-zA-Z0-9]{1,253}$`)

func (w *walk) dataKeys(n *yaml.Node) {
	for _, field := range []string{"data", "stringData", "binaryData"} {
		data, _ := manifest.Field(n, field)
		if data == nil || data.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i < len(data.Content); i += 2 {
			if k := data.Content[i]; k.Kind == yaml.ScalarNode && k.Tag != "!!merge" && !placeholder(k) && !dataKey.MatchString(k.Value) {
				w.problem(k, ruleValue, field+" cannot have the key "+short(k.Value), "write letters, digits, -, _ and .")
			}
		}
	}
}
