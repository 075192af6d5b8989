// Package cluster gives pages a Kubernetes API to run against. The embedded one
// is a program of its own, kube, whose sources travel inside this one and are
// built once (Build): etcd, the API server, the controllers, the scheduler and a
// simulated kubelet in one process. The package knows nothing of pages.
package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Env is what the package needs of the process's environment, which main alone
// reads.
type Env struct {
	Kube     string   // $PROBATUM_KUBE: the kube program to use; "" for the built one
	CacheDir string   // os.UserCacheDir(); built programs and the background cluster are in CacheDir/probatum
	Environ  []string // os.Environ(): what the go command sees, and the PATH it is looked up in
}

// dir is the folder that is ours in the cache.
func (e Env) dir() string { return filepath.Join(e.CacheDir, "probatum") }

// Options say how Start starts a cluster. The zero value is good.
type Options struct {
	Dir      string       // for its data, made if need be; "" for a new folder that goes with the cluster
	Log      string       // file for the log of all components; "" for none
	Progress func(string) // is told what is being done; may be nil
}

// A Cluster is a running Kubernetes API that pages may be run against. Its
// methods are safe for concurrent use.
type Cluster struct {
	Provider   string // "embedded", "kind"
	Kubernetes string // its version: "v1.34.4"
	Kubeconfig string // file, for the administrator
	Bin        string // folder to put first in PATH: it holds kubectl
	Pods       bool   // its pods have containers, not simulated ones

	states  states
	done    chan struct{}
	stop    func() error // called once
	once    sync.Once
	stopErr error
	cause   func() error // why it has ended; see Cause

	client     *apiClient // see asked
	clientErr  error
	clientOnce sync.Once
}

// states remembers states of a cluster and puts them back.
type states interface {
	mark(ctx context.Context, name string) error
	rewind(ctx context.Context, name string) (Difference, error)
}

// ErrEnded is in the chain of errors of a cluster that has ended.
var ErrEnded = errors.New("the cluster has ended")

// Mark remembers the state of the cluster under a name, and replaces what had
// that name. It waits until nothing changes any more (a tenth of a second at
// least), and fails if that does not come about.
func (c *Cluster) Mark(ctx context.Context, name string) error {
	if err := c.states.mark(ctx, name); err != nil {
		return fmt.Errorf("mark the cluster as %q: %w", name, c.explain(err))
	}
	return nil
}

// A Difference is what has become of a cluster since a mark, as readable keys
// such as "configmaps default/x", sorted. Events, leases and the bookkeeping of
// the API server are left out.
type Difference struct{ Added, Changed, Removed []string }

// Rewind puts back the state that Mark remembered under a name and tells what
// was different.
func (c *Cluster) Rewind(ctx context.Context, name string) (Difference, error) {
	d, err := c.states.rewind(ctx, name)
	if err != nil {
		return Difference{}, fmt.Errorf("rewind the cluster to %q: %w", name, c.explain(err))
	}
	return d, nil
}

// Done is closed when the cluster has ended, for whatever reason.
func (c *Cluster) Done() <-chan struct{} { return c.done }

// Cause says why the cluster has ended, nil where that is not known. It may take
// some seconds.
func (c *Cluster) Cause() error {
	if c.cause == nil {
		return nil
	}
	return c.cause()
}

// Stop ends the cluster, waits for it and removes its folder. From a background
// cluster it only detaches, after putting back the state of the first mark.
// Further calls do nothing and give the same error.
func (c *Cluster) Stop() error {
	c.once.Do(func() { c.stopErr = c.stop() })
	return c.stopErr
}

// endedSoon is how long the end of a process, or that of a container, may lag behind
// its connections.
const endedSoon = 3 * time.Second

// explain adds that the cluster has ended to an error of its states.
func (c *Cluster) explain(err error) error {
	var refused *refusedError
	var answer *refusal
	if errors.As(err, &refused) || errors.As(err, &answer) || errors.Is(err, context.Canceled) {
		return err
	}
	select {
	case <-c.done:
	case <-time.After(endedSoon):
		return err
	}
	if cause := c.Cause(); cause != nil {
		return fmt.Errorf("%w: %w", ErrEnded, cause)
	}
	return ErrEnded
}

// ready is the line that the program prints when the cluster serves.
type ready struct {
	Kubeconfig string `json:"kubeconfig"`
	Control    string `json:"control"`
	Kubernetes string `json:"kubernetes"`
	PID        int    `json:"pid"`
}

