// Package doctest proves the pages of a documentation from "go test": each page
// is a subtest, and so is each of its code blocks, by the line where it starts.
//
//	func TestDocs(t *testing.T) { doctest.Run(t, doctest.Params{Content: "docs"}) }
//
// Commands run in one live shell for each page, on this machine; pages that use
// kubectl get a Kubernetes API of their own. Its program has to be built once:
//
//	go run github.com/probatum/probatum/cmd/probatum cluster build
//
// What go test takes holds here, too. All but the pages that -run chooses are
// left out; of a page with a chosen block all blocks run, as they rest on each
// other:
//
//	go test -run TestDocs/docs/start.md
//	go test -run TestDocs/docs/start.md/14
//
// With -short nothing is run: what can be said of the pages without running is.
//
// The flag -doctest.update puts what came into the pages, where it is not what
// they show, as "probatum check -update" does. It has that name so that a test
// that uses doctest can have a flag -update of its own; to make it mean both,
// give it to Params:
//
//	var update = flag.Bool("update", false, "rewrite golden files and pages")
//
//	func TestDocs(t *testing.T) { doctest.Run(t, doctest.Params{Content: "docs", Update: *update}) }
package doctest

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/prove"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/source"
)

var updateFlag = flag.Bool("doctest.update", false, "put what came into the pages that doctest runs")

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
	// Cluster is what pages run on: "embedded"; "kind", in containers on this
	// machine; or "auto", the cheapest that will do for each page: kind where the
	// page says "needs: pods". "" is what the configuration says, or auto. Where
	// kind or what runs containers is missing, auto takes embedded and skips what
	// needs pods.
	Cluster string
	// Parallel runs pages at the same time, as t.Parallel does: at most as many
	// as the flag -parallel says. Pages that need a cluster still come one after
	// another, as there is one. Without it all pages run in their order.
	Parallel bool
	// Update puts what came into the pages, as the flag -doctest.update does.
	Update bool
}

// Run proves the pages, each in a subtest of t. It fails where a page shows
// something that does not work, with the place as PAGE:LINE:COLUMN. What cannot
// be tried here is a skipped subtest with the reason.
//
// The first page that needs a cluster starts one, for all tests of the binary;
// it ends with the process, however that ends. One made with kind is of this Run
// alone and is deleted at its end; what a process that was killed leaves, "probatum
// cluster list" tells. Under -short nothing is run.
func Run(t *testing.T, p Params) {
	t.Helper()
	if p.Update = p.Update || *updateFlag; p.Update && testing.Short() {
		t.Fatal("doctest: -short runs nothing, so there is nothing to update the pages with: leave out one of both")
	}
	if p.Cluster != "" {
		if problem := config.ClusterProblem(p.Cluster); problem != "" {
			t.Fatal("doctest: Cluster " + problem)
		}
	}
	s := &suite{Params: p, proof: plan(t, p)}
	plans := s.proof.Plans
	if testing.Short() {
		plans = s.proof.Static("as -short asks")
	}
	t.Cleanup(func() { s.close(t) })
	for _, plan := range plans {
		t.Run(plan.Page.File.Name, func(t *testing.T) {
			if p.Parallel {
				t.Parallel()
			}
			t.Helper()
			s.page(t, plan)
		})
	}
}

// plan reads the project.
func plan(t *testing.T, p Params) *prove.Proof {
	t.Helper()
	proof, err := load(t, p, os.DirFS(cmp.Or(p.Dir, ".")))
	if err != nil {
		t.Fatal("doctest: ", hinted(err))
	}
	if c := proof.Project.Config; p.Content != "" && c.Content != p.Content || p.Setup != "" && c.Check.Scripts != p.Setup {
		t.Fatal("doctest: Content and Setup are for a project without a configuration; this one has one: say it there")
	}
	diagnostics(t, proof.Diagnostics())
	return proof
}

// load reads the project from a folder and plans its pages. A configuration that
// is wrong ends the test.
func load(t *testing.T, p Params, root fs.FS) (*prove.Proof, error) {
	t.Helper()
	missing := config.Default()
	missing.Content = cmp.Or(p.Content, missing.Content)
	missing.Check.Scripts = cmp.Or(p.Setup, missing.Check.Scripts)
	pr, err := project.Load(t.Context(), root, project.Options{Config: p.Config, Missing: missing})
	if err != nil {
		return nil, err
	}
	if pr.Set == nil {
		diagnostics(t, pr.Diagnostics)
		t.FailNow()
	}
	var patterns []string
	if p.Pages != "" {
		patterns = []string{p.Pages}
	}
	return prove.New(t.Context(), root, pr, patterns...)
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
func (s *suite) page(t *testing.T, plan *check.Plan) {
	t.Helper()
	pg, err := s.run(t, plan)
	if err != nil {
		t.Fatal(hinted(err))
	}
	if s.Update {
		s.update(t, plan, &pg)
	}
	told := false // why blocks are not run
	for i := range pg.Blocks {
		b := &pg.Blocks[i]
		t.Run(strconv.Itoa(b.Pos.Line), func(t *testing.T) {
			t.Helper()
			block(t, &pg, b, told)
			told = told || b.Status == check.Failed
		})
	}
	for _, key := range pg.Leaks {
		t.Log("left behind, and removed: ", key)
	}
}

// update puts what came into the files of the page, and gives the verdicts on
// the page that then is.
func (s *suite) update(t *testing.T, plan *check.Plan, pg *report.Page) {
	t.Helper()
	plans, results := []*check.Plan{plan}, []report.Page{*pg}
	u, err := s.proof.Update(plans, results, func(root fs.FS) (*prove.Proof, error) { return load(t, s.Params, root) })
	if err != nil {
		t.Fatal("doctest: ", hinted(err))
	}
	var failed []string
	for i := range u.Files {
		f := &u.Files[i]
		if err := f.Write(cmp.Or(s.Dir, ".")); err != nil {
			failed = append(failed, f.Name)
			t.Error(err)
			continue
		}
		t.Logf("%s: updated, %d of its outputs", f.Name, f.Outputs)
	}
	for _, d := range u.Refused {
		t.Log("\n" + d.String())
	}
	u.Settle(plans, results, failed)
}

// block gives the verdict on a block. One that is not run because an earlier one
// failed is skipped where that has been told, else it fails: -run may have chosen
// it alone.
func block(t *testing.T, pg *report.Page, b *report.Block, told bool) {
	t.Helper()
	switch {
	case b.Status == check.Verified:
	case b.Status == check.Failed:
		if text := b.Failures(); text != "" {
			t.Error("\n" + text)
		} else {
			t.Errorf("\n%s: %s", b.Pos, b.Reason)
		}
	case b.Status == check.Blocked && (!told || slices.ContainsFunc(b.Claims, tried)):
		t.Errorf("\n%s: not run: %s\n%s", b.Pos, b.Reason, earlier(pg, b))
	default:
		t.Skipf("%s: %s: %s", b.Pos, b.Status, b.Reason)
	}
}

// tried reports whether a command was run and did not hold, even if that may not
// be the page's fault.
func tried(c report.Claim) bool { return c.Status == check.Blocked && c.Rule != "" }

// earlier is what is wrong with the blocks before b.
func earlier(pg *report.Page, b *report.Block) string {
	text := ""
	for i := range pg.Blocks {
		if &pg.Blocks[i] == b {
			break
		}
		text += pg.Blocks[i].Failures()
	}
	return text
}
