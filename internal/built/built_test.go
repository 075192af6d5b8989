package built

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/probatum/probatum/internal/cache"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

// full is a build with something in every field. Times have no more than gob
// keeps of them.
func full() *Build {
	start := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	return &Build{
		Read: map[string]string{"read content/a.md": "1", "list content": "2"}, Beside: map[string]string{"git": "head"},
		Until: start.Add(time.Hour), Start: start, End: start.Add(time.Second), Output: "public", Pages: 2,
		Files:       []site.FileState{{Name: "a/index.html", Size: 3, Time: 4, Sum: 5}},
		Diagnostics: []source.Diagnostic{{Pos: source.Pos{File: "content/a.md", Line: 1, Col: 2}, Message: "m", Hint: "h"}},
	}
}

func facts() *Facts {
	return &Facts{
		Set: &page.Kept{
			Pages: []page.KeptPage{
				{Name: "a", File: "content/a.md", Header: "---\ntitle: A\n---\n", URL: "/a/", IDs: []string{"x"}, Anchored: []int{1},
					Matter: page.Matter{Title: "A", Params: map[string]any{"list": []any{"b", 1}, "map": map[string]any{"c": true}}}},
				{Name: "b", File: "content/b.md", URL: "/b/"},
			},
			Resources: []page.KeptResource{{Name: "a.png", URL: "/a.png", Path: "a.png"}},
			Languages: []string{"en"},
		},
		Past: &site.Past{Pages: []site.PastPage{{Style: "s.css"}, {}}, Late: []string{"llms.txt"}, Newer: map[int][]byte{1: []byte("new")}},
		Days: map[string]string{"content/a.md": "2026-01-02"},
	}
}

// keep remembers a build with these facts, and with entries where they are not nil.
func keep(t *testing.T, m *Memory, b *Build, f *Facts, entries []byte) {
	t.Helper()
	if entries != nil {
		w := m.Entries()
		if _, err := w.Write(entries); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Keep(b, f); err != nil {
		t.Fatal(err)
	}
}

// What is kept in pieces is the same whether it fills none, one or several.
func TestPieces(t *testing.T) {
	for _, n := range []int{0, 1, listPiece, 2*listPiece + 1} {
		b, f := full(), facts()
		b.Read, b.Files, b.Diagnostics, f.Set.Pages, f.Past.Pages = nil, nil, nil, nil, nil
		for i := range n {
			if i == 0 {
				b.Read = map[string]string{}
			}
			name := fmt.Sprintf("a%d.md", i)
			b.Read["read "+name] = "1"
			b.Files = append(b.Files, site.FileState{Name: name})
			b.Diagnostics = append(b.Diagnostics, source.Diagnostic{Message: name})
			f.Set.Pages = append(f.Set.Pages, page.KeptPage{Name: name})
			f.Past.Pages = append(f.Past.Pages, site.PastPage{Style: name})
		}
		dir := filepath.Join(t.TempDir(), "build")
		keep(t, Open(dir, "a"), b, f, []byte("entries"))
		m := Open(dir, "a")
		last := m.Last()
		if !reflect.DeepEqual(last, b) {
			t.Fatalf("%d: got  %+v\nwant %+v", n, last, b)
		}
		got, _ := m.Facts(last)
		if got == nil || !reflect.DeepEqual(got.Set, f.Set) || !reflect.DeepEqual(got.Past, f.Past) {
			t.Errorf("%d: got  %+v\nwant %+v", n, got, f)
		}
	}
}

func TestLast(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "build")
	if got := Open(dir, "a").Last(); got != nil {
		t.Errorf("a build where none was: %+v", got)
	}
	want := full()
	keep(t, Open(dir, "a"), want, nil, nil)
	if got := Open(dir, "a").Last(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := Open(dir, "b").Last(); got != nil {
		t.Errorf("other arguments: %+v", got)
	}
	next := full()
	next.Pages = 3
	keep(t, Open(dir, "a"), next, nil, nil)
	if got := Open(dir, "a").Last(); !reflect.DeepEqual(got, next) {
		t.Errorf("after another build: got %+v\nwant %+v", got, next)
	}
}

// A damaged memory is none, and nothing that is in the way is an excuse to panic.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	keep(t, Open(dir), full(), facts(), []byte("entries"))
	for _, name := range files(t, dir, "") {
		file := filepath.Join(dir, name)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range [][]byte{data[:len(data)-1], data[:len(data)/2], nil, append([]byte("x"), data...)} {
			if err := os.WriteFile(file, bad, 0o666); err != nil {
				t.Fatal(err)
			}
			last := Open(dir).Last()
			if strings.HasPrefix(name, "build-") {
				if last != nil {
					t.Errorf("%s with %d of %d bytes: got %+v", name, len(bad), len(data), last)
				}
				continue
			}
			if f, entries := Open(dir).Facts(last); f != nil || entries != nil {
				t.Errorf("%s with %d of %d bytes: got %+v, %q", name, len(bad), len(data), f, entries)
			}
		}
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if f, entries := Open(dir).Facts(Open(dir).Last()); f == nil || string(entries) != "entries" {
		t.Errorf("healed: got %+v, %q", f, entries)
	}
}

func TestKeepFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Open(file).Keep(full(), nil); err == nil {
		t.Error("kept in a file")
	}
}

