package site

import (
	"cmp"
	"context"
	"html/template"
	"slices"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/theme"
)

// claimRedirects takes the names of the files of redirects, and returns those that
// have one.
func (b *builder) claimRedirects() ([]page.Redirect, error) {
	var all []page.Redirect
	for _, r := range b.set.Redirects {
		ok, err := b.claim(File(r.From), "an alias of "+nameOf(b.set.ByURL[r.To]))
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, r)
		}
	}
	return all, nil
}

// redirects writes a page for each alias that sends a browser on. Other files may be
// written meanwhile.
func (b *builder) redirects(ctx context.Context, all []page.Redirect) error {
	return inOrder(ctx, len(all), b.Jobs, func(i int) error {
		html, err := b.redirect(all[i])
		if err != nil {
			return err
		}
		defer b.giveBack(html)
		return b.write(File(all[i].From), html)
	}, func(_ int, err error) error { return err })
}

func (b *builder) redirect(r page.Redirect) ([]byte, error) {
	target := b.set.ByURL[r.To]
	p := &theme.Page{Title: target.Matter.Title, Site: b.siteAt(r.From, target), Target: b.href(r.From, r.To)}
	if b.base != nil {
		p.Canonical = b.absolute(r.To)
	}
	return b.Theme.Append(b.space(), "redirect.html", p)
}

// siteAt is what the pages have in common, as seen from a URL, in the
// language of p.
func (b *builder) siteAt(u string, p *page.Page) theme.Site {
	s := b.wordsOf(p)
	s.Title, s.Dir, s.Version = b.Title, direction(s.Language), b.Theme.Version()
	s.Root, s.Assets, s.Search = b.href(u, p.Home().URL), relative(u, "/"+theme.Folder+"/"), relative(u, index(p))
	b.frameAt(&s, u)
	s.Links = append(b.menu(u, p.Lang), s.Links...)
	return s
}

// wordsOf is the site with nothing but the words in the language of p.
func (b *builder) wordsOf(p *page.Page) theme.Site {
	s := theme.Site{Language: p.Lang}
	if p.Lang == b.set.Root.Lang || p.Lang == "" {
		s.Language = b.Language
	}
	if words, language := b.set.Site.Words, s.Language; words != nil {
		s.Words = func(key string, about ...any) string { return words.Text(language, key, about...) }
	}
	return s
}

// menu is the menu "main" of a language as seen from a URL: the pages whose front
// matter asks for a place in it, by weight.
func (b *builder) menu(u, lang string) []theme.Link {
	var links []theme.Link
	for _, e := range b.menus[lang] {
		links = append(links, theme.Link{Title: e.title, Description: e.p.Matter.Description, URL: b.href(u, e.p.URL)})
	}
	return links
}

// A menuEntry is a page in a menu.
type menuEntry struct {
	p      *page.Page
	title  string
	weight int
}

// findMenus collects the entries of the menu "main" by language.
func (b *builder) findMenus() {
	b.menus = map[string][]menuEntry{}
	for _, p := range b.set.Pages {
		for _, m := range p.Matter.Menus {
			if m.Name == "main" && b.set.ByURL[p.URL] == p {
				b.menus[p.Lang] = append(b.menus[p.Lang], menuEntry{p, cmp.Or(m.Title, p.Matter.LinkTitle), cmp.Or(m.Weight, p.Matter.Weight)})
			}
		}
	}
	for _, entries := range b.menus {
		slices.SortStableFunc(entries, func(a, c menuEntry) int {
			return cmp.Or(cmp.Compare(a.weight, c.weight), cmp.Compare(a.title, c.title))
		})
	}
}

// offered is how many pages somebody is offered who came to a wrong address.
const offered = 8

// notFound writes 404.html. A server gives it for any wrong address, so its own
// addresses start from the top of the server.
func (b *builder) notFound() error {
	s := b.siteAt("/", b.set.Root)
	for i, e := range b.menus[b.set.Root.Lang] {
		s.Links[i].URL = b.rooted(e.p.URL)
	}
	p := &theme.Page{Title: s.T("ui_not_found"), Site: s, NotFound: true}
	b.branch(&view{from: "/"}, &p.Nav, b.set.Root)
	p.Site.Root, p.Site.Assets, p.Site.Search = b.rooted("/"), b.rooted("/"+theme.Folder+"/"), b.rooted(index(b.set.Root))
	for _, c := range b.set.Root.Children {
		p.Nav.Items = append(p.Nav.Items, theme.Nav{Title: c.Matter.LinkTitle, URL: b.rooted(c.URL), Section: c.Section})
		p.Children = append(p.Children, theme.Link{Title: c.Matter.Title, URL: b.rooted(c.URL), Description: c.Matter.Description})
	}
	p.Nav.Items, p.Children = p.Nav.Items[:min(len(p.Nav.Items), shown)], p.Children[:min(len(p.Children), offered)]
	p.Nav.URL, p.Nav.More = p.Site.Root, len(b.set.Root.Children)-len(p.Nav.Items)
	p.Nav.MoreText = s.T("ui_more", p.Nav.More)
	p.Body = template.HTML("<p>" + escape(s.T("ui_not_found_text")) + "</p>")
	html, err := b.Theme.Append(nil, "page.html", p)
	if err != nil {
		return err
	}
	return b.put("404.html", "the page for wrong addresses", html)
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
