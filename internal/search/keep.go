package search

import (
	"encoding/binary"
	"errors"
)

// errKept is what is returned for what was not kept so.
var errKept = errors.New("no entry of a search index")

// AppendTexts appends the entry without its words, in a form from which ReadEntry
// makes it again.
func (e *Entry) AppendTexts(b []byte) []byte {
	b = keepTexts(b, e.page.URL, e.page.Title, e.page.Trail, e.page.Description)
	b = binary.AppendUvarint(b, uint64(len(e.passages)))
	for _, p := range e.passages {
		b = keepTexts(b, p.heading, p.id, p.text)
	}
	return b
}

// Append is AppendTexts, with the words.
func (e *Entry) Append(b []byte) []byte {
	b = e.AppendTexts(b)
	all := e.all.all()
	from := uint32(0)
	for _, o := range e.words {
		b = appendText(b, all.at(int(o.word)))
		b = append(binary.AppendUvarint(b, uint64(o.first)), o.weight)
		b = binary.AppendUvarint(b, uint64(o.last-o.first))
		b = appendText(b, e.more[from:o.end])
		from = o.end
	}
	return b
}

func keepTexts(b []byte, texts ...string) []byte {
	for _, s := range texts {
		b = appendText(b, s)
	}
	return b
}

// ReadEntry makes an entry of what these have written, and of nothing else. It
// holds parts of data.
func (w *Words) ReadEntry(data string) (*Entry, error) {
	k := kept{rest: data}
	e := w.entry(Page{URL: k.text(), Title: k.text(), Trail: k.text(), Description: k.text()})
	for range k.count() {
		e.passages = append(e.passages, passage{k.text(), k.text(), k.text()})
	}
	for k.rest != "" {
		word, first := w.number(k.text()), k.number()
		weight := k.byte()
		last := first + k.number()
		e.more = append(e.more, k.text()...)
		e.words = append(e.words, occurrence{word, uint32(first), uint32(last), uint32(len(e.more)), weight})
	}
	if k.bad {
		return nil, errKept
	}
	return e, nil
}

// kept reads what Append has written.
type kept struct {
	rest string
	bad  bool
}

func (k *kept) number() int {
	n, shift := 0, 0
	for i := 0; i < len(k.rest) && i < binary.MaxVarintLen32; i++ {
		c := k.rest[i]
		n |= int(c&0x7f) << shift
		if shift += 7; c < 0x80 {
			k.rest = k.rest[i+1:]
			return n
		}
	}
	k.bad, k.rest = true, ""
	return 0
}

// count is how many of something follow: each takes a byte at least.
func (k *kept) count() int {
	n := k.number()
	if n > len(k.rest) {
		k.bad, k.rest = true, ""
		return 0
	}
	return n
}

func (k *kept) text() string {
	n := k.count()
	s := k.rest[:n]
	k.rest = k.rest[n:]
	return s
}

func (k *kept) byte() byte {
	if k.rest == "" {
		k.bad = true
		return 0
	}
	c := k.rest[0]
	k.rest = k.rest[1:]
	return c
}
