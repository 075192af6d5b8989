package check

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/schema"
)

const gatewayAPI = "sigs.k8s.io/gateway-api@v1.3.0"

// freshSchemas gives the schemas of a project that lists the definitions of Istio and of
// the Gateway API.
func freshSchemas(t *testing.T) *schema.Set {
	files, err := schema.Files(os.DirFS(moduleDir(t, istioAPI)), []string{"kubernetes/customresourcedefinitions.gen.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	gateway, err := schema.Files(os.DirFS(moduleDir(t, gatewayAPI)), []string{"config/crd/standard"})
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(files, gateway)
	s, err := schema.New(nil, files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Pages that show manifests, fragments, values of charts, patches and what is no
// part of Kubernetes at all, as pages do: nothing is said of what is right, and
// every line with the mark is found.
func TestFresh(t *testing.T) {
	schemas := map[string]*schema.Set{"definitions": freshSchemas(t), "none": nil}
	for name, s := range schemas {
		in, err := os.ReadFile(filepath.Join("testdata", "right.md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range plan(t, string(in), Options{Guess: true, Schemas: s}).Items {
			for _, d := range it.Problems {
				t.Errorf("right.md, %s: %s", name, d)
			}
			t.Logf("%s %s %s: %s", name, it.Block.Pos, it.Kind, it.Schema)
		}
	}
	in, err := os.ReadFile(filepath.Join("testdata", "wrong.md"))
	if err != nil {
		t.Fatal(err)
	}
	var want []int
	for i, line := range strings.Split(string(in), "\n") {
		if strings.HasSuffix(line, " #!") || strings.Contains(line, `"port": [`) {
			want = append(want, i+1)
		}
	}
	var got []int
	for _, it := range plan(t, strings.ReplaceAll(string(in), " #!", ""), Options{Guess: true, Schemas: schemas["definitions"]}).Items {
		for _, d := range it.Problems {
			got = append(got, d.Pos.Line)
			if !slices.Contains(want, d.Pos.Line) {
				t.Errorf("wrong.md: %s", d)
			}
		}
		t.Logf("%s %s: %s", it.Block.Pos, it.Kind, it.Schema)
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("wrong.md:%d: not found", line)
		}
	}
	t.Logf("%d faults", len(want))
}
