//go:build linux

package cli_test

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/probatum/probatum/internal/cluster"
)

// needKind gives the settings of a user who can make clusters with kind, and has
// records of such clusters in the folder cache and a kubeconfig of their own. That
// is looked at again at the end.
func needKind(t *testing.T) (env []string, cache string) {
	t.Helper()
	if os.Getenv("PROBATUM_KIND_TEST") == "" {
		t.Skip("needs containers: make test")
	}
	kind, err := exec.LookPath("kind")
	if err != nil {
		if cache, err = os.UserCacheDir(); err != nil {
			t.Fatal(err)
		}
		kind = filepath.Join(cache, "probatum", "bin", "kind")
	}
	cache = t.TempDir()
	mine := filepath.Join(t.TempDir(), "config")
	const text = "apiVersion: v1\nkind: Config\ncurrent-context: mine # and a remark\n"
	if err := os.WriteFile(mine, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if got, err := os.ReadFile(mine); err != nil || string(got) != text {
			t.Errorf("the user's kubeconfig is %q now, %v", got, err)
		}
	})
	return []string{needCluster(t), "PROBATUM_KIND=" + kind, "KIND_EXPERIMENTAL_PROVIDER=docker", "KUBECONFIG=" + mine,
		"XDG_CACHE_HOME=" + cache, "GOCACHE=" + goEnv(t, "GOCACHE")}, cache
}

// docker runs docker and gives what it prints.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("docker %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// nodesOf lists the containers of a cluster.
func nodesOf(t *testing.T, name string) string {
	t.Helper()
	return docker(t, "ps", "-a", "-q", "--filter", "label=io.x-k8s.kind.cluster="+name)
}

// dropNode deletes the node of a cluster where the test ends before that has been
// done.
func dropNode(t *testing.T, cluster string) {
	t.Cleanup(func() {
		if nodesOf(t, cluster) != "" {
			docker(t, "rm", "-fv", cluster+"-control-plane")
		}
	})
}

// recorded are the names of the clusters that there are records of.
func recorded(t *testing.T, cache string) (names []string) {
	t.Helper()
	list, err := cluster.ListKind(cluster.Env{CacheDir: cache})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		names = append(names, k.Name)
	}
	return names
}

// An engine is Docker as one run sees it: this machine's, behind a socket that can
// go away as it does when Docker is stopped. Others do not notice.
type engine struct {
	t      *testing.T
	socket string
	real   string

	mu       sync.Mutex
	listener net.Listener
	open     map[net.Conn]bool
}

func newEngine(t *testing.T) *engine {
	t.Helper()
	dir, err := os.MkdirTemp("", "engine-") // paths of sockets have to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	host := docker(t, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}")
	real, ok := strings.CutPrefix(host, "unix://")
	if !ok {
		t.Fatalf("docker is at %s and not at a socket of this machine", host)
	}
	e := &engine{t: t, socket: filepath.Join(dir, "docker.sock"), real: real}
	e.start()
	t.Cleanup(e.stop)
	return e
}

// env is the setting that leads to it.
func (e *engine) env() string { return "DOCKER_HOST=unix://" + e.socket }

func (e *engine) start() {
	e.t.Helper()
	l, err := net.Listen("unix", e.socket)
	if err != nil {
		e.t.Fatal(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listener, e.open = l, map[net.Conn]bool{}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go e.serve(l, in)
		}
	}()
}

// serve passes on what one client and Docker say to each other.
func (e *engine) serve(l net.Listener, in net.Conn) {
	defer in.Close()
	out, err := net.Dial("unix", e.real)
	if err != nil {
		return
	}
	defer out.Close()
	e.mu.Lock()
	if e.listener != l { // stopped meanwhile
		e.mu.Unlock()
		return
	}
	e.open[in], e.open[out] = true, true
	e.mu.Unlock()
	go func() {
		io.Copy(out, in)
		out.(*net.UnixConn).CloseWrite()
	}()
	io.Copy(in, out)
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.open, in)
	delete(e.open, out)
}

