package site

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "rewrite the expected parts of testdata/*.txtar")

// load reads pages; user shortcodes stand below shortcodes/.
func load(t testing.TB, files fs.FS) *page.Set {
	t.Helper()
	return loadAs(t, files, page.Options{})
}

// loadAs is load with options of its own.
func loadAs(t testing.TB, files fs.FS, o page.Options) *page.Set {
	t.Helper()
	user, err := fs.Sub(files, "shortcodes")
	if err != nil {
		t.Fatal(err)
	}
	codes, err := shortcodes.Load(user)
	if err != nil {
		t.Fatal(err)
	}
	content, err := fs.Sub(files, "content")
	if err != nil {
		t.Fatal(err)
	}
	o.Codes, o.Site = codes, &shortcodes.Site{
		Title: "Docs", Data: map[string]any{"args": map[string]any{"version": "1.10", "source_branch_name": "master"}},
	}
	set, err := page.Load(t.Context(), content, o)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func build(t testing.TB, files fs.FS, o Options) (map[string][]byte, *Result) {
	t.Helper()
	var m Memory
	o.Out = &m
	r, err := Build(t.Context(), load(t, files), o)
	if err != nil {
		t.Fatal(err)
	}
	return m.Files, r
}

// A project's templates have the fields of the manual, also those that cost time;
// code with something around it is an author's HTML, as before.
func TestFields(t *testing.T) {
	out, r := build(t, fstest.MapFS{
		"shortcodes/in.html":   {Data: []byte(`<pre>{{ .InnerText }}{{ .Position }}</pre>`)},
		"shortcodes/up.html":   {Data: []byte(`<b>{{ .Parent.Position }} {{ index .Params 0 }} {{ len .Site.Title }} {{ .Named.x }}</b>`)},
		"shortcodes/code.html": {Data: []byte(`<div style="width: 1px"><a href="/b/">b</a>{{ .Code }}</div>`)},
		"content/_index.md": {Data: []byte("---\ntitle: A\n---\n{{< in >}}\na <b\n{{< /in >}}\n\n{{< tip >}}\n\n{{< up c >}}\n\n{{< /tip >}}\n\n" +
			"{{< code bash >}}\n$ ls\n{{< /code >}}\n\n{{< text plain >}}\nhref=\"/b/\" style=\"x: y\" <img src=\"https://x.test\">\n{{< /text >}}\n")},
		"content/b.md": {Data: []byte("# B\n")},
	}, Options{})
	page := string(out["index.html"])
	for _, want := range []string{"<pre>a &lt;b\n_index.md:4:1</pre>", "<b>_index.md:8:1 c 4 </b>", `<div class="s-`, `<a href="b/">b</a><figure class="code run">`,
		"<pre><code>href=&#34;/b/&#34; style=&#34;x: y&#34; &lt;img src=&#34;https://x.test&#34;&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	if len(r.Diagnostics) > 0 {
		t.Errorf("got %v", r.Diagnostics)
	}
}

// What a shortcode wrote when its page was read is what it shows, but inside of a
// link, where it may be another thing.
func TestOutput(t *testing.T) {
	files := fstest.MapFS{
		"shortcodes/pic.html":  {Data: []byte(`<img src="{{ .Get 0 }}" alt="{{ if .Linked }}linked{{ else }}plain{{ end }} {{ .Ordinal }}">`)},
		"shortcodes/fail.html": {Data: []byte(`<a href="{{ index .Params 7 }}">a</a>`)},
		"content/_index.md": {Data: []byte("---\ntitle: A\n---\n{{< pic \"/a.png\" >}}\n\n[see {{< pic \"/a.png\" >}}](/b/) and {{< pic \"/b/\" >}}.\n\n" +
			"{{< fail >}}\n\n<p>{{< pic \"/a.png\" >}}</p>\n")},
		"content/b.md":  {Data: []byte("# B\n")},
		"content/a.png": {Data: []byte("x")},
	}
	var want, got Memory
	wantResult, err := Build(t.Context(), load(t, files), Options{Out: &want})
	if err != nil {
		t.Fatal(err)
	}
	result, err := Build(t.Context(), loadAs(t, files, page.Options{OnDemand: true}), Options{Out: &got})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := string(want.Files["index.html"]), string(got.Files["index.html"]); a != b || strings.Count(a, `alt="linked`) != 1 || strings.Count(a, `alt="plain`) != 3 {
		t.Errorf("got\n%s\nwant\n%s", b, a)
	}
	if !slices.Equal(result.Diagnostics, wantResult.Diagnostics) || len(result.Diagnostics) != 1 {
		t.Errorf("got %v, want %v", result.Diagnostics, wantResult.Diagnostics)
	}
}

func asFS(a *txtar.Archive) fstest.MapFS {
	files := fstest.MapFS{}
	for _, f := range a.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files
}

// text cuts out what the page's Markdown became.
func text(t *testing.T, page []byte) string {
	t.Helper()
	_, rest, ok := strings.Cut(string(page), "<div class=\"text\">\n")
	body, _, ok2 := strings.Cut(rest, "</div>\n<p class=\"page-facts\"")
	if !ok2 {
		body, _, ok2 = strings.Cut(rest, "</div>\n<nav class=\"turn\"")
	}
	if !ok2 {
		body, _, ok2 = strings.Cut(rest, "</div>\n<ul class=\"children\"")
	}
	if !ok2 {
		body, _, ok2 = strings.Cut(rest, "</div>\n<footer")
	}
	if !ok || !ok2 {
		t.Fatalf("no text in page:\n%s", page)
	}
	return body
}

// Each testdata/*.txtar holds content/NAME.md and want/NAME.html, which is the
// page's text, or "want/PATH" with a slash more, which is a whole file.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files, r := build(t, asFS(a), Options{Title: "Docs"})
			out := &txtar.Archive{Comment: a.Comment}
			for _, f := range a.Files {
				if !strings.HasPrefix(f.Name, "want/") {
					out.Files = append(out.Files, f)
				}
			}
			for _, f := range slices.Clone(out.Files) {
				if path.Ext(f.Name) != ".md" || !strings.HasPrefix(f.Name, "content/") {
					continue
				}
				base := strings.TrimSuffix(strings.TrimPrefix(f.Name, "content/"), ".md")
				html := text(t, files[File("/"+strings.TrimSuffix(base, "_index"))])
				out.Files = append(out.Files, txtar.File{Name: "want/" + base + ".html", Data: []byte(html)})
			}
			if len(r.Diagnostics) > 0 {
				var b bytes.Buffer
				source.Print(&b, r.Diagnostics)
				out.Files = append(out.Files, txtar.File{Name: "want/diagnostics", Data: b.Bytes()})
			}
			got := txtar.Format(out)
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(got, want) {
				return
			}
			if *update {
				if err := os.WriteFile(name, got, 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("%s differs (go test -update rewrites it); got:\n%s", name, got)
		})
	}
}

