package check

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/manifest"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/schema"
	"go.yaml.in/yaml/v3"
)

// A fault is made in a text, by someone who knows Kubernetes and not our
// schemas: the tables below are all that decides what is wrong.
type fault struct {
	kind string
	make func(r *rand.Rand, b *base) (text string, line int, ok bool)
}

// A base is a manifest or a fragment that is right.
type base struct {
	from, text, kind string // kind of a fragment: what it was recognised as
	lines            []string
	fields           []field
}

// A field is a key on a line of its own.
type field struct {
	path  []string
	key   *yaml.Node
	value *yaml.Node
	of    *yaml.Node // the mapping
	at    int        // index of the key in it
	upper int        // line that opens the mapping
}

func (f field) name() string   { return f.key.Value }
func (f field) parent() string { return f.path[len(f.path)-1] }
func (f field) plain() bool {
	return f.value.Kind == yaml.ScalarNode && f.value.Line == f.key.Line && f.value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 && !strings.Contains(f.value.Value, "\n")
}

// Below these keys may have any name; what stands there has a type all the same.
var anyName = words2set(`labels annotations matchLabels data stringData binaryData nodeSelector limits requests
	hard used allocatable capacity`)

// Below these anything may stand.
var freeForm = words2set(`set add value typed_config config values parameters selector openAPIV3Schema properties headers
	queryParams pluginConfig matchExpressions hpa-labels claims overhead volumeAttributes options patches`)

// free tells that a field here may be called anything.
func (f field) free() bool { return f.untyped() || f.below(anyName) }

// untyped tells that a field here may be anything.
func (f field) untyped() bool { return f.below(freeForm) }

func (f field) below(keys map[string]bool) bool {
	return slices.ContainsFunc(f.path, func(p string) bool { return keys[p] })
}

func newBase(from, text, kind string) *base {
	var doc yaml.Node
	if yaml.Unmarshal([]byte(text), &doc) != nil || len(doc.Content) == 0 || strings.Contains(text, "\n---") || strings.Contains(text, "\t") {
		return nil
	}
	b := &base{from: from, text: text, kind: kind, lines: strings.SplitAfter(strings.TrimRight(text, "\n")+"\n", "\n")}
	var visit func(n *yaml.Node, path []string, upper int)
	visit = func(n *yaml.Node, path []string, upper int) {
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content) && n.Style&yaml.FlowStyle == 0; i += 2 {
				k, v := n.Content[i], n.Content[i+1]
				b.fields = append(b.fields, field{slices.Clone(path), k, v, n, i, upper})
				visit(v, append(slices.Clone(path), k.Value), k.Line)
			}
		case yaml.SequenceNode:
			for _, c := range n.Content {
				visit(c, path, c.Line)
			}
		}
	}
	visit(doc.Content[0], []string{""}, 1)
	return b
}

// pick takes a field at random of those that are right for a fault.
func (b *base) pick(r *rand.Rand, good func(field) bool) (field, bool) {
	var fs []field
	for _, f := range b.fields {
		if good(f) {
			fs = append(fs, f)
		}
	}
	if len(fs) == 0 {
		return field{}, false
	}
	return fs[r.IntN(len(fs))], true
}

// edit replaces the line of a field.
func (b *base) edit(f field, line string) string {
	ls := slices.Clone(b.lines)
	ls[f.key.Line-1] = line
	return strings.Join(ls, "")
}

func (b *base) line(f field) string { return b.lines[f.key.Line-1] }

func (b *base) withValue(f field, value string) string {
	l := b.line(f)
	return b.edit(f, l[:f.key.Column-1+len(f.key.Value)]+": "+value+"\n")
}

func top(f field) bool { return len(f.path) == 1 }

// Fields that a server insists on, by what they stand in.
var insisted = words2set("metadata.name containers.name ports.port ports.number volumeMounts.mountPath volumes.name env.name roleRef.name roleRef.kind subjects.kind")

// Fields that take a few words only.
var worded = words2set("imagePullPolicy restartPolicy applyTo operation resolution location trafficPolicy.tls.mode tls.mode mtls.mode action concurrencyPolicy whenUnsatisfiable externalTrafficPolicy")

var numeric = words2set("containerPort replicas number weight initialDelaySeconds periodSeconds completions parallelism minReplicas maxReplicas backoffLimit port runAsUser fsGroup timeoutSeconds failureThreshold")

