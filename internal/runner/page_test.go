//go:build linux

package runner

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/source"
)

// testPlan makes a plan with one block for each item; the blocks stand at lines
// 10, 20, …, and their claims on the lines after that.
func testPlan(items ...check.Item) *check.Plan {
	pg := &page.Page{File: source.NewFile("content/p.md", nil), Matter: page.Matter{Title: "P"}}
	plan := &check.Plan{Page: pg, Items: items}
	for i := range items {
		it := &items[i]
		text := ""
		for j := range it.Claims {
			c := &it.Claims[j]
			if c.Kind == "" {
				c.Kind = check.Command
			}
			c.Pos = source.Pos{File: "content/p.md", Line: 10*(i+1) + j, Col: 3}
			c.HasWant = c.HasWant || c.Want != ""
			text += c.Text + "\n"
		}
		if it.Kind == "" {
			it.Kind = check.Session
		}
		it.Block = &page.Block{Page: pg, Index: i, Text: text, Pos: source.Pos{File: "content/p.md", Line: 10 * (i + 1), Col: 1}}
	}
	return plan
}

// commands is one block with a claim for each.
func commands(cs ...check.Claim) check.Item { return check.Item{Claims: cs} }

// quickly has no patience with reads.
func quickly() Options { return Options{Within: time.Millisecond} }

