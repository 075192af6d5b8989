//go:build linux

package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/source"
)

// A faulty is a run in which something is broken that is not the page's.
type faulty struct {
	t       *testing.T
	o       Options
	cluster *fakeCluster
	ctx     context.Context
	cancel  context.CancelFunc
	root    string // bin, tmp and quick are in it
	mounted bool
}

func (f *faulty) path(elem ...string) string {
	return filepath.Join(append([]string{f.root}, elem...)...)
}

// program puts a program before all others in the PATH of this process and of
// the pages.
func (f *faulty) program(name, text string) {
	write(f.t, f.path("bin", name), text, 0o700)
}

// when calls do as soon as a command of the page writes to $GO.
func (f *faulty) when(do func()) {
	in, err := os.OpenFile(f.path("go"), os.O_RDWR, 0)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { in.Close() })
	go func() {
		if n, _ := in.Read(make([]byte, 1)); n > 0 {
			do()
		}
	}()
}

// tiny puts a file system of a few kilobytes in place of a folder.
func (f *faulty) tiny(folder, options string) {
	if err := syscall.Mount("tmpfs", f.path(folder), "tmpfs", 0, options); err != nil {
		f.t.Skipf("needs to mount a small file system: %v", err)
	}
	f.mounted = true
	f.t.Cleanup(func() { syscall.Unmount(f.path(folder), syscall.MNT_DETACH) })
}

// marks calls do in place of the n-th call of Mark.
func (f *faulty) marks(n int, do func(context.Context) error) {
	mark := f.cluster.Mark
	f.cluster.Mark = func(ctx context.Context, name string) error {
		if n--; n == 0 {
			return do(ctx)
		}
		return mark(ctx, name)
	}
}

// rewinds calls do in place of the n-th call of Rewind.
func (f *faulty) rewinds(n int, do func(context.Context) error) {
	rewind := f.cluster.Rewind
	f.cluster.Rewind = func(ctx context.Context, name string) ([]string, error) {
		if n--; n == 0 {
			return nil, do(ctx)
		}
		return rewind(ctx, name)
	}
}

func (f *faulty) setup(text string) { f.o.Setup = fstest.MapFS{"s.txtar": {Data: []byte(text)}} }

func (f *faulty) end() { close(f.cluster.done) }

func broken(context.Context) error { return errors.New("the fault") }

