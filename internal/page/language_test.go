package page

import (
	"strings"
	"testing"
	"time"
)

// links writes where the links of a page lead.
func links(s *Set, name string) string {
	var out []string
	for _, p := range s.Pages {
		if p.Name == name {
			for _, l := range p.Links {
				out = append(out, l.URL)
			}
		}
	}
	return strings.Join(out, " ")
}

func TestLanguages(t *testing.T) {
	files := mapFS(
		"content/en/_index.md", "# Home\n",
		"content/en/docs/a.md", "---\ntitle: A\n---\n[1](/docs/b/) [2](b.md) [3](/zh/docs/a/) [4](/docs/b/#h)\n",
		"content/en/docs/b.md", "---\ntitle: B\n---\n## H\n",
		"content/zh/docs/a.md", "---\ntitle: 甲\n---\n[1](/docs/a/) [2](/docs/b/) [3](b.md) [4](/zh/docs/a/) [5](/zh/docs/no/) ![6](x.png)\n",
		"content/zh/docs/x.png", "x",
		"content/zh/docs/c/index.md", "---\ntitle: C\nslug: see\naliases: [/old]\n---\n![1](y.png)\n",
		"content/zh/docs/c/y.png", "y",
		"static/img/z.png", "z",
	)
	s := project(t, files, Options{Static: "static"})
	for _, tt := range []struct{ name, want string }{
		{"en/docs/a.md", "/docs/b/ /docs/b/ /zh/docs/a/ /docs/b/#h"},
		{"zh/docs/a.md", "/zh/docs/a/ /docs/b/ /docs/b/ /zh/docs/a/ /zh/docs/no/ /zh/docs/x.png"},
		{"zh/docs/c/index.md", "/zh/docs/see/y.png"},
	} {
		if got := links(s, tt.name); got != tt.want {
			t.Errorf("%s: links lead to %s, want %s", tt.name, got, tt.want)
		}
	}
	if got := messages(s.Diagnostics); !strings.HasPrefix(got, "content/zh/docs/a.md:4:56: link /zh/docs/no/ leads nowhere") || strings.Count(got, "\n") > 0 {
		t.Errorf("got %s", got)
	}
	var homes, resources []string
	for _, h := range s.Homes {
		homes = append(homes, h.Lang+h.URL)
	}
	for _, r := range s.Resources {
		resources = append(resources, r.URL)
	}
	if got := strings.Join(homes, " "); got != "en/ zh/zh/" {
		t.Errorf("homes %s", got)
	}
	if got := strings.Join(resources, " "); got != "/zh/docs/see/y.png /zh/docs/x.png /img/z.png" {
		t.Errorf("resources %s", got)
	}
	a := s.ByURL["/docs/a/"]
	if len(a.Others) != 1 || a.Others[0].Matter.Title != "甲" || a.Others[0].Home() != s.Homes[1] || len(s.ByURL["/docs/b/"].Others) != 0 {
		t.Errorf("translations of a: %v, of b: %v", a.Others, s.ByURL["/docs/b/"].Others)
	}
}