func runPlans(t testing.TB, o Options, plans ...*check.Plan) *report.Run {
	t.Helper()
	run, err := Run(context.Background(), plans, o)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// Every way in which a claim can come out: what it is, and what is said of it.
func TestVerdicts(t *testing.T) {
	tests := []struct {
		name   string
		claim  check.Claim
		status check.Status
		rule   string
	}{
		{"right", check.Claim{Text: "echo a", Want: "a\n"}, check.Verified, ""},
		{"right without output", check.Claim{Text: "true"}, check.Verified, ""},
		{"wrong output", check.Claim{Text: "echo b", Want: "a\n"}, check.Failed, "output"},
		{"no output", check.Claim{Text: "true", Want: "a\n"}, check.Failed, "output"},
		{"elided output", check.Claim{Text: "seq 9", Want: "1\n...\n9\n"}, check.Verified, ""},
		{"output and errors as on a terminal", check.Claim{Text: "echo a; echo b >&2", Want: "a\nb\n"}, check.Verified, ""},
		{"only the output", check.Claim{Text: "echo a; echo b >&2", Want: "a\n"}, check.Verified, ""},
		{"fails", check.Claim{Text: "exit_with() { return $1; }; exit_with 3"}, check.Failed, "exit"},
		{"should fail", check.Claim{Text: "false", Fails: true}, check.Verified, ""},
		{"should fail, does not", check.Claim{Text: "true", Fails: true}, check.Failed, "exit"},
		{"should fail so", check.Claim{Text: "(exit 3)", Fails: true, Exit: 3}, check.Verified, ""},
		{"should fail so, fails otherwise", check.Claim{Text: "(exit 4)", Fails: true, Exit: 3}, check.Failed, "exit"},
		{"should fail and print", check.Claim{Text: "echo no >&2; false", Fails: true, Want: "no\n"}, check.Verified, ""},
		{"should fail and print, prints otherwise", check.Claim{Text: "echo yes >&2; false", Fails: true, Want: "no\n"}, check.Failed, "output"},
		{"vacuous", check.Claim{Text: "true | cat", Read: true}, check.Failed, "vacuous"},
		{"nothing is right", check.Claim{Text: "true | cat", Read: true, Empty: true}, check.Verified, ""},
		{"prints something", check.Claim{Text: "echo a", Read: true}, check.Verified, ""},
		{"says that there is nothing", check.Claim{Text: "echo No resources found >&2", Read: true}, check.Failed, "vacuous"},
		{"sets a variable", check.Claim{Text: "A=$(echo x)", Sets: []string{"A"}}, check.Verified, ""},
		{"leaves a variable empty", check.Claim{Text: "A=$(true)", Sets: []string{"A"}}, check.Failed, "vacuous"},
		{"time limit", check.Claim{Text: "sleep 1000", Timeout: 10 * time.Millisecond}, check.Failed, "timeout"},
		{"not a command", check.Claim{Text: "nosuchcommand"}, check.Failed, "exit"},
		{"not installed", check.Claim{Text: "nosuchcommand", Missing: []string{"nosuchcommand"}}, check.Static, ""},
		{"no cluster", check.Claim{Text: "kubectl get pods", Missing: []string{"kubectl"}}, check.Static, ""},
		{"manifest without a cluster", check.Claim{Kind: check.Apply, Text: "kind: x"}, check.Static, ""},
		{"unknown rule", check.Claim{Text: "echo a", Want: "a", Match: "future"}, check.Static, ""},
		{"a file", check.Claim{Kind: check.Write, Text: "x", Name: "a/b"}, check.Verified, ""},
		{"a file outside", check.Claim{Kind: check.Write, Text: "x", Name: "../b"}, check.Failed, ""},
		{"a file that cannot be", check.Claim{Kind: check.Write, Text: "x", Name: "."}, check.Failed, "file"},
		{"background", check.Claim{Text: "sleep 1000", Background: true}, check.Static, ""},
		{"background until ready", check.Claim{Text: "echo on; sleep 1000", Background: true, Until: "on"}, check.Verified, ""},
		{"background, ready says stderr", check.Claim{Text: "echo on >&2; sleep 1000", Background: true, Until: "on"}, check.Verified, ""},
		{"background until ready, its output", check.Claim{Text: "echo on; sleep 1000", Background: true, Until: "on", Want: "on\n"}, check.Verified, ""},
		{"background until ready, another output", check.Claim{Text: "echo on; sleep 1000", Background: true, Until: "on", Want: "up\n"}, check.Failed, "output"},
		{"background until its output", check.Claim{Text: "echo a; sleep 0; echo b; sleep 1000", Background: true, Want: "a\nb\n"}, check.Verified, ""},
		{"background, never ready", check.Claim{Text: "sleep 1000", Background: true, Until: "on", Timeout: 10 * time.Millisecond}, check.Failed, "timeout"},
		{"background, never prints that", check.Claim{Text: "echo a; sleep 1000", Background: true, Want: "b\n", Timeout: 10 * time.Millisecond}, check.Failed, "timeout"},
		{"background, ends before", check.Claim{Text: "echo off", Background: true, Until: "on"}, check.Failed, "exit"},
		{"background, prints for ever", check.Claim{Text: "yes", Background: true, Until: "y"}, check.Verified, ""},
		{"a job prints for ever", check.Claim{Text: "yes &", Want: ""}, check.Verified, ""},
		{"Istio: only what it prints counts", check.Claim{Text: "echo a; false", Match: "istio-contains", Want: "a\n"}, check.Verified, ""},
		{"Istio: errors count where they come", check.Claim{Text: "echo a; echo b >&2; echo c", Match: "istio-same", Want: "a\nb\nc\n"}, check.Verified, ""},
		{"Istio: must not print", check.Claim{Text: "echo b >&2", Match: "istio-not-contains", Want: "a\n"}, check.Verified, ""},
		{"Istio: must not print an error", check.Claim{Text: "echo b; echo a >&2", Match: "istio-not-contains", Want: "a\n"}, check.Failed, "output"},
		{"Istio: must not print, nor fail", check.Claim{Text: "echo b; false", Match: "istio-not-contains", Want: "a\n"}, check.Failed, "exit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := runPlans(t, quickly(), testPlan(commands(tt.claim))).Pages[0].Blocks[0]
			c := b.Claims[0]
			if c.Status != tt.status || c.Rule != tt.rule {
				t.Errorf("%q is %s (%s): %s\nwant %s (%s)", tt.claim.Text, c.Status, c.Rule, c.Message, tt.status, tt.rule)
			}
			if b.Status != c.Status || b.Reason != c.Message {
				t.Errorf("the block is %s (%s), its claim %s (%s)", b.Status, b.Reason, c.Status, c.Message)
			}
			if (c.Message == "") != (tt.status == check.Verified) {
				t.Errorf("message %q", c.Message)
			}
		})
	}
}

