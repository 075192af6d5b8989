package markup

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
	"github.com/adrg/frontmatter"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/source"
	"go.yaml.in/yaml/v3"
)

// A Header is the front matter of a file as a tree with positions, whatever
// notation it was written in.
type Header struct {
	// Root is a mapping. Its nodes have a kind, value, content and place; one that is
	// null has that tag.
	Root *yaml.Node
	file *source.File
	at   int          // offset of the notation's first byte
	room *[]yaml.Node // where plainHeader has put its nodes; nil where it has made none
}

// DropHeader lets go of the header: it is as large as the text of most pages.
// Nobody may use its nodes any more.
func (d *Document) DropHeader() {
	if d.Header != nil && d.Header.room != nil {
		plainNodes.Put(d.Header.room)
	}
	d.Header = nil
}

// Pos returns the place of a node in the file.
func (h *Header) Pos(n *yaml.Node) source.Pos {
	return h.pos(n.Line, n.Column)
}

// pos turns a line and a column in characters, both from 1, into a place.
func (h *Header) pos(line, column int) source.Pos {
	off := h.at
	for ; line > 1; line-- {
		end := h.file.LineEnd(off)
		if end == len(h.file.Data) {
			break
		}
		off = end + 1
	}
	for ; column > 1 && off < len(h.file.Data) && h.file.Data[off] != '\n'; column-- {
		_, n := utf8.DecodeRune(h.file.Data[off:])
		off += n
	}
	return h.file.Pos(off)
}

var utf8BOM = []byte("\xef\xbb\xbf")

// raw is what the front-matter reader is asked for: the text and its notation.
// Decoding it here, not there, is what gives keys their positions and keeps
// "1.10" and "yes" from becoming 1.1 and true.
type raw struct {
	text     string
	notation string
}

// parseHeader gives the front-matter reader the lines up to the one that ends the
// header, not the whole page, of which it makes copies. open is where firstLine
// found the header's first line.
func parseHeader(data []byte, open []int, r *raw) (rest []byte, err error) {
	fence := data[open[2]:open[3]]
	end := open[1]
	for end < len(data) {
		line := data[end:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		end += len(line)
		if bytes.Equal(bytes.TrimSpace(line), fence) {
			break
		}
	}
	in := readers.Get().(*bufio.Reader)
	defer readers.Put(in)
	in.Reset(bytes.NewReader(data[:end]))
	if _, err = frontmatter.Parse(in, r, headerFormats...); err != nil {
		return nil, err
	}
	return data[end:], nil
}

// readers are used again: the front-matter reader makes none where it gets one.
var readers = sync.Pool{New: func() any { return bufio.NewReader(nil) }}

var headerFormats = formats()

func formats() []*frontmatter.Format {
	keep := func(notation string) frontmatter.UnmarshalFunc {
		return func(data []byte, v any) error {
			*v.(*raw) = raw{string(data), notation}
			return nil
		}
	}
	return []*frontmatter.Format{
		frontmatter.NewFormat("---", "---", keep("yaml")),
		frontmatter.NewFormat("+++", "+++", keep("toml")),
	}
}

// object reads a header in JSON: it ends where the object does, wherever its
// braces stand. The front-matter reader looks for a brace on a line of its own
// with an empty line below.
func object(data []byte, r *raw) (rest []byte, ok bool) {
	if text := bytes.TrimLeft(data, " \t\r\n"); !bytes.HasPrefix(text, []byte("{")) || !looksLikeKV.Match(text[1:]) {
		return nil, false
	}
	var value json.RawMessage
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&value); err != nil {
		return nil, false
	}
	rest = data[d.InputOffset():]
	if end := bytes.IndexByte(rest, '\n'); end >= 0 && len(bytes.TrimSpace(rest[:end])) == 0 {
		rest = rest[end+1:]
	}
	*r = raw{string(value), "json"}
	return rest, true
}

var (
	firstLine   = lazyregexp.New(`^\s*(---|\+\+\+|\{)[ \t]*\r?\n`)
	looksLikeKV = lazyregexp.New(`^\s*["']?[A-Za-z_][\w-]*["']?\s*[:=]`)
)

// readHeader sets Header and Body.
func (d *Document) readHeader() {
	data := d.File.Data
	if bytes.HasPrefix(data, utf8BOM) {
		d.Body = len(utf8BOM)
	}
	open := firstLine.FindSubmatchIndex(data[d.Body:])
	if open == nil {
		return
	}
	start := d.Body
	var r raw
	rest, ok := object(data[start:], &r)
	var err error
	if !ok {
		rest, err = parseHeader(data[start:], open, &r)
	}
	if err != nil || r.notation == "" {
		d.unclosedHeader(start, open)
		return
	}
	d.Body = len(data) - len(rest)
	at := start + open[1]
	if r.notation == "json" {
		at = start + open[2]
	}
	d.Header = &Header{file: d.File, at: at}
	d.Header.Root = d.decodeHeader(r)
	if d.Header.Root == nil {
		d.Header = nil
	}
}

