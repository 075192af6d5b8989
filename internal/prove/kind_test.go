package prove

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/runner"
)

// needKind skips where nobody has asked for containers: make test does.
func needKind(t *testing.T) cluster.Env {
	t.Helper()
	if os.Getenv("PROBATUM_KIND_TEST") == "" {
		t.Skip("needs containers: make test")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: cache, Environ: os.Environ()}
}

// content is our own manual.
func content(t *testing.T, patterns ...string) *Proof {
	t.Helper()
	root := os.DirFS(filepath.Join("..", ".."))
	p, err := project.Load(t.Context(), root, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	proof, err := New(t.Context(), root, p, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

// top is the folder of content.
var top = filepath.Join("..", "..")

// runOn runs a proof; what runs on kind does so on the cluster of that name.
func runOn(t *testing.T, proof *Proof, env cluster.Env, use config.Cluster, name string) *report.Run {
	t.Helper()
	run, err := proof.RunOn(t.Context(), env, Clusters{Use: use, Dir: top, Kind: cluster.KindOptions{Name: name, Reuse: true}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// attach gives the cluster of that name for the pages of a proof.
func attach(t *testing.T, proof *Proof, env cluster.Env, name string) *runner.Cluster {
	t.Helper()
	c, stop, err := proof.Start(t.Context(), env, Clusters{Dir: top, Kind: cluster.KindOptions{Name: name, Reuse: true}}, config.ClusterKind)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// withPods are the pages of our manual that need pods.
var withPods = []string{"content/worked/config-reload.md", "content/worked/crashloop.md", "content/worked/deploy.md", "content/worked/proxy-logs.md"}

// podPage is a page of its own that needs pods and the image of our client.
func podPage(t *testing.T, text string) *Proof {
	t.Helper()
	root := fstest.MapFS{"content/p.md": {Data: []byte("---\ntitle: P\ncheck:\n  needs: pods\n---\n" + text)},
		"probatum.yaml": {Data: []byte("title: T\ncheck:\n  images:\n    registry.example.com/client:1: ./cluster/images/client\n")}}
	return proofOf(t, root)
}

// soak is how often pages are run in a row, and whether all are run slowly: make
// soak says so.
func soak(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv("PROBATUM_SOAK"), "0"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestKind runs pages on one cluster, until its node is killed.
func TestKind(t *testing.T) {
	env := needKind(t)
	name := "probatum-test-" + strconv.Itoa(os.Getpid())
	t.Cleanup(func() {
		if err := cluster.DeleteKind(context.WithoutCancel(t.Context()), env, name); err != nil {
			t.Error(err)
		}
	})
	t.Run("agrees", func(t *testing.T) { agrees(t, env, name) })
	t.Run("beside", func(t *testing.T) { beside(t, env, name) })
	t.Run("out of memory", func(t *testing.T) { outOfMemory(t, env, name) })
	t.Run("slow", func(t *testing.T) { slowAnswers(t, env, name) })
	t.Run("again", func(t *testing.T) { again(t, env, name) })
	t.Run("dies", func(t *testing.T) { dies(t, env, name) })
}

// verdicts are the blocks of a run by place; what is wrong is in the log.
func verdicts(t *testing.T, run *report.Run) map[string]check.Status {
	t.Helper()
	for _, d := range run.Diagnostics {
		t.Log(d)
	}
	all := map[string]check.Status{}
	for _, pg := range run.Pages {
		for i := range pg.Blocks {
			b := &pg.Blocks[i]
			all[b.Pos.String()] = b.Status
			if b.Status == check.Failed || b.Status == check.Blocked {
				t.Logf("%s (%s): %s %s", b.Pos, run.Cluster, b.Reason, b.Failures())
			}
		}
	}
	return all
}

// What the embedded cluster may judge, it judges as a real one does.
func agrees(t *testing.T, env cluster.Env, name string) {
	var real, embedded map[string]check.Status
	t.Run("run", func(t *testing.T) {
		t.Run("kind", func(t *testing.T) {
			t.Parallel()
			real = verdicts(t, runOn(t, content(t), env, config.ClusterKind, name))
		})
		t.Run("embedded", func(t *testing.T) {
			t.Parallel()
			embedded = verdicts(t, runOn(t, content(t), env, config.ClusterEmbedded, ""))
		})
	})
	judged := 0
	for at, status := range embedded {
		if status != check.Static {
			judged++
			if real[at] != status {
				t.Errorf("%s is %s on kind and %s on embedded", at, real[at], status)
			}
		}
	}
	verified := 0
	for at, status := range real {
		if status == check.Failed || status == check.Blocked {
			t.Errorf("%s is %s on kind", at, status)
		}
		if status == check.Verified {
			verified++
		}
	}
	t.Logf("%d blocks; embedded judges %d, kind verifies %d", len(real), judged, verified)
	if t.Failed() {
		out, err := exec.CommandContext(t.Context(), "docker", "exec", name+"-control-plane", "sh", "-c", "export KUBECONFIG=/etc/kubernetes/admin.conf; kubectl get pods -A -o wide; kubectl get events -A | tail -n 30").CombinedOutput()
		t.Logf("the node says %v\n%s", err, out)
	}
}

// Both clusters side by side: each page says where it was run.
func beside(t *testing.T, env cluster.Env, name string) {
	run := runOn(t, content(t, "content/worked/crashloop.md", "content/worked/kiali-token.md"), env, config.ClusterAuto, name)
	for i := range run.Pages {
		pg := &run.Pages[i]
		want := "embedded"
		if strings.HasSuffix(pg.File, "crashloop.md") {
			want = "kind"
		}
		for k := range pg.Blocks {
			if got := run.OriginOf(pg, &pg.Blocks[k]).Cluster; got != want || pg.Blocks[k].Status != check.Verified {
				t.Errorf("%s: %s on %s, want verified on %s: %+v", pg.Blocks[k].Pos, pg.Blocks[k].Status, got, want, pg.Blocks[k].Claims)
			}
		}
	}
}

// slow is an API server that takes its time: what it is sent waits up to most
// before it is passed on, for each connection.
func slow(t *testing.T, to string, most time.Duration) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer in.Close()
				time.Sleep(rand.N(most))
				out, err := net.Dial("tcp", to)
				if err != nil {
					return
				}
				defer out.Close()
				go func() {
					io.Copy(out, in)
					out.(*net.TCPConn).CloseWrite()
				}()
				io.Copy(in, out)
			}()
		}
	}()
	return l.Addr().String()
}

var server = regexp.MustCompile(`server: (\S+)`)

// slowly puts delays in front of the API server that a kubeconfig names, and gives
// the kubeconfig for that.
func slowly(t *testing.T, kubeconfig string) string {
	t.Helper()
	data, err := os.ReadFile(kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(string(server.FindSubmatch(data)[1]))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "kubeconfig")
	text := server.ReplaceAllString(string(data), "server: https://"+slow(t, at.Host, 5*time.Second))
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// A server that answers late makes no page fail, and no wrong page pass.
func slowAnswers(t *testing.T, env cluster.Env, name string) {
	pages := withPods[:1]
	if soak(t) > 0 {
		pages = withPods
	}
	right := content(t, pages...)
	c := attach(t, right, env, name)
	c.Kubeconfig = slowly(t, c.Kubeconfig)
	run, err := right.Run(t.Context(), Options{Cluster: c})
	if err != nil {
		t.Fatal(err)
	}
	allVerified(t, run)
	wrong := podPage(t, "```bash {within=20s}\n$ kubectl get namespace default -o name\nnamespace/other\n```\n")
	if run, err = wrong.Run(t.Context(), Options{Cluster: c}); err != nil {
		t.Fatal(err)
	}
	if b := run.Pages[0].Blocks[0]; b.Status != check.Failed || b.Claims[0].Rule != "output" {
		t.Errorf("the wrong page is %s: %+v", b.Status, b.Claims)
	}
}

func allVerified(t *testing.T, run *report.Run) {
	t.Helper()
	for at, status := range verdicts(t, run) {
		if status != check.Verified {
			t.Errorf("%s is %s", at, status)
		}
	}
}

// What comes out right once comes out right each time.
func again(t *testing.T, env cluster.Env, name string) {
	for i := range soak(t) {
		allVerified(t, runOn(t, content(t, withPods...), env, config.ClusterKind, name))
		out, err := exec.CommandContext(t.Context(), "docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", name+"-control-plane").CombinedOutput()
		t.Logf("run %d: the node has %s, %v", i+1, strings.TrimSpace(string(out)), err)
	}
}

// greedy is a pod that needs more memory than it may have.
const greedy = "```yaml {apply}\napiVersion: v1\nkind: Pod\nmetadata: {name: greedy}\nspec:\n  restartPolicy: Never\n  containers:\n" +
	"  - name: client\n    image: registry.example.com/client:1\n    args: [-take, \"200\", -wait]\n    resources: {limits: {memory: 32Mi}}\n```\n\n" +
	"```bash {within=20s}\n$ kubectl get pod greedy -o jsonpath='{.status.phase}{\"\\n\"}'\nSucceeded\n```\n"

// oom is what is said of it: the runtime may miss why a container was killed.
var oom = regexp.MustCompile(`^pod default/greedy: container client: (OOMKilled, exit status 137|Error, exit status 137): killed, as one is that needs more memory than its limit, 32Mi`)

// The failure of a page says that a pod has run out of memory.
func outOfMemory(t *testing.T, env cluster.Env, name string) {
	run := runOn(t, podPage(t, greedy), env, config.ClusterKind, name)
	b := run.Pages[0].Blocks[1]
	if b.Status != check.Failed || !oom.MatchString(b.Claims[0].Pods) {
		t.Errorf("%s: %+v", b.Status, b.Claims)
	}
}

// The end of the node in the middle of a run is an error and no verdict.
func dies(t *testing.T, env cluster.Env, name string) {
	proof := podPage(t, "```bash\n$ kubectl create configmap begun\nconfigmap/begun created\n```\n\n"+
		"```bash {within=100s}\n$ kubectl get configmap begun ended -o name\nconfigmap/begun\nconfigmap/ended\n```\n")
	c := attach(t, proof, env, name)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	go func() { // in the middle of the page
		exec.CommandContext(ctx, filepath.Join(c.Bin, "kubectl"), "--kubeconfig", c.Kubeconfig, "wait", "--for=create", "configmap/begun", "--timeout=200s").Run()
		exec.CommandContext(ctx, "docker", "kill", name+"-control-plane").Run()
	}()
	run, err := proof.Run(ctx, Options{Cluster: c})
	if err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "the cluster has ended: its node "+name+"-control-plane does not run any more") {
		t.Errorf("error is %v", err)
	}
	for at, status := range verdicts(t, run) {
		if status == check.Failed {
			t.Errorf("%s is called failed", at)
		}
	}
}