// Folders of content are languages only where nothing else is there.
func TestFindLanguages(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		o     Options
		want  string
	}{
		{"two", []string{"content/zh/a.md", "x", "content/en/a.md", "x"}, Options{}, "/a/ /zh/a/"},
		{"one", []string{"content/en/a.md", "x"}, Options{}, "/a/"},
		{"a page beside", []string{"content/en/a.md", "x", "content/b.md", "x"}, Options{}, "/b/ /en/a/"},
		{"another folder", []string{"content/en/a.md", "x", "content/docs/b.md", "x"}, Options{}, "/docs/b/ /en/a/"},
		{"not the main one", []string{"content/de/a.md", "x"}, Options{}, "/de/a/"},
		{"main one named", []string{"content/de/a.md", "x", "content/en/a.md", "x"}, Options{Language: "de"}, "/a/ /en/a/"},
		{"all named", []string{"content/docs/b.md", "x", "content/pt-br/a.md", "x"}, Options{Languages: []string{"en", "pt-br"}}, "/docs/b/ /pt-br/a/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := project(t, mapFS(tt.files...), tt.o)
			var got []string
			for _, p := range s.Pages {
				got = append(got, p.URL)
			}
			if len(got) == 2 && got[0] > got[1] {
				got[0], got[1] = got[1], got[0]
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
}

func TestLinkForms(t *testing.T) {
	files := func(text string) []string {
		return []string{"content/docs/FAQ/general.md", "---\ntitle: G\naliases: [/old/g]\n---\n## What's new\n\n## A b\n", "content/docs/p/index.md", "---\ntitle: P\n---\n" + text,
			"content/docs/p/a b.png", "x", "content/docs/gloss/_index.md", "x", "content/docs/gloss/mesh.md", "x", "content/docs/Sub/q.md", "x", "static/s.css", "x"}
	}
	for _, tt := range []struct{ name, text, want, problem string }{
		{"ref by path", `[x]({{< ref "/docs/FAQ/general" >}})`, "/docs/faq/general/", ""},
		{"ref by path of another case", `[x]({{< ref "/docs/faq/general.md#a-b" >}})`, "/docs/faq/general/#a-b", "warning: link /docs/faq/general.md#a-b finds content/docs/FAQ/general.md only without regard to case\n\thint: write /docs/FAQ/general"},
		{"ref by name", `[x]({{< relref "general.md" >}})`, "/docs/faq/general/", ""},
		{"no ref by name", `[x](general.md)`, "general.md", "link general.md leads nowhere\n\thint: did you mean /docs/faq/general/?"},
		{"URL of another case", `[x](/docs/faq/general)`, "/docs/faq/general/", ""},
		{"query", `[x](/docs/FAQ/general/?a=b#a-b)`, "/docs/faq/general/?a=b#a-b", ""},
		{"query alone", `[x](?a=b)`, "?a=b", ""},
		{"alias", `[x](/old/g/#a-b)`, "/docs/faq/general/#a-b", ""},
		{"old id of a heading", `[x](/docs/FAQ/general#what-s-new)`, "/docs/faq/general/#whats-new", ""},
		{"no heading", `[x](/docs/FAQ/general#no)`, "/docs/faq/general/#no", "content/docs/FAQ/general.md has no heading #no"},
		{"entry of a glossary", `[x](/docs/gloss/#mesh)`, "/docs/gloss/mesh/", ""},
		{"no entry of a glossary", `[x](/docs/gloss/#no)`, "/docs/gloss/#no", "content/docs/gloss/_index.md has no heading #no"},
		{"percent", `[x](a%20b.png)`, "/docs/p/a b.png", ""},
		{"static", `[x](/s.css)`, "/s.css", ""},
		{"id of raw HTML", "<a id=\"here\"></a> [x](#here)", "#here", ""},
		{"broken percent", `[x](/a%zz)`, "/a%zz", "link /a%zz cannot be read"},
		{"shortcode that fails", `[x](/{{< param "no" >}}/)`, `/<param no>/`, `shortcode param: no "no" in the page's front matter or the site's params`},
		{"without a leading slash", `[x](docs/faq/general)`, "docs/faq/general", "did you mean /docs/faq/general/?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := project(t, mapFS(files(tt.text)...), Options{Static: "static"})
			if got := links(s, "docs/p/index.md"); got != tt.want {
				t.Errorf("leads to %s, want %s", got, tt.want)
			}
			if got := messages(s.Diagnostics); (tt.problem == "") != (got == "") || !strings.Contains(got, tt.problem) {
				t.Errorf("got %q, want %q", got, tt.problem)
			}
		})
	}
}

// Addresses in raw HTML and in shortcodes are checked, and lead where they mean.
func TestHrefs(t *testing.T) {
	s := project(t, mapFS("content/docs/p.md", "<a href=\"q.md#h\">x</a>\n\n<img\n  src='no.png'>\n\n{{< image link=\"a.png\" >}}\n\n{{< image link=\"./no.svg\" >}}\n",
		"content/docs/q.md", "## H\n", "content/docs/a.png", "x"), Options{})
	p := s.ByURL["/docs/p/"]
	for _, tt := range []struct{ in, want string }{{"q.md#h", "/docs/q/#h"}, {"a.png", "/docs/a.png"}, {"no.png", "no.png"}, {"https://x.test", "https://x.test"}} {
		if got := p.Href(tt.in); got != tt.want {
			t.Errorf("%s leads to %s, want %s", tt.in, got, tt.want)
		}
	}
	want := "content/docs/p.md:4:8: image no.png leads nowhere\ncontent/docs/p.md:8:1: image ./no.svg leads nowhere"
	if got := messages(s.Diagnostics); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestWhatIsAPage(t *testing.T) {
	files := mapFS("content/a.md", "x",
		"content/h/index.md", "---\nheadless: true\n---\n", "content/h/b.md", "x", "content/h/c/d.md", "x", "content/h/e.png", "x",
		"content/n.md", "---\n_build: {render: never}\n---\n", "content/l.md", "---\nbuild: {list: never}\n---\n",
		"content/r.html", "<p>x</p>", "content/s.html", "---\ntitle: S\n---\n<h2 id=\"i\">I <b>j</b></h2>\n*x*\n",
		"content/draft.md", "---\ndraft: true\n---\n", "content/future.md", "---\npublishdate: 2030-01-01\n---\n", "content/past.md", "---\nexpirydate: 2020-01-01\n---\n")
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		o    Options
		want string
	}{
		{"today", Options{Now: now}, "/a/ /l/ /s/"},
		{"at any time", Options{}, "/a/ /future/ /l/ /past/ /s/"},
		{"drafts", Options{Now: now, Drafts: true}, "/a/ /draft/ /l/ /s/"},
	} {
		s := project(t, files, tt.o)
		var got, listed []string
		for _, p := range s.Pages {
			got = append(got, p.URL)
		}
		for _, p := range s.Root.Children {
			listed = append(listed, p.URL)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, got, tt.want)
		}
		if strings.Contains(strings.Join(listed, " "), "/l/") {
			t.Errorf("%s: /l/ is in the list %v", tt.name, listed)
		}
		if p := s.ByURL["/s/"]; len(p.Headings) != 1 || p.Headings[0].Text != "I j" || p.Headings[0].ID != "i" || p.Headings[0].Pos.Line != 4 {
			t.Errorf("headings of an HTML page: %+v", p.Headings)
		}
	}
}