var faults = []fault{
	{"unknown field", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool {
			return !f.free() && f.plain() && !(top(f) && b.kind != "") && b.kind != f.name()
		})
		if !ok {
			return "", 0, false
		}
		indent := strings.Repeat(" ", f.key.Column-1)
		ls := slices.Insert(slices.Clone(b.lines), f.key.Line, indent+[]string{"zones: 3\n", "enableFoo: true\n", "fooBar: x\n"}[r.IntN(3)])
		return strings.Join(ls, ""), f.key.Line + 1, true
	}},
	{"misspelled field", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool { return !f.free() && !top(f) && len(f.name()) > 3 })
		if !ok {
			return "", 0, false
		}
		i := 1 + r.IntN(len(f.name())-2)
		bad := f.name()[:i] + f.name()[i+1:]
		if r.IntN(2) == 0 {
			bad = f.name()[:i] + f.name()[i:i+1] + f.name()[i:]
		}
		l, c := b.line(f), f.key.Column-1
		return b.edit(f, l[:c]+bad+l[c+len(f.name()):]), f.key.Line, true
	}},
	{"wrong type", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool { return !f.untyped() && f.plain() && !(top(f) && b.kind == "") })
		if !ok {
			return "", 0, false
		}
		return b.withValue(f, []string{"[x]", "{x: y}"}[r.IntN(2)]), f.key.Line, true
	}},
	{"text for a number", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool {
			return !f.free() && f.plain() && numeric[f.name()] && f.value.Tag == "!!int" && f.parent() != "httpGet" && f.parent() != "tcpSocket"
		})
		if !ok {
			return "", 0, false
		}
		return b.withValue(f, `"`+f.value.Value+`0"`), f.key.Line, true
	}},
	{"number for text", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool {
			return f.plain() && slices.Contains([]string{"image", "name", "namespace", "host", "mountPath"}, f.name()) && !f.free() && len(f.path) > 1
		})
		if !ok {
			return "", 0, false
		}
		return b.withValue(f, []string{"8080", "true", "1.5", "yes"}[r.IntN(4)]), f.key.Line, true
	}},
	{"indentation", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool {
			return !f.free() && f.plain() && !top(f) && f.at > 0 && f.at+2 == len(f.of.Content) && f.key.Column > 2 && b.outer(f)
		})
		if !ok {
			return "", 0, false
		}
		up := b.lines[f.upper-1]
		col := len(up) - len(strings.TrimLeft(up, " -"))
		return b.edit(f, strings.Repeat(" ", col)+strings.TrimLeft(b.line(f), " ")), f.key.Line, col < f.key.Column-1
	}},
	{"missing field", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool {
			return b.kind == "" && f.plain() && insisted[f.parent()+"."+f.name()] && len(f.of.Content) > 2 && !(f.at == 0 && f.upper == f.key.Line) &&
				!strings.Contains(strings.Join(f.path, "."), "template.metadata")
		})
		if !ok {
			return "", 0, false
		}
		return b.edit(f, ""), f.upper, true
	}},
	{"word that is not allowed", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool {
			return f.plain() && !f.free() && (worded[f.name()] || worded[f.parent()+"."+f.name()])
		})
		if !ok {
			return "", 0, false
		}
		return b.withValue(f, f.value.Value+"X"), f.key.Line, true
	}},
	{"duplicate key", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool { return f.plain() && f.at > 0 })
		if !ok {
			return "", 0, false
		}
		return strings.Join(slices.Insert(slices.Clone(b.lines), f.key.Line, b.line(f)), ""), f.key.Line + 1, true
	}},
	{"wrong apiVersion", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool { return top(f) && f.name() == "apiVersion" && b.kind == "" })
		if !ok {
			return "", 0, false
		}
		group, version, slash := strings.Cut(f.value.Value, "/")
		if !slash {
			return b.withValue(f, []string{"v2", "apps/v1", "v1beta1"}[r.IntN(3)]), f.key.Line, true
		}
		return b.withValue(f, []string{group + "/v7", version, group + "/" + version + "beta9"}[r.IntN(3)]), f.key.Line, true
	}},
	{"wrong kind", func(r *rand.Rand, b *base) (string, int, bool) {
		f, ok := b.pick(r, func(f field) bool { return top(f) && f.name() == "kind" && b.kind == "" })
		if !ok {
			return "", 0, false
		}
		return b.withValue(f, f.value.Value[:2]+f.value.Value[3:]), f.key.Line, true
	}},
}

// outer reports whether the field has no place one level up: neither the
// mapping there nor anything like it takes it.
func (b *base) outer(f field) bool {
	switch f.name() {
	case "name", "labels", "namespace", "port", "host", "kind", "match", "mode", "type", "image", "command", "protocol":
		return f.parent() == "metadata" || f.parent() == "destination" || f.parent() == "containers"
	}
	return true
}

var heredocText = regexp.MustCompile(`(?s)<<'?EOF'?\n(apiVersion.*?\n)EOF`)

