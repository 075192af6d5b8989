package page

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
)

func load(t *testing.T, files map[string]string) *Set {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := Load(t.Context(), fsys, Options{Site: &shortcodes.Site{Data: map[string]any{"args": map[string]any{"version": "1.31"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func messages(ds []source.Diagnostic) string {
	var out []string
	for _, d := range ds {
		out = append(out, d.String())
	}
	return strings.Join(out, "\n")
}

func TestBlocks(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"fence", "Say:\n\n```bash\n$ a\n```\n", `p.md:4:1 bash "$ a\n" lead "Say:"`},
		{"fence without language", "```\nx\n```\n", `p.md:2:1  "x\n" lead ""`},
		{"attributes", "```bash {skip=\"a b\" apply exit=3 .wide #id}\nx\n```\n", `p.md:2:1 bash "x\n" lead "" skip="a b"@10 apply=""@21 exit="3"@27 class="wide"@34 id="id"@40`},
		{"fence in a list", "- a\n\n  ```yaml\n  k: v\n  ```\n", `p.md:4:3 yaml "k: v\n" lead "a"`},
		{"indented code", "a\n\n    x\n", `p.md:3:5  "x\n" lead "a"`},
		{"text shortcode in a list", "1. a\n\n    {{< text yaml >}}\n    k:\n      v: 1\n    {{< /text >}}\n", `p.md:4:5 yaml "k:\n  v: 1\n" lead "a"`},
		{"positional output language", "{{< text bash json >}}\n$ a\n{{< /text >}}\n", `p.md:2:1 bash "$ a\n" lead "" outputis="json"@15`},
		{"named parameters", "{{< text syntax=bash snip_id=x >}}\n$ a\n{{< /text >}}\n", `p.md:2:1 bash "$ a\n" lead "" snip_id="x"@22`},
		{"value of a shortcode in code", "```bash\nget {{< istio_version >}} now\n```\n", `p.md:2:1 bash "get 1.31 now\n" lead ""`},
		{"value in a text block", "{{< text bash >}}\n$ v {{< istio_version >}}\n{{< /text >}}\n", `p.md:2:1 bash "$ v 1.31\n" lead ""`},
		{"escaped shortcode in code", "```\n{{</* text bash */>}}\n```\n", `p.md:2:1  "{{< text bash >}}\n" lead ""`},
		{"CRLF", "```yaml\r\na: 1\r\nb: 2\r\n```\r\n", `p.md:2:1 yaml "a: 1\nb: 2\n" lead ""`},
		{"tab-indented fence in a list", "- a\n\n\t```bash\n\tx\n\t```\n", `p.md:4:2 bash "x\n" lead "a"`},
		{"empty block", "```bash\n```\n", `p.md:1:1 bash "" lead ""`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := load(t, map[string]string{"p.md": tt.in})
			var got []string
			for _, b := range s.Pages[0].Blocks {
				line := fmt.Sprintf("%v %s %q lead %q", b.Pos, b.Lang, b.Text, b.Lead)
				for _, a := range b.Attrs {
					line += fmt.Sprintf(" %s=%q@%d", a.Name, a.Value, a.Pos.Col)
				}
				got = append(got, line)
			}
			if strings.Join(got, "\n") != tt.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n"), tt.want)
			}
			if len(s.Diagnostics) > 0 {
				t.Error(messages(s.Diagnostics))
			}
		})
	}
}

func TestPosAt(t *testing.T) {
	s := load(t, map[string]string{"p.md": "1. a\n\n    {{< text bash >}}\n    $ v {{< istio_version >}} x\n    $ w\n    {{< /text >}}\n"})
	b := s.Pages[0].Blocks[0]
	for _, tt := range []struct{ of, want string }{
		{"$ v", "p.md:4:5"}, {"v", "p.md:4:7"}, {"1.31", "p.md:4:9"}, {".31", "p.md:4:9"}, {" x", "p.md:4:30"}, {"$ w", "p.md:5:5"}, {"w", "p.md:5:7"},
	} {
		if got := b.PosAt(strings.Index(b.Text, tt.of)).String(); got != tt.want {
			t.Errorf("%q is at %s, want %s", tt.of, got, tt.want)
		}
	}
}

// TestPositionsInCorpora holds every line of every block of the corpora against
// the file: what stands at the place that the block names is the line itself.
func TestPositionsInCorpora(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpora")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the corpora are not here: ", root)
	}
	blocks, lines := 0, 0
	for _, dir := range []string{"istio-en", "istio-zh", "kiali", "k8s-tasks"} {
		texts := map[string]*source.File{}
		s, err := Load(t.Context(), os.DirFS(filepath.Join(root, dir, "content")), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Pages {
			for _, b := range p.Blocks {
				blocks++
				for at, line := range lineStarts(b.Text) {
					lines++
					pos := b.PosAt(at)
					name := pos.File
					if texts[name] == nil {
						data, err := os.ReadFile(filepath.Join(root, dir, "content", name))
						if err != nil {
							t.Fatal(err)
						}
						texts[name] = source.NewFile(name, data)
					}
					file := fileLine(texts[name], pos.Line)
					if i := strings.Index(line, "{{"); i >= 0 {
						line = line[:i]
					}
					if pos.Col-1 > len(file) || !strings.HasPrefix(file[pos.Col-1:], line) && !strings.Contains(file, "{{") && !strings.HasPrefix(line, " ") {
						t.Errorf("%v: %q is not the line of the block, %q", pos, file, line)
					}
				}
			}
		}
	}
	t.Logf("%d blocks, %d lines", blocks, lines)
}

func lineStarts(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		at := 0
		for line := range strings.SplitAfterSeq(text, "\n") {
			if line != "" && !yield(at, strings.TrimSuffix(line, "\n")) {
				return
			}
			at += len(line)
		}
	}
}

