//go:build linux

package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A process is the command while it runs, in a project and with a folder for
// temporary files of its own.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	dir    string // the project
	temp   string // TMPDIR
	stderr buffer
	stdout buffer
}

// A buffer can be read while it is written.
type buffer struct {
	mu   sync.Mutex
	b    bytes.Buffer
	seen int // how much of it a test has waited for
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func start(t *testing.T, files map[string]string, env []string, args ...string) *process {
	t.Helper()
	return begin(t, files, env, program, args...)
}

// begin starts any program as start does the command.
func begin(t *testing.T, files map[string]string, env []string, name string, args ...string) *process {
	t.Helper()
	p := &process{t: t, dir: t.TempDir(), temp: t.TempDir()}
	for name, text := range files {
		name = filepath.Join(p.dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	p.cmd = exec.Command(name, args...)
	p.cmd.Dir = p.dir
	p.cmd.Env = append(append(os.Environ(), "TMPDIR="+p.temp, "XDG_CACHE_HOME="+t.TempDir()), env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill() })
	return p
}

// await looks until what is asked for is there.
func (p *process) await(what string, ok func() bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			p.t.Fatalf("no %s\nstdout: %s\nstderr: %s", what, &p.stdout, &p.stderr)
		case <-tick.C:
		}
	}
}

// interrupt presses Ctrl-C and returns the exit status.
func (p *process) interrupt() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// clean fails the test if a process, a folder or a file is left.
func (p *process) clean() {
	p.t.Helper()
	for _, left := range p.left() {
		p.t.Errorf("%s is left", left)
	}
}

// left lists processes, and files and folders for temporary use.
func (p *process) left() []string {
	left := using(p.temp)
	filepath.WalkDir(p.temp, func(name string, d fs.DirEntry, err error) error {
		if name != p.temp && err == nil {
			left = append(left, name)
		}
		return nil // it may go while we look
	})
	return left
}

// using lists the processes that have a folder in their command line or
// environment.
func using(folder string) []string {
	var found []string
	procs, _ := filepath.Glob("/proc/[0-9]*")
	for _, proc := range procs {
		cmdline, _ := os.ReadFile(filepath.Join(proc, "cmdline"))
		environ, _ := os.ReadFile(filepath.Join(proc, "environ"))
		if bytes.Contains(slices.Concat(cmdline, environ), []byte(folder)) {
			found = append(found, proc+" "+string(bytes.ReplaceAll(cmdline, []byte{0}, []byte{' '})))
		}
	}
	return found
}

// planes lists the embedded clusters of a process, by their folders in /proc.
func planes(p *process) (all []string) {
	for _, s := range using(p.temp) {
		if strings.Contains(s, "controlplane") {
			all = append(all, strings.Fields(s)[0])
		}
	}
	return all
}

