package prove

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/runner"
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
	// The parts run side by side. When one cannot, the others need not go on.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() {
			if runs[i], errs[i] = p.part(ctx, env, c, o, parts[i]); errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	if slices.Contains(runs, nil) {
		return nil, firstCause(errs)
	}
	return p.join(runs), firstCause(errs)
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
	if c.Use != "" && c.Use != config.ClusterAuto {
		return []part{{c.Use, p.Plans}}, nil
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
				c.Warn(missing)
			}
			return []part{{config.ClusterEmbedded, p.Plans}}, nil
		}
		if err != nil {
			return nil, err
		}
	}
	var parts []part
	for _, pt := range []part{embedded, kind} {
		if len(pt.plans) > 0 {
			parts = append(parts, pt)
		}
	}
	return parts, nil
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
		running, stop, err := p.start(ctx, env, c, o, pt.provider)
		if err != nil {
			return nil, err
		}
		o.Cluster = running
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
// plans; those that did not run on the first cluster say where they did.
func (p *Proof) join(runs []*report.Run) *report.Run {
	all := *runs[0]
	pages := map[string]report.Page{}
	for i, run := range runs {
		if i > 0 {
			all.Diagnostics = append(all.Diagnostics, run.Diagnostics...)
		}
		for _, pg := range run.Pages {
			for k := range pg.Blocks {
				if run.Origin != all.Origin {
					pg.Blocks[k].By = &run.Origin
				}
			}
			pages[pg.File] = pg
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
		Mark: found.Mark, Done: found.Done(), Secrets: secretValues(found, env),
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
