package site

import (
	"bytes"
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
	p := &theme.Page{Title: "What is verified", Description: "The state of every command and manifest of this documentation.",
		Site: b.siteAt(home.URL, b.set.Root), Nav: b.branch(home, b.set.Root, map[*page.Page]int{b.set.Root: shown}),
		Crumbs: []theme.Link{{Title: b.Title, URL: b.href(home.URL, "/")}}, Body: template.HTML(s.html(b, home.URL))}
	if b.base != nil {
		p.Canonical = b.absolute(home.URL)
	}
	for _, h := range s.headings() {
		p.Contents = append(p.Contents, theme.Heading{Title: h[1], ID: h[0]})
	}
	var w bytes.Buffer
	if err := b.Theme.Execute(&w, "page.html", p); err != nil {
		return err
	}
	if err := b.put("verified/index.html", "the page of what is verified", w.Bytes()); err != nil {
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
func (s *status) headings() [][2]string {
	h := [][2]string{{"sections", "By section"}, {"clusters", "By cluster"}}
	for _, l := range s.lists() {
		h = append(h, [2]string{string(l.state), l.title})
	}
	h = append(h, [2]string{"pages", "All pages"})
	if len(s.never) > 0 {
		h = append(h, [2]string{"never", "Pages that were not checked"})
	}
	return h
}

type blockList struct {
	state State
	title string
}

// lists are the states whose blocks are named one by one.
func (s *status) lists() []blockList {
	var l []blockList
	for _, c := range []blockList{{Failed, "Failed"}, {Blocked, "Not reached"}, {Stale, "Changed since they were checked"}, {Fresh, "Not checked yet"}} {
		if s.all[c.state] > 0 {
			l = append(l, c)
		}
	}
	return l
}

// shares are the classes of the parts of the bar; the policy allows no style of
// their own, so each tenth of the bar is an element.
const shares = 40

func (s *status) html(b *builder, from string) string {
	var w strings.Builder
	total := s.all.total()
	fmt.Fprintf(&w, "<p class=\"proof-sum\"><b>%d</b> of %d blocks verified</p>\n", s.all[Verified], total)
	bar(&w, s.all)
	w.WriteString("<ul class=\"proof-key\">\n")
	for _, st := range states {
		if s.all[st.State] > 0 {
			fmt.Fprintf(&w, "<li class=\"proof %s\">%s: %d</li>\n", st.State, st.label, s.all[st.State])
		}
	}
	w.WriteString("</ul>\n")
	w.WriteString("<p>Each block of code was run, or given to the API server of a cluster, as it stands on its page. A block that has changed since counts as not verified.</p>\n")
	w.WriteString("<h2 id=\"sections\">By section</h2>\n<div class=\"table\"><table>\n<thead><tr><th>Section</th><th class=\"right\">Pages</th><th class=\"right\">Verified</th><th class=\"right\">Failed</th><th class=\"right\">Changed since</th><th class=\"right\">Other</th></tr></thead>\n<tbody>\n")
	for _, sec := range s.sections {
		t := sec.tally
		failed := t[Failed] + t[Blocked]
		fmt.Fprintf(&w, "<tr><th scope=\"row\"><a href=\"%s\">%s</a></th><td class=\"right\">%d</td><td class=\"right\">%d of %d</td><td class=\"right\">%d</td><td class=\"right\">%d</td><td class=\"right\">%d</td></tr>\n",
			escape(b.href(from, sec.page.URL)), escape(b.titleOf(sec.page)), sec.pages, t[Verified], t.total(), failed, t[Stale], t.total()-t[Verified]-failed-t[Stale])
	}
	w.WriteString("</tbody></table></div>\n<h2 id=\"clusters\">By cluster</h2>\n<div class=\"table\"><table>\n<thead><tr><th>Kubernetes</th><th>Cluster</th><th class=\"right\">Blocks verified</th></tr></thead>\n<tbody>\n")
	origins := slices.SortedFunc(maps.Keys(s.origins), func(a, b Origin) int {
		return cmp.Or(cmp.Compare(a.Kubernetes, b.Kubernetes), cmp.Compare(a.Cluster, b.Cluster))
	})
	for _, o := range origins {
		fmt.Fprintf(&w, "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"right\">%d</td></tr>\n",
			escape(cmp.Or(strings.TrimPrefix(o.Kubernetes, "v"), "none needed")), escape(cmp.Or(o.Cluster, "this machine")), s.origins[o])
	}
	w.WriteString("</tbody></table></div>\n")
	for _, l := range s.lists() {
		fmt.Fprintf(&w, "<h2 id=\"%s\">%s</h2>\n<ul class=\"proof-list\">\n", l.state, l.title)
		s.named(&w, b, from, l.state)
		w.WriteString("</ul>\n")
	}
	w.WriteString("<h2 id=\"pages\">All pages</h2>\n<ul class=\"proof-pages\">\n")
	for _, p := range s.pages {
		fmt.Fprintf(&w, "<li id=\"%s\"><a href=\"%s\">%s</a> <span class=\"proof %s\">%s</span></li>\n", escape(anchorOf(p.page)),
			escape(b.href(from, p.page.URL)), escape(b.titleOf(p.page)), p.tally.worst(), escape(p.tally.String()))
	}
	w.WriteString("</ul>\n")
	if len(s.never) > 0 {
		w.WriteString("<h2 id=\"never\">Pages that were not checked</h2>\n<ul>\n")
		for _, p := range s.never {
			fmt.Fprintf(&w, "<li><a href=\"%s\">%s</a></li>\n", escape(b.href(from, p.URL)), escape(b.titleOf(p)))
		}
		w.WriteString("</ul>\n")
	}
	return w.String()
}

// titleOf is the page's title; the home page's is that of the site.
func (b *builder) titleOf(p *page.Page) string {
	if p.Parent == nil {
		return b.Title
	}
	return p.Matter.Title
}

// named lists the blocks of one state, by page.
func (s *status) named(w *strings.Builder, b *builder, from string, state State) {
	for _, p := range s.pages {
		for _, block := range p.page.Blocks {
			m := p.marks[block]
			if m.State != state {
				continue
			}
			fmt.Fprintf(w, "<li><a href=\"%s\">%s</a>, line %d: <code>%s</code>", escape(b.href(from, p.page.URL+"#"+blockID(block))),
				escape(b.titleOf(p.page)), block.Pos.Line, escape(firstLine(block.Text)))
			if m.Reason != "" {
				fmt.Fprintf(w, " <span>%s</span>", escape(m.Reason))
			}
			if state == Stale && m.on() != "" {
				fmt.Fprintf(w, " <span>checked before%s</span>", escape(m.on()))
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
		if total == 0 || t[st.State] == 0 {
			continue
		}
		sum += t[st.State]
		for to := max(sum*shares/total, min(drawn+1, shares)); drawn < to; drawn++ {
			fmt.Fprintf(w, "<i class=\"%s\"></i>", st.State)
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