func kill(procs []string) {
	for _, proc := range procs {
		var pid int
		fmt.Sscanf(proc, "/proc/%d", &pid)
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

const title = "title: T\n"

// Ctrl-C ends the command in every phase with one word, exit status 2, and
// nothing left behind.
func TestInterrupt(t *testing.T) {
	kubectl := map[string]string{"probatum.yaml": title, "content/p.md": "```bash\n$ kubectl get ns\n$ touch $MARK; sleep 1000\n```\n"}
	interrupted := func(t *testing.T, p *process) {
		t.Helper()
		if code := p.interrupt(); code != 2 || !strings.Contains(p.stderr.String(), "probatum: interrupted") {
			t.Errorf("exit status %d, stderr %q", code, &p.stderr)
		}
		p.clean()
	}
	t.Run("cluster starts", func(t *testing.T) {
		p := start(t, kubectl, []string{needCluster(t)}, "check")
		p.await("control plane", func() bool { return len(planes(p)) > 0 })
		interrupted(t, p)
	})
	t.Run("command runs on the cluster", func(t *testing.T) {
		kube := needCluster(t)
		mark := filepath.Join(t.TempDir(), "mark")
		files := map[string]string{"probatum.yaml": title, "content/p.md": fmt.Sprintf("```bash\n$ kubectl create ns a\n$ touch %s; sleep 1000 & sleep 1000\n```\n", mark)}
		p := start(t, files, []string{kube}, "check")
		p.await("command", func() bool { _, err := os.Stat(mark); return err == nil })
		interrupted(t, p)
	})
	t.Run("command runs without a cluster", func(t *testing.T) {
		mark := filepath.Join(t.TempDir(), "mark")
		files := map[string]string{"probatum.yaml": title, "content/p.md": fmt.Sprintf("```bash\n$ touch %s; sleep 1000\n```\n", mark)}
		p := start(t, files, nil, "check")
		p.await("command", func() bool { _, err := os.Stat(mark); return err == nil })
		interrupted(t, p)
	})
	t.Run("cluster program is built", func(t *testing.T) {
		needCluster(t)
		cache := t.TempDir()
		p := start(t, nil, []string{"XDG_CACHE_HOME=" + cache, "GOCACHE=" + goEnv(t, "GOCACHE"), "PROBATUM_KUBE="}, "cluster", "build")
		p.await("go build", func() bool {
			return slices.ContainsFunc(using(p.temp), func(s string) bool { return strings.Contains(s, "go build") || strings.Contains(s, "compile") })
		})
		interrupted(t, p)
		if found, _ := filepath.Glob(filepath.Join(cache, "probatum", "kube-*")); len(found) > 0 {
			t.Errorf("half a program is left: %v", found)
		}
	})
	t.Run("serve", func(t *testing.T) {
		p := start(t, kubectl, nil, "serve", "-addr", "127.0.0.1:0")
		p.await("server", func() bool { return strings.Contains(p.stderr.String(), "serving http://") })
		if code := p.interrupt(); code != 0 {
			t.Errorf("exit status %d, stderr %q", code, &p.stderr)
		}
		p.clean()
	})
	t.Run("no browser", func(t *testing.T) {
		p := start(t, kubectl, []string{"PATH=" + t.TempDir()}, "serve", "-open", "-addr", "127.0.0.1:0")
		p.await("hint", func() bool { return strings.Contains(p.stderr.String(), "hint: open it by hand\n") })
		if !regexp.MustCompile(`(?m)^open http://127\.0\.0\.1:\d+/: exec: "[\w-]+": executable file not found in \$PATH$`).MatchString(p.stderr.String()) {
			t.Errorf("stderr %q", &p.stderr)
		}
		if code := p.interrupt(); code != 0 {
			t.Errorf("exit status %d, stderr %q", code, &p.stderr)
		}
	})
	t.Run("site is built", func(t *testing.T) {
		files := map[string]string{"probatum.yaml": title, "content/a.md": "# A\n", "public/mine.txt": "mine"}
		for i := range 3000 {
			files[fmt.Sprintf("content/p%d.md", i)] = fmt.Sprintf("# Page %d\n\n```yaml\na: %d\n```\n", i, i)
		}
		p := start(t, files, nil, "build")
		p.await("first file", func() bool { _, err := os.Stat(filepath.Join(p.dir, "public", ".probatum-new")); return err == nil })
		code := p.interrupt()
		p.clean()
		entries, _ := os.ReadDir(filepath.Join(p.dir, "public"))
		if code == 2 && (len(entries) != 1 || entries[0].Name() != "mine.txt") {
			t.Errorf("exit status 2 and public holds %v", entries)
		}
	})
}

// A cluster that is killed in the middle of a page makes no verdict on it.
func TestClusterKilled(t *testing.T) {
	kube := needCluster(t)
	mark := filepath.Join(t.TempDir(), "mark")
	p := start(t, map[string]string{"probatum.yaml": title,
		"content/p.md": fmt.Sprintf("```bash\n$ kubectl get ns\n...\n$ touch %s; while kubectl get --raw /readyz; do :; done\n$ kubectl get ns\n```\n", mark),
		"content/q.md": "```bash\nkubectl get ns\n```\n"}, []string{kube}, "check")
	p.await("command", func() bool { _, err := os.Stat(mark); return err == nil })
	kill(planes(p))
	p.cmd.Wait()
	if code := p.cmd.ProcessState.ExitCode(); code != 2 || !strings.Contains(p.stderr.String(), "the cluster has ended") {
		t.Errorf("exit status %d, stderr %q", code, &p.stderr)
	}
	if !strings.Contains(p.stdout.String(), "content/q.md: not run") {
		t.Errorf("stdout %q", &p.stdout)
	}
	p.clean()
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