func hangs(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// A row is one fault. The pages of the run hold nothing that is wrong.
type row struct {
	name     string
	fault    func(f *faulty)
	say      []string // commands of the page instead of the usual ones
	claim    func(c *check.Claim)
	setup    bool   // the pages name the setup script s
	survives bool   // all is well in spite of it
	says     string // has to be in the error or in a message
}

// sleepy is a page that gives a sign and goes on for ever.
var sleepy = []string{"kubectl create namespace left", "echo >$GO; sleep 1000"}

func cancels(f *faulty) { f.when(f.cancel) }

func sets(c *check.Claim) { c.Sets = []string{"A"} }

// TestFaults breaks the runner in many ways: none makes a page look right of
// which nothing was proved, nor a wrong page right, and nothing is left behind.
func TestFaults(t *testing.T) {
	t.Logf("%d faults", len(faults))
	for _, row := range faults {
		t.Run(row.name, row.try)
	}
}

// try runs a wrong page between two that are right.
func (row *row) try(t *testing.T) {
	f := newFaulty(t)
	row.fault(f)
	before := f.cluster.objects()
	say := row.say
	if say == nil {
		say = []string{"kubectl create namespace right", "echo fine"}
	}
	var claims []check.Claim
	for _, text := range say {
		c := check.Claim{Text: text, Missing: []string{"kubectl"}}
		if row.claim != nil {
			row.claim(&c)
		}
		claims = append(claims, c)
	}
	wrong := []check.Claim{{Text: "echo b", Want: "a\n", Read: true}, {Text: "true", Read: true}, {Text: "true", Read: true, Fails: true},
		{Text: "sh -c 'kill $$'", Read: true, Fails: true, Exit: 1}, {Text: "A=$(true)", Sets: []string{"A"}}}
	var plans []*check.Plan
	for _, cs := range [][]check.Claim{claims, wrong, claims} {
		p := testPlan()
		for _, c := range cs {
			p.Items = append(p.Items, commands(c))
		}
		p = testPlan(p.Items...)
		if row.setup {
			p.Setup = []string{"s"}
		}
		plans = append(plans, p)
	}
	run, err := Run(f.ctx, plans, f.o)
	row.judge(t, run, err)
	f.clean(before, err)
}

// judge looks at what was said of the pages, of which the second is wrong.
func (row *row) judge(t *testing.T, run *report.Run, err error) {
	t.Helper()
	if len(run.Pages) != 3 {
		t.Fatalf("%d pages in the results, want 3", len(run.Pages))
	}
	said := []string{fmt.Sprint(err)}
	green := err == nil
	for _, d := range run.Diagnostics {
		said = append(said, d.String())
		green = green && d.Severity != source.Error
	}
	for i, pg := range run.Pages {
		for _, b := range pg.Blocks {
			for _, c := range b.Claims {
				said = append(said, string(c.Status)+": "+c.Message)
				if c.Time < 0 {
					t.Errorf("it took %d ms", c.Time)
				}
				green = green && (c.Status == check.Verified || i == 1)
				if c.Status == check.Verified && i == 1 {
					t.Errorf("verified, and is wrong: %s", c.Text)
				}
			}
		}
	}
	all := strings.Join(said, "\n")
	if green != row.survives {
		t.Errorf("green %v, want %v\n%s", green, row.survives, all)
	}
	if !strings.Contains(all, row.says) {
		t.Errorf("got %s\nwant %q in it", all, row.says)
	}
}

func newFaulty(t *testing.T) *faulty {
	f := &faulty{t: t, root: t.TempDir()}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	t.Cleanup(f.cancel)
	for _, dir := range []string{"bin", "tmp", "quick"} {
		if err := os.Mkdir(f.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := mkfifo(f.path("go")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", f.path("tmp"))
	t.Setenv("PATH", f.path("bin")+string(os.PathListSeparator)+os.Getenv("PATH"))
	quickRoot = f.path("quick")
	t.Cleanup(func() { quickRoot, startLimit = "/dev/shm", 30*time.Second })
	f.cluster = newFakeCluster(t)
	f.o = withCluster(f.cluster)
	f.o.Timeout = long
	f.o.Env = []string{"GO=" + f.path("go")}
	return f
}

// clean looks whether a process, a folder or an object is left.
func (f *faulty) clean(before []string, err error) {
	f.t.Helper()
	for _, dir := range []string{"tmp", "quick"} {
		filepath.WalkDir(f.path(dir), func(name string, d fs.DirEntry, err error) error {
			if strings.HasPrefix(filepath.Base(name), "probatum-") && err == nil {
				f.t.Errorf("%s is left", name)
			}
			return nil
		})
	}
	for _, pid := range processes() {
		cmdline, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if env := environOf(pid); bytes.Contains(slices.Concat(cmdline, env), []byte(f.root)) && !zombie(pid) {
			f.t.Errorf("process %d is left: %q", pid, cmdline)
		}
	}
	select {
	case <-f.cluster.done: // and all that was on it
		return
	default:
	}
	if after := f.cluster.objects(); !slices.Equal(after, before) && !strings.Contains(fmt.Sprint(err), "the fault") {
		f.t.Errorf("on the cluster is %q, was %q", after, before)
	}
}

// A jump is a clock that goes on by d each time that it is asked.
func jump(d time.Duration) func(f *faulty) {
	return func(f *faulty) {
		at := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
		f.o.now = func() time.Time { at = at.Add(d); return at }
	}
}

func read(c *check.Claim) {
	c.Read = strings.HasPrefix(c.Text, "kubectl get") || strings.HasPrefix(c.Text, "echo")
}

func short(d time.Duration) func(f *faulty) { return func(f *faulty) { f.o.Timeout = d } }

// A few milliseconds: what takes that long here is meant to go on for ever.
const blink = 50 * time.Millisecond

var faults = []row{
	// The shell.
	{name: "no bash", fault: func(f *faulty) { f.t.Setenv("PATH", f.path("bin")) }, says: "bash"},
	{name: "bash is no program", fault: func(f *faulty) { f.t.Setenv("PATH", f.path("bin")); write(f.t, f.path("bin", "bash"), "x", 0o600) }, says: "bash"},
	{name: "bash is a folder", fault: func(f *faulty) { f.t.Setenv("PATH", f.path("bin")); os.Mkdir(f.path("bin", "bash"), 0o700) }, says: "bash"},
	{name: "bash ends at once, well", fault: func(f *faulty) { f.program("bash", "#!/bin/sh\nexit 0\n") }, says: "bash ended at once with status 0"},
	{name: "bash ends at once, ill", fault: func(f *faulty) { f.program("bash", "#!/bin/sh\nexit 3\n") }, says: "bash ended at once with status 3"},
	{name: "bash swallows its input", fault: func(f *faulty) {
		f.program("bash", "#!/bin/sh\nhead -n 1 \"$3\"\n")
	}, says: "bash ended at once"},
	{name: "bash never answers", fault: func(f *faulty) {
		startLimit = blink
		f.program("bash", "#!/bin/sh\n[ \"$3\" = -c ] && exec /bin/bash \"$@\"\nexec sleep 1000\n")
	}, says: "bash has not answered within"},
	{name: "bash is killed while a command runs", fault: func(*faulty) {}, say: []string{"kill -KILL $$", "echo on"}, says: "the shell was killed"},
	{name: "bash is killed, and the page wants a failure", fault: func(*faulty) {}, say: []string{"kill -KILL $$"}, claim: func(c *check.Claim) { c.Fails = true }, says: "the shell was killed"},
	{name: "bash is killed, and the page wants its status", fault: func(*faulty) {}, say: []string{"kill -KILL $$"}, claim: func(c *check.Claim) { c.Fails, c.Exit = true, 137 }, says: "the shell was killed"},
	{name: "bash is killed by a job", fault: func(*faulty) {}, say: []string{"kill -KILL $$ & wait", "echo on"}, says: "the shell"},
	{name: "bash ends well in the middle", fault: func(*faulty) {}, say: []string{"trap 'exit 0' TERM; kill $$", "echo on"}, says: "the shell has ended"},
	{name: "bash is stopped", fault: short(blink), say: []string{"kill -STOP $$"}, says: "did not end within"},
	{name: "a command hangs", fault: short(blink), say: []string{"sleep 1000"}, says: "did not end within"},
	{name: "a command hangs and takes no signal", fault: short(blink), say: []string{"trap '' TERM INT HUP QUIT; sleep 1000"}, says: "did not end within"},
	{name: "a command hangs in a session of its own", fault: short(blink), say: []string{"setsid -w sleep 1000"}, says: "did not end within"},
	{name: "a command hangs without our mark", fault: short(blink), say: []string{"env -i sleep 1000"}, says: "did not end within"},
	{name: "bash becomes another program that hangs", fault: short(blink), say: []string{"exec sleep 1000"}, says: "did not end within"},
	{name: "a variable cannot be looked at in time", fault: short(10 * blink), say: []string{"[() { sleep 1000; }"}, claim: sets, says: "did not end within"},
	{name: "the look at a variable ends the shell", fault: func(*faulty) {}, say: []string{"[() { exit; }"}, claim: sets, says: "the shell had ended before"},
	{name: "jobs go on for ever", fault: func(*faulty) {}, say: []string{"sleep 1000 & setsid sleep 1000 & set -m; sleep 1000 & yes >/dev/null &", "echo on"}, survives: true},
	{name: "a job prints for ever", fault: func(*faulty) {}, say: []string{"yes &", "echo on"}, survives: true},
	{name: "a command prints for ever", fault: short(10 * blink), say: []string{"yes"}, says: "did not end within"},
	{name: "a command prints a hundred megabytes", fault: func(*faulty) {}, say: []string{"head -c 100000000 /dev/zero", "echo on"}, survives: true},
	{name: "a command waits for input", fault: func(*faulty) {}, say: []string{"cat; read x; true", "echo on"}, survives: true},
	{name: "a command removes the frame", fault: short(10 * blink), say: []string{"rm $(readlink /proc/$$/fd/255 | xargs dirname)/f", "echo on"}, says: "did not end within"},
	{name: "a command removes all that is ours", fault: short(10 * blink), say: []string{"rm -r $(readlink /proc/$$/fd/255 | xargs dirname)", "echo on"}, says: "did not end within"},
	{name: "a command removes its own folders", fault: func(*faulty) {}, say: []string{"rm -r $HOME/.. 2>/dev/null; true", "echo on"}, survives: true},
	{name: "a command makes its folders read-only", fault: func(*faulty) {}, say: []string{"mkdir a; touch a/b; chmod 0 a .", "echo on"}, survives: true},

	// Folders and disks.
	{name: "no folder for temporary files", fault: func(f *faulty) { f.t.Setenv("TMPDIR", f.path("nosuch")) }, says: "make folders for the pages"},
	{name: "the folder for temporary files is a file", fault: func(f *faulty) { f.t.Setenv("TMPDIR", f.path("go")) }, says: "make folders for the pages"},
	{name: "no folder in memory", fault: func(f *faulty) { quickRoot = f.path("nosuch") }, survives: true},
	{name: "a quote in the name of the folder", fault: func(f *faulty) {
		quickRoot = f.path("quick", "it's")
		os.Mkdir(quickRoot, 0o700)
		f.t.Cleanup(func() { os.Remove(f.path("quick", "it's")) })
	}, says: "a quote in the name of the folder"},
	{name: "the disk has no room for folders", fault: func(f *faulty) { f.tiny("tmp", "nr_inodes=3") }, says: "no space left"},
	{name: "the disk has no room for files", fault: func(f *faulty) { f.tiny("tmp", "size=4k"); fill(f.path("tmp", "full")) }, says: "no space left"},
	{name: "the disk has no room for the script", fault: func(f *faulty) { f.tiny("quick", "size=4k"); fill(f.path("quick", "full")) }, says: "no space left"},
	{name: "the disk is full for a command", fault: func(f *faulty) { f.tiny("tmp", "size=64k") }, say: []string{"head -c 1000000 /dev/zero >big"}, says: "exit status"},
	{name: "the disk fills up under the shell", fault: func(f *faulty) { f.tiny("quick", "size=256k") },
		say: []string{"head -c 1000000 /dev/zero >$(readlink /proc/$$/fd/255 | xargs dirname)/big; true", "echo on"}, says: "no space left"},

	// The cluster.
	{name: "the cluster has ended before", fault: func(f *faulty) { f.end() }, says: "the cluster has ended"},
	{name: "the cluster ends in the middle", fault: func(f *faulty) { f.when(f.end) }, say: sleepy, says: "the cluster has ended"},
	{name: "the cluster ends while a read is tried again", fault: func(f *faulty) { f.o.Within = long; f.when(f.end) }, say: []string{"kubectl get things; echo >$GO; false"},
		claim: func(c *check.Claim) { c.Read, c.Within = true, long }, says: "the cluster has ended"},
	{name: "the cluster ends in a setup script", setup: true, fault: func(f *faulty) { f.when(f.end); f.setup("exec sh -c 'echo >" + f.path("go") + "; sleep .2; false'\n") }, says: "the cluster has ended"},
	{name: "the cluster cannot be remembered", fault: func(f *faulty) { f.marks(1, broken) }, says: "the fault"},
	{name: "remembering the cluster hangs", fault: func(f *faulty) { f.o.Timeout = blink; f.marks(1, hangs) }, says: "deadline exceeded"},
	{name: "the state after a setup script cannot be remembered", setup: true, fault: func(f *faulty) { f.setup("exec true\n"); f.marks(2, broken) }, says: "the fault"},
	{name: "the cluster cannot be put back after a page", fault: func(f *faulty) { f.rewinds(1, broken) }, says: "the fault"},
	{name: "the cluster cannot be put back before a page", setup: true, fault: func(f *faulty) { f.setup("exec true\n"); f.rewinds(2, broken) }, says: "the fault"},
	{name: "putting the cluster back hangs", fault: func(f *faulty) { f.o.Timeout = 20 * blink; f.rewinds(1, hangs) }, says: "deadline exceeded"},
	{name: "no kubeconfig", fault: func(f *faulty) { f.cluster.Kubeconfig = f.path("nosuch") }, says: "no such file"},
	{name: "the kubeconfig is a folder", fault: func(f *faulty) { f.cluster.Kubeconfig = f.path("tmp") }, says: "is a directory"},
	{name: "no kubectl", fault: func(f *faulty) { f.cluster.Bin = ""; f.o.Environ = []string{"PATH=/nosuch"} }, say: []string{"kubectl get namespaces"}, says: "kubectl is not installed"},
	{name: "kubectl hangs", fault: func(f *faulty) { f.o.Timeout = 10 * blink; f.kubectl("exec sleep 1000") }, claim: manifests, says: "did not end within"},
	{name: "kubectl says nothing", fault: func(f *faulty) { f.kubectl("exit 0") }, claim: manifests, says: "kubectl apply has said nothing"},
	{name: "kubectl is killed", fault: func(f *faulty) { f.kubectl("kill -KILL $$") }, claim: manifests, says: "exit status 137"},
	{name: "kubectl is killed, and the page wants a failure", fault: func(f *faulty) { f.kubectl("kill -KILL $$") }, claim: func(c *check.Claim) { manifests(c); c.Fails = true }, says: "exit status 137"},
	{name: "kubectl is no program", fault: func(f *faulty) { write(f.t, filepath.Join(f.cluster.Bin, "kubectl"), "\x7fELFx", 0o700) }, claim: manifests, says: "kubectl"},
	{name: "kubectl fails for a command", fault: func(f *faulty) { f.kubectl("echo created; exit 1") }, says: "exit status 1"},
	{name: "secrets cannot be listed in time", fault: func(f *faulty) {
		f.o.Timeout = 20 * blink
		f.cluster.Secrets = func(ctx context.Context) ([]string, error) { return nil, hangs(ctx) }
	}, claim: func(c *check.Claim) { c.Timeout = long }, survives: true, says: "deadline exceeded"},

	// Setup scripts.
	{name: "no setup script", setup: true, fault: func(*faulty) {}, says: "no setup script"},
	{name: "a setup script that cannot be read", setup: true, fault: func(f *faulty) { f.o.Setup = os.DirFS(f.path("bin")); os.Mkdir(f.path("bin", "s.txtar"), 0o700) }, says: "is a directory"},
	{name: "a setup script fails in the middle", setup: true, fault: func(f *faulty) { f.setup("exec kubectl create namespace half\nexec false\n") }, says: "s.txtar:2:1: the setup script failed"},
	{name: "a setup script hangs", setup: true, fault: func(f *faulty) { f.o.SetupTimeout = 10 * blink; f.setup("exec sleep 1000\n") }, says: "the setup script failed"},
	{name: "a setup script leaves jobs", setup: true, fault: func(f *faulty) {
		f.setup("exec sh -c 'sleep 1000 >/dev/null 2>&1 & setsid sleep 1000 >/dev/null 2>&1 &'\n")
	}, survives: true},
	{name: "a setup script leaves jobs that may print", setup: true, fault: func(f *faulty) { f.o.SetupTimeout = 10 * blink; f.setup("exec sh -c 'sleep 1000 &'\n") }, says: "it was ended after"},
	{name: "a setup script is skipped", setup: true, fault: func(f *faulty) { f.setup("skip 'not here'\n") }, says: "the setup script failed"},
	{name: "a setup script stops early", setup: true, fault: func(f *faulty) { f.setup("[!pods] stop\n") }, survives: true},
	{name: "cleaning up after a setup script fails", setup: true, fault: func(f *faulty) { f.setup("exec true\n-- cleanup --\nexec false\n") }, says: "cleaning up failed"},
	{name: "cleaning up after a setup script hangs", setup: true, fault: func(f *faulty) { f.o.SetupTimeout = 10 * blink; f.setup("exec true\n-- cleanup --\nexec sleep 1000\n") }, says: "cleaning up failed"},

	// A signal in every phase ends the context.
	{name: "a signal before all", fault: func(f *faulty) { f.cancel() }, says: "context canceled"},
	{name: "a signal while the cluster is remembered", fault: func(f *faulty) { f.marks(1, func(ctx context.Context) error { f.cancel(); return hangs(ctx) }) }, says: "context canceled"},
	{name: "a signal in a setup script", setup: true, fault: func(f *faulty) { cancels(f); f.setup("exec sh -c 'echo >" + f.path("go") + "; sleep 1000'\n") }, says: "context canceled"},
	{name: "a signal in a setup script with jobs", setup: true, fault: func(f *faulty) {
		cancels(f)
		f.setup("exec sh -c 'setsid sleep 1000 & echo >" + f.path("go") + "; sleep 1000'\n")
	}, says: "context canceled"},
	{name: "a signal after a setup script", setup: true, fault: func(f *faulty) {
		f.setup("exec true\n")
		f.marks(2, func(ctx context.Context) error { f.cancel(); return nil })
	}, says: "context canceled"},
	{name: "a signal while a command runs", fault: cancels, say: sleepy, says: "context canceled"},
	{name: "a signal while a read is tried again", fault: func(f *faulty) { f.o.Within = long; cancels(f) }, say: []string{"kubectl get things; echo >$GO; false"},
		claim: func(c *check.Claim) { c.Read, c.Within = true, long }, says: "context canceled"},
	{name: "a signal while a job is waited for", fault: cancels, say: []string{"echo >$GO; sleep 1000"}, claim: func(c *check.Claim) { c.Background, c.Until = true, "ready" }, says: "context canceled"},
	{name: "a signal while kubectl runs", fault: func(f *faulty) { cancels(f); f.kubectl("echo >" + f.path("go") + "; sleep 1000") }, claim: manifests, says: "context canceled"},
	{name: "a signal while the cluster is put back", fault: func(f *faulty) { f.rewinds(1, func(ctx context.Context) error { f.cancel(); return hangs(ctx) }) }, says: "context canceled"},
	{name: "a signal between pages", fault: func(f *faulty) { f.o.Progress = func(_ string, done, _ int) { cancelAt(f, done, 1) } }, says: "context canceled"},
	{name: "a signal after the last page", fault: func(f *faulty) { f.o.Progress = func(_ string, done, _ int) { cancelAt(f, done, 2) } }, says: "context canceled"},
	{name: "a signal while a setup script is cleaned up after", setup: true, fault: func(f *faulty) {
		cancels(f)
		f.setup("exec true\n-- cleanup --\nexec sh -c 'echo >" + f.path("go") + "; sleep 1000'\n")
	}, says: "context canceled"},

	// The clock.
	{name: "the clock jumps ahead", fault: jump(1000 * time.Hour), survives: true, claim: read},
	{name: "the clock jumps back", fault: jump(-1000 * time.Hour), survives: true, claim: read},
	{name: "the clock stands still", fault: jump(0), survives: true, claim: read},
	{name: "the clock jumps while a read fails", fault: jump(-1000 * time.Hour), say: []string{"kubectl get things"}, claim: func(c *check.Claim) { c.Read = true }, says: "exit status 1"},
	{name: "the clock jumps while a command hangs", fault: func(f *faulty) { short(blink)(f); jump(-1000 * time.Hour)(f) }, say: []string{"sleep 1000"}, says: "did not end within"},
}

func cancelAt(f *faulty, done, at int) {
	if done == at {
		f.cancel()
	}
}

// manifests makes manifests of claims.
func manifests(c *check.Claim) { c.Kind, c.Text = check.Apply, "kind: Thing\n" }

func (f *faulty) kubectl(text string) {
	write(f.t, filepath.Join(f.cluster.Bin, "kubectl"), "#!/bin/bash\n"+text+"\n", 0o700)
}

// fill writes a file until the disk is full.
func fill(name string) {
	file, err := os.Create(name)
	if err != nil {
		return
	}
	defer file.Close()
	for err == nil {
		_, err = file.Write(make([]byte, 512))
	}
}
