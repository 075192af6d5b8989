package site

import (
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

func (r *renderer) highlight(lang, text string) string { return highlight(lang, text) }

// highlight is text as HTML with the words of the language in spans. No letter
// is added, lost or changed: where a lexer does not keep them all, or knows
// nothing of the language, the text stays plain.
func highlight(lang, text string) string {
	l := lexer(lang)
	if l == nil || len(text) > lexAtMost {
		return escape(text)
	}
	tokens, err := l.Tokenise(nil, text)
	if err != nil {
		return escape(text)
	}
	var b, run strings.Builder
	class, left := "", text
	flush := func() {
		switch {
		case run.Len() == 0:
		case class == "" || strings.TrimSpace(run.String()) == "":
			b.WriteString(escape(run.String()))
		default:
			b.WriteString(`<span class="` + class + `">` + escape(run.String()) + `</span>`)
		}
		run.Reset()
	}
	for t := tokens(); t != chroma.EOF; t = tokens() {
		value := t.Value
		if left == "" && value == "\n" {
			break // some lexers end every text with a newline
		}
		var ok bool
		if left, ok = strings.CutPrefix(left, value); !ok {
			return escape(text)
		}
		if c := classOf(t.Type); c != class {
			flush()
			class = c
		}
		run.WriteString(value)
	}
	flush()
	if left != "" {
		return escape(text)
	}
	return b.String()
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

var labels = map[string]string{
	"": "Code", "text": "Text", "plain": "Text", "plaintext": "Text", "txt": "Text", "none": "Text",
	"bash": "Shell", "sh": "Shell", "shell": "Shell", "zsh": "Shell", "console": "Shell", "shell-session": "Shell", "terminal": "Shell",
	"yaml": "YAML", "yml": "YAML", "json": "JSON", "toml": "TOML", "xml": "XML", "html": "HTML", "css": "CSS", "sql": "SQL", "ini": "INI",
	"go": "Go", "golang": "Go", "js": "JavaScript", "javascript": "JavaScript", "ts": "TypeScript", "typescript": "TypeScript",
	"py": "Python", "python": "Python", "java": "Java", "rust": "Rust", "ruby": "Ruby", "c": "C", "cpp": "C++", "csharp": "C#",
	"docker": "Dockerfile", "dockerfile": "Dockerfile", "diff": "Diff", "make": "Makefile", "makefile": "Makefile", "md": "Markdown",
	"markdown": "Markdown", "proto": "Protocol Buffers", "protobuf": "Protocol Buffers", "powershell": "PowerShell", "hcl": "HCL",
	"http": "HTTP", "properties": "Properties", "csv": "CSV", "lua": "Lua", "cue": "CUE", "rego": "Rego",
}

// label is the name of a language as people write it.
func label(lang string, session bool) string {
	if session {
		return "Terminal"
	}
	if l, ok := labels[lang]; ok {
		return l
	}
	return lang
}
