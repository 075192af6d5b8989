//go:build unix

package site

import (
	"errors"
	"io"
	"io/fs"

	"golang.org/x/sys/unix"
)

// create makes a file, or replaces what it holds. Each of the many small files of a
// site is written and closed at once; an os.File is made for more: it asks the system
// whether one can wait for the file, and is closed with the garbage if by nobody else.
func create(name string, data []byte) (stamp, error) {
	var fd int
	err := uninterrupted(func() (err error) {
		fd, err = unix.Open(name, createFlags|unix.O_CLOEXEC, 0o666)
		return err
	})
	if err != nil {
		return stamp{}, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	var s unix.Stat_t
	err = writeTo(fd, data)
	if err == nil {
		err = uninterrupted(func() error { return unix.Fstat(fd, &s) })
	}
	if err = errors.Join(err, unix.Close(fd)); err != nil {
		return stamp{}, &fs.PathError{Op: "write", Path: name, Err: err}
	}
	return stamp{s.Size, s.Mtim.Nano()}, nil
}

func writeTo(fd int, data []byte) error {
	for len(data) > 0 {
		n := 0
		err := uninterrupted(func() (err error) {
			n, err = unix.Write(fd, data)
			return err
		})
		if err == nil && n == 0 {
			err = io.ErrShortWrite
		}
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// uninterrupted calls ask until no signal comes between.
func uninterrupted(ask func() error) error {
	for {
		if err := ask(); err != unix.EINTR {
			return err
		}
	}
}
