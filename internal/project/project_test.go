package project

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/config"
)

func tree(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestLoad(t *testing.T) {
	p, err := Load(t.Context(), tree(map[string]string{
		"probatum.yaml": "title: T\ndescription: D\nparams: {a: b}\n", "content/p.md": "# P\n{{< mine >}} {{< istio_version >}}\n",
		"shortcodes/mine.html": "<b>{{ .Param \"a\" }}</b>", "data/args.yml": "version: \"1.31\"\n", "data/deep/x.json": `{"k": [1]}`, "data/t.toml": "k = 1\n",
	}), Options{})
	if err != nil || len(p.Diagnostics) > 0 {
		t.Fatalf("%v %v", err, p.Diagnostics)
	}
	if got := p.Set.Pages[0].File.Name; got != "content/p.md" {
		t.Errorf("the page is called %s", got)
	}
	if got := p.Set.Root.Matter.Description; got != "D" {
		t.Errorf("the home page is described as %q", got)
	}
	data := p.Set.Site.Data
	if data["args"].(map[string]any)["version"] != "1.31" || data["deep"].(map[string]any)["x"] == nil || data["t"] == nil {
		t.Errorf("data: %v", data)
	}
}

func TestLoadErrors(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  string // of the error, or of the diagnostics
	}{
		{"no configuration", map[string]string{"content/p.md": ""}, "no probatum.yaml here"},
		{"no content", map[string]string{"probatum.yaml": ""}, "no folder content here"},
		{"no pages", map[string]string{"probatum.yaml": "", "content/a.txt": ""}, "content: no pages"},
		{"wrong configuration", map[string]string{"probatum.yaml": "titel: T\n"}, "probatum.yaml:1:1: unknown key titel"},
		{"wrong data", map[string]string{"probatum.yaml": "", "content/p.md": "x\n", "data/a.yaml": "a: [\n"}, "data/a.yaml:1:1: "},
		{"wrong template", map[string]string{"probatum.yaml": "", "content/p.md": "x\n", "shortcodes/a.html": "{{ .Inner"}, "shortcodes/a.html: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Load(t.Context(), tree(tt.files), Options{})
			got := ""
			if err != nil {
				got = err.Error()
			}
			if p != nil {
				for _, d := range p.Diagnostics {
					got += d.String()
				}
			}
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What people can put right comes with a hint.
func TestHint(t *testing.T) {
	_, err := Load(t.Context(), tree(nil), Options{})
	var e *Error
	if !errors.As(err, &e) || e.Hint() == "" {
		t.Errorf("no hint in %v", err)
	}
}

func TestMissingConfiguration(t *testing.T) {
	c := config.Default()
	c.Content = "docs"
	p, err := Load(t.Context(), tree(map[string]string{"docs/p.md": "x\n"}), Options{Missing: c})
	if err != nil || len(p.Set.Pages) != 1 {
		t.Errorf("got %+v, %v", p, err)
	}
}

// Words of i18n/ stand over the built-in ones, in the page's language; those of
// a file that is wrong are reported.
func TestWords(t *testing.T) {
	fsys := fstest.MapFS{
		"probatum.yaml":     {Data: []byte("languages: [en, zh, fr]\n")},
		"content/en/a.md":   {Data: []byte("---\ntitle: A\n---\n")},
		"content/zh/a.md":   {Data: []byte("---\ntitle: A\n---\n")},
		"i18n/en.toml":      {Data: []byte("[tip]\nother = \"Hint\"\n")},
		"i18n/zh.yaml":      {Data: []byte("- id: tip\n  translation: 好\n")},
		"i18n/de.json":      {Data: []byte(`{"tip": 1}`)},
		"i18n/es.yaml":      {Data: []byte("tip: a\nnote: \"b\n")},
		"i18n/it.toml":      {Data: []byte("tip = 1 2\n")},
		"data/broken.yaml":  {Data: []byte("a: [\n")},
		"data/fine/in.json": {Data: []byte(`{"a": 1}`)},
	}
	p, err := Load(t.Context(), fsys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	words := p.Set.Site.Words
	for _, tt := range []struct{ lang, key, want string }{
		{"en", "tip", "Hint"}, {"zh", "tip", "好"}, {"zh", "note", "说明"}, {"es", "tip", "Consejo"},
	} {
		if got := words.Text(tt.lang, tt.key); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.lang, tt.key, got, tt.want)
		}
	}
	want := []string{
		"data/broken.yaml:1:1: did not find expected node content",
		"i18n/de.json: tip is neither a text nor one with the key other",
		"i18n/es.yaml:2:1: found unexpected end of stream",
		"i18n/it.toml:1:8: expected a top-level item to end with a newline, comment, or EOF, but got '2' instead",
		"probatum.yaml: languages names fr, but there is no folder content/fr",
	}
	for i, d := range p.Diagnostics {
		if got, _, _ := strings.Cut(d.String(), "\n"); i >= len(want) || got != want[i] {
			t.Errorf("diagnostic %d: got %s", i, got)
		}
	}
	if len(p.Diagnostics) != len(want) {
		t.Errorf("got %d diagnostics, want %d", len(p.Diagnostics), len(want))
	}
}
