package prove

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/runner"
)

// proofFor is a page that is to be proved for some releases.
func proofFor(t *testing.T, releases ...string) *Proof {
	t.Helper()
	root := fstest.MapFS{"content/p.md": {Data: []byte("---\ncheck:\n  needs: pods\n---\n```bash\nkubectl get ns\n```\n")}}
	p, err := project.Load(t.Context(), root, project.Options{Missing: config.Default()})
	if err != nil {
		t.Fatal(err)
	}
	p.Config.Check.Kubernetes = releases
	proof, err := New(t.Context(), root, p)
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

// Clusters run side by side where there is memory for both, and those made with
// kind never do.
func TestLanes(t *testing.T) {
	embedded, kind := part{provider: config.ClusterEmbedded}, part{provider: config.ClusterKind}
	const both = cluster.EmbeddedMemory + cluster.KindMemory
	for name, tt := range map[string]struct {
		parts []part
		free  int64
		want  [][]int
	}{
		"enough":       {[]part{embedded, kind}, both, [][]int{{0}, {1}}},
		"unknown":      {[]part{embedded, kind}, 0, [][]int{{0}, {1}}},
		"little":       {[]part{embedded, kind}, both - 1, [][]int{{0, 1}}},
		"one":          {[]part{kind}, 1, [][]int{{0}}},
		"releases":     {[]part{kind, kind}, 4 * both, [][]int{{0, 1}}},
		"all":          {[]part{embedded, kind, kind}, 4 * both, [][]int{{0}, {1, 2}}},
		"all, little":  {[]part{embedded, kind, kind}, both / 2, [][]int{{0, 1, 2}}},
		"a user's own": {[]part{{provider: config.ClusterExisting}}, both, [][]int{{0}}},
	} {
		var said []string
		got := lanes(tt.parts, Clusters{Free: func() int64 { return tt.free }, Progress: func(s string) { said = append(said, s) }})
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
		if told := len(said) > 0; told != strings.Contains(name, "little") {
			t.Errorf("%s: said %q", name, said)
		}
	}
}

// Each release has a cluster of its own, and one that stays a name of its own.
func TestReleases(t *testing.T) {
	proof := proofFor(t, "1.33", ">=1.34 <1.36")
	parts, err := proof.parts(t.Context(), cluster.Env{}, Clusters{Use: config.ClusterKind})
	if err != nil || len(parts) != 2 || parts[0].release != "1.33" || parts[1].release != ">=1.34 <1.36" {
		t.Fatalf("got %v, %v", parts, err)
	}
	c := Clusters{Kind: cluster.KindOptions{Name: "docs"}}
	for release, want := range map[string]string{"1.33": "docs-1.33", ">=1.34 <1.36": "docs-1.34-1.36"} {
		if got := c.kind(release, true); got.Name != want || got.Kubernetes != release {
			t.Errorf("%s: got %s for %s, want %s", release, got.Name, got.Kubernetes, want)
		}
	}
	if got := c.kind("1.33", false).Name; got != "docs" {
		t.Errorf("got %s, want docs", got)
	}
}

// A release that no cluster can be had of is told and left out, by auto alone, and
// never the last one.
func TestOutcome(t *testing.T) {
	proof := proofFor(t, "1.24", "1.34")
	parts := proof.releases(proof.Plans)
	missing := fmt.Errorf("no image: %w", &cluster.NoNodeError{})
	broken := errors.New("broken")
	on := func(kubernetes string, s check.Status) *report.Run {
		return &report.Run{Origin: report.Origin{Cluster: "kind", Kubernetes: kubernetes},
			Pages: []report.Page{{File: "content/p.md", Blocks: []report.Block{{Status: s}}}}}
	}
	for name, tt := range map[string]struct {
		use      config.Cluster
		runs     []*report.Run
		errs     []error
		err      error
		warnings int
		releases int
	}{
		"both":        {"", []*report.Run{on("v1.24.0", check.Verified), on("v1.34.4", check.Verified)}, []error{nil, nil}, nil, 0, 2},
		"one missing": {"", []*report.Run{nil, on("v1.34.4", check.Verified)}, []error{missing, nil}, nil, 1, 0},
		"asked for":   {config.ClusterKind, []*report.Run{nil, on("v1.34.4", check.Verified)}, []error{missing, nil}, missing, 0, 0},
		"all missing": {"", []*report.Run{nil, nil}, []error{missing, missing}, missing, 0, 0},
		"one broken":  {"", []*report.Run{nil, on("v1.34.4", check.Verified)}, []error{broken, nil}, broken, 0, 0},
	} {
		warnings := 0
		run, err := proof.outcome(parts, tt.runs, tt.errs, Clusters{Use: tt.use, Warn: func(err error) {
			warnings++
			if !strings.HasPrefix(err.Error(), "pages are not run on Kubernetes 1.24, only held against its schemas: no image") {
				t.Errorf("%s: said %v", name, err)
			}
		}})
		if !errors.Is(err, tt.err) || warnings != tt.warnings || (run == nil) != (tt.err != nil) {
			t.Errorf("%s: got %v, %d warnings, run %v", name, err, warnings, run)
		}
		if run != nil && len(run.Pages[0].Blocks[0].Releases) != tt.releases {
			t.Errorf("%s: releases are %v", name, run.Pages[0].Blocks[0].Releases)
		}
	}
}

// auto says when the embedded cluster is of another release than was asked for.
func TestOtherRelease(t *testing.T) {
	for _, tt := range []struct {
		releases []string
		use      config.Cluster
		warns    bool
	}{{nil, "", false}, {[]string{"1.33"}, "", true}, {[]string{"1.33", ">=1.34"}, "", false}, {[]string{"1.33"}, config.ClusterEmbedded, false}} {
		warned := false
		proofFor(t, tt.releases...).otherRelease(Clusters{Use: tt.use, Warn: func(error) { warned = true }}, &runner.Cluster{Provider: "embedded", Kubernetes: "v1.34.4"})
		if warned != tt.warns {
			t.Errorf("%v, %q: warned %v", tt.releases, tt.use, warned)
		}
	}
}

// pretend gives an environment with a kind that gives the embedded cluster for
// each that it is to make, and an engine that does nothing. Deleting says delete,
// in the shell.
func pretend(t *testing.T, delete string) (env cluster.Env, log string) {
	t.Helper()
	c := needCluster(t)
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	program, err := cluster.Program(cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	log = filepath.Join(bin, "log")
	for name, text := range map[string]string{
		"docker": "case \"$1\" in wait) exec sleep 1000;; image) echo probatum.local/node:v1.34.4;; esac\n",
		"kind": "echo \"$*\" >>" + log + "\ncase \"$1 $2\" in\n'create cluster') cp " + c.Kubeconfig + " \"$KUBECONFIG\";;\n" +
			"'get nodes') echo x-control-plane;;\n'delete cluster') " + delete + ";;\nesac\n",
	} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return cluster.Env{Kube: program, CacheDir: t.TempDir(), Environ: append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))}, log
}

