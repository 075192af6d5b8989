package cluster

import (
	"bytes"
	"strings"
	"sync"
)

// firstLine is a writer that hands on the first line and drops the rest.
type firstLine struct {
	got  chan []byte // has room for one
	line []byte
	sent bool
}

func (f *firstLine) Write(b []byte) (int, error) {
	if f.sent {
		return len(b), nil
	}
	f.line = append(f.line, b...)
	if i := bytes.IndexByte(f.line, '\n'); i >= 0 {
		f.got <- f.line[:i]
		f.sent = true
	}
	return len(b), nil
}

// tailSize is enough for an error message; a panic with all its goroutines,
// whose beginning matters, is cut to it.
const tailSize = 4 << 10

// tail is a writer that keeps the beginning and the end of what is written.
type tail struct {
	mu   sync.Mutex
	head []byte
	end  []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := min(len(b), tailSize-len(t.head))
	t.head = append(t.head, b[:n]...)
	t.end = append(t.end, b[n:]...)
	if over := len(t.end) - tailSize; over > 0 {
		t.end = append(t.end[:0], t.end[over:]...)
	}
	return len(b), nil
}

// String gives the text without space around it.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.head) + string(t.end))
}

// lines is a writer that calls a function with every line, without its end.
type lines struct {
	each func(string)
	rest []byte
}

func (l *lines) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		l.each(strings.TrimSpace(string(line)))
		l.rest = append([]byte(nil), rest...)
	}
}
