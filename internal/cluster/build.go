package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/rogpeppe/go-internal/txtar"
)

// Build makes the program of the embedded cluster from the sources in this
// program, with the go command, and gives its path. The first time takes
// minutes and downloads modules; what exists already is not built again. Two
// builds at once are safe: the second waits for the first.
//
// Progress is told how many packages out of how many are compiled, and what
// comes next; total is 0 while that is not known yet. It may be nil.
func Build(ctx context.Context, env Env, progress func(done, total int, what string)) (string, error) {
	if progress == nil {
		progress = func(int, int, string) {}
	}
	env.Kube = "" // Build is about the program in the cache
	if path, err := Program(env); err == nil {
		return path, nil
	}
	tool, err := goCommand(env)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(env.dir(), 0o755); err != nil {
		return "", fmt.Errorf("make the cache folder: %w", err)
	}
	unlock, err := lock(ctx, filepath.Join(env.dir(), "build.lock"), func() { progress(0, 0, "wait for another build") })
	if err != nil {
		return "", err
	}
	defer unlock()
	if path, err := Program(env); err == nil {
		return path, nil // the build that we have waited for made it
	}
	work, err := os.MkdirTemp(env.dir(), "build-")
	if err != nil {
		return "", fmt.Errorf("make a folder for the build: %w", err)
	}
	defer os.RemoveAll(work)
	b := &build{tool: tool, env: env, work: work, progress: progress}
	if err := b.run(ctx); err != nil {
		return "", err
	}
	return Program(env)
}

// goCommand gives the path of the go command in the PATH of env.
func goCommand(env Env) (string, error) {
	if path := env.lookPath("go"); path != "" {
		return path, nil
	}
	return "", errors.New("no go command in PATH: the program of the embedded cluster is built with Go 1.26 or later (https://go.dev/dl)")
}

// lockPoll is how often a lock that another process holds is tried again.
const lockPoll = 100 * time.Millisecond

// lock takes a lock on a file, which stays; waiting is called once if another
// process has it.
func lock(ctx context.Context, file string, waiting func()) (unlock func(), err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", file, err)
	}
	for first := true; ; first = false {
		got, err := tryLock(f)
		if got {
			return func() { f.Close() }, nil
		}
		if err == nil {
			err = pause(ctx, lockPoll)
		}
		if err != nil {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", file, err)
		}
		if first {
			waiting()
		}
	}
}

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// build is a build on its way, in the folder work, with src (the sources), tmp
// (of the go command) and out (the program and its links).
type build struct {
	tool     string // the go command
	env      Env
	work     string
	progress func(done, total int, what string)
}

func (b *build) path(elem ...string) string {
	return filepath.Join(append([]string{b.work}, elem...)...)
}

// run does the steps.
func (b *build) run(ctx context.Context) error {
	if err := b.unpack(); err != nil {
		return fmt.Errorf("unpack the sources of the embedded cluster: %w", err)
	}
	b.progress(0, 0, "look for what has to be compiled")
	packages, err := b.stale(ctx)
	if err != nil {
		return err
	}
	if err := b.compile(ctx, packages); err != nil {
		return err
	}
	return b.install()
}

// unpack writes the sources.
func (b *build) unpack() error {
	for _, f := range txtar.Parse(sources).Files {
		name := b.path("src", filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			return err
		}
	}
	return os.MkdirAll(b.path("tmp"), 0o755)
}

// stale gives the packages that are not in the go command's cache. Modules that
// are missing are downloaded on the way.
func (b *build) stale(ctx context.Context) (map[string]bool, error) {
	var out strings.Builder
	err := b.gocmd(ctx, &out, func(string) {}, "list", "-deps", "-f", "{{if .Stale}}{{.ImportPath}}{{end}}")
	if err != nil {
		return nil, fmt.Errorf("find what has to be compiled for the embedded cluster: %w", err)
	}
	packages := map[string]bool{}
	for _, p := range strings.Fields(out.String()) {
		packages[p] = true
	}
	return packages, nil
}

// compile makes out/kube. Linking counts as one package more.
func (b *build) compile(ctx context.Context, packages map[string]bool) error {
	done, total := 0, len(packages)+1
	b.progress(done, total, "compile")
	err := b.gocmd(ctx, nil, func(line string) {
		if packages[line] {
			delete(packages, line)
			if done++; done == total-1 {
				line = "link"
			}
			b.progress(done, total, line)
		}
	}, "build", "-v", "-o", b.path("out", programName))
	if err != nil {
		return fmt.Errorf("build the program of the embedded cluster: %w", err)
	}
	b.progress(total, total, "done")
	return nil
}

