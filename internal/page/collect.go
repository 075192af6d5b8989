package page

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"path"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
)

// collect walks the tree once and fills Headings, Blocks and Links.
func (p *Page) collect() *nodes {
	var lead ast.Node // the paragraph before what comes
	heading := ""
	p.hrefs = map[string]string{}
	for _, c := range p.Doc.Calls {
		p.addOutput(c)
	}
	of := &nodes{root: p.Doc.Tree(p.shown)}
	_ = ast.Walk(of.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			heading, lead = p.heading(n), nil
			p.headingID(n)
		case *ast.Paragraph, *ast.TextBlock:
			lead = n
		case *ast.Link:
			p.addLink(n, n.Destination, false)
			of.links = append(of.links, n)
		case *ast.Image:
			p.addLink(n, n.Destination, true)
			of.links = append(of.links, n)
		case *ast.Text:
			p.brokenLink(n)
		case *east.TableRow:
			p.extraCells(n)
		case *ast.RawHTML:
			p.addRaw(n.Segments)
		case *ast.HTMLBlock:
			p.rawBlock(n)
		}
		if isBlock(n) {
			p.addBlock(n, lead, heading)
			of.blocks = append(of.blocks, n)
			lead = nil
		}
		return ast.WalkContinue, nil
	})
	for _, h := range p.raw {
		if !strings.Contains(h.text, "id") && !strings.Contains(h.text, "name") {
			continue
		}
		for _, m := range idAttr.FindAllStringSubmatch(h.text, -1) {
			p.rawIDs = append(p.rawIDs, cmp.Or(m[1], m[2], m[3]))
		}
	}
	return of
}

// nodes are a tree and those in it that are the page's links and blocks, in order.
type nodes struct {
	root          *ast.Document
	links, blocks []ast.Node
}

// nodesOf finds them in the order of collect.
func nodesOf(root *ast.Document) *nodes {
	of := &nodes{root: root}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch kind := n.Kind(); {
		case !entering:
		case kind == ast.KindLink || kind == ast.KindImage:
			of.links = append(of.links, n)
		case isBlock(n):
			of.blocks = append(of.blocks, n)
		}
		return ast.WalkContinue, nil
	})
	return of
}

// A Tree is the Markdown of a page and which of its nodes are the page's links
// and blocks.
type Tree struct {
	Root   *ast.Document
	Links  map[ast.Node]*Link
	Blocks map[ast.Node]*Block
}

// Tree parses the page's Markdown. Trees take ten times the memory of their
// text, so a Page holds none. Each call gives a new one, for its caller alone;
// of a page that was loaded on demand, the first finds what is in the page.
func (p *Page) Tree() *Tree {
	of := p.settle()
	if of == nil {
		of = nodesOf(p.Doc.Tree(p.shown))
	}
	t := &Tree{Root: of.root, Links: make(map[ast.Node]*Link, len(p.Links)), Blocks: make(map[ast.Node]*Block, len(p.Blocks))}
	for i := range min(len(of.links), len(p.Links)) {
		t.Links[of.links[i]] = &p.Links[i]
	}
	for i := range min(len(of.blocks), len(p.Blocks)) {
		t.Blocks[of.blocks[i]] = p.Blocks[i]
	}
	return t
}

// isBlock tells whether a node becomes a Block.
func isBlock(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		return true
	case *markup.ShortcodeBlock:
		return isCode(n.Call)
	case *markup.ShortcodeInline:
		return isCode(n.Call)
	}
	return false
}

var comment = lazyregexp.New(`<!--.*?-->`)

// extraCells reports text in a row behind the table's last column: Markdown
// leaves it out without a word.
func (p *Page) extraCells(row *east.TableRow) {
	last := row.LastChild()
	if last == nil || last.Lines().Len() == 0 {
		return
	}
	from := last.Lines().At(0).Stop
	text := bytes.TrimLeft(p.Doc.Masked()[from:p.File.LineEnd(from)], " \t")
	text, _ = bytes.CutPrefix(text, []byte("|"))
	text = comment.ReplaceAll(text, nil)
	if text = bytes.Trim(text, " \t\r|"); len(text) > 0 {
		p.diagnostics = append(p.diagnostics, source.Diagnostic{Pos: p.File.Pos(from), Severity: source.Warning, Rule: "table-cells",
			Message: fmt.Sprintf("this row has more cells than its table has columns: %q is not shown", p.ExpandText(text)),
			Hint:    "remove a |, or write it as \\| where it is text"})
	}
}

