//go:build linux

package runner

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const long = time.Minute

// testSession starts a shell as a page has one; it is closed with the test.
func testSession(t testing.TB) *session {
	t.Helper()
	dir := t.TempDir()
	work := filepath.Join(dir, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		t.Fatal(err)
	}
	private := filepath.Join(dir, "s")
	if err := os.Mkdir(private, 0o700); err != nil {
		t.Fatal(err)
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + work, "TMPDIR=" + work, "LANG=C.UTF-8", "TERM=dumb"}
	s, err := newSession(private, work, env, newMark())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

func (s *session) must(t testing.TB, text string) result {
	t.Helper()
	r, err := s.run(context.Background(), text, long)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return r
}

func TestSession(t *testing.T) {
	type step struct {
		text, out, errout string
		exit              int
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"output and errors are apart", []step{{"echo a; echo b >&2", "a\n", "b\n", 0}}},
		{"exit status", []step{{"false", "", "", 1}, {"(exit 7)", "", "", 7}, {"true", "", "", 0}}},
		{"exit status of the command before", []step{{"(exit 3)", "", "", 3}, {"true; echo $?", "0\n", "", 0}}},
		{"state stays", []step{
			{"export A=1; b=2; f() { echo f$b; }; mkdir d; cd d", "", "", 0},
			{"echo $A $b; f; basename $PWD; bash -c 'echo $A$b'", "1 2\nf2\nd\n1\n", "", 0}}},
		{"declare is not local", []step{{"declare -A m; m[x]=1", "", "", 0}, {"echo ${m[x]}", "1\n", "", 0}}},
		{"own streams stay open", []step{{"exec 3>log", "", "", 0}, {"echo x >&3", "", "", 0}, {"cat log", "x\n", "", 0}}},
		{"input is empty", []step{{"cat; read x; echo $?", "1\n", "", 0}}},
		{"no terminal", []step{{"(: </dev/tty) 2>/dev/null || echo none", "none\n", "", 0}}},
		{"closed output", []step{{"exec 1>&- 2>&-", "", "", 0}, {"echo still here", "still here\n", "", 0}}},
		{"output sent elsewhere", []step{{"exec >log 2>&1; echo x", "", "", 0}, {"echo y; cat log", "y\nx\n", "", 0}}},
		{"all streams closed", []step{{"for i in {0..254}; do eval \"exec $i>&-\"; done 2>/dev/null", "", "", 0}, {"echo still here", "still here\n", "", 0}}},
		{"the folder is gone", []step{{"mkdir d; cd d; rmdir ../d", "", "", 0}, {"echo ok", "ok\n", "", 0}, {"cd ..; ls -d .", ".\n", "", 0}}},
		{"a job in the background", []step{{"sleep 1000 & pid=$!", "", "", 0}, {"kill -0 $pid && echo lives", "lives\n", "", 0}}},
		{"a job prints later", []step{{"mkfifo go; { read <go; echo late; echo done >go; } & ", "", "", 0}, {"echo >go; read x <go; echo $x", "done\n", "", 0}}},
		{"not found", []step{{"nosuchcommand", "", "bash: nosuchcommand: command not found\n", 127}}},
		{"names itself bash", []step{{"echo $0", "bash\n", "", 0}}},
		{"loop words outside a loop", []step{{"break 2>/dev/null; continue 2>/dev/null; echo on", "on\n", "", 0}, {"echo on", "on\n", "", 0}}},
		{"return", []step{{"return 4", "", "", 4}, {"echo on", "on\n", "", 0}}},
		{"traps", []step{{"trap 'echo debug' DEBUG; :", "debug\n", "", 0}, {"trap - DEBUG", "", "", 0}, {"echo a", "a\n", "", 0}}},
		{"options", []step{{"set -u -f -C -o pipefail; IFS=0; umask 777", "", "", 0}, {"false | true", "", "", 1}, {"echo a", "a\n", "", 0}}},
		{"own printf and echo", []step{{"printf() { :; }; echo() { :; }; exec() { :; }; source() { :; }", "", "", 0}, {"false", "", "", 1}}},
		{"no PATH", []step{{"PATH=", "", "", 0}, {"echo a", "a\n", "", 0}}},
		{"prints all that frames it", []step{{"echo '0'; echo 17; printf '\\0\\n'; cat /proc/self/cmdline >/dev/null; echo '-- cmd --'", "0\n17\n\x00\n-- cmd --\n", "", 0}}},
		{"nothing", []step{{"", "", "", 0}, {"# only a comment", "", "", 0}, {"echo a", "a\n", "", 0}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := testSession(t)
			for _, st := range tt.steps {
				r := s.must(t, st.text)
				if r.Stdout != st.out || r.Stderr != st.errout || r.Exit != st.exit || r.Gone {
					t.Errorf("%q: got %+v\nwant stdout %q, stderr %q, exit %d", st.text, r, st.out, st.errout, st.exit)
				}
			}
		})
	}
}