// unclosedHeader tells a header that lacks its last line from a page that
// starts with a thematic break or a brace.
func (d *Document) unclosedHeader(start int, open []int) {
	fence := string(d.File.Data[start+open[2] : start+open[3]])
	if !looksLikeKV.Match(d.File.Data[start+open[1]:]) {
		return
	}
	if fence == "{" {
		d.brokenObject(start + open[2])
	} else {
		d.errorf(start+open[2], "frontmatter-unclosed", "front matter is never closed",
			"add a line "+fence+" after the last key")
	}
	// What cannot be read as keys must not be shown as text either: up to the
	// first empty line it is the header.
	end := len(d.File.Data)
	if i := bytes.Index(d.File.Data[start+open[1]:], []byte("\n\n")); i >= 0 {
		end = start + open[1] + i + 1
	}
	d.Body = end
}

// brokenObject says what is wrong with a header in JSON.
func (d *Document) brokenObject(start int) {
	var value json.RawMessage
	err := json.NewDecoder(bytes.NewReader(d.File.Data[start:])).Decode(&value)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		d.errorf(start+int(syntax.Offset)-1, "frontmatter-syntax", "front matter cannot be read: "+syntax.Error(), "")
		return
	}
	d.errorf(start, "frontmatter-unclosed", "front matter is never closed", "add a line } after the last key")
}

var yamlLine = lazyregexp.New(`^yaml: (?:line (\d+): )?(.*)$`)

func (d *Document) decodeHeader(r raw) *yaml.Node {
	if r.notation == "toml" {
		return d.decodeTOML(r.text)
	}
	if root, room := plainHeader(r.text); root != nil {
		d.Header.room = room
		d.duplicateKeys(root)
		return root
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(r.text), &doc); err != nil {
		m := yamlLine.FindStringSubmatch(err.Error())
		line, message := 1, err.Error()
		if m != nil {
			line, _ = strconv.Atoi(m[1])
			message = m[2]
		}
		d.headerError(max(line, 1), 1, "frontmatter-syntax", "front matter cannot be read: "+message, "")
		return nil
	}
	if len(doc.Content) == 0 {
		return nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		d.headerError(root.Line, root.Column, "frontmatter-syntax", "front matter is not a list of keys and values", "write title: …")
		return nil
	}
	d.duplicateKeys(root)
	return root
}

func (d *Document) headerError(line, column int, rule, message, hint string) {
	d.Diagnostics = append(d.Diagnostics, source.Diagnostic{Pos: d.Header.pos(line, column), Rule: rule, Message: message, Hint: hint})
}

// duplicateKeys reports each key that stands twice in one mapping; the last one
// counts, as everywhere.
func (d *Document) duplicateKeys(n *yaml.Node) {
	if len(n.Content) == 0 {
		return
	}
	first := map[string]*yaml.Node{}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if f := first[c.Value]; f != nil {
				d.headerError(c.Line, c.Column, "frontmatter-duplicate", "key "+strconv.Quote(c.Value)+" stands twice",
					"the first is at line "+strconv.Itoa(d.Header.Pos(f).Line))
			}
			first[c.Value] = c
			continue
		}
		d.duplicateKeys(c)
	}
}

func (d *Document) decodeTOML(text string) *yaml.Node {
	var m map[string]any
	if _, err := toml.Decode(text, &m); err != nil {
		var pe toml.ParseError
		if !errors.As(err, &pe) {
			pe.Position.Line, pe.Message = 1, err.Error()
		}
		d.headerError(pe.Position.Line, max(pe.Position.Col, 1), "frontmatter-syntax", "front matter cannot be read: "+pe.Message, "")
		return nil
	}
	root := &yaml.Node{}
	if err := root.Encode(m); err != nil {
		d.headerError(1, 1, "frontmatter-syntax", "front matter cannot be read: "+err.Error(), "")
		return nil
	}
	clearPlaces(root, 1)
	lines := strings.Split(text, "\n")
	for i := 0; i+1 < len(root.Content); i += 2 {
		key := regexp.MustCompile(`^\s*(?:\[+\s*)?["']?` + regexp.QuoteMeta(root.Content[i].Value) + `["']?\s*[=.\]]`)
		if at := slices.IndexFunc(lines, key.MatchString); at >= 0 {
			clearPlaces(root.Content[i], at+1)
			clearPlaces(root.Content[i+1], at+1)
		}
	}
	return root
}

// clearPlaces gives a tree that was not read from a text the place of its key.
func clearPlaces(n *yaml.Node, line int) {
	n.Line, n.Column = line, 1
	for _, c := range n.Content {
		clearPlaces(c, line)
	}
}

// HasHeader reports whether data starts as front matter does.
func HasHeader(data []byte) bool {
	m := firstLine.FindSubmatch(bytes.TrimPrefix(data, utf8BOM))
	return m != nil && (m[1][0] != '{' || looksLikeKV.Match(data[bytes.IndexByte(data, '{')+1:]))
}
