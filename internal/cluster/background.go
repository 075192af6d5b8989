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
	"time"
)

// Background is a cluster that outlives the process that has started it. There
// is one for each cache folder, and one process at a time uses it.
type Background struct {
	PID        int       `json:"pid"`
	Kubernetes string    `json:"kubernetes"`
	Kubeconfig string    `json:"kubeconfig"`
	Bin        string    `json:"bin"` // as Cluster.Bin
	Log        string    `json:"log"`
	Started    time.Time `json:"started"`
	Control    string    `json:"control"` // socket
	Sources    string    `json:"sources"` // key of the program's sources
}

var (
	// ErrNoBackground says that no background cluster is running.
	ErrNoBackground = errors.New("no cluster is running in the background")
	// ErrInUse says that another process uses the background cluster.
	ErrInUse = errors.New("the background cluster is in use by another process")
)

const (
	statusLimit = 5 * time.Second  // for a running control plane to answer
	detachLimit = 20 * time.Second // for the last rewind
)

// backgroundDir is the folder of the background cluster. Where it is, the
// cluster is, or has died.
func backgroundDir(env Env) string { return filepath.Join(env.dir(), "background") }

func stateFile(env Env) string { return filepath.Join(backgroundDir(env), "state.json") }

// StatusBackground gives the running background cluster, or ErrNoBackground.
// What a dead one has left is removed.
func StatusBackground(ctx context.Context, env Env) (Background, error) {
	data, err := os.ReadFile(stateFile(env))
	if errors.Is(err, os.ErrNotExist) {
		return Background{}, ErrNoBackground
	}
	var b Background
	if err == nil {
		err = json.Unmarshal(data, &b)
	}
	if err != nil {
		return Background{}, fmt.Errorf("read the state of the background cluster: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, statusLimit)
	defer cancel()
	status, err := dial(b.Control).status(ctx)
	switch {
	case err == nil && status.PID == b.PID:
		return b, nil
	case ctx.Err() != nil:
		return Background{}, fmt.Errorf("ask the background cluster (process %d) for its status: %w", b.PID, err)
	}
	clearBackground(env, b)
	return Background{}, ErrNoBackground
}

// clearBackground removes what a background cluster has left.
func clearBackground(env Env, b Background) {
	if dir := filepath.Dir(b.Control); strings.HasPrefix(filepath.Base(dir), "kube-") {
		os.RemoveAll(dir) // sockets whose path would have been too long
	}
	os.RemoveAll(backgroundDir(env))
}

// StartBackground starts a background cluster, or gives the one that runs.
// Cancelling ctx ends only the start.
func StartBackground(ctx context.Context, env Env, progress func(string)) (Background, error) {
	program, err := Program(env)
	if err != nil {
		return Background{}, err
	}
	if err := os.MkdirAll(env.dir(), 0o755); err != nil {
		return Background{}, fmt.Errorf("make the cache folder: %w", err)
	}
	unlock, err := lock(ctx, filepath.Join(env.dir(), "start.lock"), func() {})
	if err != nil {
		return Background{}, err
	}
	defer unlock()
	if b, err := StatusBackground(ctx, env); !errors.Is(err, ErrNoBackground) {
		return b, err
	}
	Options{Progress: progress}.say("start the control plane")
	b, err := startBackground(ctx, env, program)
	if err != nil {
		os.RemoveAll(backgroundDir(env))
		return Background{}, fmt.Errorf("start the background cluster: %w", err)
	}
	return b, nil
}

// startBackground starts the process and writes the state file.
func startBackground(ctx context.Context, env Env, program string) (Background, error) {
	dir := backgroundDir(env)
	os.RemoveAll(dir) // left by a start that was killed
	if err := linkKubectl(program, dir); err != nil {
		return Background{}, err
	}
	b := Background{Bin: binFolder(dir), Log: filepath.Join(dir, "log"), Started: time.Now().Round(time.Second), Sources: sourcesKey()}
	line, err := detached(ctx, program, dir, b.Log)
	if err != nil {
		return Background{}, err
	}
	b.PID, b.Kubernetes, b.Kubeconfig, b.Control = line.PID, line.Kubernetes, line.Kubeconfig, line.Control
	data, err := json.MarshalIndent(b, "", "\t")
	if err == nil {
		err = os.WriteFile(stateFile(env), append(data, '\n'), 0o600)
	}
	if err != nil {
		dial(b.Control).call(ctx, "POST", "stop", nil)
	}
	return b, err
}

// detached runs the program in a session of its own until it is ready. If it
// fails, or ctx ends first, no process is left.
func detached(ctx context.Context, program, dir, log string) (line ready, err error) {
	stderr, err := os.Create(filepath.Join(dir, "stderr"))
	if err != nil {
		return line, err
	}
	defer stderr.Close()
	cmd := exec.Command(program, "controlplane", "--dir", dir, "--log", log)
	cmd.Stderr = stderr
	ownSession(cmd)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return line, err
	}
	if err := cmd.Start(); err != nil {
		return line, err
	}
	cancelled := context.AfterFunc(ctx, func() { cmd.Process.Kill() })
	text, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(text, &line)
	}
	if cancelled() && err == nil {
		go cmd.Wait() // reaps it if it ends before we do
		return line, nil
	}
	cmd.Process.Kill()
	cmd.Wait()
	if ctx.Err() != nil {
		return line, ctx.Err()
	}
	if why, _ := os.ReadFile(stderr.Name()); len(why) > 0 {
		return line, errors.New(strings.TrimSpace(string(why)))
	}
	return line, fmt.Errorf("it ended before it was ready: %w", err)
}

