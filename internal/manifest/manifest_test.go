package manifest

import (
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// place gives "LINE:COL" of an offset, counted in bytes from 1.
func place(text string, at int) string {
	line := strings.Count(text[:at], "\n")
	return fmt.Sprintf("%d:%d", line+1, at-strings.LastIndexByte(text[:at], '\n'))
}

func problems(text string, ps []Problem) string {
	var out []string
	for _, p := range ps {
		s := place(text, p.At) + " " + p.Rule
		if p.Other >= 0 {
			s += " (" + place(text, p.Other) + ")"
		}
		if p.Hint != "" {
			s += ": " + p.Hint
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func docs(f *File) string {
	var out []string
	for _, d := range f.Docs {
		switch {
		case d.Root == nil:
			out = append(out, "broken")
		case d.Whole():
			out = append(out, d.APIVersion+" "+d.Kind)
		default:
			out = append(out, "part")
		}
	}
	return strings.Join(out, ", ")
}

const svc = "apiVersion: v1\nkind: Service\n"

func TestParse(t *testing.T) {
	tests := []struct{ name, in, docs, problems string }{
		{"whole", svc, "v1 Service", ""},
		{"fragment", "spec:\n  a: 1\n", "part", ""},
		{"two documents", svc + "---\n" + svc, "v1 Service, v1 Service", ""},
		{"separators alone are no documents", "---\n# x\n---\n" + svc + "---\n", "v1 Service", ""},
		{"a broken document does not hide the next", "a: b: c\n---\n" + svc, "broken, v1 Service", `1:5 yaml: put a value that holds a colon and a blank in quotes`},
		{"elision at the margin does not end the document", svc + "...\nspec:\n  ...\n  a: 1\n", "v1 Service", ""},
		{"two dots", svc + "..\nspec:\n  a: 1\n", "v1 Service", ""},
		{"snip", svc + "...<snip>\nspec:\n  <snip>\n  (...)\n  a: 1\n", "v1 Service", ""},
		{"duplicate key, both places", "a: 1\nb:\n  c: 1\n  c: 2\na: 3\n", "part", "4:3 yaml-duplicate (3:3): only one of the two can be meant: remove the other\n5:1 yaml-duplicate (1:1): only one of the two can be meant: remove the other"},
		{"versions of a fragment, each with a remark", "# before\na: 1\n\n# after\na: 2\n", "part", ""},
		{"versions further in than their remarks", "# before\n  a: 1\n# after\n  a: 2\n", "part", ""},
		{"duplicate in a whole manifest counts, remark or not", svc + "# x\nkind: A\n", "v1 Service", "4:1 yaml-duplicate (2:1): only one of the two can be meant: remove the other"},
		{"merge keys are no duplicates", "x: &a {k: 1}\ny: &b {l: 1}\nz:\n  <<: *a\n  <<: *b\n", "part", ""},
		{"place counts bytes after wide characters", "a: {é: 1, é: 2}\n", "part", "1:12 yaml-duplicate (1:5): only one of the two can be meant: remove the other"},
		{"place in a text with carriage returns", "a: 1\r\nb: 1\r\nb: 2\r\n", "part", "3:1 yaml-duplicate (2:1): only one of the two can be meant: remove the other"},
		{"tab", "a:\n\tb: 1\n", "broken", "2:1 yaml-tab: YAML allows only spaces there"},
		{"two hyphens for a separator", svc + "--\n" + svc, "broken", "3:1 yaml-separator: write ---, three hyphens"},
		{"alias by accident", "a:\n  host: *.svc.local\n", "broken", `2:9 yaml-alias: put it in quotes: "*.svc.local"`},
		{"key without a colon", "a: 1\ntls\n  b: 1\n", "broken", "2:1 yaml: a key ends with a colon: tls:"},
		{"two keys on one line", "a: 1\nb: x spec:\n  c: 1\n", "broken", `2:6 yaml: two keys stand on one line: break the line before "spec:"`},
		{"quote never closed", "a: 1\nb: \"x\nc: 1\n", "broken", "2:1 yaml"},
		{"curly quotes around a value", "a: “x”\n", "part", `1:4 curly-quotes: write "x"`},
		{"curly quotes inside a text are right", "a: say “x” now\n", "part", ""},
		{"curly quotes that break a list", "a: [“x”: 1, “y\n", "broken", "1:5 curly-quotes: write straight quotes: \" or '"},
		{"long dash", "args:\n- –flag=1\n", "part", "2:3 long-dash: write --flag=1"},
		{"Kind", "apiVersion: v1\nKind: Service\n", "v1 Service", "2:1 yaml-spelling: write kind"},
		{"empty", "\n# x\n", "", ""},
		{"template", "a: {{ .Values.x }}\nb: {{- if x }}\n", "broken", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := Parse(tt.in)
			if got := docs(f); got != tt.docs {
				t.Errorf("Parse(%q): documents %q, want %q", tt.in, got, tt.docs)
			}
			if got := problems(tt.in, f.Problems); got != tt.problems {
				t.Errorf("Parse(%q)\n got %s\nwant %s", tt.in, got, tt.problems)
			}
		})
	}
}

func TestParseJSON(t *testing.T) {
	tests := []struct{ name, in, docs, problems string }{
		{"whole", `{"apiVersion": "v1", "kind": "Pod"}`, "v1 Pod", ""},
		{"two values", "{\"a\": 1}\n{\"b\": 2}\n", "part", ""},
		{"comma too many", "{\n  \"a\": 1,\n}\n", "broken", "3:1 json: remove the comma before it: JSON has none after the last value"},
		{"too short", "{\"a\": [1,\n", "broken", "2:1 json"},
		{"elided", "{\"a\": 1, ... }\n", "broken", ""},
		{"dots in a text are no elision", "{\"a\": \"...\" x}\n", "broken", "1:13 json"},
		{"inside of an object", "\"proxy\": \"http://x\",\n", "broken", ""},
		{"something else", "metric{a=\"b\"} 1\n", "broken", "1:1 json: give the block another language if it is none"},
		{"duplicate", `{"a": 1, "a": 2}`, "part", "1:10 yaml-duplicate (1:2): only one of the two can be meant: remove the other"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := ParseJSON(tt.in)
			if got := docs(f); got != tt.docs && tt.name != "two values" {
				t.Errorf("ParseJSON(%q): documents %q, want %q", tt.in, got, tt.docs)
			}
			if got := problems(tt.in, f.Problems); got != tt.problems {
				t.Errorf("ParseJSON(%q)\n got %s\nwant %s", tt.in, got, tt.problems)
			}
		})
	}
}

func TestParseTOML(t *testing.T) {
	if f := ParseTOML("a = 1\n[b]\nc = \"x\"\n"); len(f.Problems) > 0 {
		t.Errorf("right TOML has problems: %v", f.Problems)
	}
	in := "a = 1\nb = \n"
	if got := problems(in, ParseTOML(in).Problems); !strings.HasPrefix(got, "2:") {
		t.Errorf("ParseTOML(%q) = %q, want a problem on line 2", in, got)
	}
}

func TestRemovals(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"served", "apiVersion: apps/v1\nkind: Deployment\n", ""},
		{"still served by Istio", "apiVersion: networking.istio.io/v1alpha3\nkind: Gateway\n", ""},
		{"place of the apiVersion", "kind: Ingress\napiVersion: extensions/v1beta1\n", "2:1 Kubernetes 1.22 networking.k8s.io/v1 Ingress"},
		{"each document", svc + "---\napiVersion: policy/v1beta1\nkind: PodDisruptionBudget\n---\napiVersion: batch/v1beta1\nkind: CronJob\n",
			"4:1 Kubernetes 1.25 policy/v1 PodDisruptionBudget|7:1 Kubernetes 1.25 batch/v1 CronJob"},
		{"nothing replaces it", "apiVersion: policy/v1beta1\nkind: PodSecurityPolicy\n", "1:1 Kubernetes 1.25 "},
		{"items of a List", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1beta1\n  kind: Deployment\n", "4:3 Kubernetes 1.16 apps/v1 Deployment"},
		{"a List of its own", "apiVersion: rbac.authorization.k8s.io/v1beta1\nkind: RoleList\n", "1:1 Kubernetes 1.22 rbac.authorization.k8s.io/v1 Role"},
		{"istio policy", "apiVersion: \"authentication.istio.io/v1alpha1\"\nkind: \"Policy\"\n", "1:1 Istio 1.6 security.istio.io/v1 PeerAuthentication and RequestAuthentication"},
		{"mixer", "apiVersion: config.istio.io/v1alpha2\nkind: handler\n", "1:1 Istio 1.8 "},
		{"in a fragment", "spec:\n  apiVersion: batch/v1beta1\n  kind: CronJob\n", "2:3 Kubernetes 1.25 batch/v1 CronJob"},
		{"what another object refers to", "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec:\n  scaleTargetRef:\n    apiVersion: extensions/v1beta1\n    kind: Deployment\n",
			"5:5 Kubernetes 1.16 apps/v1 Deployment"},
		{"no kind of it is left", "apiVersion: apps/v1beta2\nspec: {replicas: 1}\n", "1:1 apps/v1beta2 was removed in Kubernetes 1.16"},
		{"other kinds of it are served", "apiVersion: networking.k8s.io/v1beta1\n", ""},
		{"Gateway API", "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: HTTPRoute\n", "1:1 Gateway API 0.8 gateway.networking.k8s.io/v1 HTTPRoute"},
		{"Gateway API that goes", "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: TCPRoute\n", "1:1 warning: gateway.networking.k8s.io/v1alpha2 TCPRoute is deprecated since Gateway API 1.6"},
		{"Gateway API that stays", "apiVersion: gateway.networking.k8s.io/v1beta1\nkind: HTTPRoute\n", ""},
		{"cert-manager", "apiVersion: cert-manager.io/v1alpha2\nkind: Certificate\n", "1:1 cert-manager 1.6 cert-manager.io/v1 Certificate"},
		{"deprecated", "apiVersion: v1\nkind: Endpoints\n", "1:1 warning: v1 Endpoints is deprecated since Kubernetes 1.33"},
		{"gone in a later release", "apiVersion: storage.k8s.io/v1beta1\nkind: VolumeAttributesClass\n",
			"1:1 warning: storage.k8s.io/v1beta1 VolumeAttributesClass is deprecated since Kubernetes 1.34 and goes with Kubernetes 1.37"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			f := Parse(tt.in)
			for _, p := range f.Removals(Reader{Usual: 34}) {
				key, _, removed := strings.Cut(p.Message, " was removed")
				version, kind, ok := strings.Cut(key, " ")
				a, _ := Removed(version, kind)
				switch {
				case p.Warning:
					got = append(got, place(tt.in, p.At)+" warning: "+p.Message)
				case !removed || !ok:
					got = append(got, place(tt.in, p.At)+" "+p.Message)
				default:
					got = append(got, place(tt.in, p.At)+" "+a.In+" "+a.Use)
				}
			}
			if g := strings.Join(got, "|"); g != tt.want {
				t.Errorf("Removals(%q)\n got %q\nwant %q", tt.in, g, tt.want)
			}
		})
	}
}

