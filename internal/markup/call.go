package markup

import (
	"bytes"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
)

// A Call is one use of a shortcode.
type Call struct {
	Name       string
	Params     []Param
	Start, End int // the whole call in the file, from its opening to its closing tag
	TagEnd     int // end of the opening tag
	BodyEnd    int // start of the closing tag; TagEnd where there is no body
	Parent     *Call
	Ordinal    int    // counts the calls of Parent, or of the page, from 0
	Literal    string // of an escaped tag: what it shows; then it has no name
	// Code is the shortcode as it is known; nil for an unknown one.
	Code   *shortcodes.Shortcode
	Body   shortcodes.Body // what this call's body is; Markdown for an unknown one
	IsCode bool            // the body is a block of code
	Lang   string          // of a body of code that comes from a file: the file's ending
	Paired bool            // has a closing tag
	Empty  bool            // ends in /, and so has an empty body
	Block  bool            // stands between paragraphs
	Lines  []Segment       // of a verbatim body: what is left of its lines
	Region *Region         // of a body that comes from another file; nil where it stands in the page
	marked bool            // written as {{% name %}}
	// apart: the Markdown body is read by itself, as its lines stand further left
	// than the tag and would end the list item that the call belongs to.
	apart bool
}

// A Segment is a piece of a file, from Start up to Stop, after Padding spaces
// that stand for a part of a tab.
type Segment struct{ Start, Stop, Padding int }

// HasBody reports whether there is a body, in the page or in another file.
func (c *Call) HasBody() bool { return c.Paired || c.Region != nil }

// grafted reports whether the Markdown body of c is parsed by itself. A nil c has
// none.
func (c *Call) grafted() bool {
	return c != nil && (c.apart || c.Region != nil && c.Body == shortcodes.Markdown)
}

// Whole reports whether nothing is missing of the call: one that has to have a
// body has it.
func (c *Call) Whole() bool {
	return c.Code != nil && (c.Body == shortcodes.None || c.HasBody() || c.Empty)
}

// Verbatim reports whether the call has a body that is kept letter for letter.
func (c *Call) Verbatim() bool { return c.HasBody() && c.Code != nil && c.Body == shortcodes.Verbatim }

// Get returns the value of a named parameter.
func (c *Call) Get(name string) (string, bool) {
	for _, p := range c.Params {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// Positional returns the values of the parameters without a name.
func (c *Call) Positional() []string {
	var out []string
	for _, p := range c.Params {
		if p.Name == "" {
			out = append(out, p.Value)
		}
	}
	return out
}

// InnerText returns the verbatim body as it stands in the file.
func (c *Call) InnerText(f *source.File) string {
	if c.Lines == nil {
		return string(f.Data[c.TagEnd:c.BodyEnd])
	}
	var b strings.Builder
	for _, s := range c.Lines {
		b.Write(bytes.TrimRight(f.Data[s.Start:s.Stop], "\r\n"))
		b.WriteByte('\n')
	}
	return b.String()
}

// findCalls adds the calls from offset on to Calls: tags become calls, and
// opening and closing tags pairs. All of them stand in the body of parent.
func (d *Document) findCalls(p *Parser, offset int, parent *Call) {
	first := len(d.Calls)
	m := newMatcher(d, p, offset, parent)
	m.match()
	m.run()
	m.free()
	slices.SortFunc(d.Calls[first:], func(a, b *Call) int { return a.Start - b.Start })
	for i := first; i < len(d.Calls); i++ {
		if c := d.Calls[i]; c.Verbatim() {
			c.Lines = d.verbatimLines(c)
		}
		d.Calls[i].Block = d.standsAlone(i)
	}
}

// dot is what the templates "file" and "body" of c see.
func (d *Document) dot(p *Parser, c *Call) shortcodes.Call {
	dot := shortcodes.Call{Name: c.Name, Params: c.Positional(), Named: map[string]string{}, Site: p.Site, Ordinal: c.Ordinal,
		Markdown: c.marked, Position: d.File.Pos(c.Start).String()}
	for _, q := range c.Params {
		if q.Name != "" {
			dot.Named[q.Name] = q.Value
		}
	}
	if c.Parent != nil {
		parent := d.dot(p, c.Parent)
		dot.Parent = &parent
	}
	return dot
}

// standsAlone tells whether a call is a block: its tag is the first thing on its
// line, after the marks of its containers, and either its template says so or
// it is a pair whose tags have their lines to themselves.
func (d *Document) standsAlone(i int) bool {
	c := d.Calls[i]
	if c.Literal != "" || !d.firstOnLine(c.Start, i) {
		return false
	}
	if c.Code != nil && c.Code.Block {
		return true
	}
	rest := d.File.Data[c.TagEnd:d.File.LineEnd(c.TagEnd)]
	alone := len(bytes.TrimSpace(rest)) == 0
	if c.Paired {
		return alone && d.firstOnLine(c.BodyEnd, i)
	}
	return c.Code == nil && alone
}

// firstOnLine tells whether only indentation, container marks and tags of block
// calls before the i-th stand before offset on its line.
func (d *Document) firstOnLine(offset, i int) bool {
	start := d.File.LineStart(offset)
	if i > 0 {
		if c := d.Calls[i-1]; c.Block && c.TagEnd > start && c.TagEnd <= offset {
			start = c.TagEnd
		}
	}
	return containerMarks.Match(d.File.Data[start:offset])
}
