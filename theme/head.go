package theme

import (
	"html"
	"html/template"
)

// What most pages have is written here and not in templates, which take ten times
// as long. The fields of a Page serve a theme that wants it otherwise.

// Meta is the title of the page, and what its head says of it to other programs.
func (p *Page) Meta() template.HTML {
	b := append(make([]byte, 0, 2048), "<title>"...)
	if !p.Home {
		b = add(b, html.EscapeString(p.Title), " · ")
	}
	b = add(b, html.EscapeString(p.Site.Title), "</title>\n")
	b = meta(b, "name", "description", p.Description)
	b = alternate(b, `rel="canonical"`, p.Canonical)
	for _, l := range p.Languages {
		b = alternate(b, `rel="alternate" hreflang="`+html.EscapeString(l.Code)+`"`, l.Full)
	}
	b = alternate(b, `rel="alternate" type="text/markdown"`, p.Markdown)
	b = alternate(b, `rel="alternate" type="application/atom+xml"`, p.Feed)
	if p.NotFound {
		return template.HTML(meta(b, "name", "robots", "noindex"))
	}
	kind := "article"
	if p.Home {
		kind = "website"
	}
	b = meta(b, "property", "og:title", p.Title)
	b = meta(b, "property", "og:site_name", p.Site.Title)
	b = meta(b, "property", "og:type", kind)
	b = meta(b, "property", "og:description", p.Description)
	b = meta(b, "property", "og:url", p.Canonical)
	if p.Data != "" {
		b = add(b, `<script type="application/ld+json">`, string(p.Data), "</script>\n")
	}
	return template.HTML(b)
}

func meta(b []byte, key, name, content string) []byte {
	if content == "" {
		return b
	}
	return add(b, "<meta ", key, `="`, name, `" content="`, html.EscapeString(content), "\">\n")
}

func alternate(b []byte, what, address string) []byte {
	if address == "" {
		return b
	}
	return add(b, "<link ", what, ` href="`, html.EscapeString(address), "\">\n")
}

func add(b []byte, words ...string) []byte {
	for _, w := range words {
		b = append(b, w...)
	}
	return b
}

// Trail is the way from the top to the page.
func (p *Page) Trail() template.HTML {
	if len(p.Crumbs) == 0 {
		return ""
	}
	b := add(make([]byte, 0, 512), `<nav class="crumbs" aria-label="`, html.EscapeString(p.Site.T("ui_breadcrumbs")), "\"><ol>\n")
	for _, c := range p.Crumbs {
		b = add(b, `<li><a href="`, html.EscapeString(c.URL), `">`, html.EscapeString(c.Title), "</a></li>\n")
	}
	return template.HTML(add(b, "</ol></nav>\n"))
}

// Heading is the title, with what the page says of itself and how it was checked.
func (p *Page) Heading() template.HTML {
	b := add(make([]byte, 0, 512), "<h1>", html.EscapeString(p.Title), "</h1>\n")
	if p.Description != "" {
		b = add(b, `<p class="lead">`, html.EscapeString(p.Description), "</p>\n")
	}
	if p.Proof != nil {
		b = add(b, `<p class="page-proof"><a class="proof `, html.EscapeString(p.Proof.State), `" href="`, html.EscapeString(p.Proof.URL), `">`,
			html.EscapeString(p.Proof.Text), "</a></p>\n")
	}
	return template.HTML(b)
}

// Facts is where the page is edited and read as Markdown, and when it changed.
func (p *Page) Facts() template.HTML {
	if p.Edit == "" && p.Markdown == "" && p.Changed == "" {
		return ""
	}
	b := append(make([]byte, 0, 512), `<p class="page-facts">`...)
	if p.Edit != "" {
		b = add(b, `<a href="`, html.EscapeString(p.Edit), `">`, html.EscapeString(p.Site.T("ui_edit")), "</a>")
	}
	if p.Markdown != "" {
		b = add(b, `<a href="`, html.EscapeString(p.Markdown), `" type="text/markdown">`, html.EscapeString(p.Site.T("ui_markdown")), "</a>")
	}
	if day := html.EscapeString(p.Changed); day != "" {
		b = add(b, "<span>", html.EscapeString(p.Site.T("ui_changed")), `: <time datetime="`, day, `">`, day, "</time></span>")
	}
	return template.HTML(add(b, "</p>\n"))
}

// Turn leads to the pages before and behind this one. The first page of a site
// has its own ways on.
func (p *Page) Turn() template.HTML {
	if p.Home || p.Prev == nil && p.Next == nil {
		return ""
	}
	b := add(make([]byte, 0, 512), `<nav class="turn" aria-label="`, html.EscapeString(p.Site.T("ui_turn")), "\">\n")
	b = turn(b, p.Prev, "prev", p.Site.T("ui_previous"))
	b = turn(b, p.Next, "next", p.Site.T("ui_next"))
	return template.HTML(add(b, "</nav>\n"))
}

func turn(b []byte, to *Link, rel, word string) []byte {
	if to == nil {
		return b
	}
	return add(b, `<a class="`, rel, `" rel="`, rel, `" href="`, html.EscapeString(to.URL), `"><span>`, html.EscapeString(word), "</span> ", html.EscapeString(to.Title), "</a>\n")
}
