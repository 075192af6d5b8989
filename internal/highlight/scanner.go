package highlight

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// A scanner goes through a text of ASCII letters and hands out tokens.
type scanner struct {
	text    string
	at      int
	emit    func(chroma.TokenType, string)
	strange bool // something stands here that we leave to chroma
}

// take hands out the next n bytes. It reports true, so that a rule can end
// with it.
func (s *scanner) take(n int, t chroma.TokenType) bool {
	if n > 0 {
		s.emit(t, s.text[s.at:s.at+n])
		s.at += n
	}
	return true
}

func (s *scanner) rest() string { return s.text[s.at:] }

// line is what is left of the line, without its end.
func (s *scanner) line() string { return firstLine(s.rest()) }

func (s *scanner) lineStart() bool { return s.at == 0 || s.text[s.at-1] == '\n' }

// boundary tells whether a word begins or ends at i.
func (s *scanner) boundary(i int) bool {
	before := i > 0 && wordChar(s.text[i-1])
	after := i < len(s.text) && wordChar(s.text[i])
	return before != after
}

func firstLine(text string) string {
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		return text[:end]
	}
	return text
}

// count is how many bytes at the start of text are of the class.
func count(text string, class func(byte) bool) int {
	for i := range len(text) {
		if !class(text[i]) {
			return i
		}
	}
	return len(text)
}

func space(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func solid(c byte) bool { return !space(c) }
func digit(c byte) bool { return c >= '0' && c <= '9' }
func letter(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
func wordChar(c byte) bool { return letter(c) || digit(c) }

// plain tells whether the text is one that scanners take: ASCII, no carriage
// return.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c >= 0x80 || c == '\r' || c == 0 {
			return false
		}
	}
	return true
}
