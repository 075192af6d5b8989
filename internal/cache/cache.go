// Package cache keeps results on the disk, so that what has not changed is not
// run again. It takes a key that stands for all that a result rests on, and gives
// back what was put under it. The folder may be removed at any time, and several
// processes may use it at once.
package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A Store is a folder with entries. It is made when something is first put.
type Store struct{ dir string }

// Open gives the store in a folder, which need not be there.
func Open(dir string) *Store { return &Store{dir} }

// format is the first word of each entry; another one is ignored.
const format = "probatum-cache-1"

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
	if string(head) != header(key, text) {
		return nil, false
	}
	s.touch(key)
	return text, true
}

// header is the first line of an entry.
func header(key string, text []byte) string {
	h := sha256.New()
	h.Write([]byte(key + "\n"))
	h.Write(text)
	return fmt.Sprintf("%s %x", format, h.Sum(nil))
}

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
	if err := s.folder(); err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	f, err := os.CreateTemp(s.dir, "new-*")
	if err != nil {
		return fmt.Errorf("keep a result: %w", err)
	}
	_, err = f.WriteString(header(key, text) + "\n")
	if err == nil {
		_, err = f.Write(text)
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.path(key))
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("keep a result: %w", err)
	}
	return nil
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
