package shortcodes

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	gmhtml "github.com/yuin/goldmark/renderer/html"
)

// funcs are the functions of templates, beside those of html/template itself.
var funcs = template.FuncMap{
	"add":         func(a, b int) int { return a + b },
	"contains":    func(part, s string) bool { return strings.Contains(s, part) },
	"default":     func(fallback, s string) string { return cmp.Or(s, fallback) },
	"definition":  definition,
	"dict":        dict,
	"fields":      strings.Fields,
	"list":        func(items ...string) []string { return items },
	"lower":       strings.ToLower,
	"markdownify": markdownify,
	"number":      number,
	"plain":       func(s string) (string, error) { h, err := markdownify(s); return plain(string(h)), err },
	"replace":     func(old, new, s string) string { return strings.ReplaceAll(s, old, new) },
	"safeHTML":    func(s string) template.HTML { return template.HTML(s) },
	"split":       func(s, sep string) []string { return strings.Split(s, sep) },
}

func dict(pairs ...any) (map[string]any, error) {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict key %v is not a string", pairs[i])
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

// number reads a whole number, and gives fallback for "".
func number(s string, fallback int) (int, error) {
	if s == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a whole number", s)
	}
	return n, nil
}

var inlineMarkdown = goldmark.New(goldmark.WithExtensions(extension.Strikethrough), goldmark.WithRendererOptions(gmhtml.WithUnsafe()))

// markdownify is the Markdown of a parameter as HTML for a line of text.
func markdownify(s string) (template.HTML, error) {
	if !strings.ContainsAny(s, "*_`[<&\\~") {
		return template.HTML(html.EscapeString(s)), nil
	}
	var b bytes.Buffer
	if err := inlineMarkdown.Convert([]byte(s), &b); err != nil {
		return "", err
	}
	out := strings.TrimSpace(b.String())
	if inner, ok := strings.CutPrefix(out, "<p>"); ok && strings.Count(out, "<p>") == 1 {
		out = strings.TrimSuffix(inner, "</p>")
	}
	return template.HTML(out), nil
}

var anyTag = lazyregexp.New(`<[^>]*>`)

func plain(s string) string { return html.UnescapeString(anyTag.ReplaceAllString(s, "")) }

var paragraph = lazyregexp.New(`(?s)<p>(.*?)</p>`)

// definition is what a glossary says, as Kubernetes' pages ask for it: length
// short takes the first paragraph, and prepend starts it, as in "A Pod is" before
// "The smallest object", which then loses its capital.
func definition(body template.HTML, length, prepend string) (template.HTML, error) {
	if length != "" && !slices.Contains([]string{"short", "long", "all"}, length) {
		return "", fmt.Errorf("length is %q, neither short, long nor all", length)
	}
	m := paragraph.FindStringSubmatchIndex(string(body))
	if m == nil {
		return body, nil
	}
	before, first, after := string(body[:m[0]]), string(body[m[2]:m[3]]), string(body[m[1]:])
	if length == "short" {
		before, after = "", ""
	}
	if prepend != "" {
		first = html.EscapeString(strings.TrimSpace(prepend)) + " " + uncapital(first)
	}
	return template.HTML(before + "<p>" + first + "</p>" + after), nil
}

// uncapital makes a first letter small unless the word is written in capitals.
func uncapital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[n:])
	if strings.ToLower(string(second)) != string(second) {
		return s
	}
	return strings.ToLower(string(first)) + s[n:]
}
