//go:build unix

package runner

import (
	"fmt"
	"io"
	"os"
	"syscall"
)

// A stream takes what commands print to one of stdout and stderr: a FIFO that
// the shell opens by name for each command. A pipe, not a file: a page may send
// output to /dev/stderr, which empties a file. All of it is by system call, as
// the poller of the runtime would wake us for each command more than once.
type stream struct {
	name string
	fd   int // for reading; does not block
	hold int // our own writing end, open while a command runs; -1 else
	kept []byte
	lost int64
}

// newStream makes the FIFO name.
func newStream(name string) (*stream, error) {
	if err := mkfifo(name); err != nil {
		return nil, fmt.Errorf("make %s: %w", name, err)
	}
	fd, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	return &stream{name: name, fd: fd, hold: -1}, nil
}

// A pipe holds this much; a job that prints for ever fills it as fast as it is
// read, so no more than this is read before it is asked what else has happened.
const full = 1 << 16

// take reads what is there now, about as much as a pipe holds at most. It
// reports whether a process has the FIFO open for writing.
func (s *stream) take() (open bool) {
	var buf [4096]byte
	for left := full; left > 0; {
		n, err := syscall.Read(s.fd, buf[:])
		if err == syscall.EINTR {
			continue
		}
		if n <= 0 {
			return err == syscall.EAGAIN
		}
		left -= n
		k := min(n, keep-len(s.kept))
		s.kept = append(s.kept, buf[:k]...)
		s.lost += int64(n - k)
	}
	return true
}

// begin has to be called before each command: as long as there is a writing
// end, a command that has ended is not the end of the FIFO.
func (s *stream) begin() (err error) {
	s.kept, s.lost = s.kept[:0], 0
	if s.hold, err = syscall.Open(s.name, syscall.O_WRONLY|syscall.O_CLOEXEC, 0); err != nil {
		return fmt.Errorf("open %s: %w", s.name, err)
	}
	return nil
}

// end gives what was printed since begin, all that had been written when it was
// called. It reports whether something still has the FIFO open. It may be called
// again for what a background job prints.
func (s *stream) end() (text string, held bool) {
	s.take()
	s.letGo()
	held = s.take()
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
	if s != nil && s.fd >= 0 {
		s.letGo()
		syscall.Close(s.fd)
		s.fd = -1
	}
}

// A drain reads, and forgets, what jobs print after the command that started them.
type drain struct {
	read *os.File
	done chan struct{}
}

// leave ends the use of the stream. It is read until nothing can write to it.
func (s *stream) leave() *drain {
	s.letGo()
	d := &drain{os.NewFile(uintptr(s.fd), s.name), make(chan struct{})}
	s.fd = -1
	go func() {
		defer close(d.done)
		io.Copy(io.Discard, d.read)
	}()
	return d
}

// close ends the reading, as that of a stream.
func (d *drain) close() {
	d.read.Close()
	<-d.done
}
