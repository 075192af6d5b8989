package search

import (
	"encoding/binary"
	"math"
	"sync"
)

// A counter reads one page after the other. What it has learned of the words of
// one, it knows in the next: most texts are made of the same few thousand.
type counter struct {
	reader

	tokens   table // as they stand between the spaces of texts
	lists    []uint32
	listEnds []uint32 // of the words that each token gives, in lists
	words    table
	places   []place // of the words

	page    uint32 // counts the pages
	passage uint32 // of the page, from 1 on
	found   []found
	touched []uint32 // which words of the page the passage has
	hits    []uint64 // of the page: found<<32 + passage<<8 + weight
	length  [fields]int
	usual   [4][4]byte // weights in this passage, by how often a word is in prose and in code

	sorted []uint32
	packed []byte
}

// place says where the page that saw a word last has it.
type place struct{ page, found uint32 }

// found is a word of a page.
type found struct {
	word    uint32
	passage uint32         // that has it last
	n       [fields]uint16 // how often, there
	hits    uint32
}

// learned is how many tokens a counter remembers. It forgets them all when it has
// as many: what is usual is soon learned again.
const learned = 1 << 16

var counters = sync.Pool{New: func() any { return new(counter) }}

// begin makes room for a page.
func (c *counter) begin() {
	if c.tokens.len() > learned || c.words.len() > learned {
		c.tokens.reset()
		c.words.reset()
		c.lists, c.listEnds, c.places = c.lists[:0], c.listEnds[:0], c.places[:0]
	}
	if c.page++; c.page == 0 { // once around
		clear(c.places)
		c.page = 1
	}
	c.passage = 1
	c.found, c.hits = c.found[:0], c.hits[:0]
}

func (c *counter) count(text string, field int) {
	for i := 0; ; {
		from, end, kind := nextRun(text, i)
		if from == end {
			return
		}
		i = end
		if kind == runPaired {
			pairs(fold(text[from:end]), func(word string) { c.add(c.number(word), field) })
			continue
		}
		for end > from && isJoint(text[end-1]) {
			end--
		}
		if from == end {
			continue
		}
		n, isNew := c.tokens.add(text[from:end])
		if isNew {
			run(text[from:end], kind == runPlain, func(word string) { c.lists = append(c.lists, c.number(word)) })
			c.listEnds = append(c.listEnds, uint32(len(c.lists)))
		}
		first := uint32(0)
		if n > 0 {
			first = c.listEnds[n-1]
		}
		for _, word := range c.lists[first:c.listEnds[n]] {
			c.add(word, field)
		}
	}
}

func (c *counter) number(word string) uint32 {
	n, isNew := c.words.add(word)
	if isNew {
		c.places = append(c.places, place{})
	}
	return uint32(n)
}

// add counts a word of the passage.
func (c *counter) add(word uint32, field int) {
	c.length[field]++
	p := &c.places[word]
	if p.page != c.page {
		*p = place{c.page, uint32(len(c.found))}
		c.found = append(c.found, found{word: word})
	}
	f := &c.found[p.found]
	if f.passage != c.passage {
		f.passage = c.passage
		f.n = [fields]uint16{}
		f.hits++
		c.touched = append(c.touched, p.found)
	}
	if n := &f.n[field]; *n < math.MaxUint16 {
		*n++
	}
}

// endPassage weighs the words of the passage.
func (c *counter) endPassage() {
	c.usual = [4][4]byte{}
	for _, i := range c.touched {
		c.hits = append(c.hits, uint64(i)<<32|uint64(c.passage-1)<<8|uint64(c.weigh(&c.found[i].n)))
	}
	c.touched = c.touched[:0]
	c.length = [fields]int{}
	c.passage++
}

func (c *counter) weigh(n *[fields]uint16) byte {
	if n[fieldProse] >= 4 || n[fieldCode] >= 4 || n[fieldHeading]|n[fieldTitle]|n[fieldAbout] != 0 {
		return weightOf(n, &c.length)
	}
	w := &c.usual[n[fieldProse]][n[fieldCode]]
	if *w == 0 {
		*w = weightOf(n, &c.length)
	}
	return *w
}

// occurrences are the words of the page in the form in which an Entry has them.
func (c *counter) occurrences() string {
	at := uint32(0)
	for i := range c.found {
		f := &c.found[i]
		f.hits, at = at, at+f.hits
	}
	c.sorted = append(c.sorted[:0], make([]uint32, len(c.hits))...)
	for _, h := range c.hits {
		f := &c.found[h>>32]
		c.sorted[f.hits] = uint32(h)
		f.hits++ // so that it ends as where the word's hits end
	}
	c.packed = c.packed[:0]
	from := uint32(0)
	for i := range c.found {
		f := &c.found[i]
		c.packed = appendText(c.packed, c.words.at(int(f.word)))
		c.packed = binary.AppendUvarint(c.packed, uint64(f.hits-from))
		last := uint32(0)
		for _, h := range c.sorted[from:f.hits] {
			c.packed = append(binary.AppendUvarint(c.packed, uint64(h>>8-last)), byte(h))
			last = h >> 8
		}
		from = f.hits
	}
	return string(c.packed)
}

func appendText[T string | []byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// weightOf is how much a word says that stands n times in a passage of that
// length, from 1 to topWeight on a logarithmic scale: 2^(w/8) - 1, over 8.
func weightOf(n *[fields]uint16, length *[fields]int) byte {
	var x float64
	if n[fieldTitle] > 0 {
		x += worth[fieldTitle] / math.Sqrt(float64(length[fieldTitle]))
	}
	if n[fieldHeading] > 0 {
		x += worth[fieldHeading] / math.Sqrt(float64(length[fieldHeading]))
	}
	if n[fieldAbout] > 0 {
		x += worth[fieldAbout]
	}
	slow := 0.4 + 0.8*float64(length[fieldProse]+length[fieldCode])/usualWords
	for f := range fieldHeading {
		if k := float64(n[f]); k > 0 {
			x += worth[f] * k / (k + slow)
		}
	}
	return byte(min(max(math.Round(8*math.Log2(1+8*x)), 1), topWeight))
}
