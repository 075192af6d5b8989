package cluster

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv("PROBATUM_TEST_PARENT") != "" {
		beParent()
	}
	os.Exit(m.Run())
}

// beParent is another process with a cluster, for a test to kill.
func beParent() {
	var env Env
	if err := json.Unmarshal([]byte(os.Getenv("PROBATUM_TEST_PARENT")), &env); err != nil {
		panic(err)
	}
	fmt.Println("starting")
	c, err := Start(context.Background(), env, Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println("ready")
	<-c.Done()
	os.Exit(1)
}

// tempFolder makes a folder that is the one for temporary files, and gives it.
func tempFolder(t *testing.T) string {
	// Short, or sockets would get folders of their own.
	dir, err := os.MkdirTemp("/tmp", "pt")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("TMPDIR", dir)
	return dir
}

// running gives the processes that have dir in their command line.
func running(t *testing.T, dir string) (pids []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil || len(files) == 0 {
		t.Skip("there is no /proc to look for processes in")
	}
	for _, f := range files {
		text, _ := os.ReadFile(f) // it may have ended
		if strings.Contains(string(text), dir) {
			pids = append(pids, f)
		}
	}
	return pids
}

// nothingLeft waits until no process has dir in its command line and dir is
// empty.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	// A process has no command line while another program takes its place.
	eventually(t, "nothing is left in "+dir, func() bool {
		files, _ := filepath.Glob(dir + "/*")
		return len(running(t, dir)) == 0 && len(files) == 0
	})
}

// phases of a start, by a file that shows it has come so far.
var phases = []struct{ name, file string }{
	{"at once", ""},
	{"etcd", "*/etcd/member"},
	{"API server", "*/kubeconfig"},
	{"control socket", "*/control.sock"},
}

func reachedPhase(dir, file string) bool {
	found, _ := filepath.Glob(filepath.Join(dir, file))
	return file == "" || len(found) > 0
}

func TestCancelledStart(t *testing.T) {
	env := needCluster(t)
	for _, phase := range phases[:3] {
		t.Run(phase.name, func(t *testing.T) {
			dir := tempFolder(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			result := make(chan error, 1)
			go func() {
				_, err := Start(ctx, env, Options{})
				result <- err
			}()
			eventually(t, phase.name, func() bool { return reachedPhase(dir, phase.file) })
			cancel()
			if err := <-result; !errors.Is(err, context.Canceled) {
				t.Errorf("got error %v, want that it was cancelled", err)
			}
			nothingLeft(t, dir)
		})
	}
}

func TestCancelledWhileRunning(t *testing.T) {
	env, dir := needCluster(t), tempFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	c, err := Start(ctx, env, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-c.Done()
	nothingLeft(t, dir)
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
}

func TestParentKilled(t *testing.T) {
	env := needCluster(t)
	text, _ := json.Marshal(env)
	for _, phase := range phases {
		t.Run(phase.name, func(t *testing.T) {
			dir := tempFolder(t)
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "PROBATUM_TEST_PARENT="+string(text))
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
				t.Error(err)
			}
			eventually(t, phase.name, func() bool { return reachedPhase(dir, phase.file) && len(running(t, dir)) > 0 })
			cmd.Process.Kill()
			cmd.Wait()
			nothingLeft(t, dir)
		})
	}
}

