package prove

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// WithConfig adds a configuration to a project that has none: the file name
// names the folders of the pages and of the setup scripts; "" leaves a default.
func WithConfig(root fs.FS, name, content, setup string) fs.FS {
	var b strings.Builder
	if content != "" {
		fmt.Fprintf(&b, "content: %q\n", content)
	}
	if setup != "" {
		fmt.Fprintf(&b, "check:\n  scripts: %q\n", setup)
	}
	return withFile{root, name, b.String()}
}

// withFile is a file system with one file more.
type withFile struct {
	fs.FS
	name, text string
}

// Open implements fs.FS.
func (w withFile) Open(name string) (fs.File, error) {
	f, err := w.FS.Open(name)
	if name == w.name && errors.Is(err, fs.ErrNotExist) {
		return &textFile{Reader: strings.NewReader(w.text), name: path.Base(name)}, nil
	}
	return f, err
}

// A textFile is a file in memory.
type textFile struct {
	*strings.Reader
	name string
}

func (f *textFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *textFile) Close() error               { return nil }
func (f *textFile) Name() string               { return f.name }
func (f *textFile) Mode() fs.FileMode          { return 0o444 }
func (f *textFile) ModTime() time.Time         { return time.Time{} }
func (f *textFile) IsDir() bool                { return false }
func (f *textFile) Sys() any                   { return nil }
