package search

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Sizes in bytes at which a file of the index is full, on a site of up to
// fewPages. With more pages both grow, the files and how many they are: what a
// reader has to load and what a disk has to hold are in the balance. With 25
// times as many pages, files of words are 5 times as large, and files of text 9
// times.
//
// A file ends in its second half, before the word or page with the smallest hash:
// where a page changes, other files are likely to begin and end where they did.
const (
	wordsSize = 6000
	endsSize  = 4 << 10
	textSize  = 5500
	fewPages  = 400
)

// hash is FNV-1a: files end at the same places on every machine.
func hash(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return h
}

// An Index is all pages of one language. Its zero value is empty and ready. It is
// used by one goroutine.
type Index struct {
	// Write takes the files as they are made, so that the text of all pages is
	// not held; data is good until it returns. Names are relative to the folder of
	// the index.
	Write func(name string, data []byte) error
	// Pages is how many pages will be added, about. The files are the larger the
	// more these are.
	Pages int
	// Stop are words that say nothing in a question, with spaces between them: a
	// query that has others is searched without them.
	Stop string
	// Keep takes the words with their places, piece by piece, when the index is
	// closed: what Kept reads. nil nobody does.
	Keep func(data []byte)
	// Last has the words of the last index of these pages, if pages come by Renew.
	Last *Kept

	all      *Words // of the pages that were added
	postings postings
	passages int
	pages    numbers // how many passages each page has
	text     []byte  // the file of text that is not full
	rest     []byte  // of the last one
	inText   int     // how many passages it has
	end      textEnd // where it may end
	chunks   numbers // how many passages each file of text has

	kept    []byte
	before  int // passages of the pages in Last
	renewed []renewed
}

// A textEnd is before a page. The zero value is none.
type textEnd struct {
	hash       uint64
	at, inText int // bytes and passages before it
}

// Add puts a page behind those that are in the index. All of these were read with
// the same Words.
func (x *Index) Add(e *Entry) error {
	x.all = e.all
	x.postings.add(uint32(x.passages), e)
	x.passages += len(e.passages)
	x.pages.add(len(e.passages))
	return x.addText(e)
}

// scale is how many times as many pages there are as a small site has, to the
// power of growth. It is a whole number: few sites have other files for one page
// more.
func (x *Index) scale(growth float64) int {
	return max(1, int(math.Pow(float64(x.Pages)/fewPages, growth)+1e-6)) // 24.999… is 25
}

