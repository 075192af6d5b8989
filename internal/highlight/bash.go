package highlight

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// What bash may stand inside of.
type place int

const (
	top       place = iota
	inString        // "…"
	inParen         // $(…)
	inMath          // $((…))
	inBraces        // ${…}
	backticks       // `…`
)

// bash gives the tokens that chroma's lexer gives for shell scripts: its
// rules, in their order, written out by hand. It reports false where it does
// not follow: then chroma has to do it.
func bash(s *scanner) bool {
	b := &bashScanner{scanner: s}
	for s.at < len(s.text) {
		if !b.inside() && !(b.place() != inString && b.command()) && !b.expansion() {
			if s.text[s.at] == '\n' {
				return false
			}
			s.take(1, chroma.Error)
		}
	}
	return true
}

type bashScanner struct {
	*scanner
	places []place
}

func (b *bashScanner) place() place {
	if len(b.places) == 0 {
		return top
	}
	return b.places[len(b.places)-1]
}

func (b *bashScanner) enter(n int, t chroma.TokenType, p place) bool {
	b.places = append(b.places, p)
	return b.take(n, t)
}

func (b *bashScanner) leave(n int, t chroma.TokenType) bool {
	b.places = b.places[:len(b.places)-1]
	return b.take(n, t)
}

// inside takes what has a meaning only inside of something.
func (b *bashScanner) inside() bool {
	rest := b.rest()
	switch c := rest[0]; b.place() {
	case inString:
		if c == '"' {
			return b.leave(1, chroma.LiteralStringDouble)
		}
		n := stringChars(rest)
		return n > 0 && b.take(n, chroma.LiteralStringDouble)
	case inParen:
		return c == ')' && b.leave(1, chroma.Keyword)
	case backticks:
		return c == '`' && b.leave(1, chroma.LiteralStringBacktick)
	case inMath:
		return b.math(rest)
	case inBraces:
		return b.braces(rest)
	}
	return false
}

// stringChars is how far a string in double quotes goes without an expansion.
func stringChars(text string) (n int) {
	for n < len(text) && text[n] != '"' && text[n] != '$' {
		if text[n] == '\\' {
			if n+1 == len(text) {
				return n
			}
			n++
		}
		n++
	}
	return n
}

func (b *bashScanner) math(rest string) bool {
	switch c := rest[0]; {
	case strings.HasPrefix(rest, "))"):
		return b.leave(2, chroma.Keyword)
	case strings.IndexByte("-+*/%^|&", c) >= 0:
		return b.take(1, chroma.Operator)
	case digit(c):
		n := count(rest, digit)
		if strings.HasPrefix(rest[n:], "#") {
			if d := count(rest[n+1:], digit); d > 0 {
				n += 1 + d
			} else if !strings.HasPrefix(rest[n+1:], " ") {
				n++
			}
		}
		return b.take(n, chroma.LiteralNumber)
	}
	return false
}

func (b *bashScanner) braces(rest string) bool {
	switch c := rest[0]; {
	case c == '}':
		return b.leave(1, chroma.LiteralStringInterpol)
	case strings.HasPrefix(rest, ":-"):
		return b.take(2, chroma.Keyword)
	case wordChar(c):
		return b.take(count(rest, wordChar), chroma.NameVariable)
	case c == ':':
		return b.take(1, chroma.Punctuation)
	}
	n := count(rest, func(c byte) bool { return strings.IndexByte("}:\"'`$\\", c) < 0 })
	return n > 0 && b.take(n, chroma.Punctuation)
}

var keywords = set(`if fi else while do done for then return function case select continue until esac elif`)

