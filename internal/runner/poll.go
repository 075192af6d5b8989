//go:build unix

package runner

import (
	"fmt"
	"math"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// poll waits until there is a status, one of the outputs of which is true has
// something or is closed, the session is woken, or it is late. What is there by
// then is read and kept.
func (s *session) poll(late time.Time, of [2]bool) error {
	fds := [4]unix.PollFd{pollFor(s.status), pollFor(s.wake.r), {Fd: -1}, {Fd: -1}}
	for i, o := range s.out {
		if of[i] {
			fds[2+i] = unix.PollFd{Fd: int32(o.fd), Events: unix.POLLIN}
		}
	}
	// Rounded up, or the last millisecond would be spent in asking.
	left := min(time.Until(late).Milliseconds()+1, math.MaxInt32)
	if _, err := unix.Poll(fds[:], int(max(left, 0))); err != nil && err != unix.EINTR {
		return fmt.Errorf("wait for the shell: %w", err)
	}
	if fds[0].Revents != 0 {
		var buf [16]byte
		n, err := s.status.Read(buf[:])
		if err != nil {
			return fmt.Errorf("wait for the shell: %w", err)
		}
		s.line = append(s.line, buf[:n]...)
	}
	if fds[1].Revents != 0 {
		s.wake.sleep()
	}
	for i, o := range s.out {
		if fds[2+i].Revents != 0 {
			o.take()
		}
	}
	return nil
}

func pollFor(f *os.File) unix.PollFd { return unix.PollFd{Fd: int32(f.Fd()), Events: unix.POLLIN} }

// readable reports whether something can be read from f at once.
func readable(f *os.File) bool {
	fds := [1]unix.PollFd{pollFor(f)}
	for {
		n, err := unix.Poll(fds[:], 0)
		if err != unix.EINTR {
			return n > 0 && err == nil
		}
	}
}

// A waker ends a poll from another goroutine. What has changed is told elsewhere,
// before: who is woken looks there.
type waker struct{ r, w *os.File }

func newWaker() (*waker, error) {
	r, w, err := os.Pipe()
	return &waker{r, w}, err
}

// wake makes that the next poll returns at once. It may be called after close.
func (w *waker) wake() { w.w.Write([]byte{0}) }

// sleep takes away what wake has written.
func (w *waker) sleep() {
	var buf [16]byte
	w.r.Read(buf[:])
}

func (w *waker) close() {
	if w != nil {
		w.r.Close()
		w.w.Close()
	}
}
