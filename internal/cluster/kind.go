package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/versions"
)

// KindOptions say how StartKind starts a cluster. The zero value is good.
type KindOptions struct {
	Name       string       // "" for a new one
	Kubernetes string       // version of the nodes, or a range that it has to be in: "1.34", "v1.34.4", ">=1.33"; "" for kind's own choice
	Image      string       // of the nodes, instead of the one for that version
	Config     string       // file with kind's configuration: nodes, extraPortMappings, …
	Images     []string     // image archives to load into the nodes
	Keep       bool         // Stop leaves the cluster
	Reuse      bool         // take a cluster of that name that was kept; where there is none, make and keep it
	Progress   func(string) // is told what is being done; may be nil
	// Kept is told when Stop leaves the cluster; may be nil.
	Kept func(name, kubeconfig string)
}

const (
	createLimit = 15 * time.Minute // with the download of an image
	readyLimit  = 3 * time.Minute
	deleteLimit = 2 * time.Minute
)

// StartKind makes a cluster with kind, in containers on this machine, and waits
// until pods can be run on it. Its kubeconfig is a file of its own: that of the
// user is neither read nor written. Stop deletes the cluster; what a process that
// was killed has left is found by ListKind.
//
// The error is a *MissingError where something has to be installed or started.
func StartKind(ctx context.Context, env Env, o KindOptions) (*Cluster, error) {
	k, err := newKind(ctx, env, o)
	if err != nil {
		return nil, err
	}
	c, err := k.start(ctx)
	if err != nil {
		k.release()
		return nil, err
	}
	return c, nil
}

// kind is a cluster of kind's that is ours, on its way or running.
type kind struct {
	env    Env
	o      KindOptions
	name   string
	dir    string // of its record: kubeconfig, state and lock
	kind   tool
	engine tool
	held   *os.File // the lock of the record
	state  kindState
}

// kindState is what is written down of a cluster.
type kindState struct {
	Kubernetes string    `json:"kubernetes"`
	Started    time.Time `json:"started"`
	Keep       bool      `json:"keep"` // it was meant to stay
	Ready      bool      `json:"ready"`
	// Loaded has the hashes of the archives of images that the nodes have got.
	Loaded map[string]string `json:"loaded,omitempty"`
}

// kindDir is the folder of the records of our clusters.
func kindDir(env Env) string { return filepath.Join(env.dir(), "kind") }

// validName are the names that kind takes.
var validName = lazyregexp.New(`^[a-z0-9][a-z0-9.-]*$`)

// newKind finds the tools and takes the record of the name.
func newKind(ctx context.Context, env Env, o KindOptions) (*kind, error) {
	if o.Name == "" {
		o.Name = newKindName()
	}
	if !validName.MatchString(o.Name) || len(o.Name) > 40 {
		return nil, fmt.Errorf("%q is no name for a cluster: up to 40 lower-case letters, digits, dots and hyphens", o.Name)
	}
	program, err := kindProgram(env)
	if err != nil {
		return nil, err
	}
	e, err := engine(ctx, env)
	if err != nil {
		return nil, err
	}
	k := &kind{env: env, o: o, name: o.Name, dir: filepath.Join(kindDir(env), o.Name), engine: e}
	k.kind = k.tool(program)
	return k, k.take()
}

// KindReady says whether there is what StartKind needs. The error is a
// *MissingError where something has to be installed or started.
func KindReady(ctx context.Context, env Env) error {
	if _, err := kindProgram(env); err != nil {
		return err
	}
	_, err := engine(ctx, env)
	return err
}

// tool is a program that cannot find the user's kubeconfig.
func (k *kind) tool(program string) tool {
	environ := append([]string(nil), k.env.Environ...)
	environ = append(environ, "KUBECONFIG="+k.kubeconfig(), "KIND_EXPERIMENTAL_PROVIDER="+k.engineName())
	return tool{path: program, environ: environ}
}

// engineName is the program that runs containers: docker, podman or nerdctl.
func (k *kind) engineName() string { return filepath.Base(k.engine.path) }

func (k *kind) kubeconfig() string { return filepath.Join(k.dir, "kubeconfig") }

func (k *kind) say(what string) {
	if k.o.Progress != nil {
		k.o.Progress(what)
	}
}

