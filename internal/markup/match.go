package markup

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/shortcodes"
)

// A matcher pairs tags, of one document after another. open holds the calls whose
// closing tag is still to come.
type matcher struct {
	d      *Document
	p      *Parser
	parent *Call // in whose body all tags stand
	tags   []tag
	bodies []kind // of each tag
	ends   []int  // of each tag, the index of the tag that closes it, or -1
	open   []*Call
	count  map[*Call]int
	deep   bool // too much nesting was reported
}

var matchers = sync.Pool{New: func() any { return &matcher{count: map[*Call]int{}} }}

// newMatcher is a matcher of the tags of d from offset on.
func newMatcher(d *Document, p *Parser, offset int, parent *Call) *matcher {
	m := matchers.Get().(*matcher)
	m.d, m.p, m.parent, m.deep = d, p, parent, false
	known := func(name string) bool { _, ok := p.Codes.Lookup(name); return ok }
	m.tags = d.scanTags(m.tags, offset, known)
	return m
}

// free gives a matcher to the next document.
func (m *matcher) free() {
	clear(m.tags)
	clear(m.open[:cap(m.open)])
	clear(m.count)
	m.d, m.p, m.parent = nil, nil, nil
	m.tags, m.bodies, m.ends, m.open = m.tags[:0], m.bodies[:0], m.ends[:0], m.open[:0]
	matchers.Put(m)
}

// A kind says what the body of one call is.
type kind struct {
	body shortcodes.Body
	code bool
}

// kinds sets bodies. That of a closing tag is Markdown where it may close
// something; its opening tag decides.
func (m *matcher) kinds() {
	m.bodies = append(m.bodies, make([]kind, len(m.tags))...)
	var open []tag
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
			open = append(open, t)
		case n > 0 && open[n-1].name == t.name:
			open = open[:n-1]
		}
	}
}

func (m *matcher) varying(t tag, code *shortcodes.Shortcode, open []tag) kind {
	c := m.call(t)
	if c.Parent = m.parent; len(open) > 0 {
		c.Parent = m.call(open[len(open)-1])
	}
	body, isCode, err := code.BodyOf(m.d.dot(m.p, c))
	if err != nil {
		m.d.errorf(t.start, "shortcode-failed", err.Error(), "")
	}
	return kind{body, isCode}
}

// call makes a call of a tag.
func (m *matcher) call(t tag) *Call {
	return &Call{Name: t.name, Params: t.params, Start: t.start, End: t.end, TagEnd: t.end, BodyEnd: t.end, Empty: t.self,
		marked: m.d.File.Data[t.start+2] == '%'}
}

// match sets ends. Verbatim pairs come first, because what looks like a tag in
// their bodies opens and closes nothing outside.
func (m *matcher) match() {
	m.kinds()
	m.ends = append(m.ends, make([]int, len(m.tags))...)
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
	if slices.ContainsFunc(t.params, func(p Param) bool { return strings.ContainsAny(p.Value, "“”") }) {
		m.d.errorf(t.start, "shortcode-params", "curly quotes in shortcode tag "+t.name, `write straight ones: "`)
	}
}

// begin makes c a pair that the tag at index end closes, unless the enclosing
// pair ends before that.
func (m *matcher) begin(c *Call, i, end int) {
	t := m.tags[end]
	if len(m.open) >= maxNesting {
		if !m.deep {
			m.d.errorf(c.Start, "nesting-deep", fmt.Sprintf("shortcodes are nested more than %d deep", maxNesting), "this one and those in it are read as if they had no body")
		}
		m.deep = true
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