func TestFacts(t *testing.T) {
	dir := t.TempDir()
	want := facts()
	keep(t, Open(dir), full(), want, []byte("entries"))
	m := Open(dir)
	last := m.Last()
	got, entries := m.Facts(last)
	if !reflect.DeepEqual(got, want) || string(entries) != "entries" {
		t.Errorf("got  %+v, %q\nwant %+v", got, entries, want)
	}

	// A build of single pages has other facts, and the entries of the one before.
	got.Days = map[string]string{"content/a.md": "2026-01-03"}
	keep(t, m, full(), got, nil)
	if again, entries := Open(dir).Facts(Open(dir).Last()); !reflect.DeepEqual(again, got) || string(entries) != "entries" {
		t.Errorf("after single pages: got  %+v, %q\nwant %+v", again, entries, got)
	}
	if f, _ := m.Facts(last); f != nil {
		t.Errorf("facts of the build before: %+v", f)
	}

	// A whole build has new ones, and what it replaces goes.
	keep(t, Open(dir), full(), facts(), []byte("more"))
	if _, entries := Open(dir).Facts(Open(dir).Last()); string(entries) != "more" {
		t.Errorf("after a whole build: %q", entries)
	}
	for _, kind := range []string{"build-", "facts-", "found-"} {
		if names := files(t, dir, kind); len(names) != 1 {
			t.Errorf("there are %v", names)
		}
	}

	// One that keeps none has none, and leaves nothing of those before.
	keep(t, Open(dir), full(), nil, nil)
	if f, entries := Open(dir).Facts(Open(dir).Last()); f != nil || entries != nil {
		t.Errorf("none were kept: got %+v, %q", f, entries)
	}
	if names := slices.Concat(files(t, dir, "facts-"), files(t, dir, "found-")); len(names) != 0 {
		t.Errorf("there are still %v", names)
	}
}

// files are those of a folder that begin so.
func files(t *testing.T, dir, prefix string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); strings.HasPrefix(name, prefix) && name != ".gitignore" {
			names = append(names, name)
		}
	}
	return names
}

