package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/cache"
	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/redact"
	"github.com/probatum/probatum/internal/source"
)

// TestCanaries makes runs with secrets of every sort, in every encoding and at
// every place of a report, writes all reports and the cache, and looks for the
// secrets in them with decoders of its own.
func TestCanaries(t *testing.T) {
	runs := 1000
	if testing.Short() {
		runs = 20
	}
	found, placed := 0, 0
	for seed := range runs {
		g := &canaries{Rand: rand.New(rand.NewPCG(uint64(seed), 1))}
		r, secrets := g.run()
		placed += len(secrets)
		known := redact.New(regexp.MustCompile(`CANARY-[0-9a-z]+`))
		known.Add(g.cluster...)
		for i := range r.Pages {
			r.Pages[i].Redact(known)
		}
		r.Replace(known)
		for format, text := range written(t, r) {
			texts := readings(text)
			for _, s := range secrets {
				if at := leak(texts, s.value); at != "" {
					found++
					t.Errorf("run %d: %s has the secret %q (%s): %.300q", seed, format, s.value, s.form, at)
				}
			}
		}
		if t.Failed() && found > 5 {
			t.FailNow()
		}
	}
	t.Logf("%d secrets in %d runs: found %d times in text, JSON, JUnit, SARIF, annotations and cache", placed, runs, found)
}

// TestCanariesAreFound holds that the search finds what is not taken out: a check
// that cannot fail is worth nothing.
func TestCanariesAreFound(t *testing.T) {
	missed, runs := 0, 100
	if testing.Short() {
		runs = 10
	}
	for seed := range runs {
		g := &canaries{Rand: rand.New(rand.NewPCG(uint64(seed), 1))}
		r, secrets := g.run()
		texts := readings(written(t, r)["JSON"])
		for _, s := range secrets {
			if leak(texts, s.value) == "" {
				missed++
				t.Logf("run %d: %q as %s is not found", seed, s.value, s.form)
			}
		}
	}
	if missed > 0 {
		t.Errorf("%d secrets were overlooked", missed)
	}
}

// written is everything that a run is written as.
func written(t *testing.T, r *Run) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"text":   func(b *bytes.Buffer) error { return r.Text(b) },
		"JSON":   func(b *bytes.Buffer) error { return r.JSON(b) },
		"JUnit":  func(b *bytes.Buffer) error { return r.JUnit(b) },
		"SARIF":  func(b *bytes.Buffer) error { return r.SARIF(b, Tree{}, "v1") },
		"GitHub": func(b *bytes.Buffer) error { return r.GitHub(b, Tree{}) },
		"log":    func(b *bytes.Buffer) error { source.Print(b, r.Diagnostics); return nil },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	dir := t.TempDir()
	for i := range r.Pages {
		if err := cache.Open(dir).Put(fmt.Sprint(i), r.Pages[i]); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.json", i)))
		if err != nil {
			t.Fatal(err)
		}
		out["cache"] += string(data)
	}
	return out
}

// A canary is a secret that was put into a run.
type canary struct{ value, form string }

// canaries makes runs.
type canaries struct {
	*rand.Rand
	cluster []string // values of Secrets that the cluster has told
	put     []canary
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	symbols = letters + "/+=_-.!@#%&*?~ \"'<>$"
)

func (g *canaries) text(alphabet string, least, most int) string {
	b := make([]byte, least+g.IntN(most-least+1))
	for i := range b {
		b[i] = alphabet[g.IntN(len(alphabet))]
	}
	return strings.TrimSpace(string(b)) + "x7"
}

// run makes a run, with some secrets in it.
func (g *canaries) run() (*Run, []canary) {
	r := &Run{}
	for i := range 1 + g.IntN(2) {
		p := Page{File: fmt.Sprintf("content/p%d.md", i), Title: g.words(), Reason: g.maybe()}
		for j := range 1 + g.IntN(3) {
			b := Block{Pos: at(10 * j), Kind: check.Session, Hash: fmt.Sprintf("%x", sha256.Sum256([]byte(p.File))), Reason: g.maybe(), Status: check.Failed}
			b.Problems = []source.Diagnostic{{Pos: at(1), Rule: "r", Message: g.maybe(), Hint: g.maybe(),
				Replacement: &source.Replacement{Pos: at(1), End: at(1), Text: g.maybe()}}}
			for range 1 + g.IntN(2) {
				b.Claims = append(b.Claims, Claim{Pos: at(3), Kind: check.Command, Status: check.Failed, Rule: "output", Text: g.maybe(), Message: g.maybe(),
					Hint: g.maybe(), Stdout: g.maybe(), Stderr: g.maybe(), Want: g.maybe(), Diff: g.maybe()})
			}
			p.Blocks = append(p.Blocks, b)
		}
		p.Leaks = []string{g.maybe()}
		r.Pages = append(r.Pages, p)
	}
	r.Diagnostics = []source.Diagnostic{{Pos: at(2), Rule: "d", Message: g.maybe(), Hint: g.maybe()}}
	if len(g.put) == 0 {
		r.Pages[0].Blocks[0].Claims[0].Stdout = g.secret()
	}
	return r, g.put
}

func (g *canaries) words() string {
	all := strings.Fields("deployment.apps/web configured 1/1 Running namespace: default port 8080 kubectl get pods -n istio-system reviews-v1 10.0.0.1 created Events: <none>")
	var out []string
	for range 2 + g.IntN(5) {
		out = append(out, all[g.IntN(len(all))])
	}
	return strings.Join(out, " ")
}

// maybe is a text, one in six times with a secret in it.
func (g *canaries) maybe() string {
	if g.IntN(6) > 0 {
		return g.words()
	}
	return g.words() + "\n" + g.secret() + "\n" + g.words()
}

