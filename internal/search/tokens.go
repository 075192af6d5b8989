package search

import (
	"encoding/binary"
	"hash/maphash"
)

// tokens remember the words that texts between spaces give.
type tokens struct {
	most  int      // how many they are, about: then all are forgotten, and what is usual is soon learned again
	slots []uint64 // the high half of a token's hash, and where in data it is; 0 is free
	n     int
	data  []byte // of each: its size and how many words it gives, these, and its text
}

// Sizes in data, in bytes.
const (
	tokenHead = 4
	wordSize  = 4
)

// A longer token is not remembered: nobody writes it twice.
const longestToken = 128

// guess is where in data a token may be; 0 it is not known.
func (t *tokens) guess(hash uint64) uint32 {
	if len(t.slots) == 0 {
		return 0
	}
	mask := uint64(len(t.slots) - 1)
	for i := hash >> 32 & mask; ; i = (i + 1) & mask {
		if slot := t.slots[i]; slot == 0 || slot>>32 == hash>>32 {
			return uint32(slot)
		}
	}
}

// words are those of a token at a place that was guessed, or else at another one.
// They are good until the next one is learned.
func (t *tokens) words(at, head uint32, hash uint64, s string) (words []byte, ok bool) {
	if words, ok = t.at(at, head, s); ok || at == 0 {
		return words, ok
	}
	mask := uint64(len(t.slots) - 1)
	for i := hash >> 32 & mask; t.slots[i] != 0; i = (i + 1) & mask {
		if slot := t.slots[i]; slot>>32 == hash>>32 {
			if words, ok = t.at(uint32(slot), t.head(uint32(slot)), s); ok {
				return words, true
			}
		}
	}
	return nil, false
}

func (t *tokens) head(at uint32) uint32 {
	if at == 0 {
		return 0
	}
	return binary.LittleEndian.Uint32(t.data[at:])
}

func (t *tokens) at(at, head uint32, s string) (words []byte, ok bool) {
	if head&0xffff != uint32(len(s)) {
		return nil, false
	}
	text := at + tokenHead + head>>16*wordSize
	if string(t.data[text:text+uint32(len(s))]) != s {
		return nil, false
	}
	return t.data[at+tokenHead : text], true
}

// learn remembers a token and the words that it gives.
func (t *tokens) learn(hash uint64, s string, words []uint32) {
	if len(s) > longestToken {
		return
	}
	if 2*t.n >= len(t.slots) {
		t.grow()
	}
	t.put(hash&^low32 | uint64(len(t.data)))
	t.data = binary.LittleEndian.AppendUint32(t.data, uint32(len(words))<<16|uint32(len(s)))
	for _, w := range words {
		t.data = binary.LittleEndian.AppendUint32(t.data, w)
	}
	t.data = append(t.data, s...)
	t.n++
}

func (t *tokens) put(slot uint64) {
	mask := uint64(len(t.slots) - 1)
	i := slot >> 32 & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = slot
}

func (t *tokens) grow() {
	old := t.slots
	t.slots = make([]uint64, max(2*len(old), 256))
	for _, slot := range old {
		if slot != 0 {
			t.put(slot)
		}
	}
}

// makeRoom forgets all if these are too many, and keeps the memory.
func (t *tokens) makeRoom() {
	if t.n >= t.most || len(t.data) == 0 {
		clear(t.slots)
		t.n, t.data = 0, append(t.data[:0], 0) // nothing is at 0
	}
}

// pageTokens are the texts between spaces of a page, each once, in the order in
// which they come. Its zero value is empty.
type pageTokens struct {
	all    []pageToken
	slots  []uint32 // numbers in all + 1; 0 is free
	places []uint32 // of the words of all tokens, in those of the page
}

type pageToken struct {
	text      string
	hash      uint64
	kind      uint8  // of run
	numeric   bool   // has digits
	at, head  uint32 // where tokens may have it
	from, end uint32 // of its words, in places
}

// add returns the number of a token.
func (p *pageTokens) add(s string, kind int) uint32 {
	if 2*len(p.all) >= len(p.slots) {
		p.grow()
	}
	hash := maphash.String(seed, s)
	mask := uint64(len(p.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		n := p.slots[i]
		if n == 0 {
			p.all = append(p.all, pageToken{text: s, hash: hash, kind: uint8(kind), numeric: hasDigit(s)})
			p.slots[i] = uint32(len(p.all))
			return uint32(len(p.all)) - 1
		}
		if t := &p.all[n-1]; t.hash == hash && t.text == s {
			return n - 1
		}
	}
}

func (p *pageTokens) grow() {
	p.slots = make([]uint32, max(2*len(p.slots), 1024))
	mask := uint64(len(p.slots) - 1)
	for n, t := range p.all {
		i := t.hash & mask
		for p.slots[i] != 0 {
			i = (i + 1) & mask
		}
		p.slots[i] = uint32(n) + 1
	}
}

// reset is for another page.
func (p *pageTokens) reset() {
	clear(p.slots)
	clear(p.all)
	p.all, p.places = p.all[:0], p.places[:0]
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
