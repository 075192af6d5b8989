package site

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// write makes one build of the named files; each holds its name and version.
func write(t *testing.T, dir, version string, names ...string) (Result, error) {
	t.Helper()
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, name := range names {
		if err := f.WriteFile(name, []byte(version)); err != nil {
			return Result{}, err
		}
	}
	return f.Commit()
}

// files lists all files below dir as "NAME=TEXT", hidden ones by name only.
func files(t *testing.T, dir string) string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		switch {
		case d.IsDir():
			all = append(all, rel+"/")
		case strings.HasPrefix(rel, "."):
			all = append(all, rel)
		default:
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			all = append(all, rel+"="+string(data))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	steps := []struct {
		version string
		names   []string
		result  Result
		want    string
	}{
		{"1", []string{"index.html", "a/index.html", "b/c/index.html"}, Result{Written: 3},
			".probatum-site a/ a/index.html=1 b/ b/c/ b/c/index.html=1 index.html=1"},
		{"1", []string{"index.html", "a/index.html", "b/c/index.html"}, Result{Unchanged: 3},
			".probatum-site a/ a/index.html=1 b/ b/c/ b/c/index.html=1 index.html=1"},
		{"2", []string{"index.html", "a/index.html"}, Result{Written: 2, Removed: 1},
			".probatum-site a/ a/index.html=2 index.html=2"},
		{"2", []string{"index.html", "a"}, Result{Written: 1, Unchanged: 1, Removed: 1},
			".probatum-site a=2 index.html=2"},
		{"2", []string{"index.html", "a/x/y"}, Result{Written: 1, Unchanged: 1, Removed: 1},
			".probatum-site a/ a/x/ a/x/y=2 index.html=2"},
	}
	for i, s := range steps {
		r, err := write(t, dir, s.version, s.names...)
		if err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		if r.Written != s.result.Written || r.Unchanged != s.result.Unchanged {
			t.Errorf("step %d: got %+v, want %+v", i, r, s.result)
		}
		if got := files(t, dir); got != s.want {
			t.Errorf("step %d: got  %s\nwant %s", i, got, s.want)
		}
	}
}

func TestFolderUnchangedIsNotWritten(t *testing.T) {
	dir := t.TempDir()
	if _, err := write(t, dir, "1", "a"); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(filepath.Join(dir, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := write(t, dir, "1", "a"); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(filepath.Join(dir, "a"))
	if err != nil || !os.SameFile(before, after) || !before.ModTime().Equal(after.ModTime()) {
		t.Errorf("a was written again: %v", err)
	}
}

// What no build has written is neither removed nor written over.
func TestFolderLeavesOthers(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".gitignore", "CNAME", "index.html"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	_, err := write(t, dir, "1", "a", "index.html")
	if err == nil || !strings.Contains(err.Error(), "index.html is there and no earlier build wrote it") {
		t.Errorf("got %v, want an error that names index.html", err)
	}
	if got, want := files(t, dir), ".gitignore CNAME=mine index.html=mine"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := write(t, dir, "1", "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := write(t, dir, "1", "b"); err != nil {
		t.Fatal(err)
	}
	if got, want := files(t, dir), ".gitignore .probatum-site CNAME=mine b=1 index.html=mine"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A build that ends before Commit leaves the site as it was, also what it has
// put aside when it could not clean up.
func TestFolderInterrupted(t *testing.T) {
	dir := t.TempDir()
	if _, err := write(t, dir, "1", "a", "b"); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.WriteFile("a", []byte("2")); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.ReplaceAll(files(t, dir), stagingName, "NEW"), "NEW/ NEW/0"; !strings.Contains(got, "a=1 b=1") || !strings.Contains(got, want) {
		t.Errorf("before Commit: got %s", got)
	}
	// Killed here: nobody calls Close. The system lets go of the lock.
	if err := f.unlock(); err != nil {
		t.Fatal(err)
	}
	if _, err := write(t, dir, "3", "a"); err != nil {
		t.Fatal(err)
	}
	if got, want := files(t, dir), ".probatum-site a=3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := f.root.Close(); err != nil {
		t.Fatal(err)
	}
}

// A manifest is input like any other: it cannot make a build remove what is
// outside of its folder.
func TestFolderManifestOutside(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "public")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"precious": "x", "public/" + manifestName: "../precious\n/etc/passwd\n./a\nlink/precious\n"} {
		if err := os.WriteFile(filepath.Join(top, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(top, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if _, err := write(t, dir, "1", "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(top, "precious")); err != nil {
		t.Errorf("a file outside of the output folder is gone: %v", err)
	}
}

// At each step of Commit the folder holds the old site or the new one, whole, and
// at the end it is the same folder as before.
func TestFolderAtEachStep(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "public")
	if _, err := write(t, dir, "1", "a", "b/c", "b/d", "e"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"CNAME": "mine", "own/x": "mine"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("own/x", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o777); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	const old, now = "CNAME=mine a=1 b/ b/c=1 b/d=1 e=1 empty/ link=mine own/ own/x=mine", "CNAME=mine a/ a/f=2 b/ b/c=1 empty/ link=mine own/ own/x=mine"
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	steps, want := 0, []string{old, now, now, now}
	see := func() {
		shown := slices.DeleteFunc(strings.Fields(files(t, dir)), func(s string) bool { return strings.HasPrefix(s, ".") })
		got := strings.Join(shown, " ")
		if got != want[steps] {
			t.Errorf("step %d: got %s, want %s", steps, got, want[steps])
		}
		steps++
	}
	f.exchange = func(a, b string) error {
		see()
		err := exchange(a, b)
		see()
		return err
	}
	for name, text := range map[string]string{"a/f": "2", "b/c": "1"} {
		if err := f.WriteFile(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := f.Commit()
	if err != nil || r.Written != 1 || r.Removed != 3 || r.Unchanged != 1 {
		t.Errorf("got %+v, %v", r, err)
	}
	if steps != len(want) {
		t.Errorf("%d steps, want %d", steps, len(want))
	}
	if after, err := os.Stat(dir); err != nil || !os.SameFile(before, after) {
		t.Errorf("the folder is another one, %v", err)
	}
	if entries, err := os.ReadDir(parent); err != nil || len(entries) != 1 {
		t.Errorf("beside the folder are %v, %v", entries, err)
	}
}

// Where folders cannot change places, files are moved one by one.
func TestFolderWithoutExchange(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	if _, err := write(t, dir, "1", "a", "b"); err != nil {
		t.Fatal(err)
	}
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.exchange = func(string, string) error { return errors.ErrUnsupported }
	if err := f.WriteFile("a", []byte("2")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if got, want := files(t, filepath.Dir(dir)), "public/ public/.probatum-site="; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, " public/a=2") {
		t.Errorf("got %s", got)
	}
}

// The first site of a folder comes in one step; what somebody puts there
// meanwhile is not lost.
func TestFirst(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "public")
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.WriteFile("a/index.html", []byte("a")); err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); got != "" {
		t.Errorf("before Commit there is %s", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "mine"), []byte("m"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Commit(); !errors.Is(err, os.ErrExist) || !strings.Contains(err.Error(), "was empty when the build began") {
		t.Errorf("got %v, want that the folder is not empty any more", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got := files(t, filepath.Dir(dir)); got != "public/ public/mine=m" {
		t.Errorf("left are %s", got)
	}
}