// void elements have no closing tag.
var void = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "source": true, "track": true, "wbr": true}

// wellFormed fails the test for what malformed finds.
func wellFormed(t *testing.T, name string, data []byte) {
	t.Helper()
	for _, problem := range malformed(data) {
		t.Errorf("%s: %s", name, problem)
	}
}

// malformed lists tags that do not pair up, what an HTML5 parser would move
// elsewhere (a browser then shows another page than the one we wrote), and what
// default-src 'self' would block.
func malformed(data []byte) (problems []string) {
	var open []string
	z := html.NewTokenizer(bytes.NewReader(data))
	foreign := 0
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		tok := z.Token()
		switch kind {
		case html.StartTagToken:
			if tok.Data == "svg" {
				foreign++
			}
			if !void[tok.Data] {
				open = append(open, tok.Data)
			}
			problems = append(problems, blocked(tok)...)
		case html.SelfClosingTagToken:
			if foreign == 0 && !void[tok.Data] {
				problems = append(problems, fmt.Sprintf("<%s/> closes nothing", tok.Data))
			}
		case html.EndTagToken:
			if tok.Data == "svg" {
				foreign--
			}
			if len(open) == 0 || open[len(open)-1] != tok.Data {
				return append(problems, fmt.Sprintf("</%s> inside %v", tok.Data, open))
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		problems = append(problems, fmt.Sprintf("never closed: %v", open))
	}
	doc, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return append(problems, err.Error())
	}
	if got, want := countTags(doc), len(startTag.FindAll(data, -1)); got != want {
		problems = append(problems, fmt.Sprintf("a browser sees %d elements, the file has %d", got, want))
	}
	return problems
}

