package highlight

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// yaml gives the tokens that chroma's lexer gives for YAML: its rules, in their
// order, written out by hand. It has one state. It reports false where it does
// not follow: then chroma has to do it.
func yaml(s *scanner) bool {
	for s.at < len(s.text) {
		if !(s.yamlMark() || s.yamlKey() || s.yamlValue()) {
			if s.strange {
				return false
			}
			s.take(1, yamlPunctuation(s.text[s.at]))
		}
	}
	return true
}

func yamlPunctuation(c byte) chroma.TokenType {
	if strings.IndexByte("?:,[]", c) >= 0 {
		return chroma.Punctuation
	}
	return chroma.Text
}

// yamlMark takes what is neither key nor value.
func (s *scanner) yamlMark() bool {
	rest := s.rest()
	switch c := rest[0]; {
	case space(c):
		return s.take(count(rest, space), chroma.TextWhitespace)
	case s.lineStart() && (strings.HasPrefix(rest, "---") || strings.HasPrefix(rest, "...")):
		return s.take(3, chroma.NameNamespace)
	case c == '?':
		item := 1 + count(rest[1:], space)
		return strings.HasPrefix(rest[item:], "- ") && s.take(item+2, chroma.Text)
	case strings.HasPrefix(rest, "- "):
		return s.take(2, chroma.Text)
	case c == '#', strings.HasPrefix(rest, "//"):
		return s.take(len(s.line()), chroma.Comment)
	case strings.HasPrefix(rest, "!!"):
		n := count(rest[2:], solid)
		return n > 0 && s.take(2+n, chroma.CommentPreproc)
	case c == '&', c == '*':
		n := count(rest[1:], solid)
		return n > 0 && s.take(1+n, chroma.CommentPreproc)
	case s.lineStart() && strings.HasPrefix(rest, "%include"):
		s.strange = true
	}
	return false
}

// yamlKey takes a key with its colon.
func (s *scanner) yamlKey() bool {
	if s.strange {
		return false
	}
	line := s.line()
	if line[0] == '"' {
		if end := strings.LastIndex(line, `": `); end >= 2 && line[1] != '"' && line[1] != '#' {
			return s.take(end+3, chroma.NameTag)
		}
		return false
	}
	key := line
	if end := strings.IndexAny(key, "\"{#"); end >= 0 {
		key = key[:end]
	}
	if end := strings.Index(key, "//"); end >= 0 {
		key = key[:end]
	}
	colon := strings.Index(key, ": ")
	if last := len(line) - 1; colon < 0 && len(key) == len(line) && line[last] == ':' && s.at+len(line) < len(s.text) {
		colon = last
	}
	if colon < 0 {
		return false
	}
	s.take(colon, chroma.NameTag)
	s.take(1, chroma.Punctuation)
	return s.take(1, chroma.TextWhitespace)
}

// words are what YAML 1.1 takes for a truth value or nothing.
var words = map[string]bool{
	"false": true, "False": true, "FALSE": true, "true": true, "True": true, "TRUE": true, "null": true,
	"Off": true, "off": true, "yes": true, "Yes": true, "YES": true, "OFF": true, "On": true, "ON": true,
	"no": true, "No": true, "on": true, "NO": true, "n": true, "N": true, "Y": true, "y": true,
}

// yamlValue takes a value, with the comment behind it.
func (s *scanner) yamlValue() bool {
	if s.strange {
		return false
	}
	rest, line := s.rest(), s.line()
	if n := s.yamlBlock(); n > 0 {
		return true
	}
	if w := count(rest, wordChar); words[rest[:w]] {
		return s.take(w, chroma.KeywordConstant)
	}
	switch c := rest[0]; c {
	case '"', '\'':
		if n := quoted(rest); n > 0 {
			return s.take(n, stringType(c))
		}
		// One that is not closed may close at an escaped quote.
		if s.strange = strings.IndexByte(rest[1:], c) >= 0; s.strange {
			return false
		}
	case '{', '}', '[', ']', '?', ',', ':', '!', '*', '&', '@':
		return false
	}
	if n := date(rest); n > 0 {
		return s.take(n, chroma.LiteralDate)
	}
	if n := s.number(); n > 0 {
		return s.take(n, chroma.LiteralNumber)
	}
	if s.strange || rest[0] == '-' {
		return false
	}
	for _, comment := range []string{" #", " //"} {
		if at := strings.LastIndex(line, comment); at > 0 {
			s.take(at, chroma.Literal)
			s.take(1, chroma.TextWhitespace)
			return s.take(len(line)-at-1, chroma.Comment)
		}
	}
	return s.take(len(line), chroma.Literal)
}

