package site

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/theme"
)

// shown is how many entries of one level the sidebar shows at most, so that a
// page does not grow with the site.
const shown = 48

// readingOrder lists p and what is below it, as a reader turns the pages.
func (b *builder) readingOrder(p *page.Page) {
	b.place[p] = len(b.order)
	b.order = append(b.order, p)
	for _, c := range p.Children {
		b.readingOrder(c)
	}
}

// unlisted adds the pages that no list shows to those that are written.
func (b *builder) unlisted() {
	b.listed = len(b.order)
	for _, p := range b.set.Pages {
		if _, ok := b.place[p]; !ok && b.set.ByURL[p.URL] == p {
			b.place[p] = len(b.order)
			b.order = append(b.order, p)
		}
	}
}

// nav is the sidebar of p: the top level, and the branch of p opened.
func (b *builder) nav(p *page.Page) theme.Nav {
	open := map[*page.Page]bool{}
	for q := p; q != nil; q = q.Parent {
		open[q] = true
	}
	return b.branch(p, p.Home(), open)
}

func (b *builder) branch(current, q *page.Page, open map[*page.Page]bool) theme.Nav {
	n := theme.Nav{Title: q.Matter.LinkTitle, URL: b.href(current.URL, q.URL), Current: q == current, Section: q.Section}
	if !open[q] {
		return n
	}
	from, to := window(q.Children, open)
	n.Before, n.More = from, len(q.Children)-to
	for _, c := range q.Children[from:to] {
		n.Items = append(n.Items, b.branch(current, c, open))
	}
	return n
}

// window picks the children to show: around the open one where there are too many.
func window(children []*page.Page, open map[*page.Page]bool) (from, to int) {
	if len(children) <= shown {
		return 0, len(children)
	}
	at := max(slices.IndexFunc(children, func(c *page.Page) bool { return open[c] }), 0)
	from = min(max(at-shown/2, 0), len(children)-shown)
	return from, from + shown
}

func (b *builder) crumbs(p *page.Page) []theme.Link {
	var links []theme.Link
	for q := p.Parent; q != nil; q = q.Parent {
		links = append(links, b.link(p, q))
	}
	slices.Reverse(links)
	return links
}

// link leads from p to q.
func (b *builder) link(p, q *page.Page) theme.Link {
	l := theme.Link{Title: q.Matter.LinkTitle, Description: q.Matter.Description, URL: b.href(p.URL, q.URL)}
	if q.Parent == nil {
		l.Title = b.Title
	}
	return l
}

// neighbours are the pages before and after p in reading order.
func (b *builder) neighbours(p *page.Page) (prev, next *theme.Link) {
	at := b.place[p]
	if at >= b.listed {
		return nil, nil
	}
	if at > 0 && b.order[at-1].Lang == p.Lang {
		l := b.link(p, b.order[at-1])
		prev = &l
	}
	if at+1 < b.listed && b.order[at+1].Lang == p.Lang {
		l := b.link(p, b.order[at+1])
		next = &l
	}
	return prev, next
}

func (b *builder) children(p *page.Page) []theme.Link {
	var links []theme.Link
	for _, c := range p.Children {
		l := b.link(p, c)
		l.Title = c.Matter.Title
		links = append(links, l)
	}
	return links
}

// contents are the headings for "On this page": the highest level below the
// title and the one below that.
func contents(p *page.Page) []theme.Heading {
	if !p.Matter.TOC {
		return nil
	}
	top := 7
	for _, h := range p.Headings {
		if h.Level > 1 {
			top = min(top, h.Level)
		}
	}
	var out []theme.Heading
	for _, h := range p.Headings {
		if h.Level > 1 && h.Level <= top+1 && strings.TrimSpace(h.Text) != "" {
			out = append(out, theme.Heading{Title: h.Text, ID: h.ID, Depth: h.Level - top})
		}
	}
	return out
}