func isCode(c *markup.Call) bool { return c.IsCode && c.Verbatim() }

func (p *Page) heading(n *ast.Heading) string {
	id, _ := n.AttributeString("id")
	raw, _ := id.([]byte)
	text := p.PlainText(n)
	p.Headings = append(p.Headings, Heading{Level: n.Level, ID: string(raw), Text: text, Pos: p.File.Pos(n.Pos())})
	return text
}

// addBlock makes a Block of a node. lead is the paragraph before it; nil for none.
func (p *Page) addBlock(n, lead ast.Node, heading string) {
	b := &Block{Page: p, Index: len(p.Blocks), Heading: heading}
	if lead != nil {
		b.Lead = strings.TrimSpace(p.PlainText(lead))
	}
	var segments []markup.Segment
	switch n := n.(type) {
	case *markup.ShortcodeBlock:
		segments = n.Call.Lines
		b.fromCall(n.Call)
	case *markup.ShortcodeInline:
		segments = n.Call.Lines
		b.fromCall(n.Call)
	default:
		for _, l := range n.Lines().Sliced(0, n.Lines().Len()) {
			segments = append(segments, markup.Segment{Start: l.Start, Stop: l.Stop, Padding: l.Padding})
		}
		b.Open = p.File.Pos(n.Pos())
		if fence, ok := n.(*ast.FencedCodeBlock); ok {
			p.fenceInfo(b, fence)
		}
	}
	b.Text, b.spans = p.text(segments)
	switch {
	case len(segments) > 0:
		b.Pos = p.File.Pos(segments[0].Start)
	default:
		b.Pos = b.Open
	}
	p.Blocks = append(p.Blocks, b)
}

// flags are the words that may stand behind the language of a text shortcode;
// any other there is the language of the output, as Istio's pages write it.
var flags = map[string]bool{"apply": true, "background": true, "cleanup": true, "empty": true, "fails": true, "hidden": true, "output": true, "setup": true}

var languageParams = map[string]bool{"syntax": true, "lang": true, "language": true, "type": true, "codelang": true}

// fromCall takes language and attributes from a shortcode's parameters.
func (b *Block) fromCall(c *markup.Call) {
	b.Shortcode = c.Name
	f := b.Page.File
	b.Open = f.Pos(c.Start)
	b.Lang = strings.ToLower(cmp.Or(c.Lang, c.Code.Language()))
	if c.Parent != nil && c.Code.Varies() { // tabs of one tabpane
		if lang, ok := c.Parent.Get("lang"); ok {
			b.Lang = strings.ToLower(lang)
		}
		if same, _ := c.Parent.Get("langEqualsHeader"); same == "true" {
			header, _ := c.Get("header")
			b.Lang = strings.ToLower(cmp.Or(header, strings.Join(c.Positional(), " ")))
		}
	}
	// The first word is the language, or the file that holds the code.
	worded := !c.Code.Varies() && !c.Code.Includes()
	for i, q := range c.Params {
		switch {
		case i == 0 && q.Name == "" && worded, languageParams[q.Name]:
			b.Lang = strings.ToLower(q.Value)
		case i == 1 && q.Name == "" && c.Name == "text" && !flags[q.Value]:
			b.Attrs = append(b.Attrs, Attr{Name: "outputis", Value: q.Value, Pos: f.Pos(q.Start)})
		default:
			name, value := q.Name, q.Value
			if name == "" {
				name, value = q.Value, ""
			}
			b.Attrs = append(b.Attrs, Attr{Name: name, Value: value, Pos: f.Pos(q.Start)})
		}
	}
}

var infoWord = lazyregexp.New(`^[^\s{]+`)

