// Package highlight turns code into HTML with the words of its language in
// spans. The lexers are chroma's; those for shell and YAML, which is what our
// pages are made of, are written out by hand and give the same tokens.
package highlight

import (
	"html"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/probatum/probatum/internal/shell"
)

// No block above this size is coloured: lexers take time, and chroma gives up by
// the clock, which would make two builds differ.
const lexAtMost = 64 << 10

// lexersByName remembers lexers; chroma looks through all of them for a name
// that it does not know.
var lexersByName sync.Map // string → chroma.Lexer, nil for none

func lexer(lang string) chroma.Lexer {
	if l, ok := lexersByName.Load(lang); ok {
		l, _ := l.(chroma.Lexer)
		return l
	}
	var l chroma.Lexer
	switch lang {
	case "", "text", "plain", "none", "plaintext", "txt", "console", "terminal", "shell-session":
	case "yml":
		l = lexers.Get("yaml")
	default:
		l = lexers.Get(lang)
	}
	if l == nil && shell.Lang(lang) {
		l = lexers.Get("bash")
	}
	lexersByName.Store(lang, l)
	return l
}

// HTML is text as HTML with the words of the language in spans. No letter is
// added, lost or changed: where a lexer does not keep them all, or knows nothing
// of the language, the text stays plain. It is safe for concurrent use.
func HTML(lang, text string) string {
	l := lexer(lang)
	if l == nil || len(text) > lexAtMost {
		return html.EscapeString(text)
	}
	key := lang + "\x00" + text
	if known, ok := done.Get(key); ok {
		return known
	}
	w := writer{text: text}
	w.b.Grow(2 * len(text))
	made := ""
	if tokens(l, text, w.token) && w.at == len(text) && !w.wrong {
		w.flush()
		made = w.b.String()
	} else {
		made = html.EscapeString(text)
	}
	done.Put(key, made, len(key)+len(made))
	return made
}

// tokens calls emit for each token of the text, none of them empty. It reports
// false where a lexer gave up.
func tokens(l chroma.Lexer, text string, emit func(chroma.TokenType, string)) bool {
	if scan, ok := scanners[l.Config().Name]; ok && plain(text) {
		b, _ := buffers.Get().(*buffer)
		if b == nil {
			b = &buffer{}
		}
		defer buffers.Put(b)
		b.tokens = b.tokens[:0]
		if scan(&scanner{text: text, emit: b.add}) {
			for _, t := range b.tokens {
				emit(t.Type, t.Value)
			}
			return true
		}
	}
	next, err := l.Tokenise(nil, text)
	if err != nil {
		return false
	}
	for t := next(); t != chroma.EOF; t = next() {
		if t.Value != "" {
			emit(t.Type, t.Value)
		}
	}
	return true
}

// A buffer holds the tokens of a text until it is known that a scanner can read
// all of it.
type buffer struct{ tokens []chroma.Token }

var buffers sync.Pool // of *buffer

func (b *buffer) add(t chroma.TokenType, v string) {
	b.tokens = append(b.tokens, chroma.Token{Type: t, Value: v})
}

// scanners are our own, by chroma's name of the language.
var scanners = map[string]func(*scanner) bool{"YAML": yaml, "Bash": bash}

// A writer writes tokens as HTML; those of one class that follow each other
// share a span.
type writer struct {
	b     strings.Builder
	text  string
	from  int // of what waits for its class to end
	at    int // of what was not seen as tokens yet
	class string
	wrong bool // the tokens are not the text
}

func (w *writer) token(t chroma.TokenType, value string) {
	if w.at == len(w.text) && value == "\n" {
		return // some lexers end every text with a newline
	}
	if !strings.HasPrefix(w.text[w.at:], value) {
		w.wrong = true
		return
	}
	if c := classOf(t); c != w.class {
		w.flush()
		w.class = c
	}
	w.at += len(value)
}

func (w *writer) flush() {
	run := w.text[w.from:w.at]
	w.from = w.at
	if w.class == "" || strings.TrimSpace(run) == "" {
		w.b.WriteString(html.EscapeString(run))
		return
	}
	w.b.WriteString(`<span class="`)
	w.b.WriteString(w.class)
	w.b.WriteString(`">`)
	w.b.WriteString(html.EscapeString(run))
	w.b.WriteString(`</span>`)
}

// classOf maps chroma's kinds of token to the few that the theme colours.
func classOf(t chroma.TokenType) string {
	switch {
	case t == chroma.NameTag || t == chroma.NameAttribute || t == chroma.NameProperty || t == chroma.GenericHeading:
		return "t"
	case t == chroma.KeywordConstant || t.InSubCategory(chroma.LiteralNumber):
		return "m"
	case t.InCategory(chroma.Keyword) || t == chroma.CommentPreproc || t == chroma.OperatorWord:
		return "k"
	case t.InSubCategory(chroma.LiteralString):
		return "s"
	case t.InCategory(chroma.Comment):
		return "c"
	case t == chroma.NameBuiltin || t == chroma.NameFunction || t == chroma.NameClass || t == chroma.NameNamespace ||
		t == chroma.NameDecorator || t.InSubCategory(chroma.NameVariable):
		return "n"
	case t == chroma.GenericDeleted:
		return "gd"
	case t == chroma.GenericInserted:
		return "gi"
	}
	return ""
}