var builtins = set(`alias bg bind break builtin caller cd command compgen complete declare dirs disown echo enable eval
	exec exit export false fc fg getopts hash help history jobs kill let local logout popd printf pushd pwd read readonly
	set shift shopt source suspend test time times trap true type typeset ulimit umask unalias unset wait`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// command takes what stands outside of strings.
func (b *bashScanner) command() bool {
	rest := b.rest()
	switch c := rest[0]; {
	case wordChar(c):
		return b.word(rest)
	case c == '#':
		return b.take(b.comment(rest), b.commentType(rest))
	case c == '\\':
		return len(rest) > 1 && b.take(2, chroma.LiteralStringEscape)
	case strings.IndexByte("[]{}()=", c) >= 0:
		return b.take(1, chroma.Operator)
	case c == '<':
		return b.redirect(rest)
	case strings.HasPrefix(rest, "&&"), strings.HasPrefix(rest, "||"):
		return b.take(2, chroma.Operator)
	case c == '`':
		return b.enter(1, chroma.LiteralStringBacktick, backticks)
	case c == ';', c == '&', c == '|':
		return b.take(1, chroma.Punctuation)
	case space(c):
		return b.take(count(rest, space), chroma.Text)
	case c == '"', c == '\'', c == '$':
		return b.quote(rest)
	}
	return b.text(rest)
}

// word takes a keyword, a builtin, the left side of an assignment, a number or
// any other word.
func (b *bashScanner) word(rest string) bool {
	if !b.boundary(b.at) {
		return b.number() || b.text(rest)
	}
	n := count(rest, wordChar)
	gap := count(rest[n:], space)
	next := rest[n+gap:]
	switch word := rest[:n]; {
	case keywords[word]:
		b.take(n, chroma.Keyword)
		if next != "" && wordChar(next[0]) {
			b.take(gap, chroma.Text)
		}
		return true
	case builtins[word] && (gap > 0 || strings.HasPrefix(next, ")") || strings.HasPrefix(next, "`")):
		return b.take(n, chroma.NameBuiltin)
	case strings.HasPrefix(next, "=") || strings.HasPrefix(next, "+="):
		b.take(n, chroma.NameVariable)
		b.take(gap, chroma.Text)
		return b.take(strings.IndexByte(next, '=')+1, chroma.Operator)
	}
	return b.number() || b.text(rest)
}

// number takes digits in front of a blank or of the end of the line.
func (b *bashScanner) number() bool {
	rest := b.rest()
	n := count(rest, digit)
	if n == 0 || n < len(rest) && rest[n] != ' ' && rest[n] != '\n' {
		return false
	}
	return b.take(n, chroma.LiteralNumber)
}

// text takes letters that mean nothing to a shell.
func (b *bashScanner) text(rest string) bool {
	n := count(rest, func(c byte) bool { return !space(c) && strings.IndexByte("=[]{}()$\"'`\\<&|;", c) < 0 })
	return n > 0 && b.take(n, chroma.Text)
}

// comment is the length of the comment; the first line of a script belongs to
// it with its end.
func (b *bashScanner) comment(rest string) int {
	n := len(firstLine(rest))
	if b.commentType(rest) == chroma.CommentPreproc {
		n++
	}
	return n
}

func (b *bashScanner) commentType(rest string) chroma.TokenType {
	if line := firstLine(rest); b.at == 0 && strings.HasPrefix(line, "#!") && len(line) > 2 && len(line) < len(rest) {
		return chroma.CommentPreproc
	}
	return chroma.CommentSingle
}

// redirect takes what begins with <, a here-document to its end.
func (b *bashScanner) redirect(rest string) bool {
	if strings.HasPrefix(rest, "<<<") {
		return b.take(3, chroma.Operator)
	}
	if n := heredoc(rest); n > 0 {
		return b.take(n, chroma.LiteralString)
	}
	return b.take(1, chroma.Text)
}

// heredoc is the length of the here-document that text begins with. It ends
// where its word comes again, anywhere; where that never happens, a shorter
// start of the word will do.
func heredoc(text string) int {
	at, ok := 2, strings.HasPrefix(text, "<<")
	if !ok {
		return 0
	}
	at += len(text[at:]) - len(strings.TrimPrefix(text[at:], "-"))
	at += count(text[at:], space)
	at += len(text[at:]) - len(strings.TrimPrefix(text[at:], "'"))
	at += len(text[at:]) - len(strings.TrimPrefix(text[at:], `\`))
	for n := count(text[at:], wordChar); n > 0; n-- {
		word, body := text[at:at+n], text[at+n:]
		if len(body) == 0 {
			continue
		}
		if end := strings.Index(body[1:], word); end >= 0 {
			return at + n + 1 + end + n
		}
	}
	return 0
}

// quote takes a whole string, or its first quote where things stand in it that
// the shell expands.
func (b *bashScanner) quote(rest string) bool {
	body, dollar := strings.CutPrefix(rest, "$")
	lead := len(rest) - len(body)
	switch {
	case strings.HasPrefix(body, `"`):
		if n := 1 + stringChars(body[1:]); n < len(body) && body[n] == '"' {
			return b.take(lead+n+1, chroma.LiteralStringDouble)
		}
		return !dollar && b.enter(1, chroma.LiteralStringDouble, inString)
	case strings.HasPrefix(body, "'") && dollar:
		n := 1
		for n < len(body) && body[n] != '\'' {
			n += 1 + min(1, strings.Count(body[n:n+1], `\`))
		}
		return n < len(body) && b.take(lead+n+1, chroma.LiteralStringSingle)
	case strings.HasPrefix(body, "'"):
		end := strings.IndexByte(body[1:], '\'')
		return end >= 0 && b.take(end+2, chroma.LiteralStringSingle)
	}
	return false
}

// expansion takes what begins with $.
func (b *bashScanner) expansion() bool {
	rest := b.rest()
	switch {
	case rest[0] != '$':
		return false
	case strings.HasPrefix(rest, "$(("):
		return b.enter(3, chroma.Keyword, inMath)
	case strings.HasPrefix(rest, "$("):
		return b.enter(2, chroma.Keyword, inParen)
	case strings.HasPrefix(rest, "${#"):
		return b.enter(3, chroma.LiteralStringInterpol, inBraces)
	case strings.HasPrefix(rest, "${"):
		return b.enter(2, chroma.LiteralStringInterpol, inBraces)
	}
	name := rest[1:]
	switch {
	case name == "":
		return b.take(1, chroma.Text)
	case letter(name[0]):
		return b.take(1+count(name, wordChar), chroma.NameVariable)
	case digit(name[0]):
		return b.take(1+count(name, digit), chroma.NameVariable)
	case strings.IndexByte("#$?!_*@-", name[0]) >= 0:
		return b.take(2, chroma.NameVariable)
	}
	return b.take(1, chroma.Text)
}
