package page

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
)

// A broken file system: what is in broken cannot be opened.
type broken struct {
	fstest.MapFS
	errs map[string]error
}

func (b broken) Open(name string) (fs.File, error) {
	if err := b.errs[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return b.MapFS.Open(name)
}

func (b broken) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := b.errs[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return b.MapFS.ReadDir(name)
}

func (b broken) ReadFile(name string) ([]byte, error) {
	if err := b.errs[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return b.MapFS.ReadFile(name)
}

// What cannot be read is reported, each at its file, and the rest is a site.
func TestBadFiles(t *testing.T) {
	files := mapFS("a.md", "# A\n", "gone.md", "x", "locked/b.md", "x", "big.md", strings.Repeat("a", maxText+1), "latin.md", "caf\xe9",
		"round.md", "-> round.md", "out.md", "-> ../x.md", "out.png", "-> /etc/passwd")
	s, err := Load(t.Context(), broken{files, map[string]error{"gone.md": fs.ErrNotExist, "locked": fs.ErrPermission}}, Options{Folder: "content"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"content/big.md: is larger than 4 MB, which no page is\n\thint: cut it into pages, or put it where no pages are",
		"content/gone.md: cannot be read: file does not exist",
		"content/latin.md: is not text in UTF-8\n\thint: save it as UTF-8, or give it another ending than .md",
		"content/locked: cannot be read: permission denied",
		"content/out.md: is a symbolic link that leads out of the project",
		"\thint: put the file or folder itself here; the content folder as a whole, and the folders that languages names, may be links",
		"content/out.png: is a symbolic link that leads out of the project",
		"\thint: put the file or folder itself here; the content folder as a whole, and the folders that languages names, may be links",
		"content/round.md: cannot be read: its symbolic links go round in a circle",
	}
	if got := messages(s.Diagnostics); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if len(s.Pages) != 1 || s.Pages[0].Matter.Title != "A" || len(s.Resources) != 0 {
		t.Errorf("pages %v, resources %v", s.Pages, s.Resources)
	}
	// A resource that goes while the site is written.
	s, err = Load(t.Context(), broken{mapFS("a.md", "x", "i.png", "y"), map[string]error{"i.png": fs.ErrNotExist}}, Options{})
	if err != nil || len(s.Resources) != 1 {
		t.Fatal(err, s.Resources)
	}
	if _, err := s.Resources[0].Read(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// When the context ends while pages are read, Load reads no further ones.
func TestLoadEnds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	files := opened{MapFS: fstest.MapFS{}, first: stop}
	for i := range 1000 {
		files.MapFS[fmt.Sprintf("%d.md", i)] = &fstest.MapFile{Data: []byte("# T")}
	}
	s, err := Load(ctx, &files, Options{Jobs: 2})
	if s != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v; want no set and context.Canceled", s, err)
	}
	if n := files.n.Load(); n > 10 {
		t.Errorf("%d files were read after the end", n)
	}
}

// opened calls first when the first page is opened and counts them.
type opened struct {
	fstest.MapFS
	first func()
	n     atomic.Int32
}

func (o *opened) Open(name string) (fs.File, error) {
	if path.Ext(name) == ".md" {
		o.n.Add(1)
		o.first()
	}
	return o.MapFS.Open(name)
}
