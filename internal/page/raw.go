package page

import (
	"cmp"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/source"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// A piece is HTML that the page's author or a shortcode has written. Where at is
// not negative, the offset of a byte in it is at more in the file.
type piece struct {
	text string
	at   int
	pos  source.Pos
}

// hrefs resolves the addresses in raw HTML and in what shortcodes write.
func (r *resolver) hrefs(p *Page) {
	for _, h := range p.raw {
		for a := range markup.Addresses(h.text) {
			dest := unescape(p.ExpandText([]byte(a.Text)))
			if dest == "" || strings.HasPrefix(dest, "#ZgotmplZ") {
				continue
			}
			l := Link{Dest: dest, Image: a.Name == "src", Pos: h.pos}
			if h.at >= 0 {
				l.Pos = p.File.Pos(h.at + a.Start)
			}
			r.link(p, &l)
			if l.URL != dest {
				p.hrefs[dest] = l.URL
			}
		}
	}
}

// Href returns where an address leads that stands in raw HTML or in the output
// of a shortcode: a URL of the site, or the address itself.
func (p *Page) Href(dest string) string { return cmp.Or(p.hrefs[dest], dest) }

// addRaw keeps pieces of the page's HTML for later.
func (p *Page) addRaw(segments *text.Segments) {
	for _, s := range segments.Sliced(0, segments.Len()) {
		p.raw = append(p.raw, piece{text: string(s.Value(p.Doc.Masked())), at: s.Start})
	}
}

func (p *Page) rawBlock(n *ast.HTMLBlock) {
	if lines := n.Lines(); lines.Len() > 0 {
		whole := text.NewSegments()
		whole.Append(text.NewSegment(lines.At(0).Start, lines.At(lines.Len()-1).Stop))
		p.addRaw(whole)
		p.rawHeadings(lines.At(0).Start, lines.At(lines.Len()-1).Stop)
	}
}

// addOutput keeps what a shortcode without a body writes.
func (p *Page) addOutput(c *markup.Call) {
	if !c.Whole() || c.HasBody() || !c.Code.Links {
		return
	}
	html, err := c.Code.HTML(p.Call(c))
	if err != nil {
		return // it is reported where it is shown
	}
	p.raw = append(p.raw, piece{text: string(html), at: -1, pos: p.File.Pos(c.Start)})
	if p.pending != nil {
		if p.outputs == nil {
			p.outputs = map[*markup.Call]string{}
		}
		p.outputs[c] = string(html)
	}
}

// Output returns what a shortcode without a body has written when the page was
// asked for its tree, so that its template need not run again. That is kept for
// pages that are loaded on demand.
func (p *Page) Output(c *markup.Call) (html string, ok bool) {
	html, ok = p.outputs[c]
	return html, ok
}

var rawHeading = lazyregexp.New(`(?is)<h([1-6])\b([^>]*)>(.*?)</h[1-6]>`)

// rawHeadings adds the headings of HTML that can be linked to.
func (p *Page) rawHeadings(start, stop int) {
	raw := string(p.Doc.Masked()[start:stop])
	for _, m := range rawHeading.FindAllStringSubmatchIndex(raw, -1) {
		id := idAttr.FindStringSubmatch(raw[m[4]:m[5]])
		if id == nil {
			continue
		}
		shown := p.ExpandText([]byte(tags.ReplaceAllString(raw[m[6]:m[7]], "")))
		p.Headings = append(p.Headings, Heading{Level: int(raw[m[2]] - '0'), ID: id[1] + id[2] + id[3],
			Text: strings.TrimSpace(unescape(shown)), Pos: p.File.Pos(start + m[0])})
	}
}
