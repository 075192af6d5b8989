package prove

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/runner"
)

func tree(files map[string]string) fs.FS {
	m := fstest.MapFS{"probatum.yaml": {Data: []byte("title: T\n")}}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func onePage(text string) string { return "---\ntitle: T\n---\n" + text }

func newProof(t *testing.T, root fs.FS, patterns ...string) (*Proof, error) {
	t.Helper()
	pr, err := project.Load(t.Context(), root, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return New(t.Context(), root, pr, patterns...)
}

func TestChoose(t *testing.T) {
	block := onePage("```bash\n$ echo a\n```\n")
	root := tree(map[string]string{"content/_index.md": block, "content/ops/a.md": block, "content/ops/b.md": block})
	for patterns, want := range map[string]string{
		"":                    "content/_index.md content/ops/a.md content/ops/b.md",
		"ops":                 "content/ops/a.md content/ops/b.md",
		"content/ops/":        "content/ops/a.md content/ops/b.md",
		"ops/a.md":            "content/ops/a.md",
		"ops/[ab].md":         "content/ops/a.md content/ops/b.md",
		"./content/_index.md": "content/_index.md",
		"ops/b.md _index.md":  "content/_index.md content/ops/b.md",
		".":                   "content/_index.md content/ops/a.md content/ops/b.md",
	} {
		p, err := newProof(t, root, strings.Fields(patterns)...)
		if err != nil {
			t.Errorf("%q: %v", patterns, err)
			continue
		}
		var got []string
		for _, plan := range p.Plans {
			got = append(got, plan.Page.File.Name)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q chooses %s, want %s", patterns, s, want)
		}
	}
	if _, err := newProof(t, root, "ops", "nosuch"); err == nil || err.Error() != "no page is named nosuch" {
		t.Errorf("got %v", err)
	}
}

func TestNoBlocks(t *testing.T) {
	if _, err := newProof(t, tree(map[string]string{"content/_index.md": onePage("only words")})); !errors.Is(err, ErrNoBlocks) {
		t.Errorf("got %v", err)
	}
}

func TestRunWithoutCluster(t *testing.T) {
	p, err := newProof(t, tree(map[string]string{"content/p.md": onePage("```bash\n$ echo a\na\n```\n\n```bash\n$ echo a\nb\n```\n")}))
	if err != nil {
		t.Fatal(err)
	}
	if p.NeedsCluster() {
		t.Error("echo needs a cluster")
	}
	run, err := p.Run(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if c := run.Count(); c.Verified != 1 || c.Failed != 1 || !run.Wrong() {
		t.Errorf("got %v", c)
	}
}

// needCluster starts the embedded cluster, unless the test is to be short.
func needCluster(t *testing.T) *runner.Cluster {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a cluster")
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	c, stop, err := Start(t.Context(), cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: dir, Environ: os.Environ()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop() })
	return c
}

const clusterPage = "Manifest, field, kind, heredoc, namespace:\n\n" +
	"```yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: v\n```\n\n" +
	"1. In a list:\n\n    ```yaml\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: a\n    spec:\n      replicas: -1\n" +
	"      selector:\n        matchLabels: {app: a}\n      template:\n        metadata:\n          labels: {app: a}\n        spec:\n          containers:\n          - {name: a, image: a}\n    ```\n\n" +
	"```bash\n$ kubectl create namespace demo\nnamespace/demo created\n$ cat <<EOF | kubectl apply -f -\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n  namespace: demo\nEOF\nconfigmap/b created\n" +
	"$ kubectl get configmap b -n demo -o name\nconfigmap/b\n$ kubectl config set-context --current --namespace demo\n...\n$ kubectl get configmap b -o name\nconfigmap/b\n```\n\n" +
	"```yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  namespace: elsewhere\n```\n\n" +
	"```bash\n$ kubectl create deployment web --image=web\ndeployment.apps/web created\n$ kubectl get deployment web -o jsonpath='{.status.readyReplicas}'\n1\n```\n\n" +
	"```bash\n$ kubectl get secret nosuch -o name\n```\n\n" +
	"```bash\n$ kubectl get sa default -o jsonpath='{.secrets[0].name}'\n```\n\n" +
	"```bash\n$ kubectl create namespace \"Not Good\"\n$ echo never\n```\n"

// One page with all that can be asked of a cluster, right and wrong.
func TestCluster(t *testing.T) {
	root := tree(map[string]string{
		"probatum.yaml":     "check:\n  within: 1s\n",
		"content/p.md":      onePage(clusterPage),
		"content/q.md":      "---\ntitle: Q\ncheck:\n  setup: [two]\n---\n```bash\n$ kubectl get namespaces -o name | grep -c -e demo -e two\n1\n```\n",
		"content/broken.md": "---\ntitle: Q\ncheck:\n  setup: [broken]\n---\n```bash\n$ kubectl get namespaces -o name | grep -c -e demo -e two\n1\n```\n",

		"testscripts/setup/two.txtar":    "exec kubectl create namespace two\n",
		"testscripts/setup/broken.txtar": "# as it was\n\nexec kubectl create nonsense\n",
	})
	p, err := newProof(t, root)
	if err != nil {
		t.Fatal(err)
	}
	if !p.NeedsCluster() {
		t.Error("no cluster is needed")
	}
	run, err := p.Run(context.Background(), Options{Cluster: needCluster(t)})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	run.Text(&text)
	t.Log("\n" + text.String())
	for _, d := range run.Diagnostics {
		t.Log(d)
	}
	byFile := map[string]report.Page{}
	for _, pg := range run.Pages {
		byFile[pg.File] = pg
	}
	var got []string
	for _, b := range byFile["content/p.md"].Blocks {
		got = append(got, string(b.Status))
	}
	if s := strings.Join(got, " "); s != "verified failed verified verified verified failed failed failed" {
		t.Errorf("got %s", s)
	}
	for _, want := range []string{
		"content/p.md:23:7: The Deployment \"a\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0\n",
		"NotFound", "vacuous: it succeeds and prints nothing", "on Kubernetes v1.", "1 blocked: setup broken failed",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q", want)
		}
	}
	if b := byFile["content/q.md"].Blocks[0]; b.Status != check.Verified {
		t.Errorf("what the page before left is there: %+v", b)
	}
	if len(run.Diagnostics) != 1 || !strings.HasPrefix(run.Diagnostics[0].String(), "testscripts/setup/broken.txtar:3:1: ") {
		t.Errorf("got %v", run.Diagnostics)
	}
	if leaks := strings.Join(byFile["content/p.md"].Leaks, ", "); leaks != "namespaces demo" {
		t.Errorf("left: %s", leaks)
	}
}

// An address that never answers does not hold up who does not want to wait.
func TestOpenAPIHangs(t *testing.T) {
	asked, end := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(asked)
		<-end
	}))
	defer server.Close()
	defer close(end)
	root := fstest.MapFS{"probatum.yaml": {Data: []byte("check: {openapi: [" + server.URL + "]}\n")}, "content/p.md": {Data: []byte("```bash\ntrue\n```\n")}}
	pr, err := project.Load(t.Context(), root, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := New(ctx, root, pr); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
