package search

import "hash/maphash"

// A table numbers texts from 0 on, in the order in which they come. It holds no
// pointer per text: the garbage collector has nothing to follow in it. Its zero
// value is empty.
type table struct {
	text  []byte
	ends  []uint32 // of the texts, in text
	slots []uint64 // the high half of a text's hash and its number + 1; 0 is free
}

// seed is one for all tables. It is another one in each process: no order may
// follow from a hash.
var seed = maphash.MakeSeed()

const low32 = 1<<32 - 1

// add returns the number of a text, and whether it has none before.
func (t *table) add(s string) (n int, isNew bool) {
	if 4*len(t.ends) >= 3*len(t.slots) {
		t.grow()
	}
	hash := maphash.String(seed, s)
	mask := uint64(len(t.slots) - 1)
	for i := hash >> 32 & mask; ; i = (i + 1) & mask {
		switch slot := t.slots[i]; {
		case slot == 0:
			t.text = append(t.text, s...)
			t.ends = append(t.ends, uint32(len(t.text)))
			t.slots[i] = hash&^low32 | uint64(len(t.ends))
			return len(t.ends) - 1, true
		case slot>>32 == hash>>32:
			if n := int(slot&low32) - 1; string(t.at(n)) == s {
				return n, false
			}
		}
	}
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]uint64, max(2*len(old), 256))
	mask := uint64(len(t.slots) - 1)
	for _, slot := range old {
		if slot == 0 {
			continue
		}
		i := slot >> 32 & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = slot
	}
}

// at returns a text by its number. It is good until the next one is added.
func (t *table) at(n int) []byte {
	from := uint32(0)
	if n > 0 {
		from = t.ends[n-1]
	}
	return t.text[from:t.ends[n]]
}
