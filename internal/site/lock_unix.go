//go:build unix

package site

import (
	"errors"
	"os"
	"syscall"
)

// lock waits until no other build writes below a folder, and keeps others from it
// until the file that it returns is closed; nil where the disk knows no locks.
func lock(dir string) *os.File {
	f, err := os.Open(dir)
	if err != nil {
		return nil
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		switch {
		case err == nil:
			return f
		case !errors.Is(err, syscall.EINTR):
			_ = f.Close() // builds at once are the exception
			return nil
		}
	}
}