func TestChanges(t *testing.T) {
	type world struct {
		project fstest.MapFS
		output  string
		beside  map[string]string
		now     time.Time
	}
	write := func(name, text string) func(*world) {
		return func(w *world) { os.WriteFile(filepath.Join(w.output, name), []byte(text), 0o666) }
	}
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	for _, tt := range []struct {
		name   string
		change func(*world)
		want   []string
		stale  bool // the build cannot be used at all
	}{
		{"nothing", func(*world) {}, nil, false},
		{"a page", func(w *world) { w.project["content/a.md"] = file("other") }, []string{"read content/a.md"}, false},
		{"two pages", func(w *world) { w.project["content/a.md"], w.project["content/b.md"] = file("x"), file("y") },
			[]string{"read content/a.md", "read content/b.md"}, false},
		{"a new page", func(w *world) { w.project["content/c.md"] = file("c") }, []string{"list content"}, false},
		{"a page that goes", func(w *world) { delete(w.project, "content/b.md") }, []string{"list content", "read content/b.md"}, false},
		{"a file that was not there", func(w *world) { w.project["probatum.yaml"] = file("title: T\n") }, []string{"read probatum.yaml"}, false},
		{"a file that nobody asked for", func(w *world) { w.project["notes.txt"] = file("n") }, nil, false},
		{"another commit", func(w *world) { w.beside = map[string]string{"git": "b"} }, nil, true},
		{"something beside that is no more", func(w *world) { w.beside = nil }, nil, true},
		{"a clock that was set back", func(w *world) { w.now = w.now.Add(-2 * time.Hour) }, nil, true},
		{"just before a page expires", func(w *world) { w.now = w.now.Add(time.Hour - 1) }, nil, false},
		{"a page expires", func(w *world) { w.now = w.now.Add(time.Hour) }, nil, true},
		{"output edited", write("a/index.html", "edited"), nil, true},
		{"output of the same length", write("a/index.html", "B"), nil, true},
		{"output written again", write("a/index.html", "A"), nil, false},
		{"somebody's own file in the output", write("own.txt", "own"), nil, false},
		{"a file of the output is gone", func(w *world) { os.Remove(filepath.Join(w.output, "a", "index.html")) }, nil, true},
		{"the output is gone", func(w *world) { os.RemoveAll(w.output) }, nil, true},
		{"a build was killed", func(w *world) { os.Mkdir(filepath.Join(w.output, ".probatum-new"), 0o777) }, nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &world{fstest.MapFS{"content/a.md": file("a"), "content/b.md": file("b")}, filepath.Join(t.TempDir(), "public"), map[string]string{"git": "a"}, time.Now()}
			b := &Build{Read: asked(t, w.project), Beside: w.beside, Start: w.now.Add(-time.Minute), Until: w.now.Add(time.Hour), Files: output(t, w.output)}
			b.End = time.Now()
			tt.change(w)
			got, ok := b.Changes(w.project, w.output, w.beside, w.now)
			if !slices.Equal(got, tt.want) || ok == tt.stale {
				t.Errorf("got %q, %v; want %q, %v", got, ok, tt.want, !tt.stale)
			}
		})
	}
}

// asked is what a build asks of a project, and the answers.
func asked(t *testing.T, project fs.FS) map[string]string {
	t.Helper()
	r := cache.Record(project)
	if _, err := fs.ReadFile(r, "probatum.yaml"); err == nil {
		t.Fatal("the project has a configuration")
	}
	entries, err := fs.ReadDir(r, "content")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, err := fs.ReadFile(r, "content/"+e.Name()); err != nil {
			t.Fatal(err)
		}
	}
	return r.Trace()
}

// output writes a site and returns its files.
func output(t *testing.T, name string) []site.FileState {
	t.Helper()
	f, err := site.OpenFolder(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.WriteFile("a/index.html", []byte("A")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	return f.Files()
}

func TestAgrees(t *testing.T) {
	b := &Build{Read: map[string]string{"read a": "1", "read b": "2", "list .": "3"}}
	for _, tt := range []struct {
		name    string
		read    map[string]string
		changed []string
		want    bool
	}{
		{"nothing asked", nil, nil, true},
		{"the same", map[string]string{"read a": "1", "list .": "3"}, nil, true},
		{"asked for the first time", map[string]string{"read c": "4"}, nil, true},
		{"another answer", map[string]string{"read a": "9"}, nil, false},
		{"another answer that is known of", map[string]string{"read a": "9", "read b": "2"}, []string{"read a"}, true},
		{"one known, one not", map[string]string{"read a": "9", "read b": "8"}, []string{"read a"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := b.Agrees(tt.read, tt.changed); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// What a build has found of its pages is as much as their text: it is taken piece
// by piece, and one that fails leaves nothing.
func TestEntriesDiscarded(t *testing.T) {
	dir := t.TempDir()
	w := Open(dir).Entries()
	if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Discard(); err != nil {
		t.Fatal(err)
	}
	if names := files(t, dir, ""); len(names) != 0 {
		t.Errorf("there is %v", names)
	}
}