// secret is a text with a secret in it, in some form. What has no form of its own
// is the value of a Secret, which the cluster tells or a manifest shows.
func (g *canaries) secret() string {
	value, shown := "", ""
	switch g.IntN(7) {
	case 0, 1:
		value = g.text(symbols, 8, 40)
		g.cluster = append(g.cluster, value)
	case 2:
		value = g.text(letters, 8, 30)
		shown = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  key: " + base64.StdEncoding.EncodeToString([]byte(value)) + "\n---\n"
	case 3:
		part := func(v any) string { j, _ := json.Marshal(v); return base64.RawURLEncoding.EncodeToString(j) }
		value = part(map[string]string{"alg": "RS256", "kid": g.text(letters, 4, 9)}) + "." + part(map[string]string{"sub": g.text(letters, 9, 30)}) + "." + g.text(letters, 30, 60)
	case 4:
		var lines []string
		for range 3 {
			lines = append(lines, g.text(letters+"+/", 40, 60))
		}
		value = strings.Join(lines, "\n")
		shown = "-----BEGIN EC PRIVATE KEY-----\n" + value + "\n-----END EC PRIVATE KEY-----\n"
	case 5:
		value = "ghp_" + g.text(letters, 34, 34)
	default:
		value = "CANARY-" + g.text("abcdefghij0123456789", 4, 12)
	}
	form, text := g.encode(value)
	g.put = append(g.put, canary{value, form})
	return shown + text
}

// encode gives a secret in one of the forms in which programs print them.
func (g *canaries) encode(v string) (form, text string) {
	std, raw, safe := base64.StdEncoding, base64.RawStdEncoding, base64.RawURLEncoding
	j, _ := json.Marshal(v)
	forms := []canary{
		{v, "plain"}, {v, "plain"}, {std.EncodeToString([]byte(v)), "base64"}, {std.EncodeToString([]byte(v + "\n")), "base64 with a newline"},
		{safe.EncodeToString([]byte(v)), "base64 for URLs"}, {raw.EncodeToString([]byte("a" + v + "b")), "base64, one byte on"},
		{safe.EncodeToString([]byte("ab" + v)), "base64, two bytes on"}, {std.EncodeToString([]byte(std.EncodeToString([]byte(v)))), "base64 twice"},
		{url.QueryEscape(v), "query"}, {url.PathEscape(v), "path"}, {string(j), "JSON"}, {fmt.Sprintf("%q", string(j)), "JSON in Go"},
		{"https://user:" + url.QueryEscape(v) + "@example.com/", "URL"},
	}
	f := forms[g.IntN(len(forms))]
	form, text = f.form, f.value
	if splits := []string{"", "", "\n", "\r\n    ", "\n+ ", "\n- "}; len(text) > 2 {
		if s := splits[g.IntN(len(splits))]; s != "" {
			at := 1 + g.IntN(len(text)-1)
			for at > 1 && strings.ContainsAny(text[at-1:at], `\%`) { // an escape is not cut
				at--
			}
			form, text = fmt.Sprintf("%s, cut by %q", form, s), text[:at]+s+text[at:]
		}
	}
	return form, text
}

var (
	space   = regexp.MustCompile(`\s+`)
	margin  = regexp.MustCompile(`\n\s*[-+] `)
	encoded = regexp.MustCompile(`[A-Za-z0-9+/_-]{8,}`)
	escape  = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|\\.`)
	percent = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
)

// readings are the text as it is and decoded in every way that the writers and
// programs encode, up to three times, without white space.
func readings(text string) []string {
	var all []string
	seen := map[string]bool{}
	texts := []string{text}
	for range 4 {
		var next []string
		for _, t := range texts {
			if seen[t] {
				continue
			}
			seen[t] = true
			tight := space.ReplaceAllString(margin.ReplaceAllString(t, ""), "")
			all = append(all, tight)
			next = append(next, decodings(t)...)
			if tight != t {
				next = append(next, decodings(tight)...)
			}
		}
		texts = next
	}
	return all
}

// leak looks for a secret, or a good part of it, and returns what is around it.
func leak(readings []string, secret string) string {
	secret = space.ReplaceAllString(secret, "")
	for _, t := range readings {
		for n := 0; n+12 <= len(secret) || n == 0; n += 4 {
			if i := strings.Index(t, secret[n:min(n+12, len(secret))]); i >= 0 {
				return t[max(0, i-40):min(len(t), i+60)]
			}
		}
	}
	return ""
}

func decodings(t string) []string {
	var all []string
	add := func(s string) {
		if s != t && s != "" {
			all = append(all, s)
		}
	}
	add(html.UnescapeString(t))
	add(escape.ReplaceAllStringFunc(t, func(e string) string {
		var s string
		if json.Unmarshal([]byte(`"`+e+`"`), &s) != nil {
			return e
		}
		return s
	}))
	add(percent.ReplaceAllStringFunc(t, func(e string) string { s, _ := url.PathUnescape(e); return s }))
	if strings.Contains(t, "+") {
		add(strings.ReplaceAll(t, "+", " "))
	}
	var plain []string
	for _, m := range encoded.FindAllString(t, -1) {
		m = strings.NewReplacer("-", "+", "_", "/").Replace(m)
		for shift := range 4 {
			if s := m[shift:]; len(s) >= 8 {
				raw, _ := base64.RawStdEncoding.DecodeString(s[:len(s)-len(s)%4]) // the end does not matter
				if more, err := base64.RawStdEncoding.DecodeString(s); err == nil {
					raw = more
				}
				plain = append(plain, string(raw))
			}
		}
	}
	add(strings.Join(plain, "\x00"))
	return all
}