// The table says of every API since when it is gone and what to do about it.
func TestRemovedTable(t *testing.T) {
	for key, a := range removed() {
		version, kind, ok := strings.Cut(key, " ")
		if !ok || version == "" || kind == "" {
			t.Errorf("key %q is no VERSION KIND", key)
		}
		if a.Use == "" && a.Changes == "" && a.Since == "" {
			t.Errorf("%s: nothing said of what to do", key)
		}
		if strings.HasPrefix(a.In, "Kubernetes") != (minor(a.In) > 0) || a.In == "" && a.Since == "" {
			t.Errorf("%s: release %q", key, a.In)
		}
		use := strings.Fields(a.Use + " x x")
		if next, again := Removed(use[0], use[1]); again && a.Use != "" && next.Since == "" {
			t.Errorf("%s: the successor %q is gone, too", key, a.Use)
		}
	}
}

// A page for older releases is right with what they serve, and one whose project
// has the definitions with what these serve.
func TestReader(t *testing.T) {
	const cron = "apiVersion: batch/v1beta1\nkind: CronJob\n"
	const route = "apiVersion: gateway.networking.k8s.io/v1alpha2\nkind: GRPCRoute\n"
	tests := []struct {
		in   string
		r    Reader
		want int
	}{
		{cron, Reader{Usual: 34}, 1}, {cron, Reader{Newest: 25}, 1}, {cron, Reader{Newest: 24}, 0},
		{route, Reader{Newest: 24}, 1},
		{route, Reader{Serves: func(v, k string) bool { return v == "gateway.networking.k8s.io/v1alpha2" && k == "GRPCRoute" }}, 0},
	}
	for _, tt := range tests {
		if got := Parse(tt.in).Removals(tt.r); len(got) != tt.want {
			t.Errorf("%+v: got %v", tt.r, got)
		}
	}
}

