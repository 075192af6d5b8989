package doctor

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

func folder(pairs ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		fsys[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return fsys
}

// outline writes topics as "name: what (places)", one per line.
func outline(topics []Topic) string {
	var b strings.Builder
	for _, t := range topics {
		if t.Name != "" {
			fmt.Fprintf(&b, "%s: ", t.Name)
		}
		fmt.Fprintf(&b, "%s (%d)\n", t.What, len(t.Places))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestProblems(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"nothing", folder("content/a.md", "# A\n"), ""},
		{"front matter", folder("content/a.md", "---\ntitle: [\n---\nx\n", "content/b.md", "# B\n"),
			"Front matter that cannot be read: front matter cannot be read: did not find expected node content (1)"},
		{"shortcodes, the most frequent first", folder("content/a.md", "{{< cat >}}\n\n{{< dog >}}\n\n{{< dog >}}\n"),
			"Unknown shortcodes: dog (2)\nUnknown shortcodes: cat (1)"},
		{"tags", folder("content/a.md", "{{< tip >}}\nx\n"), "Shortcode tags that are wrong: shortcode tip is never closed (1)"},
		{"values", folder("content/a.md", "{{< param version >}}\n"),
			`Values that shortcodes ask for: shortcode param: no "version" in the page's front matter or the site's params (1)`},
		{"links", folder("content/a.md", "[a](/x/) [b](/y/) [c](#z)\n\n![d](/img/d.png)\n"),
			"Links: links to pages that are not here (2)\nLinks: images that are not here: /img (1)\nLinks: links to headings that are not there (1)"},
		{"files", folder("content/a.md", "x\n", "content/b.md", "caf\xe9\n"), "Files: is not text in UTF-8 (1)"},
		{"configuration", folder("probatum.yaml", "contents: c\n", "content/a.md", "x\n"), "Configuration: unknown key contents (1)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Examine(t.Context(), tt.files)
			if err != nil {
				t.Fatal(err)
			}
			if got := outline(r.Problems); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// What the templates of a shortcode mean for it.
func TestForeign(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"<b>{{ .Get 0 }}</b>", ""},
		{"{{ .Page.Scratch.Get 1 }}", ".Scratch"},
		{"{{ .Site.Pages }}", ".Site.Pages"},
		{"{{ resources.Get 1 }}", "the function resources"},
	} {
		if got := foreign("x", tt.text); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestSample(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"no site", folder("docs/a.md", "# A\n"), "title: Documentation\ncontent: docs\n"},
		{"one of Hugo", folder("hugo.toml", "title = 'T'\nbaseURL = 'https://x.example/'\n[params]\nsize = 1\n", "content/a.md", "x\n"),
			"title: T\nbaseURL: https://x.example/\nparams:\n  size: 1\n"},
		{"languages", folder("config.yaml", "title: T\nlanguages: {zh: {weight: 2}, en: {weight: 1}}\n", "content/en/a.md", "x\n", "content/zh/a.md", "x\n"),
			"title: T\nlanguages: [en, zh]\n"},
		{"the language of the titles", folder("content/a.md", "---\ntitle: 安装指南\n---\nx\n"), "title: Documentation\nlanguage: zh\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Examine(t.Context(), tt.files)
			if err != nil {
				t.Fatal(err)
			}
			if got, _, _ := strings.Cut(r.Sample(), "check:\n"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestBlocks(t *testing.T) {
	r, err := Examine(t.Context(), folder("content/a.md", "# A\n\n```bash\n$ FOO=1 istioctl version\n$ ls\n$ sudo kubectl get pods\n```\n\n"+
		"```yaml\napiVersion: networking.istio.io/v1\nkind: Gateway\n```\n\n```text\nx\n```\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(r.Blocks)
	if want := "{3 1 1 [{istioctl 1} {kubectl 1}] [{networking.istio.io 1}]}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNoPages(t *testing.T) {
	if _, err := Examine(t.Context(), folder("a.txt", "x")); !errors.Is(err, ErrNoPages) {
		t.Errorf("got %v, want ErrNoPages", err)
	}
}
