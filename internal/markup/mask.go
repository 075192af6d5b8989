package markup

import (
	"bytes"
	"iter"
	"slices"
	"strconv"
	"weak"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/shortcodes"
	"github.com/yuin/goldmark/util"
)

// placeholder fills masked tags. It stands in no text: Parse turns it into a
// space first.
const placeholder = 0x1a

var placeholderStart = []byte{'{', placeholder}

// A mark is what one placeholder stands for: a call's opening tag, its closing
// tag, or the whole call where its body is verbatim.
type mark struct {
	call  *Call
	close bool
	end   int
}

// masked is the text that goldmark reads. It is as long as the file, so a large
// site does not hold it: it is made of the file and the edits when it is needed,
// and stays until the garbage collector comes by.
type masked struct{ text []byte }

// An edit blanks a part of the text, or puts the placeholder of a mark there.
type edit struct {
	start, end int32
	mark       int32 // -1 blanks
}

// Masked returns the text that goldmark reads: as long as File.Data, with the same
// offsets. It must not be changed.
func (d *Document) Masked() []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	if m := d.masked.Value(); m != nil {
		return m.text
	}
	m := &masked{d.unmasked(nil)}
	for _, e := range d.edits {
		e.apply(m.text)
	}
	d.masked = weak.Make(m)
	return m.text
}

// unmasked is the text without its front matter and before any edit. It is put
// into the space of text if that is large enough.
func (d *Document) unmasked(text []byte) []byte {
	text = append(text, d.File.Data...)
	blank(text[:d.Body])
	for at := d.Body; ; at++ {
		i := bytes.IndexByte(text[at:], placeholder)
		if i < 0 {
			return text
		}
		at += i
		text[at] = ' '
	}
}

func (e edit) apply(text []byte) {
	b := text[e.start:e.end]
	if e.mark < 0 {
		blank(b)
		return
	}
	for i := range b {
		b[i] = placeholder
	}
	b[0], b[len(b)-1] = '{', '}'
	copy(b[2:len(b)-1], strconv.FormatInt(int64(e.mark), 36))
}

// blank blanks a part of the text.
func (d *Document) blank(text []byte, start, end int) {
	d.edit(text, edit{int32(start), int32(end), -1})
}

func (d *Document) edit(text []byte, e edit) {
	d.edits = append(d.edits, e)
	e.apply(text)
}

var containerMarks = lazyregexp.New(`^[ \t>]*(?:(?:[-*+:]|[0-9]{1,9}[.)])[ \t]+[ \t>]*)*$`)

// mask writes the placeholders into the text: {␚NUMBER␚…} of the tag's length.
func (d *Document) mask(text []byte) {
	covered := d.Body
	for _, c := range d.Calls {
		if c.Start < covered {
			continue // inside a verbatim body
		}
		end := c.TagEnd
		if c.Body == shortcodes.Verbatim {
			end = c.End
			covered = c.End
		}
		d.fill(text, c.Start, end, mark{call: c, end: end})
		if !c.Paired || end == c.End {
			continue
		}
		if c.Block {
			// A blank line ends no container, so the body's list items stay open;
			// blockParser knows the end by its offset.
			d.blank(text, c.BodyEnd, c.End)
		} else {
			d.fill(text, c.BodyEnd, c.End, mark{call: c, close: true, end: c.End})
		}
	}
	for _, c := range d.Calls {
		c.apart = c.Block && c.Paired && c.Body == shortcodes.Markdown && d.outdented(text, c)
	}
}

// outdented tells whether a line of the body of c stands further left than the
// tag: writers indent the tags that belong to a list item and leave the text
// between them at the margin.
func (d *Document) outdented(text []byte, c *Call) bool {
	start := d.File.LineStart(c.Start)
	tag := d.File.Data[start:c.Start]
	if len(tag) == 0 || len(bytes.TrimSpace(tag)) > 0 {
		return false
	}
	width := indentation(tag)
	body := text[c.TagEnd:c.BodyEnd]
	_, body, _ = bytes.Cut(body, []byte("\n"))
	for line := range bytes.Lines(body) {
		if len(bytes.TrimSpace(line)) > 0 && indentation(line) < width {
			return true
		}
	}
	return false
}

// indentation is the width of the blanks that line begins with.
func indentation(line []byte) int {
	width, _ := util.IndentWidth(line, 0)
	return width
}

// without is the masked text up to end, in which the bodies that stand apart
// from what surrounds them, from start on, are blank.
func (d *Document) without(start, end int) []byte {
	text := d.Masked()[:end]
	cloned := false
	for _, c := range d.Calls {
		if !c.apart || c.TagEnd <= start || c.BodyEnd > end {
			continue
		}
		if !cloned {
			text, cloned = slices.Clone(text), true
		}
		blank(text[c.TagEnd:c.BodyEnd])
	}
	return text
}

func (d *Document) fill(text []byte, start, end int, m mark) {
	d.edit(text, edit{int32(start), int32(end), int32(len(d.marks))})
	d.marks = append(d.marks, m)
}

// markAt returns the mark whose placeholder b starts with.
func (d *Document) markAt(b []byte) (mark, bool) {
	if len(b) < 3 || b[0] != '{' || b[1] != placeholder {
		return mark{}, false
	}
	n := bytes.IndexAny(b[2:], "\x1a}")
	if n < 0 {
		return mark{}, false
	}
	i, err := strconv.ParseInt(string(b[2:2+n]), 36, 32)
	if err != nil || int(i) >= len(d.marks) {
		return mark{}, false
	}
	return d.marks[i], true
}

// A Part is a run of literal text or one call. The parts of a pair are the call,
// what stands between its tags, and a Part with End set.
type Part struct {
	Text []byte
	Call *Call
	End  bool // the closing tag of Call
}

// Split cuts masked text into literal text and calls. It serves places where the
// tree has no nodes: code, raw HTML, link targets, titles and attributes.
func (d *Document) Split(masked []byte) iter.Seq[Part] {
	return func(yield func(Part) bool) {
		for rest := masked; len(rest) > 0; {
			var part Part
			if part, rest = d.Cut(rest); !yield(part) {
				return
			}
		}
	}
}

// Cut returns the part that masked text starts with, and what follows it.
func (d *Document) Cut(masked []byte) (first Part, rest []byte) {
	i := bytes.Index(masked, placeholderStart)
	if i < 0 {
		return Part{Text: masked}, nil
	}
	m, ok := d.markAt(masked[i:])
	end := bytes.IndexByte(masked[i:], '}')
	switch {
	case !ok || end < 0:
		return Part{Text: masked}, nil
	case i > 0:
		return Part{Text: masked[:i]}, masked[i:]
	}
	return Part{Call: m.call, End: m.close}, masked[end+1:]
}