func TestClusterKilled(t *testing.T) {
	env, dir := needCluster(t), tempFolder(t)
	c, err := Start(t.Context(), env, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	if err := c.Mark(t.Context(), "base"); err != nil {
		t.Fatal(err)
	}
	status, err := c.states.(planeStates).control.status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	syscall.Kill(status.PID, syscall.SIGKILL)
	if _, err := c.Rewind(t.Context(), "base"); !errors.Is(err, ErrEnded) || !strings.HasPrefix(err.Error(), `rewind the cluster to "base": the cluster has ended`) {
		t.Errorf("rewind: got error %q, want that the cluster has ended", err)
	}
	if err := c.Mark(t.Context(), "base"); !errors.Is(err, ErrEnded) {
		t.Errorf("mark: got error %v, want that the cluster has ended", err)
	}
	<-c.Done()
	nothingLeft(t, dir)
}

// A unix socket has some 100 bytes for its path.
func TestLongFolder(t *testing.T) {
	env, temp := needCluster(t), tempFolder(t)
	dir := filepath.Join(temp, strings.Repeat("long", 40))
	c, err := Start(t.Context(), env, Options{Dir: dir, Log: filepath.Join(temp, "log")})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Mark(t.Context(), "base"); err != nil {
		t.Error(err)
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
	if files, _ := filepath.Glob(temp + "/kube-*"); len(files) > 0 {
		t.Errorf("left: %v", files)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("the folder that was given is gone: %v", err)
	}
	if info, err := os.Stat(filepath.Join(temp, "log")); err != nil || info.Size() == 0 {
		t.Errorf("no log: %v", err)
	}
}

func TestStartWithoutProgram(t *testing.T) {
	for _, env := range []Env{{CacheDir: t.TempDir()}, {Kube: filepath.Join(t.TempDir(), "kube")}} {
		_, err := Start(t.Context(), env, Options{})
		var missing *NotBuiltError
		if !errors.As(err, &missing) || !strings.Contains(missing.Hint(), "probatum cluster build") {
			t.Errorf("%+v: got %v, want a *NotBuiltError", env, err)
		}
	}
}

// A program that fails says why.
func TestStartOfBrokenProgram(t *testing.T) {
	kube := filepath.Join(t.TempDir(), "kube")
	if err := os.WriteFile(kube, []byte("#!/bin/sh\necho 'controlplane: out of luck' >&2\nexit 2\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	dir := tempFolder(t)
	_, err := Start(t.Context(), Env{Kube: kube}, Options{})
	if err == nil || err.Error() != "start the control plane: out of luck" {
		t.Errorf("got error %v", err)
	}
	nothingLeft(t, dir)
}

func TestBackground(t *testing.T) {
	env := needCluster(t)
	program, err := Program(env)
	if err != nil {
		t.Fatal(err)
	}
	env.Kube, env.CacheDir = program, tempFolder(t)
	ctx := t.Context()
	if _, err := FindBackground(ctx, env); !errors.Is(err, ErrNoBackground) {
		t.Errorf("find: got %v, want ErrNoBackground", err)
	}
	if err := StopBackground(ctx, env); !errors.Is(err, ErrNoBackground) {
		t.Errorf("stop: got %v, want ErrNoBackground", err)
	}
	b := startBackgroundCluster(t, env)
	if again := startBackgroundCluster(t, env); again.PID != b.PID {
		t.Errorf("second start: got process %d, want %d", again.PID, b.PID)
	}
	attachAndLeave(t, env)
	attachAndDie(t, env)

	// A state file of a dead process is noticed and removed.
	syscall.Kill(b.PID, syscall.SIGKILL)
	eventually(t, "a dead cluster is noticed", func() bool {
		_, err := StatusBackground(ctx, env)
		return errors.Is(err, ErrNoBackground)
	})
	if _, err := os.Stat(backgroundDir(env)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of the dead cluster is left: %v", err)
	}

	startBackgroundCluster(t, env)
	c, err := FindBackground(ctx, env)
	if err != nil {
		t.Fatal(err)
	}
	if err := StopBackground(ctx, env); err != nil {
		t.Error(err)
	}
	<-c.Done()
	if err := c.Stop(); err != nil {
		t.Errorf("detach from a cluster that was stopped: %v", err)
	}
	eventually(t, "no process is left", func() bool { return len(running(t, env.CacheDir)) == 0 })
	if _, err := os.Stat(backgroundDir(env)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder of the stopped cluster is left: %v", err)
	}
}

func startBackgroundCluster(t *testing.T, env Env) Background {
	t.Helper()
	b, err := StartBackground(t.Context(), env, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { StopBackground(context.Background(), env) })
	return b
}

// attachAndLeave uses the background cluster as it should be.
func attachAndLeave(t *testing.T, env Env) {
	t.Helper()
	c, err := FindBackground(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := FindBackground(t.Context(), env); !errors.Is(err, ErrInUse) {
		t.Errorf("find while in use: got %v, want ErrInUse", err)
	}
	s := newShell(t, c)
	s.must(t, `kubectl create cm mine`)
	if err := c.Mark(t.Context(), "base"); err != nil {
		t.Fatal(err)
	}
	s.must(t, `kubectl create cm page`)
	if err := c.Stop(); err != nil {
		t.Errorf("detach: %v", err)
	}
	s.must(t, `kubectl get cm mine && ! kubectl get cm page`)
}

// attachAndDie leaves the background cluster as a process that is killed does.
func attachAndDie(t *testing.T, env Env) {
	t.Helper()
	b, err := StatusBackground(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	// Without the lock, which ends with a process.
	c := &Cluster{states: planeStates{dial(b.Control), markPrefix}, Kubeconfig: b.Kubeconfig, Bin: b.Bin}
	s := newShell(t, c)
	if err := c.Mark(t.Context(), "base"); err != nil {
		t.Fatal(err)
	}
	s.must(t, `kubectl create cm page`)
	next, err := FindBackground(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	s.must(t, `! kubectl get cm page`)
	if _, err := next.Rewind(t.Context(), "base"); err == nil {
		t.Error("the mark of the dead process is still there")
	}
	if err := next.Stop(); err != nil {
		t.Error(err)
	}
}
