package site

import (
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// grow makes one build of a file that is written around another one; "" gives it up.
func grow(t *testing.T, dir, name string, pieces ...string) (Result, error) {
	t.Helper()
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		states := f.Files()
		if f.Close(); !Intact(dir, states, time.Now()) {
			t.Errorf("the folder is not what Files says: %v", states)
		}
	}()
	g, err := f.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.WriteFile("other", []byte("x")); err != nil {
		t.Fatal(err)
	}
	for _, p := range pieces {
		if _, err := io.WriteString(g, p); err != nil {
			t.Fatal(err)
		}
	}
	if name == "" {
		err = g.Discard()
	} else if err = g.End(name); err == nil {
		err = g.Discard() // does nothing
	}
	if err != nil {
		return Result{}, err
	}
	return f.Commit()
}

func TestGrowing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	long := strings.Repeat("long ", 1<<15)
	for _, step := range []struct {
		what   string
		pieces []string
		want   Result
	}{
		{"new", []string{"a", "b"}, Result{Written: 2}},
		{"unchanged", []string{"ab"}, Result{Unchanged: 2}},
		{"as long", []string{"a", "c"}, Result{Written: 1, Unchanged: 1}},
		{"longer", []string{long, "d"}, Result{Written: 1, Unchanged: 1}},
		{"long and unchanged", []string{long + "d"}, Result{Unchanged: 2}},
		{"long and its end is another", []string{long, "e"}, Result{Written: 1, Unchanged: 1}},
	} {
		r, err := grow(t, dir, "in/full", step.pieces...)
		if err != nil || r.Written != step.want.Written || r.Unchanged != step.want.Unchanged {
			t.Errorf("%s: got %+v, %v, want %+v", step.what, r, err, step.want)
		}
		if got, want := files(t, dir), ".probatum-site in/ in/full="+strings.Join(step.pieces, "")+" other=x"; got != want {
			t.Errorf("%s: got %.80q, want %.80q", step.what, got, want)
		}
	}
	if r, err := grow(t, dir, "", "ab"); err != nil || r.Removed != 1 {
		t.Errorf("given up: got %+v, %v", r, err)
	}
	if got := files(t, dir); got != ".probatum-site other=x" {
		t.Errorf("given up: got %q", got)
	}
	if _, err := grow(t, filepath.Join(t.TempDir(), "new"), ""); err != nil {
		t.Error(err)
	}
}

// The text of all pages is not written where a project has a file of that name.
func TestFullTextIsTaken(t *testing.T) {
	out, r := build(t, fstest.MapFS{
		"content/_index.md":     {Data: []byte("---\ntitle: Home\n---\nHello.\n")},
		"content/llms-full.txt": {Data: []byte("mine")},
	}, Options{})
	if got := string(out["llms-full.txt"]); got != "mine" || len(r.Diagnostics) != 1 || r.Diagnostics[0].Rule != "file-taken" {
		t.Errorf("got %q and %v", got, r.Diagnostics)
	}
}

// A disk that is full while the text of all pages grows is told.
func TestFullTextFails(t *testing.T) {
	full := errors.New("no space left")
	if _, err := Build(t.Context(), load(t, many(5, 5)), Options{Out: cut{&Memory{}, full}}); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

// cut is an Output whose growing files take nothing.
type cut struct {
	*Memory
	err error
}

func (c cut) Begin() (Growing, error)   { return c, nil }
func (c cut) Write([]byte) (int, error) { return 0, c.err }
func (c cut) End(string) error          { return c.err }
func (c cut) Discard() error            { return nil }
