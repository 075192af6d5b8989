//go:build unix

package runner

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
//
// Whoever waits for a command reads all that comes, by one system call for all
// FIFOs: goroutines that wake each other cost more than the shell.
type session struct {
	dir    string // holds the files below; not for the page to see
	cmd    *exec.Cmd
	mark   string // NAME=value in the environment of every process that it starts
	in     *os.File
	status *os.File
	text   *os.File      // the command
	size   int           // of text
	wake   *waker        // ends the waiting when the shell or a context does
	ended  chan struct{} // closed when the shell is gone, and all that it started
	reaped chan struct{} // closed when nothing waits for that any more
	line   []byte        // of status: what has been read but is no whole line yet
	out    [2]*stream    // stdout and stderr
	left   []*drain      // those that earlier commands have left to background jobs
}

// newSession starts bash in the folder work with the environment env. It keeps
// its own files in dir, which has to be there and must not hold quotes.
func newSession(dir, work string, env []string, mark string) (*session, error) {
	if strings.ContainsAny(dir, "'\n") {
		return nil, fmt.Errorf("start a shell: %q: a quote in the name of the folder", dir)
	}
	s := &session{dir: dir, mark: mark, ended: make(chan struct{}), reaped: make(chan struct{})}
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
		defer close(s.reaped)
		reap(s.cmd, mark)
		close(s.ended)
		s.wake.wake()
	}()
	return s, s.answers()
}

// startLimit is how long a shell may take until it answers. It needs
// milliseconds; what does not answer at all is no bash.
var startLimit = 30 * time.Second

// answers waits until the shell has done its first line: what only looks like
// one would end with status 0, and all that it was told would count as done.
func (s *session) answers() error {
	r, err := s.wait(context.Background(), startLimit)
	switch {
	case err != nil:
		err = fmt.Errorf("start a shell: %w", err)
	case r.TimedOut:
		err = notBash(fmt.Errorf("start a shell: bash has not answered within %v", startLimit))
	case r.Gone:
		err = notBash(fmt.Errorf("start a shell: bash ended at once with status %d", exitStatus(s.cmd.ProcessState)))
	default:
		return nil
	}
	s.close()
	return err
}

func (s *session) path(name string) string { return filepath.Join(s.dir, name) }

// open makes the files and the FIFOs.
func (s *session) open() (err error) {
	if s.wake, err = newWaker(); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		file **os.File
	}{{"in", &s.in}, {"status", &s.status}} {
		if err := mkfifo(s.path(f.name)); err != nil {
			return err
		}
		if *f.file, err = openBoth(s.path(f.name)); err != nil {
			return err
		}
	}
	for i := range s.out {
		if err := s.renew(i); err != nil {
			return err
		}
	}
	if s.text, err = os.OpenFile(s.path("c"), os.O_WRONLY|os.O_CREATE, 0o600); err != nil {
		return err
	}
	return s.frame()
}

// openBoth opens a FIFO for reading and writing, so that neither side waits for the
// other, and the shell sees the end of its input only when this process is gone.
// By system call, as os.OpenFile would have the poller wake us for each byte.
func openBoth(name string) (*os.File, error) {
	fd, err := syscall.Open(name, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(fd), name), nil
}

// frame writes the frame, and the first line that the shell reads.
func (s *session) frame() error {
	for name, stderr := range map[string]string{"f": "|'" + s.path(outputs[1]) + "'", "m": "&1"} {
		frame := fmt.Sprintf("{ . '%s'; } </dev/null >|'%s' 2>%s\n"+
			"builtin printf '%%d\\n' \"$?\" >|'%s'\n",
			s.path("c"), s.path(outputs[0]), stderr, s.path("status"))
		if err := os.WriteFile(s.path(name), []byte(frame), 0o600); err != nil {
			return err
		}
	}
	// Without the first $0 would be the name of the FIFO.
	_, err := fmt.Fprintf(s.in, "BASH_ARGV0=bash\nbuiltin printf '%%d\\n' 0 >|'%s'\n", s.path("status"))
	return err
}

// outputs names the FIFOs for stdout and stderr.
var outputs = [2]string{"out", "err"}

// renew makes a new FIFO for one of the outputs. The one before, if any, is
// still read, so that a background job that prints is neither held up nor ended,
// but what comes from it belongs to no command any more.
func (s *session) renew(i int) (err error) {
	if s.out[i] != nil {
		s.left = append(s.left, s.out[i].leave())
		if err := os.Remove(s.path(outputs[i])); err != nil {
			return err
		}
	}
	s.out[i], err = newStream(s.path(outputs[i]))
	return err
}

func (s *session) closeFiles() {
	for _, f := range []*os.File{s.in, s.status, s.text} {
		f.Close() // also nil
	}
	for _, o := range s.out {
		o.close()
	}
	for _, d := range s.left {
		d.close()
	}
	s.wake.close()
	s.left = nil
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
	defer context.AfterFunc(ctx, s.wake.wake)()
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
	late := time.Now().Add(o.patience)
	for !o.ready(r.Stdout, r.Stderr) {
		switch {
		case !held[0] && !held[1]:
			r.Unready = true
			return held, nil
		case s.gone():
			r.Exit, r.Gone = exitStatus(s.cmd.ProcessState), true
			return held, nil
		case ctx.Err() != nil:
			s.kill()
			return held, context.Cause(ctx)
		case !time.Now().Before(late):
			r.Unready, r.TimedOut = true, true
			return held, nil
		}
		if err := s.poll(late, held); err != nil {
			return held, err
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
	if err := s.tell(text); err != nil {
		return err
	}
	_, err := s.in.WriteString(". '" + s.path(frame) + "'\n")
	return err
}

// tell puts text in place of the command before it.
func (s *session) tell(text string) error {
	if len(text) < s.size {
		if err := s.text.Truncate(int64(len(text))); err != nil {
			return err
		}
	}
	s.size = len(text)
	_, err := s.text.WriteAt([]byte(text), 0)
	return err
}

// wait waits for the end of the command, of the shell, of the time or of ctx.
func (s *session) wait(ctx context.Context, limit time.Duration) (result, error) {
	late := time.Now().Add(limit)
	for {
		gone := s.gone()
		if gone { // perhaps right after the command, which has told its status then
			if err := s.poll(time.Time{}, [2]bool{}); err != nil {
				return result{}, err
			}
		}
		if status, ok := s.answer(); ok {
			return result{Exit: status}, nil
		}
		switch {
		case gone && readable(s.in): // it had ended before it has read the command
			return result{Exit: -1, Gone: true}, nil
		case gone:
			return result{Exit: exitStatus(s.cmd.ProcessState), Gone: true, Killed: signaled(s.cmd.ProcessState)}, nil
		case ctx.Err() != nil:
			s.kill()
			return result{}, context.Cause(ctx)
		case !time.Now().Before(late):
			s.kill()
			return result{Exit: -1, TimedOut: true, Gone: true}, nil
		}
		if err := s.poll(late, [2]bool{true, true}); err != nil {
			return result{}, err
		}
	}
}

// answer takes the exit status of a command from what poll has read.
func (s *session) answer() (status int, ok bool) {
	for {
		text, rest, whole := bytes.Cut(s.line, []byte("\n"))
		if !whole {
			return 0, false
		}
		s.line = rest
		if status, err := strconv.Atoi(string(text)); err == nil {
			return status, true
		}
	}
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
	<-s.reaped
	s.closeFiles()
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
