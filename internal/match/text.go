package match

import (
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// lines splits text without what never counts: white space at the end of lines
// and empty lines at the end.
func lines(text string) []string {
	ls := strings.Split(text, "\n")
	for i, l := range ls {
		ls[i] = strings.TrimRight(l, " \t\r")
	}
	for len(ls) > 0 && ls[len(ls)-1] == "" {
		ls = ls[:len(ls)-1]
	}
	return ls
}

// dots stands for what is left out.
const dots = "..."

// remark is "..." in brackets, with words about it: no array of JSON.
var remark = lazyregexp.New(`^(?:\( ?\.\.\.(?:[A-Za-z .]*\.\.\.)? ?\)|\[ ?\.\.\.(?:[A-Za-z .]*\.\.\.)? ?\]|< ?\.\.\.(?:[A-Za-z .]*\.\.\.)? ?>)$`)

// elision reports whether a line stands for any lines: "..." alone, more than
// once, in a comment ("# ..."), or with a remark in brackets ("(... snip ...)").
func elision(line string) bool {
	line = strings.TrimSpace(line)
	if line == "…" {
		return true
	}
	if !strings.Contains(line, dots) {
		return false
	}
	line = strings.TrimLeft(strings.TrimLeft(line, "#/"), " ")
	if strings.IndexByte("([<", line[0]) >= 0 {
		return remark.MatchString(line)
	}
	for _, word := range strings.Fields(line) {
		if word != dots {
			return false
		}
	}
	return true
}

// squeeze returns the line without its indentation and with one blank for each
// run of blanks, and how far it is indented.
func squeeze(line string) (text string, indent int) {
	i := 0
	for ; i < len(line) && isBlank(line[i]); i++ {
		if indent++; line[i] == '\t' {
			indent = (indent + 7) / 8 * 8
		}
	}
	line = line[i:]
	if !strings.Contains(line, "  ") && !strings.Contains(line, "\t") {
		return line, indent
	}
	var b strings.Builder
	b.Grow(len(line))
	for i := 0; i < len(line); i++ {
		if !isBlank(line[i]) {
			b.WriteByte(line[i])
		} else if !isBlank(line[i-1]) {
			b.WriteByte(' ')
		}
	}
	return b.String(), indent
}

func isBlank(c byte) bool  { return c == ' ' || c == '\t' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLower(c byte) bool  { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool  { return 'A' <= c && c <= 'Z' }
func isLetter(c byte) bool { return isLower(c) || isUpper(c) }

// isWord reports whether c belongs to words and numbers; bytes of letters that
// are not ASCII do.
func isWord(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' || c >= 0x80 }

// ends reports whether a word may end before s[i].
func ends(s string, i int) bool { return i >= len(s) || !isWord(s[i]) }

// run returns the end of the bytes from s[i] on that ok accepts.
func run(s string, i int, ok func(byte) bool) int {
	for i < len(s) && ok(s[i]) {
		i++
	}
	return i
}