// StopBackground ends the background cluster, also one that is in use, and
// removes its folder. It gives ErrNoBackground if none is running.
func StopBackground(ctx context.Context, env Env) error {
	b, err := StatusBackground(ctx, env)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, endLimit)
	defer cancel()
	c := dial(b.Control)
	c.call(limited, "POST", "stop", nil)
	for {
		if _, err := c.status(limited); err != nil {
			break
		}
		pause(limited, lockPoll/10)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if limited.Err() != nil { // it has answered above with this PID: it is the one
		if p, err := os.FindProcess(b.PID); err == nil {
			p.Kill()
		}
	}
	clearBackground(env, b)
	return nil
}

// markPrefix is before the names of all marks that attached processes make.
const markPrefix = "attached/"

// FindBackground attaches to the background cluster. It gives ErrNoBackground
// if none is running and ErrInUse if another process is attached. If that
// process was killed, the state before its first mark is put back.
func FindBackground(ctx context.Context, env Env) (*Cluster, error) {
	b, err := StatusBackground(ctx, env)
	if err != nil {
		return nil, err
	}
	if b.Sources != sourcesKey() {
		return nil, errors.New("the background cluster is of another version of probatum: run probatum cluster stop, then probatum cluster start")
	}
	held, err := os.OpenFile(filepath.Join(backgroundDir(env), "use.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("attach to the background cluster: %w", err)
	}
	got, err := tryLock(held)
	if err == nil && !got {
		err = ErrInUse
	}
	c := dial(b.Control)
	if err == nil {
		err = handBack(ctx, c)
	}
	if err != nil {
		held.Close()
		return nil, fmt.Errorf("attach to the background cluster: %w", err)
	}
	return attached(b, c, held), nil
}

// attached gives the cluster for a caller who holds the lock.
func attached(b Background, c *control, held *os.File) *Cluster {
	a := &attachment{control: c, held: held, ended: make(chan struct{}), watched: make(chan struct{})}
	var watch context.Context
	watch, a.cancel = context.WithCancel(context.Background())
	go a.watch(watch)
	return &Cluster{
		Provider:   "embedded",
		Kubernetes: b.Kubernetes,
		Kubeconfig: b.Kubeconfig,
		Bin:        b.Bin,
		states:     planeStates{c, markPrefix},
		done:       a.ended,
		stop:       a.detach,
	}
}

// attachment is the use that a process makes of the background cluster.
type attachment struct {
	control *control
	held    *os.File           // the lock
	cancel  context.CancelFunc // of watch
	ended   chan struct{}      // closed when the cluster ends
	watched chan struct{}      // closed when watch returns
}

func (a *attachment) watch(ctx context.Context) {
	defer close(a.watched)
	if a.control.wait(ctx); ctx.Err() == nil {
		close(a.ended)
	}
}

// detach hands the cluster back as it was found.
func (a *attachment) detach() error {
	defer a.held.Close()
	a.cancel()
	<-a.watched
	select {
	case <-a.ended:
		return nil
	default:
	}
	ctx, cancel := context.WithTimeout(context.Background(), detachLimit)
	defer cancel()
	return handBack(ctx, a.control)
}

// handBack puts back the state of the first mark that an attached process has
// made, if there is one, and forgets them all.
func handBack(ctx context.Context, c *control) error {
	status, err := c.status(ctx)
	if err != nil {
		return err
	}
	for _, name := range status.Marks {
		if strings.HasPrefix(name, markPrefix) {
			if err := c.post(ctx, "rewind", "name", name, nil); err != nil {
				return fmt.Errorf("put back the state before the first mark: %w", err)
			}
			break
		}
	}
	return c.post(ctx, "forget", "prefix", markPrefix, nil)
}
