// Package search makes the index by which a reader finds pages. It takes the
// HTML of pages, cut into passages, and gives small scripts, of which a browser
// loads only those that a query needs: no server, no fetch, so that it works from
// a disk, too. theme/assets/search.js reads them; the two change together.
//
// The index of one language is
//
//	root.js  how many passages there are, and where the others begin
//	t0.js …  words in order, each with its passages and how much it says there
//	s0.js …  words in the order of their ends, for those typed wrongly
//	p0.js …  the text of the passages
//
// each a call of probatumSearch with its name and its data.
package search

import (
	"math"
	"strings"
)

// A Page is what can be found of a page. All texts are plain, but for Body.
type Page struct {
	URL         string // as a link of the home page to it is written
	Title       string
	LinkTitle   string   // "" is Title
	Trail       string   // the sections above it, for the eye
	Description string   // stands above the text
	Keywords    []string // what it is about, seen by nobody
	Body        string   // HTML
}

// A passage is a part of a page that is found and shown by itself: a section, or
// a piece of a long one. The first one of a page stands for the page itself.
type passage struct {
	heading, id string // of its section; "" before the first heading
	text        string
}

// An Entry is a page as the index takes it: read once, in any goroutine, and
// never changed.
type Entry struct {
	page     Page // without its body
	passages []passage
	words    []occurrences
}

// occurrences says how much a word says in which passages of a page.
type occurrences struct {
	word string
	at   []hit
}

// A hit is a word in a passage of its page.
type hit struct {
	passage int
	weight  byte // logarithmic, as weightOf makes it
}

// What kinds of text are worth. A title is worth less the longer it is, so that
// the page with just the words of the query comes first.
const (
	fieldProse = iota
	fieldCode
	fieldHeading
	fieldTitle
	fieldAbout // description, keywords and address
	fields
)

var worth = [fields]float64{fieldProse: 1, fieldCode: 1.3, fieldHeading: 4, fieldTitle: 9, fieldAbout: 1.6}

// topWeight is the largest weight: one character of the index holds it.
const topWeight = alphabet - 1

// usualWords is the length of a passage at which a word counts as it is; in a
// longer one it counts less. Parts of words are counted, too.
const usualWords = 160

// Read cuts a page into passages and counts the words in them.
func Read(p Page) *Entry {
	r := reader{text: make([]byte, 0, len(p.Body)/2)}
	r.read(p.Body)
	text := string(r.text)
	e := &Entry{page: p}
	e.page.Body = ""
	c := counter{byWord: make(map[string]int32, 256), length: make([][fields]int, len(r.cuts))}
	c.count(p.Title, fieldTitle)
	if p.LinkTitle != p.Title {
		c.count(p.LinkTitle, fieldTitle)
	}
	c.count(p.Description, fieldAbout)
	for _, k := range p.Keywords {
		c.count(k, fieldAbout)
	}
	c.count(p.URL, fieldAbout)
	for i, cut := range r.cuts {
		end := len(text)
		if i+1 < len(r.cuts) {
			end = r.cuts[i+1].from
		}
		e.passages = append(e.passages, passage{cut.heading, cut.id, strings.TrimSpace(text[cut.from:end])})
		c.passage = i
		if cut.first {
			c.count(cut.heading, fieldHeading)
		}
		for len(r.spans) > 0 && r.spans[0].from < end {
			stop := len(text)
			if len(r.spans) > 1 {
				stop = r.spans[1].from
			}
			c.count(text[r.spans[0].from:min(stop, end)], r.spans[0].field)
			if stop > end {
				r.spans[0].from = end // it goes on in the next passage
				break
			}
			r.spans = r.spans[1:]
		}
	}
	e.words = c.occurrences()
	return e
}

// A counter counts the words of one page, passage after passage.
type counter struct {
	passage int
	byWord  map[string]int32 // index of words
	words   []counted
	length  [][fields]int // of the passages, in words
}

type counted struct {
	word string
	in   []counts // by passage
}

type counts struct {
	passage int
	n       [fields]uint16
}

func (c *counter) count(text string, field int) {
	eachWord(text, func(word string) {
		c.length[c.passage][field]++
		i, ok := c.byWord[word]
		if !ok {
			i = int32(len(c.words))
			c.words = append(c.words, counted{word: word})
			c.byWord[word] = i
		}
		in := c.words[i].in
		if len(in) == 0 || in[len(in)-1].passage != c.passage {
			in = append(in, counts{passage: c.passage})
			c.words[i].in = in
		}
		if n := &in[len(in)-1].n[field]; *n < math.MaxUint16 {
			*n++
		}
	})
}

func (c *counter) occurrences() []occurrences {
	out := make([]occurrences, len(c.words))
	total := 0
	for _, w := range c.words {
		total += len(w.in)
	}
	hits := make([]hit, 0, total) // of all words
	for i, w := range c.words {
		from := len(hits)
		for _, n := range w.in {
			hits = append(hits, hit{n.passage, weightOf(n.n, c.length[n.passage])})
		}
		out[i] = occurrences{w.word, hits[from:len(hits):len(hits)]}
	}
	return out
}

// weightOf is how much a word says that stands n times in a passage of that
// length, from 1 to topWeight on a logarithmic scale: 2^(w/8) - 1, over 8.
func weightOf(n [fields]uint16, length [fields]int) byte {
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
