package site

import (
	"bytes"
	"cmp"
	"html/template"
	"slices"
	"strings"
	"unsafe"

	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/search"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
	"github.com/probatum/probatum/theme"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	goldmark "github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// A renderer makes one page at a time. It is used by one goroutine at a time.
type renderer struct {
	*builder
	markdown goldmark.Renderer

	p           *page.Page
	tree        *page.Tree
	diagnostics []source.Diagnostic
	done        int                  // raw HTML before this offset has been written already
	marks       map[*page.Block]Mark // of the page's blocks; nil for none
	ownHTML     bool                 // the author has written HTML into the page
	drawing     bool                 // some of it is SVG or MathML, whose elements have names of their own
	until       string               // the end tag of an element that was replaced and goes on in the next piece of HTML
	text        buffer               // of the page, used again for the next one
	html        []byte               // all of it, used again, too
	style       strings.Builder      // what the page needs beside the theme's style sheet
	found       *search.Entry        // of the page that was rendered last
	sidebar     sidebar
}

func newRenderer(b *builder) *renderer {
	r := &renderer{builder: b}
	r.markdown = goldmark.NewRenderer(goldmark.WithNodeRenderers(
		util.Prioritized(html.NewRenderer(html.WithUnsafe(), html.WithWriter(textWriter{html.DefaultWriter})), 1000),
		util.Prioritized(extension.NewTableHTMLRenderer(), 500),
		util.Prioritized(extension.NewStrikethroughHTMLRenderer(), 500),
		util.Prioritized(extension.NewDefinitionListHTMLRenderer(), 500),
		util.Prioritized(extension.NewFootnoteHTMLRenderer(), 500),
		util.Prioritized(r, 100),
	))
	return r
}

// RegisterFuncs implements goldmark's NodeRenderer: the nodes that this site
// writes in its own way.
func (r *renderer) RegisterFuncs(reg goldmark.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, r.heading)
	reg.Register(ast.KindLink, r.link)
	reg.Register(ast.KindImage, r.image)
	reg.Register(ast.KindCodeSpan, r.codeSpan)
	reg.Register(ast.KindCodeBlock, r.code)
	reg.Register(ast.KindFencedCodeBlock, r.code)
	reg.Register(ast.KindRawHTML, r.rawInline)
	reg.Register(ast.KindHTMLBlock, r.rawBlock)
	reg.Register(east.KindTable, r.table)
	reg.Register(east.KindTableCell, r.cell)
	reg.Register(east.KindTaskCheckBox, r.checkBox)
	reg.Register(markup.KindShortcodeBlock, r.shortcode)
	reg.Register(markup.KindShortcodeInline, r.shortcode)
}

// page renders all of p. The HTML is good until the next page is rendered.
func (r *renderer) page(p *page.Page) ([]byte, error) {
	r.p, r.diagnostics, r.done, r.until = p, nil, 0, ""
	r.ownHTML, r.drawing = false, false
	r.style.Reset()
	r.tree, r.marks = p.Tree(), r.Marks.marksOf(p)
	body, err := r.body()
	r.tree = nil
	if err != nil {
		return nil, err
	}
	t := &theme.Page{
		Site: r.siteAt(p.URL, p), Title: p.Matter.Title, Description: p.Matter.Description, Home: p.Parent == nil,
		Body: template.HTML(body), Crumbs: r.crumbs(p), Nav: r.sidebar.of(r.builder, p), Contents: contents(p), Children: r.children(p),
	}
	if name, _ := r.styleFile(); name != "" {
		t.Style = relative(p.URL, "/"+name)
	}
	t.Proof = r.proof(p, r.marks)
	if r.Marks != nil {
		t.Site.Verified = r.builder.href(p.URL, "/verified/")
	}
	t.Prev, t.Next = r.neighbours(p)
	t.Languages = r.languages(p)
	if r.base != nil {
		t.Canonical = r.absolute(p.URL)
	}
	r.frame(t, p)
	r.found = r.entry(p, t)
	r.html, err = r.Theme.Append(r.html[:0], "page.html", t)
	return r.html, err
}

// body renders the Markdown. A first heading that repeats the title is left out.
// The text is good until the next page is rendered: nothing may hold a part of it.
func (r *renderer) body() (string, error) {
	root := r.tree.Root
	w := &r.text
	w.Reset()
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok && n == root.FirstChild() && h.Level == 1 && r.p.PlainText(h) == r.p.Matter.Title {
			continue
		}
		if err := r.markdown.Render(w, r.p.Doc.Masked(), n); err != nil {
			return "", err
		}
	}
	return r.tidy(unsafe.String(unsafe.SliceData(w.Bytes()), w.Len())) // a copy of each page is a twentieth of all memory that a build takes
}

// inner renders what stands below n, in the room behind the text so far.
func (r *renderer) inner(n ast.Node) (string, error) {
	at := r.text.Len()
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if err := r.markdown.Render(&r.text, r.p.Doc.Masked(), c); err != nil {
			return "", err
		}
	}
	text := string(r.text.Bytes()[at:])
	r.text.Truncate(at)
	return text, nil
}

