// Package doctest proves the pages of a documentation from "go test": each page
// is a subtest, and so is each of its code blocks.
//
//	func TestDocs(t *testing.T) { doctest.Run(t, doctest.Params{Content: "docs"}) }
//
// Commands run in one live shell for each page, on this machine; pages that use
// kubectl get a Kubernetes API of their own. Its program has to be built once:
//
//	go run github.com/probatum/probatum/cmd/probatum cluster build
package doctest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/prove"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/runner"
	"github.com/probatum/probatum/internal/source"
)

// Params say which pages are proved. The zero value takes probatum.yaml in the
// folder of the test.
type Params struct {
	// Dir is the folder of the project; "" means the folder of the test. All
	// other names are relative to it.
	Dir string
	// Config is the name of the configuration; "" means probatum.yaml. There
	// need not be one.
	Config string
	// Content is the folder of the pages and Setup that of the setup scripts,
	// for a project without a configuration; "" means content and
	// testscripts/setup. With a configuration both are said there.
	Content string
	Setup   string
	// Pages chooses pages: the name of a file or folder in the content folder,
	// or a pattern as path.Match has it; "" means all.
	Pages string
}

// Run proves the pages, each in a subtest of t. It fails where a page shows
// something that does not work, with the place as PAGE:LINE:COLUMN. What cannot
// be tried here is a skipped subtest with the reason.
//
// The first page that needs a cluster starts one, for all tests of the binary.
// Under -short there is none, and what needs one is skipped.
func Run(t *testing.T, p Params) {
	t.Helper()
	proof := plan(t, p)
	o := prove.Options{}
	if proof.NeedsCluster() && !testing.Short() {
		o.Cluster = needCluster(t)
	}
	ro, err := proof.Runner(o)
	if err != nil {
		t.Fatal(err)
	}
	r, err := runner.New(t.Context(), ro)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, plan := range proof.Plans {
		t.Run(plan.Page.File.Name, func(t *testing.T) {
			t.Helper()
			page(t, r, plan)
		})
	}
	diagnostics(t, r.Diagnostics())
}

// plan reads the project.
func plan(t *testing.T, p Params) *prove.Proof {
	t.Helper()
	if p.Dir == "" {
		p.Dir = "."
	}
	root := os.DirFS(p.Dir)
	missing := config.Default()
	missing.Content = cmp.Or(p.Content, missing.Content)
	missing.Check.Scripts = cmp.Or(p.Setup, missing.Check.Scripts)
	pr, err := project.Load(t.Context(), root, project.Options{Config: p.Config, Missing: missing})
	if err != nil {
		t.Fatal("doctest: ", hinted(err))
	}
	if c := pr.Config; p.Content != "" && c.Content != p.Content || p.Setup != "" && c.Check.Scripts != p.Setup {
		t.Fatal("doctest: Content and Setup are for a project without a configuration; this one has one: say it there")
	}
	if pr.Set == nil {
		diagnostics(t, pr.Diagnostics)
		t.FailNow()
	}
	var patterns []string
	if p.Pages != "" {
		patterns = []string{p.Pages}
	}
	proof, err := prove.New(root, pr, patterns...)
	if err != nil {
		t.Fatal("doctest: ", err)
	}
	diagnostics(t, proof.Diagnostics())
	return proof
}

// hinted adds the hint that some errors have.
func hinted(err error) string {
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		return fmt.Sprintf("%v\n\thint: %s", err, h.Hint())
	}
	return err.Error()
}

func diagnostics(t *testing.T, ds []source.Diagnostic) {
	t.Helper()
	for _, d := range ds {
		if d.Severity == source.Error {
			t.Error("\n" + d.String())
		} else {
			t.Log("\n" + d.String())
		}
	}
}

// page runs one page and gives each block a subtest.
func page(t *testing.T, r *runner.Runner, plan *check.Plan) {
	t.Helper()
	pg, err := r.Page(t.Context(), plan)
	if err != nil {
		t.Fatal(hinted(err))
	}
	for i := range pg.Blocks {
		b := &pg.Blocks[i]
		t.Run(strconv.Itoa(b.Pos.Line), func(t *testing.T) {
			t.Helper()
			block(t, b)
		})
	}
	for _, key := range pg.Leaks {
		t.Log("left behind, and removed: ", key)
	}
}

func block(t *testing.T, b *report.Block) {
	t.Helper()
	switch b.Status {
	case check.Verified:
	case check.Blocked:
		// One that was tried did not hold, even if that may not be the page's fault.
		tried := func(c report.Claim) bool { return c.Status == check.Blocked && c.Rule != "" }
		if slices.ContainsFunc(b.Claims, tried) {
			t.Errorf("%s: %s: %s", b.Pos, b.Status, b.Reason)
			return
		}
		t.Skipf("%s: %s: %s", b.Pos, b.Status, b.Reason)
	case check.Failed:
		if text := b.Failures(); text != "" {
			t.Error("\n" + text)
		} else {
			t.Errorf("\n%s: %s", b.Pos, b.Reason)
		}
	default:
		t.Skipf("%s: %s: %s", b.Pos, b.Status, b.Reason)
	}
}

// shared is the cluster of the test binary. It ends with the process.
var shared = sync.OnceValues(func() (*runner.Cluster, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	env := cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: dir, Environ: os.Environ()}
	c, _, err := prove.Start(context.Background(), env, nil)
	return c, err
})

func needCluster(t *testing.T) *runner.Cluster {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatal("doctest: ", hinted(err))
	}
	return c
}
