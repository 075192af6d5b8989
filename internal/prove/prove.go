// Package prove goes all the way from a project's folder to results: it reads
// the project, plans its pages, starts a cluster if one is needed, and runs the
// plans. The command line and doctest share it.
package prove

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/redact"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/runner"
	"github.com/probatum/probatum/internal/schema"
	"github.com/probatum/probatum/internal/source"
)

// ErrNoBlocks says that the pages show no code at all: nothing is proved then,
// and that is no success.
var ErrNoBlocks = errors.New("no code block in these pages: nothing to check")

// A Proof is a project whose pages are planned.
type Proof struct {
	Project *project.Project
	Plans   []*check.Plan // of the chosen pages, in their order
	root    fs.FS
	secrets *redact.Redactor
	schemas *schema.Set // of the project; nil the usual ones
	files   fs.FS       // for the working folders of the pages; nil none

	chosen    []*check.Plan // Plans, also those that are not run again
	recalled  map[*check.Plan]report.Page
	memory    *Memory // nil none
	filesOnce sync.Once
	filesSum  string
}

// files is the folder that check.files names; nil where it names none.
func files(root fs.FS, dir string) (fs.FS, error) {
	if dir == "" {
		return nil, nil
	}
	dir = path.Clean(dir)
	info, err := fs.Stat(root, dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%s is not a folder", dir)
	}
	if err != nil {
		return nil, fmt.Errorf("check.files: %w", err)
	}
	return fs.Sub(root, dir)
}

// New plans the pages of a project that was read from root. Patterns choose
// pages: the name of a file or folder, or a pattern as path.Match has it, with
// or without the content folder before it; or a URL of the site. No pattern
// chooses all pages; one that chooses none is a *NoPageError.
//
// What ctx ends is the waiting for schemas that the project has at an address.
func New(ctx context.Context, root fs.FS, p *project.Project, patterns ...string) (*Proof, error) {
	c := p.Config.Check
	o := check.Options{Commands: c.Commands, Guess: c.Guess == config.GuessRun, Setup: c.Setup, Vars: c.Vars}
	proof := &Proof{Project: p, root: root, secrets: redact.New(c.Redact...), recalled: map[*check.Plan]report.Page{}}
	var err error
	if proof.schemas, err = schemas(ctx, root, c); err != nil {
		return nil, err
	}
	o.Schemas = proof.schemas
	if proof.files, err = files(root, c.Files); err != nil {
		return nil, err
	}
	o.Files = proof.files
	pages, err := choose(p, patterns)
	if err != nil {
		return nil, err
	}
	blocks := 0
	for _, pg := range pages {
		plan := check.New(pg, o)
		proof.Plans = append(proof.Plans, plan)
		blocks += len(plan.Items)
	}
	if blocks == 0 {
		return nil, ErrNoBlocks
	}
	proof.chosen = proof.Plans
	return proof, nil
}

// Diagnostics returns what is wrong with the chosen pages as texts: what reading
// them found, and their prose.
func (p *Proof) Diagnostics() []source.Diagnostic {
	pages := map[string]bool{} // all, and whether each is chosen
	for _, pg := range p.Project.Set.Pages {
		pages[pg.File.Name] = false
	}
	var ds []source.Diagnostic
	for _, plan := range p.chosen {
		pages[plan.Page.File.Name] = true
		ds = append(ds, check.Prose(plan.Page.File)...)
	}
	for _, d := range p.Project.Diagnostics {
		if chosen, page := pages[d.Pos.File]; chosen || !page {
			ds = append(ds, d)
		}
	}
	if p.schemas != nil {
		ds = append(ds, p.schemas.Diagnostics()...)
	}
	return source.Sort(ds)
}

// NeedsCluster reports whether anything of the plans needs a cluster.
func (p *Proof) NeedsCluster() bool { return runner.NeedsCluster(p.Plans) }