// addText adds the passages of a page as lists: heading, id, text; the first one
// of a page in a file says which page it is, too: URL, title, trail.
func (x *Index) addText(e *Entry) error {
	full := textSize * x.scale(2./3)
	if h := hash(e.page.URL); len(x.text) >= full/2 && (x.end.at == 0 || h < x.end.hash) {
		x.end = textEnd{h, len(x.text), x.inText}
	}
	for i, p := range e.passages {
		if x.inText == 0 {
			x.beginText()
		} else {
			x.text = append(x.text, ',')
		}
		text := p.text
		if i == 0 && text == "" {
			text = e.page.Description
		}
		x.text = appendStrings(append(x.text, '['), p.heading, p.id, text)
		if i == 0 || x.inText == 0 {
			x.text = appendStrings(append(x.text, ','), e.page.URL, e.page.Title, e.page.Trail)
		}
		x.text = append(x.text, ']')
		x.inText++
		if len(x.text) >= full {
			if err := x.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// beginText begins a file.
func (x *Index) beginText() {
	x.text = fmt.Appendf(x.text[:0], "probatumSearch(\"p%d\",[", x.chunks.n)
}

// flush writes a file of text, up to where it may end; else all of it.
func (x *Index) flush() error {
	if x.end.at == 0 {
		x.end = textEnd{at: len(x.text), inText: x.inText}
	}
	name, rest := fmt.Sprintf("p%d.js", x.chunks.n), append(x.rest[:0], x.text[x.end.at:]...)
	if err := x.Write(name, append(x.text[:x.end.at], "])\n"...)); err != nil {
		return err
	}
	x.chunks.add(x.end.inText)
	x.inText -= x.end.inText
	x.text, x.rest, x.end = x.text[:0], rest, textEnd{}
	if x.inText > 0 { // a comma and then the first of the next file
		x.beginText()
		x.text = append(x.text, rest[1:]...)
	}
	return nil
}

// Close writes what has not been written yet.
func (x *Index) Close() error {
	for x.inText > 0 {
		x.end = textEnd{}
		if err := x.flush(); err != nil {
			return err
		}
	}
	var all table
	if x.all != nil {
		all = x.all.all()
	}
	words, ends, err := x.writeWords(&all)
	if err != nil {
		return err
	}
	root, err := json.Marshal(map[string]any{"pages": x.pages.String(), "chunks": x.chunks.String(), "words": words, "ends": ends, "stop": stopWords(x.Stop), "scale": x.scale(1. / 2)})
	if err != nil {
		return fmt.Errorf("search index: %w", err)
	}
	return x.Write("root.js", fmt.Appendf(nil, "probatumSearch(\"root\",%s)\n", root))
}

// stopWords gives the words as queries are held against them, in order.
func stopWords(text string) string {
	words := strings.Fields(fold(text))
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

// writeWords writes all words with their places, and those that one can spell wrong
// backwards. It returns where the files begin.
func (x *Index) writeWords(all *table) (begin, ends string, err error) {
	w := &wordWriter{shards: shards{x: x, name: "t", size: wordsSize * x.scale(1./2)}}
	if x.Last != nil {
		err = x.renewWords(all, w)
	} else {
		err = x.newWords(all, w)
	}
	if err == nil {
		begin, err = w.close()
	}
	if err == nil {
		ends, err = x.writeEnds(w.ends)
	}
	return begin, ends, err
}

func (x *Index) newWords(all *table, w *wordWriter) error {
	var places []byte
	for _, n := range x.order(all) {
		word, pages := string(all.at(n)), int(x.postings.words[n].pages)
		places = x.postings.append(places[:0], n)
		x.keep(word, pages, places)
		if err := w.add(word, pages, places); err != nil {
			return err
		}
	}
	x.keep("", 0, nil)
	return nil
}

// A wordWriter writes words with their places.
type wordWriter struct {
	shards
	ends []string // of words that one can spell wrong, which are these backwards
	data []byte
	hits []uint32
}

// add puts a word behind the others, which so many pages have.
func (w *wordWriter) add(word string, pages int, places []byte) error {
	rare := math.Log(1 + float64(w.x.pages.n)/float64(pages))
	w.data = append(w.data[:0], ' ', symbol(min(int(math.Round(rare*rareness)), alphabet-1)))
	// Where none is kept, the word is: a query for "are" does not mean "area".
	if least := w.x.least(pages); least > 0 {
		w.hits = hits(w.hits[:0], places)
		w.data = appendHits(w.data, w.hits, least)
	} else {
		w.data = append(w.data, places...)
	}
	if spelt(word) {
		w.ends = append(w.ends, backwards(word))
	}
	return w.shards.add(word, w.data)
}

// order are the numbers of the words that pages of the index have, in the order of
// these.
func (x *Index) order(all *table) []int {
	type word struct {
		start uint64 // its first letters
		n     int32
	}
	words := make([]word, 0, len(x.postings.words))
	for n := range x.postings.all() {
		var start [8]byte
		copy(start[:], all.at(n))
		words = append(words, word{binary.BigEndian.Uint64(start[:]), int32(n)})
	}
	slices.SortFunc(words, func(a, b word) int {
		if a.start != b.start {
			return cmp.Compare(a.start, b.start)
		}
		return bytes.Compare(all.at(int(a.n)), all.at(int(b.n)))
	})
	order := make([]int, len(words))
	for i, w := range words {
		order[i] = int(w.n)
	}
	return order
}

// rareness is what the logarithm of a word's rareness is written in parts of.
const rareness = 6

// least is what a place of a word that is on so many pages must weigh to be in
// the index. A word that is on most pages says something in titles and headings
// alone.
func (x *Index) least(pages int) byte {
	if x.pages.n < manyPages || pages*2 < x.pages.n {
		return 0
	}
	return heavy
}

// A word in a heading or title weighs heavy or more. A site with fewer than
// manyPages has no words that are too many.
const (
	heavy     = 36
	manyPages = 50
)

// writeEnds writes words backwards.
func (x *Index) writeEnds(words []string) (string, error) {
	slices.Sort(words)
	f := &shards{x: x, name: "s", size: endsSize * x.scale(1./2)}
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
