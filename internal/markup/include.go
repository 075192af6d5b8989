package markup

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// What files may add to one page: includes that include others can grow without
// end, though none of them goes round in a circle.
const (
	maxIncludes     = 2000
	maxIncludedSize = 16 << 20
)

// A Region is the text of an included file, without its front matter, as a range
// of offsets of Document.File.
type Region struct {
	Name       string // of the file
	Start, End int
}

// ErrOutside is what an opener of included files answers where the name leads
// out of the project.
var ErrOutside = errors.New("it is outside of the project")

// include reads the files that the calls from index on ask for, puts their text
// behind that of the page and finds the calls in it, and so on.
func (d *Document) include(p *Parser) {
	count := 0
	for i := 0; i < len(d.Calls); i++ {
		c := d.Calls[i]
		if c.Code == nil || !c.Code.Includes() || c.Literal != "" {
			continue
		}
		if count++; count > maxIncludes || len(d.File.Data)-d.own > maxIncludedSize {
			d.errorf(c.Start, "include-limit", "this page includes too much", "a page can include "+
				fmt.Sprintf("%d files of %d MB in all", maxIncludes, maxIncludedSize>>20))
			return
		}
		if f := d.open(p, c); f != nil {
			d.take(p, c, f)
		}
	}
}

// open returns the file that is the body of c, nil where there is none.
func (d *Document) open(p *Parser, c *Call) *source.File {
	names, err := c.Code.Files(d.dot(p, c))
	if err != nil {
		d.errorf(c.Start, "shortcode-failed", err.Error(), "")
	}
	if len(names) == 0 {
		return nil
	}
	var f *source.File
	err = fs.ErrNotExist
	if p.Open != nil {
		f, err = p.Open(names)
	}
	switch {
	case err == nil:
	case errors.Is(err, fs.ErrNotExist):
		d.errorf(c.Start, "include-missing", fmt.Sprintf("shortcode %s: there is no file %s", c.Name, strings.Join(names, " or ")),
			"names are looked up in the page's folder, the content folder and the project's folder")
		return nil
	default:
		d.errorf(c.Start, "include-unreadable", fmt.Sprintf("shortcode %s: %s cannot be included: %v", c.Name, names[0], err), "")
		return nil
	}
	if chain := d.chain(c); slices.Contains(chain, f.Name) {
		d.errorf(c.Start, "include-cycle", fmt.Sprintf("%s includes itself: %s", f.Name, strings.Join(append(chain, f.Name), ", ")), "remove the shortcode "+c.Name)
		return nil
	}
	return f
}

// chain is the files that c stands in, from the page on.
func (d *Document) chain(c *Call) []string {
	chain := []string{d.File.Name}
	var included []string
	for q := c.Parent; q != nil; q = q.Parent {
		if q.Region != nil {
			included = append(included, q.Region.Name)
		}
	}
	slices.Reverse(included)
	return append(chain, included...)
}

// take makes f the body of c.
func (d *Document) take(p *Parser, c *Call, f *source.File) {
	head := &Document{File: f}
	if c.Body == shortcodes.Markdown {
		head.readHeader()
		d.Diagnostics = append(d.Diagnostics, head.Diagnostics...)
	}
	at := d.File.Append(f)
	c.Region = &Region{Name: f.Name, Start: at + head.Body, End: at + len(f.Data)}
	if c.Body == shortcodes.Markdown {
		d.findCalls(p, c.Region.Start, c)
		return
	}
	c.Lines = d.wholeLines(c.Region.Start, c.Region.End)
	if name, ok := c.Get("snippet"); ok {
		d.snippet(c, name)
	}
	if lang := strings.TrimPrefix(path.Ext(f.Name), "."); c.Lang == "" {
		c.Lang = lang
	}
}

func (d *Document) wholeLines(start, end int) []Segment {
	lines := []Segment{}
	for i := start; i < end; {
		stop := min(d.File.LineEnd(i)+1, end)
		lines = append(lines, Segment{Start: i, Stop: stop})
		i = stop
	}
	return lines
}

