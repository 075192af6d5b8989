package search

import "hash/maphash"

// tokens remember the words that texts between spaces give.
type tokens struct {
	most  int // how many they are at most: then all are forgotten, and what is usual is soon learned again
	slots []token
	n     int
	lists []uint32 // of words
	from  int      // where the list begins that is being made
}

// A token is a text and its words. One without words is free. The hash stands for
// the text, which would be one more place in memory for each token of a site, and
// none of them near: with all that is remembered, two texts have the same one in
// one of 10⁹ builds of 50,000 pages.
type token struct {
	hash  uint64
	list  uint32 // where its words begin
	words uint32 // how many
}

// A longer token is not remembered: nobody writes it twice.
const longestToken = 128

// find returns the words of a token, if they are known. They are good until the
// next end.
func (t *tokens) find(s string) (words []uint32, ok bool) {
	if len(t.slots) == 0 || len(s) > longestToken {
		return nil, false
	}
	slot := t.slot(maphash.String(seed, s))
	return t.lists[slot.list : slot.list+slot.words], slot.words > 0
}

// slot is where a token is, or else a free one.
func (t *tokens) slot(hash uint64) *token {
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if slot := &t.slots[i]; slot.hash == hash || slot.words == 0 {
			return slot
		}
	}
}

// begin begins a list of words; end gives it, and remembers it as that of a token.
func (t *tokens) begin() {
	if t.n >= t.most {
		t.reset()
	}
	t.from = len(t.lists)
}

func (t *tokens) end(s string) []uint32 {
	words := t.lists[t.from:]
	if len(words) == 0 || len(s) > longestToken {
		t.lists = t.lists[:t.from]
		return words
	}
	if 2*t.n >= len(t.slots) {
		t.grow()
	}
	hash := maphash.String(seed, s)
	*t.slot(hash) = token{hash, uint32(t.from), uint32(len(words))}
	t.n++
	return words
}

func (t *tokens) grow() {
	old := t.slots
	t.slots = make([]token, max(2*len(old), 256))
	for _, slot := range old {
		if slot.words > 0 {
			*t.slot(slot.hash) = slot
		}
	}
}

// reset forgets all and keeps the memory.
func (t *tokens) reset() {
	clear(t.slots)
	t.n, t.lists = 0, t.lists[:0]
}

// places numbers the words of a page from 0 on, in the order in which they come.
// Its zero value is empty.
type places struct {
	slots       []place
	first, next uint32 // numbers of this page's words; slots with lower ones are free
}

// A place is a word and its number.
type place struct{ word, number uint32 }

// add returns the number of a word, and whether it has none before.
func (p *places) add(word uint32) (n uint32, isNew bool) {
	if 2*int(p.next-p.first) >= len(p.slots) {
		p.grow()
	}
	slot := p.slot(word)
	if slot.number >= p.first {
		return slot.number - p.first, false
	}
	*slot = place{word, p.next}
	p.next++
	return p.next - 1 - p.first, true
}

func (p *places) slot(word uint32) *place {
	mask := uint32(len(p.slots) - 1)
	for i := word * 0x9e3779b1 >> 7 & mask; ; i = (i + 1) & mask {
		if s := &p.slots[i]; s.number < p.first || s.word == word {
			return s
		}
	}
}

func (p *places) grow() {
	old := p.slots
	p.slots = make([]place, max(2*len(old), 1024))
	p.first, p.next = max(p.first, 1), max(p.next, 1)
	for _, s := range old {
		if s.number >= p.first {
			*p.slot(s.word) = s
		}
	}
}

// reset is for another page.
func (p *places) reset() {
	if p.first = p.next; p.first > 1<<31 {
		clear(p.slots)
		p.first, p.next = 1, 1
	}
}