// take makes the record and locks it for this process.
func (k *kind) take() error {
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return makeRoom(fmt.Errorf("make a folder for the cluster: %w", err), "caches: XDG_CACHE_HOME")
	}
	held, got, err := lockRecord(k.dir)
	if err != nil {
		return fmt.Errorf("lock the cluster %s: %w", k.name, err)
	}
	if !got {
		return fmt.Errorf("the cluster %s is in use by another process: choose another name", k.name)
	}
	k.held = held
	return nil
}

func lockRecord(dir string) (held *os.File, got bool, err error) {
	held, err = os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, false, err
	}
	if got, err = tryLock(held); !got {
		held.Close()
	}
	return held, got, err
}

// release gives the record up; it stays where there may be a cluster.
func (k *kind) release() {
	if data, err := os.ReadFile(filepath.Join(k.dir, "state.json")); err != nil || len(data) == 0 {
		os.RemoveAll(k.dir)
	}
	k.held.Close()
}

func (k *kind) write() error {
	data, err := json.MarshalIndent(k.state, "", "\t")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(k.dir, "state.json"), append(data, '\n'), 0o600); err != nil {
		return makeRoom(fmt.Errorf("write down the cluster %s: %w", k.name, err), "caches: XDG_CACHE_HOME")
	}
	return nil
}

// start makes the cluster, or attaches to it.
func (k *kind) start(ctx context.Context) (*Cluster, error) {
	names, err := k.clusters(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if name == k.name {
			return k.again(ctx)
		}
	}
	k.state = kindState{Started: time.Now().Round(time.Second), Keep: k.o.Keep || k.o.Reuse}
	if err := k.write(); err != nil {
		return nil, err
	}
	if err := k.create(ctx); err != nil {
		return nil, k.failed(ctx, err)
	}
	c, err := k.attach(ctx)
	if err != nil {
		return nil, k.failed(ctx, err)
	}
	k.state.Kubernetes, k.state.Ready = c.Kubernetes, true
	if err := k.write(); err != nil {
		return nil, k.failed(ctx, err)
	}
	return c, nil
}

// again attaches to a cluster that exists.
func (k *kind) again(ctx context.Context) (*Cluster, error) {
	state, ours := readKindState(k.dir)
	switch {
	case !ours:
		return nil, fmt.Errorf("there is a cluster %s already that probatum has not made: choose another name", k.name)
	case !k.o.Reuse:
		return nil, fmt.Errorf("there is a cluster %s already: use it with -reuse %s, or delete it: probatum cluster delete %s", k.name, k.name, k.name)
	case !state.Ready:
		return nil, fmt.Errorf("the cluster %s was never finished: delete it: probatum cluster delete %s", k.name, k.name)
	}
	wanted, err := versions.Parse(k.o.Kubernetes)
	if err != nil {
		return nil, err
	}
	if !wanted.Has(state.Kubernetes) {
		return nil, fmt.Errorf("the cluster %s is Kubernetes %s, and %s is asked for: choose another name, or delete it: probatum cluster delete %s", k.name, state.Kubernetes, k.o.Kubernetes, k.name)
	}
	k.state, k.state.Keep = state, true
	if err := k.write(); err != nil {
		return nil, err
	}
	c, err := k.attach(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w; if the cluster is broken, delete it: probatum cluster delete %s", err, k.name)
	}
	return c, nil
}

func readKindState(dir string) (s kindState, ok bool) {
	data, err := os.ReadFile(filepath.Join(dir, "state.json"))
	return s, err == nil && json.Unmarshal(data, &s) == nil
}

// clusters are the names of all clusters of kind's on this machine.
func (k *kind) clusters(ctx context.Context) ([]string, error) {
	out, err := k.kind.run(ctx, "get", "clusters")
	return strings.Fields(out), err
}

// create runs kind.
func (k *kind) create(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, createLimit)
	defer cancel()
	image, err := k.image(ctx)
	if err != nil {
		return err
	}
	// retain: the logs of nodes that did not come up say why.
	args := []string{"create", "cluster", "--name", k.name, "--kubeconfig", k.kubeconfig(), "--retain"}
	if image != "" {
		args = append(args, "--image", image)
	}
	if k.o.Config != "" {
		args = append(args, "--config", k.o.Config)
	}
	t := k.kind
	t.line = func(line string) {
		if step, ok := strings.CutPrefix(line, "• "); ok {
			k.say("kind: " + strings.TrimRight(strings.TrimSuffix(step, "  ..."), " .…"))
		}
	}
	k.say("make the cluster " + k.name)
	_, err = t.run(ctx, args...)
	return err
}