// What a failure means for what comes after it.
func TestAfterwards(t *testing.T) {
	say := check.Claim{Text: "echo a", Read: true}
	missing := check.Claim{Text: "nosuchcommand install", Missing: []string{"nosuchcommand"}}
	tests := []struct {
		name  string
		items []check.Item
		want  string
	}{
		{"a failed change", []check.Item{commands(check.Claim{Text: "false"}, say), commands(say)}, "failed blocked; blocked"},
		{"a failed read", []check.Item{commands(check.Claim{Text: "false", Read: true}, say), commands(say)}, "failed verified; verified"},
		{"a file is written all the same", []check.Item{commands(check.Claim{Text: "false"}, check.Claim{Kind: check.Write, Text: "x", Name: "x"})}, "failed verified"},
		{"the shell has ended", []check.Item{commands(check.Claim{Text: "exit"}, say)}, "verified blocked"},
		{"a read ends the shell", []check.Item{commands(check.Claim{Text: "exit 1", Read: true}, say)}, "failed blocked"},
		{"time is over", []check.Item{commands(check.Claim{Text: "sleep 1000", Read: true, Timeout: time.Millisecond}, say)}, "failed blocked"},
		{"a job ends the shell", []check.Item{commands(check.Claim{Text: "kill -KILL $$ & wait"}, say)}, "failed blocked"},
		{"cleaning up", []check.Item{{Cleanup: true, Claims: []check.Claim{{Text: "cat made", Read: true, Want: "x"}}},
			commands(check.Claim{Text: "echo x >made; false"}, say)}, "verified; failed blocked"},
		{"cleaning up without a shell", []check.Item{commands(check.Claim{Text: "exit 1"}), {Cleanup: true, Claims: []check.Claim{say}}}, "failed; verified"},
		{"setting up", []check.Item{commands(check.Claim{Text: "cat made", Read: true, Want: "x"}), {Setup: true, Claims: []check.Claim{{Text: "echo x >made"}}}}, "verified; verified"},
		{"setting up fails", []check.Item{commands(say), {Setup: true, Claims: []check.Claim{{Text: "false", Read: true}}}, {Cleanup: true, Claims: []check.Claim{say}}}, "blocked; failed; verified"},
		{"an assignment fails", []check.Item{commands(check.Claim{Text: "A=$(false)", Read: true, Empty: true, Sets: []string{"A"}}, say)}, "failed blocked"},
		{"an assignment leaves nothing", []check.Item{commands(check.Claim{Text: "A=$(true)", Read: true, Empty: true, Sets: []string{"A"}}, say)}, "failed blocked"},
		{"a failure after what was not run", []check.Item{commands(missing, say, check.Claim{Text: "false", Read: true})}, "static verified blocked"},
		{"a failure before what was not run", []check.Item{commands(check.Claim{Text: "false", Read: true}, missing)}, "failed static"},
		{"a failure after what was settled", []check.Item{{Status: check.Static, Reason: "why", Claims: []check.Claim{{Text: "make"}}},
			commands(check.Claim{Text: "false", Read: true})}, "; blocked"},
		{"a failure after what is skipped", []check.Item{{Status: check.Skipped, Reason: "why", Claims: []check.Claim{{Text: "make"}}},
			commands(check.Claim{Text: "false", Read: true})}, "; failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			run := runPlans(t, quickly(), testPlan(tt.items...))
			for _, b := range run.Pages[0].Blocks {
				var is []string
				for _, c := range b.Claims {
					is = append(is, string(c.Status))
				}
				got = append(got, strings.Join(is, " "))
			}
			if s := strings.Join(got, "; "); s != tt.want {
				t.Errorf("got %s\nwant %s\n%+v", s, tt.want, run.Pages[0].Blocks)
			}
		})
	}
}

