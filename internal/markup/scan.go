package markup

import (
	"bytes"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A tag is one shortcode tag as it stands in the file.
type tag struct {
	start, end int
	name       string
	namePos    int
	params     []Param
	closing    bool // {{< /name >}}
	self       bool // {{< name />}}
	escaped    bool // {{</* name */>}}
}

// A Param is one parameter of a call; Name is "" for a positional one.
type Param struct {
	Name, Value string
	Start       int // offset in the file
}

// A notation is one way to write tags.
type notation struct{ open, close string }

var notations = []notation{{"{{<", ">}}"}, {"{{%", "%}}"}, {"<<<", ">>>"}}

// scanTags appends all tags of data from offset on to tags. known tells which names
// the <<< notation may have: bash here-strings look like it.
func (d *Document) scanTags(tags []tag, offset int, known func(string) bool) []tag {
	data := d.File.Data
	code := codeTracker{data: data}
	braces, angles := finder{mark: "{{", at: -1}, finder{mark: "<<<", at: -1}
	for i := offset; i < len(data); {
		i = min(braces.next(data, i), angles.next(data, i))
		nt, ok := notationAt(data[i:])
		if !ok {
			i++
			continue
		}
		t, problem := scanTag(data, i, nt)
		if nt.open == "<<<" && !t.escaped && (problem != "" || !known(t.name) || code.inside(offset, i) || bytes.IndexByte(data[t.start:t.end], '\n') >= 0) {
			i += len(nt.open)
			continue
		}
		if problem != "" {
			d.errorf(i, "shortcode-syntax", problem, "to show a tag as text write "+nt.open+"/* … */"+nt.close)
			i += len(nt.open)
			continue
		}
		tags = append(tags, t)
		i = t.end
	}
	return tags
}

// A finder finds what a notation starts with. at is where it did last; -1 nowhere yet.
type finder struct {
	mark string
	at   int
}

// next is the first place from an offset on, which only grows; the end where there is none.
func (f *finder) next(data []byte, from int) int {
	if f.at < from {
		f.at = len(data)
		if n := bytes.Index(data[from:], []byte(f.mark)); n >= 0 {
			f.at = from + n
		}
	}
	return f.at
}

func notationAt(b []byte) (notation, bool) {
	for _, nt := range notations {
		if bytes.HasPrefix(b, []byte(nt.open)) {
			return nt, true
		}
	}
	return notation{}, false
}

// scanTag reads the tag at i; problem is "" where it is one.
func scanTag(data []byte, i int, nt notation) (t tag, problem string) {
	t.start = i
	s := scanner{data: data, i: i + len(nt.open), close: nt.close}
	if bytes.HasPrefix(data[s.i:], []byte("/*")) {
		end := bytes.Index(data[s.i:], []byte("*/"+nt.close))
		if end < 0 {
			return t, "escaped shortcode tag is never closed"
		}
		t.escaped, t.end = true, s.i+end+2+len(nt.close)
		return t, ""
	}
	s.space()
	if s.i < len(data) && data[s.i] == '/' {
		t.closing = true
		s.i++
		s.space()
	}
	t.namePos = s.i
	t.name = s.word()
	if t.name == "" {
		return t, "shortcode tag has no name"
	}
	for {
		s.space()
		switch {
		case s.i >= len(data):
			return t, "shortcode tag " + t.name + " is never closed by " + nt.close
		case s.has(nt.close):
			t.end = s.i + len(nt.close)
			return t, ""
		case s.has("/" + nt.close):
			t.self, t.end = true, s.i+1+len(nt.close)
			return t, ""
		}
		p, problem := s.param()
		if problem != "" {
			return t, problem + " in shortcode tag " + t.name
		}
		t.params = append(t.params, p)
	}
}

type scanner struct {
	data  []byte
	i     int
	close string
}

func (s *scanner) has(text string) bool { return bytes.HasPrefix(s.data[s.i:], []byte(text)) }

func (s *scanner) space() {
	for s.i < len(s.data) && strings.IndexByte(" \t\r\n", s.data[s.i]) >= 0 {
		s.i++
	}
}

// word reads a name.
func (s *scanner) word() string {
	start := s.i
	for s.i < len(s.data) && (isWordByte(s.data[s.i]) || s.data[s.i] == '/' && !s.has("/"+s.close)) {
		s.i++
	}
	return string(s.data[start:s.i])
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

func (s *scanner) param() (Param, string) {
	p := Param{Start: s.i}
	start := s.i
	for s.i < len(s.data) && isWordByte(s.data[s.i]) {
		s.i++
	}
	if s.i > start && s.i < len(s.data) && s.data[s.i] == '=' {
		p.Name = string(s.data[start:s.i])
		s.i++
	} else {
		s.i = start
	}
	value, problem := s.value()
	p.Value = value
	return p, problem
}

func (s *scanner) value() (string, string) {
	if s.i >= len(s.data) {
		return "", "parameter without a value"
	}
	switch quote := s.data[s.i]; quote {
	case '`':
		end := bytes.IndexByte(s.data[s.i+1:], '`')
		if end < 0 {
			return "", "quote ` is never closed"
		}
		v := string(s.data[s.i+1 : s.i+1+end])
		s.i += end + 2
		return v, ""
	case '"':
		return s.quoted()
	}
	start := s.i
	for s.i < len(s.data) && !s.has(s.close) && !s.has("/"+s.close) && strings.IndexByte(" \t\r\n\"", s.data[s.i]) < 0 {
		s.i++
	}
	if s.i == start {
		return "", "parameter without a value"
	}
	return string(s.data[start:s.i]), ""
}

func (s *scanner) quoted() (string, string) {
	var b strings.Builder
	for s.i++; s.i < len(s.data); s.i++ {
		switch c := s.data[s.i]; {
		case c == '"':
			s.i++
			return b.String(), ""
		case c == '\\' && s.i+1 < len(s.data) && (s.data[s.i+1] == '"' || s.data[s.i+1] == '\\'):
			s.i++
			b.WriteByte(s.data[s.i])
		default:
			b.WriteByte(c)
		}
	}
	return "", `quote " is never closed`
}

// A codeTracker tells whether an offset is inside code, as far as lines can
// tell: between fences, or after an odd number of back-quotes on its line.
type codeTracker struct {
	data  []byte
	at    int    // start of the first line not yet read
	fence string // the open fence, "" outside
}

var fenceLine = lazyregexp.New("^[ \t>]*(?:(?:[-*+]|[0-9]+[.)])[ \t]+)*(```+|~~~+)")

func (c *codeTracker) inside(from, offset int) bool {
	c.at = max(c.at, from)
	for {
		end := bytes.IndexByte(c.data[c.at:], '\n')
		if end < 0 || c.at+end >= offset {
			break
		}
		c.line(c.data[c.at : c.at+end])
		c.at += end + 1
	}
	return c.fence != "" || bytes.Count(c.data[c.at:max(offset, c.at)], []byte("`"))%2 == 1
}

func (c *codeTracker) line(line []byte) {
	m := fenceLine.FindSubmatch(line)
	switch {
	case m == nil:
	case c.fence == "":
		c.fence = string(m[1])
	case m[1][0] == c.fence[0] && len(m[1]) >= len(c.fence):
		c.fence = ""
	}
}
