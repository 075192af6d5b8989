// Package cache keeps results on the disk, so that what has not changed is not
// run again. It takes a key that stands for all that a result rests on, and gives
// back what was put under it. The folder may be removed at any time, and several
// processes may use it at once.
package cache

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Store is a folder with entries. It is made when something is first put.
type Store struct{ dir string }

// Open gives the store in a folder, which need not be there.
func Open(dir string) *Store { return &Store{dir} }

// format is the first word of each entry; another one is ignored.
const format = "probatum-cache-2"

// kept is how long an entry stays that nobody asks for.
const kept = 30 * 24 * time.Hour

// Key gives the key for what v holds, which has to be fit for JSON.
func Key(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

func (s *Store) path(key string) string { return filepath.Join(s.dir, key+".json") }

// Get reads the entry of a key into v. It reports false where there is none that
// can be read as a whole: one that was cut or damaged counts for nothing.
func (s *Store) Get(key string, v any) bool {
	text, ok := s.Bytes(key)
	return ok && json.Unmarshal(text, v) == nil
}

// Bytes returns the entry of a key as PutBytes took it. It reports false as Get
// does.
func (s *Store) Bytes(key string) ([]byte, bool) {
	data, err := os.ReadFile(s.path(key))
	if err != nil {
		return nil, false
	}
	head, text, _ := bytes.Cut(data, []byte("\n"))
	h := newHash(key)
	h.Write(text)
	if string(head) != header(h) {
		return nil, false
	}
	s.touch(key)
	return text, true
}

// newHash takes the text of an entry. It is there for what was cut or damaged, and
// what was given another name; an entry may be as large as all texts of a site.
func newHash(key string) hash.Hash32 {
	h := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	h.Write([]byte(key + "\n"))
	return h
}

// header is the first line of an entry whose key and text were hashed.
func header(h hash.Hash32) string { return fmt.Sprintf("%s %08x", format, h.Sum32()) }

// touch notes that an entry is in use, once a day.
func (s *Store) touch(key string) {
	info, err := os.Stat(s.path(key))
	if now := time.Now(); err == nil && now.Sub(info.ModTime()) > 24*time.Hour {
		os.Chtimes(s.path(key), now, now) // if not, it goes earlier than it could
	}
}

// Put writes an entry as a whole or not at all.
func (s *Store) Put(key string, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	return s.PutBytes(key, text)
}

// PutBytes is Put for what is bytes already.
func (s *Store) PutBytes(key string, text []byte) error {
	w := s.Writer(key)
	if _, err := w.Write(text); err != nil {
		return errors.Join(err, w.Discard())
	}
	return w.Close()
}

// A Writer takes an entry piece by piece. End it with Close or Discard.
type Writer struct {
	store *Store
	key   string
	hash  hash.Hash32
	file  *os.File // nil until something is written
	buf   *bufio.Writer
}

// Writer puts what is written to it under the key when it is closed.
func (s *Store) Writer(key string) *Writer { return &Writer{store: s, key: key} }

// Write implements io.Writer.
func (w *Writer) Write(text []byte) (int, error) {
	if w.file == nil {
		if err := w.begin(); err != nil {
			return 0, fmt.Errorf("keep a result: %w", err)
		}
	}
	w.hash.Write(text)
	n, err := w.buf.Write(text)
	if err != nil {
		err = fmt.Errorf("keep a result: %w", err)
	}
	return n, err
}

func (w *Writer) begin() error {
	if err := w.store.folder(); err != nil {
		return err
	}
	f, err := os.CreateTemp(w.store.dir, "new-*")
	if err != nil {
		return err
	}
	w.file, w.hash, w.buf = f, newHash(w.key), bufio.NewWriterSize(f, 64<<10)
	_, err = w.buf.WriteString(header(w.hash) + "\n") // as long as the right one
	return err
}

// Close makes the entry what the key stands for.
func (w *Writer) Close() error {
	if w.file == nil {
		if _, err := w.Write(nil); err != nil {
			return err
		}
	}
	err := w.buf.Flush()
	if err == nil {
		_, err = w.file.WriteAt([]byte(header(w.hash)), 0)
	}
	err = errors.Join(err, w.file.Close())
	if err == nil {
		err = os.Rename(w.file.Name(), w.store.path(w.key))
	}
	if err != nil {
		os.Remove(w.file.Name())
		return fmt.Errorf("keep a result: %w", err)
	}
	return nil
}

// Discard gives up what was written.
func (w *Writer) Discard() error {
	if w.file == nil {
		return nil
	}
	return errors.Join(w.file.Close(), os.Remove(w.file.Name()))
}

// Remove removes the entries whose keys begin with prefix, but for those in keep.
func (s *Store) Remove(prefix string, keep ...string) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if key := strings.TrimSuffix(e.Name(), ".json"); strings.HasPrefix(key, prefix) && !slices.Contains(keep, key) {
			os.Remove(filepath.Join(s.dir, e.Name())) // else it goes with its age
		}
	}
}

// folder makes the folder, out of sight of git.
func (s *Store) folder() error {
	if _, err := os.Stat(s.dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.dir, ".gitignore"), []byte("*\n"), 0o666)
}

// Prune removes entries that nobody has asked for in a long time, and what a
// process has left that was ended while it wrote.
func (s *Store) Prune() {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && e.Name() != ".gitignore" && time.Since(info.ModTime()) > kept {
			os.Remove(filepath.Join(s.dir, e.Name())) // else next time
		}
	}
}