// The verdict on a block, and what is not run at all.
func TestBlocks(t *testing.T) {
	item := func(kind check.Kind, status check.Status, cs ...check.Claim) check.Item {
		return check.Item{Kind: kind, Status: status, Reason: "why", Claims: cs}
	}
	touch := check.Claim{Text: "touch $OUTSIDE"}
	plan := testPlan(
		commands(check.Claim{Text: "echo a", Want: "a"}, check.Claim{Text: "echo b", Want: "c", Read: true}),
		commands(check.Claim{Text: "echo a", Want: "a"}, check.Claim{Text: "x", Missing: []string{"nosuchcommand"}, Read: true}),
		commands(check.Claim{Text: "echo a", Want: "a"}, check.Claim{Text: "echo b", Want: "b", WantPos: source.Pos{Line: 40}}),
		check.Item{Kind: check.Output, Of: 2},
		item(check.Session, check.Failed, touch), item(check.Session, check.Skipped, touch),
		item(check.Session, check.Static, touch), item(check.Code, check.Unchecked),
		commands(),
	)
	outside := filepath.Join(t.TempDir(), "outside")
	o := quickly()
	o.Env = []string{"OUTSIDE=" + outside}
	var got []string
	for _, b := range runPlans(t, o, plan).Pages[0].Blocks {
		got = append(got, string(b.Status))
		if b.Reason == "" && b.Status != check.Verified {
			t.Errorf("block %d is %s without a reason", b.Index, b.Status)
		}
		if len(b.Hash) != 64 {
			t.Errorf("hash %q", b.Hash)
		}
	}
	if s := strings.Join(got, " "); s != "failed static verified verified failed skipped static unchecked unchecked" {
		t.Errorf("got %s", s)
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a block that was settled has been run")
	}
}

func TestSkippedPage(t *testing.T) {
	plan := testPlan(commands(check.Claim{Text: "false"}), check.Item{Kind: check.Code, Status: check.Unchecked})
	plan.Skip = "needs a load balancer"
	pg := runPlans(t, quickly(), plan).Pages[0]
	if pg.Reason != "skipped: needs a load balancer" || pg.Blocks[0].Status != check.Skipped || pg.Blocks[1].Status != check.Unchecked {
		t.Errorf("got %+v", pg)
	}
}

// A read is tried again until it is right, a change never.
func TestAgain(t *testing.T) {
	count := "echo x >>tries; wc -l <tries"
	o := Options{Within: long}
	plan := testPlan(commands(
		check.Claim{Text: count, Want: "3", Read: true, Within: long},
		check.Claim{Text: "rm tries"},
		check.Claim{Text: "[ $(" + count + ") = 2 ]", Read: true, Empty: true, Within: long},
		check.Claim{Text: "rm tries"},
		check.Claim{Text: count, Want: "2", Within: long},
	))
	cs := runPlans(t, o, plan).Pages[0].Blocks[0].Claims
	for i, want := range []int{3, 1, 2, 1, 1} {
		if cs[i].Tries != want {
			t.Errorf("%q was tried %d times, want %d: %+v", cs[i].Text, cs[i].Tries, want, cs[i])
		}
	}
	if cs[0].Status != check.Verified || cs[2].Status != check.Verified || cs[4].Status != check.Failed {
		t.Errorf("got %+v", cs)
	}
}

// Only what may change by itself is worth waiting for.
func TestAgainInVain(t *testing.T) {
	for _, c := range []check.Claim{
		{Text: "echo a", Want: "b", Read: true},
		{Text: "nosuchcommand", Want: "b", Read: true, Within: long},
		{Text: "echo 'error: unknown flag: --x' >&2; false", Read: true, Within: long},
	} {
		got := runPlans(t, Options{Within: long}, testPlan(commands(c))).Pages[0].Blocks[0].Claims[0]
		if got.Status != check.Failed || got.Tries != 1 {
			t.Errorf("%q: got %+v, want one try", c.Text, got)
		}
	}
}

