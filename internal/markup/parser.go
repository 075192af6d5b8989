package markup

import (
	"bytes"
	"slices"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/shortcodes"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Kinds of the nodes that stand for shortcodes.
var (
	KindShortcodeBlock  = ast.NewNodeKind("ShortcodeBlock")
	KindShortcodeInline = ast.NewNodeKind("ShortcodeInline")
)

// A ShortcodeBlock is a call between paragraphs. Its children are its Markdown
// body.
type ShortcodeBlock struct {
	ast.BaseBlock
	Call   *Call
	indent int
}

// Kind implements ast.Node.
func (*ShortcodeBlock) Kind() ast.NodeKind { return KindShortcodeBlock }

// Dump implements ast.Node.
func (n *ShortcodeBlock) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Name": n.Call.Name}, nil)
}

// A ShortcodeInline is a call inside a line. Its children are its Markdown body.
type ShortcodeInline struct {
	ast.BaseInline
	Call *Call
}

// Kind implements ast.Node.
func (*ShortcodeInline) Kind() ast.NodeKind { return KindShortcodeInline }

// Dump implements ast.Node.
func (n *ShortcodeInline) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, map[string]string{"Name": n.Call.Name}, nil)
}

// blockParser makes block calls nodes of the tree.
type blockParser struct{}

func (blockParser) Trigger() []byte { return []byte{'{'} }

func (blockParser) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	d := pc.Get(documentKey).(*Document)
	line, _ := reader.PeekLine()
	pos := pc.BlockOffset()
	if pos < 0 || pos >= len(line) {
		return nil, parser.NoChildren
	}
	m, ok := d.markAt(line[pos:])
	if !ok || m.close || !m.call.Block {
		return nil, parser.NoChildren
	}
	n := &ShortcodeBlock{Call: m.call, indent: pc.BlockIndent()}
	size := bytes.IndexByte(line[pos:], '}') + 1
	if m.end == m.call.End { // no Markdown body
		if !d.blockFollows(line[pos+size:]) {
			return nil, parser.NoChildren // text on the same line: lifter takes them apart
		}
	}
	reader.Advance(pos + size)
	// A call without a body is a container, too, so that further calls on its
	// line can open; hoist puts them behind it.
	return n, parser.HasChildren
}

// blockFollows tells whether the rest of a line is block calls only.
func (d *Document) blockFollows(rest []byte) bool {
	for p := range d.Split(bytes.TrimSpace(rest)) {
		if p.Call == nil && len(bytes.TrimSpace(p.Text)) > 0 || p.Call != nil && !p.Call.Block {
			return false
		}
	}
	return true
}

func (blockParser) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	n := node.(*ShortcodeBlock)
	line, segment := reader.PeekLine()
	if segment.Start >= n.Call.End || n.Call.End == n.Call.TagEnd {
		return parser.Close
	}
	if pos, padding := util.IndentPosition(line, reader.LineOffset(), n.indent); pos >= 0 {
		reader.AdvanceAndSetPadding(pos, padding)
	} else if !util.IsBlank(line) {
		reader.Advance(util.TrimLeftSpaceLength(line))
	}
	return parser.Continue | parser.HasChildren
}

func (blockParser) Close(ast.Node, text.Reader, parser.Context) {}
func (blockParser) CanInterruptParagraph() bool                 { return true }
func (blockParser) CanAcceptIndentedLine() bool                 { return true }

// inlineParser makes the other calls nodes of the tree.
type inlineParser struct{}

var openCallsKey = parser.NewContextKey()

func (inlineParser) Trigger() []byte { return []byte{'{'} }

func (inlineParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	d := pc.Get(documentKey).(*Document)
	line, segment := block.PeekLine()
	m, ok := d.markAt(line)
	if !ok {
		return nil
	}
	block.Advance(bytes.IndexByte(line, '}') + 1)
	n := &ShortcodeInline{Call: m.call}
	n.SetPos(segment.Start)
	open, _ := pc.Get(openCallsKey).([]*ShortcodeInline)
	switch {
	case !m.close && m.call.Paired && !m.call.Block && m.end != m.call.End:
		pc.Set(openCallsKey, append(open, n))
	case m.close:
		if len(open) == 0 || open[len(open)-1].Call != m.call {
			return ast.NewString(nil)
		}
		start := open[len(open)-1]
		pc.Set(openCallsKey, open[:len(open)-1])
		parser.ProcessDelimiters(start, pc)
		for c := start.NextSibling(); c != nil; {
			next := c.NextSibling()
			parent.RemoveChild(parent, c)
			n.AppendChild(n, c)
			c = next
		}
		n.SetPos(start.Pos())
		parent.RemoveChild(parent, start)
	}
	return n
}

func (inlineParser) CloseBlock(_ ast.Node, _ text.Reader, pc parser.Context) {
	pc.Set(openCallsKey, nil)
}

// lifter takes calls that must stand between paragraphs, but were written inside
// a line, out of their paragraph: HTML allows no <div> in a <p>.
type lifter struct{}

