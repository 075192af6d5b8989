package site

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.html")
	for _, text := range []string{"<p>a longer text</p>", "<p>a text</p>", "", strings.Repeat("large ", 1<<20)} {
		got, err := create(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil || got != stampOf(info) {
			t.Errorf("%.20q: %v, want that of %v, %v", text, got, info, err)
		}
		if data, err := os.ReadFile(name); err != nil || string(data) != text {
			t.Errorf("%.20q is %d bytes in the file, want %d; %v", text, len(data), len(text), err)
		}
	}
	for _, name := range []string{dir, filepath.Join(dir, "none", "a.html"), filepath.Join(name, "b.html")} {
		var failed *fs.PathError
		if _, err := create(name, nil); !errors.As(err, &failed) || failed.Path != name {
			t.Errorf("create %s: %v, want an error that names it", name, err)
		}
	}
}
