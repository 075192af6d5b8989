package markup

import (
	"bytes"
	"fmt"
)

// What no page that somebody wrote comes near. Reading Markdown takes time, and
// the stack, with the square of these, so that a page of some kilobytes could
// stop the build of a whole site.
const (
	maxNesting    = 100   // containers that open on one line, and shortcodes
	maxIndent     = 400   // columns before a list mark: lists in lists
	maxBrackets   = 1000  // open at the same time in one paragraph
	maxReferences = 10000 // lines that define a link for others
)

// limit reports what is beyond the limits and blanks it in the text.
func (d *Document) limit(text []byte) {
	l := limiter{d: d, code: codeTracker{data: d.File.Data},
		counts: bytes.Count(text, []byte("[")) > maxBrackets || bytes.Count(text, []byte("(")) > maxBrackets}
	for start := d.Body; start < len(text); {
		end := len(text)
		if i := bytes.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i
		}
		if problem := l.line(text[start:end]); problem != "" && !l.code.inside(d.Body, start) {
			if !l.skip {
				d.errorf(start, "nesting-deep", problem, "what is on this line and what belongs to it is left out")
			}
			l.skip = true
		}
		if l.skip {
			d.blank(text, start, end)
		}
		start = end + 1
	}
}

// A limiter counts through the lines of one paragraph.
type limiter struct {
	d                    *Document
	code                 codeTracker
	counts               bool // there are enough brackets for that
	square, round, named int
	skip                 bool // the rest of the paragraph
}

// line returns what is too much on a line.
func (l *limiter) line(line []byte) string {
	text := bytes.TrimLeft(line, " \t")
	if len(bytes.TrimSpace(text)) == 0 {
		l.square, l.round, l.skip = 0, 0, false
		return ""
	}
	marks, column := containers(line)
	if l.counts {
		l.brackets(line, text)
	}
	switch {
	case marks > maxNesting, column > maxIndent:
		return fmt.Sprintf("lists and quotes are nested more than %d deep", maxNesting)
	case l.square > maxBrackets, l.round > maxBrackets:
		return fmt.Sprintf("more than %d brackets are open", maxBrackets)
	case l.named > maxReferences:
		return fmt.Sprintf("more than %d link definitions", maxReferences)
	}
	return ""
}

// brackets counts those on a line; text is the line without the blanks before it.
func (l *limiter) brackets(line, text []byte) {
	if text[0] == '[' && bytes.Contains(text, []byte("]:")) {
		l.named++
	}
	l.square += bytes.Count(line, []byte("[")) - bytes.Count(line, []byte("]"))
	l.round += bytes.Count(line, []byte("(")) - bytes.Count(line, []byte(")"))
}

// containers counts the marks of quotes and list items that a line starts with,
// and the columns before the last of a list.
func containers(line []byte) (marks, column int) {
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ', c == '\t':
			continue
		case c == '>':
			marks++
			continue
		case (c == '-' || c == '*' || c == '+') && i+1 < len(line) && (line[i+1] == ' ' || line[i+1] == '\t'):
		case c >= '0' && c <= '9':
			digits := i
			for i < len(line) && line[i] >= '0' && line[i] <= '9' {
				i++
			}
			if i-digits > 9 || i+1 >= len(line) || line[i] != '.' && line[i] != ')' || line[i+1] != ' ' {
				return marks, column
			}
		default:
			return marks, column
		}
		marks++
		column = i
	}
	return marks, column
}
