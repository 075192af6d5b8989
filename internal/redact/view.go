package redact

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A view is a text with something done away with, such as line breaks. from and
// to say for each of its bytes which bytes of the text it stands for; both are
// nil where it is the text itself.
type view struct {
	text     string
	from, to []int32
}

// span gives the place in the text of the view's bytes i to j.
func (v view) span(i, j int) span {
	if v.from == nil {
		return span{i, j}
	}
	return span{int(v.from[i]), int(v.to[j-1])}
}

// depth is how many encodings there may be in one another.
const depth = 3

// look calls f for each way in which a text is looked at: with and without line
// breaks, and both with and without escapes and percent signs, which may be
// those of a text in a text.
func look(s string, f func(view)) { lookInto(view{text: s}, depth, f) }

func lookInto(v view, depth int, f func(view)) {
	all := []view{v}
	if strings.ContainsAny(v.text, "\r\n") {
		whole := squeeze(v, noMargin)
		all = append(all, whole)
		for _, m := range []margin{wideMargin, tightMargin} {
			if sq := squeeze(v, m); len(sq.text) != len(whole.text) {
				all = append(all, sq)
			}
		}
	}
	for _, v := range all {
		f(v)
		if depth == 0 {
			continue
		}
		if strings.Contains(v.text, `\`) {
			if u := unescape(v); u.text != v.text {
				lookInto(u, depth-1, f)
			}
		}
		if strings.Contains(v.text, "%") {
			if u := unpercent(v); u.text != v.text {
				lookInto(u, depth-1, f)
			}
		}
	}
}

// A rewriter makes a view of a view.
type rewriter struct {
	v        view
	text     strings.Builder
	from, to []int32
}

func rewrite(v view) *rewriter {
	r := &rewriter{v: v, from: make([]int32, 0, len(v.text)), to: make([]int32, 0, len(v.text))}
	r.text.Grow(len(v.text))
	return r
}

// put writes text for the view's bytes i to j.
func (r *rewriter) put(text string, i, j int) {
	s := r.v.span(i, j)
	r.text.WriteString(text)
	for range len(text) {
		r.from, r.to = append(r.from, int32(s.from)), append(r.to, int32(s.to))
	}
}

func (r *rewriter) view() view { return view{r.text.String(), r.from, r.to} }

// unescape does away with the escapes of a JSON string.
func unescape(v view) view {
	r := rewrite(v)
	for i := 0; i < len(v.text); {
		text, n := escape(v.text[i:])
		r.put(text, i, i+n)
		i += n
	}
	return r.view()
}

var escapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", 'b': "\b", 'f': "\f", '"': `"`, '\'': "'", '\\': `\`, '/': "/"}

// escape reads one character, which takes n bytes.
func escape(s string) (text string, n int) {
	if s[0] != '\\' || len(s) < 2 {
		return s[:1], 1
	}
	if text, ok := escapes[s[1]]; ok {
		return text, 2
	}
	digits := map[byte]int{'u': 4, 'x': 2}[s[1]]
	if digits > 0 && len(s) >= 2+digits {
		if c, err := strconv.ParseUint(s[2:2+digits], 16, 32); err == nil {
			return string(utf8.AppendRune(nil, rune(c))), 2 + digits
		}
	}
	return s[:1], 1
}

// unpercent does away with percent signs.
func unpercent(v view) view {
	r := rewrite(v)
	for i := 0; i < len(v.text); {
		n := 1
		text := v.text[i : i+1]
		if text == "%" && i+3 <= len(v.text) {
			if c, err := strconv.ParseUint(v.text[i+1:i+3], 16, 8); err == nil {
				text, n = string([]byte{byte(c)}), 3
			}
		}
		r.put(text, i, i+n)
		i += n
	}
	return r.view()
}

// A margin is what may stand before the lines of a difference or a quote.
type margin int

const (
	noMargin    margin = iota
	wideMargin         // "+ ", "> " and the like, behind an indentation
	tightMargin        // "+" or "-" alone
)

// squeeze does away with white space, and with the margins of lines.
func squeeze(v view, m margin) view {
	r := rewrite(v)
	t := v.text
	for i := 0; i < len(t); {
		switch c := t[i]; {
		case c == '\n':
			i = m.skip(t, i+1)
		case c == ' ', c == '\t', c == '\r', c == '\\' && i+1 < len(t) && (t[i+1] == '\n' || t[i+1] == '\r'):
			i++
		default:
			r.put(t[i:i+1], i, i+1)
			i++
		}
	}
	return r.view()
}

// skip returns where the text of a line starts that starts at i.
func (m margin) skip(t string, i int) int {
	switch {
	case m == tightMargin && i < len(t) && (t[i] == '+' || t[i] == '-'):
		return i + 1
	case m != wideMargin:
		return i
	}
	for i < len(t) && (t[i] == ' ' || t[i] == '\t') {
		i++
	}
	if i+1 < len(t) && strings.IndexByte("+->|#*", t[i]) >= 0 && t[i+1] == ' ' {
		i += 2
	}
	return i
}

// squeezed is v as it stands in a squeezed view.
func squeezed(v string) string { return squeeze(view{text: v}, noMargin).text }
