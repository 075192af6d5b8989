package update

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// ErrChanged says that a file is not any more as it was when it was read. It is
// left as it is.
var ErrChanged = errors.New("it was changed while its commands ran")

// ErrOutside says that a file is a symbolic link that leads out of the project.
var ErrOutside = errors.New("it leads out of the project")

// Diff returns what changes as a unified diff that patch -p1 takes.
func (f *File) Diff() []byte {
	return diff.Diff("a/"+f.Name, f.Old, "b/"+f.Name, f.New)
}

// Write writes the new text to the file, whole or not at all; dir is the
// project's folder. The file keeps its mode, and a symbolic link stays one: what
// it leads to is written.
func (f *File) Write(dir string) error {
	if err := f.write(dir); err != nil {
		return fmt.Errorf("update %s: %w", f.Name, err)
	}
	return nil
}

func (f *File) write(dir string) (err error) {
	name, err := resolve(dir, f.Name)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return cause(err)
	}
	info, err := file.Stat()
	if err = errors.Join(err, file.Close()); err != nil {
		return cause(err)
	}
	temp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return cause(err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(f.New)
	if err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Sync(), temp.Close()); err != nil {
		return cause(err)
	}
	now, err := os.ReadFile(name)
	if err != nil {
		return cause(err)
	}
	if !bytes.Equal(now, f.Old) {
		return ErrChanged
	}
	return cause(os.Rename(temp.Name(), name))
}

// resolve follows symbolic links as far as they stay in the project.
func resolve(dir, name string) (string, error) {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", cause(err)
	}
	full, err := filepath.EvalSymlinks(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return "", cause(err)
	}
	if root, err = filepath.Abs(root); err != nil {
		return "", err
	}
	if full, err = filepath.Abs(full); err != nil {
		return "", err
	}
	if full != root && !strings.HasPrefix(full, strings.TrimSuffix(root, string(filepath.Separator))+string(filepath.Separator)) {
		return "", ErrOutside
	}
	return full, nil
}

// cause is an error without the name of the file.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
