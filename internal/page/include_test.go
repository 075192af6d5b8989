package page

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/shortcodes"
	"github.com/yuin/goldmark/ast"
)

// project loads a project of which the content folder is a part.
func project(t *testing.T, files fstest.MapFS, o Options) *Set {
	t.Helper()
	content, err := fs.Sub(files, "content")
	if err != nil {
		t.Fatal(err)
	}
	o.Project, o.Folder = files, "content"
	user, err := fs.Sub(files, "shortcodes")
	if err != nil {
		t.Fatal(err)
	}
	if o.Codes, err = shortcodes.Load(user); err != nil {
		t.Fatal(err)
	}
	s, err := Load(t.Context(), content, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mapFS(pairs ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		if target, ok := strings.CutPrefix(pairs[i+1], "-> "); ok {
			files[pairs[i]] = &fstest.MapFile{Data: []byte(target), Mode: fs.ModeSymlink | 0o777}
			continue
		}
		files[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return files
}

// shape writes where the blocks of a page stand and what is in them.
func shape(p *Page) string {
	var out []string
	nodes := map[*Block]ast.Node{}
	for n, b := range p.Tree().Blocks {
		nodes[b] = n
	}
	for _, b := range p.Blocks {
		var up []string
		for n := nodes[b].Parent(); n != nil && n.Kind() != ast.KindDocument; n = n.Parent() {
			up = append(up, n.Kind().String())
		}
		out = append(out, fmt.Sprintf("%v %s %q in %s under %q", b.Pos, b.Lang, b.Text, strings.Join(up, "<"), b.Heading))
	}
	return strings.Join(out, "\n")
}

func TestInclude(t *testing.T) {
	tests := []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"Markdown in a list", mapFS("content/p.md", "1. a\n\n    {{< boilerplate b >}}\n\n1. c\n",
			"content/boilerplates/b.md", "---\ntitle: B\nheadless: true\n---\nSay:\n\n{{< text bash >}}\n$ x {{< v >}}\n{{< /text >}}\n", "shortcodes/v.html", "1.2"),
			`content/boilerplates/b.md:8:1 bash "$ x 1.2\n" in ShortcodeBlock<ListItem<List under ""`},
		{"relative to the page", mapFS("content/a/p.md", "{{< include \"in/b.md\" >}}", "content/a/in/b.md", "```sh\nx\n```\n"),
			`content/a/in/b.md:2:1 sh "x\n" in ShortcodeBlock under ""`},
		{"includes folder", mapFS("content/a/p.md", "{{< include \"b.md\" >}}", "content/includes/b.md", "```sh\nx\n```\n"),
			`content/includes/b.md:2:1 sh "x\n" in ShortcodeBlock under ""`},
		{"code by readfile", mapFS("content/p.md", "{{< readfile file=\"/static/a.yaml\" code=\"true\" lang=\"yaml\" >}}", "static/a.yaml", "a: 1\nb: {{< no >}}\n"),
			`static/a.yaml:1:1 yaml "a: 1\nb: {{< no >}}\n" in  under ""`},
		{"Kubernetes' example", mapFS("content/en/p.md", "# H\n\n{{% codenew file=\"pods/a.yaml\" %}}", "content/en/examples/pods/a.yaml", "a: 1"),
			`content/en/examples/pods/a.yaml:1:1 yaml "a: 1\n" in  under "H"`},
		{"snippet", mapFS("content/p.md", "{{< text_import file=\"a.go\" syntax=\"go\" snippet=\"two\" >}}",
			"a.go", "one\n// $snippet two\n2\n// $endsnippet\nthree\n"),
			`a.go:3:1 go "2\n" in  under ""`},
		{"nested", mapFS("content/p.md", "{{< include \"a.md\" >}}", "content/a.md", "## H\n\n{{< include \"b.md\" >}}", "content/b.md", "```sh\nx\n```\n"),
			`content/b.md:2:1 sh "x\n" in ShortcodeBlock<ShortcodeBlock under "H"`},
		{"inside a line", mapFS("content/p.md", "a {{< boilerplate b >}} c", "boilerplates/b.md", "```sh\nx\n```\n"),
			`boilerplates/b.md:2:1 sh "x\n" in ShortcodeBlock under ""`},
		{"tab of a file", mapFS("content/p.md", "{{< tabs name=\"t\" >}}\n{{< tab name=\"A\" include=\"b.md\" />}}\n{{< tab name=\"B\" codelang=\"sh\" >}}\ny\n{{< /tab >}}\n{{< /tabs >}}\n", "content/b.md", "```sh\nx\n```\n"),
			`content/b.md:2:1 sh "x\n" in ShortcodeBlock<ShortcodeBlock under ""` + "\n" + `content/p.md:4:1 sh "y\n" in ShortcodeBlock under ""`},
		{"Docsy's tabs", mapFS("content/p.md", "{{< tabpane lang=\"sh\" >}}\n{{< tab header=\"A\" >}}\n# x\n{{< /tab >}}\n{{< tab header=\"B\" lang=\"yaml\" >}}\ny: *\n{{< /tab >}}\n{{% tab header=\"C\" %}}\n*z*\n{{% /tab %}}\n{{< /tabpane >}}\n"),
			`content/p.md:3:1 sh "# x\n" in ShortcodeBlock under ""` + "\n" + `content/p.md:6:1 yaml "y: *\n" in ShortcodeBlock under ""`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := project(t, tt.files, Options{})
			var p *Page
			for _, q := range s.Pages {
				if strings.HasSuffix(q.Name, "p.md") {
					p = q
				}
			}
			if got := shape(p); got != tt.want {
				t.Errorf("got  %s\nwant %s\n%s", got, tt.want, messages(s.Diagnostics))
			}
		})
	}
}

