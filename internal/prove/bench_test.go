package prove

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/runner"
)

// BenchmarkTenCommands compares a page with ten kubectl commands with the same
// commands in a bash script, one after the other on one cluster. The goal is a
// ratio of 1.15.
func BenchmarkTenCommands(b *testing.B) {
	cache, err := os.UserCacheDir()
	if err != nil {
		b.Fatal(err)
	}
	c, stop, err := Start(b.Context(), cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: cache, Environ: os.Environ()}, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer stop()
	var commands, page strings.Builder
	for i := range 5 {
		fmt.Fprintf(&commands, "kubectl create configmap c%d --from-literal=a=%d\nkubectl get configmap c%d -o name\n", i, i, i)
		fmt.Fprintf(&page, "```bash\n$ kubectl create configmap c%d --from-literal=a=%d\nconfigmap/c%d created\n$ kubectl get configmap c%d -o name\nconfigmap/c%d\n```\n", i, i, i, i, i)
	}
	root := fstest.MapFS{"probatum.yaml": {Data: []byte("title: T\n")}, "content/p.md": {Data: []byte(page.String())}}
	p, err := project.Load(b.Context(), root, project.Options{})
	if err != nil {
		b.Fatal(err)
	}
	proof, err := New(b.Context(), root, p)
	if err != nil {
		b.Fatal(err)
	}
	o, err := proof.Runner(Options{Cluster: c})
	if err != nil {
		b.Fatal(err)
	}
	r, err := runner.New(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	script := filepath.Join(b.TempDir(), "script.sh")
	if err := os.WriteFile(script, []byte(commands.String()), 0o666); err != nil {
		b.Fatal(err)
	}
	home := b.TempDir()
	var whole, paged, scripted time.Duration
	for b.Loop() {
		t := time.Now()
		pg, err := r.Page(b.Context(), proof.Plans[0])
		whole += time.Since(t)
		if err != nil {
			b.Fatal(err)
		}
		for _, bl := range pg.Blocks {
			for _, cl := range bl.Claims {
				if cl.Status != "verified" {
					b.Fatalf("%v: %s\n%s%s", cl.Pos, cl.Message, cl.Stdout, cl.Stderr)
				}
				paged += time.Duration(cl.Time) * time.Millisecond
			}
		}
		cmd := exec.Command("bash", "-e", script)
		cmd.Env = []string{"PATH=" + c.Bin + ":" + os.Getenv("PATH"), "KUBECONFIG=" + c.Kubeconfig, "HOME=" + home}
		t = time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		scripted += time.Since(t)
		if _, err := c.Rewind(b.Context(), "base"); err != nil {
			b.Fatal(err)
		}
		os.RemoveAll(filepath.Join(home, ".kube"))
	}
	ms := func(d time.Duration) float64 { return float64(d.Milliseconds()) / float64(b.N) }
	b.ReportMetric(ms(scripted), "script-ms")
	b.ReportMetric(ms(paged), "commands-ms") // without the shell's start, and putting the cluster back
	b.ReportMetric(ms(whole), "page-ms")
	b.ReportMetric(float64(paged)/float64(scripted), "commands/script")
	b.ReportMetric(float64(whole)/float64(scripted), "page/script")
}
