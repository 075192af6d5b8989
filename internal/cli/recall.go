package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/probatum/probatum/internal/cache"
	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/prove"
	"github.com/probatum/probatum/internal/report"
)

// A recall is what a check may take from the cache, and puts there.
type recall struct {
	memory *prove.Memory
	key    string          // of the whole run; "" it is not kept
	dir    fs.FS           // the project's folder
	seen   *cache.Recorder // what the project's folder was asked
}

// folderOfCache is where results are kept, in the project's folder.
const folderOfCache = ".probatum/checks"

// recall looks for results. With fresh it takes none, but keeps new ones.
func (s *session) recall(fresh bool) *recall {
	m := &prove.Memory{Store: cache.Open(s.path(filepath.FromSlash(folderOfCache))), Environ: s.env.Cluster.Environ, Forget: fresh, Sure: true}
	if program, err := cluster.Program(s.env.Cluster); err == nil {
		m.Cluster = "embedded " + cache.Tool(filepath.Dir(program), filepath.Base(program))
	}
	return &recall{memory: m}
}

// note makes that from now on what is read of the project's folder is noted, for a
// run that args ask for.
func (r *recall) note(dir fs.FS, args ...string) {
	r.dir, r.seen, r.key = dir, cache.Record(dir), r.memory.RunKey(args...)
}

// whole returns the results of the whole run, nil where something that it rests on
// has changed.
func (r *recall) whole(now time.Time) *report.Run {
	return r.memory.RecallRun(r.dir, r.key, now)
}

// root is the project's folder, as it is to be read.
func (r *recall) root(dir string) fs.FS {
	if r.seen != nil {
		return r.seen
	}
	return os.DirFS(dir)
}

// keep puts recalled pages into the run, and what the run has found into the
// cache. That it cannot is no fault of the pages: it is said, and no more.
func (r *recall) keep(s *session, proof *prove.Proof, run *report.Run, ended error) {
	err := proof.Remember(run)
	if err == nil && ended == nil && r.seen != nil {
		err = proof.RememberRun(run, r.seen, r.key)
	}
	r.memory.Store.Prune()
	if err != nil {
		fmt.Fprintf(s.stderr, "probatum: warning: %v\n\thint: nothing is wrong but that the next check takes as long; %s has to be a folder that can be written to\n", err, folderOfCache)
	}
}
