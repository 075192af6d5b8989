package doctest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/prove"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/runner"
)

// A suite is what the pages of one Run share. Runners are made when a page needs
// one: -run may leave out all that need a cluster.
type suite struct {
	Params
	proof *prove.Proof

	mu      sync.Mutex // of the fields below
	free    []*runner.Runner
	runners []*runner.Runner // all but those on clusters
	on      map[config.Cluster]*seat
}

// A seat is the use that a suite makes of a cluster.
type seat struct {
	plane  *plane
	runner *runner.Runner // nil before the first page; plane.turn guards it
}

// run runs one page.
func (s *suite) run(t *testing.T, plan *check.Plan) (report.Page, error) {
	if runner.NeedsCluster([]*check.Plan{plan}) {
		return s.runOnPlane(t, plan)
	}
	r, err := s.take(t)
	if err != nil {
		return report.Page{}, err
	}
	defer s.putBack(r)
	return r.Page(t.Context(), plan)
}

// take gives a runner that no other page uses.
func (s *suite) take(t *testing.T) (*runner.Runner, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		r := s.free[n-1]
		s.free = s.free[:n-1]
		return r, nil
	}
	r, err := s.newRunner(t.Context(), nil)
	if err == nil {
		s.runners = append(s.runners, r)
	}
	return r, err
}

func (s *suite) putBack(r *runner.Runner) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, r)
}

func (s *suite) newRunner(ctx context.Context, c *runner.Cluster) (*runner.Runner, error) {
	o, err := s.proof.Runner(prove.Options{Cluster: c, Update: s.Update})
	if err != nil {
		return nil, err
	}
	return runner.New(ctx, o)
}

// close ends the runners, when all pages are done.
func (s *suite) close(t *testing.T) {
	for _, r := range s.runners {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, on := range s.on {
		on.close(t)
	}
}

// close leaves the cluster, and ends it where it is the suite's own.
func (s *seat) close(t *testing.T) {
	s.plane.turn.Lock()
	defer s.plane.turn.Unlock()
	if s.runner != nil {
		// Closing may run what cleans up after setup scripts.
		if err := errors.Join(s.runner.Close(), s.runner.Leave(context.Background())); err != nil {
			t.Error(err)
		}
		diagnostics(t, s.runner.Diagnostics())
	}
	if s.plane.stop != nil {
		if err := s.plane.stop(); err != nil {
			t.Error(err)
		}
	}
}

// A plane is a cluster that pages take turns on.
type plane struct {
	turn  sync.Mutex // one page at a time, of all tests
	start func() (*runner.Cluster, error)
	stop  func() error // nil where it ends by itself, or has not been started
	users int          // suites that have had a turn
}

// embedded is the cluster of the test binary. It ends with the process: its
// program sees the pipe to it close, whether the tests end, fail, panic or are
// killed.
var embedded = &plane{start: sync.OnceValues(func() (*runner.Cluster, error) {
	env, err := environment()
	if err != nil {
		return nil, err
	}
	c, _, err := prove.Start(context.Background(), env, nil)
	return c, err
})}

func environment() (cluster.Env, error) {
	dir, err := os.UserCacheDir()
	return cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: dir, Environ: os.Environ()}, err
}

// seat finds where a page that needs a cluster runs.
func (s *suite) seat(t *testing.T, plan *check.Plan) (*seat, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	use := cmp.Or(config.Cluster(s.Cluster), s.proof.Project.Config.Check.Cluster)
	provider := prove.Provider(plan, use)
	if on := s.on[provider]; on != nil {
		return on, nil
	}
	if s.on == nil {
		s.on = map[config.Cluster]*seat{}
	}
	on := &seat{plane: embedded}
	if provider == config.ClusterKind {
		env, err := environment()
		if err == nil {
			err = cluster.KindReady(t.Context(), env)
		}
		_, missing := errors.AsType[*cluster.MissingError](err)
		switch {
		case err == nil:
			on.plane = s.kind(env)
		case missing && use != config.ClusterKind:
			t.Logf("doctest: pages that need pods are checked as far as the embedded cluster goes: %s", hinted(err))
			if other := s.on[config.ClusterEmbedded]; other != nil {
				on = other
			}
		default:
			return nil, err
		}
	}
	s.on[provider] = on
	return on, nil
}

// kind is a cluster of the suite's own, as nothing would delete it at the end of
// the process.
func (s *suite) kind(env cluster.Env) *plane {
	k := &plane{}
	k.start = sync.OnceValues(func() (*runner.Cluster, error) {
		o := prove.Clusters{Dir: cmp.Or(s.Dir, ".")}
		if name := s.proof.Project.Config.Check.Kind; name != "" {
			o.Kind.Config = filepath.Join(o.Dir, name)
		}
		c, stop, err := s.proof.Start(context.Background(), env, o, config.ClusterKind)
		k.stop = stop
		return c, err
	})
	return k
}

// runOnPlane runs one page on a cluster, and leaves that as it was found.
func (s *suite) runOnPlane(t *testing.T, plan *check.Plan) (report.Page, error) {
	on, err := s.seat(t, plan)
	if err != nil {
		return report.Page{}, fmt.Errorf("doctest: %w", err)
	}
	on.plane.turn.Lock()
	defer on.plane.turn.Unlock()
	if on.runner == nil {
		c, err := on.plane.start()
		if err != nil {
			return report.Page{}, fmt.Errorf("doctest: %w", err)
		}
		on.plane.users++
		if on.runner, err = s.newRunner(t.Context(), named(c, on.plane.users)); err != nil {
			return report.Page{}, err
		}
	}
	pg, err := on.runner.Page(t.Context(), plan)
	return pg, errors.Join(err, on.runner.Leave(t.Context()))
}

// named is the cluster with marks of one user's own.
func named(c *runner.Cluster, user int) *runner.Cluster {
	own := *c
	name := func(mark string) string { return fmt.Sprintf("doctest %d %s", user, mark) }
	if c.Mark != nil && c.Rewind != nil {
		own.Mark = func(ctx context.Context, mark string) error { return c.Mark(ctx, name(mark)) }
		own.Rewind = func(ctx context.Context, mark string) ([]string, error) { return c.Rewind(ctx, name(mark)) }
	}
	return &own
}
