package site

import (
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/shell"
)

// A command is where a command stands in the text of a block: one piece, or
// several where a prompt or a mark stands between them that nobody types.
type command []shell.Range

func (c command) start() int { return c[0].From }
func (c command) end() int   { return c[len(c)-1].To }

// commands finds the commands of a session, as the checker does. Other blocks
// have none.
func commands(b *page.Block) []command {
	if b.Lang != "" && !shell.Lang(lang(b)) || !shell.Prompted(b.Text) {
		return nil
	}
	var found []command
	for _, c := range shell.Session(b.Text) {
		pieces := command(c.Pieces())
		if marked(b) {
			pieces = withoutMarks(b.Text, pieces)
		}
		found = append(found, pieces)
	}
	return found
}

// lang is the language of a block: "bash" of Istio's "bash yaml", which also names
// that of the output.
func lang(b *page.Block) string {
	first, _, _ := strings.Cut(strings.TrimSpace(b.Lang), " ")
	return first
}

// linked finds @path@, by which Istio's pages mark a file of its repository: a
// reader sees, copies and runs the path alone.
var linked = lazyregexp.New(`(^|[^A-Za-z0-9])@([\w.\-/]+)@`)

// marked tells whether @path@ is such a mark in the block.
func marked(b *page.Block) bool {
	v, ok := b.Attr("expandlinks")
	return !ok || v != "false"
}

// withoutMarks cuts the pieces of a command where marks stand in them.
func withoutMarks(text string, pieces command) command {
	var c command
	for _, r := range pieces {
		c = append(c, r)
		for _, m := range linked.FindAllStringSubmatchIndex(text[r.From:r.To], -1) {
			path := shell.Range{From: r.From + m[4], To: r.From + m[5]}
			c[len(c)-1].To = path.From - 1
			c = append(c, path, shell.Range{From: path.To + 1, To: r.To})
		}
	}
	return c
}
