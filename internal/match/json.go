package match

import (
	"encoding/json"
	"strings"
)

// A reader reads one JSON value. Of a page it also takes "..." for what is left
// out, a comma behind the last value, and a text that "..." ends early.
type reader struct {
	s      string
	i      int
	line   int
	elide  bool
	depth  int
	failed bool
	open   bool // it ended early
}

const mostDepth = 200

// parseJSON reads the value at the start of s, and says where it ends; nil where
// there is none.
func parseJSON(s string, elide bool) (*node, int) {
	r := &reader{s: s, elide: elide}
	n := r.value()
	if r.failed || n == nil || n.kind != object && n.kind != array {
		return nil, 0
	}
	return n, r.i
}

func (r *reader) fail() *node {
	r.failed = true
	return nil
}

// space skips white space and, in a page, remarks; it says whether one of them,
// or a line, says that something is left out.
func (r *reader) space() (elided bool) {
	for r.i < len(r.s) {
		switch c := r.s[r.i]; {
		case c == '\n':
			r.line++
			r.i++
		case c == ' ' || c == '\t' || c == '\r':
			r.i++
		case r.elide && (c == '#' || strings.HasPrefix(r.s[r.i:], "//")):
			text, _, _ := strings.Cut(r.s[r.i:], "\n")
			elided = elided || strings.Contains(text, dots)
			r.i += len(text)
		case r.elide && r.wholeLine():
			text, _, _ := strings.Cut(r.s[r.i:], "\n")
			elided = true
			r.i += len(text)
		default:
			return elided
		}
	}
	return elided
}

// wholeLine reports whether the rest of the line is "...", and its start blank.
func (r *reader) wholeLine() bool {
	c := r.s[r.i]
	if c != '.' && c != '(' && c != '<' && c != '[' && c != 0xe2 {
		return false
	}
	start := strings.LastIndexByte(r.s[:r.i], '\n') + 1
	text, _, _ := strings.Cut(r.s[r.i:], "\n")
	return strings.TrimSpace(r.s[start:r.i]) == "" && elision(strings.TrimSuffix(strings.TrimSpace(text), ","))
}

func (r *reader) peek() byte {
	if r.i < len(r.s) {
		return r.s[r.i]
	}
	return 0
}

func (r *reader) value() *node {
	if r.depth++; r.depth > mostDepth {
		return r.fail()
	}
	defer func() { r.depth-- }()
	r.space()
	line := r.line
	switch c := r.peek(); {
	case c == '{':
		return r.collection(object, '}')
	case c == '[':
		return r.collection(array, ']')
	case c == '"':
		text := r.str()
		return &node{kind: str, text: text, line: line, end: line}
	case r.elide && strings.HasPrefix(r.s[r.i:], dots):
		r.i += len(dots)
		return &node{kind: anything, line: line, end: line}
	}
	end := run(r.s, r.i, func(c byte) bool { return isWord(c) || c == '+' || c == '-' || c == '.' })
	text := r.s[r.i:end]
	if !json.Valid([]byte(text)) {
		return r.fail()
	}
	r.i = end
	return &node{kind: scalar, text: text, line: line, end: line}
}

func (r *reader) str() string {
	end := r.i + 1
	for end < len(r.s) && r.s[end] != '"' && r.s[end] != '\n' {
		if r.s[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(r.s) || r.s[end] != '"' {
		r.fail()
		return ""
	}
	var text string
	if json.Unmarshal([]byte(r.s[r.i:end+1]), &text) != nil {
		r.fail()
	}
	r.i = end + 1
	return text
}

// collection reads an object or an array up to the byte that closes it.
func (r *reader) collection(kind nodeKind, closer byte) *node {
	n := &node{kind: kind, line: r.line}
	r.i++
	for {
		if r.space() {
			r.elision(n)
		}
		switch {
		case r.failed:
			return nil
		case r.peek() == closer:
			r.i++
			n.end = r.line
			return n
		case r.i >= len(r.s) && n.leftOut(): // the rest is left out
			r.open = true
			n.end = r.line
			return n
		}
		r.element(n)
		elided := r.space()
		if elided || r.open {
			r.elision(n)
		}
		switch c := r.peek(); {
		case r.failed:
			return nil
		case c == ',':
			r.i++
			if r.space(); r.peek() == closer && !r.elide {
				return r.fail()
			}
		case c != closer && !elided && !r.open:
			return r.fail()
		}
	}
}

// element reads one member of an object, or one element of an array.
func (r *reader) element(n *node) {
	switch {
	case n.kind == array:
		if v := r.value(); v != nil {
			n.items = append(n.items, v)
		}
	case r.elide && strings.HasPrefix(r.s[r.i:], dots):
		r.i += len(dots)
		n.elided = true
	default:
		r.member(n)
	}
}

// leftOut reports whether "..." is the last of a collection.
func (n *node) leftOut() bool {
	return n.elided || n.kind == array && len(n.items) > 0 && n.items[len(n.items)-1].kind == anything
}

// elision notes that something is left out of a collection.
func (r *reader) elision(n *node) {
	if n.kind == object {
		n.elided = true
	} else if !n.leftOut() {
		n.items = append(n.items, &node{kind: anything, line: r.line, end: r.line})
	}
}

// member reads a key and its value.
func (r *reader) member(n *node) {
	if r.peek() != '"' {
		r.fail()
		return
	}
	key := r.str()
	if r.space(); r.failed || r.peek() != ':' {
		r.fail()
		return
	}
	r.i++
	v := r.value()
	if r.failed {
		return
	}
	if n.field(key) != nil { // a double key: no reader sees the first
		r.fail()
		return
	}
	n.add(key, v)
}
