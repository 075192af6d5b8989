package check

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/cluster"
)

// An API server agrees with the schemas: it refuses the manifests in which
// faults are made, and takes those that are right.
func TestFaultsOnServer(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a cluster")
	}
	s := istioSchemas(t)
	whole, _ := bases(t, s)
	c := startCluster(t)
	k := kubectl{t, c}
	k.run("create", "-f", filepath.Join(moduleDir(t, istioAPI), "kubernetes/customresourcedefinitions.gen.yaml"))
	k.run("wait", "--for=jsonpath={.status.conditions[0].type}", "crd", "--all") // it gives up where there are no conditions
	k.run("wait", "--for=condition=Established", "crd", "--all")

	right, wrong := t.TempDir(), t.TempDir()
	for i, b := range whole {
		write(t, right, i, b.text)
	}
	r, kinds := rand.New(rand.NewPCG(5, 2026)), []string{}
	for len(kinds) < 500 {
		f := faults[len(kinds)%len(faults)]
		text, _, ok := f.make(r, whole[r.IntN(len(whole))])
		if !ok {
			continue
		}
		write(t, wrong, len(kinds), text)
		kinds = append(kinds, f.kind)
	}
	refused := k.refused(right, len(whole))
	t.Logf("%d of %d that are right are refused", len(refused), len(whole))
	for i, why := range refused {
		if !filledIn.MatchString(whole[i].text) && !serverAlone.MatchString(why) {
			t.Error(why)
		}
	}
	refused = k.refused(wrong, len(kinds))
	taken := map[string]int{}
	for i, kind := range kinds {
		if refused[i] == "" {
			taken[kind]++
		}
	}
	t.Logf("%d of %d that are wrong are refused; taken: %v", len(refused), len(kinds), taken)
	for kind := range taken {
		if kind != "duplicate key" { // kubectl keeps the last one and the server sees no other
			t.Errorf("it takes %s", kind)
		}
	}
}

// What a server alone refuses: texts in which a reader fills something in, and
// what only it knows or decodes: its own addresses, the bytes of a Secret, names
// on Windows, and that a Service whose author shows a part is not a whole one.
var (
	filledIn    = regexp.MustCompile(`\$\{?[A-Za-z_]{2,}|<[a-z_-]+>`)
	serverAlone = regexp.MustCompile(`not in the valid range|not configured on this cluster|illegal base64|secret contents redacted|` +
		`gmsaCredentialSpecName|Service "[^"]*" is invalid: spec.ports: Required`)
)

func write(t *testing.T, dir string, i int, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.yaml", i)), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func startCluster(t *testing.T) *cluster.Cluster {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	c, err := cluster.Start(t.Context(), cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: cache, Environ: os.Environ()}, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Stop() })
	return c
}

type kubectl struct {
	t *testing.T
	c *cluster.Cluster
}

func (k kubectl) run(args ...string) string {
	cmd := exec.CommandContext(k.t.Context(), filepath.Join(k.c.Bin, "kubectl"), args...)
	cmd.Env = []string{"KUBECONFIG=" + k.c.Kubeconfig, "HOME=" + k.t.TempDir(), "PATH=" + os.Getenv("PATH")}
	out, _ := cmd.CombinedOutput()
	return string(out)
}

var (
	inFile      = regexp.MustCompile(`(\d{3})\.yaml"`)
	noNamespace = regexp.MustCompile(`namespaces "([^"]+)" not found`)
)

// refused gives what the server says of files, by their number. Namespaces that
// they are in are made first, as the pages do.
func (k kubectl) refused(dir string, n int) map[int]string {
	args := []string{"create", "--dry-run=server", "--validate=strict", "-f", dir}
	for _, m := range noNamespace.FindAllStringSubmatch(k.run(args...), -1) {
		k.run("create", "namespace", m[1])
	}
	found := map[int]string{}
	for line := range strings.Lines(k.run(args...)) {
		if strings.Contains(line, "(AlreadyExists)") {
			continue
		}
		for _, m := range inFile.FindAllStringSubmatch(line, -1) {
			var i int
			if fmt.Sscanf(m[1], "%d", &i); i < n {
				found[i] = strings.TrimSpace(line)
			}
		}
	}
	return found
}
