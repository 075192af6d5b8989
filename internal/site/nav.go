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
	v := view{from: p.URL, current: p, room: rooms(p)}
	var n theme.Nav
	b.branch(&v, &n, p.Home())
	return n
}

// A view is the sidebar as it is shown somewhere.
type view struct {
	from    string // the address there
	current *page.Page
	room    map[*page.Page]int // the pages whose entries are opened, and how many below them are shown
	parent  *page.Page
	list    *theme.Nav // the entry of parent; nil where none is shown
}

// rooms opens p and the pages above it.
func rooms(p *page.Page) map[*page.Page]int {
	var open []*page.Page // from p up to the home page
	for q := p; q != nil; q = q.Parent {
		open = append(open, q)
	}
	counts := make([]int, len(open))
	for i, q := range open {
		counts[i] = len(q.Children)
	}
	room := make(map[*page.Page]int, len(open))
	for i, n := range share(counts, shown) {
		room[open[i]] = n
	}
	return room
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

// branch makes n the entry of q, with those below it where q is open.
func (b *builder) branch(v *view, n *theme.Nav, q *page.Page) {
	*n = theme.Nav{Title: q.Matter.LinkTitle, URL: b.href(v.from, q.URL), Current: q == v.current, Section: q.Section}
	if _, open := v.room[q]; !open {
		return
	}
	if q == v.parent {
		v.list = n
	}
	at := slices.IndexFunc(q.Children, func(c *page.Page) bool { _, open := v.room[c]; return open })
	from, to := b.window(n, q, at, v.room[q])
	n.Items = make([]theme.Nav, to-from)
	for i, c := range q.Children[from:to] {
		b.branch(v, &n.Items[i], c)
	}
}

// window picks those of q's children that have room in n, around the one at at,
// and says in n how many are left out.
func (b *builder) window(n *theme.Nav, q *page.Page, at, room int) (from, to int) {
	from, to = window(len(q.Children), at, room)
	n.Before, n.More = from, len(q.Children)-to
	if n.Before+n.More > 0 {
		words := b.wordsOf(q)
		n.BeforeText, n.MoreText = words.T("ui_before", n.Before), words.T("ui_more", n.More)
	}
	return from, to
}

// A sidebar is that of pages beside each other with nothing below them. What they
// have in common is made once. The zero sidebar is ready to use, by one goroutine
// at a time.
type sidebar struct {
	parent  *page.Page
	beside  string      // an address like those of the pages, of none of them
	nav     theme.Nav   // as it was shown last
	list    *theme.Nav  // the entry of parent in it; nil where no list shows parent
	room    int         // for entries of the pages
	entries []theme.Nav // of all of them, as others show them
	current int         // the one of the page that was shown last; -1 none
	url     string      // its address for others
}

// of is the sidebar of p, as nav makes it. It holds until the next one is asked for.
func (s *sidebar) of(b *builder, p *page.Page) theme.Nav {
	dir, isFolder := strings.CutSuffix(p.URL, "/")
	if len(p.Children) > 0 || p.Parent == nil || !isFolder {
		return b.nav(p)
	}
	beside := dir[:strings.LastIndexByte(dir, '/')+1] + "\x00/"
	if s.parent != p.Parent || s.beside != beside {
		s.begin(b, p.Parent, beside)
	}
	if s.list == nil {
		return b.nav(p)
	}
	if s.current >= 0 {
		s.entries[s.current].Current, s.entries[s.current].URL = false, s.url
	}
	if s.current = s.find(p); s.current >= 0 {
		e := &s.entries[s.current]
		s.url, e.URL, e.Current = e.URL, b.href(p.URL, p.URL), true
	}
	from, to := b.window(s.list, p.Parent, s.current, s.room)
	s.list.Items = s.entries[from:to:to]
	return s.nav
}

// begin makes what the pages below parent have in common.
func (s *sidebar) begin(b *builder, parent *page.Page, beside string) {
	// A page with nothing below it takes no room.
	v := view{from: beside, room: rooms(parent), parent: parent}
	*s = sidebar{parent: parent, beside: beside, current: -1, room: v.room[parent]}
	b.branch(&v, &s.nav, parent.Home())
	s.list = v.list
	s.entries = make([]theme.Nav, len(parent.Children))
	closed := view{from: beside}
	for i, c := range parent.Children {
		b.branch(&closed, &s.entries[i], c)
	}
}

// find is the place of p among the entries; -1 where no list shows it. Pages come
// in order.
func (s *sidebar) find(p *page.Page) int {
	n := len(s.entries)
	for i := range n {
		if at := (s.current + 1 + i) % n; s.parent.Children[at] == p {
			return at
		}
	}
	return -1
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
