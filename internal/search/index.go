package search

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Sizes in bytes at which a file of the index is full.
const (
	wordsSize = 5 << 10
	endsSize  = 3 << 10
	textSize  = 4 << 10
)

// An Index is all pages of one language. Its zero value is empty and ready. It is
// used by one goroutine.
type Index struct {
	// Write takes the files as they are made, so that the text of all pages is
	// not held. Names are relative to the folder of the index.
	Write func(name string, data []byte) error

	byWord   map[string]int32
	words    []postings
	passages int
	pages    numbers // how many passages each page has
	text     []textItem
	size     int     // of text
	chunks   numbers // how many passages each file of text has
	files    int     // of text
}

// postings are the places of a word: passage<<8 + weight.
type postings struct {
	word  string
	at    []uint32
	pages int
}

// A textItem is a passage; the first one of a page in a file says which page it
// is: heading, id, text, URL, title, trail.
type textItem []string

// Add puts a page behind those that are in the index.
func (x *Index) Add(e *Entry) error {
	if x.byWord == nil {
		x.byWord = map[string]int32{}
	}
	for _, w := range e.words {
		i, ok := x.byWord[w.word]
		if !ok {
			i = int32(len(x.words))
			word := strings.Clone(w.word) // it is a piece of a whole page
			x.words = append(x.words, postings{word: word})
			x.byWord[word] = i
		}
		p := &x.words[i]
		p.pages++
		for _, h := range w.at {
			p.at = append(p.at, uint32(x.passages+h.passage)<<8|uint32(h.weight))
		}
	}
	x.passages += len(e.passages)
	x.pages.add(len(e.passages))
	return x.addText(e)
}

