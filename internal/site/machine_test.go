package site

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/theme"
)

// What programs read: each page as Markdown, the lists of pages, feeds of dated
// sections, JSON-LD.
func TestForPrograms(t *testing.T) {
	pages := fstest.MapFS{
		"content/_index.md":      {Data: []byte("---\ntitle: Docs\ndescription: All of it.\n---\nHello.\n")},
		"content/blog/_index.md": {Data: []byte("---\ntitle: Blog\n---\n")},
		"content/blog/a.md":      {Data: []byte("---\ntitle: A & B\ndate: 2026-01-02\n---\n# A & B\n\nText *one*.\n")},
		"content/blog/b.md":      {Data: []byte("---\ntitle: Newer\ndate: 2026-02-03\ndescription: It is new.\n---\n")},
		"content/p.md":           {Data: []byte("---\ntitle: P\n---\n{{< tip >}}x{{< /tip >}}\n")},
	}
	files, _ := build(t, pages, Options{Title: "Site", BaseURL: "https://x.test/d/", Dates: map[string]string{"p.md": "2026-03-04"}})
	for name, want := range map[string]string{
		"blog/a/index.md": "# A & B\n\nText *one*.\n",
		"p/index.md":      "# P\n\n{{< tip >}}x{{< /tip >}}\n",
		"llms.txt":        "# Site\n\n> All of it.\n\n## Site\n\n- [Site](https://x.test/d/index.md): All of it.\n\n## Blog\n\n- [Blog](https://x.test/d/blog/index.md)\n",
		"llms-full.txt":   "# A & B\n\nText *one*.\n",
		"blog/feed.xml":   "<entry><title>Newer</title><id>https://x.test/d/blog/b/</id><link href=\"https://x.test/d/blog/b/\"/><updated>2026-02-03T00:00:00Z</updated><summary>It is new.</summary></entry>\n<entry><title>A &amp; B</title>",
		"p/index.html":    `<time datetime="2026-03-04">`,
		"blog/index.html": `<link rel="alternate" type="application/atom+xml" href="feed.xml">`,
	} {
		if !strings.Contains(string(files[name]), want) {
			t.Errorf("%s is\n%s\nwant in it\n%s", name, files[name], want)
		}
	}
	if err := xml.Unmarshal(files["blog/feed.xml"], new(struct{ XMLName xml.Name })); err != nil {
		t.Error(err)
	}
	_, rest, _ := strings.Cut(string(files["blog/a/index.html"]), `<script type="application/ld+json">`)
	data, _, _ := strings.Cut(rest, "</script>")
	var linked struct {
		Graph []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal([]byte(data), &linked); err != nil || len(linked.Graph) != 2 || linked.Graph[0]["headline"] != "A & B" {
		t.Errorf("JSON-LD is %s: %v", data, err)
	}

	plain, _ := build(t, pages, Options{ForPeople: true})
	for name, data := range plain {
		if strings.HasSuffix(name, ".md") || strings.HasPrefix(name, "llms") || strings.HasSuffix(name, "feed.xml") || strings.Contains(string(data), "index.md") || strings.Contains(string(data), "ld+json") {
			t.Errorf("%s is for programs, or speaks of what is", name)
		}
	}
}

func TestLook(t *testing.T) {
	files, _ := build(t, fstest.MapFS{"content/a/b.md": {Data: []byte("---\ntitle: B\n---\n")}}, Options{Look: Look{
		Name: "Acme", Logo: "logo.svg", Footer: "© Acme", Edit: "https://git.test/edit/{path}",
		Links: []theme.Link{{Title: "Home", URL: "/"}, {Title: "Blog", URL: "https://blog.test/"}}, Versions: []theme.Link{{Title: "2.1"}, {Title: "2.0", URL: "https://v.test/"}},
	}})
	html := string(files["a/b/index.html"])
	for _, want := range []string{`<a class="brand" href="../../"><img class="mark" src="../../theme/logo.svg" alt="" width="32" height="32"><span>Acme</span></a>`, `<p>© Acme</p>`,
		`<a href="https://git.test/edit/a/b.md">Edit this page</a>`, `<a href="../../">Home</a>`, `<a href="https://blog.test/">Blog</a>`,
		`<span aria-current="true">2.1</span>`, `<a href="https://v.test/">2.0</a>`, `<link rel="icon" href="../../theme/logo.svg">`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in\n%s", want, html)
		}
	}
}