// fenceInfo takes language and attributes from the text behind a fence:
// bash {skip="why" apply}.
func (p *Page) fenceInfo(b *Block, n *ast.FencedCodeBlock) {
	if n.Info == nil {
		return
	}
	at := n.Info.Segment.Start
	info := n.Info.Segment.Value(p.Doc.Masked())
	lang := infoWord.Find(info)
	b.Lang = strings.ToLower(string(lang))
	rest := info[len(lang):]
	open := bytes.IndexByte(rest, '{')
	if open < 0 {
		return
	}
	attrs, problem, off := parseAttrs(string(rest[open:]))
	for _, a := range attrs {
		a.Pos = p.File.Pos(at + len(lang) + open + a.Pos.Col)
		b.Attrs = append(b.Attrs, a)
	}
	if problem != "" {
		p.diagnostics = append(p.diagnostics, source.Diagnostic{Pos: p.File.Pos(at + len(lang) + open + off), Rule: "attribute-syntax",
			Message: problem, Hint: `write {name="value" word}`})
	}
}

var attrPattern = lazyregexp.New(`^(?:([A-Za-z_@][\w:.-]*)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s{}"',]+|\[[^\]]*\]))?|([.#][\w-]+))`)

// parseAttrs reads {a="b" c=d e}. The Col of each attribute's Pos is its offset;
// so is off, where problem is not "".
func parseAttrs(s string) (attrs []Attr, problem string, off int) {
	i := 1
	for {
		for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == ',') {
			i++
		}
		if i >= len(s) {
			return attrs, "attributes are never closed by }", 0
		}
		if s[i] == '}' {
			return attrs, "", 0
		}
		m := attrPattern.FindStringSubmatch(s[i:])
		if m == nil {
			return attrs, "attributes cannot be read from here on", i
		}
		name, value := m[1], m[2]
		switch {
		case m[3] != "" && m[3][0] == '.':
			name, value = "class", m[3][1:]
		case m[3] != "":
			name, value = "id", m[3][1:]
		case len(value) > 1 && value[0] == '"':
			value = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(value[1 : len(value)-1])
		case len(value) > 1 && value[0] == '\'':
			value = value[1 : len(value)-1]
		}
		attrs = append(attrs, Attr{Name: name, Value: value, Pos: source.Pos{Col: i}})
		i += len(m[0])
	}
}

// text joins pieces of the file to the text that a reader sees, with the calls
// in it expanded, and remembers where each part comes from.
func (p *Page) text(segments []markup.Segment) (string, []span) {
	var b strings.Builder
	spans := make([]span, 0, len(segments)+4)
	if n := len(segments); n > 0 {
		b.Grow(max(segments[n-1].Stop-segments[0].Start, 0) + 1)
	}
	mark := func(from int, fixed bool) { spans = append(spans, span{int32(b.Len()), int32(from), fixed}) }
	for _, s := range segments {
		stop := s.Start + len(bytes.TrimRight(p.File.Data[s.Start:s.Stop], "\r\n"))
		if s.Padding > 0 {
			mark(s.Start, true)
			b.WriteString(strings.Repeat(" ", s.Padding))
		}
		from := s.Start
		for _, c := range p.callsIn(s.Start, stop) {
			if c.Start < from {
				continue
			}
			if from < c.Start {
				mark(from, false)
				b.Write(p.File.Data[from:c.Start])
			}
			mark(c.Start, true)
			b.WriteString(p.recorded(c))
			from = c.TagEnd
		}
		mark(from, false)
		b.Write(p.File.Data[from:max(stop, from)])
		b.WriteByte('\n')
	}
	return b.String(), spans
}

