package search

import "hash/maphash"

// tokens remember the words that texts between spaces give.
type tokens struct {
	most  int // how many they are at most: then all are forgotten, and what is usual is soon learned again
	slots []token
	n     int
	text  []byte
	lists []uint32 // of words
	from  int      // where the list begins that is being made
}

// A token is a text and its words. One without words is free.
type token struct {
	hash  uint32
	text  uint32 // where it begins
	list  uint32 // where its words begin
	size  uint16 // of the text, in bytes
	words uint16
}

// A longer token is not remembered: nobody writes it twice.
const longestToken = 128

// find returns the words of a token, if they are known. They are good until the
// next end.
func (t *tokens) find(s string) (words []uint32, ok bool) {
	if len(t.slots) == 0 || len(s) > longestToken {
		return nil, false
	}
	slot, ok := t.slot(maphash.String(seed, s), s)
	if !ok {
		return nil, false
	}
	return t.lists[slot.list : slot.list+uint32(slot.words)], true
}

// slot is where a token is, or else a free one.
func (t *tokens) slot(hash uint64, s string) (slot *token, ok bool) {
	mask := uint64(len(t.slots) - 1)
	for i := hash >> 32 & mask; ; i = (i + 1) & mask {
		switch slot := &t.slots[i]; {
		case slot.words == 0:
			return slot, false
		case slot.hash == uint32(hash>>32) && string(t.text[slot.text:slot.text+uint32(slot.size)]) == s:
			return slot, true
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
	slot, _ := t.slot(hash, s)
	*slot = token{uint32(hash >> 32), uint32(len(t.text)), uint32(t.from), uint16(len(s)), uint16(len(words))}
	t.text = append(t.text, s...)
	t.n++
	return words
}

func (t *tokens) grow() {
	old := t.slots
	t.slots = make([]token, max(2*len(old), 256))
	mask := uint32(len(t.slots) - 1)
	for _, slot := range old {
		if slot.words == 0 {
			continue
		}
		i := slot.hash & mask
		for t.slots[i].words != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = slot
	}
}

// reset forgets all and keeps the memory.
func (t *tokens) reset() {
	clear(t.slots)
	t.n, t.text, t.lists = 0, t.text[:0], t.lists[:0]
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
