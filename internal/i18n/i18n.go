// Package i18n holds the words that the program itself puts on pages, such as
// "Note" and "On this page", in several languages. A project changes and adds
// words with files of its own, which are written as Hugo's i18n files are.
package i18n

import (
	"cmp"
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
	"text/template"

	"go.yaml.in/yaml/v3"
)

//go:embed words/*.yaml
var builtin embed.FS

// Main is the language of the words that no other language has.
const Main = "en"

// A word is one text: for one thing, and for any other number of things. A text
// may be a template that asks for .Count or for what else it is given.
type word struct{ one, other string }

// Words are texts by language and key. The nil *Words has none. It is safe for
// concurrent use once nothing is added any more.
type Words struct {
	byLang map[string]map[string]word
}

// New returns the built-in words.
func New() (*Words, error) {
	w := &Words{byLang: map[string]map[string]word{}}
	entries, err := builtin.ReadDir("words")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		text, err := builtin.ReadFile("words/" + e.Name())
		if err != nil {
			return nil, err
		}
		var v any
		if err := yaml.Unmarshal(text, &v); err != nil {
			return nil, fmt.Errorf("words/%s: %w", e.Name(), err)
		}
		if problem := w.Add(strings.TrimSuffix(e.Name(), path.Ext(e.Name())), v); problem != "" {
			return nil, fmt.Errorf("words/%s: %s", e.Name(), problem)
		}
	}
	return w, nil
}

// Add puts the words of a file over those that are known: a mapping of keys to
// texts or to {one: TEXT, other: TEXT}, or a list of {id: KEY, translation:
// TEXT}. problem says what of it cannot be read; the rest is added.
func (w *Words) Add(lang string, v any) (problem string) {
	lang = normal(lang)
	words := w.byLang[lang]
	if words == nil {
		words = map[string]word{}
		w.byLang[lang] = words
	}
	add := func(key string, v any) {
		if text, ok := wordOf(v); ok {
			words[key] = text
		} else if problem == "" {
			problem = fmt.Sprintf("%s is neither a text nor one with the key other", key)
		}
	}
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for key, text := range v {
			add(key, text)
		}
	case []any:
		for i, item := range v {
			m, _ := item.(map[string]any)
			if id, ok := m["id"].(string); ok {
				add(id, m["translation"])
			} else {
				problem = fmt.Sprintf("item %d has no id", i+1)
			}
		}
	default:
		problem = "it is neither a list nor a mapping of keys to texts"
	}
	return problem
}

func wordOf(v any) (word, bool) {
	switch v := v.(type) {
	case string:
		return word{other: v}, true
	case map[string]any:
		other, ok := v["other"].(string)
		one, _ := v["one"].(string)
		return word{one, cmp.Or(other, one)}, ok || one != ""
	}
	return word{}, false
}

func normal(lang string) string { return strings.ToLower(strings.ReplaceAll(lang, "_", "-")) }

// Text returns the word of a key in a language, else in the language without its
// region ("pt" for "pt-br"), else in English; "" where the key is not known. An
// int in about, or its key Count, chooses between one and many; about is the dot
// of a text that is a template.
func (w *Words) Text(lang, key string, about ...any) string {
	if w == nil {
		return ""
	}
	base, _, _ := strings.Cut(normal(lang), "-")
	for _, l := range []string{normal(lang), base, Main} {
		if text, ok := w.byLang[l][key]; ok {
			return text.fill(about)
		}
	}
	return ""
}

// templates are the texts that are some, parsed; nil for one that cannot be.
var templates sync.Map

// filled are words about numbers, by numbered: pages show the same ones.
var filled sync.Map

type numbered struct {
	word
	n int
}

func (t word) fill(about []any) string {
	if len(about) == 0 {
		return t.with(nil)
	}
	n, ok := about[0].(int)
	if !ok {
		return t.with(about[0])
	}
	text, ok := filled.Load(numbered{t, n})
	if !ok {
		text, _ = filled.LoadOrStore(numbered{t, n}, t.with(map[string]any{"Count": n}))
	}
	return text.(string)
}

// with is the text about dot.
func (t word) with(dot any) string {
	text := t.other
	if m, ok := dot.(map[string]any); ok && t.one != "" && m["Count"] == 1 {
		text = t.one
	}
	if !strings.Contains(text, "{{") {
		return text
	}
	parsed, ok := templates.Load(text)
	if !ok {
		tmpl, err := template.New("").Parse(text)
		if err != nil {
			tmpl = nil
		}
		parsed, _ = templates.LoadOrStore(text, tmpl)
	}
	var b strings.Builder
	if tmpl := parsed.(*template.Template); tmpl == nil || tmpl.Execute(&b, dot) != nil {
		return text
	}
	return b.String()
}