func (lifter) Transform(root *ast.Document, reader text.Reader, pc parser.Context) {
	if len(pc.Get(documentKey).(*Document).Calls) == 0 {
		return
	}
	var paragraphs []ast.Node
	var bodiless, filled []*ShortcodeBlock
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if b, ok := n.(*ShortcodeBlock); ok && entering && b.HasChildren() && (!b.Call.Paired || b.Call.Verbatim()) {
			bodiless = append(bodiless, b)
		} else if ok && entering && b.HasChildren() {
			filled = append(filled, b)
		}
		if entering && (n.Kind() == ast.KindParagraph || n.Kind() == ast.KindTextBlock) {
			if hasBlockCall(n) {
				paragraphs = append(paragraphs, n)
			}
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	for _, p := range paragraphs {
		lift(p)
	}
	for _, n := range bodiless {
		hoist(n)
	}
	for _, n := range slices.Backward(filled) { // inner ones first
		cutBehind(n, reader.Source())
	}
}

// cutBehind puts the text that follows the closing tag on its line into a
// paragraph behind the call: the tag was blanked, so its paragraph went on.
func cutBehind(n *ShortcodeBlock, source []byte) {
	p := n.LastChild()
	if p.Kind() != ast.KindParagraph && p.Kind() != ast.KindTextBlock {
		return
	}
	rest := ast.NewParagraph()
	for c := p.FirstChild(); c != nil; {
		next := c.NextSibling()
		t, ok := c.(*ast.Text)
		switch {
		case rest.HasChildren():
			p.RemoveChild(p, c)
			rest.AppendChild(rest, c)
		case ok && t.Segment.Stop > n.Call.BodyEnd:
			// What stands before the tag stays, and what stands behind it goes.
			after := text.NewSegment(max(n.Call.End, t.Segment.Start), max(n.Call.End, t.Segment.Stop))
			after = after.TrimLeftSpace(source)
			if behind := ast.NewTextSegment(after); !after.IsEmpty() {
				behind.SetSoftLineBreak(t.SoftLineBreak())
				rest.AppendChild(rest, behind)
			}
			t.Segment = t.Segment.WithStop(max(n.Call.BodyEnd, t.Segment.Start))
			t.SetSoftLineBreak(false)
			if t.Segment.Start >= n.Call.BodyEnd {
				p.RemoveChild(p, t)
			}
		}
		c = next
	}
	if rest.HasChildren() {
		n.Parent().InsertAfter(n.Parent(), n, rest)
	}
	if !p.HasChildren() {
		n.RemoveChild(n, p)
	}
}

// hoist puts the children of a call that has no Markdown body behind it: they
// are further calls on the same line.
func hoist(n *ShortcodeBlock) {
	for c := n.LastChild(); c != nil; c = n.LastChild() {
		n.RemoveChild(n, c)
		n.Parent().InsertAfter(n.Parent(), n, c)
	}
}

func lift(p ast.Node) {
	parent := p.Parent()
	var run ast.Node
	for c := p.FirstChild(); c != nil; {
		next := c.NextSibling()
		p.RemoveChild(p, c)
		if call, ok := c.(*ShortcodeInline); ok && isBlock(call.Call) {
			b := &ShortcodeBlock{Call: call.Call}
			b.SetPos(c.Pos())
			parent.InsertBefore(parent, p, b)
			run = nil
		} else if t, ok := c.(*ast.Text); run != nil || !ok || t.Segment.Len() > 0 {
			if run == nil {
				run = ast.NewTextBlock()
				if p.Kind() == ast.KindParagraph {
					run = ast.NewParagraph()
				}
				parent.InsertBefore(parent, p, run)
			}
			run.AppendChild(run, c)
		}
		c = next
	}
	parent.RemoveChild(parent, p)
}

func isBlock(c *Call) bool {
	return c.Code != nil && c.Code.Block && (!c.Paired || c.Body == shortcodes.Verbatim)
}

func hasBlockCall(p ast.Node) bool {
	for c := p.FirstChild(); c != nil; c = c.NextSibling() {
		if call, ok := c.(*ShortcodeInline); ok && isBlock(call.Call) {
			return true
		}
	}
	return false
}

var gluedID = lazyregexp.New(`\{#([^\s{}]+)\}[ \t]*$`)

// headingIDs gives every heading of the page its id: the one that was written,
// also glued as in 标题{#id} (goldmark wants a space before the brace, and writers
// of Chinese put none), else one made from its text. With anywhere headings may stand
// in paragraphs, too, as those of Markdown from other files do.
func (d *Document) headingIDs(root *ast.Document, text func(*Call) string, anywhere bool) {
	var headings []*ast.Heading
	taken := map[string]int{}
	source := d.Masked()
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			unglue(h, source)
			if id, ok := h.AttributeString("id"); ok {
				taken[string(id.([]byte))] = 1
			}
			headings = append(headings, h)
		}
		if kind := n.Kind(); !anywhere && (kind == ast.KindParagraph || kind == ast.KindTextBlock || kind == ast.KindHeading) {
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	for _, h := range headings {
		if _, ok := h.AttributeString("id"); !ok {
			h.SetAttributeString("id", []byte(unusedID(PlainText(h, source, text), taken)))
		}
	}
}

func unglue(h *ast.Heading, source []byte) {
	t, ok := h.LastChild().(*ast.Text)
	if !ok {
		return
	}
	value := t.Segment.Value(source)
	if bytes.IndexByte(value, '{') < 0 {
		return
	}
	if m := gluedID.FindSubmatchIndex(value); m != nil {
		h.SetAttributeString("id", append([]byte(nil), value[m[2]:m[3]]...))
		t.Segment = t.Segment.WithStop(t.Segment.Stop - (len(value) - m[0]))
	}
}
