package site

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/theme"
)

// What programs read of a site: the text of each page as Markdown, llms.txt,
// feeds, and JSON-LD.

// twin is the URL of the page's text as Markdown; "" where there is none.
func (b *builder) twin(p *page.Page) string {
	if p.File == nil || b.ForPeople {
		return ""
	}
	name := File(p.URL)
	return "/" + name[:strings.LastIndexByte(name, '/')+1] + "index.md"
}

// markdown is the text of a page for programs: its source, under its title.
func markdown(p *page.Page) []byte {
	return appendMarkdown(make([]byte, 0, len(p.Doc.Source())+len(p.Matter.Title)+len(p.Matter.Description)+16), p)
}

func appendMarkdown(to []byte, p *page.Page) []byte {
	text := bytes.TrimSpace(p.Doc.Source())
	title := p.Matter.Title
	to = append(append(append(to, "# "...), title...), "\n\n"...)
	if p.Matter.Description != "" {
		to = append(append(append(to, "> "...), p.Matter.Description...), "\n\n"...)
	}
	if rest, ok := bytes.CutPrefix(text, []byte("# "+title+"\n")); ok {
		text = bytes.TrimSpace(rest)
	}
	return append(append(to, text...), '\n')
}

// llmsFull is the file with the text of all pages.
const llmsFull = "llms-full.txt"

// told are the pages in it, and in llms.txt.
func (b *builder) told() []*page.Page {
	var pages []*page.Page
	for _, p := range b.order {
		if b.tells(p) {
			pages = append(pages, p)
		}
	}
	return pages
}

// tells reports whether a page is one of them: it is of the main language, has a
// text and stands in lists.
func (b *builder) tells(p *page.Page) bool {
	return p.File != nil && p.Lang == b.set.Root.Lang && b.place[p] < b.listed
}

// beginText begins the file with the text of all pages. It is as large as all of
// these, so that no build holds it.
func (b *builder) beginText() (err error) {
	if b.ForPeople {
		return nil
	}
	if b.full, err = b.Out.Begin(); err != nil {
		return fmt.Errorf("write the site: %w", err)
	}
	return nil
}

// addText appends the text of the next page to it.
func (b *builder) addText(p *page.Page, text []byte) error {
	if b.full == nil || !b.tells(p) {
		return nil
	}
	_, err := b.full.Write(text)
	if err == nil {
		_, err = b.full.Write([]byte("\n"))
	}
	if err != nil {
		return fmt.Errorf("write the site: %w", err)
	}
	return nil
}

// endText gives it its name. Where another file has that, it is given up.
func (b *builder) endText() error {
	full := b.full
	b.full = nil
	if ok, err := b.claim(llmsFull, llmsOwner); err != nil || !ok {
		return errors.Join(err, full.Discard())
	}
	if err := full.End(llmsFull); err != nil {
		return fmt.Errorf("write the site: %w", err)
	}
	return nil
}

// llms writes llms.txt, the list of the pages for language models, and completes
// the file with all of their text. That is written here where it was not with the
// pages.
func (b *builder) llms() error {
	if b.ForPeople {
		return nil
	}
	if b.full == nil {
		if err := b.texts(); err != nil {
			return err
		}
	}
	home := b.set.Root
	var list strings.Builder
	fmt.Fprintf(&list, "# %s\n", b.Title)
	if home.Matter.Description != "" {
		fmt.Fprintf(&list, "\n> %s\n", home.Matter.Description)
	}
	section := (*page.Page)(nil)
	for _, p := range b.told() {
		top := p
		for top.Parent != nil && top.Parent.Parent != nil {
			top = top.Parent
		}
		if !top.Section {
			top = home
		}
		if top != section {
			section = top
			fmt.Fprintf(&list, "\n## %s\n\n", b.titleOf(top))
		}
		fmt.Fprintf(&list, "- [%s](%s)", b.titleOf(p), b.reached(b.twin(p)))
		if p.Matter.Description != "" {
			list.WriteString(": " + p.Matter.Description)
		}
		list.WriteString("\n")
	}
	if err := b.put(llmsOwner, llmsOwner, []byte(list.String())); err != nil {
		return err
	}
	return b.endText()
}

// texts writes the text of all pages, of which some may have it elsewhere.
func (b *builder) texts() error {
	if err := b.beginText(); err != nil {
		return err
	}
	for _, p := range b.told() {
		text, ok := b.text[p]
		if !ok {
			text = markdown(p)
		}
		if err := b.addText(p, text); err != nil {
			return errors.Join(err, b.full.Discard())
		}
	}
	return nil
}

// reached is the full address of a file of the site, or its name where the site's
// address is not known.
func (b *builder) reached(u string) string {
	if b.base == nil {
		return strings.TrimPrefix(escapePath(u), "/")
	}
	return b.absolute(u)
}

// dated are the pages of a section that have a date, the newest first; fewer than
// two make no feed.
func dated(section *page.Page) []*page.Page {
	var pages []*page.Page
	var below func(p *page.Page)
	below = func(p *page.Page) {
		for _, c := range p.Children {
			if !dateOf(c).IsZero() {
				pages = append(pages, c)
			}
			below(c)
		}
	}
	below(section)
	slices.SortStableFunc(pages, func(a, b *page.Page) int { return dateOf(b).Compare(dateOf(a)) })
	if len(pages) < 2 {
		return nil
	}
	return pages[:min(len(pages), 30)]
}

func dateOf(p *page.Page) time.Time {
	if !p.Matter.PublishDate.IsZero() {
		return p.Matter.PublishDate
	}
	return p.Matter.Date
}

