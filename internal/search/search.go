// Package search makes the index by which a reader finds pages. It takes the
// HTML of pages, cut into passages, and gives small scripts, of which a browser
// loads only those that a query needs: no server, no fetch, so that it works from
// a disk, too. theme/assets/search.js reads them; the two change together.
//
// The index of one language is
//
//	root.js  how many passages there are, where the others begin, and stop words
//	t0.js …  words in order, each with its passages and how much it says there
//	s0.js …  words in the order of their ends, for those typed wrongly
//	p0.js …  the text of the passages
//
// each a call of probatumSearch with its name and its data.
package search

import (
	"slices"
	"strings"
	"unsafe"
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
// never changed until it is released.
type Entry struct {
	page     Page // without its body
	passages []passage
	all      *Words
	words    []occurrence // in the order in which they come
	more     []byte       // what these share
	text     []byte       // of all passages; empty where they hold others
}

// Release gives the memory of an entry back, for another one. Nobody may use it
// afterwards, nor what it has given.
func (e *Entry) Release() {
	clear(e.passages)
	*e = Entry{all: e.all, passages: e.passages[:0], words: e.words[:0], more: e.more[:0], text: e.text[:0]}
	e.all.free.Put(e)
}

// An occurrence is where a word is on a page. Passages count from the page's first.
type occurrence struct {
	word        uint32 // its number
	first, last uint32 // passages
	end         uint32 // of the passages behind the first, as postings have them, in more; they begin where those of the word before end
	weight      byte   // in the first
}

// What kinds of text are worth. A title is worth less the longer it is, so that
// the page with just the words of the query comes first.
const (
	fieldProse uint8 = iota
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
func (w *Words) Read(p Page) *Entry {
	c := w.take()
	defer w.giveBack(c)
	c.begin()
	c.reader.read(p.Body)
	e := w.entry(p)
	e.text, c.text = c.text, e.text
	text := unsafe.String(unsafe.SliceData(e.text), len(e.text)) // until the entry is released
	e.page.Body = ""
	c.count(p.Title, fieldTitle)
	if p.LinkTitle != p.Title {
		c.count(p.LinkTitle, fieldTitle)
	}
	c.count(p.Description, fieldAbout)
	for _, k := range p.Keywords {
		c.count(k, fieldAbout)
	}
	c.count(p.URL, fieldAbout)
	e.passages = slices.Grow(e.passages, len(c.cuts))
	spans := c.spans
	for i, cut := range c.cuts {
		end := len(text)
		if i+1 < len(c.cuts) {
			end = c.cuts[i+1].from
		}
		e.passages = append(e.passages, passage{cut.heading, cut.id, strings.TrimSpace(text[cut.from:end])})
		if cut.first {
			c.count(cut.heading, fieldHeading)
		}
		spans = c.countSpans(text, spans, cut.from, end)
		c.endPassage()
	}
	c.countWords()
	c.occurrences(e)
	return e
}

// countSpans counts the text of a passage, and returns the spans of the passages
// behind it.
func (c *counter) countSpans(text string, spans []span, from, end int) []span {
	for len(spans) > 0 && spans[0].from < end {
		stop := len(text)
		if len(spans) > 1 {
			stop = spans[1].from
		}
		c.count(text[max(spans[0].from, from):min(stop, end)], spans[0].field)
		if stop > end {
			return spans // it goes on in the next passage
		}
		spans = spans[1:]
	}
	return spans
}
