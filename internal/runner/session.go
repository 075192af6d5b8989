//go:build unix

package runner

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A session is one live bash, as a reader has one: exports, functions, the
// working folder and background jobs live from one command to the next. It is
// not safe for concurrent use.
//
// Nothing that a command prints or closes can break the framing. The shell reads
// from a FIFO and is only ever told to read the same frame file; the frame
// sources the command from a file, sends its output to a FIFO for each stream,
// and writes its exit status to one more. Each is opened by name, for a moment.
type session struct {
	dir    string // holds the files below; not for the page to see
	cmd    *exec.Cmd
	mark   string // NAME=value in the environment of every process that it starts
	in     *os.File
	status *os.File
	ended  chan struct{} // closed when the shell is gone, and all that it started
	read   chan struct{} // closed when nobody reads status any more
	lines  chan int      // exit statuses, one for each command
	out    [2]*stream    // stdout and stderr
	left   []*stream     // those that earlier commands have left to background jobs
}

// newSession starts bash in the folder work with the environment env. It keeps
// its own files in dir, which has to be there and must not hold quotes.
func newSession(dir, work string, env []string, mark string) (*session, error) {
	if strings.ContainsAny(dir, "'\n") {
		return nil, fmt.Errorf("start a shell: %q: a quote in the name of the folder", dir)
	}
	s := &session{dir: dir, mark: mark, ended: make(chan struct{}), read: make(chan struct{}), lines: make(chan int, 1)}
	if err := s.open(); err != nil {
		s.closeFiles()
		return nil, fmt.Errorf("start a shell: %w", err)
	}
	s.cmd = exec.Command("bash", "--noprofile", "--norc", s.path("in"))
	s.cmd.Dir, s.cmd.Env = work, append(env[:len(env):len(env)], mark)
	s.cmd.SysProcAttr = ownSession()
	if err := s.cmd.Start(); err != nil {
		s.closeFiles()
		return nil, fmt.Errorf("start a shell: %w", err)
	}
	go func() {
		reap(s.cmd, mark)
		close(s.ended)
	}()
	go func() {
		s.readStatus()
		close(s.read)
	}()
	return s, s.answers()
}

// startLimit is how long a shell may take until it answers. It needs
// milliseconds; what does not answer at all is no bash.
var startLimit = 30 * time.Second

// answers waits until the shell has done its first line: what only looks like
// one would end with status 0, and all that it was told would count as done.
func (s *session) answers() error {
	timer := time.NewTimer(startLimit)
	defer timer.Stop()
	var err error
	select {
	case <-s.lines:
		return nil
	case <-s.ended:
		err = fmt.Errorf("start a shell: bash ended at once with status %d", exitStatus(s.cmd.ProcessState))
	case <-timer.C:
		err = fmt.Errorf("start a shell: bash has not answered within %v", startLimit)
	}
	s.close()
	return err
}

func (s *session) path(name string) string { return filepath.Join(s.dir, name) }

// open makes the FIFOs and the frame.
func (s *session) open() (err error) {
	for _, f := range []struct {
		name string
		file **os.File
	}{{"in", &s.in}, {"status", &s.status}} {
		if err := mkfifo(s.path(f.name)); err != nil {
			return err
		}
		// Open for both, so that neither side waits for the other and the
		// shell sees the end of its input only when this process is gone.
		if *f.file, err = os.OpenFile(s.path(f.name), os.O_RDWR, 0); err != nil {
			return err
		}
	}
	for i := range s.out {
		if err := s.renew(i); err != nil {
			return err
		}
	}
	for name, stderr := range map[string]string{"f": "|'" + s.path(outputs[1]) + "'", "m": "&1"} {
		frame := fmt.Sprintf("{ . '%s'; } </dev/null >|'%s' 2>%s\n"+
			"{ builtin printf '%%d\\n' \"$?\" >|'%s'; } 2>/dev/null\n",
			s.path("c"), s.path(outputs[0]), stderr, s.path("status"))
		if err := os.WriteFile(s.path(name), []byte(frame), 0o600); err != nil {
			return err
		}
	}
	// Without the first $0 would be the name of the FIFO.
	_, err = fmt.Fprintf(s.in, "BASH_ARGV0=bash\nbuiltin printf '%%d\\n' 0 >|'%s'\n", s.path("status"))
	return err
}

// outputs names the FIFOs for stdout and stderr.
var outputs = [2]string{"out", "err"}

// renew makes a new FIFO for one of the outputs. The one before, if any, is
// still read, so that a background job that prints is neither held up nor ended,
// but what comes from it belongs to no command any more.
func (s *session) renew(i int) (err error) {
	if s.out[i] != nil {
		s.left = append(s.left, s.out[i])
		if err := os.Remove(s.out[i].name); err != nil {
			return err
		}
	}
	s.out[i], err = newStream(s.path(outputs[i]))
	return err
}

func (s *session) closeFiles() {
	for _, f := range []*os.File{s.in, s.status} {
		if f != nil {
			f.Close()
		}
	}
	for _, o := range slices.Concat(s.left, s.out[:]) {
		if o != nil {
			o.close()
		}
	}
}

