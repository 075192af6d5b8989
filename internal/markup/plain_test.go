package markup

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// nodes writes what Header says of a node, one line each.
func nodes(n *yaml.Node) string {
	s := fmt.Sprintf("%d:%d %d %q null=%v\n", n.Line, n.Column, n.Kind, n.Value, n.Tag == "!!null")
	for _, c := range n.Content {
		s += nodes(c)
	}
	return s
}

// samePlain fails where plainHeader reads a text and the YAML reader finds
// something else in it. It tells whether plainHeader read it.
func samePlain(t *testing.T, text string) bool {
	t.Helper()
	got, _ := plainHeader(text)
	if got == nil {
		return false
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%q is not YAML: %v", text, err)
	}
	want := doc.Content[0]
	got.Line, got.Column = want.Line, want.Column // nobody asks where it starts
	if got, want := nodes(got), nodes(want); got != want {
		t.Fatalf("of %q\ngot\n%swant\n%s", text, got, want)
	}
	return true
}

func TestPlainHeader(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		plain      bool
	}{
		{"texts", "title: A title, with: signs # and\n", false},
		{"words", "title: It's 1.10 & more\nlink_title:   B  \n\nweight: 10\n", true},
		{"quotes", "a: \"x: y [z]\"\nb: 'c, d'\nempty: \"\"\nnone: null\nquoted: \"null\"\n", true},
		{"lists", "a:\n    - /x/y\n    - \"z\"\nb: [c, 'd',  e f]\nc:\n- 1\n\n-  2\nd: 标题\ne: [标, f]\n", true},
		{"addresses", "a: https://x.io/b?c=d#e\nb: x:y\n", true},
		{"no value", "a:\nb: c\n", false},
		{"no value at the end", "a: b\nc:\n", false},
		{"value of two lines", "a: b\n  c\n", false},
		{"item of two lines", "a:\n- b\n  c\n", false},
		{"list of lists", "a:\n- - b\n", false},
		{"list of maps", "a:\n- b: c\n- d:\n", false},
		{"list deeper", "a:\n- b\n  - c\n", false},
		{"map in a list", "a: [b: c]\n", false},
		{"comma in quotes", "a: [\"b, c\"]\n", false},
		{"list of nothing", "a: [ ]\n", false},
		{"list not closed", "a: [b\n", false},
		{"escape", "a: \"b\\n\"\n", false},
		{"quote in quotes", "a: 'b''c'\n", false},
		{"words behind quotes", "a: \"b\" c\n", false},
		{"anchor", "a: &b c\n", false},
		{"block", "a: |\n  b\n", false},
		{"comment", "# a\nb: c\n", false},
		{"tab", "a:\tb\n", false},
		{"end of a line of Unicode", "a: b\u2028c: d\n", false},
		{"map", "a:\n  b: c\n", false},
		{"key with a space", "a b: c\n", false},
		{"text", "words\n", false},
		{"nothing", "\n\n", false},
	} {
		if got := samePlain(t, tt.text); got != tt.plain {
			t.Errorf("%s: %q is plain: %v", tt.name, tt.text, got)
		}
	}
}

// FuzzPlainHeader states that what plainHeader reads is what the YAML reader does.
func FuzzPlainHeader(f *testing.F) {
	for _, s := range []string{"a: b\n", "a: \"b: c\"\nd: [e, 'f']\n", "a:\n  - b\n  - c\n\nd: 1\n", "a: b:\nc: - d\n", "a:\n- b\n - c\n", "a: [b\n,c]", "\u00a0: b", "a: \u00a0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { samePlain(t, text) })
}

// TestPlainCorpora holds that of real pages at least nine in ten are read so.
func TestPlainCorpora(t *testing.T) {
	corpora := filepath.Join("..", "..", "..", "shared", "corpora")
	if _, err := os.Stat(corpora); err != nil {
		t.Skipf("no corpora here: %v", err)
	}
	all, plain := 0, 0
	_ = fs.WalkDir(os.DirFS(corpora), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".md" {
			return nil
		}
		data, err := os.ReadFile(filepath.Join(corpora, name))
		var r raw
		open := firstLine.FindSubmatchIndex(data)
		if err != nil || open == nil || data[open[2]] != '-' {
			return nil
		}
		if _, err := parseHeader(data, open, &r); err != nil || r.notation != "yaml" {
			return nil
		}
		if all++; samePlain(t, r.text) {
			plain++
		}
		return nil
	})
	t.Logf("%d of %d", plain, all)
	if plain*10 < all*9 {
		t.Errorf("only %d of %d headers are plain", plain, all)
	}
}
