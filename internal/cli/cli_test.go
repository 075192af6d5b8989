package cli_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/probatum/probatum/internal/cluster"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// program is the command, built once for all tests: what they run is what a
// person runs, signals and environment too.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(withProgram(m))
}

func withProgram(m *testing.M) int {
	dir, err := os.MkdirTemp("", "probatum-cli-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "probatum")
	build := exec.Command("go", "build", "-o", program, "github.com/probatum/probatum/cmd/probatum")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the command: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// TestScripts runs testscripts/cli: what the command prints and how it exits.
func TestScripts(t *testing.T) {
	run(t, "cli", "PROBATUM_KUBE=")
}

// TestClusterScripts runs those that need the embedded cluster.
func TestClusterScripts(t *testing.T) {
	run(t, filepath.Join("cli", "cluster"), needCluster(t))
}

// needCluster returns the setting that names the embedded cluster's program. A
// cluster in the background of this machine is out of sight then.
func needCluster(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a cluster; -short is set")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	kube, err := cluster.Program(cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: cache})
	if err != nil {
		t.Fatal(err, ": make cluster builds it")
	}
	return "PROBATUM_KUBE=" + kube
}

// shared is the folder of what is only on the developers' machines.
func shared(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", name))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(t *testing.T, folder, kube string) {
	t.Helper()
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testscripts", folder),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", filepath.Dir(program)+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("SEEDS", shared(t, "seeds"))
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, ".cache"))
			env.Setenv("HOME", os.Getenv("HOME")) // for the modules that setup scripts download
			env.Vars = append(env.Vars, kube)
			return nil
		},
		// A name is true where ../shared has a folder of that name.
		Condition: func(name string) (bool, error) {
			_, err := os.Stat(shared(t, name))
			return err == nil, nil
		},
	})
}
