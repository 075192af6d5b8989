package prove

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/runner"
	"github.com/probatum/probatum/internal/versions"
)

// Clusters say which clusters pages are run on. The zero value is good.
type Clusters struct {
	// Use is the provider: config.ClusterAuto (also ""), for each page the cheapest
	// that will do; or one for all pages.
	Use config.Cluster
	// Kind is for clusters made with kind; its Images and Progress are set here.
	Kind cluster.KindOptions
	// Existing names the cluster of the user's for config.ClusterExisting; its
	// Progress is set here.
	Existing cluster.ExistingOptions
	Dir      string // folder of the project on the disk, for check.images
	// Free tells how much memory can still be had, in bytes, 0 unknown; nil asks the
	// machine. Where it is little, clusters run one after another.
	Free func() int64
	// Warn is told what auto does without; Progress what is being done. Both may be
	// nil, and Progress is called from one goroutine at a time.
	Warn     func(error)
	Progress func(string)
	// Held keeps the clusters for later runs; nil: they are ended with each.
	Held *Held
}

// A part is the plans that run on one cluster.
type part struct {
	provider config.Cluster
	release  string // of Kubernetes, or a range of them, for clusters made with kind; "" any
	plans    []*check.Plan
}

// RunOn runs all plans as Run does, on clusters that are started for it where the
// plans need any.
func (p *Proof) RunOn(ctx context.Context, env cluster.Env, c Clusters, o Options) (*report.Run, error) {
	if o.Static || !p.NeedsCluster() {
		return p.Run(ctx, o)
	}
	c, o = together(c, o, len(p.Plans))
	parts, err := p.parts(ctx, env, c)
	if err != nil {
		return nil, err
	}
	runs, errs := make([]*report.Run, len(parts)), make([]error, len(parts))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for _, lane := range lanes(parts, c) {
		wg.Go(func() {
			for _, i := range lane {
				runs[i], errs[i] = p.part(ctx, env, c, o, parts[i])
				// When one cannot run, the others need not go on.
				if errs[i] != nil && !spare(c, parts, i, errs[i]) {
					cancel()
					return
				}
			}
		})
	}
	wg.Wait()
	return p.outcome(parts, runs, errs, c)
}

// outcome makes one of what the parts gave. Releases that no cluster can be had of
// are told and left out, as long as there is another.
func (p *Proof) outcome(parts []part, runs []*report.Run, errs []error, c Clusters) (*report.Run, error) {
	ran := false
	for i, pt := range parts {
		ran = ran || pt.provider == config.ClusterKind && runs[i] != nil
	}
	var of []*report.Run
	for i := range parts {
		if runs[i] != nil {
			of = append(of, runs[i])
			continue
		}
		if !spare(c, parts, i, errs[i]) || !ran {
			return nil, firstCause(errs)
		}
		if c.Warn != nil {
			c.Warn(&without{fmt.Sprintf("pages are not run on Kubernetes %s, only held against its schemas", parts[i].release), errs[i]})
		}
		errs[i] = nil
	}
	return p.join(of), firstCause(errs)
}

// spare reports whether the others may go on where a part could not run: auto
// takes the releases that can be had.
func spare(c Clusters, parts []part, i int, err error) bool {
	_, noNode := errors.AsType[*cluster.NoNodeError](err)
	return noNode && parts[i].release != "" && (c.Use == "" || c.Use == config.ClusterAuto)
}

// without says what is done without something that is not to be had.
type without struct {
	what string
	err  error // what is missing
}

func (e *without) Error() string { return e.what + ": " + e.err.Error() }

// Unwrap gives the reason, which may have a hint.
func (e *without) Unwrap() error { return e.err }

// lanes says which parts run one after another, by their indexes: clusters made
// with kind do, and the embedded one runs beside them where the memory allows.
func lanes(parts []part, c Clusters) [][]int {
	var embedded, kind []int
	for i, pt := range parts {
		if pt.provider == config.ClusterKind {
			kind = append(kind, i)
		} else {
			embedded = append(embedded, i)
		}
	}
	if len(embedded) == 0 || len(kind) == 0 {
		return [][]int{append(embedded, kind...)}
	}
	ask := c.Free
	if ask == nil {
		ask = cluster.FreeMemory
	}
	if free := ask(); free != 0 && free < cluster.EmbeddedMemory+cluster.KindMemory {
		if c.Progress != nil {
			c.Progress(fmt.Sprintf("the clusters run one after the other: %d MB of memory are free", free>>20))
		}
		return [][]int{append(embedded, kind...)}
	}
	return [][]int{embedded, kind}
}

// firstCause prefers what went wrong to what was cancelled because of it.
func firstCause(errs []error) error {
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return errors.Join(errs...)
}