// A cluster that cannot be deleted is told, also where all pages are right.
func TestStays(t *testing.T) {
	env, _ := pretend(t, "echo 'ERROR: failed to delete nodes' >&2; exit 1")
	run, err := proofFor(t).RunOn(t.Context(), env, Clusters{Use: config.ClusterKind, Kind: cluster.KindOptions{Name: "x"}}, Options{})
	if run == nil || run.Wrong() || err == nil || !strings.Contains(err.Error(), "delete the cluster x: failed to delete nodes; when it can be deleted, run: probatum cluster delete x") {
		t.Errorf("got %v, %v", run, err)
	}
}

// Pages that need pods run on a cluster of each release, one after another, and
// each is deleted.
func TestMatrix(t *testing.T) {
	env, log := pretend(t, "true")
	run, err := proofFor(t, "1.34", ">=1.33 <1.36").RunOn(t.Context(), env, Clusters{Use: config.ClusterKind, Kind: cluster.KindOptions{Name: "x"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if b := run.Pages[0].Blocks[0]; b.Status != check.Verified || len(b.Releases) != 2 || b.Releases[1].Cluster != "kind" {
		t.Errorf("got %+v", b)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); f[0] == "create" || f[0] == "delete" {
			got = append(got, f[0]+" "+f[3])
		}
	}
	if want := []string{"create x-1.34", "delete x-1.34", "create x-1.33-1.36", "delete x-1.33-1.36"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
