//go:build unix

package source

import (
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"golang.org/x/sys/unix"
)

// Folder is os.DirFS for a folder of many small files, each of which is read at once.
// An os.File is made for more: the system is asked whether one can wait for the file,
// and it is closed with the garbage if by nobody else.
func Folder(dir string) fs.FS { return folder{os.DirFS(dir).(dirFS), dir} }

// dirFS is what os.DirFS gives.
type dirFS interface {
	fs.ReadFileFS
	fs.ReadDirFS
	fs.StatFS
	fs.ReadLinkFS
}

type folder struct {
	dirFS
	dir string
}

// Open implements fs.FS. What is no regular file, and what cannot be opened, is left
// to os.DirFS.
func (f folder) Open(name string) (fs.File, error) {
	if file := f.regular(name); file != nil {
		return file, nil
	}
	return f.dirFS.Open(name)
}

func (f folder) regular(name string) fs.File {
	if !fs.ValidPath(name) || f.dir == "" {
		return nil
	}
	fd, err := unix.Open(f.dir+"/"+name, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	file := &regular{fd: fd, name: name}
	if unix.Fstat(fd, &file.stat) != nil || file.stat.Mode&unix.S_IFMT != unix.S_IFREG {
		_ = unix.Close(fd) // it was read only
		return nil
	}
	return file
}

// A regular file is open. It is its own fs.FileInfo.
type regular struct {
	fd   int
	name string
	stat unix.Stat_t
}

func (f *regular) Read(b []byte) (int, error) {
	for {
		n, err := unix.Read(f.fd, b)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 0, &fs.PathError{Op: "read", Path: f.name, Err: err}
		case n == 0 && len(b) > 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

func (f *regular) Stat() (fs.FileInfo, error) { return f, nil }

func (f *regular) Close() error {
	if err := unix.Close(f.fd); err != nil {
		return &fs.PathError{Op: "close", Path: f.name, Err: err}
	}
	return nil
}

func (f *regular) Name() string       { return path.Base(f.name) }
func (f *regular) Size() int64        { return f.stat.Size }
func (f *regular) Mode() fs.FileMode  { return fs.FileMode(f.stat.Mode & 0o777) }
func (f *regular) ModTime() time.Time { return time.Unix(f.stat.Mtim.Unix()) }
func (f *regular) IsDir() bool        { return false }
func (f *regular) Sys() any           { return nil }