// attach waits until the cluster can run pods, and gives it.
func (k *kind) attach(ctx context.Context) (*Cluster, error) {
	api, err := newAPIClient(k.kubeconfig())
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	k.say("wait for the nodes")
	if err := api.ready(limited, k.ownNetwork()); err != nil {
		return nil, fmt.Errorf("wait for the cluster %s: %w", k.name, err)
	}
	for _, archive := range k.o.Images {
		if err := k.load(ctx, archive); err != nil {
			return nil, fmt.Errorf("load %s into the nodes: %w", archive, err)
		}
	}
	var version struct{ GitVersion string }
	if err := api.send(ctx, http.MethodGet, "/version", nil, nil, &version); err != nil {
		return nil, err
	}
	bin, err := kubectlFolder(k.env, k.dir)
	if err != nil {
		return nil, err
	}
	return k.cluster(ctx, api, version.GitVersion, bin)
}

// load loads an image into the nodes, unless they have got the same before.
func (k *kind) load(ctx context.Context, archive string) error {
	data, err := os.ReadFile(archive)
	if err != nil {
		return err
	}
	_, name, _ := strings.Cut(filepath.Base(archive), "-") // before it is its number
	sum := fmt.Sprintf("%x", sha256.Sum256(data))
	if k.state.Loaded[name] == sum {
		return nil
	}
	k.say("load " + strings.TrimSuffix(name, ".tar"))
	if _, err := k.kind.run(ctx, "load", "image-archive", archive, "--name", k.name); err != nil {
		return err
	}
	if k.state.Loaded == nil {
		k.state.Loaded = map[string]string{}
	}
	k.state.Loaded[name] = sum
	return k.write()
}

// noNetwork finds a configuration that brings its own pod network.
var noNetwork = lazyregexp.New(`(?m)^\s*disableDefaultCNI:\s*true\b`)

// ownNetwork reports whether pages install the pod network: until then no node is
// ready.
func (k *kind) ownNetwork() bool {
	data, err := os.ReadFile(k.o.Config)
	return err == nil && noNetwork.Match(data)
}

// kubectlFolder gives the folder with the kubectl for a cluster: that of the
// embedded cluster's program, or "" where the one in PATH has to do.
func kubectlFolder(env Env, dir string) (string, error) {
	if program, err := Program(env); err == nil {
		return binFolder(dir), linkKubectl(program, dir)
	}
	if env.lookPath("kubectl") == "" {
		return "", &MissingError{"kubectl is not installed", "see https://kubernetes.io/docs/tasks/tools, or run once: probatum cluster build"}
	}
	return "", nil
}

// cluster watches over the node and gives the cluster.
func (k *kind) cluster(ctx context.Context, api *apiClient, version, bin string) (*Cluster, error) {
	node, err := k.node(ctx)
	if err != nil {
		return nil, err
	}
	watch, cancel := context.WithCancel(context.Background())
	done, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		// It returns when the container ends, or whatever runs it does.
		if k.engine.run(watch, "wait", node); watch.Err() == nil {
			close(done)
		}
	}()
	return &Cluster{
		Provider: "kind", Kubernetes: version, Kubeconfig: k.kubeconfig(), Bin: bin, Pods: true,
		states: &remembered{api: api, noNetwork: k.ownNetwork(), marks: map[string]map[string]*object{}},
		done:   done,
		cause: func() error {
			if err := k.engineEnded(); err != nil {
				return err
			}
			return errors.New("its node " + node + " does not run any more")
		},
		stop: func() error {
			cancel()
			<-watched
			return k.stop()
		},
	}, nil
}

// node is the container with the control plane.
func (k *kind) node(ctx context.Context) (string, error) {
	out, err := k.kind.run(ctx, "get", "nodes", "--name", k.name)
	if err != nil {
		return "", err
	}
	for _, name := range strings.Fields(out) {
		if strings.Contains(name, "control-plane") {
			return name, nil
		}
	}
	return "", fmt.Errorf("the cluster %s has no control plane", k.name)
}
