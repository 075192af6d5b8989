package search

import "iter"

// postings are the places of the words of an index, in the form in which its
// files have them, without a pointer per word: each word has a chain of blocks in
// memory that all share.
type postings struct {
	chunks [][]byte
	used   int // of the last one
	words  []posting
}

// A posting is where a word stands: most words stand in one place alone, which is
// kept as it is.
type posting struct {
	first uint32 // passage<<8 + weight
	last  uint32 // passage
	pages uint32 // that have the word
	head  uint32 // of the first block
	at    uint32 // where the next byte is put
	left  uint16 // bytes in this block
	size  uint16 // of this block
}

// Blocks have room for link bytes more than for data: where the next one is. Each
// is twice as large as the one before, within bounds.
const (
	link      = 4
	firstSize = 8
	lastSize  = 512
	chunkSize = 256 << 10
)

// all gives the numbers of the words that pages have.
func (p *postings) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for n := range p.words {
			if p.words[n].pages > 0 && !yield(n) {
				return
			}
		}
	}
}

// add puts a page behind the others that its words are on. base is the page's first
// passage in the index. First all words are counted: the memory for one is not
// waited for before the next one is asked for.
func (p *postings) add(base uint32, e *Entry) {
	for i := range e.words {
		p.word(e.words[i].word).pages++
	}
	from := uint32(0)
	for i := range e.words {
		o := &e.words[i]
		w, first := &p.words[o.word], base+o.first
		if w.first == 0 {
			w.first = first<<8 | uint32(o.weight)
		} else {
			var buf [16]byte
			p.write(w, append(appendNumber(buf[:0], int(first-w.last-1)), symbol(int(o.weight))))
		}
		p.write(w, e.more[from:o.end])
		w.last, from = base+o.last, o.end
	}
}

func (p *postings) word(n uint32) *posting {
	if missing := int(n) + 1 - len(p.words); missing > 0 {
		p.words = append(p.words, make([]posting, missing)...)
	}
	return &p.words[n]
}

// write puts data behind that of a word.
func (p *postings) write(w *posting, data []byte) {
	for len(data) > 0 {
		if w.left == 0 {
			p.extend(w)
		}
		n := copy(p.chunks[w.at/chunkSize][w.at%chunkSize:][:w.left], data)
		data = data[n:]
		w.at += uint32(n)
		w.left -= uint16(n)
	}
}

// extend gives a word another block.
func (p *postings) extend(w *posting) {
	size := min(max(2*w.size, firstSize), lastSize)
	next := p.block(int(size))
	if w.size == 0 {
		w.head = next
	} else {
		p.setNext(w.at, next)
	}
	w.at, w.size, w.left = next, size, size-link
}

// block is the offset of a new block. It does not reach over the end of a chunk.
func (p *postings) block(size int) uint32 {
	if len(p.chunks) == 0 || p.used+size > chunkSize {
		p.chunks = append(p.chunks, make([]byte, chunkSize))
		p.used = 0
	}
	p.used += size
	return uint32((len(p.chunks)-1)*chunkSize + p.used - size)
}

func (p *postings) setNext(at, next uint32) {
	b := p.chunks[at/chunkSize][at%chunkSize:]
	b[0], b[1], b[2], b[3] = byte(next>>24), byte(next>>16), byte(next>>8), byte(next)
}

func (p *postings) next(at uint32) uint32 {
	b := p.chunks[at/chunkSize][at%chunkSize:]
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// data are the places of a word but for the first, block by block.
func (p *postings) data(word int) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		w := &p.words[word]
		if w.size == 0 {
			return
		}
		for at, size := w.head, uint32(firstSize); ; size = min(2*size, lastSize) {
			end := at + size - link
			last := w.at >= at && w.at <= end
			if last {
				end = w.at
			}
			if !yield(p.chunks[at/chunkSize][at%chunkSize:at%chunkSize+end-at]) || last {
				return
			}
			at = p.next(end)
		}
	}
}

// append appends the places of a word as they are written.
func (p *postings) append(b []byte, word int) []byte {
	w := &p.words[word]
	b = append(appendNumber(b, int(w.first>>8)), symbol(int(w.first&0xff)))
	for data := range p.data(word) {
		b = append(b, data...)
	}
	return b
}

// hits reads places as they are written: passage<<8 + weight, behind those that hits
// has.
func hits(all []uint32, places []byte) []uint32 {
	passage, gap, shift, weighs := -1, 0, 0, false
	for _, c := range places {
		v := value(c)
		if weighs {
			all = append(all, uint32(passage)<<8|uint32(v))
			weighs = false
			continue
		}
		gap |= v % half << shift
		shift += halfBits
		if v < half {
			passage += gap + 1
			gap, shift, weighs = 0, 0, true
		}
	}
	return all
}

// appendHits appends places as they are written. Those that weigh less than least
// are left out.
func appendHits(b []byte, all []uint32, least byte) []byte {
	last := -1
	for _, h := range all {
		if passage := int(h >> 8); byte(h) >= least {
			b = append(appendNumber(b, passage-last-1), symbol(int(byte(h))))
			last = passage
		}
	}
	return b
}