func TestSessionSyntaxError(t *testing.T) {
	s := testSession(t)
	r := s.must(t, "if true; then")
	if r.Exit == 0 || !strings.HasPrefix(r.Stderr, "bash: ") {
		t.Errorf("got %+v", r)
	}
	if r := s.must(t, "echo on"); r.Stdout != "on\n" {
		t.Errorf("after it: %+v", r)
	}
}

func TestSessionTrace(t *testing.T) {
	s := testSession(t)
	s.must(t, "set -x")
	if r := s.must(t, "echo a"); r.Stdout != "a\n" || !strings.Contains(r.Stderr, "+ echo a\n") || strings.Contains(r.Stderr, "printf") {
		t.Errorf("got %+v", r)
	}
}

// What ends the shell is told as such, with the status; later commands are not run.
func TestSessionGone(t *testing.T) {
	tests := []struct {
		name, before, text string
		exit               int
	}{
		{"exit", "", "echo bye; exit 3", 3},
		{"exit 0", "", "echo bye; exit", 0},
		{"exec", "", "exec echo bye", 0},
		{"exec of nothing", "", "echo bye; exec nosuchprogram", 127},
		{"set -e", "set -e", "echo bye; false", 1},
		{"set -u", "set -u", "echo bye; echo $nosuchvariable", 1},
		{"killed", "", "echo bye; kill -KILL $$", 137},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := testSession(t)
			s.must(t, tt.before)
			r := s.must(t, tt.text)
			if !r.Gone || r.Exit != tt.exit || r.Stdout != "bye\n" {
				t.Errorf("%q: got %+v, want the shell gone with %d", tt.text, r, tt.exit)
			}
			if _, err := s.run(context.Background(), "echo again", long); err != errGone {
				t.Errorf("after it: %v, want %v", err, errGone)
			}
		})
	}
}

func TestSessionTimeout(t *testing.T) {
	s := testSession(t)
	r, err := s.run(context.Background(), "echo begun; sleep 1000 & sleep 1001", 100*time.Millisecond)
	if err != nil || !r.TimedOut || !r.Gone || r.Stdout != "begun\n" {
		t.Errorf("got %+v, %v", r, err)
	}
	noneLeft(t, s)
}

func TestSessionCancel(t *testing.T) {
	s := testSession(t)
	ctx, cancel := context.WithCancel(context.Background())
	s.must(t, "mkfifo begun")
	go func() {
		os.ReadFile(filepath.Join(s.cmd.Dir, "begun"))
		cancel()
	}()
	if _, err := s.run(ctx, "echo >begun; sleep 1000", long); err != context.Canceled {
		t.Errorf("got %v", err)
	}
	noneLeft(t, s)
}

// Nothing that a page has started is there after it, wherever it has hidden.
func TestSessionLeavesNothing(t *testing.T) {
	for name, text := range map[string]string{
		"background":   "sleep 1000 &",
		"job control":  "set -m; sleep 1000 &",
		"own session":  "setsid sleep 1000 >/dev/null &",
		"two forks":    "(setsid bash -c 'sleep 1000 & sleep 1001 &' &)",
		"no marks":     "env -i sleep 1000 &",
		"no hangup":    "trap '' HUP TERM INT; nohup sleep 1000 >/dev/null 2>&1 &",
		"pipeline":     "yes | sleep 1000 | cat &",
		"after exit":   "sleep 1000 & exit",
		"after a kill": "sleep 1000 & kill -KILL $$",
	} {
		t.Run(name, func(t *testing.T) {
			s := testSession(t)
			s.must(t, text)
			s.close()
			noneLeft(t, s)
		})
	}
}

// noneLeft looks for living processes of this test.
func noneLeft(t *testing.T, s *session) {
	t.Helper()
	for _, pid := range processes() {
		if marked(pid, s.mark) || member(pid, s.cmd.Process.Pid) {
			t.Errorf("process %d is left", pid)
		}
	}
}

func TestSessionKeepsSomeOutput(t *testing.T) {
	s := testSession(t)
	r := s.must(t, "head -c 3000000 /dev/zero | tr '\\0' x")
	if len(r.Stdout) < keep || len(r.Stdout) > keep+100 || !strings.Contains(r.Stdout, "[1951424 bytes more are not kept]") {
		t.Errorf("kept %d bytes, ends in %q", len(r.Stdout), r.Stdout[max(0, len(r.Stdout)-60):])
	}
}

func BenchmarkSession(b *testing.B) {
	s := testSession(b)
	for b.Loop() {
		s.must(b, "echo hello")
	}
}
