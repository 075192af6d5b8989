package prove

import (
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
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/report"
)

// needKind skips where nobody has asked for containers: make kind-test does.
func needKind(t *testing.T) cluster.Env {
	t.Helper()
	if os.Getenv("PROBATUM_KIND_TEST") == "" {
		t.Skip("needs containers: make kind-test")
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
	proof, err := New(root, p, patterns...)
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

func runContent(t *testing.T, proof *Proof, env cluster.Env, use config.Cluster) *report.Run {
	t.Helper()
	run, err := proof.RunOn(t.Context(), env, Clusters{Use: use, Dir: filepath.Join("..", "..")}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// verdicts are the blocks of a run by place; what is wrong is in the log.
func verdicts(t *testing.T, run *report.Run) map[string]check.Status {
	t.Helper()
	all := map[string]check.Status{}
	for _, pg := range run.Pages {
		for i := range pg.Blocks {
			b := &pg.Blocks[i]
			all[b.Pos.String()] = b.Status
			if b.Status == check.Failed || b.Status == check.Blocked {
				t.Logf("%s (%s): %s", b.Pos, run.Cluster, b.Failures())
			}
		}
	}
	return all
}

// What the embedded cluster may judge, it judges as a real one does.
func TestKindAgrees(t *testing.T) {
	env := needKind(t)
	real := verdicts(t, runContent(t, content(t), env, config.ClusterKind))
	embedded := verdicts(t, runContent(t, content(t), env, config.ClusterEmbedded))
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
}

// Both clusters side by side: each page says where it was run.
func TestKindBeside(t *testing.T) {
	env := needKind(t)
	run := runContent(t, content(t, "content/worked/crashloop.md", "content/worked/kiali-token.md"), env, config.ClusterAuto)
	for i := range run.Pages {
		pg := &run.Pages[i]
		want := "embedded"
		if strings.HasSuffix(pg.File, "crashloop.md") {
			want = "kind"
		}
		for k := range pg.Blocks {
			if got := run.OriginOf(pg, &pg.Blocks[k]).Cluster; got != want || pg.Blocks[k].Status != check.Verified {
				t.Errorf("%s: %s on %s, want verified on %s", pg.Blocks[k].Pos, pg.Blocks[k].Status, got, want)
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
func TestKindSlow(t *testing.T) {
	env := needKind(t)
	right := content(t, "content/worked/deploy.md", "content/worked/crashloop.md", "content/worked/proxy-logs.md", "content/worked/config-reload.md")
	c, stop, err := right.Start(t.Context(), env, Clusters{Dir: filepath.Join("..", "..")}, config.ClusterKind)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	}()
	c.Kubeconfig = slowly(t, c.Kubeconfig)
	run, err := right.Run(t.Context(), Options{Cluster: c})
	if err != nil {
		t.Fatal(err)
	}
	for at, status := range verdicts(t, run) {
		if status != check.Verified {
			t.Errorf("%s is %s", at, status)
		}
	}
	root := fstest.MapFS{"content/wrong.md": {Data: []byte("---\ntitle: Wrong\ncheck:\n  needs: pods\n---\n" +
		"```bash {within=20s}\n$ kubectl get namespace default -o name\nnamespace/other\n```\n")}}
	p, err := project.Load(t.Context(), root, project.Options{Missing: config.Default()})
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := New(root, p)
	if err != nil {
		t.Fatal(err)
	}
	if run, err = wrong.Run(t.Context(), Options{Cluster: c}); err != nil {
		t.Fatal(err)
	}
	if b := run.Pages[0].Blocks[0]; b.Status != check.Failed || b.Claims[0].Rule != "output" {
		t.Errorf("the wrong page is %s: %+v", b.Status, b.Claims)
	}
}

// The end of the node in the middle of a run is an error and no verdict.
func TestKindDies(t *testing.T) {
	env := needKind(t)
	proof := content(t, "content/worked/deploy.md")
	c, stop, err := proof.Start(t.Context(), env, Clusters{Dir: filepath.Join("..", "..")}, config.ClusterKind)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	list, err := cluster.ListKind(env)
	if err != nil {
		t.Fatal(err)
	}
	name := ""
	for _, k := range list {
		if k.Kubeconfig == c.Kubeconfig {
			name = k.Name
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	begun := make(chan struct{})
	go func() {
		<-begun
		time.Sleep(5 * time.Second) // in the middle of the page
		killNode(ctx, name)
	}()
	run, err := proof.Run(ctx, Options{Cluster: c, Progress: func(page string, _, _ int) {
		if page != "" {
			close(begun)
		}
	}})
	if err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "the cluster has ended") {
		t.Errorf("error is %v", err)
	}
	for at, status := range verdicts(t, run) {
		if status == check.Failed {
			t.Errorf("%s is called failed", at)
		}
	}
}

func killNode(ctx context.Context, name string) {
	exec.CommandContext(ctx, "docker", "kill", name+"-control-plane").Run()
}
