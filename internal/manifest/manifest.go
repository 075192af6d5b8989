// Package manifest reads YAML and JSON as it stands in a page: text comes in,
// documents with an exact place for every node and everything that is wrong
// with them go out. It knows which manifests are whole, which are fragments,
// which are never given to an API server, and which use an API that is gone.
package manifest

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// A File is the documents of one text. Problems are in the order of their places.
type File struct {
	Docs     []Doc // those that hold something
	Problems []Problem
	Elided   bool // a part is left out with "..."
	Template bool // it holds {{…}} and is not YAML before a program has filled it
}

// A Doc is one YAML or JSON document. Root is nil where it does not parse.
type Doc struct {
	At         int // offset of its first line in the text
	Root       *yaml.Node
	APIVersion string
	Kind       string
	VersionAt  int // offset of the apiVersion key
	text       string
	lines      []int
}

// A Problem is something wrong at an offset of the text. Other is a second
// offset that the message is about, or -1.
type Problem struct {
	At      int
	Other   int
	Rule    string
	Message string
	Hint    string
	Warning bool // it is right today
	Fix     *Fix // what puts it right; nil where that is not known
}

// A Fix is text for the bytes from At up to End, which stand in one line.
type Fix struct {
	At, End int
	Text    string
}

// Fix gives the replacement of a key or a value by a text; nil where the value
// does not stand in one line as it is.
func (d *Doc) Fix(n *yaml.Node, text string) *Fix {
	at := d.offset(n.Line, n.Column)
	raw := n.Value
	switch n.Style {
	case yaml.DoubleQuotedStyle:
		raw = `"` + raw + `"`
	case yaml.SingleQuotedStyle:
		raw = "'" + raw + "'"
	}
	if raw == "" || strings.Contains(raw, "\n") || !strings.HasPrefix(d.text[min(at, len(d.text)):], raw) {
		return nil
	}
	return &Fix{d.At + at, d.At + at + len(raw), text}
}

// Whole reports whether the document is a manifest that can stand alone.
func (d *Doc) Whole() bool { return d.APIVersion != "" && d.Kind != "" }

// LeftOut reports whether a comment of its own line says that it is not all, as
// "# ...". It is whole YAML all the same.
func (d *Doc) LeftOut() bool { return remarkedOut.MatchString(d.text) }

// Offset returns the place of a node of the document in the text.
func (d *Doc) Offset(n *yaml.Node) int { return d.At + d.offset(n.Line, n.Column) }

// offset turns the reader's line and column, which count characters from 1,
// into an offset of the document's text.
func (d *Doc) offset(line, col int) int {
	if line < 1 || line > len(d.lines) {
		return 0
	}
	at := d.lines[line-1]
	for ; col > 1 && at < len(d.text); col-- {
		_, n := utf8.DecodeRuneInString(d.text[at:])
		at += n
	}
	return at
}

// Field returns the value of a key of a mapping, and the key; nil where there
// is none.
func Field(n *yaml.Node, name string) (value, key *yaml.Node) {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1], n.Content[i]
		}
	}
	return nil, nil
}

// Parse reads YAML. It never fails: what cannot be read is a problem, and the
// documents beside it are still there.
func Parse(text string) *File {
	f := &File{}
	text, f.Elided = hideElisions(text)
	for _, p := range splitDocs(text) {
		f.add(text, p.at, p.end)
	}
	if f.Elided { // what looks double may stand in two places
		f.Problems = slices.DeleteFunc(f.Problems, func(p Problem) bool { return p.Rule == "yaml-duplicate" })
	}
	if f.Template = strings.Contains(text, "{{"); f.Template && f.broken() {
		f.Problems = nil
	}
	slices.SortStableFunc(f.Problems, func(a, b Problem) int { return cmp.Compare(a.At, b.At) })
	return f
}

func (f *File) broken() bool {
	return slices.ContainsFunc(f.Docs, func(d Doc) bool { return d.Root == nil })
}

func (f *File) add(text string, at, end int) {
	d := Doc{At: at, text: text[at:end]}
	d.lines = lineStarts(d.text)
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(d.text), &n); err != nil {
		f.Problems = append(f.Problems, explain(&d, err))
		f.Docs = append(f.Docs, d)
		return
	}
	if len(n.Content) == 0 || empty(n.Content[0]) {
		return
	}
	d.Root = n.Content[0]
	d.head()
	f.spelling(&d)
	f.walk(&d, d.Root)
	f.Docs = append(f.Docs, d)
}

// empty reports whether a document is only white space, comments or a null.
func empty(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Value == "" }