func TestIncludeProblems(t *testing.T) {
	many := mapFS("content/p.md", "{{< include \"a.md\" >}}{{< include \"a.md\" >}}\n")
	for i := range 20 {
		text := fmt.Sprintf("{{< include \"%c.md\" >}}\n\n{{< include \"%c.md\" >}}\n", 'b'+i, 'b'+i)
		many[fmt.Sprintf("includes/%c.md", 'a'+i)] = &fstest.MapFile{Data: []byte(text)}
	}
	many["includes/u.md"] = &fstest.MapFile{Data: []byte("end\n")}
	tests := []struct {
		name  string
		files fstest.MapFS
		want  string
	}{
		{"missing", mapFS("content/p.md", "a\n\n{{< boilerplate no >}}\n"),
			"content/p.md:3:1: shortcode boilerplate: there is no file boilerplates/no.md or no.md"},
		{"itself", mapFS("content/p.md", "{{< include \"p.md\" >}}\n"), "content/p.md:1:1: content/p.md includes itself: content/p.md, content/p.md"},
		{"circle", mapFS("content/p.md", "{{< include \"a.md\" >}}\n", "includes/a.md", "{{< include \"b.md\" >}}\n", "includes/b.md", "\n{{< include \"a.md\" >}}\n"),
			"includes/b.md:2:1: includes/a.md includes itself: content/p.md, includes/a.md, includes/b.md, includes/a.md"},
		{"out by dots", mapFS("content/p.md", "{{< include \"../../etc/passwd\" >}}\n"), "content/p.md:1:1: shortcode include: ../../etc/passwd cannot be included: it is outside of the project"},
		{"out by a link", mapFS("content/p.md", "{{< include \"a.md\" >}}\n", "content/a.md", "-> ../../secret.md"), "cannot be included: it is outside of the project"},
		{"out by an absolute link", mapFS("content/p.md", "{{< include \"a.md\" >}}\n", "includes/a.md", "-> /etc/passwd"), "cannot be included: it is outside of the project"},
		{"out by a linked folder", mapFS("content/p.md", "{{< include \"x/passwd\" >}}\n", "includes/x", "-> ../../etc"), "cannot be included: it is outside of the project"},
		{"round in a circle", mapFS("content/p.md", "{{< include \"a.md\" >}}\n", "includes/a.md", "-> b.md", "includes/b.md", "-> a.md"), "its symbolic links go round in a circle"},
		{"no text", mapFS("content/p.md", "{{< include \"a.md\" >}}\n", "includes/a.md", "a\x00b"), "it is not text in UTF-8"},
		{"no snippet", mapFS("content/p.md", "{{< text_import file=\"a.go\" snippet=\"x\" >}}", "a.go", "1\n"), "a.go has no snippet x"},
		{"problem in the file", mapFS("content/p.md", "{{< include \"a.md\" >}}\n", "includes/a.md", "---\nt: a\n---\n\n{{< tip >}}\n"), "includes/a.md:5:1: shortcode tip is never closed"},
		{"dead link in the file", mapFS("content/p.md", "{{< include \"a.md\" >}}\n", "includes/a.md", "\n[x](/no/)\n"), "includes/a.md:2:1: link /no/ leads nowhere"},
		{"unclosed tab", mapFS("content/p.md", "{{< tab name=\"a\" >}}\n"), "content/p.md:1:1: shortcode tab is never closed"},
		{"without end", many, "this page includes too much"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := project(t, tt.files, Options{})
			if got := messages(s.Diagnostics); !strings.Contains(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// A link that stays inside is followed; the content folder may be elsewhere.
func TestLinksInside(t *testing.T) {
	s := project(t, mapFS("content/a.md", "-> ../shared/a.md", "shared/a.md", "# A\n", "content/b", "-> a", "content/c.png", "-> ../shared/c.png", "shared/c.png", "x"), Options{})
	if len(s.Pages) != 1 || s.Pages[0].Matter.Title != "A" || len(s.Resources) != 1 {
		t.Errorf("pages %v, resources %v", s.Pages, s.Resources)
	}
	if got := messages(s.Diagnostics); !strings.Contains(got, "content/b: cannot be read: file does not exist") {
		t.Errorf("got %s", got)
	}
}

// Headings keep their ids apart, and footnotes their numbers, through all files.
func TestIncludedIDs(t *testing.T) {
	s := project(t, mapFS("content/p.md", "# A\n\nx[^1]\n\n[^1]: one\n\n{{< include \"a.md\" >}}\n\n{{< include \"a.md\" >}}\n", "includes/a.md", "## A\n\ny[^1]\n\n[^1]: two\n"), Options{})
	var ids []string
	for _, h := range s.Pages[0].Headings {
		ids = append(ids, h.ID)
	}
	if got := strings.Join(ids, " "); got != "a a-1 a-2" {
		t.Errorf("ids %s", got)
	}
}

// Included names what a change of means that pages are read anew.
func TestIncluded(t *testing.T) {
	s := project(t, mapFS("content/p.md", "{{< include \"a.md\" >}}\n{{< readfile file=\"/x/b.sh\" code=\"true\" >}}\n", "includes/a.md", "A", "x/b.sh", "true\n"), Options{})
	if got := strings.Join(s.Included, " "); got != "includes/a.md x/b.sh" {
		t.Errorf("got %s", got)
	}
}

// A language that the project names may be in another place; nothing else may.
func TestLinkedLanguage(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"elsewhere/zh/a.md": "# 甲\n", "elsewhere/zh/b/c.md": "# 乙\n", "site/content/en/a.md": "# A\n"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "elsewhere/zh"), filepath.Join(dir, "site/content/zh")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	root := os.DirFS(filepath.Join(dir, "site"))
	content := os.DirFS(filepath.Join(dir, "site/content"))
	for _, tt := range []struct {
		languages []string
		want      string
	}{
		{[]string{"en", "zh"}, "/a/ /zh/a/ /zh/b/c/"},
		{nil, "/a/ content/zh: is a symbolic link that leads out of the project"},
	} {
		s, err := Load(t.Context(), content, Options{Project: root, Folder: "content", Languages: tt.languages})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range s.Pages {
			got = append(got, p.URL)
		}
		for _, d := range s.Diagnostics {
			got = append(got, d.Pos.File+": "+d.Message)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("languages %v: got %s, want %s", tt.languages, strings.Join(got, " "), tt.want)
		}
	}
}