// Start starts an embedded cluster and waits until it serves. It ends when ctx
// is cancelled, also after Start has returned, and when this process dies. The
// error is a *NotBuiltError if the program has not been built yet.
func Start(ctx context.Context, env Env, o Options) (*Cluster, error) {
	program, err := Program(env)
	if err != nil {
		return nil, err
	}
	touch(env)
	o.say("start the control plane")
	dir, remove, err := folder(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("make a folder for the cluster: %w", err)
	}
	p, err := launch(ctx, program, dir, o.Log, remove)
	if err != nil {
		if remove {
			os.RemoveAll(dir)
		}
		return nil, fmt.Errorf("start the control plane: %w", err)
	}
	o.say("the control plane serves Kubernetes " + p.ready.Kubernetes)
	return &Cluster{
		Provider:   "embedded",
		Kubernetes: p.ready.Kubernetes,
		Kubeconfig: p.ready.Kubeconfig,
		Bin:        binFolder(dir),
		states:     planeStates{dial(p.ready.Control), ""},
		done:       p.done,
		stop:       p.end,
		cause:      p.cause,
	}, nil
}

func (o Options) say(what string) {
	if o.Progress != nil {
		o.Progress(what)
	}
}

// folder gives the folder for a cluster's data as an absolute path, and whether
// it goes with the cluster.
func folder(dir string) (abs string, remove bool, err error) {
	if dir == "" {
		abs, err = os.MkdirTemp("", "probatum-")
		return abs, true, err
	}
	if abs, err = filepath.Abs(dir); err == nil {
		err = os.MkdirAll(abs, 0o700)
	}
	return abs, false, err
}

// binFolder is the folder with kubectl in a cluster's folder.
func binFolder(dir string) string { return filepath.Join(dir, "bin") }

// linkKubectl makes the folder with kubectl: the program under that name.
func linkKubectl(program, dir string) error {
	if err := os.MkdirAll(binFolder(dir), 0o700); err != nil {
		return err
	}
	link := filepath.Join(binFolder(dir), "kubectl")
	if err := os.Remove(link); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Symlink(program, link)
}

// endLimit is how long the program may take to end; it needs a few milliseconds.
const endLimit = 3 * time.Second

// process is a running control plane.
type process struct {
	ready  ready
	done   chan struct{} // closed when it has ended and its folder is gone
	cancel context.CancelFunc
	stderr *tail
}

// launch runs the program and waits for the line that says it is ready.
func launch(ctx context.Context, program, dir, log string, remove bool) (*process, error) {
	if err := linkKubectl(program, dir); err != nil {
		return nil, err
	}
	args := []string{"controlplane", "--parent", "--dir", dir}
	if log != "" {
		args = append(args, "--log", log)
	}
	if remove { // it does so if this process is killed
		args = append(args, "--remove")
	}
	run, cancel := context.WithCancel(ctx)
	first := &firstLine{got: make(chan []byte, 1)}
	p := &process{done: make(chan struct{}), cancel: cancel, stderr: &tail{}}
	cmd := exec.CommandContext(run, program, args...)
	cmd.Stdout, cmd.Stderr = first, p.stderr
	ownGroup(cmd) // Ctrl-C in a terminal is for us to act on
	stdin, err := cmd.StdinPipe()
	if err != nil {
		cancel()
		return nil, err
	}
	// It clears up after itself when this pipe closes; WaitDelay kills it if it does not.
	cmd.Cancel, cmd.WaitDelay = stdin.Close, endLimit
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, err
	}
	go p.wait(cmd, dir, remove)
	return p, p.await(ctx, first)
}

// wait reaps the process and removes its folder.
func (p *process) wait(cmd *exec.Cmd, dir string, remove bool) {
	cmd.Wait() // how it ended does not matter: it was told to, or stderr says why
	p.cancel()
	if remove {
		os.RemoveAll(dir)
	}
	close(p.done)
}

// cause is what the process has complained of.
func (p *process) cause() error {
	if said := p.stderr.String(); said != "" {
		return errors.New(said)
	}
	return nil
}

// await waits until the process is ready or has ended.
func (p *process) await(ctx context.Context, first *firstLine) error {
	select {
	case line := <-first.got:
		if err := json.Unmarshal(line, &p.ready); err != nil {
			p.end()
			return fmt.Errorf("read the line of a control plane that is ready: %w", err)
		}
		return nil
	case <-p.done:
		if ctx.Err() != nil { // whatever it complained about on its way out
			return ctx.Err()
		}
		return errors.New(strings.TrimPrefix(p.stderr.String(), "controlplane: "))
	}
}

// end ends the process and waits for that.
func (p *process) end() error {
	p.cancel()
	<-p.done
	return nil
}
