package redact

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

const canary = `c4nary/v+lue "with"~marks`

// forms are ways in which a secret can stand in a text.
var forms = map[string]func(string) string{
	"plain":          func(v string) string { return v },
	"base64":         func(v string) string { return base64.StdEncoding.EncodeToString([]byte(v)) },
	"base64 raw":     func(v string) string { return base64.RawStdEncoding.EncodeToString([]byte(v)) },
	"base64 url":     func(v string) string { return base64.URLEncoding.EncodeToString([]byte(v)) },
	"base64 shift 1": func(v string) string { return base64.StdEncoding.EncodeToString([]byte("x" + v + "tail")) },
	"base64 shift 2": func(v string) string { return base64.RawURLEncoding.EncodeToString([]byte("{\"" + v + "a")) },
	"base64 of JSON": func(v string) string { return base64.StdEncoding.EncodeToString([]byte(`{"a":` + quoted(v) + `}`)) },
	"base64 twice": func(v string) string {
		return base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(v))))
	},
	"query":   url.QueryEscape,
	"path":    url.PathEscape,
	"percent": func(v string) string { return percent(v) },
	"JSON":    quoted,
	"JSON in JSON": func(v string) string {
		return quoted(quoted(v))
	},
}

func quoted(v string) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func percent(v string) string {
	var b strings.Builder
	for i := range len(v) {
		b.WriteString("%" + strings.ToUpper(string("0123456789abcdef"[v[i]>>4])) + string("0123456789abcdef"[v[i]&15]))
	}
	return b.String()
}

// splits cut a text in two lines.
var splits = map[string]string{"": "", "lines": "\n", "windows lines": "\r\n", "indented": "\n      ", "difference": "\n+ ", "kubectl diff": "\n+", "continued": "\\\n"}

func TestForms(t *testing.T) {
	for form, encode := range forms {
		for split, with := range splits {
			r := New()
			r.Add(canary)
			e := encode(canary)
			for cut := range len(e) {
				if with == "\\\n" && (e[cut] == '\\' || cut > 0 && e[cut-1] == '\\') { // inside of an escape
					continue
				}
				in := "before " + e[:cut] + with + e[cut:] + " after"
				got := r.Text(in)
				if !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") || !strings.Contains(got, Mark) || len(got) > len("before  after")+len(Mark)+32 {
					t.Fatalf("%s %s cut at %d: %q\ngot %q", form, split, cut, in, got)
				}
			}
		}
	}
}

