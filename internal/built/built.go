// Package built remembers builds of a site: what each has read, what it has
// written and what it has said. It tells the next build whether anything has
// changed, so that one without a change has nothing to do. What it keeps is in a
// folder that may be removed at any time.
package built

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"io/fs"
	"maps"
	"time"

	"github.com/probatum/probatum/internal/cache"
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
}

// A Memory has the last build of one kind.
type Memory struct {
	store *cache.Store
	key   string // "" it remembers nothing
}

// Open gives the memory of the builds that args ask for, in a folder which need
// not be there. Another build of this program has a memory of its own.
func Open(folder string, args ...string) *Memory {
	m := &Memory{store: cache.Open(folder)}
	if program := cache.Program(); program != "" {
		if key, err := cache.Key([]any{program, args}); err == nil {
			m.key = "build-" + key
		}
	}
	return m
}

// Last returns the last build; nil where none is known.
func (m *Memory) Last() *Build {
	if m.key == "" {
		return nil
	}
	data, ok := m.store.Bytes(m.key)
	b := &Build{}
	if !ok || gob.NewDecoder(bytes.NewReader(data)).Decode(b) != nil {
		return nil
	}
	return b
}

// Keep remembers a build instead of the last one. The error says that it could
// not; the build is good all the same.
func (m *Memory) Keep(b *Build) error {
	if m.key == "" {
		return nil
	}
	var data bytes.Buffer
	if err := gob.NewEncoder(&data).Encode(b); err != nil {
		return fmt.Errorf("keep a build: %w", err)
	}
	err := m.store.PutBytes(m.key, data.Bytes())
	m.store.Prune()
	return err
}

// Same reports whether a build now would read and write the same: root is the
// project's folder, and output that of the site. It is wrong only where somebody
// has meant it to be.
func (b *Build) Same(root fs.FS, output string, beside map[string]string, now time.Time) bool {
	return b.sameTime(now) && maps.Equal(b.Beside, beside) && cache.Same(root, b.Read) && site.Intact(output, b.Files, b.End)
}

// sameTime reports whether the same pages are published now.
func (b *Build) sameTime(now time.Time) bool {
	return !now.Before(b.Start) && (b.Until.IsZero() || now.Before(b.Until))
}
