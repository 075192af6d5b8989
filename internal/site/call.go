package site

import (
	"html/template"

	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/source"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

func (r *renderer) shortcode(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	var c *markup.Call
	switch n := n.(type) {
	case *markup.ShortcodeBlock:
		c = n.Call
	case *markup.ShortcodeInline:
		c = n.Call
	}
	inner, err := r.inner(n)
	if err != nil {
		return ast.WalkStop, err
	}
	_, _ = w.WriteString(r.call(c, inner, n))
	if n.Type() == ast.TypeBlock {
		_ = w.WriteByte('\n')
	}
	return ast.WalkSkipChildren, nil
}

// call expands a shortcode around its rendered body. One that is not known or
// whose template fails shows its tag, so that the page stays readable.
// n is its node; nil for one in raw HTML.
func (r *renderer) call(c *markup.Call, inner string, n ast.Node) string {
	if c.Literal != "" {
		return escape(c.Literal)
	}
	if !c.Whole() {
		if name := r.missingFile(c); name != "" {
			return `<p class="missing">There is no file ` + escape(name) + `.</p>` + inner
		}
		return r.rawTag(c) + inner
	}
	text, ours, err := r.expand(c, inner, n)
	if err != nil {
		r.diagnostics = append(r.diagnostics, source.Diagnostic{Pos: r.p.File.Pos(c.Start), Rule: "shortcode-failed",
			Message: page.TemplateError(err)})
		tag := "span"
		if c.Block {
			tag = "p"
		}
		return `<` + tag + ` class="missing" title="` + escape(page.TemplateError(err)) + `">` + escape(r.p.CallName(c)) + `</` + tag + `>` + inner
	}
	if ours && r.until == "" {
		return text
	}
	return r.policed(r.relink(r.p, text), r.p.File.Pos(c.Start))
}

// expand is what the template of a call writes; ours means that it is a block of
// code as this site writes one, and nothing of an author's.
func (r *renderer) expand(c *markup.Call, inner string, n ast.Node) (text string, ours bool, err error) {
	linked := false
	for up := n; up != nil && !linked; up = up.Parent() {
		linked = up.Kind() == ast.KindLink
	}
	if text, ok := r.p.Output(c); ok && !linked {
		return text, false, nil
	}
	dot := r.p.Call(c)
	dot.Inner, dot.Linked = template.HTML(inner), linked
	if block := r.tree.Blocks[n]; block != nil {
		dot.Code = template.HTML(r.figure(block))
	}
	html, err := c.Code.HTML(dot)
	return string(html), html == dot.Code, err
}

// missingFile names the file that is the body of a call and is not there, ""
// where that is not what is wrong.
func (r *renderer) missingFile(c *markup.Call) string {
	if c.Code == nil || !c.Code.Includes() || c.HasBody() {
		return ""
	}
	names, err := c.Code.Files(r.p.Call(c))
	if err != nil || len(names) == 0 {
		return ""
	}
	return names[0]
}

func (r *renderer) rawTag(c *markup.Call) string {
	return `<code class="shortcode-raw">` + escape(string(r.p.File.Data[c.Start:c.TagEnd])) + `</code>`
}
