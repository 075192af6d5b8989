package markup

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"weak"

	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
	"github.com/yuin/goldmark/ast"
)

func builtin(t testing.TB) *shortcodes.Set {
	t.Helper()
	codes, err := shortcodes.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

// outline writes a tree as one line: kinds, names of shortcodes, text of leaves.
func outline(d *Document, n ast.Node) string {
	var inner []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if s := outline(d, c); s != "" {
			inner = append(inner, s)
		}
	}
	name := strings.ToLower(n.Kind().String())
	switch n := n.(type) {
	case *ast.Text:
		return string(n.Segment.Value(d.Masked()))
	case *ast.Document:
		return strings.Join(inner, " ")
	case *ast.Paragraph, *ast.TextBlock:
		name = "p"
	case *ast.List:
		name = "ul"
		if n.IsOrdered() {
			name = "ol"
		}
	case *ast.ListItem:
		name = "li"
	case *ast.Heading:
		id, _ := n.AttributeString("id")
		name = fmt.Sprintf("h%d#%s", n.Level, id)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		return fmt.Sprintf("code%q", string(n.Lines().Value(d.Masked())))
	case *ShortcodeBlock:
		name = "[" + n.Call.Name + "]"
		if n.Call.Lines != nil {
			return fmt.Sprintf("%s%q", name, n.Call.InnerText(d.File))
		}
	case *ShortcodeInline:
		name = "<" + n.Call.Name + n.Call.Literal + ">"
	}
	if len(inner) == 0 {
		return name
	}
	return name + "(" + strings.Join(inner, " ") + ")"
}

