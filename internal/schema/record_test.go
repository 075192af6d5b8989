package schema

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/cluster"
)

var update = flag.Bool("update", false, "record kubernetes.gz again: starts the embedded cluster and downloads a module")

// Where the OpenAPI documents of releases come from: the source of Kubernetes
// holds them from 1.24 on, kubectl-validate has those of 1.23. The modules are
// read when the file is made; nothing of them is built.
const older = "sigs.k8s.io/kubectl-validate@v0.0.4"

var sources = map[int]string{24: "v1.24.17", 25: "v1.25.16", 26: "v1.26.15", 27: "v1.27.16", 28: "v1.28.15", 29: "v1.29.14",
	30: "v1.30.14", 31: "v1.31.14", 32: "v1.32.13", 33: "v1.33.13", 34: "v1.34.4", 35: "v1.35.4", 36: "v1.36.3"}

// TestRecord makes kubernetes.gz: the definitions of all releases, each text of
// a definition once.
func TestRecord(t *testing.T) {
	if !*update {
		t.Skip("only with -update")
	}
	r := recording{}
	all, words := documents(t), enums{}
	for _, minor := range slices.Backward(slices.Sorted(maps.Keys(all))) {
		if v := sources[minor]; v != "" {
			words.read(t, filepath.Join(download(t, "k8s.io/kubernetes@"+v), "pkg/generated/openapi/zz_generated.openapi.go"))
		}
		r.add(t, minor, all[minor], words)
	}
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

func (r recording) add(t *testing.T, minor int, docs [][]byte, words enums) {
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
		words.put(name, all[name])
		text, err := json.Marshal(all[name])
		if err != nil {
			t.Fatal(err)
		}
		key := name + "\t" + string(text)
		r[key] = append(r[key], minor)
	}
}

// reached lists the kinds that stand alone in a manifest, and what they refer to.
// What API servers only tell each other is left out.
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
		if len(n.Kinds) == 1 && n.Props["apiVersion"] != nil && !strings.HasPrefix(n.Kinds[0], "internal.") {
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

// documents gives those of all releases by minor version. What the cluster that
// we build serves goes before what stands in the source.
func documents(t *testing.T) map[int][][]byte {
	minor, docs := served(t)
	found := map[int][][]byte{minor: docs}
	read := func(minor int, pattern string) {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, len(files), err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			found[minor] = append(found[minor], data)
		}
	}
	for minor, v := range sources {
		dir := download(t, "k8s.io/kubernetes@"+v)
		read(minor, filepath.Join(dir, "api/openapi-spec/v3/api*__*_openapi.json"))
	}
	dir := filepath.Join(download(t, older), "pkg/openapiclient/builtins/1.23")
	read(23, filepath.Join(dir, "api*/*.json"))
	read(23, filepath.Join(dir, "apis/*/*.json"))
	return found
}

// enums are the words that fields take, by the definition's name in Go and the
// field. The documents in the source of Kubernetes leave them out, the Go code
// that makes the documents has them. A release that does not list those of a
// field yet takes them from the next one: words are added, and never taken away.
type enums map[string][]string

func (e enums) read(t *testing.T, file string) {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || !strings.HasPrefix(fn.Name.Name, "schema_") {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			kv, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			field, ok := kv.Key.(*ast.BasicLit)
			if !ok || field.Kind != token.STRING {
				return true
			}
			if words := enumBelow(kv.Value); words != nil {
				name, _ := strconv.Unquote(field.Value)
				e[strings.TrimPrefix(fn.Name.Name, "schema_")+"."+name] = words
			}
			return true
		})
	}
}

// enumBelow finds the list behind Enum: in the text of one field.
func enumBelow(n ast.Node) (words []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if kv, ok := n.(*ast.KeyValueExpr); ok && fmt.Sprint(kv.Key) == "Enum" {
			for _, w := range kv.Value.(*ast.CompositeLit).Elts {
				if lit, ok := w.(*ast.BasicLit); ok {
					word, _ := strconv.Unquote(lit.Value)
					words = append(words, word)
				}
			}
		}
		return true
	})
	return words
}

// put gives the fields of a definition their words.
func (e enums) put(name string, n *Node) {
	parts := strings.Split(name, ".")
	if len(parts) < 5 {
		return
	}
	path := append([]string{parts[1] + parts[0]}, parts[2:len(parts)-1]...)
	key := strings.ReplaceAll(strings.Join(path[len(path)-4:], "_"), "-", "_") + "_" + parts[len(parts)-1]
	for field, p := range n.Props {
		words := e[key+"."+field]
		if p.Items != nil {
			p = p.Items
		}
		if words != nil && p.Enum == nil && p.Type == "string" {
			p.Enum = words
		}
	}
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
