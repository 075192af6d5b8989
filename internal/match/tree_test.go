package match

import (
	"strings"
	"testing"
)

const object1 = `{
  "headers": {
    "Host": "httpbin:8000",
    "X-B3-Traceid": "86a929a0e76cda378fc453fb1dec2c22"
  },
  "ports": [80, 443],
  "ready": true,
  "origin": "10.1.2.3",
  "timeout": "10s"
}
`

func TestJSON(t *testing.T) {
	as := func(old, new string) string {
		if !strings.Contains(object1, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(object1, old, new, 1)
	}
	agrees(t, true, [][3]string{
		{"itself", object1, object1},
		{"other order", object1, `{"ready": true, "timeout": "10s", "ports": [80,443], "origin": "10.9.9.9", "headers": {"X-B3-Traceid": "00a929a0e76cda378fc453fb1dec2c22", "Host": "httpbin:8000"}}`},
		{"members left out", "{\n  \"headers\": {\n    ...\n    \"Host\": \"httpbin:8000\",\n    ...\n  },\n  ...\n}\n", object1},
		{"the rest left out", "{\n  \"headers\": {\n    \"Host\": \"httpbin:8000\",\n    ...\n", object1},
		{"the rest left out below", "{\n  \"headers\": {\n    \"Host\": \"httpbin:8000\",\n...\n", object1},
		{"a value left out", as(`"httpbin:8000"`, "..."), object1},
		{"a part of a value left out", as(`"httpbin:8000"`, `"httpbin:..."`), object1},
		{"elements left out", as("[80, 443]", "[80, ...]"), object1},
		{"all elements left out", as("[80, 443]", "[...]"), object1},
		{"an object left out", as("{\n    \"Host\": \"httpbin:8000\",\n    \"X-B3-Traceid\": \"86a929a0e76cda378fc453fb1dec2c22\"\n  }", "{...}"), object1},
		{"a comma too many", as(`"timeout": "10s"`, `"timeout": "10s",`), object1},
		{"behind headers", "HTTP/1.1 200 OK\ndate: Tue, 25 Feb 2020 20:25:52 GMT\n\n" + object1, "HTTP/1.1 200 OK\ndate: Sat, 21 Nov 2026 20:25:52 GMT\n\n" + `{"ports": [80,443], "ready": true, "timeout": "10s", "origin": "10.9.9.9", "headers": {"X-B3-Traceid": "00a929a0e76cda378fc453fb1dec2c22", "Host": "httpbin:8000"}}`},
		{"one for each line", `{"level":"info","ts":"2020-03-05T23:43:21Z"}` + "\n" + `{"level":"warn","ts":"2020-03-05T23:43:21Z"}`,
			`{"ts":"2026-03-05T23:43:21Z","level":"info"}` + "\n" + `{"ts":"2026-03-05T23:43:21Z","level":"warn"}`},
		{"volatile keys", `{"metadata": {"uid": "043e39d9-377a-4a67-a7cf-7ae4cb3c562c", "resourceVersion": "1", "generation": 1, "managedFields": []}}`,
			`{"metadata": {"uid": "143e39d9-377a-4a67-a7cf-7ae4cb3c562c", "resourceVersion": "345", "generation": 7}}`},
		{"JSON in JSON", `{"a": "{\"x\":1,\"y\":\"10.1.2.3\"}"}`, `{"a": "{\"y\":\"10.1.9.3\",\"x\":1}"}`},
		{"left out across the structure", "{\n...\n    \"Host\": \"httpbin:8000\",\n...\n  \"ready\": true,\n...", object1},
		{"members alone", "...\n\"Host\": \"httpbin:8000\",\n\"X-B3-Traceid\": \"00a929a0e76cda378fc453fb1dec2c22\"\n...", object1},
	})
	agrees(t, false, [][3]string{
		{"a value", object1, as("httpbin:8000", "httpbin:8001")},
		{"a number", object1, as("443", "444")},
		{"a truth", object1, as("true", "false")},
		{"a setting", object1, as("10s", "11s")},
		{"a key", object1, as("ready", "steady")},
		{"a key is missing", object1, as(`  "ready": true,`+"\n", "")},
		{"a key too many", object1, as(`  "ready": true,`, `  "ready": true, "x": 1,`)},
		{"order of elements", object1, as("80, 443", "443, 80")},
		{"an element is missing", object1, as("80, 443", "80")},
		{"an element too many", object1, as("80, 443", "80, 443, 8080")},
		{"another type", object1, as("[80, 443]", "{}")},
		{"text for a number", object1, as("443", `"443"`)},
		{"left out, but not that", "{\n  \"headers\": {\n    ...\n    \"Host\": \"other:8000\",\n    ...\n  },\n  ...\n}\n", object1},
		{"left out, but not there", "{\n  ...\n  \"headers\": {\n    \"Host\": \"httpbin:8000\"\n  },\n  ...\n}\n", object1},
		{"cut", object1, strings.TrimSuffix(object1, "}\n")},
		{"behind headers", "HTTP/1.1 200 OK\n\n" + object1, "HTTP/1.1 503 OK\n\n" + object1},
		{"text behind", object1, object1 + "more\n"},
		{"no JSON", object1, "Error: no route\n"},
	})
}

const manifest = `apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata:
  name: ratings
  uid: 043e39d9-377a-4a67-a7cf-7ae4cb3c562c
  resourceVersion: "36649"
spec:
  hosts:
  - ratings
  http:
  - fault:
      delay:
        fixedDelay: 7s
    route:
    - destination:
        host: ratings
        subset: v1
  - route:
    - destination:
        host: ratings
        subset: v2
`

func TestYAML(t *testing.T) {
	as := func(old, new string) string {
		if !strings.Contains(manifest, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(manifest, old, new, 1)
	}
	agrees(t, true, [][3]string{
		{"itself", manifest, manifest},
		{"volatile", manifest, strings.Replace(as("36649", "1"), "043e39d9", "143e39d9", 1)},
		{"other order", manifest, "kind: VirtualService\n" + as("kind: VirtualService\n", "")},
		{"a remark", as("spec:\n", "# what it does\nspec:\n"), manifest},
		{"quotes", as("host: ratings\n", "host: \"ratings\"\n"), manifest},
		{"metadata left out", "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\n...\n" + manifest[strings.Index(manifest, "spec:"):], manifest},
		{"metadata left out, further in", "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata:\n  ...\n" + manifest[strings.Index(manifest, "spec:"):], manifest},
		{"the rest left out", "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata:\n...\n", manifest},
		{"keys left out, other order", "kind: VirtualService\nspec:\n  ...\n  hosts:\n  - ratings\n...\n", manifest},
		{"the start of a list left out", as("  - fault:\n      delay:\n        fixedDelay: 7s\n    route:\n    - destination:\n        host: ratings\n        subset: v1\n", "  ...\n"), manifest},
		{"a value left out", as("7s", "..."), manifest},
		{"documents", manifest + "---\n" + manifest, manifest + "---\n" + manifest},
		{"lines of text", "data:\n  config: |\n    a\n    ...\n    d\n", "data:\n  config: |\n    a\n    b\n    c\n    d\n"},
		{"a part of it", "    delay:\n      fixedDelay: 7s\n", "delay:\n  fixedDelay: 7s\n"},
		{"left out in a comment", "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata:\n  # ...\nspec:\n  # ...\n", manifest},
		{"lines alone", "...\n  hosts:\n  - ratings\n...", manifest},
	})
	agrees(t, false, [][3]string{
		{"a value", manifest, as("v2", "v3")},
		{"a setting", manifest, as("7s", "8s")},
		{"a setting beside what is left out", "...\n  hosts:\n  - ratings\n  http:\n  - fault:\n      delay:\n        fixedDelay: 8s\n...", manifest},
		{"a key is missing", manifest, as("  hosts:\n  - ratings\n", "")},
		{"a key too many", manifest, as("spec:\n", "spec:\n  gateways: []\n")},
		{"an element too many", manifest, as("  - ratings\n", "  - ratings\n  - reviews\n")},
		{"order of elements", manifest, strings.NewReplacer("v1\n", "v2\n", "v2\n", "v1\n").Replace(manifest)},
		{"left out, but not that", "kind: VirtualService\n...\nspec:\n  hosts:\n  - reviews\n  ...\n", manifest},
		{"left out in metadata alone", "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata:\n  ...\nspec:\n  hosts:\n  - ratings\n", manifest},
		{"another level", manifest, as("    route:\n", "route:\n")},
		{"a document too few", manifest + "---\n" + manifest, manifest},
		{"lines of text", "data:\n  config: |\n    a\n    ...\n    e\n", "data:\n  config: |\n    a\n    b\n    c\n    d\n"},
		{"text for a number", "spec:\n  replicas: 1\n", "spec:\n  replicas: \"1\"\n"},
	})
}

func TestTreeMessages(t *testing.T) {
	for _, tt := range []struct{ want, got, message, line string }{
		{object1, strings.Replace(object1, "443", "444", 1), ".ports[1]: got 444, want 443", `  "ports": [80, 443],`},
		{object1, strings.Replace(object1, `"ready": true,`, "", 1), ".ready is missing: want true", `  "ready": true,`},
		{manifest, strings.Replace(manifest, "7s", "8s", 1), `.spec.http[0].fault.delay.fixedDelay: got "8s", want "7s"`, "        fixedDelay: 7s"},
		{manifest, strings.Replace(manifest, "kind: V", "x.y/z: 1\nkind: V", 1), `."x.y/z" is not on the page: got 1`, "apiVersion: networking.istio.io/v1beta1"},
	} {
		d := Compare("", tt.want, tt.got)
		if d == nil || d.Message != tt.message || d.Want != tt.line {
			t.Errorf("got %+v, want %q at %q", d, tt.message, tt.line)
		}
	}
}

func TestRules(t *testing.T) {
	for _, tt := range []struct {
		rule, want, got string
		ok              bool
	}{
		{"contains", "b c", "a b c d", true},
		{"contains", "b\nc", "a b\nc d", true},
		{"contains", "b\n...\nd", "a b\nc\nd e", true},
		{"contains", "took 5s", "it took 9s.", true},
		{"contains", "NAME   AGE\nb   5s", "x\nNAME   AGE\na   1s\nb   1s", false},
		{"contains", "NAME   AGE\n...\nb   5s", "x\nNAME   AGE\na   1s\nb   1s", true},
		{"contains", "b c", "b d", false},
		{"contains", "b\nc", "b\nx\nc", false},
		{"contains", "", "x", true},
		{"lines", "c\na", "a\nb\nc", true},
		{"lines", "c\nd", "a\nb\nc", false},
		{"lines", "pod/web-558b8b4b76-qzqsg", "x\npod/web-6f4c9d7b8f-zz2x9", true},
		{"regex", "a+\n[0-9]{3}", "aaa\n123", true},
		{"regex", "a+\n...\n[0-9]{3}", "aaa\nx\ny\n123", true},
		{"regex", "a+", "aab", false},
		{"regex", "a(", "a(", false},
		{"like", "avg 0.0056 max 3 (2/2)", "avg 0.1 max 70 (2/2)", true},
		{"like", "avg 0.0056 max 3 (2/2)", "avg 0.1 max 70 (1/2)", false},
		{"like", "avg 0.0056", "min 0.0056", false},
		{"like", pods, strings.Replace(pods, "Running", "CrashLoopBackOff", 1), false},
		{"like", "Code 200 : 17 (85.0 %)", "Code 200 : 11 (36.7 %)", true},
		{"json", `{"a": 1, "b": [...]}`, `{"b": [1, 2], "a": 1}`, true},
		{"json", `{"a": 1}`, `{"a": 2}`, false},
		{"json", `{"a": 1}`, `a`, false},
		{"json", `a`, `a`, false},
		{"yaml", "a: 1\nb:\n  c: 2", "b: {c: 2}\na: 1\nd:\n  e: 1", false},
		{"yaml", "spec:\n  a: 1\n  ...\n", "spec:\n  b: 2\n  a: 1\n", true},
		{"yaml", "spec:\n  a: 1\n  ...\n", "spec:\n  a: 1\nstatus:\n  b: 2\n", true},
		{"yaml", "spec:\n  a: 1\n  ...\nstatus:\n  b: 2\n", "more: 1\nspec:\n  a: 1\nstatus:\n  b: 2\n", false},
		{"yaml", "spec:\n  a: 1\n  ...\n", "spec:\n  a: 2\nstatus:\n  b: 2\n", false},
		{"yaml", "spec:\n  a: 1\n", "x", false},
		{"yaml", "b: 2\na: one", "a: one\nb: 2\n", true},
		{"yaml", "b: 2\na: one", "a: one\nb: 3\n", false},
		{"yaml", "- a\n- b\n", "- a\n- c\n", false},
		{"yaml", "Name: web\nReady: true", "Ready: true\nName: web", true},
		{"yaml", "a: 1\t# tab\n", "a: 1", true},
		{"yaml", "hello", "a: 1", false},
		{"exact", "a  b", "a b", false},
		{"exact", "took 5s", "took 6s", false},
		{"exact", " a", "a", false},
		{"istio-contains", "b", "abc", true},
		{"istio-nonsense", "took 5s", "took 6s", true},
	} {
		if Known(tt.rule) != (tt.rule != "istio-nonsense") {
			t.Errorf("Known(%q) = %v", tt.rule, Known(tt.rule))
		}
		d := Compare(tt.rule, tt.want, tt.got)
		if (d == nil) != tt.ok {
			t.Errorf("%s: want %q, got %q: agree: %v, want %v: %+v", tt.rule, tt.want, tt.got, d == nil, tt.ok, d)
		}
		if d != nil && (d.Message == "" || d.Text == "" || d.Line == 0) {
			t.Errorf("%s: want %q, got %q: says nothing: %+v", tt.rule, tt.want, tt.got, d)
		}
	}
}

// No rule that looks at the line at all takes one status for another.
func TestStatus(t *testing.T) {
	got := strings.Replace(pods, "Running", "CrashLoopBackOff", 1)
	for _, rule := range []string{"", "smart", "exact", "contains", "lines", "like", "regex", "json", "yaml",
		"istio-same", "istio-contains", "istio-elided", "istio-like"} {
		if d := Compare(rule, pods, got); d == nil {
			t.Errorf("%q takes CrashLoopBackOff for Running", rule)
		}
	}
}

func TestWorkload(t *testing.T) {
	for name, want := range map[string]string{
		"web-558b8b4b76-qzqsg": "web", "web-558b8b4b76": "web", "kube-proxy-x2x7k": "kube-proxy", "web-0": "", "web": "",
		"details-v1-1520924117-48z17": "details-v1", "gateway-https": "", "httpbin-68fbcdcfc7-hrnzm": "httpbin",
	} {
		if got, ok := Workload(name); got != want || ok != (want != "") {
			t.Errorf("Workload(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
}
