package markup

import (
	"bytes"
	"fmt"
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
	Block  bool            // stands between paragraphs
	Lines  []Segment       // of a verbatim body: what is left of its lines
	Region *Region         // of a body that comes from another file; nil where it stands in the page
	marked bool            // written as {{% name %}}
}

// A Segment is a piece of a file, from Start up to Stop, after Padding spaces
// that stand for a part of a tab.
type Segment struct{ Start, Stop, Padding int }

// HasBody reports whether there is a body, in the page or in another file.
func (c *Call) HasBody() bool { return c.Paired || c.Region != nil }

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
	known := func(name string) bool { _, ok := p.Codes.Lookup(name); return ok }
	first := len(d.Calls)
	m := matcher{d: d, p: p, parent: parent, tags: d.scanTags(offset, known), count: map[*Call]int{}}
	m.match()
	m.run()
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

// A matcher pairs tags. open holds the calls whose closing tag is still to come.
type matcher struct {
	d      *Document
	p      *Parser
	parent *Call // in whose body all tags stand
	tags   []tag
	bodies []kind // of each tag
	ends   []int  // of each tag, the index of the tag that closes it, or -1
	open   []*Call
	count  map[*Call]int
}

// A kind says what the body of one call is.
type kind struct {
	body shortcodes.Body
	code bool
}

// kinds sets bodies. That of a closing tag is Markdown where it may close
// something; its opening tag decides.
func (m *matcher) kinds() {
	m.bodies = make([]kind, len(m.tags))
	var open []*Call
	for i, t := range m.tags {
		code, ok := m.p.Codes.Lookup(t.name)
		switch {
		case !ok:
			m.bodies[i].body = shortcodes.Markdown // an unknown one may have a body
		case !code.Varies():
			m.bodies[i] = kind{code.Body, code.Code}
		case t.closing:
			m.bodies[i].body = shortcodes.Markdown
		default:
			m.bodies[i] = m.varying(t, code, open)
		}
		switch n := len(open); {
		case t.escaped || t.self || !ok || code.Body == shortcodes.None:
		case !t.closing:
			open = append(open, m.call(t))
		case n > 0 && open[n-1].Name == t.name:
			open = open[:n-1]
		}
	}
}

func (m *matcher) varying(t tag, code *shortcodes.Shortcode, open []*Call) kind {
	c := m.call(t)
	if c.Parent = m.parent; len(open) > 0 {
		c.Parent = open[len(open)-1]
	}
	body, isCode, err := code.BodyOf(m.d.dot(m.p, c))
	if err != nil {
		m.d.errorf(t.start, "shortcode-failed", err.Error(), "")
	}
	return kind{body, isCode}
}

// call makes a call of a tag.
func (m *matcher) call(t tag) *Call {
	return &Call{Name: t.name, Params: t.params, Start: t.start, End: t.end, TagEnd: t.end, BodyEnd: t.end,
		marked: m.d.File.Data[t.start+2] == '%'}
}

// match sets ends. Verbatim pairs come first, because what looks like a tag in
// their bodies opens and closes nothing outside.
func (m *matcher) match() {
	m.kinds()
	m.ends = make([]int, len(m.tags))
	verbatim := map[string]int{}
	for i, t := range m.tags {
		m.ends[i] = -1
		switch start, pending := verbatim[t.name]; {
		case t.escaped || t.self:
		case t.closing && pending:
			m.ends[start] = i
			delete(verbatim, t.name)
		case !t.closing && m.bodies[i].body == shortcodes.Verbatim:
			verbatim[t.name] = i // opened again: the first one was never closed
		}
	}
	open := map[string][]int{}
	for i := 0; i < len(m.tags); i++ {
		t := m.tags[i]
		stack := open[t.name]
		switch {
		case m.ends[i] >= 0:
			i = m.ends[i]
		case t.escaped || t.self || m.bodies[i].body != shortcodes.Markdown:
		case !t.closing:
			open[t.name] = append(stack, i)
		case len(stack) > 0:
			m.ends[stack[len(stack)-1]] = i
			open[t.name] = stack[:len(stack)-1]
		}
	}
}