func TestTree(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"text behind a closing tag", "{{< tip >}}a *b*{{< /tip >}} c\nd\n", "[tip](p(a  emphasis(b))) p(c d)"},
		{"text behind two closing tags", "{{< tabs >}}\n{{< tip >}}a{{< /tip >}}{{< /tabs >}} c\n", "[tabs]([tip](p(a))) p(c)"},
		{"code left of its tag", "  {{< text yaml >}}\na: 1\n  b: 2\n  {{< /text >}}\n", `[text]"a: 1\n  b: 2\n"`},
		{"a line left of the code", "1. x\n\n    {{< text sh >}}\n    a\nEOF\n    {{< /text >}}\n", `ol(li(p(x) [text]"a\nEOF\n"))`},
		{"verbatim body is one leaf", "{{< text bash >}}\n$ echo *hi*\n{{< /text >}}\n", `[text]"$ echo *hi*\n"`},
		{"percent notation", "{{% text bash %}}\n$ a\n{{% /text %}}\n", `[text]"$ a\n"`},
		{"angle notation", "<<< text bash >>>\n$ a\n<<< /text >>>\n", `[text]"$ a\n"`},
		{"no inner space", "{{<text bash>}}\n$ a\n{{</text>}}\n", `[text]"$ a\n"`},
		{"list item keeps its block and its number", "1. a\n\n    {{< text yaml >}}\n    k:\n      v: 1\n    {{< /text >}}\n\n1. b\n",
			`ol(li(p(a) [text]"k:\n  v: 1\n") li(p(b)))`},
		{"tag on the list marker's line", "1. {{< text bash >}}\n   $ a\n   {{< /text >}}\n1. b\n", `ol(li([text]"$ a\n") li(p(b)))`},
		{"body left of its tag stays in the item", "1. a\n\n    {{< text bash >}}\n    $ cat <<EOF\nx: 1\nEOF\n    {{< /text >}}\n\n1. b\n",
			`ol(li(p(a) [text]"$ cat <<EOF\nx: 1\nEOF\n") li(p(b)))`},
		{"closing tag left of the item", "1. a\n\n    {{< text bash >}}\n    $ x\n{{< /text >}}\n1. b\n", `ol(li(p(a) [text]"$ x\n") li(p(b)))`},
		{"indented more than a code block", "text\n\n        {{< text bash >}}\n        $ x\n        {{< /text >}}\n", `p(text) [text]"$ x\n"`},
		{"quote marks are taken off", "> {{< text bash >}}\n> $ x\n> {{< /text >}}\n", `blockquote([text]"$ x\n")`},
		{"interrupts a paragraph", "para\n{{< text bash >}}\n$ x\n{{< /text >}}\nmore\n", `p(para) [text]"$ x\n" p(more)`},
		{"blank lines in a body", "- a\n\n    {{< text bash >}}\n    $ x\n\n    $ y\n    {{< /text >}}\n", `ul(li(p(a) [text]"$ x\n\n$ y\n"))`},
		{"markdown body", "{{< tip >}}\nSee *this*.\n\n- a\n{{< /tip >}}\nafter\n", `[tip](p(See  emphasis(this) .) ul(li(p(a)))) p(after)`},
		{"markdown body in a list", "1. a\n\n    {{< warning >}}\n    b\n    {{< /warning >}}\n\n1. c\n", `ol(li(p(a) [warning](p(b))) li(p(c)))`},
		{"three deep", "{{< tabset category-name=\"x\" >}}\n{{< tab name=\"A\" >}}\n{{< tip >}}\n{{< text bash >}}\n$ x\n{{< /text >}}\n{{< /tip >}}\n{{< /tab >}}\n{{< /tabset >}}\n",
			`[tabset]([tab]([tip]([text]"$ x\n")))`},
		{"tags on one line", "{{< tip >}}one{{< /tip >}}\n", `[tip](p(one))`},
		{"inline single", "v {{< istio_version >}} now\n", `p(v  <istio_version>  now)`},
		{"inline pair", "see {{< gloss >}}the *mesh*{{< /gloss >}}.\n", `p(see  <gloss>(the  emphasis(mesh)) .)`},
		{"inline pair at the line's start", "{{< gloss >}}pod{{< /gloss >}} is\n", `p(<gloss>(pod)  is)`},
		{"tag over several lines", "{{< image width=\"75%\"\n    link=\"./a.svg\"\n    >}}\n", `[image]`},
		{"block call inside a line is lifted out", "a {{< image link=\"x.svg\" >}} b\n", `p(a ) [image] p( b)`},
		{"escaped tag shows itself", "use {{</* text bash */>}} here\n", `p(use  <{{< text bash >}}>  here)`},
		{"escaped tag in angles shows itself", "use <<</* text bash */>>> here\n", `p(use  <<<< text bash >>>>  here)`},
		{"here-string is no tag", "Run `cat <<< text` and\n\n```bash\ncat <<< text >>> out\n```\n", `p(Run  codespan(cat <<< text)  and) code"cat <<< text >>> out\n"`},
		{"unknown name in angles is text", "a <<< foo >>> b\n", "p(a << < foo >>> b)"},
		{"heading with a glued id", "## 标题{#id}\n", "h2#id(标题)"},
		{"heading with an id", "## T {#x}\n", "h2#x(T)"},
		{"headings get unique ids", "## Same\n\n## Same\n\n## 你好\n", "h2#same(Same) h2#same-1(Same) h2#你好(你好)"},
		{"table cell", "| a |\n|---|\n| {{< istio_version >}} |\n", "table(tableheader(tablecell(a)) tablerow(tablecell(<istio_version>)))"},
		{"BOM and CRLF", "\ufeff---\r\ntitle: T\r\n---\r\n1. a\r\n\r\n    {{< text bash >}}\r\n    $ x\r\n    {{< /text >}}\r\n", `ol(li(p(a) [text]"$ x\n"))`},
		{"shared indentation goes", "{{< text yaml >}}\n    a: 1\n    b: 2\n{{< /text >}}\n", `[text]"a: 1\nb: 2\n"`},
		{"indentation inside of a quote stays", "> - {{< text bash >}}\n>   $ x\n>     y\n>   {{< /text >}}\n>\n> {{< text bash >}}\n> $ x\n>   y\n> {{< /text >}}\n", `blockquote(ul(li([text]"$ x\n  y\n")) [text]"$ x\n  y\n")`},
		{"tabs as indentation", "1. a\n\n\t{{< text bash >}}\n\t$ x\n\t{{< /text >}}\n", `ol(li(p(a) [text]"$ x\n"))`},
	}
	codes := builtin(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := Parse(source.NewFile("p.md", []byte(tt.in)), codes)
			if got := outline(d, d.Tree(nil)); got != tt.want {
				t.Errorf("got  %s\nwant %s\nof\n%s", got, tt.want, tt.in)
			}
			if len(d.Diagnostics) > 0 {
				t.Errorf("diagnostics of a right page: %v", d.Diagnostics)
			}
		})
	}
}