// stop ends all connections and takes no more.
func (e *engine) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener == nil {
		return
	}
	e.listener.Close()
	e.listener = nil
	for c := range e.open {
		c.Close()
	}
}

// ended waits for the end of the command and holds its exit status and what it has
// said against what they should be.
func (p *process) ended(code int, stdout, stderr string) {
	p.t.Helper()
	p.cmd.Wait()
	if got := p.cmd.ProcessState.ExitCode(); got != code || !regexp.MustCompile(stdout).MatchString(p.stdout.String()) || !regexp.MustCompile(stderr).MatchString(p.stderr.String()) {
		p.t.Errorf("exit status %d, stdout %q, stderr %q\nwant %d, %s, %s", got, &p.stdout, &p.stderr, code, stdout, stderr)
	}
}

// withPods is a page for a real cluster.
func withPods(text string) string {
	return "---\ntitle: P\ncheck:\n  needs: pods\n---\n```bash\n" + text + "```\n"
}

// Two runs at once on one machine do not see each other. Docker is stopped in the
// middle of one: that is said, and no verdict. When it runs again, the cluster is
// found and deleted.
func TestKindAtOnce(t *testing.T) {
	t.Parallel()
	env, cache := needKind(t)
	e := newEngine(t)
	page := withPods("$ kubectl create configmap mine\nconfigmap/mine created\n$ kubectl get configmap -o name\nconfigmap/kube-root-ca.crt\nconfigmap/mine\n")
	mark := filepath.Join(t.TempDir(), "mark")
	waits := withPods("$ kubectl get configmap -o name\nconfigmap/kube-root-ca.crt\n$ touch " + mark + "; sleep 1000\n")
	stopped := start(t, map[string]string{"probatum.yaml": title, "content/p.md": page, "content/q.md": waits, "content/r.md": page}, append(env, e.env()), "check", "-cluster", "kind")
	stopped.await("first cluster", func() bool { return len(recorded(t, cache)) == 1 })
	name := recorded(t, cache)[0]
	dropNode(t, name)
	whole := start(t, map[string]string{"probatum.yaml": title, "content/p.md": page}, env, "check", "-cluster", "kind")
	whole.await("second cluster", func() bool { return len(recorded(t, cache)) == 2 })
	other := strings.Replace(strings.Join(recorded(t, cache), ""), name, "", 1)

	stopped.await("command", func() bool { return exists(mark) })
	e.stop()
	docker(t, "kill", name+"-control-plane") // as Docker does when it stops
	stopped.ended(2, `content/q.md: not run: the cluster has ended\ncontent/r.md: not run: the cluster has ended\n3 blocks: 1 verified, 2 blocked`,
		`^probatum: the cluster has ended: docker does not run any more\ndelete the cluster `+name+`: docker does not run any more; when it can be deleted, run: probatum cluster delete `+name+`\n\thint: start it and try again\n$`)
	stopped.clean()
	whole.ended(0, `^1 block: 1 verified, on Kubernetes v\S+ \(kind\)\n$`, `^$`)
	whole.clean()
	if left := nodesOf(t, other); left != "" {
		t.Errorf("of the other run is left: %s", left)
	}

	start(t, nil, append(env, e.env()), "cluster", "delete", name).ended(2, "^$", `^probatum: docker is installed, but it does not run: .*docker daemon.*\n\thint: start it: `)
	start(t, map[string]string{"probatum.yaml": title, "content/p.md": page}, append(env, e.env()), "check", "-cluster", "kind").ended(2, "^$",
		`^probatum: a run that was killed has left the cluster `+name+`\n\thint: delete it with probatum cluster delete `+name+`\nprobatum: docker is installed, but it does not run: `)
	e.start()
	start(t, nil, append(env, e.env()), "cluster", "list").ended(0, `^`+name+`  v\S+  left behind by a run that was killed\n  kubeconfig \S+\n$`, "^$")
	start(t, nil, append(env, e.env()), "cluster", "delete", name).ended(0, "^$", "^$")
	if left := nodesOf(t, name) + strings.Join(recorded(t, cache), " "); left != "" {
		t.Errorf("left: %s", left)
	}
}