func (m *matcher) run() {
	for i := 0; i < len(m.tags); i++ {
		t := m.tags[i]
		switch {
		case t.closing && !t.escaped:
			m.close(t)
		default:
			c := m.add(i)
			if t.escaped || t.self {
				continue
			}
			end := m.ends[i]
			switch {
			case c.Code == nil && end < 0, c.Body == shortcodes.None:
			case end < 0 && m.fromFile(c):
			case end < 0:
				m.d.errorf(t.start, "shortcode-unclosed", "shortcode "+t.name+" is never closed",
					"add "+m.closing(t)+" at the same indentation")
			default:
				m.begin(c, i, end)
				if c.Body == shortcodes.Verbatim {
					m.nested(i+1, end)
					m.open = m.open[:len(m.open)-1]
					i = end
				}
			}
		}
	}
}

func (m *matcher) add(i int) *Call {
	t := m.tags[i]
	c := m.call(t)
	c.Body, c.IsCode, c.Parent = m.bodies[i].body, m.bodies[i].code, m.parent
	if t.escaped {
		text := string(m.d.File.Data[t.start:t.end])
		c.Literal = text[:3] + text[5:len(text)-5] + text[len(text)-3:]
	} else {
		c.Code, _ = m.p.Codes.Lookup(t.name)
		m.parameters(t)
		if c.Code == nil {
			m.unknown(t)
		}
	}
	if n := len(m.open); n > 0 {
		c.Parent = m.open[n-1]
	}
	c.Ordinal = m.count[c.Parent]
	m.count[c.Parent]++
	m.d.Calls = append(m.d.Calls, c)
	return c
}

// fromFile tells whether c says which file is its body; then it needs no end.
func (m *matcher) fromFile(c *Call) bool {
	names, err := c.Code.Files(m.d.dot(m.p, c))
	return len(names) > 0 || err != nil
}

func (m *matcher) unknown(t tag) {
	hint := "add shortcodes/" + t.name + ".html"
	if near := m.p.Codes.Nearest(t.name); near != "" {
		hint = "did you mean " + near + "? Or " + hint
	}
	m.d.errorf(t.start, "shortcode-unknown", "unknown shortcode "+t.name, hint)
}

// parameters reports what stands in a tag and cannot be right.
func (m *matcher) parameters(t tag) {
	for i, p := range t.params {
		if p.Name != "" && slices.ContainsFunc(t.params[:i], func(q Param) bool { return q.Name == p.Name }) {
			m.d.errorf(p.Start, "shortcode-params", fmt.Sprintf("parameter %s stands twice in shortcode %s", p.Name, t.name), "")
		}
	}
	if strings.ContainsAny(fmt.Sprint(t.params), "“”") {
		m.d.errorf(t.start, "shortcode-params", "curly quotes in shortcode tag "+t.name, `write straight ones: "`)
	}
}

// begin makes c a pair that the tag at index end closes, unless the enclosing
// pair ends before that.
func (m *matcher) begin(c *Call, i, end int) {
	t := m.tags[end]
	if len(m.open) >= maxNesting {
		m.d.errorf(c.Start, "nesting-deep", fmt.Sprintf("shortcodes are nested more than %d deep", maxNesting), "")
		return
	}
	if n := len(m.open); n > 0 && m.open[n-1].BodyEnd < t.start {
		if c.Code != nil {
			m.d.errorf(c.Start, "shortcode-crossed", fmt.Sprintf("shortcode %s is closed outside of %s, in which it was opened", c.Name, m.open[n-1].Name),
				"close it before "+m.closing(tag{name: m.open[n-1].Name, start: m.open[n-1].Start}))
		}
		return
	}
	c.Paired, c.BodyEnd, c.End = true, t.start, t.end
	m.open = append(m.open, c)
}

// nested adds the calls inside a verbatim body. They expand in place; pairs
// among them are not looked for.
func (m *matcher) nested(from, to int) {
	for i := from; i < to; i++ {
		if t := m.tags[i]; !t.closing || t.escaped {
			m.add(i)
		}
	}
}

