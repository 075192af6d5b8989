package stranger

import (
	"flag"
	"os"
	"testing"

	"github.com/probatum/probatum/doctest"
)

// A flag that many tests have; doctest has none of that name.
var update = flag.Bool("update", false, "rewrite golden files and pages")

func TestDocs(t *testing.T) {
	doctest.Run(t, doctest.Params{Content: "docs", Update: *update})
}

func TestParallel(t *testing.T) {
	doctest.Run(t, doctest.Params{Content: "docs", Parallel: true})
}

// Two tests that want the cluster at once.

func TestCluster(t *testing.T) {
	t.Parallel()
	doctest.Run(t, doctest.Params{Content: "cluster", Setup: "setup", Parallel: true})
}

func TestClusterToo(t *testing.T) {
	t.Parallel()
	doctest.Run(t, doctest.Params{Content: "cluster", Setup: "setup", Parallel: true})
}

func TestPods(t *testing.T) {
	if os.Getenv("STRANGER_PODS") == "" {
		t.Skip("needs containers")
	}
	doctest.Run(t, doctest.Params{Dir: "pods", Cluster: "kind"})
}

func TestPodsWithout(t *testing.T) {
	if os.Getenv("STRANGER_NO_PODS") == "" {
		t.Skip("needs a cluster")
	}
	doctest.Run(t, doctest.Params{Dir: "pods"})
}

func TestClusterPanic(t *testing.T) {
	if os.Getenv("STRANGER_PANIC") == "" {
		t.Skip("ends the process")
	}
	doctest.Run(t, doctest.Params{Content: "cluster", Setup: "setup", Pages: "a.md"})
	panic("after the page")
}