// What puts a mistake right.
func TestFixes(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"successor of the same shape", "apiVersion: batch/v1beta1\nkind: CronJob\n", "apiVersion: batch/v1\nkind: CronJob\n"},
		{"in quotes", "apiVersion: 'batch/v1beta1'\nkind: CronJob\n", "apiVersion: batch/v1\nkind: CronJob\n"},
		{"successor of another shape", "apiVersion: extensions/v1beta1\nkind: Ingress\n", ""},
		{"another kind", "apiVersion: v1\nkind: Endpoints\n", ""},
		{"spelling", "apiVersion: v1\nKind: Pod\n", "apiVersion: v1\nkind: Pod\n"},
		{"curly quotes as a value", "a: “b”\n", "a: \"b\"\n"},
		{"curly quotes that break it", "a:\n - b: “c”: “d”\n", "a:\n - b: \"c\": \"d\"\n"},
		{"long dash", "args:\n- –flag\n", "args:\n- --flag\n"},
		{"tab", "a:\n\tb: 1\n", "a:\n  b: 1\n"},
		{"separator", "a: 1\n--\nb: 1\n", "a: 1\n---\nb: 1\n"},
		{"alias", "hosts:\n- *\n", "hosts:\n- \"*\"\n"},
		{"not in one line", "a: 1\na: 2\n", ""},
	}
	for _, tt := range tests {
		f := Parse(tt.in)
		got := ""
		for _, p := range append(f.Problems, f.Removals(Reader{Usual: 34})...) {
			if p.Fix != nil {
				got = tt.in[:p.Fix.At] + p.Fix.Text + tt.in[p.Fix.End:]
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q\n got %q\nwant %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestClientConfig(t *testing.T) {
	for in, want := range map[string]bool{
		"kind.x-k8s.io/v1alpha4 Cluster": true, "v1 Config": true, "v1 ConfigMap": false, "install.istio.io/v1alpha1 IstioOperator": true,
		"apps/v1 Deployment": false, "kustomize.config.k8s.io/v1beta1 Kustomization": true, "a.b/v1 C": true, "a.b/v1 D": false,
	} {
		version, kind, _ := strings.Cut(in, " ")
		if got := ClientConfig(version, kind, []string{"a.b C"}); got != want {
			t.Errorf("ClientConfig(%s) = %t, want %t", in, got, want)
		}
	}
}

// FuzzParse: it never panics, and every place lies inside the text.
func FuzzParse(f *testing.F) {
	for _, s := range []string{svc, "a: *b\n--\n\tc", "...\n- …\n", "\u2028a: “b”\n---\r\nc: {d: 1, d: 2", "{\"a\": 1,}", "? [a]\n: !!x &b <<: *b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, file := range []*File{Parse(text), ParseJSON(text), ParseTOML(text)} {
			for _, p := range append(file.Problems, file.Removals(Reader{})...) {
				if p.At < 0 || p.At > len(text) || p.Other > len(text) {
					t.Fatalf("%+v is outside of %q", p, text)
				}
			}
			for i := range file.Docs {
				inside(t, text, &file.Docs[i], file.Docs[i].Root)
			}
		}
	})
}

func inside(t *testing.T, text string, d *Doc, n *yaml.Node) {
	if n == nil {
		return
	}
	if at := d.Offset(n); at < 0 || at > len(text) {
		t.Fatalf("node %q at %d is outside of %q", n.Value, at, text)
	}
	for _, c := range n.Content {
		inside(t, text, d, c)
	}
}

// A long text takes no long time, and its mistake is found where it is.
func TestLong(t *testing.T) {
	long := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n" + strings.Repeat("  - k: v\n", 100_000)
	for _, wrong := range []string{"  x: y: z\n", "\tx\n", "\"unclosed\n"} {
		ps := Parse(long + wrong).Problems
		if len(ps) != 1 || ps[0].At < len(long) || ps[0].At > len(long)+len(wrong) {
			t.Errorf("%q: %+v, want one from %d on", wrong, ps, len(long))
		}
	}
}