// together makes functions that several parts may call, and counts the pages of
// all.
func together(c Clusters, o Options, total int) (Clusters, Options) {
	var mu sync.Mutex
	begun := 0
	if say := c.Progress; say != nil {
		c.Progress = func(what string) {
			mu.Lock()
			defer mu.Unlock()
			say(what)
		}
	}
	if warn := c.Warn; warn != nil {
		c.Warn = func(err error) {
			mu.Lock()
			defer mu.Unlock()
			warn(err)
		}
	}
	if page := o.Progress; page != nil {
		o.Progress = func(name string, _, _ int) {
			mu.Lock()
			defer mu.Unlock()
			if name != "" {
				page(name, begun, total)
				begun++
			}
		}
	}
	return c, o
}

// Provider is what a page runs on where use is asked for and all is installed.
func Provider(plan *check.Plan, use config.Cluster) config.Cluster {
	switch {
	case use != "" && use != config.ClusterAuto:
		return use
	case plan.Pods && plan.Skip == "":
		return config.ClusterKind
	}
	return config.ClusterEmbedded
}

// parts says which pages run where.
func (p *Proof) parts(ctx context.Context, env cluster.Env, c Clusters) ([]part, error) {
	if c.Use == config.ClusterKind {
		return p.releases(p.Plans), nil
	}
	if c.Use != "" && c.Use != config.ClusterAuto {
		return []part{{provider: c.Use, plans: p.Plans}}, nil
	}
	embedded, kind := part{provider: config.ClusterEmbedded}, part{provider: config.ClusterKind}
	for _, plan := range p.Plans {
		if Provider(plan, c.Use) == config.ClusterKind {
			kind.plans = append(kind.plans, plan)
		} else {
			embedded.plans = append(embedded.plans, plan)
		}
	}
	if len(kind.plans) > 0 {
		err := cluster.KindReady(ctx, env)
		if missing, ok := errors.AsType[*cluster.MissingError](err); ok {
			if c.Warn != nil {
				c.Warn(&without{"pages that need pods are checked as far as the embedded cluster goes", missing})
			}
			return []part{{provider: config.ClusterEmbedded, plans: p.Plans}}, nil
		}
		if err != nil {
			return nil, err
		}
	}
	var parts []part
	if len(embedded.plans) > 0 {
		parts = append(parts, embedded)
	}
	if len(kind.plans) > 0 {
		parts = append(parts, p.releases(kind.plans)...)
	}
	return parts, nil
}

// otherRelease tells where auto runs pages on an embedded cluster that is of none of
// the releases that the project is to be proved for.
func (p *Proof) otherRelease(c Clusters, on *runner.Cluster) {
	asked := p.Project.Config.Check.Kubernetes
	if len(asked) == 0 || on.Provider != string(config.ClusterEmbedded) || c.Use == config.ClusterEmbedded || c.Warn == nil {
		return
	}
	for _, release := range asked {
		if r, err := versions.Parse(release); err != nil || r.Has(on.Kubernetes) {
			return
		}
	}
	c.Warn(&otherRelease{on.Kubernetes, strings.Join(asked, ", ")})
}

// An otherRelease says that pages run on a release that nobody has asked for.
type otherRelease struct{ has, asked string }

func (e *otherRelease) Error() string {
	return fmt.Sprintf("the embedded cluster is Kubernetes %s: pages that need no pods run on that, and are held against the schemas of %s", e.has, e.asked)
}

// Hint says how the pages are run on what was asked for.
func (e *otherRelease) Hint() string {
	return "-cluster kind runs all pages on clusters of these releases; -cluster embedded says that this one will do"
}

// releases gives a part for each release that the project is to be proved for: a
// cluster of each.
func (p *Proof) releases(plans []*check.Plan) []part {
	var parts []part
	for _, release := range p.Project.Config.Check.Kubernetes {
		parts = append(parts, part{config.ClusterKind, release, plans})
	}
	if len(parts) == 0 {
		parts = []part{{provider: config.ClusterKind, plans: plans}}
	}
	return parts
}

// part runs the plans of one part. The run is nil where it could not start.
func (p *Proof) part(ctx context.Context, env cluster.Env, c Clusters, o Options, pt part) (run *report.Run, err error) {
	kept := false
	if tell := o.Kept; tell != nil {
		o.Kept = func(k runner.Kept) {
			kept = true
			tell(k)
		}
	}
	if runner.NeedsCluster(pt.plans) {
		c.Kind = c.kind(pt.release, len(p.Project.Config.Check.Kubernetes) > 1)
		var stop func() error
		if o.Cluster, stop, err = p.start(ctx, env, c, o, pt.provider); err != nil {
			return nil, err
		}
		p.otherRelease(c, o.Cluster)
		defer func() {
			if !kept || pt.provider != config.ClusterEmbedded {
				err = errors.Join(err, stop())
			}
		}()
	}
	ro, err := p.Runner(o)
	if err != nil {
		return nil, err
	}
	return runner.Run(ctx, pt.plans, ro)
}

// start gives the cluster of a part as it was before any page.
func (p *Proof) start(ctx context.Context, env cluster.Env, c Clusters, o Options, provider config.Cluster) (*runner.Cluster, func() error, error) {
	switch {
	case c.Held != nil:
		return c.Held.start(ctx, p, env, c, provider)
	case o.Kept != nil && provider == config.ClusterEmbedded:
		return p.startLasting(ctx, env, c)
	}
	return p.Start(ctx, env, c, provider)
}