// snippet leaves those lines of c that stand between "$snippet NAME" and
// "$endsnippet", as Istio's files mark them.
func (d *Document) snippet(c *Call, name string) {
	inside, found := false, false
	c.Lines = slices.DeleteFunc(c.Lines, func(s Segment) bool {
		line := string(d.File.Data[s.Start:s.Stop])
		switch _, mark, ok := strings.Cut(line, "$snippet "); {
		case ok:
			fields := strings.Fields(mark)
			inside = len(fields) > 0 && fields[0] == name
			found = found || inside
			return true
		case strings.Contains(line, "$endsnippet"):
			inside = false
			return true
		}
		return !inside
	})
	if !found {
		d.errorf(c.Start, "include-missing", fmt.Sprintf("shortcode %s: %s has no snippet %s", c.Name, c.Region.Name, name),
			"put it between lines with $snippet "+name+" and $endsnippet")
	}
}

// graft parses the Markdown that was included, or that stands apart, and hangs
// it below the nodes of its calls in the tree of the page. It tells whether there is any.
func (d *Document) graft(page *ast.Document) (grown bool) {
	if !slices.ContainsFunc(d.Calls, (*Call).grafted) {
		return false
	}
	_ = ast.Walk(page, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if c := callOf(n); entering && c.grafted() {
			start, end := c.TagEnd, c.BodyEnd
			if c.Region != nil {
				start, end = c.Region.Start, c.Region.End
			}
			root := d.tree(start, end)
			for k := root.FirstChild(); k != nil; k = root.FirstChild() {
				root.RemoveChild(root, k)
				n.AppendChild(n, k)
			}
			grown = true
		}
		return ast.WalkContinue, nil
	})
	if grown {
		renumber(page)
	}
	return grown
}

func callOf(n ast.Node) *Call {
	switch n := n.(type) {
	case *ShortcodeBlock:
		return n.Call
	case *ShortcodeInline:
		return n.Call
	}
	return nil
}

// tree parses the masked text from start to end.
func (d *Document) tree(start, end int) *ast.Document {
	masked := d.without(start, end)
	may := mayLinkify(masked[start:])
	if may == yes {
		return d.parse(linkified, masked, start)
	}
	root := d.parse(unlinked, masked, start)
	if may == unsure && addressInText(root, masked) {
		return d.parse(linkified, masked, start)
	}
	return root
}

func (d *Document) parse(p parser.Parser, masked []byte, start int) *ast.Document {
	pc := parser.NewContext()
	pc.Set(documentKey, d)
	r := text.NewReader(masked)
	if start > 0 {
		r.SetPosition(-1, text.NewSegment(start, start))
		r.AdvanceLine()
	}
	return p.Parse(r, parser.WithContext(pc)).(*ast.Document)
}

// renumber counts footnotes through the page: each file has counted its own.
func renumber(root ast.Node) {
	lists := map[ast.Node]int{}
	next := 0
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if l, ok := n.(*east.FootnoteList); ok && entering {
			lists[l] = next
			next += l.ChildCount()
		}
		return ast.WalkContinue, nil
	})
	if len(lists) < 2 {
		return
	}
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *east.Footnote:
			n.Index += lists[listOf(n)]
		case *east.FootnoteLink:
			n.Index += lists[listOf(n)]
		case *east.FootnoteBacklink:
			n.Index += lists[listOf(n)]
		}
		return ast.WalkContinue, nil
	})
}

// listOf is the list of footnotes of the file that n comes from: the list stands
// last in it.
func listOf(n ast.Node) ast.Node {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if c := callOf(p); p.Parent() == nil || c.grafted() {
			for k := p.LastChild(); k != nil; k = k.PreviousSibling() {
				if k.Kind() == east.KindFootnoteList {
					return k
				}
			}
		}
	}
	return nil
}
