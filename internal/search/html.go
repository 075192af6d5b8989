package search

import (
	"html"
	"strings"
)

// A section that is longer than passageSize is cut into passages of about that
// size, in bytes.
const passageSize = 1100

// A reader takes the text out of the HTML of a page. It reads what the site
// writes and what authors write between, well formed or not; it never fails.
type reader struct {
	text  []byte // of all passages, with single spaces
	cuts  []cut
	spans []span // by where they begin

	heading bool // inside of one
	title   []byte
	id      string
	code    int // how many <code> and <pre> are open
	figure  bool
	shown   int // how many elements are open inside of a figure whose text counts
	skip    string
	depth   int // of skip inside of itself
}

// A cut is where a passage begins.
type cut struct {
	from        int
	heading, id string
	first       bool // of its section
}

// A span is text of one field, up to the next span.
type span struct {
	from  int
	field uint8
}

func (r *reader) read(s string) {
	*r = reader{text: r.text[:0], cuts: append(r.cuts[:0], cut{}), spans: r.spans[:0], title: r.title[:0]}
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			i = len(s)
		}
		if i > 0 && r.skip == "" && (!r.figure || r.shown > 0) {
			r.write(s[:i])
		}
		if s = s[i:]; s == "" {
			return
		}
		if rest, ok := strings.CutPrefix(s, "</span>"); ok { // most tags are of code and have colours to say
			s = rest
			continue
		}
		if strings.HasPrefix(s, "<!--") {
			_, s, _ = strings.Cut(s[4:], "-->")
			continue
		}
		end := tagEnd(s)
		r.tag(s[1:end])
		s = s[min(end+1, len(s)):]
	}
}

// tagEnd is where the > of the tag is that s starts with. A > inside of quotes is
// none.
func tagEnd(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return len(s)
}

// isInline tells whether an element does not end a word.
func isInline(name string) bool {
	switch name {
	case "a", "abbr", "b", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "s", "small", "span", "strong", "sub", "sup", "u", "var", "wbr":
		return true
	}
	return false
}

// isBlock tells whether a passage may end at an element.
func isBlock(name string) bool {
	switch name {
	case "blockquote", "dd", "div", "dl", "dt", "figure", "li", "ol", "p", "pre", "section", "table", "tr", "ul":
		return true
	}
	return false
}

// tagName is the name of an element that stands where a tag starts.
func tagName(t string) string {
	i := 0
	for i < len(t) && !isSpace(t[i]) && t[i] != '/' {
		i++
	}
	return strings.ToLower(t[:i])
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// tag takes what stands between < and >.
func (r *reader) tag(t string) {
	closing := strings.HasPrefix(t, "/")
	t = strings.TrimPrefix(t, "/")
	name := tagName(t)
	if name == "span" && r.skip == "" {
		return
	}
	switch {
	case r.skip != "":
		r.inSkipped(name, closing)
		return
	case !closing && unseen(name, t):
		r.skip, r.depth = name, 1
		return
	}
	if !isInline(name) {
		r.space()
	}
	if !closing && isBlock(name) && len(r.text)-r.cuts[len(r.cuts)-1].from > passageSize {
		r.next()
	}
	switch {
	case name == "pre" || name == "code":
		r.step(&r.code, closing)
		if r.figure {
			r.step(&r.shown, closing)
		}
	case name == "b" && r.figure:
		r.step(&r.shown, closing)
	case name == "figure":
		r.figure = !closing && strings.HasPrefix(attr(t, "class"), "code")
		r.shown, r.code = 0, 0
	case len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6':
		r.atHeading(t, closing)
	case name == "img" && !closing:
		r.write(attr(t, "alt"))
	}
}

func (r *reader) step(n *int, closing bool) {
	if closing {
		*n = max(*n-1, 0)
	} else {
		*n++
	}
}

// unseen tells whether a tag begins what a reader does not see as text.
func unseen(name, tag string) bool {
	switch name {
	case "script", "style", "svg", "template", "noscript", "iframe":
		return true
	case "a":
		return attr(tag, "class") == "anchor"
	}
	return false
}

func (r *reader) inSkipped(name string, closing bool) {
	if name != r.skip {
		return
	}
	if r.step(&r.depth, closing); r.depth == 0 {
		r.skip = ""
	}
}

// atHeading begins a section. A heading without an id is text like any other:
// there is no way to lead a reader there.
func (r *reader) atHeading(tag string, closing bool) {
	switch {
	case !closing:
		if r.id = html.UnescapeString(attr(tag, "id")); r.id != "" {
			r.id = strings.Clone(r.id) // it is a piece of the whole page
			r.heading, r.title = true, r.title[:0]
		}
	case r.heading:
		r.heading = false
		title := strings.TrimSpace(string(r.title))
		r.cuts = append(r.cuts, cut{len(r.text), title, r.id, true})
	}
}

// next begins another passage of the section.
func (r *reader) next() {
	last := r.cuts[len(r.cuts)-1]
	last.from, last.first = len(r.text), false
	r.cuts = append(r.cuts, last)
}

func (r *reader) space() {
	to := &r.text
	if r.heading {
		to = &r.title
	}
	if n := len(*to); n > 0 && (*to)[n-1] != ' ' {
		*to = append(*to, ' ')
	}
}

// write adds text.
func (r *reader) write(s string) {
	if !r.heading {
		field := fieldProse
		if r.code > 0 {
			field = fieldCode
		}
		if n := len(r.spans); n == 0 || r.spans[n-1].field != field {
			r.spans = append(r.spans, span{len(r.text), field})
		}
	}
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			r.add(s)
			return
		}
		r.add(s[:i])
		c, size := entity(s[i:])
		if size == 0 {
			r.add(html.UnescapeString(s[i:]))
			return
		}
		r.add(c)
		s = s[i+size:]
	}
}

// entity is the letter that the usual ones mean, and how long they are; 0 for another.
func entity(s string) (letter string, size int) {
	for _, e := range [...][2]string{{"&quot;", `"`}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&#34;", `"`}, {"&#39;", "'"}} {
		if strings.HasPrefix(s, e[0]) {
			return e[1], len(e[0])
		}
	}
	return "", 0
}

// add adds text with its spaces made single ones.
func (r *reader) add(s string) {
	for s != "" {
		i := spaced(s)
		if r.heading {
			r.title = append(r.title, s[:i]...)
		} else {
			r.text = append(r.text, s[:i]...)
		}
		for s = s[i:]; s != "" && isSpace(s[0]); s = s[1:] {
			if s[0] == '\n' && r.code > 0 && len(r.text)-r.cuts[len(r.cuts)-1].from > passageSize*5/4 {
				r.space()
				r.next()
			}
			r.space()
		}
	}
}

// spaced is how much of a text has its words with single spaces between them. What
// is behind that begins with a space.
func spaced(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' && isSpace(c) && (c != ' ' || i == 0 || s[i-1] == ' ') {
			return i
		}
	}
	return len(s)
}

// attr returns an attribute of a tag, as it is written.
func attr(tag, name string) string {
	for {
		i := strings.Index(tag, name)
		if i < 0 {
			return ""
		}
		rest := tag[i+len(name):]
		if i > 0 && (tag[i-1] == ' ' || tag[i-1] == '\n' || tag[i-1] == '\t') && len(rest) > 1 && rest[0] == '=' && (rest[1] == '"' || rest[1] == '\'') {
			value, _, _ := strings.Cut(rest[2:], rest[1:2])
			return value
		}
		tag = rest
	}
}
