package search

import (
	"encoding/binary"
	"math"
	"slices"
	"sync"
)

// Words numbers the words of pages, in no certain order. Pages that are read with
// the same Words go into indexes together. Its zero value is ready; it is safe for
// concurrent use, and it never forgets.
type Words struct {
	mu       sync.Mutex
	table    table
	counters []*counter // that nobody uses
	free     sync.Pool  // of entries that were released
}

// entry is an empty one of a page.
func (w *Words) entry(p Page) *Entry {
	e, _ := w.free.Get().(*Entry)
	if e == nil {
		e = &Entry{all: w}
	}
	e.page = p
	return e
}

func (w *Words) number(word string) uint32 {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, _ := w.table.add(word)
	return uint32(n)
}

// numbers appends those of the words that a token gives.
func (w *Words) numbers(all []uint32, t *pageToken) []uint32 {
	w.mu.Lock()
	defer w.mu.Unlock()
	keep := func(word string) {
		n, _ := w.table.add(word)
		all = append(all, uint32(n))
	}
	if t.kind == runPaired {
		keep(t.text)
	} else {
		run(t.text, t.kind == runPlain, keep)
	}
	return all
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

	page    pageTokens
	uses    []use    // of these, in order
	passage uint32   // of the page, from 1 on
	found   []found  // the words of the page
	places  places   // of words in found
	touched []uint32 // which words of the page the passage has
	hits    []uint64 // of the page: found<<32 + passage<<8 + weight
	length  [fields]int
	weights [4][4]byte // in this passage, by how often a word is in prose and in code

	numbers []uint32
	sorted  []uint32
}

// A use is where a token stands on the page; one of field passageEnd ends a passage.
type use struct {
	token uint32
	field uint8
}

const passageEnd = fields

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
	c.page.reset()
	c.places.reset()
	c.uses = c.uses[:0]
	c.found, c.hits = c.found[:0], c.hits[:0]
}

// count takes the tokens of a text, which is of the passage.
func (c *counter) count(text string, field uint8) {
	for i := 0; ; {
		from, end, kind := nextRun(text, i)
		if from == end {
			return
		}
		i = end
		if kind == runPaired {
			pairs(fold(text[from:end]), func(pair string) { c.use(pair, kind, field) })
			continue
		}
		for end > from && isJoint(text[end-1]) {
			end--
		}
		if from < end {
			c.use(text[from:end], kind, field)
		}
	}
}

func (c *counter) use(token string, kind int, field uint8) {
	c.uses = append(c.uses, use{c.page.add(token, kind), field})
}

func (c *counter) endPassage() { c.uses = append(c.uses, use{field: passageEnd}) }

// countWords counts the words that the tokens of the page give.
func (c *counter) countWords() {
	c.lookUp()
	for i := range c.page.all {
		c.placeWords(&c.page.all[i])
	}
	for _, u := range c.uses {
		if u.field == passageEnd {
			c.weighPassage()
			continue
		}
		t := &c.page.all[u.token]
		c.add(c.page.places[t.from:t.end], u.field)
	}
}

// lookUp finds what is known of the tokens of the page. The memory for one is not
// waited for before the next one is asked for.
func (c *counter) lookUp() {
	c.usual.makeRoom()
	c.numeric.makeRoom()
	for i := range c.page.all {
		t := &c.page.all[i]
		t.at = c.known(t).guess(t.hash)
	}
	for i := range c.page.all {
		t := &c.page.all[i]
		t.head = c.known(t).head(t.at)
	}
}

func (c *counter) known(t *pageToken) *tokens {
	if t.numeric {
		return &c.numeric
	}
	return &c.usual
}

// placeWords gives the words of a token their places on the page.
func (c *counter) placeWords(t *pageToken) {
	t.from = uint32(len(c.page.places))
	known := c.known(t)
	if words, ok := known.words(t.at, t.head, t.hash, t.text); ok {
		for ; len(words) > 0; words = words[wordSize:] {
			c.place(binary.LittleEndian.Uint32(words))
		}
	} else {
		c.numbers = c.all.numbers(c.numbers[:0], t)
		for _, word := range c.numbers {
			c.place(word)
		}
		known.learn(t.hash, t.text, c.numbers)
	}
	t.end = uint32(len(c.page.places))
}

func (c *counter) place(word uint32) {
	at, isNew := c.places.add(word)
	if isNew {
		c.found = append(c.found, found{word: word})
	}
	c.page.places = append(c.page.places, at)
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if s[i] <= '9' && s[i] >= '0' {
			return true
		}
	}
	return false
}

// add counts words of the passage, by their places.
func (c *counter) add(words []uint32, field uint8) {
	c.length[field] += len(words)
	for _, at := range words {
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

// weighPassage weighs the words of the passage.
func (c *counter) weighPassage() {
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
	c.sorted = slices.Grow(c.sorted[:0], len(c.hits))[:len(c.hits)]
	for _, h := range c.hits {
		f := &c.found[h>>32]
		c.sorted[f.hits] = uint32(h)
		f.hits++ // so that it ends as where the word's hits end
	}
	e.words = slices.Grow(e.words, len(c.found))
	from := uint32(0)
	for i := range c.found {
		f := &c.found[i]
		hits := c.sorted[from:f.hits]
		last := hits[0]
		for _, h := range hits[1:] {
			e.more = append(appendNumber(e.more, int(h>>8-last>>8-1)), symbol(int(byte(h))))
			last = h
		}
		e.words = append(e.words, occurrence{f.word, hits[0] >> 8, last >> 8, uint32(len(e.more)), byte(hits[0])})
		from = f.hits
	}
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
