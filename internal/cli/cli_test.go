package cli_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/probatum/probatum/internal/cli"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// TestMain lets the test program be the command that the scripts run.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"probatum": func() {
			dir, _ := os.Getwd()
			env := cli.Env{Dir: dir, Cluster: cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: os.Getenv("XDG_CACHE_HOME"), Environ: os.Environ()}}
			os.Exit(cli.Run(context.Background(), os.Args[1:], env, os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScripts runs testscripts/cli: what the command prints and how it exits.
// A script in testscripts/cli/cluster needs the embedded cluster.
func TestScripts(t *testing.T) {
	run(t, "cli")
}

func TestClusterScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a cluster; -short is set")
	}
	run(t, filepath.Join("cli", "cluster"))
}

func run(t *testing.T, folder string) {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testscripts", folder),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			seeds, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "seeds"))
			env.Setenv("SEEDS", seeds)
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("PROBATUM_KUBE", os.Getenv("PROBATUM_KUBE"))
			return err
		},
		Condition: func(cond string) (bool, error) {
			_, err := os.Stat(filepath.Join("..", "..", "..", "shared", cond))
			return err == nil, nil
		},
	})
}
