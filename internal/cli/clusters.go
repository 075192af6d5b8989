package cli

import (
	"cmp"
	"errors"
	"flag"
	"fmt"

	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/prove"
	"github.com/probatum/probatum/internal/runner"
)

// A clusterChoice is what the flags say about clusters.
type clusterChoice struct {
	use, reuse, context, production *string
	keep                            *bool
}

func clusterFlags(fs *flag.FlagSet) *clusterChoice {
	return &clusterChoice{
		use: fs.String("cluster", "", ""), reuse: fs.String("reuse", "", ""), keep: fs.Bool("keep", false, ""),
		context: fs.String("context", "", ""), production: fs.String("production", "", ""),
	}
}

// ours reports whether pages run on clusters of which all is known before they
// start; but for pages that need pods, which are not recalled in any case.
func (c *clusterChoice) ours(conf config.Check) bool {
	return cmp.Or(*c.use, string(conf.Cluster)) != string(config.ClusterKind) && *c.reuse == "" && !*c.keep
}

// clusters gives what the flags and the configuration ask for together. It tells
// of clusters that were left behind.
func (c *clusterChoice) clusters(s *session, conf config.Check) (prove.Clusters, error) {
	if *c.use != "" {
		if problem := config.ClusterProblem(*c.use); problem != "" {
			return prove.Clusters{}, &usageError{"check: -cluster " + problem, "leave it out, and each page gets the cheapest that will do"}
		}
	}
	if *c.context != "" {
		return c.existing()
	}
	if *c.production != "" {
		return prove.Clusters{}, &usageError{"check: -production is for a -context", "name that, too: -context " + *c.production}
	}
	use := config.Cluster(cmp.Or(*c.use, string(conf.Cluster)))
	if use == config.ClusterEmbedded && *c.reuse != "" {
		return prove.Clusters{}, &usageError{"check: -reuse is for clusters made with kind", "leave out -cluster embedded"}
	}
	all := prove.Clusters{Use: use, Dir: s.env.Dir, Warn: s.without}
	all.Kind = cluster.KindOptions{Name: *c.reuse, Reuse: *c.reuse != "", Keep: *c.keep, Kept: s.kept}
	if conf.Kind != "" {
		all.Kind.Config = s.path(conf.Kind)
	}
	if use != config.ClusterEmbedded {
		s.tellLeft()
	}
	return all, nil
}

// existing is a cluster of the user's.
func (c *clusterChoice) existing() (prove.Clusters, error) {
	if *c.use != "" || *c.keep || *c.reuse != "" {
		return prove.Clusters{}, &usageError{"check: -context can't be used with -cluster, -keep or -reuse", "it names a cluster that is there already: leave out the others"}
	}
	return prove.Clusters{Use: config.ClusterExisting, Existing: cluster.ExistingOptions{Context: *c.context, Production: *c.production}}, nil
}

// without says what the check goes without.
func (s *session) without(err error) {
	fmt.Fprintf(s.stderr, "probatum: %v\n", err)
	var h interface{ Hint() string }
	if errors.As(err, &h) {
		fmt.Fprintf(s.stderr, "\thint: %s\n", h.Hint())
	}
}

// kept says where a cluster is that stays.
func (s *session) kept(name, kubeconfig string) {
	fmt.Fprintf(s.stderr, "probatum: the cluster %s stays: kubectl --kubeconfig %s get nodes\n\thint: delete it with probatum cluster delete %s\n", name, kubeconfig, name)
}

// keptPage says how to look at a page that is left as it failed.
func (s *session) keptPage(k runner.Kept) {
	fmt.Fprintf(s.stderr, "probatum: %s is left as it failed, without its background commands. To go there:\n\n\tcd %s\n", k.Page, k.Dir)
	done := "rm -rf " + k.Folder
	if k.Kubeconfig != "" {
		fmt.Fprintf(s.stderr, "\texport KUBECONFIG=%s\n", k.Kubeconfig)
	}
	if k.Bin != "" {
		fmt.Fprintf(s.stderr, "\texport PATH=%s:$PATH\n", k.Bin)
		done += "; probatum cluster stop"
	}
	fmt.Fprintf(s.stderr, "\n\thint: when you are done: %s\n", done)
}

// tellLeft tells of clusters that nobody uses any more.
func (s *session) tellLeft() {
	list, err := cluster.ListKind(s.env.Cluster)
	if err != nil {
		return // it is only a hint, and starting a cluster will say what is wrong
	}
	for _, k := range list {
		if k.Left() {
			fmt.Fprintf(s.stderr, "probatum: a run that was killed has left the cluster %s\n\thint: delete it with probatum cluster delete %s\n", k.Name, k.Name)
		}
	}
}

// clusterList prints the clusters that were made with kind and are there.
func (s *session) clusterList() int {
	list, err := cluster.ListKind(s.env.Cluster)
	if err != nil {
		return s.fail(err)
	}
	for _, k := range list {
		state := "left behind by a run that was killed"
		switch {
		case k.InUse:
			state = "in use"
		case k.Keep:
			state = "kept"
		}
		fmt.Fprintf(s.stdout, "%s  %s  %s\n  kubeconfig %s\n", k.Name, cmp.Or(k.Kubernetes, "unfinished"), state, k.Kubeconfig)
	}
	return exitFine
}

func (s *session) clusterDelete(names []string) int {
	if len(names) == 0 {
		return s.fail(&usageError{"cluster delete: which one?", "probatum cluster list prints the names"})
	}
	var errs []error
	for _, name := range names {
		errs = append(errs, cluster.DeleteKind(s.ctx, s.env.Cluster, name))
	}
	if err := errors.Join(errs...); err != nil {
		return s.fail(err)
	}
	return exitFine
}
