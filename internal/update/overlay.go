package update

import (
	"bytes"
	"io/fs"
	"path"
	"time"
)

// Overlay returns a folder with other texts in the place of the files of that
// name; a name counts as that of a file, also where a symbolic link has it.
func Overlay(root fs.FS, texts map[string][]byte) fs.FS { return overlay{root, texts} }

type overlay struct {
	fs.FS
	texts map[string][]byte
}

// Open implements fs.FS.
func (o overlay) Open(name string) (fs.File, error) {
	if text, ok := o.texts[name]; ok {
		return &file{bytes.NewReader(text), info{path.Base(name), int64(len(text))}}, nil
	}
	return o.FS.Open(name)
}

// Lstat implements fs.ReadLinkFS.
func (o overlay) Lstat(name string) (fs.FileInfo, error) {
	if text, ok := o.texts[name]; ok {
		return info{path.Base(name), int64(len(text))}, nil
	}
	return fs.Lstat(o.FS, name)
}

// ReadLink implements fs.ReadLinkFS.
func (o overlay) ReadLink(name string) (string, error) { return fs.ReadLink(o.FS, name) }

type file struct {
	*bytes.Reader
	info info
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

type info struct {
	name string
	size int64
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) Mode() fs.FileMode  { return 0o444 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return false }
func (i info) Sys() any           { return nil }