// A textWriter writes text as goldmark does, which looks at each byte twice. Most
// text has no sign in it that is written otherwise.
type textWriter struct{ html.Writer }

// Write implements html.Writer.
func (t textWriter) Write(w util.BufWriter, source []byte) {
	for _, c := range source {
		if notAsItStands[c] {
			t.Writer.Write(w, source)
			return
		}
	}
	_, _ = w.Write(source)
}

var notAsItStands = [256]bool{'\\': true, '&': true, '<': true, '>': true, '"': true, 0: true}

// A buffer takes what goldmark writes. Into anything else goldmark writes through
// a buffer of its own, a new one for each block.
type buffer struct{ bytes.Buffer }

// Buffered implements goldmark's BufWriter: nothing waits here.
func (*buffer) Buffered() int { return 0 }

// Flush implements goldmark's BufWriter.
func (*buffer) Flush() error { return nil }

func (r *renderer) heading(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Heading)
	level := string(rune('0' + n.Level))
	id := ""
	if v, ok := n.AttributeString("id"); ok {
		raw, _ := v.([]byte)
		id = string(raw)
	}
	switch {
	case entering:
		_, _ = w.WriteString("<h" + level)
		r.attributes(w, n)
		_ = w.WriteByte('>')
	default:
		if id != "" && n.Level > 1 {
			// The list of contents serves keyboards and screen readers; this is for a mouse.
			_, _ = w.WriteString(`<a class="anchor" href="#` + escapeFragment(id) + `" aria-hidden="true" tabindex="-1">#</a>`)
		}
		_, _ = w.WriteString("</h" + level + ">\n")
	}
	return ast.WalkContinue, nil
}

func escapeFragment(id string) string { return escape(strings.ReplaceAll(escapePath(id), "?", "%3F")) }

// attributes writes those of a node. A style attribute becomes a class: the
// site's policy forbids it.
func (r *renderer) attributes(w util.BufWriter, n ast.Node) {
	class := ""
	if v, ok := n.AttributeString("style"); ok {
		declarations, _ := v.([]byte)
		if class = r.styleClass(string(declarations), source.Pos{File: r.p.File.Name}); class != "" {
			class = " " + class
		}
	}
	for _, a := range n.Attributes() {
		name := string(a.Name)
		if name == "style" || strings.HasPrefix(name, "on") {
			continue
		}
		value, ok := a.Value.([]byte)
		if s, isString := a.Value.(string); isString {
			value, ok = []byte(s), true
		}
		if ok && name == "class" {
			value, class = append(slices.Clone(value), class...), ""
		}
		if ok {
			_, _ = w.WriteString(" " + name + `="` + escape(string(value)) + `"`)
		}
	}
	if class != "" {
		_, _ = w.WriteString(` class="` + class[1:] + `"`)
	}
}

func (r *renderer) link(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Link)
	if !entering {
		_, _ = w.WriteString("</a>")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString(`<a href="` + r.href(n, n.Destination) + `"`)
	if n.Title != nil {
		_, _ = w.WriteString(` title="` + escape(r.p.ExpandText(n.Title)) + `"`)
	}
	r.attributes(w, n)
	_ = w.WriteByte('>')
	return ast.WalkContinue, nil
}

// href is the address of a link or image, ready for an attribute. One that would
// run a script is left out.
func (r *renderer) href(n ast.Node, dest []byte) string {
	u := ""
	if l := r.tree.Links[n]; l != nil {
		u = l.URL
	} else {
		u = r.p.ExpandText(dest)
	}
	u = r.address(r.p, u)
	if strings.Contains(u, ":") && !foreign(u) && html.IsDangerousURL([]byte(u)) {
		return ""
	}
	return escape(string(util.URLEscape([]byte(u), false)))
}

func (r *renderer) image(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.Image)
	if !entering {
		return ast.WalkContinue, nil
	}
	if u := string(n.Destination); foreign(u) {
		r.foreignImage(w, n)
		return ast.WalkSkipChildren, nil
	}
	_, _ = w.WriteString(`<img src="` + r.href(n, n.Destination) + `" alt="` + escape(r.p.PlainText(n)) + `"`)
	if n.Title != nil {
		_, _ = w.WriteString(` title="` + escape(r.p.ExpandText(n.Title)) + `"`)
	}
	r.attributes(w, n)
	_, _ = w.WriteString(` loading="lazy">`)
	return ast.WalkSkipChildren, nil
}

// foreignImage puts a link where the picture of another host would be. Inside a
// link it is its text.
func (r *renderer) foreignImage(w util.BufWriter, n *ast.Image) {
	u := r.p.ExpandText(n.Destination)
	alt := r.p.PlainText(n)
	pos := source.Pos{File: r.p.File.Name}
	if l := r.tree.Links[n]; l != nil {
		pos = l.Pos
	}
	r.forbidden(pos, "a page of the site loads nothing from "+host(u)+"; a link stands in its place", "put the image beside the page")
	for up := n.Parent(); up != nil; up = up.Parent() {
		if up.Kind() == ast.KindLink {
			_, _ = w.WriteString(escape(cmp.Or(alt, host(u))))
			return
		}
	}
	_, _ = w.WriteString(elsewhere(r.wordsOf(r.p), u, alt))
}

