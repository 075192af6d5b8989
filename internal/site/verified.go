package site

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/theme"
)

// verified writes /verified/, the state of the whole documentation, and the badge
// that a README shows. Without marks there is neither.
func (b *builder) verified() error {
	if b.Marks == nil {
		return nil
	}
	s := b.state()
	home := &page.Page{URL: "/verified/"}
	frame := b.siteAt(home.URL, b.set.Root)
	p := &theme.Page{Title: frame.T("ui_verified"), Description: frame.T("verified_description"),
		Site:   frame,
		Crumbs: []theme.Link{{Title: b.Title, URL: b.href(home.URL, "/")}}, Body: template.HTML(s.html(b, frame, home.URL))}
	b.branch(&view{from: home.URL, room: rooms(b.set.Root)}, &p.Nav, b.set.Root)
	if b.base != nil {
		p.Canonical = b.absolute(home.URL)
	}
	for _, h := range s.headings(frame) {
		p.Contents = append(p.Contents, theme.Heading{Title: h[1], ID: h[0]})
	}
	html, err := b.Theme.Append(nil, "page.html", p)
	if err != nil {
		return err
	}
	if err := b.put("verified/index.html", "the page of what is verified", html); err != nil {
		return err
	}
	return b.put("verified/badge.svg", "the badge of what is verified", badge(s.all))
}

// A status is what the marks say of the whole site.
type status struct {
	all      tally
	pages    []pageStatus // in reading order, those with blocks that can be checked
	never    []*page.Page // pages with code that were not checked at all
	sections []*section
	origins  map[Origin]int // blocks verified on each cluster
}

type pageStatus struct {
	page  *page.Page
	marks map[*page.Block]Mark
	tally tally
}

// A section is one entry of the top level with all that is below it.
type section struct {
	page  *page.Page
	tally tally
	pages int
}

func (b *builder) state() *status {
	s := &status{all: tally{}, origins: map[Origin]int{}}
	sections := map[*page.Page]*section{}
	for _, p := range b.order {
		marks := b.Marks.marksOf(p)
		t := tallyOf(marks)
		if marks == nil && len(p.Blocks) > 0 {
			s.never = append(s.never, p)
		}
		if t.total() == 0 {
			continue
		}
		s.pages = append(s.pages, pageStatus{p, marks, t})
		s.all.add(t)
		for _, m := range marks {
			if m.State == Verified {
				s.origins[Origin{Cluster: m.Cluster, Kubernetes: m.Kubernetes}]++
			}
		}
		top := p
		for top.Parent != nil && top.Parent.Parent != nil {
			top = top.Parent
		}
		if sections[top] == nil {
			sections[top] = &section{page: top, tally: tally{}}
			s.sections = append(s.sections, sections[top])
		}
		sections[top].tally.add(t)
		sections[top].pages++
	}
	return s
}

// headings are the ids and titles of the parts that the page has.
func (s *status) headings(t theme.Site) [][2]string {
	h := [][2]string{{"sections", t.T("verified_sections")}, {"clusters", t.T("verified_clusters")}}
	for _, state := range s.lists() {
		h = append(h, [2]string{string(state), state.label(t)})
	}
	h = append(h, [2]string{"pages", t.T("verified_all_pages")})
	if len(s.never) > 0 {
		h = append(h, [2]string{"never", t.T("verified_never")})
	}
	return h
}

// lists are the states whose blocks are named one by one.
func (s *status) lists() []State {
	return slices.DeleteFunc([]State{Failed, Blocked, Stale, Fresh}, func(state State) bool { return s.all[state] == 0 })
}

// shares are the classes of the parts of the bar; the policy allows no style of
// their own, so each tenth of the bar is an element.
const shares = 40

func (s *status) html(b *builder, t theme.Site, from string) string {
	var w strings.Builder
	word := func(key string, about ...any) string { return escape(t.T(key, about...)) }
	sum := word("tally_some", map[string]any{"Verified": "\x00", "Count": s.all.total()})
	fmt.Fprintf(&w, "<p class=\"proof-sum\">%s</p>\n", strings.Replace(sum, "\x00", fmt.Sprintf("<b>%d</b>", s.all[Verified]), 1))
	bar(&w, s.all)
	w.WriteString("<ul class=\"proof-key\">\n")
	for _, st := range states {
		if s.all[st] > 0 {
			fmt.Fprintf(&w, "<li class=\"proof %s\">%s: %d</li>\n", st, escape(st.label(t)), s.all[st])
		}
	}
	fmt.Fprintf(&w, "</ul>\n<p>%s</p>\n<h2 id=\"sections\">%s</h2>\n", word("verified_text"), word("verified_sections"))
	s.sectionTable(&w, b, t, from)
	fmt.Fprintf(&w, "<h2 id=\"clusters\">%s</h2>\n", word("verified_clusters"))
	s.clusterTable(&w, t)
	for _, state := range s.lists() {
		fmt.Fprintf(&w, "<h2 id=\"%s\">%s</h2>\n<ul class=\"proof-list\">\n", state, escape(state.label(t)))
		s.named(&w, b, t, from, state)
		w.WriteString("</ul>\n")
	}
	fmt.Fprintf(&w, "<h2 id=\"pages\">%s</h2>\n<ul class=\"proof-pages\">\n", word("verified_all_pages"))
	for _, p := range s.pages {
		fmt.Fprintf(&w, "<li id=\"%s\"><a href=\"%s\">%s</a> <span class=\"proof %s\">%s</span></li>\n", escape(anchorOf(p.page)),
			escape(b.href(from, p.page.URL)), escape(b.titleOf(p.page)), p.tally.worst(), escape(p.tally.text(t)))
	}
	w.WriteString("</ul>\n")
	if len(s.never) > 0 {
		fmt.Fprintf(&w, "<h2 id=\"never\">%s</h2>\n<ul>\n", word("verified_never"))
		for _, p := range s.never {
			fmt.Fprintf(&w, "<li><a href=\"%s\">%s</a></li>\n", escape(b.href(from, p.URL)), escape(b.titleOf(p)))
		}
		w.WriteString("</ul>\n")
	}
	return w.String()
}