// install puts the program where Program looks for it, in one step.
func (b *build) install() error {
	if err := os.Symlink(programName, b.path("out", "kubectl")); err != nil {
		return fmt.Errorf("install the program of the embedded cluster: %w", err)
	}
	// A folder without the program may be left by somebody who cleaned up by hand.
	os.RemoveAll(programFolder(b.env))
	if err := os.Rename(b.path("out"), programFolder(b.env)); err != nil {
		return fmt.Errorf("install the program of the embedded cluster: %w", err)
	}
	prune(b.env, time.Now().Add(-unused))
	return nil
}

// unused is how long a program may lie in the cache folder without being started
// before a build removes it.
const unused = 30 * 24 * time.Hour

// prune removes the programs of other sources that were last started before
// then. Each is 130 MB, and nobody would ever look for them. What cannot be
// removed stays: the build itself went well.
func prune(env Env, then time.Time) {
	found, _ := filepath.Glob(filepath.Join(env.dir(), "kube-*"))
	for _, folder := range found {
		if info, err := os.Stat(folder); err == nil && folder != programFolder(env) && info.ModTime().Before(then) {
			os.RemoveAll(folder)
		}
	}
}

// touch notes that the program of these sources is being used, for prune.
func touch(env Env) {
	now := time.Now()
	os.Chtimes(programFolder(env), now, now)
}

// gocmd runs the go command on the sources. Lines that it writes to stderr go
// to line; those it fails with are in the error.
func (b *build) gocmd(ctx context.Context, out *strings.Builder, line func(string), verb string, args ...string) error {
	var trouble []string
	args = append([]string{verb, "-trimpath", "-ldflags=" + linkerFlags()}, args...)
	cmd := exec.CommandContext(ctx, b.tool, append(args, ".")...)
	cmd.Dir = b.path("src")
	cmd.Env = append(append([]string(nil), b.env.Environ...),
		// Always the same, or everything would be compiled again.
		"CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOOS=", "GOARCH=",
		"GOTMPDIR="+b.path("tmp"), "PWD="+cmd.Dir)
	if out != nil {
		cmd.Stdout = out
	}
	cmd.Stderr = &lines{each: func(s string) {
		switch what, found := strings.CutPrefix(s, "go: downloading "); {
		case found:
			b.progress(0, 0, "download "+what)
		case strings.ContainsAny(s, " \t"): // not a package: a message
			trouble = append(trouble, s)
		}
		line(s)
	}}
	ownGroup(cmd)
	cmd.Cancel, cmd.WaitDelay = func() error { return killGroup(cmd) }, endLimit
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return goTrouble(err, trouble)
	}
	return nil
}

// goTrouble makes the error of a go command that failed readable.
func goTrouble(err error, lines []string) error {
	const most = 10
	text := strings.Join(lines[max(0, len(lines)-most):], "\n\t")
	switch {
	case strings.Contains(text, "requires go >="):
		return fmt.Errorf("the go command is too old: %s", text)
	case strings.Contains(text, "module lookup disabled"), strings.Contains(text, "dial tcp"), strings.Contains(text, "proxyconnect"):
		return fmt.Errorf("modules cannot be downloaded: %s", text)
	case text == "":
		return err
	}
	return fmt.Errorf("%w: %s", err, text)
}

// kubernetesVersion finds the version in the go.mod of the sources.
var kubernetesVersion = lazyregexp.New(`(?m)^\s*k8s\.io/kubernetes (v(\d+)\.(\d+)\.\S+)$`)

// linkerFlags stamp the version of Kubernetes into the program: it cannot know
// it of itself.
func linkerFlags() string {
	flags := []string{"-s", "-w"}
	v := kubernetesVersion.FindSubmatch(sources)
	if v == nil { // a test sees to it that there is one
		return strings.Join(flags, " ")
	}
	for _, pkg := range []string{"k8s.io/component-base/version", "k8s.io/client-go/pkg/version"} {
		for i, name := range []string{"gitVersion", "gitMajor", "gitMinor"} {
			flags = append(flags, fmt.Sprintf("-X %s.%s=%s", pkg, name, v[i+1]))
		}
	}
	return strings.Join(flags, " ")
}
