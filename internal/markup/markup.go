// Package markup reads one file: front matter, Markdown and shortcodes become
// one tree. It takes a source.File and gives a Document.
//
// Shortcodes are nodes of the Markdown tree. To that end Parse first finds every
// tag, and then gives goldmark a text of the same length in which each tag is
// masked by a placeholder without spaces, newlines or Markdown in it, and each
// verbatim body is part of the placeholder. So every offset in the tree is an
// offset in the file, a tag may stand wherever text may stand (in a list item, a
// link target, a table cell, a code span), and no body can end a list by chance.
package markup

import (
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A Document is one parsed file. It is not changed after Parse.
type Document struct {
	File        *source.File
	Header      *Header // nil where the file has no front matter
	Body        int     // offset of the first byte after the front matter
	Root        *ast.Document
	Masked      []byte  // what goldmark read: as long as File.Data, same offsets
	Calls       []*Call // all calls, nested ones too, by Start
	Diagnostics []source.Diagnostic
	marks       []mark
}

// Extensions returns the Markdown extensions that Parse understands, for a
// renderer that has to know the same nodes.
func Extensions() []goldmark.Extender {
	return []goldmark.Extender{extension.GFM, extension.Footnote, extension.DefinitionList}
}

var markdown = goldmark.New(
	goldmark.WithExtensions(Extensions()...),
	goldmark.WithParserOptions(
		parser.WithAttribute(),
		parser.WithBlockParsers(util.Prioritized(blockParser{}, 50)),
		parser.WithInlineParsers(util.Prioritized(inlineParser{}, 50)),
		parser.WithASTTransformers(util.Prioritized(lifter{}, 50), util.Prioritized(headingIDs{}, 60)),
	),
)

var documentKey = parser.NewContextKey()

// Parse reads f. Whatever the file holds, it returns a usable Document; what is
// wrong is in its Diagnostics.
func Parse(f *source.File, codes *shortcodes.Set) *Document {
	d := &Document{File: f}
	d.readHeader()
	d.Masked = append([]byte(nil), f.Data...)
	blank(d.Masked[:d.Body])
	for i, c := range d.Masked[d.Body:] {
		if c == placeholder {
			d.Masked[d.Body+i] = ' '
		}
	}
	d.findCalls(codes)
	d.mask()
	pc := parser.NewContext()
	pc.Set(documentKey, d)
	d.Root = markdown.Parser().Parse(text.NewReader(d.Masked), parser.WithContext(pc)).(*ast.Document)
	return d
}

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