// feedOf is the URL of the feed for readers of p: that of its section of the top
// level; "" where nothing there has a date.
func (b *builder) feedOf(p *page.Page) string {
	for p.Parent != nil && p.Parent.Parent != nil {
		p = p.Parent
	}
	if b.feeds[p] == nil {
		return ""
	}
	return p.URL + "feed.xml"
}

// findFeeds lists the sections of the top level with dated pages. A feed needs
// full addresses.
func (b *builder) findFeeds() {
	b.feeds = map[*page.Page][]*page.Page{}
	if b.base == nil {
		return
	}
	for _, home := range b.set.Homes {
		for _, section := range home.Children {
			if pages := dated(section); pages != nil {
				b.feeds[section] = pages
			}
		}
	}
}

func (b *builder) writeFeeds() error {
	for _, home := range b.set.Homes {
		for _, section := range home.Children {
			pages := b.feeds[section]
			if pages == nil {
				continue
			}
			var s strings.Builder
			self := b.absolute(section.URL)
			fmt.Fprintf(&s, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>%s</title>\n<id>%s</id>\n<link href=\"%s\"/>\n<link rel=\"self\" href=\"%s\"/>\n<author><name>%s</name></author>\n<updated>%s</updated>\n",
				escape(section.Matter.Title+" · "+b.Title), self, self, b.absolute(section.URL+"feed.xml"), escape(b.Title), dateOf(pages[0]).UTC().Format(time.RFC3339))
			for _, p := range pages {
				fmt.Fprintf(&s, "<entry><title>%s</title><id>%[2]s</id><link href=\"%[2]s\"/><updated>%s</updated><summary>%s</summary></entry>\n",
					escape(p.Matter.Title), b.absolute(p.URL), dateOf(p).UTC().Format(time.RFC3339), escape(p.Matter.Description))
			}
			s.WriteString("</feed>\n")
			if err := b.put(strings.TrimPrefix(section.URL, "/")+"feed.xml", "a feed", []byte(s.String())); err != nil {
				return err
			}
		}
	}
	return nil
}

// linkedData is what search engines read of a page: what it is, and where it
// stands. They want full addresses.
func (b *builder) linkedData(p *page.Page) template.JS {
	if b.base == nil {
		return ""
	}
	var room [1 << 10]byte
	t := jsonText(append(room[:0], `{"@context":"https://schema.org","@graph":[{"@type":"TechArticle"`...))
	t.known("dateModified", b.changed(p))
	t.known("description", p.Matter.Description)
	t.field("headline", p.Matter.Title)
	t.field("inLanguage", p.Lang)
	t.field("url", b.absolute(p.URL))
	t = append(t, '}')
	if p.Parent != nil {
		t = append(t, `,{"@type":"BreadcrumbList","itemListElement":[`...)
		b.trail(&t, p.Parent)
		t = append(t, "]}"...)
	}
	return template.JS(append(t, "]}"...))
}

// trail appends a page as the last item of its trail, and returns which one it is,
// from 1 on.
func (b *builder) trail(t *jsonText, p *page.Page) (position int) {
	if p.Parent != nil {
		position = b.trail(t, p.Parent)
		*t = append(*t, ',')
	}
	*t = append(*t, `{"@type":"ListItem"`...)
	t.field("item", b.absolute(p.URL))
	t.field("name", b.titleOf(p))
	*t = append(*t, `,"position":`...)
	*t = strconv.AppendInt(*t, int64(position+1), 10)
	*t = append(*t, '}')
	return position + 1
}

// jsonText is JSON that is being written, fit to stand in HTML.
type jsonText []byte

// known appends a field if there is something to say.
func (t *jsonText) known(name, value string) {
	if value != "" {
		t.field(name, value)
	}
}

// field appends a field behind another one. Its name needs no escapes.
func (t *jsonText) field(name, value string) {
	text, _ := json.Marshal(value) // of a string there is no error
	*t = append(append(append(append(*t, `,"`...), name...), `":`...), text...)
}

// changed is the day of the page's last change; "" where nobody knows it.
func (b *builder) changed(p *page.Page) string {
	switch {
	case !p.Matter.Lastmod.IsZero():
		return p.Matter.Lastmod.Format(time.DateOnly)
	case p.File == nil:
		return ""
	}
	return b.Dates[p.File.Name]
}

// frame fills in what the project's settings and git say of the page.
func (b *builder) frame(t *theme.Page, p *page.Page) {
	t.Changed = b.changed(p)
	t.Data = b.linkedData(p)
	if p.File != nil && b.Look.Edit != "" {
		t.Edit = strings.ReplaceAll(b.Look.Edit, "{path}", escapePath(p.File.Name))
	}
	if u := b.twin(p); u != "" {
		t.Markdown = relative(p.URL, u)
	}
	if u := b.feedOf(p); u != "" {
		t.Feed = relative(p.URL, u)
	}
}

// frameAt fills in what all pages have in their frame, as seen from a URL.
func (b *builder) frameAt(s *theme.Site, u string) {
	s.Name, s.Footer = b.Look.Name, b.Look.Footer
	if b.Look.Logo != "" {
		s.Logo = relative(u, "/"+theme.Folder+"/"+b.Look.Logo)
	}
	lead := func(links []theme.Link) []theme.Link {
		out := slices.Clone(links)
		for i := range out {
			if inside(out[i].URL) {
				out[i].URL = b.href(u, out[i].URL)
			}
		}
		return out
	}
	s.Links, s.Versions = lead(b.Look.Links), lead(b.Look.Versions)
}