func TestDiagnostics(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"never closed", "---\ntitle: P\n---\n1. {{< text bash >}}\n   $ echo hi\n", "p.md:4:4: shortcode text is never closed\n\thint: add {{< /text >}} at the same indentation"},
		{"opened again", "{{< text a >}}\nx\n{{< text b >}}\ny\n{{< /text >}}\n", "p.md:1:1: shortcode text is never closed\n\thint: add {{< /text >}} at the same indentation"},
		{"stray closing tag", "a\n\n{{< /tip >}}\n", "p.md:3:1: closing tag of shortcode tip without an opening one\n\thint: remove it, or open the shortcode above"},
		{"unknown, nested, near", "{{< tip >}}\n\n  {{< istio_versoin >}}\n{{< /tip >}}\n", "p.md:3:3: unknown shortcode istio_versoin\n\thint: did you mean istio_version? Or add shortcodes/istio_versoin.html"},
		{"unknown, far", "{{< zzz >}}\n", "p.md:1:1: unknown shortcode zzz\n\thint: add shortcodes/zzz.html"},
		{"tag never closed", "a {{< tip\n", "p.md:1:3: shortcode tag tip is never closed by >}}\n\thint: to show a tag as text write {{</* … */>}}"},
		{"quote never closed", "{{< tab name=\"a >}}\n", "p.md:1:1: quote \" is never closed in shortcode tag tab\n\thint: to show a tag as text write {{</* … */>}}"},
		{"curly quotes", "{{< tab name=“a” >}}x{{< /tab >}}\n", "p.md:1:1: curly quotes in shortcode tag tab\n\thint: write straight ones: \""},
		{"crossed pairs", "{{< tip >}}\n{{< warning >}}\n{{< /tip >}}\n{{< /warning >}}\n", "p.md:2:1: shortcode warning is closed outside of tip, in which it was opened\n\thint: close it before {{< /tip >}}"},
		{"parameter twice", "{{< tab name=\"a\" name=\"b\" >}}x{{< /tab >}}\n", "p.md:1:18: parameter name stands twice in shortcode tab"},
		{"header never closed", "---\ntitle: P\n\ntext\n", "p.md:1:1: front matter is never closed\n\thint: add a line --- after the last key"},
		{"duplicate key", "---\ntitle: A\nweight: 1\ntitle: B\n---\n", "p.md:4:1: key \"title\" stands twice\n\thint: the first is at line 2"},
		{"header no mapping", "---\n- a\n---\n", "p.md:2:1: front matter is not a list of keys and values\n\thint: write title: …"},
		{"header syntax", "---\ntitle: a: b\n---\n", "p.md:2:1: front matter cannot be read: mapping values are not allowed in this context"},
		{"toml syntax", "+++\ntitle = \n+++\n", "p.md:2:9: front matter cannot be read: expected value but found '\\n' instead"},
		{"json syntax", "{\n\"title\": \"T\",\n}\nbody\n", "p.md:3:1: front matter cannot be read: invalid character '}' looking for beginning of object key string"},
		{"json never closed", "{\n\"title\": \"T\"\n", "p.md:1:1: front matter is never closed\n\thint: add a line } after the last key"},
	}
	codes := builtin(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := Parse(source.NewFile("p.md", []byte(tt.in)), codes)
			var got []string
			for _, x := range source.Sort(d.Diagnostics) {
				got = append(got, x.String())
			}
			if strings.Join(got, "\n") != tt.want {
				t.Errorf("got  %q\nwant %q", strings.Join(got, "\n"), tt.want)
			}
		})
	}
}

func TestHeaderKeepsTextAndPlace(t *testing.T) {
	for _, in := range []string{
		"---\ntitle: T\nlinktitle: 1.10\n---\nbody",
		"\n---\ntitle: T\nlinktitle: 1.10\n---\nbody",
		"\ufeff---\ntitle: T\nlinktitle: 1.10\n---\nbody",
		"+++\ntitle = \"T\"\nlinktitle = \"1.10\"\n+++\nbody",
		"{\n\"title\": \"T\",\n\"linktitle\": \"1.10\"\n}\n\nbody",
	} {
		d := Parse(source.NewFile("p.md", []byte(in)), builtin(t))
		if d.Header == nil {
			t.Fatalf("no header in %q: %v", in, d.Diagnostics)
		}
		c := d.Header.Root.Content
		keys := map[string]string{}
		for i := 0; i+1 < len(c); i += 2 {
			keys[c[i].Value] = c[i+1].Value
			line := strings.Split(in, "\n")[d.Header.Pos(c[i]).Line-1]
			if !strings.Contains(line, c[i].Value) {
				t.Errorf("key %s is placed at %v, line %q, in %q", c[i].Value, d.Header.Pos(c[i]), line, in)
			}
		}
		if keys["linktitle"] != "1.10" || keys["title"] != "T" {
			t.Errorf("got %v from %q", keys, in)
		}
		if got := string(d.File.Data[d.Body:]); strings.TrimSpace(got) != "body" {
			t.Errorf("body is %q in %q", got, in)
		}
	}
}

