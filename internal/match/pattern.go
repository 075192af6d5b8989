package match

import "strings"

// An atom is a piece of a line of the page: text that must come as it stands,
// or a value that matches by type.
type atom struct {
	text string
	kind *kind // nil: text
}

// A pattern is one line or cell of the page.
type pattern struct {
	text   string // as it stands
	plain  string // without indentation, runs of blanks as one
	indent int
	any    bool     // "..." alone: any lines
	parts  [][]atom // what stands between the "..." of the line; one without any

	// The last line that was looked at, and the verdict: output repeats itself.
	last    string
	verdict bool
	looked  bool
}

// A reading says what counts as a value in a line.
type reading struct {
	durations bool // of the kind that passes; in settings they must agree
	numbers   bool // every number does: the rule "like"
	flat      bool // JSON is read as lines
	cut       bool // tables end at "..."
}

// freely is how lines are read that belong to nothing else.
var freely = reading{durations: true}

// compile reads a line of the page.
func (r reading) compile(line string) *pattern {
	p := &pattern{text: line}
	p.plain, p.indent = squeeze(line)
	if p.any = elision(line); p.any {
		return p
	}
	spans := marked(p.plain)
	at := 0
	pieces := strings.Split(p.plain, dots)
	for i, piece := range pieces {
		l := lexer{reading: r, s: p.plain[:at+len(piece)], i: at, start: at, torn: i < len(pieces)-1, spans: spans}
		p.parts = append(p.parts, l.atoms())
		at += len(piece) + len(dots)
	}
	return p
}

// open lets anything stand before the pattern, or behind it.
func (p *pattern) open(before bool) {
	if p.any {
		return
	}
	nothing := [][]atom{{{}}}
	if before {
		p.parts = append(nothing, p.parts...)
	} else {
		p.parts = append(p.parts, nothing...)
	}
}

// line reports whether the pattern accepts a line, indentation apart.
func (p *pattern) line(plain string) bool {
	if p.plain == plain || p.any {
		return true
	}
	if len(p.parts) == 1 && len(p.parts[0]) == 1 && p.parts[0][0].kind == nil {
		return false
	}
	if !p.looked || p.last != plain {
		p.last, p.verdict, p.looked = plain, p.accepts(plain), true
	}
	return p.verdict
}

// accepts takes each part at the first place where it fits; a later place would
// leave less room.
func (p *pattern) accepts(s string) bool {
	if p.any {
		return true
	}
	at := fit(p.parts[0], s, 0)
	if len(p.parts) == 1 || at < 0 {
		return at == len(s)
	}
	last := len(p.parts) - 1
	for _, part := range p.parts[1:last] {
		if _, at = find(part, s, at, false); at < 0 {
			return false
		}
	}
	_, end := find(p.parts[last], s, at, true)
	return end == len(s)
}

// fit returns where atoms end that start at s[i], or -1.
func fit(atoms []atom, s string, i int) int {
	for _, a := range atoms {
		end := -1
		if a.kind != nil && i < len(s) {
			end = a.kind.take(s, i)
		}
		if end < 0 && strings.HasPrefix(s[i:], a.text) {
			end = i + len(a.text)
		}
		if end < 0 {
			return -1
		}
		i = end
	}
	return i
}

// find returns the first place from s[i] on where atoms fit, to the end of s if
// last.
func find(atoms []atom, s string, i int, last bool) (from, to int) {
	first := atoms[0]
	if first.kind == nil && len(atoms) == 1 && last {
		if strings.HasSuffix(s[i:], first.text) {
			return len(s) - len(first.text), len(s)
		}
		return -1, -1
	}
	for ; i <= len(s); i++ {
		if first.kind == nil {
			n := strings.Index(s[i:], first.text)
			if n < 0 {
				return -1, -1
			}
			i += n
		} else if i > 0 && i < len(s) && isWord(s[i]) && isWord(s[i-1]) && !strings.HasPrefix(s[i:], first.text) {
			continue // values start where words do
		}
		if to := fit(atoms, s, i); to >= 0 && (!last || to == len(s)) {
			return i, to
		}
	}
	return -1, -1
}
