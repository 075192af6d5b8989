package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/script"
	"github.com/probatum/probatum/internal/versions"
)

// base is the mark of the cluster as it was found.
const base = "base"

// A setup is the state after some setup scripts, made once.
type setup struct {
	mark  string
	wrong string // why there is no such state; "" there is
}

func (r *Runner) rewinds() bool {
	return r.o.Cluster != nil && r.o.Cluster.Mark != nil && r.o.Cluster.Rewind != nil
}

func (r *Runner) markBase(ctx context.Context) error {
	if !r.rewinds() {
		return nil
	}
	if err := r.remember(ctx, base); err != nil {
		return err
	}
	r.marked = true
	return nil
}

// remember marks the state of the cluster.
func (r *Runner) remember(ctx context.Context, mark string) error {
	limited, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	if err := r.o.Cluster.Mark(limited, mark); err != nil {
		return r.clusterError(ctx, err)
	}
	r.state = mark
	return nil
}

// putBack leaves the cluster as it was found.
func (r *Runner) putBack(ctx context.Context) error {
	if !r.marked {
		return nil
	}
	_, err := r.rewind(ctx, base)
	return err
}

// clusterError says that the cluster has ended where that is why.
func (r *Runner) clusterError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if why := r.ended(ctx); why != nil {
		return why
	}
	return err
}

// rewind puts the cluster to a mark, unless it is there.
func (r *Runner) rewind(ctx context.Context, mark string) (added []string, err error) {
	if !r.rewinds() || r.state == mark {
		return nil, nil
	}
	limited, cancel := context.WithTimeout(ctx, r.o.Timeout)
	defer cancel()
	added, err = r.o.Cluster.Rewind(limited, mark)
	if err != nil {
		r.state = ""
		return nil, r.clusterError(ctx, err)
	}
	r.state = mark
	return added, nil
}

// Leave puts the cluster back to the state in which New found it, so that others
// can use it before the next page.
func (r *Runner) Leave(ctx context.Context) error {
	_, err := r.rewind(ctx, base)
	r.state = ""
	return err
}

// forThisCluster gives the plan, skipped where the page does not claim to be true
// for the version of the cluster.
func (r *Runner) forThisCluster(p *check.Plan) *check.Plan {
	c := r.o.Cluster
	if c == nil || p.Skip != "" || p.Kubernetes.Has(c.Kubernetes) {
		return p
	}
	other := *p
	other.Skip = fmt.Sprintf("the page is for Kubernetes %v, the cluster has %s", p.Kubernetes, c.Kubernetes)
	return &other
}

// condition says whether [k8s:RANGE], [cluster:PROVIDER] or [pods] holds for the
// cluster. Scripts have testscript's own conditions beside these.
func (r *Runner) condition(cond string) (bool, error) {
	c := r.o.Cluster
	if c == nil {
		c = &Cluster{}
	}
	switch name, value, _ := strings.Cut(cond, ":"); name {
	case "pods":
		return c.Pods, nil
	case "cluster":
		return value == c.Provider, nil
	case "k8s":
		r, err := versions.Parse(value)
		if err != nil {
			return false, fmt.Errorf("%w; write [k8s:>=1.24] or [k8s:>=1.24,<1.30]", err)
		}
		return r.Has(c.Kubernetes), nil
	}
	return false, errors.New("known are [k8s:>=1.24], [cluster:kind], [cluster:embedded], [pods] and those of testscript")
}

// prepare brings the cluster to the state that the page asks for. It returns why
// the page cannot be run if a setup script is wrong; the error is ours.
func (r *Runner) prepare(ctx context.Context, p *check.Plan) (why string, err error) {
	if r.o.Cluster == nil {
		return "", nil
	}
	s, err := r.setup(ctx, p, p.Setup)
	if err != nil {
		return "", err
	}
	if s.wrong != "" {
		return s.wrong, nil
	}
	_, err = r.rewind(ctx, s.mark)
	r.state = "" // the page will change it
	return "", err
}

// cleanUp puts back the state before the page and tells what it had left.
func (r *Runner) cleanUp(ctx context.Context, p *check.Plan) ([]string, error) {
	if !r.rewinds() {
		return nil, nil
	}
	s, err := r.setup(ctx, p, p.Setup)
	if err != nil {
		return nil, err
	}
	added, err := r.rewind(ctx, s.mark)
	return leaks(added), err
}

// derived are what controllers make of other objects.
var derived = lazyregexp.New(`^(pods|replicasets|controllerrevisions|endpoints|endpointslices) `)

// leaks leaves out what goes with something else: what is in a namespace that
// was added, or of a definition that was, and what a controller has made.
func leaks(added []string) []string {
	var left []string
	for _, key := range added {
		resource, object, _ := strings.Cut(key, " ")
		namespace, _, ok := strings.Cut(object, "/")
		gone := ok && slices.Contains(added, "namespaces "+namespace) || slices.Contains(added, definition+resource)
		if !gone && !derived.MatchString(key) && !served(key, added) {
			left = append(left, key)
		}
	}
	slices.Sort(left)
	return left
}

// definition stands before the name of a resource that pages have defined.
const definition = "customresourcedefinitions "

// served reports whether the key is the service of a group that was defined.
func served(key string, added []string) bool {
	_, group, ok := strings.Cut(strings.TrimPrefix(key, "apiservices "), ".")
	return ok && strings.HasPrefix(key, "apiservices ") && slices.ContainsFunc(added, func(other string) bool {
		return strings.HasPrefix(other, definition) && strings.HasSuffix(other, "."+group)
	})
}

// A step is what a command has left the cluster at.
type step struct {
	item     int
	revision string
}

// step notes the state of the cluster after a command that may have changed it.
// What cannot be noted is not told.
func (p *pageRun) step(ref script.Ref) {
	c := p.r.o.Cluster
	if c == nil || c.Revision == nil || c.Since == nil {
		return
	}
	if at, err := c.Revision(p.ctx); err == nil && at != "" {
		p.steps = append(p.steps, step{ref.Item, at})
	}
}

// blame names the blocks that have made what the page has left behind.
func (p *pageRun) blame(pg *report.Page) {
	if len(pg.Leaks) == 0 || len(p.steps) == 0 {
		return
	}
	revisions := make([]string, len(p.steps))
	for i, s := range p.steps {
		revisions[i] = s.revision
	}
	for i, at := range p.r.o.Cluster.Since(p.ctx, pg.Leaks, revisions) {
		if at >= 0 {
			b := &pg.Blocks[p.steps[at].item]
			b.Leaks = append(b.Leaks, pg.Leaks[i])
		}
	}
}