// What pages see of this machine and of each other.
func TestSurroundings(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy")
	t.Setenv("KUBECONFIG", "/home/me/.kube/config")
	t.Setenv("SECRET", "x")
	o := quickly()
	o.Env = []string{"GREETING=hello"}
	names := check.Claim{Text: "compgen -e | grep -v -e ^_$ -e OLDPWD -e SHLVL -e USER -e LOGNAME -e TZ | sort | tr '\\n' ' '", Read: true,
		Want: "GREETING HOME KUBECONFIG LANG PATH PROBATUM_RUN PWD SHELL TERM TMPDIR"}
	plans := []*check.Plan{
		testPlan(commands(names, check.Claim{Text: "touch x ~/x $TMPDIR/x; A=1; ls"},
			check.Claim{Text: "case $KUBECONFIG in $HOME/*) echo own;; esac", Want: "own", Read: true})),
		testPlan(commands(check.Claim{Text: "ls -A . ~ $TMPDIR; echo $A$GREETING", Want: ".:\n\n/...\n\n/...\nhello", Read: true, Match: "none"},
			check.Claim{Text: "find . ~ $TMPDIR -type f", Read: true, Empty: true, HasWant: true})),
	}
	for _, pg := range runPlans(t, o, plans...).Pages {
		for _, c := range pg.Blocks[0].Claims {
			if c.Status != check.Verified {
				t.Errorf("%q: %s\n%s%s%s", c.Text, c.Message, c.Diff, c.Stdout, c.Stderr)
			}
		}
	}
}

