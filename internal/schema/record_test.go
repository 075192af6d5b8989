package schema

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/cluster"
)

var update = flag.Bool("update", false, "record kubernetes.gz again: starts the embedded cluster and downloads a module")

// Where the OpenAPI documents of older releases come from. The module is read
// when the file is made; nothing of it is built.
const older = "sigs.k8s.io/kubectl-validate@v0.0.4"

// TestRecord makes kubernetes.gz: the definitions of all releases, each text of
// a definition once.
func TestRecord(t *testing.T) {
	if !*update {
		t.Skip("only with -update")
	}
	r := recording{}
	for minor, docs := range olderDocuments(t) {
		r.add(t, minor, docs)
	}
	minor, docs := served(t)
	r.add(t, minor, docs)
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	fmt.Fprint(z, r.text())
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("kubernetes.gz", b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d as text", b.Len(), len(r.text()))
}

// A recording maps definitions, as "NAME TEXT", to the minor versions that have
// them.
type recording map[string][]int

func (r recording) add(t *testing.T, minor int, docs [][]byte) {
	all := map[string]*Node{}
	for _, doc := range docs {
		var v struct {
			Components struct{ Schemas map[string]any }
		}
		if err := json.Unmarshal(doc, &v); err != nil {
			t.Fatalf("1.%d: %v", minor, err)
		}
		for name, s := range v.Components.Schemas {
			n, err := (&reader{}).node(s)
			if err != nil {
				t.Fatalf("1.%d: %s: %v", minor, name, err)
			}
			if old := all[name]; old == nil || len(old.Kinds) < len(n.Kinds) {
				all[name] = n
			}
		}
	}
	for name := range reached(all) {
		text, err := json.Marshal(all[name])
		if err != nil {
			t.Fatal(err)
		}
		key := name + "\t" + string(text)
		r[key] = append(r[key], minor)
	}
}

// reached lists the kinds that stand alone in a manifest, and what they refer to.
func reached(all map[string]*Node) map[string]bool {
	found := map[string]bool{}
	var visit func(n *Node)
	visit = func(n *Node) {
		if n == nil {
			return
		}
		if n.Ref != "" && !found[n.Ref] {
			found[n.Ref] = true
			visit(all[n.Ref])
		}
		for _, c := range slices.Concat(slices.Collect(maps.Values(n.Props)), n.AllOf, n.AnyOf, n.OneOf, []*Node{n.Items, n.Values, n.Not}) {
			visit(c)
		}
	}
	for name, n := range all {
		if len(n.Kinds) == 1 && n.Props["apiVersion"] != nil {
			found[name] = true
			visit(n)
		}
	}
	return found
}

func (r recording) text() string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(r)) {
		name, text, _ := strings.Cut(key, "\t")
		mask := 0
		for _, m := range r[key] {
			mask |= 1 << m
		}
		fmt.Fprintf(&b, "%s\t%x\t%s\n", name, mask, text)
	}
	return b.String()
}

// olderDocuments gives the documents of the older module by minor version.
func olderDocuments(t *testing.T) map[int][][]byte {
	found := map[int][][]byte{}
	dir := download(t, older)
	files, err := filepath.Glob(filepath.Join(dir, "pkg/openapiclient/builtins/1.*/api*/*"))
	if err != nil {
		t.Fatal(err)
	}
	deeper, _ := filepath.Glob(filepath.Join(dir, "pkg/openapiclient/builtins/1.*/apis/*/*"))
	for _, f := range append(files, deeper...) {
		if !strings.HasSuffix(f, ".json") {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(filepath.Join(dir, "pkg/openapiclient/builtins"), f)
		var minor int
		if _, err := fmt.Sscanf(filepath.ToSlash(rel), "1.%d/", &minor); err != nil {
			t.Fatal(err)
		}
		found[minor] = append(found[minor], data)
	}
	return found
}

// download gives the folder of a module that is in the cache or is fetched.
func download(t testing.TB, module string) string {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	var m struct{ Dir, Error string }
	if json.Unmarshal(out, &m) != nil || m.Dir == "" {
		t.Skipf("go mod download %s: %v %s", module, err, m.Error)
	}
	return m.Dir
}

// served gives the documents of the cluster that we build.
func served(t *testing.T) (minor int, docs [][]byte) {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	c, err := cluster.Start(t.Context(), cluster.Env{CacheDir: cache, Environ: os.Environ()}, cluster.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	if _, err := fmt.Sscanf(c.Kubernetes, "v1.%d.", &minor); err != nil {
		t.Fatal(err)
	}
	get := func(path string) []byte {
		cmd := exec.Command(filepath.Join(c.Bin, "kubectl"), "get", "--raw", path)
		cmd.Env = []string{"KUBECONFIG=" + c.Kubeconfig, "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return out
	}
	var index struct {
		Paths map[string]struct{ ServerRelativeURL string }
	}
	if err := json.Unmarshal(get("/openapi/v3"), &index); err != nil {
		t.Fatal(err)
	}
	for path, p := range index.Paths {
		if strings.HasPrefix(path, "api") {
			docs = append(docs, get(p.ServerRelativeURL))
		}
	}
	return minor, docs
}