var startTag = regexp.MustCompile(`<[a-zA-Z]`)

func TestMalformed(t *testing.T) {
	page := func(body string) string {
		return "<!doctype html><html><head><title>x</title></head><body>" + body + "</body></html>"
	}
	for _, tt := range []struct{ body, want string }{
		{"<ol><li><p>a</p></li></ol><img src=x><svg><path/></svg>", ""},
		{"<p>a<div>b</div></p>", "a browser sees"},
		{"<ol><li><p>a</li></ol>", "</li> inside"},
		{"<ul><li>a", "inside"},
		{"<div/>", "closes nothing"},
		{`<p style="color:red">`, "<p style="},
		{`<p onclick="x">`, "<p onclick="},
		{`<img src="https://x.test/">`, "asks another host"},
		{`<script>x</script>`, "inline <script>"},
	} {
		got := strings.Join(malformed([]byte(page(tt.body))), "; ")
		if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.body, got, tt.want)
		}
	}
}

func countTags(n *html.Node) int {
	count := 0
	for d := range n.Descendants() {
		if d.Type == html.ElementNode {
			count++
		}
	}
	return count
}

// blocked lists what default-src 'self' does not let a tag do.
func blocked(tok html.Token) (problems []string) {
	src := false
	for _, a := range tok.Attr {
		src = src || a.Key == "src"
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			problems = append(problems, fmt.Sprintf("<%s %s=%q>", tok.Data, a.Key, a.Val))
		}
		if a.Key == "src" && (strings.Contains(a.Val, "//") || strings.HasPrefix(a.Val, "data:")) {
			problems = append(problems, fmt.Sprintf("<%s src=%q> asks another host", tok.Data, a.Val))
		}
	}
	if tok.Data == "style" || tok.Data == "script" && !src {
		problems = append(problems, "inline <"+tok.Data+">")
	}
	return problems
}

func TestWellFormed(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.Contains(name, "raw_html") {
			continue // what an author writes in HTML is as it is
		}
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files, _ := build(t, asFS(a), Options{})
		for _, f := range slices.Sorted(maps.Keys(files)) {
			if path.Ext(f) == ".html" {
				wellFormed(t, name+": "+f, files[f])
			}
		}
	}
}

// The page that the project started from: one list of four, its YAML and its log
// inside their items.
func TestSeed(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "seeds")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no seeds here: %v", err)
	}
	files := fstest.MapFS{}
	for _, name := range []string{"istio-end-user-auth.md", "kiali-faq-authentication.md"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		files["content/"+name] = &fstest.MapFile{Data: data}
	}
	out, _ := build(t, files, Options{})
	for name, data := range out {
		if path.Ext(name) == ".html" {
			wellFormed(t, name, data)
		}
	}
	doc, err := html.Parse(bytes.NewReader(out["istio-end-user-auth/index.html"]))
	if err != nil {
		t.Fatal(err)
	}
	var lists, items []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "ol" && n.Parent.Data == "div" {
			lists = append(lists, n)
			for c := range n.ChildNodes() {
				if c.Data == "li" {
					items = append(items, c)
				}
			}
		}
	}
	if len(lists) != 1 || len(items) != 4 {
		t.Fatalf("got %d lists with %d items, want 1 with 4", len(lists), len(items))
	}
	var code []string
	for _, li := range items {
		has := ""
		for n := range li.Descendants() {
			if n.Data == "figcaption" {
				has = n.FirstChild.FirstChild.Data
			}
		}
		code = append(code, has)
	}
	if got, want := strings.Join(code, ","), ",YAML,,Terminal"; got != want {
		t.Errorf("code in items is %q, want %q", got, want)
	}
	for name, want := range map[string]string{
		"help/ops/security/end-user-auth/index.html": `<meta http-equiv="refresh" content="0; url=../../../../istio-end-user-auth/">`,
	} {
		if !strings.Contains(string(out[name]), want) {
			t.Errorf("%s: got\n%s\nwant %s", name, out[name], want)
		}
	}
}