// yamlBlock takes a block scalar: | or >, and the lines that are indented as
// the first one is.
func (s *scanner) yamlBlock() int {
	rest := s.rest()
	if rest[0] != '|' && rest[0] != '>' {
		return 0
	}
	head := 1
	if len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') {
		head = 2
	}
	body := rest[head:]
	if !strings.HasPrefix(body, "\n ") {
		return 0
	}
	indent := body[1 : 1+count(body[1:], func(c byte) bool { return c == ' ' })]
	end := 1 + len(indent)
	end += len(firstLine(body[end:]))
	for {
		next := end + count(body[end:], func(c byte) bool { return c == '\n' })
		if next == end || !strings.HasPrefix(body[next:], indent) {
			break
		}
		end = next + len(firstLine(body[next:]))
	}
	s.take(head, chroma.Punctuation)
	s.take(end, chroma.LiteralStringDoc)
	return head + end
}

func stringType(quote byte) chroma.TokenType {
	if quote == '"' {
		return chroma.LiteralStringDouble
	}
	return chroma.LiteralStringSingle
}

// quoted is the length of the string that text begins with, 0 where no quote
// ends it.
func quoted(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && text[i+1] != '\n':
			i++
		case text[i] == text[0]:
			return i + 1
		}
	}
	return 0
}

// date is the length of the date that text begins with, with the time of day.
func date(text string) int {
	if !shaped(text, "0000-00-00") {
		return 0
	}
	rest := text[10:]
	if !shaped(rest, "T00:00:00") && !shaped(rest, " 00:00:00") {
		return 10
	}
	n := 19
	if rest = text[n:]; len(rest) > 1 && rest[0] == '.' && digit(rest[1]) {
		n += 1 + count(rest[1:], digit)
	}
	rest = text[n:]
	if strings.HasPrefix(rest, "Z") {
		return n + 1
	}
	if gap := count(rest, space); gap > 0 && gap+1 < len(rest) && (rest[gap] == '-' || rest[gap] == '+') && digit(rest[gap+1]) {
		n += gap + 1 + count(rest[gap+1:], digit)
	}
	return n
}

// shaped tells whether text begins like the shape, in which 0 is any digit.
func shaped(text, shape string) bool {
	if len(text) < len(shape) {
		return false
	}
	for i := range len(shape) {
		if shape[i] == '0' && !digit(text[i]) || shape[i] != '0' && shape[i] != text[i] {
			return false
		}
	}
	return true
}

// number is the length of the number here, 0 for none. It ends where a word
// ends, so "10m" is none and "1.5Gi" begins with the number "1.".
func (s *scanner) number() int {
	if !s.boundary(s.at) {
		return 0
	}
	rest := s.rest()
	sign := 0
	if rest[0] == '+' || rest[0] == '-' {
		sign = 1
	}
	body := rest[sign:]
	for prefix, digits := range map[string]string{"0x": "0123456789abcdef", "0o": "01234567"} {
		if n := len(body) - len(strings.TrimLeft(strings.TrimPrefix(body, prefix), digits)); strings.HasPrefix(body, prefix) && n > 2 && s.boundary(s.at+sign+n) {
			return sign + n
		}
	}
	whole := count(body, digit)
	if whole > 30 {
		s.strange = true // nobody tries all the ends of that
		return 0
	}
	for w := whole; w > 0; w-- {
		if n := s.decimal(s.at+sign, w); n > 0 {
			return sign + n
		}
	}
	if strings.HasPrefix(body, ".") {
		if body[1:] != "" && digit(body[1]) {
			if n := s.fraction(s.at+sign, 1, true); n > 0 {
				return sign + n
			}
		}
		for _, name := range []string{".inf", ".nan"} {
			if strings.HasPrefix(body, name) && s.boundary(s.at+sign+len(name)) {
				return sign + len(name)
			}
		}
	}
	return 0
}

// decimal is the length of the longest number at from whose whole part has w
// digits.
func (s *scanner) decimal(from, w int) int {
	if text := s.text[from:]; w < len(text) && text[w] == '.' {
		if n := s.fraction(from, w+1, false); n > 0 {
			return n
		}
	}
	return s.fractionless(from, w)
}

// fraction tries ends of a number whose point stands in front of at.
func (s *scanner) fraction(from, at int, needed bool) int {
	digits, least := count(s.text[from+at:], digit), 0
	if needed {
		least = 1
	}
	for d := min(digits, 30); d >= least; d-- {
		if n := s.fractionless(from, at+d); n > 0 {
			return n
		}
	}
	return 0
}

// fractionless tries to end a number at at, with an exponent or without.
func (s *scanner) fractionless(from, at int) int {
	rest := s.text[from+at:]
	if len(rest) > 1 && rest[0] == 'e' {
		e := 1
		if rest[1] == '+' || rest[1] == '-' {
			e = 2
		}
		if d := count(rest[e:], digit); d > 0 && s.boundary(from+at+e+d) {
			return at + e + d
		}
	}
	if s.boundary(from + at) {
		return at
	}
	return 0
}
