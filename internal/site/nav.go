package site

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/theme"
)

// shown is how many entries the sidebar has at most, all levels together, so that
// a page does not grow with the site. It is about a screen and a half.
const shown = 36

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
	var open []*page.Page // from p up to the home page
	for q := p; q != nil; q = q.Parent {
		open = append(open, q)
	}
	counts := make([]int, len(open))
	for i, q := range open {
		counts[i] = len(q.Children)
	}
	room := map[*page.Page]int{}
	for i, n := range share(counts, shown) {
		room[open[i]] = n
	}
	return b.branch(p, p.Home(), room)
}

// share divides room among lists of so many entries: as much for each, and what
// one does not need for the others. The first ones come first.
func share(counts []int, room int) []int {
	got := make([]int, len(counts))
	for given := true; given; {
		given = false
		for i, n := range counts {
			if got[i] < n && room > 0 {
				got[i]++
				room--
				given = true
			}
		}
	}
	return got
}

// branch is the entry of q and, where q is in room, those below it.
func (b *builder) branch(current, q *page.Page, room map[*page.Page]int) theme.Nav {
	n := theme.Nav{Title: q.Matter.LinkTitle, URL: b.href(current.URL, q.URL), Current: q == current, Section: q.Section}
	if _, open := room[q]; !open {
		return n
	}
	at := slices.IndexFunc(q.Children, func(c *page.Page) bool { _, open := room[c]; return open })
	from, to := window(len(q.Children), at, room[q])
	n.Before, n.More = from, len(q.Children)-to
	if n.Before+n.More > 0 {
		words := b.wordsOf(current)
		n.BeforeText, n.MoreText = words.T("ui_before", n.Before), words.T("ui_more", n.More)
	}
	for _, c := range q.Children[from:to] {
		n.Items = append(n.Items, b.branch(current, c, room))
	}
	return n
}

// window picks from n entries those to show: around the one at at, where there
// are too many for the room. A link to those left out, before or after, takes the
// room of an entry.
func window(n, at, room int) (from, to int) {
	if n <= room {
		return 0, n
	}
	at = max(at, 0)
	if size := max(room-1, 1); at < size-size/2 {
		return 0, size
	} else if at >= n-size/2-1 {
		return n - size, n
	}
	size := max(room-2, 1)
	from = at - size/2
	return from, from + size
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
