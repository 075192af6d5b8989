package markup

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// An answer to whether something makes a difference.
type answer int

const (
	no     answer = iota
	unsure        // the tree tells
	yes           // or likely enough not to make a tree for that alone
)

// mayLinkify tells whether text may hold an address that becomes a link by itself:
// where it says no, looking for such makes no difference. The parser that makes
// such links stops at each word, which takes a third of the time of a page. Most
// pages have no address but as [words](address) and in code.
func mayLinkify(text []byte) answer {
	if bytes.IndexByte(text, '@') >= 0 || blanksAtEnd(text) { // @ of a mailbox
		return yes
	}
	return max(anyAddress(text, ":", "http", "https", "ftp"), anyAddress(text, "www.", ""))
}

// anyAddress tells whether an address in the text may become a link. It starts
// with one of some words, behind which a mark follows.
func anyAddress(text []byte, mark string, words ...string) (found answer) {
	for at := 0; ; at += len(mark) {
		i := bytes.Index(text[at:], []byte(mark))
		if i < 0 {
			return found
		}
		at += i
		for _, word := range words {
			before, ok := bytes.CutSuffix(text[:at], []byte(word))
			switch {
			case !ok || insideWord(before) || inLink(text, len(before)):
			case bytes.HasSuffix(before, []byte("](")) || len(before) > 0 && strings.IndexByte("`\"[<", before[len(before)-1]) >= 0:
				found = unsure // in code, in HTML, or of a link
			default:
				return yes
			}
		}
	}
}

// addressInText tells whether an address may become a link that stands in the text
// of a tree which was made without such links. The parser that makes them comes to
// the first of them as this one has, and this one has nothing but text for the
// letters that an address starts with.
func addressInText(root ast.Node, source []byte) (found bool) {
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n := n.(type) {
		case *ast.Link, *ast.Image, *ast.CodeSpan: // the parser makes no link in these
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			text := n.Segment.Value(source)
			found = found || max(anyAddress(text, ":", "http", "https", "ftp"), anyAddress(text, "www.", "")) > no
		}
		return ast.WalkContinue, nil
	})
	return found
}

// blanksAtEnd tells whether a line with text ends with more blanks than a line
// break needs. Cutting the text into words leaves some of them in it.
func blanksAtEnd(text []byte) bool {
	for line := range bytes.Lines(text) {
		if n := len(line); n > 4 && line[n-4] <= ' ' && len(bytes.TrimSpace(line[n-4:])) == 0 && len(bytes.TrimSpace(line)) > 0 {
			return true
		}
	}
	return false
}

// insideWord tells whether what follows the text goes on with a word or with an
// address of it.
func insideWord(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	c := text[len(text)-1]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '/'
}

// inLink tells whether the address at an offset is that of a link or an image
// for certain: [words](address) on one line, without a sign that could mean
// something else before the link is one.
func inLink(text []byte, at int) bool {
	label, ok := bytes.CutSuffix(text[:at], []byte("]("))
	if !ok {
		return false
	}
	open := bytes.LastIndexAny(label, "[]<>|`\\\n\r\x1a")
	switch {
	case open < 0 || label[open] != '[' || open > 0 && label[open-1] == '\\':
		return false
	case len(label)-open < 3 || label[open+1] == '^': // a box to tick, a footnote
		return false
	}
	end := bytes.IndexAny(text[at:], "()<>|`\\\"\n\r\t \x1a")
	return end >= 0 && text[at+end] == ')'
}
