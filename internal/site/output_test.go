package site

import (
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
	// Killed here: nobody calls Close.
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
