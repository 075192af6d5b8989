// Package canary makes runs with secrets in them and looks for the secrets in
// what is written of the runs: for tests of whatever is written.
package canary

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/redact"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/source"
)

// A Run is a run with secrets in its output.
type Run struct {
	report.Run
	Secrets []Secret
	cluster []string // values of Secrets that the cluster has told
}

// A Secret is one that was put into a run, and the form in which it was.
type Secret struct{ Value, Form string }

// Files and Blocks are what a run has at most: pages named by File, each with
// blocks whose text is Text.
const Files, Blocks = 2, 3

// File is the name of the page of that index.
func File(page int) string { return fmt.Sprintf("content/p%d.md", page) }

// Text is the text of each block of the page of that index.
func Text(page int) string { return "echo " + File(page) + "\n" }

// Make makes a run: the same one for the same seed.
func Make(seed uint64) *Run {
	g := &maker{Rand: rand.New(rand.NewPCG(seed, 1)), run: &Run{}}
	g.fill()
	return g.run
}

// Redact takes the secrets out of the run, as the program does with its own.
func (r *Run) Redact() {
	known := redact.New(regexp.MustCompile(`CANARY-[0-9a-z]+`))
	known.Add(r.cluster...)
	for i := range r.Pages {
		r.Pages[i].Redact(known)
	}
	r.Replace(known)
}

// Found looks for the secrets of the run in a text and says where each of them is.
func (r *Run) Found(text string) map[Secret]string {
	found := map[Secret]string{}
	texts := readings(text)
	for _, s := range r.Secrets {
		if at := leak(texts, s.Value); at != "" {
			found[s] = at
		}
	}
	return found
}

// A maker makes a run.
type maker struct {
	*rand.Rand
	run *Run
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	symbols = letters + "/+=_-.!@#%&*?~ \"'<>$"
)

func (g *maker) text(alphabet string, least, most int) string {
	b := make([]byte, least+g.IntN(most-least+1))
	for i := range b {
		b[i] = alphabet[g.IntN(len(alphabet))]
	}
	return strings.TrimSpace(string(b)) + "x7"
}

// fill makes the pages, with some secrets in them.
func (g *maker) fill() {
	r := g.run
	for i := range 1 + g.IntN(Files) {
		p := report.Page{File: File(i), Title: g.words(), Reason: g.maybe()}
		for j := range 1 + g.IntN(Blocks) {
			p.Blocks = append(p.Blocks, g.block(i, j))
		}
		p.Leaks = []string{g.maybe()}
		r.Pages = append(r.Pages, p)
	}
	r.Diagnostics = []source.Diagnostic{{Pos: at(2), Rule: "d", Message: g.maybe(), Hint: g.maybe()}}
	if len(r.Secrets) == 0 {
		r.Pages[0].Blocks[0].Claims[0].Stdout = g.secret()
	}
}

func (g *maker) block(page, n int) report.Block {
	b := report.Block{Pos: at(10 * n), Kind: check.Session, Hash: fmt.Sprintf("%x", sha256.Sum256([]byte(Text(page)))), Status: check.Failed}
	b.Leaks, b.Releases = []string{g.maybe()}, []report.Verdict{{Reason: g.maybe()}}
	if g.IntN(2) == 0 { // else what its claims say counts as the reason
		b.Reason = g.maybe()
	}
	b.Problems = []source.Diagnostic{{Pos: at(1), Rule: "r", Message: g.maybe(), Hint: g.maybe(),
		Replacement: &source.Replacement{Pos: at(1), End: at(1), Text: g.maybe()}}}
	for range 1 + g.IntN(2) {
		b.Claims = append(b.Claims, report.Claim{Pos: at(3), Kind: check.Command, Status: check.Failed, Rule: "output", Text: g.maybe(), Message: g.maybe(),
			Hint: g.maybe(), Stdout: g.maybe(), Stderr: g.maybe(), Want: g.maybe(), Diff: g.maybe()})
	}
	return b
}

func at(line int) source.Pos { return source.Pos{File: File(0), Line: line, Col: 3} }