func (r *renderer) codeSpan(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	var text bytes.Buffer
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			text.Write(c.Segment.Value(r.p.Doc.Masked()))
		case *ast.String:
			text.Write(c.Value)
		}
	}
	_, _ = w.WriteString("<code")
	r.attributes(w, n)
	_, _ = w.WriteString(">" + escape(strings.ReplaceAll(r.p.ExpandText(text.Bytes()), "\n", " ")) + "</code>")
	return ast.WalkSkipChildren, nil
}

func (r *renderer) code(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		if b := r.tree.Blocks[n]; b != nil {
			_, _ = w.WriteString(r.figure(b))
			_ = w.WriteByte('\n')
		}
	}
	return ast.WalkSkipChildren, nil
}

// table puts a table into a box that scrolls where the table is too wide.
func (r *renderer) table(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<div class=\"table\"><table")
		r.attributes(w, n)
		_, _ = w.WriteString(">\n")
	} else {
		_, _ = w.WriteString("</table></div>\n")
	}
	return ast.WalkContinue, nil
}

func (r *renderer) cell(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*east.TableCell)
	tag := "td"
	if n.Parent().Kind() == east.KindTableHeader {
		tag = "th"
	}
	if !entering {
		_, _ = w.WriteString("</" + tag + ">\n")
		return ast.WalkContinue, nil
	}
	class := map[east.Alignment]string{east.AlignCenter: ` class="center"`, east.AlignRight: ` class="right"`}[n.Alignment]
	_, _ = w.WriteString("<" + tag + class + ">")
	return ast.WalkContinue, nil
}

func (r *renderer) checkBox(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		box := `<input type="checkbox" disabled aria-label="to do"> `
		if node.(*east.TaskCheckBox).IsChecked {
			box = `<input type="checkbox" disabled checked aria-label="done"> `
		}
		_, _ = w.WriteString(box)
	}
	return ast.WalkContinue, nil
}

func (r *renderer) rawInline(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		segments := node.(*ast.RawHTML).Segments
		var b strings.Builder
		for i := range segments.Len() {
			s := segments.At(i)
			b.WriteString(r.raw(s.Start, s.Stop))
		}
		if at := segments.At(0).Start; r.noElement(b.String(), at) {
			_, _ = w.WriteString(escape(b.String()))
		} else {
			_, _ = w.WriteString(r.authored(b.String(), at))
		}
	}
	return ast.WalkSkipChildren, nil
}

func (r *renderer) rawBlock(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.HTMLBlock)
	var b strings.Builder
	for i := range n.Lines().Len() {
		s := n.Lines().At(i)
		b.WriteString(r.raw(s.Start, s.Stop))
	}
	if n.HasClosure() {
		b.WriteString(r.raw(n.ClosureLine.Start, n.ClosureLine.Stop))
	}
	start := 0
	if n.Lines().Len() > 0 {
		start = n.Lines().At(0).Start
	}
	text := b.String()
	if n.HTMLBlockType == ast.HTMLBlockType7 { // a tag on a line of its own
		line, rest, _ := strings.Cut(text, "\n")
		if word := strings.TrimSpace(line); r.noElement(word, start+strings.Index(line, word)) {
			_, _ = w.WriteString("<p>" + escape(word) + "</p>\n")
			text, start = rest, start+len(line)+1
		}
	}
	_, _ = w.WriteString(r.authored(text, start))
	return ast.WalkContinue, nil
}

// authored is HTML of the page that starts at the offset, as it is shown.
func (r *renderer) authored(raw string, start int) string {
	r.ownHTML = true
	r.drawing = r.drawing || strings.Contains(raw, "<svg") || strings.Contains(raw, "<math")
	return r.policed(r.relink(r.p, raw), r.p.File.Pos(start))
}

// raw is the HTML from start to stop of the page with the shortcodes in it
// expanded. The body of one that may hold Markdown is HTML here, too.
func (r *renderer) raw(start, stop int) string {
	var b strings.Builder
	for start = max(start, r.done); start < stop; start = max(start, r.done) {
		part, _ := r.p.Doc.Cut(r.p.Doc.Masked()[start:stop])
		switch c := part.Call; {
		case c == nil:
			b.Write(part.Text)
			start += len(part.Text)
		case part.End:
			start += c.End - c.BodyEnd
		default:
			inner := ""
			if c.Paired && c.Body == shortcodes.Markdown {
				inner = r.raw(c.TagEnd, c.BodyEnd)
			}
			b.WriteString(r.call(c, inner, nil))
			r.done = max(c.End, start+1)
		}
	}
	return b.String()
}