func TestRelative(t *testing.T) {
	for _, tt := range []struct{ from, to, want string }{
		{"/", "/", "./"},
		{"/", "/a/", "a/"},
		{"/a/", "/", "../"},
		{"/a/", "/a/", "./"},
		{"/a/", "/a/#x", "#x"},
		{"/a/", "/a/?q#x", "./?q#x"},
		{"/a/", "/b/#x", "../b/#x"},
		{"/a/b/", "/a/c/", "../c/"},
		{"/a/b/", "/a/b/x.png", "x.png"},
		{"/a/b/", "/a/", "../"},
		{"/a.html", "/b/", "b/"},
		{"/x/a.html", "/b/", "../b/"},
		{"/a/", "/中 文/", "../%E4%B8%AD%20%E6%96%87/"},
		{"/", "/a:b/", "./a:b/"},
	} {
		if got := relative(tt.from, tt.to); got != tt.want {
			t.Errorf("relative(%q, %q) = %q, want %q", tt.from, tt.to, got, tt.want)
		}
	}
}

func TestBaseURL(t *testing.T) {
	files := fstest.MapFS{
		"content/a/b.md": {Data: []byte("---\ntitle: B\naliases: [/old, /old.html]\n---\n[c](c.md) ![i](/i.png) <a href=\"/a/c\">c</a>\n")},
		"content/a/c.md": {Data: []byte("# C\n")},
		"content/i.png":  {Data: []byte("png")},
	}
	out, r := build(t, files, Options{Title: "D", BaseURL: "https://example.org/docs"})
	for name, wants := range map[string][]string{
		"a/b/index.html": {`<link rel="canonical" href="https://example.org/docs/a/b/">`, `<a href="../c/">c</a>`,
			`<img src="../../i.png" alt="i" loading="lazy">`, `href="../../theme/style.css?v=`},
		"old/index.html": {`<link rel="canonical" href="https://example.org/docs/a/b/">`, `content="0; url=../a/b/"`},
		"old.html":       {`content="0; url=a/b/"`},
		"404.html":       {`<a class="brand" href="/docs/">`, `href="/docs/theme/style.css?v=`, `<a href="/docs/a/">`, `content="noindex"`},
		"sitemap.xml":    {"<url><loc>https://example.org/docs/</loc></url>\n<url><loc>https://example.org/docs/a/</loc></url>\n"},
		"robots.txt":     {"Sitemap: https://example.org/docs/sitemap.xml\n"},
		"i.png":          {"png"},
	} {
		for _, want := range wants {
			if !strings.Contains(string(out[name]), want) {
				t.Errorf("%s: no %s in\n%s", name, want, out[name])
			}
		}
	}
	if strings.Count(string(out["a/b/index.html"]), `<a href="../c/">c</a>`) != 2 {
		t.Errorf("the raw link was not made relative:\n%s", text(t, out["a/b/index.html"]))
	}
	if r.Pages != 4 {
		t.Errorf("got %d pages, want 4", r.Pages)
	}
	if _, err := Build(t.Context(), load(t, files), Options{BaseURL: "example.org", Out: &Memory{}}); err == nil {
		t.Errorf("a base URL without a scheme is taken")
	}
	plain, _ := build(t, files, Options{})
	if _, ok := plain["sitemap.xml"]; ok {
		t.Errorf("there is a sitemap without a base URL")
	}
}

// Two runs give the same bytes, however many pages are rendered at once.
func TestSameBytes(t *testing.T) {
	files := many(60, 3)
	first, _ := build(t, files, Options{Jobs: 1})
	for _, jobs := range []int{1, 2, 8} {
		again, _ := build(t, files, Options{Jobs: jobs})
		if !maps.EqualFunc(first, again, bytes.Equal) {
			t.Errorf("with %d jobs the site differs", jobs)
		}
	}
}

