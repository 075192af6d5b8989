package site

import (
	"bytes"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/theme"
)

// redirects writes a page for each alias that sends a browser on.
func (b *builder) redirects() error {
	for _, r := range b.set.Redirects {
		target := b.set.ByURL[r.To]
		p := &theme.Page{Title: target.Matter.Title, Site: b.siteAt(r.From, target), Target: b.href(r.From, r.To)}
		if b.base != nil {
			p.Canonical = b.absolute(r.To)
		}
		var w bytes.Buffer
		if err := b.Theme.Execute(&w, "redirect.html", p); err != nil {
			return err
		}
		if err := b.put(File(r.From), "an alias of "+nameOf(target), w.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// siteAt is what the pages have in common, as seen from a URL, in the
// language of p.
func (b *builder) siteAt(u string, p *page.Page) theme.Site {
	lang := p.Lang
	if lang == b.set.Root.Lang || lang == "" {
		lang = b.Language
	}
	s := theme.Site{Title: b.Title, Language: lang, Dir: direction(lang), Version: b.Theme.Version(),
		Root: b.href(u, p.Home().URL), Assets: relative(u, "/"+theme.Folder+"/"), Search: relative(u, index(p))}
	b.frameAt(&s, u)
	return s
}

// notFound writes 404.html. A server gives it for any wrong address, so its own
// addresses start from the top of the server.
func (b *builder) notFound() error {
	home := &page.Page{URL: "/"}
	p := &theme.Page{Title: "Page not found", Site: b.siteAt("/", b.set.Root), NotFound: true, Nav: b.branch(home, b.set.Root, nil)}
	p.Site.Root, p.Site.Assets, p.Site.Search = b.rooted("/"), b.rooted("/"+theme.Folder+"/"), b.rooted(index(b.set.Root))
	for _, c := range b.set.Root.Children {
		p.Nav.Items = append(p.Nav.Items, theme.Nav{Title: c.Matter.LinkTitle, URL: b.rooted(c.URL), Section: c.Section})
	}
	p.Nav.Items = p.Nav.Items[:min(len(p.Nav.Items), shown)]
	p.Nav.URL, p.Nav.More = p.Site.Root, len(b.set.Root.Children)-len(p.Nav.Items)
	p.Body = `<p>There is no page at this address. It may have moved, or the link that brought you here may be wrong.</p>`
	var w bytes.Buffer
	if err := b.Theme.Execute(&w, "page.html", p); err != nil {
		return err
	}
	return b.put("404.html", "the page for wrong addresses", w.Bytes())
}

// direction is "rtl" for the languages that are written that way.
func direction(language string) string {
	for _, l := range []string{"ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"} {
		if language == l || len(language) > 2 && language[:2] == l && language[2] == '-' {
			return "rtl"
		}
	}
	return "ltr"
}