// A page whose first line is a thematic break has no front matter.
func TestThematicBreakIsNoHeader(t *testing.T) {
	d := Parse(source.NewFile("p.md", []byte("---\n\ntext\n")), builtin(t))
	if d.Header != nil || len(d.Diagnostics) > 0 {
		t.Errorf("header %v, diagnostics %v", d.Header, d.Diagnostics)
	}
}

func TestSplit(t *testing.T) {
	in := "[x]({{< github_tree >}}/samples \"{{< istio_version >}}\")\n"
	d := Parse(source.NewFile("p.md", []byte(in)), builtin(t))
	link, ok := d.Tree(nil).FirstChild().FirstChild().(*ast.Link)
	if !ok {
		t.Fatalf("no link: %s", outline(d, d.Tree(nil)))
	}
	parts := slices.Collect(d.Split(link.Destination))
	if len(parts) != 2 || parts[0].Call == nil || parts[0].Call.Name != "github_tree" || string(parts[1].Text) != "/samples" {
		t.Errorf("destination: %+v", parts)
	}
	if parts := slices.Collect(d.Split(link.Title)); len(parts) != 1 || parts[0].Call.Name != "istio_version" {
		t.Errorf("title: %+v", parts)
	}
}

// FuzzParse states what holds for any file: no panic, every place inside the
// file, the masked text as long as the file with the same lines outside of tags,
// and calls that nest.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"---\na: 1\n---\n1. x\n\n    {{< text bash >}}\n    $ a\n    {{< /text >}}\n", "{{% alert %}}a{{% /alert %}}", "<<< text a >>>\nx\n<<< /text >>>",
		"{{</* x */>}}", "| {{< a >}} |\n|-|\n", "> {{< tip >}}\n> x\n> {{< /tip >}}", "\ufeff+++\na=1\n+++\n", "{{<", "{{< a b=\"c", "[x]({{< a >}})",
		"{{< text >}}{{< text >}}{{< /text >}}", "a {{< image >}} b", "{{< tabset >}}{{< tab >}}x{{< /tab >}}{{< /tabset >}}", "# {{< a >}} {#b}\n",
	} {
		f.Add([]byte(s))
	}
	codes := builtin(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		d := Parse(source.NewFile("p.md", data), codes)
		if len(d.Masked()) != len(data) {
			t.Fatalf("masked text has %d bytes, the file %d", len(d.Masked()), len(data))
		}
		remade(t, d)
		last := 0
		for _, c := range d.Calls {
			if c.Start < last || c.Start > c.TagEnd || c.TagEnd > c.BodyEnd || c.BodyEnd > c.End || c.End > len(data) {
				t.Fatalf("call %+v is not inside the file or out of order", c)
			}
			if c.Parent != nil && (c.Start < c.Parent.TagEnd || c.End > c.Parent.BodyEnd) {
				t.Fatalf("call %+v is outside of its parent %+v", c, c.Parent)
			}
			last = c.Start
		}
		for _, x := range d.Diagnostics {
			if x.Pos.Line < 1 || x.Pos.Line > strings.Count(string(data), "\n")+1 {
				t.Fatalf("diagnostic outside of the file: %v", x)
			}
		}
		outline(d, d.Tree(nil))
	})
}

// remade holds that the masked text is the same when it is made again, as after the
// garbage collector has taken it.
func remade(t *testing.T, d *Document) {
	t.Helper()
	first := d.Masked()
	d.masked = weak.Pointer[masked]{}
	if again := d.Masked(); !bytes.Equal(first, again) {
		t.Errorf("%s: the masked text is made again as\n%q\nand was\n%q", d.File.Name, again, first)
	}
}

