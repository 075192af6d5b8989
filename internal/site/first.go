package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A first is the first site of a folder that is empty. It is written beside the
// folder and takes its place in one step, so that each file is written once and
// nobody sees a part of the site.
type first struct {
	folder, dir string // where it goes, and where it is made
	made        madeFolders
}

// newFirst prepares a first site for the folder. It gives nil where the folder
// is not empty, or cannot be replaced, as one that is a disk of its own: that is
// tried with an empty one.
func newFirst(folder string) (*first, error) {
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 0 {
		return nil, err
	}
	info, err := os.Stat(folder)
	if err != nil {
		return nil, err
	}
	f := &first{folder: folder, dir: twinOf(folder)}
	if os.Mkdir(f.dir, 0o777) != nil || os.Chmod(f.dir, info.Mode().Perm()) != nil {
		return nil, nil // nothing can be made beside the folder
	}
	if exchange(folder, f.dir) != nil {
		return nil, f.discard()
	}
	return f, nil
}

func (f *first) write(name string, data []byte) (stamp, error) {
	file, err := f.place(name)
	if err != nil {
		return stamp{}, err
	}
	return create(file, data)
}

// place is where a file of the site goes; its folder is made.
func (f *first) place(name string) (string, error) {
	file := f.dir + string(filepath.Separator) + filepath.FromSlash(name)
	return file, f.made.make(filepath.Dir(file))
}

// take makes what was written elsewhere on the disk a file of the site.
func (f *first) take(from, name string) error {
	file, err := f.place(name)
	if err != nil {
		return err
	}
	return os.Rename(from, file)
}

// commit puts the site in the place of the folder, with the list of its files.
func (f *first) commit(manifest []byte) error {
	if _, err := f.write(manifestName, manifest); err != nil {
		return err
	}
	if entries, err := os.ReadDir(f.folder); err != nil || len(entries) > 0 {
		return fmt.Errorf("%s was empty when the build began and is not any more: %w", f.folder, errors.Join(err, fs.ErrExist))
	}
	return errors.Join(exchange(f.folder, f.dir), f.discard())
}

func (f *first) discard() error { return os.RemoveAll(f.dir) }
