package search

import "encoding/binary"

// Kept are the words of indexes with their places, as Keep has taken them, one
// index after the other. The same indexes, made anew, read them in this order.
type Kept struct {
	kept
	word   string // "" at the end of an index
	pages  int
	places []byte
}

// ReadKept reads what Keep has taken.
func ReadKept(data []byte) *Kept { return &Kept{kept: kept{rest: string(data)}} }

// next reads the next word.
func (k *Kept) next() {
	k.word = k.text()
	if k.word != "" {
		k.pages = k.number()
		k.places = append(k.places[:0], k.text()...)
	}
}

// keep writes what next reads.
func (x *Index) keep(word string, pages int, places []byte) {
	if x.Keep == nil {
		return
	}
	x.kept = appendText(x.kept[:0], word)
	if word != "" {
		x.kept = appendText(binary.AppendUvarint(x.kept, uint64(pages)), places)
	}
	x.Keep(x.kept)
}

// A renewed page has other passages than it had in the last index.
type renewed struct{ from, was, is int } // its first one there; how many it had, and has

// Renew puts a page behind those that are in the index. In the last one it was
// another, or the same, which needs no words then.
func (x *Index) Renew(was, is *Entry) error {
	if was != is {
		x.renewed = append(x.renewed, renewed{x.before, len(was.passages), len(is.passages)})
	}
	x.before += len(was.passages)
	return x.Add(is)
}

// renewWords writes the words of the last index and those of renewed pages.
func (x *Index) renewWords(all *table, w *wordWriter) error {
	var r renewal
	order := x.order(all)
	for x.Last.next(); x.Last.word != "" || len(order) > 0; {
		word, fresh := x.Last.word, false
		if len(order) > 0 {
			if first := string(all.at(order[0])); word == "" || first <= word {
				word, fresh = first, true
			}
		}
		r.pages, r.hits, r.fresh = 0, r.hits[:0], r.fresh[:0]
		if word == x.Last.word {
			r.move(x.Last, x.renewed)
			x.Last.next()
		}
		if fresh {
			r.pages += int(x.postings.words[order[0]].pages)
			r.places = x.postings.append(r.places[:0], order[0])
			r.fresh = hits(r.fresh, r.places)
			order = order[1:]
		}
		if r.pages > 0 {
			if err := w.add(word, r.pages, r.merged()); err != nil {
				return err
			}
		}
	}
	if x.Last.bad {
		return errKept
	}
	return nil
}

// A renewal is where one word was, without the pages that are renewed, and where
// it is in these.
type renewal struct {
	pages       int
	hits, fresh []uint32
	old         []uint32
	places      []byte
}

// move takes the places of a word in the last index to where they are now.
func (r *renewal) move(last *Kept, pages []renewed) {
	r.old = hits(r.old[:0], last.places)
	r.pages = last.pages
	shift, gone := 0, -1 // the last page that is renewed and had the word
	for i, h := 0, 0; h < len(r.old); h++ {
		passage := int(r.old[h] >> 8)
		for i < len(pages) && passage >= pages[i].from+pages[i].was {
			shift += pages[i].is - pages[i].was
			i++
		}
		switch {
		case i == len(pages) || passage < pages[i].from:
			r.hits = append(r.hits, uint32(int(r.old[h])+shift<<8))
		case gone != i:
			gone = i
			r.pages--
		}
	}
}

// merged are the places in order, as they are written.
func (r *renewal) merged() []byte {
	r.old = r.old[:0]
	for a, b := r.hits, r.fresh; len(a)+len(b) > 0; {
		if len(b) == 0 || len(a) > 0 && a[0] < b[0] {
			r.old, a = append(r.old, a[0]), a[1:]
		} else {
			r.old, b = append(r.old, b[0]), b[1:]
		}
	}
	r.places = appendHits(r.places[:0], r.old, 0)
	return r.places
}
