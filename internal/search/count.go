package search

import (
	"encoding/binary"
	"math"
	"sync"
)

// Words numbers the words of pages, in no certain order. Pages that are read with
// the same Words go into indexes together. Its zero value is ready; it is safe for
// concurrent use, and it never forgets.
type Words struct {
	mu       sync.Mutex
	table    table
	counters []*counter // that nobody uses
}

func (w *Words) number(word string) uint32 {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, _ := w.table.add(word)
	return uint32(n)
}

// all gives the words by their numbers, as many as there are now.
func (w *Words) all() table {
	w.mu.Lock()
	defer w.mu.Unlock()
	return table{text: w.table.text, ends: w.table.ends}
}

func (w *Words) take() *counter {
	w.mu.Lock()
	defer w.mu.Unlock()
	if last := len(w.counters) - 1; last >= 0 {
		c := w.counters[last]
		w.counters = w.counters[:last]
		return c
	}
	return &counter{all: w, usual: tokens{most: 1 << 15}, numeric: tokens{most: 1 << 12}}
}

func (w *Words) giveBack(c *counter) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counters = append(w.counters, c)
}

// A counter reads one page after the other. What it has learned of the words of
// one, it knows in the next: most texts are made of the same few thousand.
type counter struct {
	reader
	all     *Words
	usual   tokens
	numeric tokens // those with digits, most of which are on one page alone

	passage uint32   // of the page, from 1 on
	found   []found  // the words of the page
	places  places   // of words in found
	touched []uint32 // which words of the page the passage has
	hits    []uint64 // of the page: found<<32 + passage<<8 + weight
	length  [fields]int
	weights [4][4]byte // in this passage, by how often a word is in prose and in code

	sorted []uint32
	more   []byte
}

// found is a word of a page.
type found struct {
	word    uint32
	passage uint32         // that has it last
	n       [fields]uint16 // how often, there
	hits    uint32
}

// begin makes room for a page.
func (c *counter) begin() {
	c.passage = 1
	c.places.reset()
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
			pairs(fold(text[from:end]), func(pair string) { c.add(c.words(&c.usual, pair, kind), field) })
			continue
		}
		for end > from && isJoint(text[end-1]) {
			end--
		}
		if from == end {
			continue
		}
		token := text[from:end]
		known := &c.usual
		if hasDigit(token) {
			known = &c.numeric
		}
		c.add(c.words(known, token, kind), field)
	}
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if s[i] <= '9' && s[i] >= '0' {
			return true
		}
	}
	return false
}

// words are those that a token gives.
func (c *counter) words(known *tokens, token string, kind int) []uint32 {
	if words, ok := known.find(token); ok {
		return words
	}
	known.begin()
	keep := func(word string) { known.lists = append(known.lists, c.all.number(word)) }
	if kind == runPaired {
		keep(token)
	} else {
		run(token, kind == runPlain, keep)
	}
	return known.end(token)
}

// add counts words of the passage.
func (c *counter) add(words []uint32, field int) {
	c.length[field] += len(words)
	for _, word := range words {
		at, isNew := c.places.add(word)
		if isNew {
			c.found = append(c.found, found{word: word})
		}
		f := &c.found[at]
		if f.passage != c.passage {
			f.passage = c.passage
			f.n = [fields]uint16{}
			f.hits++
			c.touched = append(c.touched, at)
		}
		if n := &f.n[field]; *n < math.MaxUint16 {
			*n++
		}
	}
}

// endPassage weighs the words of the passage.
func (c *counter) endPassage() {
	c.weights = [4][4]byte{}
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
	w := &c.weights[n[fieldProse]][n[fieldCode]]
	if *w == 0 {
		*w = weightOf(n, &c.length)
	}
	return *w
}

// occurrences gives an entry the words of the page.
func (c *counter) occurrences(e *Entry) {
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
	e.words = make([]occurrence, len(c.found))
	c.more = c.more[:0]
	from := uint32(0)
	for i := range c.found {
		f := &c.found[i]
		hits := c.sorted[from:f.hits]
		last := hits[0]
		for _, h := range hits[1:] {
			c.more = append(appendNumber(c.more, int(h>>8-last>>8-1)), symbol(int(byte(h))))
			last = h
		}
		e.words[i] = occurrence{f.word, hits[0] >> 8, last >> 8, uint32(len(c.more)), byte(hits[0])}
		from = f.hits
	}
	e.more = string(c.more)
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
