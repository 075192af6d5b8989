package page

import (
	"bytes"
	"fmt"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/source"
	"github.com/yuin/goldmark/ast"
)

// What is meant for the address of a link: what follows "](" in text that
// Markdown did not take for a link.
var addressStart = lazyregexp.New(`\]\((?:/[\w.{-]|\.\.?/|#[\w-]|https?://|\{\x1a|[\w/-]+\.(?:md|html)\b)`)

// brokenLink reports a link that Markdown shows as text, because its address has
// a space or goes on in the next line.
func (p *Page) brokenLink(n *ast.Text) {
	if n.Parent().Kind() == ast.KindCodeSpan || n.IsRaw() {
		return
	}
	// The parser may have cut the text at its brackets.
	text := p.Doc.Masked()
	from, to := max(n.Segment.Start-1, 0), n.Segment.Stop
	if !bytes.Contains(text[from:to], []byte("](")) {
		return
	}
	for _, m := range addressStart.FindAllIndex(text[from:to], -1) {
		at := from + m[0]
		line := text[at:p.File.LineEnd(at)]
		end := bytes.IndexByte(line, ')')
		open := bytes.LastIndexByte(text[:at], '[')
		if text[max(at-1, 0)] == '\\' || open < p.File.LineStart(at) || text[max(open-1, 0)] == '\\' {
			continue
		}
		d := source.Diagnostic{Pos: p.File.Pos(at), Severity: source.Warning, Rule: "link-syntax",
			Message: "this is shown as text, not as a link: its address has a space", Hint: "write %20 for the space, or put the address into <>"}
		switch {
		case end < 0:
			d.Message, d.Hint = "this is shown as text, not as a link: its address goes on in the next line", "write the address on one line"
		case !bytes.ContainsAny(line[2:end], " \t"):
			continue // something else is the matter
		}
		p.diagnostics = append(p.diagnostics, d)
	}
}

// An id without its #, glued to the heading's text.
var nakedID = lazyregexp.New(`[\p{L}\p{N}]\{([A-Za-z][\w.-]*)\}[ \t]*$`)

// headingID reports an id of a heading that is shown as a part of it.
func (p *Page) headingID(n *ast.Heading) {
	lines := n.Lines()
	if lines.Len() == 0 {
		return
	}
	line := lines.At(lines.Len() - 1)
	text := line.Value(p.Doc.Masked())
	if bytes.IndexByte(text, '{') < 0 {
		return
	}
	m := nakedID.FindSubmatchIndex(text)
	if m == nil {
		return
	}
	word := string(text[m[2]:m[3]])
	p.diagnostics = append(p.diagnostics, source.Diagnostic{Pos: p.File.Pos(line.Start + m[2] - 1), Severity: source.Warning, Rule: "heading-id",
		Message: fmt.Sprintf("{%s} is shown as a part of the heading", word), Hint: "write {#" + word + "} to make it the heading's id"})
}
