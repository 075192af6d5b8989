package built

import (
	"encoding/gob"
	"slices"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

// What is kept of 10,000 pages is 20 MB. gob holds a value whole before it writes
// it, and grows the room for it by doubling: long lists are written in pieces, each
// a value of its own.

// A part of what is kept.
type part interface {
	encode(*gob.Encoder) error
	decode(*gob.Decoder) error
}

// parts are what is kept of a build, with its rest when it is written, and with b
// itself when it is read.
func (b *Build) parts(rest *Build) []part {
	return []part{whole{rest}, answers{&b.Read}, list[site.FileState]{&b.Files}, list[source.Diagnostic]{&b.Diagnostics}}
}

// rest is b without its long lists.
func (b *Build) rest() *Build {
	rest := *b
	rest.Read, rest.Files, rest.Diagnostics = nil, nil, nil
	return &rest
}

// parts are what is kept of facts, which have a set and a past: with their rest
// when they are written, and with f itself when they are read.
func (f *Facts) parts(rest *Facts) []part {
	return []part{whole{rest}, list[page.KeptPage]{&f.Set.Pages}, list[site.PastPage]{&f.Past.Pages}}
}

// rest is f without its long lists.
func (f *Facts) rest() *Facts {
	rest, set, past := *f, *f.Set, *f.Past
	set.Pages, past.Pages = nil, nil
	rest.Set, rest.Past = &set, &past
	return &rest
}

// whole is what v points to, at once.
type whole struct{ v any }

func (w whole) encode(e *gob.Encoder) error { return e.Encode(w.v) }
func (w whole) decode(d *gob.Decoder) error { return d.Decode(w.v) }

// list is a long list: how long it is, and then pieces of it.
type list[T any] struct{ v *[]T }

// listPiece is how many elements a piece has: of pages that is about 200 KB.
const listPiece = 128

func (l list[T]) encode(e *gob.Encoder) error {
	if err := e.Encode(len(*l.v)); err != nil {
		return err
	}
	for some := range slices.Chunk(*l.v, listPiece) {
		if err := e.Encode(some); err != nil {
			return err
		}
	}
	return nil
}

func (l list[T]) decode(d *gob.Decoder) error {
	var n int
	if err := d.Decode(&n); err != nil || n == 0 {
		return err
	}
	all := make([]T, 0, n)
	for len(all) < n {
		var some []T
		if err := d.Decode(&some); err != nil {
			return err
		}
		all = append(all, some...)
	}
	*l.v = all
	return nil
}

// answers are those to what a build has asked.
type answers struct{ v *map[string]string }

type answer struct{ Question, Answer string }

func (a answers) encode(e *gob.Encoder) error {
	all := make([]answer, 0, len(*a.v))
	for asked, told := range *a.v {
		all = append(all, answer{asked, told})
	}
	return list[answer]{&all}.encode(e)
}

func (a answers) decode(d *gob.Decoder) error {
	var all []answer
	if err := (list[answer]{&all}).decode(d); err != nil || len(all) == 0 {
		return err
	}
	*a.v = make(map[string]string, len(all))
	for _, one := range all {
		(*a.v)[one.Question] = one.Answer
	}
	return nil
}
