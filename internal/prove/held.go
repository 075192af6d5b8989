package prove

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/runner"
)

// Held keeps clusters that were started for one RunOn for the next, each as it
// was before any page. The user's own cluster is not among them: in it every run
// makes and deletes a namespace of its own. Its methods are safe for concurrent
// use.
type Held struct {
	life context.Context // that of the clusters, which outlive single runs

	mu       sync.Mutex
	clusters map[kindOf]*held
}

// kindOf tells clusters apart that are held side by side.
type kindOf struct {
	provider config.Cluster
	release  string // of Kubernetes, where one was asked for
}

// held is one cluster, of those of the same kind the last.
type held struct {
	mu      sync.Mutex
	made    string // what it was made from
	running *runner.Cluster
	stop    func() error
}

// heldMark is the mark of a held cluster as it was before any page.
const heldMark = "held"

// Hold gives a Held without clusters. They end with ctx at the latest. Stop has to
// be called at the end.
func Hold(ctx context.Context) *Held {
	return &Held{life: ctx, clusters: map[kindOf]*held{}}
}

// Stop ends the clusters.
func (h *Held) Stop() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	var errs []error
	for _, c := range h.clusters {
		errs = append(errs, c.end())
	}
	return errors.Join(errs...)
}

func (h *Held) of(k kindOf) *held {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.clusters[k]
	if c == nil {
		c = &held{}
		h.clusters[k] = c
	}
	return c
}

// start gives the held cluster of a provider, or what p.Start starts where there
// is none that fits. Several proofs may use it one after another.
func (h *Held) start(ctx context.Context, p *Proof, env cluster.Env, c Clusters, provider config.Cluster) (*runner.Cluster, func() error, error) {
	if provider == config.ClusterExisting {
		return p.Start(ctx, env, c, provider)
	}
	one, made := h.of(kindOf{provider, c.Kind.Kubernetes}), p.madeFrom(c, provider)
	one.mu.Lock()
	defer one.mu.Unlock()
	stays := func() error { return nil }
	if one.made == made && one.ready(h.life) {
		return one.running, stays, nil
	}
	err := one.end()
	if err != nil {
		return nil, nil, err
	}
	// Not ctx: a run that is given up must not end a cluster that the next one needs.
	running, stop, err := p.Start(h.life, env, c, provider)
	if err != nil {
		return nil, nil, err
	}
	one.made, one.running, one.stop = made, running, stop
	if err := one.running.Mark(h.life, heldMark); err != nil {
		return nil, nil, errors.Join(err, one.end())
	}
	return one.running, stays, nil
}

// readyLimit is how long putting a cluster back may take, which is done in less
// than a second.
const readyLimit = time.Minute

// ready puts the cluster back to what it was before any page, however the last
// run on it has ended. It reports false where that cannot be.
func (c *held) ready(ctx context.Context) bool {
	if c.running == nil {
		return false
	}
	select {
	case <-c.running.Done:
		return false
	default:
	}
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	_, err := c.running.Rewind(ctx, heldMark)
	return err == nil
}

// end ends the cluster, if there is one.
func (c *held) end() error {
	if c.running == nil {
		return nil
	}
	c.running = nil
	return c.stop()
}

// madeFrom is all that a cluster of a provider is made from. A file that cannot be
// read is told of when the cluster is started.
func (p *Proof) madeFrom(c Clusters, provider config.Cluster) string {
	if provider == config.ClusterEmbedded {
		return ""
	}
	conf, _ := os.ReadFile(c.Kind.Config)
	return fmt.Sprintf("%q %s %v", c.Kind.Name, conf, p.Project.Config.Check.Images)
}