// tableHead begins a table with the words of its columns; all but the first left
// ones are numbers.
func tableHead(w *strings.Builder, t theme.Site, left int, keys ...string) {
	w.WriteString("<div class=\"table\"><table>\n<thead><tr>")
	for i, key := range keys {
		class := ""
		if i >= left {
			class = ` class="right"`
		}
		fmt.Fprintf(w, "<th%s>%s</th>", class, escape(t.T(key)))
	}
	w.WriteString("</tr></thead>\n<tbody>\n")
}

func (s *status) sectionTable(w *strings.Builder, b *builder, t theme.Site, from string) {
	tableHead(w, t, 1, "verified_section", "verified_pages", "mark_verified", "mark_failed", "verified_changed", "verified_other")
	for _, sec := range s.sections {
		n := sec.tally
		failed := n[Failed] + n[Blocked]
		verified := t.T("verified_of", map[string]any{"Verified": n[Verified], "Count": n.total()})
		fmt.Fprintf(w, "<tr><th scope=\"row\"><a href=\"%s\">%s</a></th><td class=\"right\">%d</td><td class=\"right\">%s</td><td class=\"right\">%d</td><td class=\"right\">%d</td><td class=\"right\">%d</td></tr>\n",
			escape(b.href(from, sec.page.URL)), escape(b.titleOf(sec.page)), sec.pages, escape(verified), failed, n[Stale], n.total()-n[Verified]-failed-n[Stale])
	}
	w.WriteString("</tbody></table></div>\n")
}

func (s *status) clusterTable(w *strings.Builder, t theme.Site) {
	tableHead(w, t, 2, "verified_kubernetes", "verified_cluster", "verified_blocks")
	origins := slices.SortedFunc(maps.Keys(s.origins), func(a, b Origin) int {
		return cmp.Or(cmp.Compare(a.Kubernetes, b.Kubernetes), cmp.Compare(a.Cluster, b.Cluster))
	})
	for _, o := range origins {
		fmt.Fprintf(w, "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"right\">%d</td></tr>\n",
			escape(cmp.Or(strings.TrimPrefix(o.Kubernetes, "v"), t.T("verified_no_cluster"))), escape(cmp.Or(o.Cluster, t.T("verified_this_machine"))), s.origins[o])
	}
	w.WriteString("</tbody></table></div>\n")
}

// titleOf is the page's title; the home page's is that of the site.
func (b *builder) titleOf(p *page.Page) string {
	if p.Parent == nil {
		return b.Title
	}
	return p.Matter.Title
}

// named lists the blocks of one state, by page.
func (s *status) named(w *strings.Builder, b *builder, t theme.Site, from string, state State) {
	for _, p := range s.pages {
		for _, block := range p.page.Blocks {
			m := p.marks[block]
			if m.State != state {
				continue
			}
			fmt.Fprintf(w, "<li><a href=\"%s\">%s</a>, %s: <code>%s</code>", escape(b.href(from, p.page.URL+"#"+blockID(block))),
				escape(b.titleOf(p.page)), escape(t.T("verified_line", block.Pos.Line)), escape(firstLine(block.Text)))
			if m.Reason != "" {
				fmt.Fprintf(w, " <span>%s</span>", escape(m.Reason))
			}
			if state == Stale && m.Kubernetes != "" {
				fmt.Fprintf(w, " <span>%s</span>", escape(t.T("verified_before")+m.on(t)))
			}
			w.WriteString("</li>\n")
		}
	}
}

// blockID is what a link to a block names.
func blockID(b *page.Block) string { return fmt.Sprintf("block-%d", b.Index+1) }

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if runes := []rune(line); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return line
}

// bar draws how much of all is in which state.
func bar(w *strings.Builder, t tally) {
	total := t.total()
	w.WriteString("<div class=\"proof-bar\" aria-hidden=\"true\">")
	drawn, sum := 0, 0
	for _, st := range states {
		if total == 0 || t[st] == 0 {
			continue
		}
		sum += t[st]
		for to := max(sum*shares/total, min(drawn+1, shares)); drawn < to; drawn++ {
			fmt.Fprintf(w, "<i class=\"%s\"></i>", st)
		}
	}
	w.WriteString("</div>\n")
}

// badge is a small picture of the share that is verified. Its letters have the
// widths of Verdana, which README badges are drawn in.
func badge(t tally) []byte {
	text, colour := fmt.Sprintf("%d of %d verified", t[Verified], t.total()), "#0a6a58"
	switch t.worst() {
	case Failed, Blocked:
		colour = "#a02a24"
	case Stale:
		colour = "#7d4b00"
	}
	left, right := 38, 12+7*len(text)
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]d" height="20" role="img" aria-label="docs: %[4]s">
<title>docs: %[4]s</title>
<clipPath id="r"><rect width="%[1]d" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="%[2]d" height="20" fill="#3a4541"/><rect x="%[2]d" width="%[3]d" height="20" fill="%[5]s"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="%[6]d" y="14">docs</text><text x="%[7]d" y="14" textLength="%[8]d">%[4]s</text></g>
</svg>
`, left+right, left, right, text, colour, left/2, left+right/2, right-12)
}
