// Package markup reads one file: front matter, Markdown and shortcodes become
// one tree. It takes a source.File and gives a Document, whose Tree is built
// when it is asked for: the trees of a large site are ten times its text.
//
// Shortcodes are nodes of the Markdown tree. To that end Parse first finds every
// tag, and then gives goldmark a text of the same length in which each tag is
// masked by a placeholder without spaces, newlines or Markdown in it, and each
// verbatim body is part of the placeholder. So every offset in the tree is an
// offset in the file, a tag may stand wherever text may stand (in a list item, a
// link target, a table cell, a code span), and no body can end a list by chance.
package markup

import (
	"path"
	"slices"
	"sync"
	"weak"

	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A Document is one parsed file. It is not changed after Parse and is safe for
// concurrent use.
//
// File holds the text of the file itself up to Own and behind it the text of the
// files that it includes: their Markdown is a part of the tree where it stands,
// and a place in it names the included file.
type Document struct {
	File        *source.File
	Header      *Header // nil where the file has no front matter
	Body        int     // offset of the first byte after the front matter
	Calls       []*Call // all calls, nested ones too, by Start
	Diagnostics []source.Diagnostic
	marks       []mark
	own         int // length of the file's own text
	edits       []edit
	mu          sync.Mutex
	masked      weak.Pointer[masked]
}

// A Parser reads files. Codes is required. It is safe for concurrent use if Open
// is.
type Parser struct {
	Codes *shortcodes.Set
	Site  *shortcodes.Site // what the names of included files may come from
	// Open returns the first file of names that is there, else an error that is
	// fs.ErrNotExist; for a file that must not be read, ErrOutside. With nil
	// nothing can be included.
	Open func(names []string) (*source.File, error)
}

// Source is the file's own text behind its front matter, as it was written.
func (d *Document) Source() []byte { return d.File.Data[min(d.Body, d.own):d.own] }

// Extensions returns the Markdown extensions that Parse understands, for a
// renderer that has to know the same nodes.
func Extensions() []goldmark.Extender {
	return []goldmark.Extender{extension.Linkify, extension.Table, extension.Strikethrough, extension.TaskList, extension.Footnote, extension.DefinitionList}
}

// linkified also makes links of addresses in the text; see mayLinkify.
var (
	linkified = newParser(Extensions()...)
	unlinked  = newParser(slices.DeleteFunc(Extensions(), func(e goldmark.Extender) bool { return e == extension.Linkify })...)
)

func newParser(extensions ...goldmark.Extender) parser.Parser {
	return goldmark.New(
		goldmark.WithExtensions(extensions...),
		goldmark.WithParserOptions(
			parser.WithAttribute(),
			parser.WithBlockParsers(util.Prioritized(blockParser{}, 50)),
			parser.WithInlineParsers(util.Prioritized(inlineParser{}, 50)),
			parser.WithASTTransformers(util.Prioritized(lifter{}, 50)),
		),
	).Parser()
}

var documentKey = parser.NewContextKey()

// Parse reads f with a Parser that knows no other file.
func Parse(f *source.File, codes *shortcodes.Set) *Document {
	p := Parser{Codes: codes}
	return p.Parse(f)
}

// Parse reads f. Whatever the file holds, it returns a usable Document; what is
// wrong is in its Diagnostics. f is the document's from then on.
func (p *Parser) Parse(f *source.File) *Document {
	d := &Document{File: f, own: len(f.Data)}
	d.readHeader()
	d.findCalls(p, d.Body, nil)
	d.include(p)
	slices.SortFunc(d.Calls, func(a, b *Call) int { return a.Start - b.Start })
	scratch := scratches.Get().(*masked)
	scratch.text = d.unmasked(scratch.text[:0])
	d.mask(scratch.text)
	d.limit(scratch.text)
	scratches.Put(scratch)
	return d
}

// scratches are texts that Parse makes edits in. Most documents are asked for
// theirs much later, when a tree is made.
var scratches = sync.Pool{New: func() any { return new(masked) }}

// Tree parses the Markdown and returns the tree of the whole page, with what it
// includes. Each call builds a new one, which is the caller's; the nodes of all
// of them come in the same order. text says what a call shows as text, for the
// ids of headings; nil: nothing.
func (d *Document) Tree(text func(*Call) string) *ast.Document {
	var root *ast.Document
	if path.Ext(d.File.Name) == ".html" {
		root = d.rawTree()
	} else {
		root = d.tree(0, d.own)
	}
	grafted := d.graft(root)
	d.headingIDs(root, text, grafted)
	return root
}

// rawTree is the tree of a page that is written in HTML: one block.
func (d *Document) rawTree() *ast.Document {
	root := ast.NewDocument()
	block := ast.NewHTMLBlock(ast.HTMLBlockType7)
	for _, s := range d.wholeLines(d.Body, d.own) {
		block.Lines().Append(text.NewSegment(s.Start, s.Stop))
	}
	root.AppendChild(root, block)
	return root
}

// Own returns the length of the file's own text, without what it includes.
func (d *Document) Own() int { return d.own }

// blank turns everything but line ends into spaces.
func blank(b []byte) {
	for i, c := range b {
		if c != '\n' && c != '\r' {
			b[i] = ' '
		}
	}
}

func (d *Document) errorf(offset int, rule, message, hint string) {
	d.Diagnostics = append(d.Diagnostics, source.Diagnostic{Pos: d.File.Pos(offset), Rule: rule, Message: message, Hint: hint})
}