func fileLine(f *source.File, n int) string {
	off := 0
	for ; n > 1; n-- {
		off = f.LineEnd(off) + 1
	}
	return strings.TrimSuffix(string(f.Data[off:f.LineEnd(off)]), "\r")
}

func TestSetDiagnostics(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"dead link", map[string]string{"a.md": "[x](gone.md)\n"}, "a.md:1:1: link gone.md leads nowhere"},
		{"dead link with a near page", map[string]string{"a.md": "[x](/foo/b/)\n", "s/b.md": ""}, "a.md:1:1: link /foo/b/ leads nowhere\n\thint: did you mean /s/b/?"},
		{"dead image", map[string]string{"a.md": "![x](gone.png)\n"}, "a.md:1:1: image gone.png leads nowhere"},
		{"dead anchor", map[string]string{"a.md": "# One\n[x](#two)\n"}, "a.md:2:1: link #two: this page has no heading #two"},
		{"anchor of an unknown shortcode", map[string]string{"a.md": "[x](b.md#no)\n", "b.md": "{{< nosuch >}}\n"}, "a.md:1:1: link b.md#no: b.md has no heading #no\n\thint: an unknown shortcode of b.md may write it: see there first\nb.md:1:1: unknown shortcode nosuch\n\thint: add shortcodes/nosuch.html"},
		{"anchor with other case", map[string]string{"a.md": "# One\n[x](#ONE)\n"}, "a.md:2:1: link #ONE: this page has no heading #ONE\n\thint: did you mean #one?"},
		{"dead anchor of another page", map[string]string{"a.md": "[x](b.md#no)\n", "b.md": "# Yes\n"}, "a.md:1:1: link b.md#no: b.md has no heading #no"},
		{"two pages, one URL", map[string]string{"a.md": "", "a/index.md": ""}, "a.md:1:1: URL /a/ is the URL of a/index.md, too\n\thint: give one of them another name, slug or url"},
		{"alias hides a page", map[string]string{"a.md": "---\naliases: [/b/]\n---\n", "b.md": ""}, "a.md:2:1: alias /b/ would hide the page b.md\n\thint: remove the alias from one of them"},
		{"alias taken", map[string]string{"a.md": "---\naliases: [/c/]\n---\n", "b.md": "---\naliases: [/c]\n---\n"}, "b.md:2:1: alias /c is an alias of a.md, too\n\thint: remove the alias from one of them"},
		{"alias of itself", map[string]string{"a.md": "---\naliases: [/a/]\n---\n"}, "a.md:2:1: alias /a/ is the page's own URL\n\thint: remove it"},
		{"weight", map[string]string{"a.md": "---\nweight: abc\n---\n"}, "a.md:2:9: weight is \"abc\", not a whole number\n\thint: write weight: 10"},
		{"typo of a key", map[string]string{"a.md": "---\nwieght: 1\n---\n"}, "a.md:2:1: unknown key \"wieght\"\n\thint: did you mean weight?"},
		{"unknown check key", map[string]string{"a.md": "---\ncheck:\n  stup: a\n---\n"}, "a.md:3:3: unknown key check.stup\n\thint: known are kind, kubernetes, needs, setup, skip, timeout, vars"},
		{"check.needs", map[string]string{"a.md": "---\ncheck: {needs: pod}\n---\n"}, "a.md:2:16: check.needs is \"pod\", neither api nor pods"},
		{"check.timeout", map[string]string{"a.md": "---\ncheck: {timeout: 5}\n---\n"}, "a.md:2:18: check.timeout is \"5\", not a duration\n\thint: write 90s or 2m"},
		{"draft", map[string]string{"a.md": "---\ndraft: maybe\n---\n"}, "a.md:2:8: draft is \"maybe\", neither true nor false"},
		{"date", map[string]string{"a.md": "---\ndate: tomorrow\n---\n"}, "a.md:2:7: date is \"tomorrow\", not a date\n\thint: write date: 2026-01-31"},
		{"date with another case", map[string]string{"a.md": "---\npublishdate: 2026-13-01\n---\n"}, "a.md:2:14: publishDate is \"2026-13-01\", not a date\n\thint: write publishDate: 2026-01-31"},
		{"date of TOML", map[string]string{"a.md": "+++\nlastmod = \"x\"\n+++\n"}, "a.md:2:1: lastmod is \"x\", not a date\n\thint: write lastmod: 2026-01-31"},
		{"expiry date is a list", map[string]string{"a.md": "---\nexpiryDate: [2026-01-01]\n---\n"}, "a.md:2:13: expiryDate is \"\", not a date\n\thint: write expiryDate: 2026-01-31"},
		{"headless", map[string]string{"a.md": "---\nheadless: 3\n---\n"}, "a.md:2:11: headless is \"3\", neither true nor false"},
		{"menu", map[string]string{"a.md": "---\nmenu: {main: 3}\n---\n"}, "a.md:2:14: menu.main is not a list of keys and values\n\thint: write main: {weight: 10}"},
		{"weight of a menu", map[string]string{"a.md": "---\nmenu: {main: {weight: x}}\n---\n"}, "a.md:2:23: menu.main.weight is \"x\", not a whole number\n\thint: write menu.main.weight: 10"},
		{"build", map[string]string{"a.md": "---\n_build: never\n---\n"}, "a.md:2:9: build is not a list of keys and values\n\thint: write build: {render: never, list: never}"},
		{"params", map[string]string{"a.md": "---\nparams: x\n---\n"}, "a.md:2:9: params is not a list of keys and values"},
		{"outputs", map[string]string{"a.md": "---\noutputs: {a: b}\n---\n"}, "a.md:2:10: outputs is not a list\n\thint: write outputs: [a, b]"},
		{"attribute syntax", map[string]string{"a.md": "```bash {skip=\"x\nx\n```\n"}, "a.md:1:14: attributes cannot be read from here on\n\thint: write {name=\"value\" word}"},
		{"an address in two lines", map[string]string{"a.md": "see [b](/x/#y\n-z) and [c](./d e.md), `[d](/e\nf)`, a\\[0](/x y) [g]( /h/ )\n", "h.md": "H"},
			"a.md:1:7: warning: this is shown as text, not as a link: its address goes on in the next line\n\thint: write the address on one line\n" +
				"a.md:2:11: warning: this is shown as text, not as a link: its address has a space\n\thint: write %20 for the space, or put the address into <>"},
		{"an id without #", map[string]string{"a.md": "# 概要{summary}\n## Get /a/{name}\n## Set {name}\n"},
			"a.md:1:9: warning: {summary} is shown as a part of the heading\n\thint: write {#summary} to make it the heading's id"},
		{"a comment behind a row", map[string]string{"a.md": "| a | b |\n|---|---|\n| c | d | <!-- e -->\n"}, ""},
		{"a cell too many", map[string]string{"a.md": "| a | b |\n|---|---|\n| c ||d||\n| e | f |\n"}, "a.md:3:6: warning: this row has more cells than its table has columns: \"d\" is not shown\n\thint: remove a |, or write it as \\| where it is text"},
		{"cells without a last bar", map[string]string{"a.md": "a | b\n---|---\nc | d\n| e\nf | \n"}, ""},
		{"value that is not there", map[string]string{"a.md": "```\n{{< source_branch_name >}}\n```\n"}, "a.md:2:1: shortcode source_branch_name needs source_branch_name in data/args.yml"},
		{"binary", map[string]string{"a.md": "a\x00b", "b.md": ""}, "a.md: is not text in UTF-8\n\thint: save it as UTF-8, or give it another ending than .md"},
		{"right", map[string]string{"a.md": "# T\n[x](b.md) [y](/b/#u) [z](#t) [o](https://x.y/) [i](i.png) [m](mailto:a@b)\n", "b.md": "## U\n", "i.png": ""}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := messages(load(t, tt.files).Diagnostics); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestTree(t *testing.T) {
	s := load(t, map[string]string{
		"_index.md": "---\ntitle: Home\n---\n", "docs/_index.md": "---\ntitle: Docs\nweight: 2\n---\n", "docs/b.md": "---\nweight: 1\n---\n# B\n",
		"docs/a.md": "# A\n", "blog/x/post.md": "---\nlinkTitle: P\nslug: p-1\n---\n", "hidden.md": "---\ndraft: true\n---\n", "img/a.png": "",
	})
	var lines []string
	var walk func(p *Page, depth int)
	walk = func(p *Page, depth int) {
		lines = append(lines, strings.Repeat(" ", depth)+p.URL+" "+p.Matter.LinkTitle)
		for _, c := range p.Children {
			walk(c, depth+1)
		}
	}
	walk(s.Root, 0)
	want := "/ Home\n /docs/ Docs\n  /docs/b/ B\n  /docs/a/ A\n /blog/ Blog\n  /blog/x/ X\n   /blog/x/p-1/ P"
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(s.Resources) != 1 || s.Resources[0].URL != "/img/a.png" {
		t.Errorf("resources: %v", s.Resources)
	}
}

// TestSeeds reads the two pages that Probatum started from.
func TestSeeds(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "seeds")
	s, err := Load(t.Context(), os.DirFS(root), Options{})
	if err != nil {
		t.Skip("the seeds are not here: ", err)
	}
	var got []string
	for _, p := range s.Pages {
		for _, b := range p.Blocks {
			got = append(got, fmt.Sprintf("%v %s", b.Pos, b.Lang))
		}
	}
	want := "istio-end-user-auth.md:17:5 yaml, istio-end-user-auth.md:40:5 bash, kiali-faq-authentication.md:16:1 , kiali-faq-authentication.md:33:1 yaml"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if len(s.Redirects) != 1 || s.Redirects[0] != (Redirect{"/help/ops/security/end-user-auth/", "/istio-end-user-auth/"}) {
		t.Errorf("redirects: %v", s.Redirects)
	}
}

func TestLoadErrors(t *testing.T) {
	if _, err := Load(t.Context(), fstest.MapFS{"a.txt": {}}, Options{}); err != ErrNoPages {
		t.Errorf("no pages: %v", err)
	}
	if _, err := Load(t.Context(), os.DirFS(filepath.Join(t.TempDir(), "none")), Options{}); !os.IsNotExist(err) {
		t.Errorf("no folder: %v", err)
	}
}
