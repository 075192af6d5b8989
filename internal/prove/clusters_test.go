package prove

import (
	"errors"
	"fmt"
	"reflect"
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
	proof, err := New(root, p)
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