func TestShapes(t *testing.T) {
	jwt := "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJhdWQiOlsiaHR0cHM6Ly9rdWJlcm5ldGVzIl19.AbC-dEf_123"
	pem := "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi\nZ1BjP5CE/Wm/Rr500PRK+Lh9x5eJPo5CAZ3/ANB\n-----END RSA PRIVATE KEY-----"
	for name, tt := range map[string]struct{ in, secret string }{
		"token":            {"$ kubectl create token x\n" + jwt + "\n", jwt},
		"token in base64":  {base64.StdEncoding.EncodeToString([]byte("token: " + jwt)), base64.StdEncoding.EncodeToString([]byte("token: " + jwt))[12:]},
		"token cut":        {jwt[:50] + "\n    " + jwt[50:], jwt[50:]},
		"bearer":           {"Authorization: Bearer abcdEFGH0123456789", "abcdEFGH0123456789"},
		"basic":            {"Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="},
		"key":              {"x\n" + pem + "\ny", "MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi"},
		"key in JSON":      {quoted(pem), "MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi"},
		"one line of it":   {pem + "\n...\nMIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi", "MIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi"},
		"key in base64":    {"client-key-data: " + base64.StdEncoding.EncodeToString([]byte(pem)), base64.StdEncoding.EncodeToString([]byte(pem))[10:60]},
		"key ends early":   {pem[:60], "MIIEpAIBAAKCAQEA3Tz2mr7SZ"},
		"AWS":              {"id AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
		"GitHub":           {"ghp_0123456789abcdefghijABCDEFGHIJ012345", "ghp_0123456789abcdefghijABCDEFGHIJ012345"},
		"kubeadm":          {"kubeadm join --token abcdef.0123456789abcdef", "abcdef.0123456789abcdef"},
		"literal":          {"kubectl create secret generic x --from-literal=user=me --from-literal=pw='hunter2 hunter2'", "hunter2 hunter2"},
		"flag":             {"login --password=abcdefgh12345678", "abcdefgh12345678"},
		"Secret, data":     {"apiVersion: v1\ndata:\n  a: " + base64.StdEncoding.EncodeToString([]byte(canary)) + "\nkind: Secret\nmetadata:\n  name: x\n---\nsays " + canary, canary},
		"Secret, string":   {"cat <<EOF | kubectl apply -f -\napiVersion: v1\nkind: Secret\nstringData:\n  a: |\n    hunter2 hunter2 x\nEOF\necho hunter2 hunter2 x", "hunter2 hunter2 x"},
		"Secret, list":     {"apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    a: aHVudGVyMiBodW50ZXIy\n  kind: Secret\n- apiVersion: v1\n  data:\n    a: Y2hhbmdlbWUtbm93\n  kind: Secret\nkind: List\n\x00\nhunter2 hunter2", "hunter2 hunter2"},
		"Secret, diff":     {"- apiVersion: v1\n- data:\n-   a: aHVudGVyMiBodW50ZXIy\n- kind: Secret\nhunter2 hunter2", "hunter2 hunter2"},
		"Secret, JSON":     {`{"kind": "List", "items": [{"kind": "Secret", "data": {"a": "aHVudGVyMiBodW50ZXIy"}}]}` + "\nhunter2 hunter2", "hunter2 hunter2"},
		"Secret, elided":   {"kind: Secret\n...\nstringData:\n  a: \"hunter2 hunter2\"\n  : x\nhunter2 hunter2", "hunter2 hunter2"},
		"registry":         {"kind: Secret\nstringData:\n  .dockerconfigjson: '{\"auths\":{\"ghcr.io\":{\"username\":\"u\",\"password\":\"hunter2 hunter2\"}}}'\n\x00\nhunter2 hunter2", "hunter2 hunter2"},
		"pattern":          {"id tk-77 and " + base64.StdEncoding.EncodeToString([]byte("tk-77")), "tk-77"},
		"pattern, group":   {"pin is 4711 here", "4711"},
		"shortened":        {"kind: Secret\nstringData: {a: hunter2-hunter2-hunter2}\n\x00\ngot \"hunter2-hun…\", want \"…ter2-hunt…\"", "hunter2-hun"},
		"shortened, again": {"kind: Secret\nstringData: {a: hunter2-hunter2-hunter2}\n\x00\ngot \"hunter2-hun…\", want \"…ter2-hunt…\"", "ter2-hunt"},
	} {
		r := New(regexp.MustCompile(`tk-\d+`), regexp.MustCompile(`pin is (\d+)`))
		if got := r.Text(tt.in); strings.Contains(got, tt.secret) || !strings.Contains(got, Mark) {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// TestHarmless holds texts that no redactor should touch.
func TestHarmless(t *testing.T) {
	r := New()
	r.Add("true", "80", "8080", "admin", "yes", "", "password", "default", "abc", "12345", "secret", "localhost")
	for _, s := range []string{
		"ready: true\nport: 80\nnodePort: 8080\nadmin\nkubectl get secret -n default",
		"Bearer token authentication is used, with Authorization: Bearer $TOKEN",
		"apiVersion: v1\nkind: Secret\nmetadata:\n  name: productpage-credential-of-mine\ntype: kubernetes.io/tls\n",
		"secretName: my-very-long-secret-name-1\ntoken: <your-token>\npassword: \"$PASSWORD\"\ntokenPath: /var/run/secrets/token",
		"deployment.apps/productpage-v1-6b746f74dc-9stvs   1/1     Running   0          2m",
		"sha256:4a1aaf5c8b0d4c2b9a4e3c0f9e8d7c6b5a4e3d2c1b0a9f8e7d6c5b4a3e2d1c0f",
		"uid: 7c1e3a52-8a55-4f1b-9c62-0e3a0a9a7d41\nresourceVersion: \"4711\"",
		"-----BEGIN CERTIFICATE-----\nMIIBdzCCAR2gAwIBAgIBADAKBggqhkjOPQQDAjAjMSEwHwYDVQQDDBhrM3Mtc2VydmVy\n-----END CERTIFICATE-----",
		"…", "a…b",
	} {
		if got := r.Text(s); got != s {
			t.Errorf("got %q\nof  %q", got, s)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\\u00e9\\n%41+%4\n+ x…", "secret-x1")
	f.Add("kind: Secret\ndata:\n  a: b\n", "Y2hhbmdlbWU=")
	f.Fuzz(func(t *testing.T, s, secret string) {
		r := New()
		r.Add(secret)
		got := r.Text(s + secret)
		if secret = strings.TrimSpace(secret); !Harmless(secret) && !strings.Contains(Mark, secret) && strings.Contains(got, secret) {
			t.Errorf("%q is left in %q", secret, got)
		}
	})
}

func BenchmarkText(b *testing.B) {
	r := New()
	for i := range 100 {
		r.Add(strings.Repeat(string(rune('a'+i%26)), 5) + "-secret-" + string(rune('0'+i%10)))
	}
	line := `2026-01-02T03:04:05Z info envoy "GET /productpage HTTP/1.1" 200 - via_upstream - "-" 0 4294 31 30 "-" "curl/8%2B" {\"token\": "x"}` + "\n"
	text := strings.Repeat(line, 1<<20/len(line))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Text(text)
	}
}