// callsIn returns the calls that expand inside a piece of code: those that start
// in it and have no body.
func (p *Page) callsIn(start, stop int) []*markup.Call {
	calls := p.Doc.Calls
	lo := 0
	for hi := len(calls); lo < hi; {
		if mid := (lo + hi) / 2; calls[mid].Start < start {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	var in []*markup.Call
	for ; lo < len(calls) && calls[lo].Start < stop; lo++ {
		if !calls[lo].Paired {
			in = append(in, calls[lo])
		}
	}
	return in
}

var (
	tags   = lazyregexp.New(`<[^>]*>`)
	idAttr = lazyregexp.New(`\s(?:id|name)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^"'\s>]+))`)
)

func unescape(s string) string { return html.UnescapeString(s) }

// callText is what a call shows where only text can stand: its HTML without
// tags. An unknown one shows itself, one whose template fails a placeholder.
func (p *Page) callText(c *markup.Call) (string, error) {
	if c.Literal != "" {
		return c.Literal, nil
	}
	raw := string(p.File.Data[c.Start:c.TagEnd])
	if r := c.Region; r != nil {
		return strings.TrimSpace(string(p.File.Data[r.Start:r.End])), nil
	}
	if c.Code == nil || c.Body != shortcodes.None {
		return raw, nil
	}
	text, err := c.Code.HTML(p.Call(c))
	if err != nil {
		return "<" + p.CallName(c) + ">", err
	}
	return html.UnescapeString(tags.ReplaceAllString(string(text), "")), nil
}

// CallName is what people call one use of a shortcode: its name and what follows
// it in its tag.
func (p *Page) CallName(c *markup.Call) string {
	words := []string{c.Name}
	for _, q := range c.Params {
		words = append(words, strings.TrimPrefix(q.Name+"="+q.Value, "="))
	}
	return strings.Join(words, " ")
}

// shown is callText for what cannot fail.
func (p *Page) shown(c *markup.Call) string {
	text, _ := p.callText(c)
	return text
}

// recorded is callText that reports a template that fails. It is for Load alone:
// later the page is shared.
func (p *Page) recorded(c *markup.Call) string {
	text, err := p.callText(c)
	if err != nil {
		p.diagnostics = append(p.diagnostics, source.Diagnostic{Pos: p.File.Pos(c.Start), Rule: "shortcode-failed", Message: TemplateError(err)})
	}
	return text
}

// TemplateError returns what went wrong in a shortcode's template without the
// engine's own preface: the page's place is what a reader needs.
func TemplateError(err error) string {
	message := err.Error()
	if i := strings.LastIndex(message, ">: "); i >= 0 {
		message = message[i+3:]
	}
	if i := strings.LastIndex(message, "error calling "); i >= 0 {
		if _, rest, ok := strings.Cut(message[i:], ": "); ok {
			message = rest
		}
	}
	return message
}

// Call returns the dot of a shortcode's template, without the rendered body.
func (p *Page) Call(c *markup.Call) shortcodes.Call {
	call := p.call(c, c.Code.AsksPosition)
	if c.Verbatim() && c.Code.AsksText {
		call.InnerText, _ = p.text(c.Lines)
	}
	return call
}

// call leaves out the body, too: expanding what stands in it needs its parent.
func (p *Page) call(c *markup.Call, position bool) shortcodes.Call {
	call := shortcodes.Call{Name: c.Name, Params: c.Positional(), Ordinal: c.Ordinal, Site: p.set.Site,
		Named: map[string]string{}, Page: p.forTemplates(), Book: p.set.books[p.Lang], Files: p.fileBeside}
	if position {
		call.Position = p.File.Pos(c.Start).String()
	}
	for _, q := range c.Params {
		if q.Name != "" {
			call.Named[q.Name] = q.Value
		}
	}
	if c.Parent != nil {
		parent := p.call(c.Parent, position)
		call.Parent = &parent
	}
	return call
}

// fileBeside returns the address of the first file in the page's folder whose
// name holds part.
func (p *Page) fileBeside(part string) string {
	dir := path.Dir(p.Name)
	for _, r := range p.set.Resources {
		if path.Dir(r.Name) == dir && strings.Contains(path.Base(r.Name), part) {
			return r.URL
		}
	}
	return ""
}

// forTemplates is what templates see of the page.
func (p *Page) forTemplates() *shortcodes.Page {
	q := &shortcodes.Page{Title: p.Matter.Title, URL: p.URL, File: p.File.Name, Description: p.Matter.Description, Lang: p.Lang, Params: p.Matter.Params}
	for _, date := range []time.Time{p.Matter.Lastmod, p.Matter.PublishDate, p.Matter.Date} {
		if q.Date.IsZero() {
			q.Date = date
		}
	}
	return q
}

// ExpandText returns masked text with its shortcodes expanded, as plain text.
func (p *Page) ExpandText(masked []byte) string {
	var b strings.Builder
	for part := range p.Doc.Split(masked) {
		switch {
		case part.Call == nil:
			b.Write(part.Text)
		case !part.End:
			b.WriteString(p.shown(part.Call))
		}
	}
	return b.String()
}

// PlainText returns the text of a node without its markup, shortcodes expanded.
func (p *Page) PlainText(n ast.Node) string {
	return markup.PlainText(n, p.Doc.Masked(), p.shown)
}