func (m *matcher) close(t tag) {
	n := len(m.open)
	if n > 0 && m.open[n-1].BodyEnd == t.start {
		m.open = m.open[:n-1]
		return
	}
	if slices.ContainsFunc(m.d.Calls, func(c *Call) bool {
		return c.Name == t.name && c.Code != nil && c.Body != shortcodes.None && !c.Paired
	}) {
		return // reported where it was opened
	}
	m.d.errorf(t.start, "shortcode-stray", "closing tag of shortcode "+t.name+" without an opening one", "remove it, or open the shortcode above")
	m.d.Calls = append(m.d.Calls, &Call{Start: t.start, End: t.end, TagEnd: t.end, BodyEnd: t.end, Literal: string(m.d.File.Data[t.start:t.end])})
}

// closing returns the closing tag for t in t's notation.
func (m *matcher) closing(t tag) string {
	nt, _ := notationAt(m.d.File.Data[t.start:])
	return nt.open + " /" + t.name + " " + nt.close
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

// verbatimLines cuts the body of c into lines and takes off what belongs to the
// place and not to the text: the rest of the tags' own lines, the container's
// quote marks, the tag's indentation, and indentation that all lines share.
func (d *Document) verbatimLines(c *Call) []Segment {
	data := d.File.Data
	prefix := data[d.File.LineStart(c.Start):c.Start]
	quotes := bytes.Count(prefix, []byte(">"))
	lines := []Segment{}
	for i := c.TagEnd; i < c.BodyEnd; {
		end := min(d.File.LineEnd(i)+1, c.BodyEnd)
		lines = append(lines, Segment{Start: i, Stop: end})
		i = end
	}
	blankLine := func(s Segment) bool {
		s = trimQuotes(data, s, quotes)
		return len(bytes.TrimSpace(data[s.Start:s.Stop])) == 0
	}
	if len(lines) > 1 && blankLine(lines[0]) {
		lines = lines[1:]
	}
	if n := len(lines); n > 0 && blankLine(lines[n-1]) && data[lines[n-1].Stop-1] != '\n' {
		lines = lines[:n-1]
	}
	if len(lines) == 1 && blankLine(lines[0]) {
		return []Segment{}
	}
	for i := range lines {
		if lines[i].Start > c.TagEnd {
			lines[i] = trimIndent(data, trimQuotes(data, lines[i], quotes), width(prefix))
		}
	}
	return trimShared(data, lines)
}

// trimQuotes takes up to n quote marks off the front.
func trimQuotes(data []byte, s Segment, n int) Segment {
	for ; n > 0; n-- {
		i := s.Start
		for i < s.Stop && (data[i] == ' ' || data[i] == '\t') {
			i++
		}
		if i >= s.Stop || data[i] != '>' {
			return s
		}
		s.Start = i + 1
	}
	return s
}

// trimIndent takes up to w columns of white space off the front.
func trimIndent(data []byte, s Segment, w int) Segment {
	col := 0
	for s.Start < s.Stop && col < w {
		switch data[s.Start] {
		case ' ':
			col++
		case '\t':
			col += 4 - col%4
		default:
			return s
		}
		s.Start++
	}
	s.Padding = max(col-w, 0)
	return s
}

// trimShared takes off the spaces that every line with text starts with.
func trimShared(data []byte, lines []Segment) []Segment {
	shared := -1
	for _, s := range lines {
		text := data[s.Start:s.Stop]
		if trimmed := bytes.TrimLeft(text, " "); len(bytes.TrimSpace(text)) > 0 && (shared < 0 || len(text)-len(trimmed) < shared) {
			shared = len(text) - len(trimmed)
		}
	}
	for i := range lines {
		lines[i] = trimIndent(data, lines[i], shared)
	}
	return lines
}

// width is the column after prefix, counting from 0.
func width(prefix []byte) int {
	col := 0
	for _, c := range prefix {
		if c == '\t' {
			col += 4 - col%4
		} else {
			col++
		}
	}
	return col
}