func (d *Doc) head() {
	if v, k := Field(d.Root, "apiVersion"); v != nil && v.Kind == yaml.ScalarNode {
		d.APIVersion, d.VersionAt = unquote(v.Value), d.Offset(k)
	}
	if v, _ := Field(d.Root, "kind"); v != nil && v.Kind == yaml.ScalarNode {
		d.Kind = unquote(v.Value)
	}
}

// spelling finds the keys that make a manifest in other letters: Kind, apiversion.
func (f *File) spelling(d *Doc) {
	if d.Root.Kind != yaml.MappingNode || d.Whole() || d.APIVersion == "" && d.Kind == "" {
		return
	}
	for i := 0; i+1 < len(d.Root.Content); i += 2 {
		k, v := d.Root.Content[i], d.Root.Content[i+1]
		right := ""
		switch {
		case d.Kind == "" && strings.EqualFold(k.Value, "kind"):
			right, d.Kind = "kind", unquote(v.Value)
		case d.APIVersion == "" && strings.EqualFold(k.Value, "apiVersion"):
			right, d.APIVersion, d.VersionAt = "apiVersion", unquote(v.Value), d.Offset(k)
		default:
			continue
		}
		f.Problems = append(f.Problems, Problem{At: d.Offset(k), Other: -1, Rule: "yaml-spelling",
			Message: "a manifest has no key " + quote(k.Value), Hint: "write " + right, Fix: d.Fix(k, right)})
	}
}

// unquote drops curly quotes, which are reported on their own.
func unquote(s string) string { return strings.Trim(s, "“”‘’") }

func (f *File) walk(d *Doc, n *yaml.Node) {
	switch n.Kind {
	case yaml.MappingNode:
		f.duplicates(d, n)
	case yaml.ScalarNode:
		f.scalar(d, n)
	}
	for _, c := range n.Content {
		f.walk(d, c)
	}
}

func (f *File) duplicates(d *Doc, n *yaml.Node) {
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || k.Tag == "!!merge" {
			continue
		}
		first := seen[k.Value]
		if first != nil && !d.Whole() && d.remarked(k) {
			continue // a listing of versions of one thing, each with a remark
		}
		if first != nil {
			f.Problems = append(f.Problems, Problem{At: d.Offset(k), Other: d.Offset(first), Rule: "yaml-duplicate",
				Message: "key " + quote(k.Value) + " stands here a second time",
				Hint:    "only one of the two can be meant: remove the other"})
			continue
		}
		seen[k.Value] = k
	}
}

// remarked reports whether the line before a key is a comment.
func (d *Doc) remarked(k *yaml.Node) bool {
	for i := k.Line - 2; i >= 0 && i+1 < len(d.lines); i-- {
		if l := strings.TrimSpace(d.text[d.lines[i]:d.lines[i+1]]); l != "" {
			return strings.HasPrefix(l, "#")
		}
	}
	return false
}

func (f *File) scalar(d *Doc, n *yaml.Node) {
	if n.Style != 0 && n.Style != yaml.TaggedStyle {
		return
	}
	if n.Value == "..." || n.Value == "…" {
		f.Elided = true
		return
	}
	if p, ok := plain(n.Value); ok {
		p.At, p.Other = d.Offset(n), -1
		p.Fix = d.Fix(n, straight(n.Value))
		f.Problems = append(f.Problems, p)
	}
}

// plain looks at an unquoted value for what a word processor has made of it.
func plain(v string) (Problem, bool) {
	first, _ := utf8.DecodeRuneInString(v)
	last, _ := utf8.DecodeLastRuneInString(v)
	switch {
	case strings.ContainsRune("“”‘’", first) && strings.ContainsRune("“”‘’", last) && utf8.RuneCountInString(v) > 1:
		return Problem{Rule: "curly-quotes", Message: "the curly quotes are a part of the value " + v,
			Hint: "write " + quote(unquote(v))}, true
	case (first == '–' || first == '—') && len(v) > 3 && isLetter(v[3:]):
		return Problem{Rule: "long-dash", Message: quote(v) + " starts with a long dash",
			Hint: "write --" + strings.TrimLeft(v, "–—-")}, true
	}
	return Problem{}, false
}

// straight gives the quotes and dashes that a keyboard has.
func straight(s string) string {
	if first, size := utf8.DecodeRuneInString(s); first == '–' || first == '—' {
		s = "--" + strings.TrimLeft(s[size:], "–—-")
	}
	return curlies.Replace(s)
}

var curlies = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'")

func isLetter(s string) bool {
	return s != "" && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}

func quote(s string) string { return `"` + s + `"` }
