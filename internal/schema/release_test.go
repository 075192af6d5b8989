package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// What counts where nobody names a release is what the cluster runs.
func TestUsual(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join("..", "..", "cluster", "kube", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	v := regexp.MustCompile(`(?m)^\s*k8s\.io/kubernetes v1\.(\d+)\.`).FindSubmatch(mod)
	if v == nil || string(v[1]) != fmt.Sprint(Usual) {
		t.Errorf("the cluster is built from 1.%s, and the usual release is 1.%d", v, Usual)
	}
}

// Every release knows its kinds, what it requires and the words that fields take.
func TestRecorded(t *testing.T) {
	if got := Releases(); len(got) != 14 || got[0] != "1.36" || got[13] != "1.23" {
		t.Fatalf("got %v", got)
	}
	for _, m := range minors() {
		r := load(m)
		d := r.kinds["apps/v1 Deployment"]
		if d == nil || len(r.kinds) < 100 {
			t.Errorf("%s has %d kinds", r.name(), len(r.kinds))
			continue
		}
		if got := r.resolve(d.decode().Props["spec"]).Required; !slices.Equal(got, []string{"selector", "template"}) {
			t.Errorf("%s: a Deployment needs %v", r.name(), got)
		}
		pod := r.resolve(&Node{Ref: "io.k8s.api.core.v1.PodSpec"})
		if len(pod.Props["restartPolicy"].Enum) != 3 {
			t.Errorf("%s: restartPolicy takes %v", r.name(), pod.Props["restartPolicy"].Enum)
		}
	}
}