// kind gives the options for a cluster of a release. Of several, each that is to
// stay has a name of its own.
func (c Clusters) kind(release string, several bool) cluster.KindOptions {
	o := c.Kind
	o.Kubernetes = release
	if several && o.Name != "" {
		o.Name += "-" + strings.Trim(notInNames.ReplaceAllString(release, "-"), "-")
	}
	return o
}

// notInNames is what a range of versions has and a name of a cluster has not.
var notInNames = lazyregexp.New(`[^0-9.]+`)

// Start starts a cluster of a provider for pages of this project. stop has to be
// called at the end.
func (p *Proof) Start(ctx context.Context, env cluster.Env, c Clusters, provider config.Cluster) (running *runner.Cluster, stop func() error, err error) {
	switch provider {
	case config.ClusterEmbedded:
		return Start(ctx, env, c.Progress)
	case config.ClusterExisting:
		o := c.Existing
		o.Progress = c.Progress
		found, err := cluster.UseExisting(ctx, env, o)
		if err != nil {
			return nil, nil, err
		}
		return runnerCluster(found, env), found.Stop, nil
	}
	archives, clean, err := p.images(ctx, env, c)
	if err != nil {
		return nil, nil, err
	}
	defer clean()
	o := c.Kind
	o.Images, o.Progress = archives, c.Progress
	found, err := cluster.StartKind(ctx, env, o)
	if err != nil {
		return nil, nil, err
	}
	return runnerCluster(found, env), found.Stop, nil
}

// startLasting gives the embedded cluster in the background, which outlives this
// process. Where it was started for this, stop ends it.
func (p *Proof) startLasting(ctx context.Context, env cluster.Env, c Clusters) (*runner.Cluster, func() error, error) {
	_, err := cluster.StatusBackground(ctx, env)
	ours := errors.Is(err, cluster.ErrNoBackground)
	if _, err := cluster.StartBackground(ctx, env, c.Progress); err != nil {
		return nil, nil, err
	}
	found, err := cluster.FindBackground(ctx, env)
	if err != nil {
		return nil, nil, err
	}
	stop := found.Stop
	if ours {
		stop = func() error {
			return errors.Join(found.Stop(), cluster.StopBackground(context.WithoutCancel(ctx), env))
		}
	}
	return runnerCluster(found, env), stop, nil
}

// images makes the archives of check.images.
func (p *Proof) images(ctx context.Context, env cluster.Env, c Clusters) (archives []string, clean func(), err error) {
	var sources []cluster.ImageSource
	for _, image := range p.Project.Config.Check.Images {
		sources = append(sources, cluster.ImageSource{Name: image.Name, From: image.From})
	}
	if len(sources) == 0 {
		return nil, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "probatum-images-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a folder for the images: %w", err)
	}
	clean = func() { os.RemoveAll(dir) }
	if archives, err = cluster.Images(ctx, env, sources, c.Dir, dir, c.Progress); err != nil {
		clean()
		return nil, nil, err
	}
	return archives, clean, nil
}

// join makes one run of those of the parts. The pages are in the order of the
// plans; those that did not run on the first cluster say where they did, and those
// that ran on several what came of it on each.
func (p *Proof) join(runs []*report.Run) *report.Run {
	all := *runs[0]
	pages, on := map[string]report.Page{}, map[string]report.Origin{}
	for i, run := range runs {
		if i > 0 {
			all.Diagnostics = append(all.Diagnostics, run.Diagnostics...)
		}
		for _, pg := range run.Pages {
			if run.Origin != all.Origin {
				for k := range pg.Blocks {
					pg.Blocks[k].By = &run.Origin
				}
			}
			if before, ok := pages[pg.File]; ok {
				before.Also(on[pg.File], pg, run.Origin)
				pages[pg.File] = before
				continue
			}
			pages[pg.File], on[pg.File] = pg, run.Origin
		}
	}
	all.Pages = nil
	for _, plan := range p.Plans {
		all.Pages = append(all.Pages, pages[plan.Page.File.Name])
	}
	return p.finish(&all)
}

// runnerCluster is a cluster as the runner sees it.
func runnerCluster(found *cluster.Cluster, env cluster.Env) *runner.Cluster {
	c := &runner.Cluster{
		Provider: found.Provider, Kubernetes: found.Kubernetes, Kubeconfig: found.Kubeconfig, Bin: found.Bin, Pods: found.Pods,
		Mark: found.Mark, Revision: found.Revision, Since: found.Since, Done: found.Done(), Cause: found.Cause, Secrets: secretValues(found, env),
		Rewind: func(ctx context.Context, name string) ([]string, error) {
			d, err := found.Rewind(ctx, name)
			return d.Added, err
		},
	}
	if found.Pods {
		c.Trouble = found.Trouble
	}
	return c
}