// Options says where plans are run.
type Options struct {
	Static   bool            // run nothing at all
	Cluster  *runner.Cluster // nil: what needs one is not run
	Environ  []string        // of this process; nil means os.Environ()
	Update   bool            // output that differs keeps nothing from being run: see Proof.Update
	FailFast bool            // see runner.Options
	// Kept is told of a page that failed and is left as it is, with the cluster; see
	// runner.Options. The embedded cluster is then the one in the background.
	Kept     func(runner.Kept)
	Progress func(page string, done, total int)
}

// Runner gives the options for running the plans as the project wants it.
func (p *Proof) Runner(o Options) (runner.Options, error) {
	c := p.Project.Config.Check
	dir := path.Clean(c.Scripts)
	setup, err := fs.Sub(p.root, dir)
	if err != nil {
		return runner.Options{}, fmt.Errorf("setup scripts %s: %w", c.Scripts, err)
	}
	return runner.Options{
		Files:   p.files,
		Cluster: o.Cluster, Setup: setup, SetupDir: dir, Within: time.Duration(c.Within), Timeout: time.Duration(c.Timeout),
		SetupTimeout: time.Duration(c.SetupTimeout),
		Environ:      o.Environ, Update: o.Update, FailFast: o.FailFast, Kept: o.Kept, Progress: o.Progress, Secrets: p.secrets,
	}, nil
}

// Run runs all plans. The diagnostics of the pages are in the run, too. With
// an error the run is good as far as it goes.
func (p *Proof) Run(ctx context.Context, o Options) (*report.Run, error) {
	ro, err := p.Runner(o)
	if err != nil {
		return nil, err
	}
	plans := p.Plans
	if o.Static {
		plans = p.Static("as -static asks")
	}
	run, err := runner.Run(ctx, plans, ro)
	return p.finish(run), err
}

// finish adds to the results what the runner does not know: the hashes of the
// pages, in the order of the plans, and their diagnostics.
func (p *Proof) finish(run *report.Run) *report.Run {
	for i := range run.Pages {
		run.Pages[i].Hash = p.hash(p.Plans[i])
	}
	ds := p.Diagnostics()
	report.Diagnostics(p.secrets, ds)
	run.Diagnostics = source.Sort(append(run.Diagnostics, ds...))
	return run
}

// Static gives the plans so that nothing in them is run, for the reason why.
func (p *Proof) Static(why string) []*check.Plan {
	var out []*check.Plan
	for _, plan := range p.Plans {
		c := *plan
		c.Items = slices.Clone(plan.Items)
		for i := range c.Items {
			if it := &c.Items[i]; it.Status == "" {
				it.Status, it.Reason = check.Static, cmp.Or(it.Schema, "not run, "+why)
			}
		}
		out = append(out, &c)
	}
	return out
}

// Start gives the cluster that runs in the background, or starts one where there
// is none or another process uses it. stop has to be called at the end. The
// error is a *cluster.NotBuiltError if the program has not been built yet.
func Start(ctx context.Context, env cluster.Env, progress func(string)) (c *runner.Cluster, stop func() error, err error) {
	found, err := cluster.FindBackground(ctx, env)
	if errors.Is(err, cluster.ErrNoBackground) || errors.Is(err, cluster.ErrInUse) {
		found, err = cluster.Start(ctx, env, cluster.Options{Progress: progress})
	}
	if err != nil {
		return nil, nil, err
	}
	return runnerCluster(found, env), found.Stop, nil
}

// secretValues tells the values of a cluster's Secrets.
func secretValues(c *cluster.Cluster, env cluster.Env) func(context.Context) ([]string, error) {
	list := cluster.Secrets(c.Kubeconfig, filepath.Join(c.Bin, "kubectl"), env.Environ)
	return func(ctx context.Context) ([]string, error) {
		secrets, err := list(ctx)
		var values []string
		for _, data := range secrets {
			values = append(values, redact.Values(data, nil)...)
		}
		return values, err
	}
}
