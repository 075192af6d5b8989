// Package built remembers builds of a site: what each has read, what it has
// written and what it has said. It tells the next build whether anything has
// changed, so that one without a change has nothing to do. What it keeps is in a
// folder that may be removed at any time.
package built

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"github.com/probatum/probatum/internal/cache"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

// A Build is one that has come to its end.
type Build struct {
	Read        map[string]string // what the project's folder was asked, and its answers
	Beside      map[string]string // what it rests on beside that folder, by name
	Until       time.Time         // when another page is published, or one expires; zero never
	Start, End  time.Time
	Output      string // folder, as it was named
	Files       []site.FileState
	Pages       int
	Diagnostics []source.Diagnostic
	Facts       string // key of its facts; "" they are not kept
}

// A Memory has the last build of one kind.
type Memory struct {
	store *cache.Store
	key   string // "" it remembers nothing
	base  string // key of what search finds of the pages
}

// Open gives the memory of the builds that args ask for, in a folder which need
// not be there. Another build of this program has a memory of its own.
func Open(folder string, args ...string) *Memory {
	m := &Memory{store: cache.Open(folder)}
	if program := cache.Program(); program != "" {
		if key, err := cache.Key([]any{program, args}); err == nil {
			m.key = key
		}
	}
	return m
}

// Last returns the last build; nil where none is known.
func (m *Memory) Last() *Build {
	b := &Build{}
	if m.key == "" || !m.get("build-"+m.key, b.parts(b)) {
		return nil
	}
	return b
}

func (m *Memory) get(key string, parts []part) bool {
	data, ok := m.store.Bytes(key)
	d := gob.NewDecoder(bytes.NewReader(data))
	return ok && !slices.ContainsFunc(parts, func(p part) bool { return p.decode(d) != nil })
}

func (m *Memory) put(key string, parts []part) error {
	w := m.store.Writer(key)
	e := gob.NewEncoder(w)
	for _, p := range parts {
		if err := p.encode(e); err != nil {
			return errors.Join(fmt.Errorf("keep a build: %w", err), w.Discard())
		}
	}
	return w.Close()
}

// Entries takes what search finds of the pages of a new build, for its Facts. Close
// it before these are kept.
func (m *Memory) Entries() *cache.Writer {
	m.base = "found-" + m.key + "-" + rand.Text()
	return m.store.Writer(m.base)
}

// Keep remembers a build instead of the last one, with its facts where these are
// not nil. The error says that it could not; the build is good all the same.
func (m *Memory) Keep(b *Build, f *Facts) error {
	if m.key == "" {
		return nil
	}
	keep := []string{""}
	facts := make(chan error, 1) // a build without its facts is good, too
	if f != nil {
		f.Base = cmp.Or(m.base, f.Base)
		b.Facts = "facts-" + m.key + "-" + rand.Text()
		keep = []string{b.Facts, f.Base}
		go func() { facts <- m.put(b.Facts, f.parts(f.rest())) }()
	} else {
		facts <- nil
	}
	err := errors.Join(m.put("build-"+m.key, b.parts(b.rest())), <-facts)
	m.store.Remove("facts-"+m.key, keep...)
	m.store.Remove("found-"+m.key, keep...)
	m.store.Prune()
	return err
}

// Changes tells what has changed since: the questions to the project's folder
// root that have other answers now, such as "read content/a.md", sorted. With none
// a build now would read and write the same. ok is false where that is not all,
// or the site in the folder output is not the one that the build has left.
func (b *Build) Changes(root fs.FS, output string, beside map[string]string, now time.Time) (changed []string, ok bool) {
	if now.Before(b.Start) || !b.Until.IsZero() && !now.Before(b.Until) || !maps.Equal(b.Beside, beside) || !site.Intact(output, b.Files, b.End) {
		return nil, false
	}
	return cache.Changes(root, b.Read), true
}

// Agrees reports whether another build was given the same answers, but for those
// to the changed questions.
func (b *Build) Agrees(read map[string]string, changed []string) bool {
	for question, answer := range read {
		if old, asked := b.Read[question]; asked && old != answer && !slices.Contains(changed, question) {
			return false
		}
	}
	return true
}

// Facts are what a build has to know of the pages that it does not read.
type Facts struct {
	Set  *page.Kept
	Past *site.Past
	Days map[string]string // of the last change of pages, as git knows them
	Base string            // key of what search finds of the pages
}

// Facts returns those of the last build, and what search finds of its pages; nil
// where they are not known.
func (m *Memory) Facts(b *Build) (*Facts, []byte) {
	f := &Facts{Set: &page.Kept{}, Past: &site.Past{}}
	if b.Facts == "" || !m.get(b.Facts, f.parts(f)) {
		return nil, nil
	}
	entries, ok := m.store.Bytes(f.Base)
	if !ok {
		return nil, nil
	}
	return f, entries
}