// TestCorpora reads every page of the corpora: each text shortcode is one block
// node in the tree or stands in code, and none of the pages is called malformed.
func TestCorpora(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpora")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the corpora are not here: ", root)
	}
	codes := builtin(t)
	pages, blocks := 0, 0
	err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(name) != ".md" || name == filepath.Join(root, "README.md") || name == filepath.Join(root, "features.md") {
			return err
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		pages++
		d := Parse(source.NewFile(name, data), codes)
		remade(t, d)
		inTree := map[*Call]bool{}
		_ = ast.Walk(d.Tree(nil), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			switch n := n.(type) {
			case *ShortcodeBlock:
				inTree[n.Call] = entering || inTree[n.Call]
			case *ShortcodeInline:
				inTree[n.Call] = entering || inTree[n.Call]
			}
			return ast.WalkContinue, nil
		})
		for _, c := range d.Calls {
			if c.Name == "text" {
				blocks++
				if !inTree[c] {
					t.Errorf("%s: text is not in the tree", d.File.Pos(c.Start))
				}
			}
		}
		for _, x := range d.Diagnostics {
			if x.Rule != "shortcode-unknown" {
				t.Logf("%v", x)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pages, %d text blocks", pages, blocks)
	if pages < 900 || blocks < 2000 {
		t.Errorf("%d pages, %d text blocks: the test looks at too few", pages, blocks)
	}
}

// What would take time without end is reported and left out; what is large and
// flat is not.
func TestLimits(t *testing.T) {
	codes := builtin(t)
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	for _, tt := range []struct{ name, in, want string }{
		{"100 quotes", many(">", 100) + " x\n", ""},
		{"quotes", "a\n\n" + many(">", 200_000) + " x\n\nb\n", "p.md:3:1: lists and quotes are nested more than 100 deep"},
		{"lists", many("- ", 100_000) + "x\n", "p.md:1:1: lists and quotes are nested more than 100 deep"},
		{"ordered lists", many("1. ", 100_000) + "x\n", "p.md:1:1: lists and quotes are nested more than 100 deep"},
		{"rulers", many("> ", 101) + "1234567890. x\n", "p.md:1:1: lists and quotes are nested more than 100 deep"},
		{"deep lines", many(" ", 500) + "- x\n", "p.md:1:1: lists and quotes are nested more than 100 deep"},
		{"quote marks in code", "```\n" + many(">", 200) + "\n```\n", ""},
		{"links in links", "a\n" + many("[a](", 50_000) + "\n", "p.md:2:1: more than 1000 brackets are open"},
		{"brackets", many("![", 50_000) + "\n", "p.md:1:1: more than 1000 brackets are open"},
		{"many links", many("[a](b) ", 50_000) + "\n", ""},
		{"definitions", many("[a]: /x\n", 20_000), "p.md:10001:1: more than 10000 link definitions"},
		{"headings of one name", many("# a\n", 50_000), ""},
		{"shortcodes", many("{{< tip >}}\n", 101) + "x\n" + many("{{< /tip >}}\n", 101), "p.md:101:1: shortcodes are nested more than 100 deep"},
		{"deeper shortcodes", many("{{< tip >}}\n", 300) + "x\n" + many("{{< /tip >}}\n", 300), "p.md:101:1: shortcodes are nested more than 100 deep\n\thint: this one and"},
		{"inline shortcodes", many("x {{< gloss >}}", 5000) + many("{{< /gloss >}}", 5000) + "\n", "p.md:1:1503: shortcodes are nested more than 100 deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := Parse(source.NewFile("p.md", []byte(tt.in)), codes)
			got := ""
			ds := source.Sort(d.Diagnostics)
			if len(ds) > 0 {
				got = ds[0].String()
			}
			if len(ds) > 1 {
				t.Errorf("reported %d times: %s", len(ds), ds[1])
			}
			if !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if tt.name == "quotes" && outline(d, d.Tree(nil)) != "p(a) p(b)" {
				t.Errorf("the rest of the page is %s", outline(d, d.Tree(nil)))
			}
		})
	}
}

// Writers indent the tags that belong to a list item and leave the text between
// them at the margin: the list goes on, and the text is the body's.
func TestBodyAtTheMargin(t *testing.T) {
	text := "1. a\n\n   {{< note >}}\nb\n\n- c\n   {{< note >}}\nd\n   {{< /note >}}\n   {{< /note >}}\n\n1. e\n\n   {{< note >}}\n   f\n   {{< /note >}}\n"
	root := Parse(source.NewFile("p.md", []byte(text)), builtin(t)).Tree(nil)
	list := root.FirstChild()
	if list.Kind() != ast.KindList || list.NextSibling() != nil || list.ChildCount() != 2 {
		t.Fatalf("got %v with %d children, want one list of two items", list.Kind(), list.ChildCount())
	}
	var calls, items int
	_ = ast.Walk(list.FirstChild(), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if c := callOf(n); entering && c != nil {
			calls++
		}
		if entering && n.Kind() == ast.KindListItem {
			items++
		}
		return ast.WalkContinue, nil
	})
	if calls != 2 || items != 2 {
		t.Errorf("the first item holds %d calls and %d items, itself counted; want 2 and 2", calls, items)
	}
}