// Docker is stopped while a node is made: the next run offers what is left.
func TestKindEngineEnds(t *testing.T) {
	t.Parallel()
	env, cache := needKind(t)
	e := newEngine(t)
	files := map[string]string{"probatum.yaml": title, "content/p.md": withPods("$ kubectl get ns\n...\n")}
	p := start(t, files, append(env, e.env()), "check", "-cluster", "kind")
	p.await("record", func() bool { return len(recorded(t, cache)) == 1 })
	name := recorded(t, cache)[0]
	dropNode(t, name)
	p.await("node", func() bool {
		return docker(t, "ps", "-q", "--filter", "status=running", "--filter", "name="+name+"-control-plane") != ""
	})
	e.stop()
	docker(t, "kill", name+"-control-plane")
	p.ended(2, "", `^probatum: the cluster `+name+` cannot be made: docker does not run any more\ndelete the cluster `+name+`: docker does not run any more; when it can be deleted, run: probatum cluster delete `+name+`\n\thint: start it and try again\n$`)
	p.clean()
	e.start()
	start(t, nil, append(env, e.env()), "cluster", "list").ended(0, `^`+name+`  unfinished  left behind by a run that was killed\n`, "^$")
	start(t, nil, append(env, e.env()), "cluster", "delete", name).ended(0, "^$", "^$")
	if left := nodesOf(t, name) + strings.Join(recorded(t, cache), " "); left != "" {
		t.Errorf("left: %s", left)
	}
}

// small makes a folder with room for so many kilobytes.
func small(t *testing.T, kilobytes int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", kilobytes), "tmpfs", dir).CombinedOutput(); err != nil {
		t.Fatalf("a small disk has to be mounted, as root: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	return dir
}

// A disk is full: that of a node, that of the temporary files, that of our records.
func TestKindDiskFull(t *testing.T) {
	t.Parallel()
	env, cache := needKind(t)
	files := map[string]string{"probatum.yaml": title + "check:\n  kind: kind.yaml\n", "content/p.md": withPods("$ kubectl get ns\n...\n"),
		"kind.yaml": "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n  extraMounts:\n  - hostPath: " + small(t, 8) + "\n    containerPath: /etc/kubernetes\n"}
	node := start(t, files, env, "check", "-cluster", "kind")
	node.await("record", func() bool { return len(recorded(t, cache)) == 1 })
	name := recorded(t, cache)[0]

	images := map[string]string{"probatum.yaml": title + "check:\n  images:\n    registry.example.com/hello:1: ./hello\n", "content/p.md": files["content/p.md"],
		"hello/go.mod": "module example.com/hello\n", "hello/main.go": "package main\n\nfunc main() { println(\"hello\") }\n"}
	start(t, images, append(env, "TMPDIR="+small(t, 64)), "check", "-cluster", "kind").ended(2, "",
		`^(?s)probatum: make the image registry.example.com/hello:1 from ./hello: .*no space left on device\n\thint: make room, or name another folder for temporary files: TMPDIR=/var/tmp\n$`)
	full := small(t, 4)
	if err := os.WriteFile(filepath.Join(full, "full"), make([]byte, 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	delete(files, "kind.yaml")
	files["probatum.yaml"] = title
	start(t, files, append(env, "XDG_CACHE_HOME="+full), "check", "-cluster", "kind").ended(2, "",
		`^probatum: write down the cluster probatum-\w+: .*no space left on device\n\thint: make room, or name another folder for caches: XDG_CACHE_HOME\n$`)

	node.ended(2, "", `^probatum: the cluster `+name+` cannot be made: the disk is full\n\thint: make room: docker system prune\n$`)
	node.clean()
	if left := nodesOf(t, name) + strings.Join(recorded(t, cache), " "); left != "" {
		t.Errorf("left: %s", left)
	}
}
