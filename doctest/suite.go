package doctest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/cluster"
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
	runners []*runner.Runner // all but onPlane
	onPlane *runner.Runner   // on the cluster; plane.turn guards it
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
	if s.onPlane == nil {
		return
	}
	plane.turn.Lock()
	defer plane.turn.Unlock()
	// Closing may run what cleans up after setup scripts.
	if err := errors.Join(s.onPlane.Close(), s.onPlane.Leave(context.Background())); err != nil {
		t.Error(err)
	}
	diagnostics(t, s.onPlane.Diagnostics())
}

// plane is the cluster of the test binary. It ends with the process: its program
// sees the pipe to it close, whether the tests end, fail, panic or are killed.
var plane struct {
	turn  sync.Mutex // one page at a time, of all tests
	start func() (*runner.Cluster, error)
	users int // suites that have had a turn
}

func init() {
	plane.start = sync.OnceValues(func() (*runner.Cluster, error) {
		dir, err := os.UserCacheDir()
		if err != nil {
			return nil, err
		}
		env := cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: dir, Environ: os.Environ()}
		c, _, err := prove.Start(context.Background(), env, nil)
		return c, err
	})
}

// runOnPlane runs one page on the cluster, and leaves that as it was found.
func (s *suite) runOnPlane(t *testing.T, plan *check.Plan) (report.Page, error) {
	plane.turn.Lock()
	defer plane.turn.Unlock()
	if s.onPlane == nil {
		c, err := plane.start()
		if err != nil {
			return report.Page{}, fmt.Errorf("doctest: %w", err)
		}
		plane.users++
		if s.onPlane, err = s.newRunner(t.Context(), named(c, plane.users)); err != nil {
			return report.Page{}, err
		}
	}
	pg, err := s.onPlane.Page(t.Context(), plan)
	return pg, errors.Join(err, s.onPlane.Leave(t.Context()))
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