func (x *Index) addText(e *Entry) error {
	for i, p := range e.passages {
		item := textItem{p.heading, p.id, p.text}
		if i == 0 && p.text == "" {
			item[2] = e.page.Description
		}
		if i == 0 || len(x.text) == 0 {
			item = append(item, e.page.URL, e.page.Title, e.page.Trail)
		}
		x.text = append(x.text, item)
		for _, s := range item {
			x.size += len(s) + 3
		}
		if x.size >= textSize {
			if err := x.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes the text that was not written yet.
func (x *Index) flush() error {
	x.chunks.add(len(x.text))
	err := x.file(fmt.Sprintf("p%d", x.files), x.text)
	x.files++
	x.text, x.size = nil, 0
	return err
}

// Close writes what has not been written yet.
func (x *Index) Close() error {
	if len(x.text) > 0 {
		if err := x.flush(); err != nil {
			return err
		}
	}
	slices.SortFunc(x.words, func(a, b postings) int { return strings.Compare(a.word, b.word) })
	words, err := x.writeWords()
	if err != nil {
		return err
	}
	ends, err := x.writeEnds()
	if err != nil {
		return err
	}
	return x.file("root", map[string]any{"pages": x.pages.String(), "chunks": x.chunks.String(), "words": words, "ends": ends})
}

// writeWords writes all words with their places, and returns where the files
// begin.
func (x *Index) writeWords() (string, error) {
	f := &shards{x: x, name: "t", size: wordsSize}
	var b []byte
	for _, p := range x.words {
		at := x.kept(p) // none is said, too: a query for "are" does not mean "area"
		rare := math.Log(1 + float64(x.pages.n)/float64(p.pages))
		b = append(b[:0], ' ', symbol(min(int(math.Round(rare*rareness)), alphabet-1)))
		last := -1
		for _, h := range at {
			passage := int(h >> 8)
			b = appendNumber(b, passage-last-1)
			b = append(b, symbol(int(h&0xff)))
			last = passage
		}
		if err := f.add(p.word, b); err != nil {
			return "", err
		}
	}
	return f.close()
}

// rareness is what the logarithm of a word's rareness is written in parts of.
const rareness = 6

// kept are the places of a word that the index holds: all, but for a word that is
// on most pages. That says something in titles and headings alone.
func (x *Index) kept(p postings) []uint32 {
	if x.pages.n < manyPages || p.pages*2 < x.pages.n {
		return p.at
	}
	var at []uint32
	for _, h := range p.at {
		if h&0xff >= heavy {
			at = append(at, h)
		}
	}
	return at
}

// A word in a heading or title weighs heavy or more. A site with fewer than
// manyPages has no words that are too many.
const (
	heavy     = 36
	manyPages = 50
)

// writeEnds writes the words that one can spell wrong, backwards.
func (x *Index) writeEnds() (string, error) {
	var words []string
	for _, p := range x.words {
		if spelt(p.word) {
			words = append(words, backwards(p.word))
		}
	}
	slices.Sort(words)
	f := &shards{x: x, name: "s", size: endsSize}
	for _, w := range words {
		if err := f.add(w, nil); err != nil {
			return "", err
		}
	}
	return f.close()
}

// spelt tells whether a word is made of letters alone, and not of too few.
func spelt(word string) bool {
	n := 0
	for i := 0; i < len(word); n++ {
		kind, size := kindAt(word, i)
		if kind != kindWord || word[i] >= '0' && word[i] <= '9' {
			return false
		}
		i += size
	}
	return n >= 4 && n <= 24
}

func backwards(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

// shards writes words that come in order into files of about the same size. A
// word is written as what it has in common with the one before it and the rest.
type shards struct {
	x     *Index
	name  string
	size  int
	n     int
	last  string
	text  []byte
	begin []string // of the files but for the first, as short as tells them apart
}

func (f *shards) add(word string, data []byte) error {
	if len(f.text) > 0 && len(f.text)+len(data) > f.size {
		if err := f.flush(); err != nil {
			return err
		}
		end := common(f.last, word)
		_, n := utf8.DecodeRuneInString(word[end:])
		f.begin = append(f.begin, word[:end+n])
		f.last = ""
	}
	n := common(f.last, word)
	units := 0 // as JavaScript counts
	for _, c := range word[:n] {
		units += utf16.RuneLen(c)
	}
	if units >= alphabet {
		n, units = 0, 0
	}
	if len(f.text) > 0 {
		f.text = append(f.text, ' ')
	}
	f.text = append(f.text, symbol(units))
	f.text = append(append(f.text, word[n:]...), data...)
	f.last = word
	return nil
}

// common is how many bytes of whole letters two words begin with alike.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(b) && !utf8.RuneStart(b[n]) {
		n--
	}
	return n
}

func (f *shards) flush() error {
	err := f.x.file(fmt.Sprintf("%s%d", f.name, f.n), string(f.text))
	f.n++
	f.text = f.text[:0]
	return err
}

func (f *shards) close() (string, error) {
	if len(f.text) > 0 {
		if err := f.flush(); err != nil {
			return "", err
		}
	}
	return strings.Join(f.begin, " "), nil
}

// Numbers are written in characters that a string of JavaScript holds as they
// are: from # on, without the backslash. A number below half is one character;
// another gives its low bits first, each character but the last one moved up by
// half.
const (
	alphabet = 64
	half     = alphabet / 2
)

func symbol(n int) byte {
	c := byte('#' + n)
	if c >= '\\' {
		c++
	}
	return c
}

func appendNumber(b []byte, n int) []byte {
	for ; n >= half; n /= half {
		b = append(b, symbol(half+n%half))
	}
	return append(b, symbol(n))
}

// numbers is a list of them in that form. n counts them.
type numbers struct {
	text []byte
	n    int
}

func (l *numbers) add(n int)      { l.text = appendNumber(l.text, n); l.n++ }
func (l *numbers) String() string { return string(l.text) }

// file writes one file of the index.
func (x *Index) file(name string, data any) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "probatumSearch(%q,", name)
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(data); err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	b.Truncate(b.Len() - 1)
	b.WriteString(")\n")
	return x.Write(name+".js", b.Bytes())
}