func (g *maker) words() string {
	all := strings.Fields("deployment.apps/web configured 1/1 Running namespace: default port 8080 kubectl get pods -n istio-system reviews-v1 10.0.0.1 created Events: <none>")
	var out []string
	for range 2 + g.IntN(5) {
		out = append(out, all[g.IntN(len(all))])
	}
	return strings.Join(out, " ")
}

// maybe is a text, one in six times with a secret in it.
func (g *maker) maybe() string {
	if g.IntN(6) > 0 {
		return g.words()
	}
	return g.words() + "\n" + g.secret() + "\n" + g.words()
}

// secret is a text with a secret in it, in some form. What has no form of its own
// is the value of a Secret, which the cluster tells or a manifest shows.
func (g *maker) secret() string {
	value, shown := "", ""
	switch g.IntN(7) {
	case 0, 1:
		value = g.text(symbols, 8, 40)
		g.run.cluster = append(g.run.cluster, value)
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
	g.run.Secrets = append(g.run.Secrets, Secret{value, form})
	return shown + text
}

// encode gives a secret in one of the forms in which programs print them.
func (g *maker) encode(v string) (form, text string) {
	std, raw, safe := base64.StdEncoding, base64.RawStdEncoding, base64.RawURLEncoding
	j, _ := json.Marshal(v)
	forms := []Secret{
		{v, "plain"}, {v, "plain"}, {std.EncodeToString([]byte(v)), "base64"}, {std.EncodeToString([]byte(v + "\n")), "base64 with a newline"},
		{safe.EncodeToString([]byte(v)), "base64 for URLs"}, {raw.EncodeToString([]byte("a" + v + "b")), "base64, one byte on"},
		{safe.EncodeToString([]byte("ab" + v)), "base64, two bytes on"}, {std.EncodeToString([]byte(std.EncodeToString([]byte(v)))), "base64 twice"},
		{url.QueryEscape(v), "query"}, {url.PathEscape(v), "path"}, {string(j), "JSON"}, {fmt.Sprintf("%q", string(j)), "JSON in Go"},
		{"https://user:" + url.QueryEscape(v) + "@example.com/", "URL"},
	}
	f := forms[g.IntN(len(forms))]
	form, text = f.Form, f.Value
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
	margin  = regexp.MustCompile(`\n\s*[-+] `)
	escape  = regexp.MustCompile(`\\u[0-9a-fA-F]{4}|\\.`)
	percent = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	// unspaced takes white space out.
	unspaced = strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "", "\f", "")
	// standard makes base64 for addresses the usual one.
	standard = strings.NewReplacer("-", "+", "_", "/")
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
			next = append(next, decodings(t)...)
			tight := unspaced.Replace(margin.ReplaceAllString(t, ""))
			if tight == t || !seen[tight] {
				all = append(all, tight)
			}
			if !seen[tight] {
				seen[tight] = true
				next = append(next, decodings(tight)...)
			}
		}
		texts = next
	}
	return all
}

// leak looks for a secret, or a good part of it, and returns what is around it.
func leak(readings []string, secret string) string {
	secret = unspaced.Replace(secret)
	for _, t := range readings {
		for n := 0; n+12 <= len(secret) || n == 0; n += 4 {
			if i := strings.Index(t, secret[n:min(n+12, len(secret))]); i >= 0 {
				return t[max(0, i-40):min(len(t), i+60)]
			}
		}
	}
	return ""
}

// encoded says of each byte whether it is in some base64.
var encoded = func() (is [256]bool) {
	for _, c := range []byte(letters + "+/-_") {
		is[c] = true
	}
	return is
}()

// words are the parts of a text that may be base64: eight letters or more.
func words(t string) (all []string) {
	from := 0
	for i := 0; i <= len(t); i++ {
		if i < len(t) && encoded[t[i]] {
			continue
		}
		if i-from >= 8 {
			all = append(all, t[from:i])
		}
		from = i + 1
	}
	return all
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
	for _, m := range words(t) {
		m = standard.Replace(m)
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