// readStatus passes on the exit statuses until the FIFO is closed.
func (s *session) readStatus() {
	var line []byte
	buf := make([]byte, 16)
	for {
		n, err := s.status.Read(buf)
		if err != nil {
			return
		}
		line = append(line, buf[:n]...)
		for {
			text, rest, ok := bytes.Cut(line, []byte("\n"))
			if !ok {
				break
			}
			line = rest
			if status, err := strconv.Atoi(string(text)); err == nil {
				select {
				case s.lines <- status:
				case <-s.ended:
					return
				}
			}
		}
	}
}

// run runs text in the live shell and waits for it, at most limit. The error is
// errGone where the shell had ended before, and the cause of ctx where that ended first.
func (s *session) run(ctx context.Context, text string, limit time.Duration) (result, error) {
	return s.do(ctx, order{text: text, limit: limit})
}

// do runs the text of an order as run does.
func (s *session) do(ctx context.Context, o order) (result, error) {
	if s.gone() {
		return result{}, errGone
	}
	if err := s.prepare(o); err != nil {
		return result{}, fmt.Errorf("tell the shell: %w", err)
	}
	start := time.Now()
	r, err := s.wait(ctx, o.limit)
	if err != nil {
		return result{}, err
	}
	held := s.printed(&r)
	if o.ready != nil && !r.Gone && r.Exit == 0 {
		if held, err = s.untilReady(ctx, o, &r, held); err != nil {
			return result{}, err
		}
	}
	r.Took = time.Since(start)
	for i := range held {
		if held[i] && !r.Gone {
			if err := s.renew(i); err != nil {
				return result{}, fmt.Errorf("run a command: %w", err)
			}
		}
	}
	return r, nil
}

// printed notes what has been printed so far, and tells which of stdout and
// stderr something has still open.
func (s *session) printed(r *result) (held [2]bool) {
	for i, text := range []*string{&r.Stdout, &r.Stderr} {
		*text, held[i] = s.out[i].end()
		*text = s.plain(*text)
	}
	return held
}

// untilReady waits until a job in the background is ready, has ended, or there is
// no more patience.
func (s *session) untilReady(ctx context.Context, o order, r *result, held [2]bool) ([2]bool, error) {
	timer := time.NewTimer(o.patience)
	defer timer.Stop()
	for !o.ready(r.Stdout, r.Stderr) {
		if !held[0] && !held[1] {
			r.Unready = true
			return held, nil
		}
		select {
		case <-s.out[0].more:
		case <-s.out[1].more:
		case <-s.ended:
			r.Exit, r.Gone = exitStatus(s.cmd.ProcessState), true
			return held, nil
		case <-timer.C:
			r.Unready, r.TimedOut = true, true
			return held, nil
		case <-ctx.Done():
			s.kill()
			return held, context.Cause(ctx)
		}
		held = s.printed(r)
	}
	return held, nil
}

// prepare writes the command and tells the shell to run it.
func (s *session) prepare(o order) error {
	text, frame := o.text, "f"
	if o.merged {
		frame = "m"
	}
	for _, o := range s.out {
		if err := o.begin(); err != nil {
			return err
		}
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if err := os.WriteFile(s.path("c"), []byte(text), 0o600); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.in, ". '%s'\n", s.path(frame))
	return err
}

// wait waits for the end of the command, of the shell, of the time or of ctx.
func (s *session) wait(ctx context.Context, limit time.Duration) (result, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case status := <-s.lines:
		return result{Exit: status}, nil
	case <-s.ended:
		select {
		case status := <-s.lines: // it ended right after the command
			return result{Exit: status}, nil
		default:
		}
		if s.unread() { // it had ended before it has read the command
			return result{Exit: -1, Gone: true}, nil
		}
		return result{Exit: exitStatus(s.cmd.ProcessState), Gone: true, Killed: signaled(s.cmd.ProcessState)}, nil
	case <-timer.C:
		s.kill()
		return result{Exit: -1, TimedOut: true, Gone: true}, nil
	case <-ctx.Done():
		s.kill()
		return result{}, context.Cause(ctx)
	}
}

// unread reports whether the shell has left something of what it was told: it
// reads byte by byte, and what it has not read is still in the FIFO, which this
// process has open, too.
func (s *session) unread() bool {
	conn, err := s.in.SyscallConn()
	if err != nil {
		return false
	}
	n := 0
	err = conn.Read(func(fd uintptr) bool {
		n, _ = syscall.Read(int(fd), make([]byte, 1))
		return true
	})
	return err == nil && n > 0
}

// plain replaces "/dir/c: line 3: " by "bash: ": the shell names the file of the
// command in its messages; a reader sees the shell's own name there.
func (s *session) plain(text string) string {
	name := s.path("c") + ": line "
	for from := 0; ; {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return text
		}
		i += from
		rest := strings.TrimLeft(text[i+len(name):], "0123456789")
		text = text[:i] + "bash" + rest
		from = i
	}
}

// kill ends the shell; reap then ends all that it started.
func (s *session) kill() {
	s.cmd.Process.Kill()
	<-s.ended
}

// close ends the shell and all that it left running. It may be called twice.
func (s *session) close() {
	s.kill()
	s.closeFiles()
	<-s.read
}

// gone reports whether the shell has ended.
func (s *session) gone() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}
