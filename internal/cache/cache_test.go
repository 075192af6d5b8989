package cache

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

type result struct{ Text string }

func TestStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	s := Open(dir)
	var got result
	if s.Get("k", &got) {
		t.Error("an entry where there is none")
	}
	if err := s.Put("k", result{"hello"}); err != nil {
		t.Fatal(err)
	}
	if !s.Get("k", &got) || got.Text != "hello" {
		t.Errorf("got %+v", got)
	}
	if text, err := os.ReadFile(filepath.Join(dir, ".gitignore")); err != nil || string(text) != "*\n" {
		t.Errorf("got %q, %v", text, err)
	}
	old := time.Now().Add(-2 * kept)
	os.Chtimes(s.path("k"), old, old)
	if !s.Get("k", &got) { // and it is in use again
		t.Error("an old entry is gone")
	}
	s.Put("l", result{})
	os.Chtimes(s.path("l"), old, old)
	s.Prune()
	if !s.Get("k", &got) || s.Get("l", &got) {
		t.Error("what is in use goes, or what is not stays")
	}
	os.RemoveAll(dir)
	if s.Get("k", &got) || s.Put("k", result{"again"}) != nil || !s.Get("k", &got) {
		t.Error("the folder may not go")
	}
}

// TestDamage changes and cuts an entry at every place: nothing else than what was
// put is ever given back.
func TestDamage(t *testing.T) {
	s := Open(t.TempDir())
	if err := s.Put("k", result{"verified"}); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(s.path("k"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		changed := append([]byte(nil), whole...)
		changed[i] ^= 1
		for _, data := range [][]byte{changed, whole[:i], append(whole[:len(whole):len(whole)], whole[i])} {
			os.WriteFile(s.path("k"), data, 0o666)
			var got result
			if s.Get("k", &got) {
				t.Fatalf("byte %d: got %+v", i, got)
			}
		}
	}
	os.WriteFile(s.path("other"), whole, 0o666)
	var got result
	if s.Get("other", &got) {
		t.Error("an entry under another key is taken")
	}
}

func TestAtOnce(t *testing.T) {
	s := Open(t.TempDir())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				want := result{strings.Repeat(fmt.Sprint(j), 100)}
				if err := s.Put(fmt.Sprint(j), want); err != nil {
					t.Error(err)
				}
				var got result
				if !s.Get(fmt.Sprint(j), &got) || got != want {
					t.Errorf("%d: got %+v", i, got)
				}
				s.Prune()
			}
		})
	}
	wg.Wait()
}

// TestTrace holds that every change of what was asked is seen, and no other.
func TestTrace(t *testing.T) {
	tree := func(change func(fstest.MapFS)) fs.FS {
		m := fstest.MapFS{"d/a.md": {Data: []byte("a")}, "d/b.md": {Data: []byte("b")}, "e": {Data: []byte("e")},
			"l": {Data: []byte("e"), Mode: fs.ModeSymlink}}
		change(m)
		return m
	}
	r := Record(tree(func(fstest.MapFS) {}))
	sub, _ := fs.Sub(r, "d")
	fs.ReadFile(sub, "a.md")
	fs.ReadDir(r, "d")
	fs.ReadFile(r, "none")
	fs.ReadLink(r, "l")
	if f, err := r.Open("e"); err != nil {
		t.Fatal(err)
	} else {
		f.Close()
	}
	for name, tt := range map[string]struct {
		change func(fstest.MapFS)
		want   bool
	}{
		"nothing":       {func(m fstest.MapFS) {}, true},
		"not asked":     {func(m fstest.MapFS) { m["d/b.md"] = &fstest.MapFile{Data: []byte("c")} }, true},
		"text":          {func(m fstest.MapFS) { m["d/a.md"] = &fstest.MapFile{Data: []byte("c")} }, false},
		"opened":        {func(m fstest.MapFS) { m["e"] = &fstest.MapFile{Data: []byte("c")} }, false},
		"new in folder": {func(m fstest.MapFS) { m["d/c.md"] = &fstest.MapFile{} }, false},
		"gone":          {func(m fstest.MapFS) { delete(m, "d/b.md") }, false},
		"now there":     {func(m fstest.MapFS) { m["none"] = &fstest.MapFile{} }, false},
		"link":          {func(m fstest.MapFS) { m["l"] = &fstest.MapFile{Data: []byte("d"), Mode: fs.ModeSymlink} }, false},
	} {
		if got := Same(tree(tt.change), r.Trace()); got != tt.want {
			t.Errorf("%s: same is %v", name, got)
		}
	}
}

func TestPrograms(t *testing.T) {
	if id := Program(); len(id) < 20 {
		t.Errorf("this program is %q", id)
	}
	dir := t.TempDir()
	path := "/none" + string(os.PathListSeparator) + dir
	if got := Tool(path, "tool"); got != "" {
		t.Errorf("no tool: got %q", got)
	}
	file := filepath.Join(dir, "tool")
	os.WriteFile(file, []byte("#!/bin/sh\n"), 0o700)
	first := Tool(path, "tool")
	os.WriteFile(file, []byte("#!/bin/sh\n:\n"), 0o700)
	if second := Tool(path, "tool"); first == "" || second == first {
		t.Errorf("got %q, then %q", first, second)
	}
	a, b := buildID(file), buildID(os.Args[0])
	if a == b || len(a) != 64 {
		t.Errorf("got %q and %q", a, b)
	}
	if len(b) == 64 { // the hash of the whole program, which takes as long as a small build
		t.Errorf("the build ID of %s is not found", os.Args[0])
	}
}
