package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.md": "# A\n", "empty": "", "deep/er/b.md": "b"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	f := Folder(dir)
	if err := fstest.TestFS(f, "a.md", "empty", "deep/er/b.md"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"c.md", "a.md/c.md", "../a.md", "/a.md", ""} {
		got, err := f.Open(name)
		_, want := os.DirFS(dir).Open(name)
		if got != nil || err == nil || err.Error() != want.Error() || errors.Is(err, fs.ErrNotExist) != errors.Is(want, fs.ErrNotExist) {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
}
