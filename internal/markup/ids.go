package markup

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// unusedID makes the id of a heading from its text and adds it to taken, which
// maps each id to the number of headings that wanted it:
// letters and digits of any script in lower case, spaces as "-", other marks
// left out, and "-1", "-2" … where an id is taken. GitHub and Hugo do it so, and
// existing links go on working.
func unusedID(text string, taken map[string]int) string {
	id := slug(text)
	if id == "" {
		id = "section"
	}
	unique := id
	for n := max(taken[id], 1); taken[unique] > 0; n++ {
		unique = id + "-" + strconv.Itoa(n)
		taken[id] = n
	}
	taken[unique]++
	return unique
}

func slug(text string) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '-', r == '_':
			b.WriteRune(unicode.ToLower(r))
		case r == ' ', r == '\t':
			b.WriteByte('-')
		}
	}
	return b.String()
}

// PlainText returns the text of a node without its markup. text says what a call
// without a Markdown body shows; nil: nothing. source is the Masked text of the
// document.
func PlainText(n ast.Node, source []byte, text func(*Call) string) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(plain(n, source))
				if n.SoftLineBreak() || n.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(n.Value)
			}
		case *ShortcodeInline:
			if entering && text != nil && !n.HasChildren() {
				b.WriteString(text(n.Call))
			}
		case *ast.AutoLink:
			if entering {
				b.Write(n.Label(source))
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

var placeholders = lazyregexp.New(`\{\x1a[^}]*\}`)

// plain is the text of one text node: escapes and entities resolved, shortcodes
// left out.
func plain(t *ast.Text, source []byte) []byte {
	value := t.Segment.Value(source)
	if bytes.IndexByte(value, placeholder) >= 0 {
		value = placeholders.ReplaceAll(value, nil)
	}
	if t.IsRaw() || !bytes.ContainsAny(value, "\\&") {
		return value
	}
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(value)))
}