// Nothing of a run is left, whatever a page does.
func TestNothingIsLeft(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r, err := New(context.Background(), quickly())
	if err != nil {
		t.Fatal(err)
	}
	mark, quick := r.mark, r.quick
	if _, err := r.Page(context.Background(), testPlan(commands(check.Claim{Text: "mkdir d; touch d/f; chmod 000 d; setsid sleep 1000 >/dev/null & sleep 1001 &"}))); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	for _, pid := range processes() {
		if marked(pid, mark) {
			t.Errorf("process %d is left", pid)
		}
	}
	if _, err := os.Stat(quick); err == nil {
		t.Errorf("%s is left", quick)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	fifo := filepath.Join(t.TempDir(), "begun")
	if err := mkfifo(fifo); err != nil {
		t.Fatal(err)
	}
	go func() {
		os.ReadFile(fifo)
		cancel()
	}()
	plan := testPlan(commands(check.Claim{Text: "echo a", Want: "a"}, check.Claim{Text: "echo >" + fifo + "; sleep 1000", Timeout: long}, check.Claim{Text: "echo b"}))
	run, err := Run(ctx, []*check.Plan{plan, testPlan(commands(check.Claim{Text: "echo c"}))}, quickly())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	for _, pg := range run.Pages {
		for _, c := range pg.Blocks[0].Claims {
			if c.Status != check.Blocked || !strings.HasPrefix(pg.Reason, "not run: ") {
				t.Errorf("%q: %s %s (page: %q)", c.Text, c.Status, c.Message, pg.Reason)
			}
		}
	}
}

// The shell fidelity table: what a page's text prints is what plain bash prints
// when it is given the same text.
func TestFidelity(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"substitution":       `echo $(echo in "$(echo deeper)") $((1+2))`,
		"pipe":               `printf 'b\na\n' | sort | tr a-z A-Z`,
		"quotes over lines":  "echo 'one\n  two' \"three\n$((2+2))\"",
		"heredoc":            "x=1\ncat <<EOF\na $x $(echo y) \\$z\n  - b\nEOF",
		"quoted heredoc":     "cat <<'EOF'\na $x $(echo y) \\$z `no`\nEOF",
		"tabbed heredoc":     "cat <<-EOF\n\ta\n\tb\n\tEOF",
		"other heredoc":      "cat <<END\nEOF\nEND",
		"two heredocs":       "cat <<A; cat <<B\n1\nA\n2\nB",
		"heredoc in a pipe":  "cat <<EOF | sort -r\na\nb\nEOF",
		"archive marker":     "cat <<EOF\n-- x --\n-- cmd/1-1.sh --\n\\-- y --\nEOF",
		"marker as a line":   "echo '\n-- x --\n'",
		"no newline message": "cat <<'EOF'\n\\ No newline at end of file\nEOF",
		"export":             "export A=1 B='2 3'\nbash -c 'echo $A-$B'",
		"cd":                 "mkdir -p a/b && cd a/b && basename $PWD\ncd ..; basename \"$PWD\"",
		"functions":          "f() { echo \"f: $1 $#\"; }\nf 'a b' c",
		"and, or":            "true && echo yes || echo no; false && echo yes || echo no",
		"loops":              "for i in 1 2 3; do\n  echo $i\ndone\nwhile read l; do echo \"<$l>\"; done <<<$'a\\nb'",
		"comments":           "# a comment\necho a # another\n  # third",
		"# in words":         "echo a#b '#c' \\#d $#",
		"backslashes":        "echo a\\\n  b \\\\ '\\' \\$HOME\nprintf '%s\\n' 'a\\tb'",
		"testscript's words": "echo stdout; echo '! exec false' 'a''b' $WORK ${WORK} [short] $$ >/dev/null; echo ${/} 2>/dev/null || echo bad",
		"the framing":        "echo 0; echo \"$?\"; printf '0\\n17\\n\\0'; echo PASS; echo FAIL: x:1: y",
		"exit status":        "false; echo $?; (exit 9); echo $?",
		"arrays":             "a=(1 '2 3'); echo ${#a[@]} \"${a[1]}\"; declare -A m=([k]=v); echo ${m[k]}",
		"globs":              "touch b.txt a.txt; echo *.txt; set -f; echo *.txt",
		"brace expansion":    "echo {a,b}{1..3}",
		"case":               "case abc in a*) echo first;; *) echo other;; esac",
		"process":            "cat <(echo in) && echo out > >(cat) && sleep 0 && wait",
		"wide letters":       "echo 'Grüße, 世界' | wc -m",
		"bytes":              "printf '\\xff\\xfe\\n'",
		"carriage return":    "printf 'a\\r\\nb\\r\\n'",
		"trailing blanks":    "echo 'a   '   \necho b\t",
		"many lines":         "seq 30000 | tail -n 2; seq 30000",
		"stdin":              "cat; read x || echo none",
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command("bash", "--noprofile", "--norc", "-c", text)
			cmd.Dir = t.TempDir()
			cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + cmd.Dir, "LANG=C.UTF-8"}
			want, _ := cmd.Output()
			b := runPlans(t, quickly(), testPlan(commands(check.Claim{Text: text}))).Pages[0].Blocks[0]
			if got := b.Claims[0]; got.Stdout != string(want) || got.Exit != cmd.ProcessState.ExitCode() {
				t.Errorf("%s\ngot %q, exit %d\nwant %q, exit %d", text, cut(got.Stdout), got.Exit, cut(string(want)), cmd.ProcessState.ExitCode())
			}
		})
	}
}

func cut(s string) string { return s[:min(len(s), 300)] }

// BenchmarkPage is a page of 2,000 blocks with a command each. The figure to look
// at is cpu-s, that of the shell included; the goal is 0.8.
func BenchmarkPage(b *testing.B) {
	items := make([]check.Item, 2000)
	for i := range items {
		items[i] = commands(check.Claim{Text: "echo hello", Want: "hello\n", Read: true})
	}
	plan := testPlan(items...)
	before := cpuTime()
	for b.Loop() {
		for _, bl := range runPlans(b, quickly(), plan).Pages[0].Blocks {
			if bl.Status != check.Verified {
				b.Fatal(bl.Status)
			}
		}
	}
	b.ReportMetric((cpuTime()-before).Seconds()/float64(b.N), "cpu-s")
}

// cpuTime is what this process and those that it has waited for have taken.
func cpuTime() time.Duration {
	var sum int64
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			sum += u.Utime.Nano() + u.Stime.Nano()
		}
	}
	return time.Duration(sum)
}