// bases collects what is right in the corpora and is held against a schema.
func bases(t *testing.T, s *schema.Set) (whole, parts []*base) {
	seen := map[string]bool{}
	add := func(from, text string) {
		f := manifest.Parse(text)
		if seen[text] || len(f.Docs) != 1 || len(f.Problems) > 0 || f.Elided || f.Template || f.Docs[0].Root == nil || f.Docs[0].LeftOut() {
			return
		}
		seen[text] = true
		d := &f.Docs[0]
		v := s.Judge(d, schema.Context{}, false)
		if !v.Checked || len(v.Problems) > 0 {
			return
		}
		if d.Whole() {
			if b := newBase(from, text, ""); b != nil {
				whole = append(whole, b)
			}
			return
		}
		kind, _, _ := strings.Cut(strings.TrimPrefix(v.Reason, "fragment of "), ".")
		kind, _, _ = strings.Cut(kind, " ")
		if b := newBase(from, text, kind); b != nil {
			parts = append(parts, b)
		}
	}
	for _, folder := range []string{"istio-en", "istio-zh", "kiali", "k8s-tasks"} {
		for _, p := range corpus(t, folder+"/content").Pages {
			for _, b := range p.Blocks {
				from := folder + " " + b.Pos.String()
				for _, m := range heredocText.FindAllStringSubmatch(b.Text, -1) {
					add(from, m[1])
				}
				if b.Lang == "yaml" || b.Lang == "yml" {
					add(from, b.Text)
				}
			}
		}
	}
	return whole, parts
}

// What is put into manifests is found, on its line of the page.
func TestFaults(t *testing.T) {
	s := istioSchemas(t)
	whole, parts := bases(t, s)
	t.Logf("%d manifests, %d fragments", len(whole), len(parts))
	for _, run := range []struct {
		name        string
		bases       []*base
		n           int
		declared    bool
		found, line float64 // at least, of all
		seed        uint64
	}{
		{"manifests", whole, 500, false, 0.99, 0.99, 5},
		{"fragments of a declared kind", parts, 500, true, 0.99, 0.99, 5},
		{"fragments", parts, 500, false, 0.99, 0.99, 5},
		{"fragments again", parts, 500, false, 0.99, 0.99, 7},
	} {
		t.Run(run.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(run.seed, 2026))
			type count struct{ made, found, line int }
			counts, all := map[string]*count{}, count{}
			for all.made < run.n {
				f := faults[all.made%len(faults)]
				if run.bases[0].kind != "" { // those that need a manifest leave their turn to another
					f = faults[r.IntN(len(faults))]
				}
				b := run.bases[r.IntN(len(run.bases))]
				text, line, ok := f.make(r, b)
				if !ok {
					continue
				}
				kind := ""
				if run.declared {
					kind = b.kind
				}
				if counts[f.kind] == nil {
					counts[f.kind] = &count{}
				}
				c := counts[f.kind]
				found, right, said := lookFor(t, s, text, kind, line)
				c.made, all.made = c.made+1, all.made+1
				if found {
					c.found, all.found = c.found+1, all.found+1
				} else {
					t.Logf("NOT FOUND %s, %s:%d (%s) %s", f.kind, b.from, line, b.kind, strings.TrimSpace(strings.SplitAfter(text, "\n")[line-1]))
				}
				if right {
					c.line, all.line = c.line+1, all.line+1
				} else if found {
					t.Logf("NOT THERE %s, %s:%d %s", f.kind, b.from, line, said)
				}
			}
			var b strings.Builder
			for _, f := range faults {
				if c := counts[f.kind]; c != nil {
					fmt.Fprintf(&b, "\n%-26s %4d made %4d found %4d on the line", f.kind, c.made, c.found, c.line)
				}
			}
			fmt.Fprintf(&b, "\n%-26s %4d made %4d found %4d on the line", "all", all.made, all.found, all.line)
			t.Log(b.String())
			if float64(all.found) < run.found*float64(all.made) || float64(all.line) < run.line*float64(all.found) {
				t.Error("too few")
			}
		})
	}
}

// lookFor puts a text into a list of a page and looks whether something is said
// of it, and on the right line.
func lookFor(t *testing.T, s *schema.Set, text, kind string, line int) (found, right bool, said string) {
	head := "---\ntitle: T\n---\n\n1. Do this:\n\n    ```yaml"
	if kind != "" {
		head += ` {kind="` + kind + `"}`
	}
	head += "\n"
	in := head + "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ") + "\n    ```\n"
	set, err := page.Load(t.Context(), fstest.MapFS{"p.md": {Data: []byte(in)}}, page.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range set.Pages {
		if p.File == nil {
			continue
		}
		for _, it := range New(p, Options{Guess: true, Schemas: s}).Items {
			for _, d := range it.Problems {
				found = true
				right = right || d.Pos.Line == strings.Count(head, "\n")+line
				said += fmt.Sprintf("%d: %s; ", d.Pos.Line-strings.Count(head, "\n"), d.Message)
			}
		}
	}
	return found, right, said
}
