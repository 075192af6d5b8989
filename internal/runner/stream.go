//go:build unix

package runner

import (
	"fmt"
	"os"
	"sync"
	"syscall"
)

// A stream takes what commands print to one of stdout and stderr: a FIFO that
// the shell opens by name for each command. A pipe, not a file: a page may send
// output to /dev/stderr, which empties a file.
type stream struct {
	name string
	read *os.File // does not block
	fd   int      // of read
	hold int      // our own writing end, open while a command runs; -1 else

	mu   sync.Mutex // also held between reading bytes and keeping them
	kept []byte
	lost int64
	more chan struct{} // has a value when something was read, or the last writer has gone
	done chan struct{}
}

// newStream makes the FIFO name and starts to read from it.
func newStream(name string) (*stream, error) {
	if err := mkfifo(name); err != nil {
		return nil, fmt.Errorf("make %s: %w", name, err)
	}
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	s := &stream{name: name, read: f, hold: -1, more: make(chan struct{}, 1), done: make(chan struct{})}
	conn, err := f.SyscallConn()
	if err != nil {
		f.Close()
		return nil, err
	}
	if err := conn.Control(func(fd uintptr) { s.fd = int(fd) }); err != nil {
		f.Close()
		return nil, err
	}
	go func() {
		defer close(s.done)
		conn.Read(func(uintptr) bool { // called again when there may be more, until read is closed
			for drained := false; !drained; {
				drained = s.some()
			}
			return false
		})
	}()
	return s, nil
}

// A pipe holds this much; a job that prints for ever fills it as fast as it is
// read, so nobody reads more than this without letting others have their turn.
const full = 1 << 16

// some reads a part of what is there, and reports whether that is all.
func (s *stream) some() (drained bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	drained, _ = s.take()
	select {
	case s.more <- struct{}{}:
	default:
	}
	return drained
}

// take reads what is there now, about as much as a pipe holds at most. It
// reports whether that was all, and whether a process has the FIFO open for
// writing; s.mu is held.
func (s *stream) take() (drained, open bool) {
	var buf [4096]byte
	for left := full; left > 0; {
		n, err := syscall.Read(s.fd, buf[:])
		if err == syscall.EINTR {
			continue
		}
		if n <= 0 {
			return true, err == syscall.EAGAIN
		}
		left -= n
		k := min(n, keep-len(s.kept))
		s.kept = append(s.kept, buf[:k]...)
		s.lost += int64(n - k)
	}
	return false, true
}

// begin has to be called before each command: as long as there is a writing
// end, a command that has ended is not the end of the FIFO.
func (s *stream) begin() (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept, s.lost = s.kept[:0], 0
	// By system call, as os.OpenFile would tell the poller about it each time.
	if s.hold, err = syscall.Open(s.name, syscall.O_WRONLY|syscall.O_CLOEXEC, 0); err != nil {
		return fmt.Errorf("open %s: %w", s.name, err)
	}
	return nil
}

// end gives what was printed since begin, all that had been written when it was
// called. It reports whether something still has the FIFO open. It may be called
// again for what a background job prints.
func (s *stream) end() (text string, held bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.take()
	s.letGo()
	_, held = s.take()
	text = string(s.kept)
	if s.lost > 0 {
		text += fmt.Sprintf("\n[%d bytes more are not kept]\n", s.lost)
	}
	return text, held
}

// letGo closes our own writing end.
func (s *stream) letGo() {
	if s.hold >= 0 {
		syscall.Close(s.hold)
		s.hold = -1
	}
}

// close ends the reading. What still writes to the FIFO then gets SIGPIPE.
func (s *stream) close() {
	s.letGo()
	s.read.Close()
	<-s.done
}