// many makes sections with pages.
func many(pages, sections int) fstest.MapFS {
	files := fstest.MapFS{"content/_index.md": {Data: []byte("---\ntitle: Home\n---\n")}}
	for i := range pages {
		text := fmt.Sprintf("---\ntitle: Page %d\ndescription: About %d\n---\n## One\n\n```yaml\na: %d\n```\n", i, i, i)
		files[fmt.Sprintf("content/s%d/p%d.md", i%sections, i)] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// What a page weighs does not follow from how many pages there are.
func TestPageWeight(t *testing.T) {
	size := func(pages int) int {
		out, _ := build(t, many(pages, 1), Options{})
		return len(out["s0/p7/index.html"])
	}
	few, lots := size(100), size(1000)
	if lots > few+few/50 {
		t.Errorf("a page has %d bytes in a site of 100 pages and %d in one of 1000", few, lots)
	}
}

func TestNav(t *testing.T) {
	files := fstest.MapFS{
		"content/a/_index.md": {Data: []byte("---\ntitle: A\nweight: 1\n---\n")},
		"content/a/x.md":      {Data: []byte("---\ntitle: X long\nlinkTitle: X\n---\n## H\n\n### I\n\n#### J\n")},
		"content/a/y.md":      {Data: []byte("---\ntitle: Y\ntoc: false\n---\n## H\n")},
		"content/b/z.md":      {Data: []byte("---\ntitle: Z\n---\n")},
	}
	out, _ := build(t, files, Options{Title: "D"})
	x := string(out["a/x/index.html"])
	for _, want := range []string{
		"<li class=\"section\"><a href=\"../\">A</a>\n<ul>\n<li><a href=\"./\" aria-current=\"page\">X</a></li>\n<li><a href=\"../y/\">Y</a></li>\n</ul>",
		"<li class=\"section\"><a href=\"../../b/\">B</a></li>",
		"<li><a href=\"../../\">D</a></li>\n<li><a href=\"../\">A</a></li>\n</ol>",
		"<a class=\"prev\" rel=\"prev\" href=\"../\"><span>Previous</span> A</a>",
		"<a class=\"next\" rel=\"next\" href=\"../y/\"><span>Next</span> Y</a>",
		"<li><a href=\"#h\">H</a></li>\n<li class=\"below\"><a href=\"#i\">I</a></li>\n</ul>",
		"<h1>X long</h1>",
		"<title>X long · D</title>",
	} {
		if !strings.Contains(x, want) {
			t.Errorf("no %s in\n%s", want, x)
		}
	}
	if strings.Contains(x, "../../b/z/") {
		t.Errorf("the branch of another section is open")
	}
	if strings.Contains(string(out["a/y/index.html"]), `id="contents"`) {
		t.Errorf("toc: false shows the contents all the same")
	}
	if a := string(out["a/index.html"]); !strings.Contains(a, "<ul class=\"children\">\n<li><a href=\"x/\">X long</a></li>") {
		t.Errorf("the section does not list its pages:\n%s", a)
	}
}

// Two files that want the same name: the first has it, the other is reported.
func TestTaken(t *testing.T) {
	out, r := build(t, fstest.MapFS{
		"content/a.md":              {Data: []byte("---\ntitle: A\naliases: [/b.html]\n---\n")},
		"content/b.html":            {Data: []byte("mine")},
		"content/theme/style.css":   {Data: []byte("mine")},
		"content/sitemap/index.txt": {Data: []byte("fine")},
	}, Options{})
	var got []string
	for _, d := range r.Diagnostics {
		got = append(got, d.Pos.File+" "+d.Rule)
	}
	if want := "b.html file-taken, the theme file-taken"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
	if string(out["theme/style.css"]) != "mine" {
		t.Errorf("a project's own file lost against the theme's")
	}
}

func TestCancel(t *testing.T) {
	before := runtime.NumGoroutine()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	set := load(t, many(50, 5))
	var m Memory
	if _, err := Build(ctx, set, Options{Out: &m}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	full := errors.New("no space left")
	if _, err := Build(t.Context(), set, Options{Out: failing{full}}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
	// One that has said that it is done may still be counted.
	after := runtime.NumGoroutine()
	for range 1000 {
		if after <= before {
			return
		}
		runtime.Gosched()
		after = runtime.NumGoroutine()
	}
	t.Errorf("%d goroutines before, %d after", before, after)
}

type failing struct{ err error }

func (f failing) WriteFile(string, []byte) error { return f.err }
func (f failing) Begin() (Growing, error)        { return new(Memory).Begin() }
func (f failing) Commit() (Result, error)        { panic("committed after an error") }

func BenchmarkBuild(b *testing.B) {
	files := many(300, 10)
	set := load(b, files)
	for b.Loop() {
		if _, err := Build(b.Context(), set, Options{Out: &Memory{}}); err != nil {
			b.Fatal(err)
		}
	}
}

// Real pages, many of them with blocks deep in lists: every one is written and
// well formed, with no placeholder left in it, and no tag but those that are
// reported.
func TestCorpora(t *testing.T) {
	corporaSites(t, func(t *testing.T, set *page.Set, files map[string][]byte) {
		tags := 0
		for _, p := range set.Pages {
			data := files[File(p.URL)]
			if len(data) == 0 {
				t.Errorf("%s is not written", p.Name)
			}
			if bytes.ContainsRune(data, 0x1a) {
				t.Errorf("%s: a placeholder is left", p.Name)
			}
			if n := bytes.Count(data, []byte(`class="shortcode-raw"`)); n > 0 {
				tags += n
				if !slices.ContainsFunc(set.Diagnostics, func(d source.Diagnostic) bool {
					return d.Pos.File == p.File.Name && (d.Rule == "shortcode-unknown" || d.Rule == "include-missing")
				}) {
					t.Errorf("%s: a tag is shown and not reported", p.Name)
				}
			}
			if !rawHTML(p) {
				wellFormed(t, p.Name, data)
			} else if problem, _ := unpaired(string(data)); problem != "" && !strings.HasPrefix(problem, "optional") {
				t.Errorf("%s: %s", p.Name, problem)
			}
			if text := bodyText(t, data, false); strings.Contains(text, "{{<") || strings.Contains(text, "{{%") {
				shown := strings.Count(text, "{{<") + strings.Count(text, "{{%")
				if escaped := bytes.Count(p.File.Data, []byte("{{</*")) + bytes.Count(p.File.Data, []byte("{{%/*")); shown > escaped {
					t.Errorf("%s: shows %d tags, %d are escaped", p.Name, shown, escaped)
				}
			}
		}
		t.Logf("%d pages, %d tags shown", len(set.Pages), tags)
	})
}

// A page tells of its translations, and its navigation is in its language.
func TestLanguages(t *testing.T) {
	files, _ := build(t, fstest.MapFS{
		"content/en/docs/a.md": {Data: []byte("---\ntitle: A\n---\n")},
		"content/en/docs/b.md": {Data: []byte("---\ntitle: B\n---\n")},
		"content/zh/docs/a.md": {Data: []byte("---\ntitle: 甲\n---\n[b](/docs/b/)\n")},
	}, Options{Title: "Docs", BaseURL: "https://x.test/y/"})
	zh := string(files["zh/docs/a/index.html"])
	for _, want := range []string{`<html lang="zh">`, `<link rel="alternate" hreflang="en" href="https://x.test/y/docs/a/">`,
		`<link rel="alternate" hreflang="zh" href="https://x.test/y/zh/docs/a/">`, `<a href="../../../docs/a/" lang="en" hreflang="en">English</a>`,
		`aria-current="true">中文</a>`, `<a class="brand" href="../../">`, `<a href="../../../docs/b/">b</a>`} {
		if !strings.Contains(zh, want) {
			t.Errorf("no %s in %s", want, zh)
		}
	}
	if strings.Contains(zh, ">A</a>") {
		t.Error("the Chinese page lists the English ones")
	}
	b := string(files["docs/b/index.html"])
	if strings.Contains(b, `rel="alternate" hreflang="zh"`) || !strings.Contains(b, `<a href="../../zh/" lang="zh" hreflang="zh">中文</a>`) {
		t.Error("a page that is not translated: the switch leads to the home page, and nothing else is said of it")
	}
}

// rawHTML tells whether an author has written tags on the page.
func rawHTML(p *page.Page) bool {
	found := false
	_ = ast.Walk(p.Doc.Tree(nil), func(n ast.Node, _ bool) (ast.WalkStatus, error) {
		found = found || n.Kind() == ast.KindRawHTML || n.Kind() == ast.KindHTMLBlock
		return ast.WalkContinue, nil
	})
	return found
}

// HTML of an author that does not pair up becomes what a browser makes of it, and
// is reported; a word in angle brackets that no browser would show is shown.
func TestTidy(t *testing.T) {
	for _, tt := range []struct{ in, want, problem string }{
		{"<table><tr><td>a</table>\n", "<table><tr><td>a</table>", ""},
		{"<div><b>a</div>\n\nText *b*.\n", "<p>Text <em>b</em>.</p>", "in the HTML of this page </div> comes while <b> is open"},
		{"a </div> b\n", "<p>a  b</p>", "in the HTML of this page </div> closes nothing"},
		{"<div>\n\nText.\n", "<div>\n<p>Text.</p>", "in the HTML of this page <div> is never closed"},
		{"Use <namespace> here.\n", "<p>Use &lt;namespace&gt; here.</p>", "<namespace> is no element of HTML and is shown as text"},
		{"Use <pod-name> here.\n", "<p>Use &lt;pod-name&gt; here.</p>", "<pod-name> is no element of HTML and is shown as text"},
		{"- <pod-name>\n- b\n", "<li>\n<p>&lt;pod-name&gt;</p>\n</li>", "<pod-name> is no element of HTML and is shown as text"},
		{"<namespace>\na <b>c</b>\n", "<p>&lt;namespace&gt;</p>\na <b>c</b>", "<namespace> is no element of HTML and is shown as text"},
		{"<my-tag>\ny\n</my-tag>\n", "<my-tag>\ny\n</my-tag>", ""},
		{"<nobr>a b</nobr>\n", "<p><nobr>a b</nobr></p>", ""},
		{"<kbd>x</kbd> <my-tag>y</my-tag>\n", "<p><kbd>x</kbd> <my-tag>y</my-tag></p>", ""},
		{"a <svg><circle r=\"1\"/></svg> <path/>\n", "<path/>", ""},
		{"<ul><li>a<li>b</ul>\n", "<ul><li>a<li>b</ul>", ""},
	} {
		files, r := build(t, fstest.MapFS{"content/p.md": {Data: []byte(tt.in)}}, Options{})
		page := string(files["p/index.html"])
		if !strings.Contains(page, tt.want) {
			t.Errorf("%q: no %q in\n%s", tt.in, tt.want, page)
		}
		if problem, _ := unpaired(page); problem != "" && !strings.HasPrefix(problem, "optional") {
			t.Errorf("%q: %s", tt.in, problem)
		}
		got := ""
		for _, d := range r.Diagnostics {
			got += d.Message
		}
		if got != tt.problem {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.problem)
		}
	}
}

// The menu "main" of a language holds the pages that ask for it; the theme speaks
// the language of the page.
func TestMenuAndWords(t *testing.T) {
	files, _ := build(t, fstest.MapFS{
		"content/en/a.md": {Data: []byte("---\ntitle: A\nmenu: {main: {weight: 2}}\n---\n## H\n\n## I\n")},
		"content/en/b.md": {Data: []byte("---\ntitle: B\nmenu: {main: {weight: 1, name: First}}\n---\n")},
		"content/zh/a.md": {Data: []byte("---\ntitle: A\nmenu: footer\n---\n## H\n\n## I\n")},
	}, Options{})
	en, zh := string(files["a/index.html"]), string(files["zh/a/index.html"])
	first, second := strings.Index(en, `href="../b/">First</a>`), strings.Index(en, `href="./">A</a>`)
	if first < 0 || second < first {
		t.Errorf("no menu with First and A in\n%s", en)
	}
	if strings.Contains(zh, "site-links") {
		t.Error("zh has a menu, though no page asks for it")
	}
	if !strings.Contains(en, "Skip to content") || !strings.Contains(zh, "跳到正文") {
		t.Error("the skip link is not in the language of the page")
	}
}
