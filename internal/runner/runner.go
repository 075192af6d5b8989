// Package runner runs plans: it writes each page as a testscript, runs it with
// testscript in one live shell against a cluster that is as the page wants it,
// and gives the verdicts as a report.
package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/redact"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/source"
)

// A Cluster is a Kubernetes API to run pages against: all that the runner knows
// of a provider.
type Cluster struct {
	Provider   string // "embedded", "kind", …: what [cluster:NAME] asks for
	Kubernetes string // its version: "v1.34.4"
	Kubeconfig string // file; each page gets a copy
	Bin        string // folder to put first in PATH; "" none
	Pods       bool   // its pods have containers: logs and exec come from real programs
	// Mark remembers the state of the cluster under a name; Rewind puts it back
	// and tells what had been added, as "configmaps default/x". A page is alone
	// by them: it finds the namespaces as they were before any page, default
	// among them, and what it makes is gone after it, cluster-scoped objects,
	// too. So a page that names no namespace has default to itself, and prints
	// that name as it does for a reader; a namespace of its own would change
	// what it prints. Where they are nil, pages see what the pages before them
	// have left.
	Mark   func(ctx context.Context, name string) error
	Rewind func(ctx context.Context, name string) (added []string, err error)
	// Revision names the state that the cluster is in now. Since tells of objects
	// that Rewind has told which of several revisions, the oldest first, was the
	// first to have each: its index, -1 unknown. Where they are nil, nobody knows
	// which block has made what a page leaves.
	Revision func(ctx context.Context) (string, error)
	Since    func(ctx context.Context, keys, revisions []string) []int
	Done     <-chan struct{} // closed when the cluster has ended; may be nil
	// Cause says why the cluster has ended, nil unknown. It may be nil.
	Cause func() error
	// Secrets returns the values of the Secrets that are there now; nil: they
	// cannot be told.
	Secrets func(ctx context.Context) ([]string, error)
	// Trouble tells of pods that are not as they should be, for a failure; "" all
	// are well. It may be nil.
	Trouble func(ctx context.Context) string
}

// Options say how plans are run. The zero value is good: no cluster.
type Options struct {
	Cluster  *Cluster      // nil: what needs one is not run, and that is said
	Setup    fs.FS         // holds NAME.txtar for the setup scripts; may be nil
	SetupDir string        // how people call that folder; "" means testscripts/setup
	Files    fs.FS         // lies in the working folder of each page that names it; may be nil
	Within   time.Duration // how long a read may take to become right; 0 means 30 s
	Timeout  time.Duration // for one command; 0 means 2 m
	// SetupTimeout is for one setup script; 0 means 10 m.
	SetupTimeout time.Duration
	Environ      []string         // of this process: PATH and a few more are taken from it; nil means os.Environ()
	Env          []string         // NAME=value for the commands of every page, after all others
	Secrets      *redact.Redactor // takes secrets out of the results; nil: a new one
	// Update says that the pages are going to show what came: output that differs
	// keeps no later command from being run.
	Update bool
	// FailFast ends the run with the first failure: what comes after it is not
	// run, but for what cleans up.
	FailFast bool
	// Kept ends the run as FailFast does, and leaves the cluster and the folders of
	// the page as they are then: nothing cleans up. It is told of them at the end;
	// nil keeps nothing.
	Kept func(Kept)
	// Progress is told before each page how many are done; may be nil.
	Progress func(page string, done, total int)

	// now is the clock for the times in the report; nil means time.Now. How long
	// anything may take is never asked of it.
	now func() time.Time
}

// ErrClusterEnded says that the cluster has ended before the run had.
var ErrClusterEnded = errors.New("the cluster has ended")

// A Runner runs pages one after another. It is not safe for concurrent use.
type Runner struct {
	o       Options
	dir     string // folders of the pages
	quick   string // scripts and the shells' own files, in memory where there is such a place
	mark    string // NAME=value in the environment of every process that we start
	goodbye func()
	setups  map[string]*setup // by the names of their scripts
	ran     []*ran            // setup scripts, in order
	marked  bool              // the cluster can be put back as it was found
	state   string            // the mark that the cluster is at; "" unknown
	pages   int
	found   map[string]bool // programs that have been looked for
	wrong   []source.Diagnostic
	kept    *Kept  // what is not cleaned up; nil all is
	stopped string // why no further page is run; "" they are
	secrets *redact.Redactor
	blind   bool // the Secrets of the cluster cannot be listed
}

// New makes a Runner; Close has to be called at the end.
func New(ctx context.Context, o Options) (*Runner, error) {
	o.Within = cmp.Or(o.Within, 30*time.Second)
	o.Timeout = cmp.Or(o.Timeout, 2*time.Minute)
	o.SetupTimeout = cmp.Or(o.SetupTimeout, 10*time.Minute)
	o.SetupDir = cmp.Or(o.SetupDir, "testscripts/setup")
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	if o.now == nil {
		o.now = time.Now
	}
	r := &Runner{o: o, mark: newMark(), goodbye: func() {}, setups: map[string]*setup{}, found: map[string]bool{},
		secrets: cmp.Or(o.Secrets, redact.New())}
	if err := r.folders(); err != nil {
		r.Close()
		return nil, noStart(fmt.Errorf("make folders for the pages: %w", err))
	}
	if err := r.markBase(ctx); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Runner) folders() (err error) {
	if r.dir, err = os.MkdirTemp("", "probatum-"); err != nil {
		return err
	}
	// Each command goes through a file, and that is slow on a disk.
	if r.quick, err = os.MkdirTemp(quickRoot, "probatum-"); err != nil {
		if r.quick, err = os.MkdirTemp("", "probatum-"); err != nil {
			return err
		}
	}
	goodbye, err := guard(r.mark, r.dir, r.quick)
	if err != nil {
		return err // Close still has to remove the folders
	}
	r.goodbye = goodbye
	return nil
}

// quickRoot is a file system in memory.
var quickRoot = "/dev/shm"

// closeLimit is how long the cleaning up after setup scripts may take when the
// run ends early.
const closeLimit = time.Minute

// Close cleans up after setup scripts, puts the cluster back as it was found,
// ends whatever is left of the run and removes its folders.
func (r *Runner) Close() error {
	if r.goodbye == nil {
		return nil
	}
	sweep(0, r.mark)
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	var errs []error
	if r.kept != nil {
		r.dir = ""
	} else {
		errs = append(errs, r.restore(ctx))
	}
	sweep(0, r.mark)
	for _, dir := range []string{r.dir, r.quick} {
		if dir != "" {
			errs = append(errs, removeAll(dir))
		}
	}
	r.goodbye()
	r.goodbye = nil
	return errors.Join(errs...)
}

// restore cleans up after setup scripts and puts the cluster back, also after
// Ctrl-C: what a script has made outside of the cluster would stay. That the
// cluster has ended has been reported already.
func (r *Runner) restore(ctx context.Context) error {
	var errs []error
	for _, err := range []error{r.release(ctx, nil), r.putBack(ctx)} {
		if !errors.Is(err, ErrClusterEnded) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// removeAll removes a folder, also one that a command has made read-only.
func removeAll(dir string) error {
	if os.RemoveAll(dir) == nil {
		return nil
	}
	filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() {
			os.Chmod(name, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}

// Diagnostics tells what is wrong with the setup scripts that pages have asked
// for so far.
func (r *Runner) Diagnostics() []source.Diagnostic {
	report.Diagnostics(r.secrets, r.wrong)
	return source.Sort(r.wrong)
}

// Run runs plans in their order. The run is good as far as it goes also with an
// error: pages that were not run, or not to their end, say so.
func Run(ctx context.Context, plans []*check.Plan, o Options) (*report.Run, error) {
	run := &report.Run{}
	if o.Cluster != nil {
		run.Cluster, run.Kubernetes = o.Cluster.Provider, o.Cluster.Kubernetes
	}
	r, err := New(ctx, o)
	if err != nil {
		r = &Runner{secrets: cmp.Or(o.Secrets, redact.New())}
		for _, p := range plans {
			run.Pages = append(run.Pages, r.hidden(notRun(p, err), p))
		}
		return run, err
	}
	for i, p := range plans {
		if o.Progress != nil {
			o.Progress(p.Page.File.Name, i, len(plans))
		}
		var pg report.Page
		switch {
		case err != nil:
			pg = r.hidden(notRun(p, err), p)
		case r.stopped != "":
			pg = r.hidden(heldBack(p, r.stopped), p)
		default:
			pg, err = r.Page(ctx, p)
			r.stop(&pg)
			if err == nil && r.kept == nil {
				err = r.release(ctx, plans[i+1:])
			}
		}
		run.Pages = append(run.Pages, pg)
	}
	if o.Progress != nil {
		o.Progress("", len(plans), len(plans))
	}
	if r.kept != nil {
		o.Kept(*r.kept)
	}
	run.Diagnostics = r.Diagnostics()
	run.Replace(r.secrets)
	return run, o.Cluster.because(cmp.Or(err, r.Close(), ctx.Err()))
}

// because adds to the error that the cluster has ended why it has.
func (c *Cluster) because(err error) error {
	if !errors.Is(err, ErrClusterEnded) || c.Cause == nil {
		return err
	}
	if cause := c.Cause(); cause != nil {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// stop ends the run where the page fails and that is wanted.
func (r *Runner) stop(pg *report.Page) {
	if at := r.failure(pg); at != "" && (r.o.FailFast || r.kept != nil) {
		r.stopped = at + " failed, and the run ends with the first failure"
	}
}

// failure returns where the page fails first, but for output that is going to be
// the page's; "" nowhere.
func (r *Runner) failure(pg *report.Page) string {
	for _, b := range pg.Blocks {
		if b.Status != check.Failed {
			continue
		}
		if len(b.Claims) == 0 {
			return b.Pos.String()
		}
		for _, c := range b.Claims {
			if c.Status == check.Failed && !(r.o.Update && c.Rule == "output") {
				return c.Pos.String()
			}
		}
	}
	return ""
}

// watch gives a context that ends with the cluster, too: what a command waits for
// may never come then. The function it returns ends the watching.
func (r *Runner) watch(ctx context.Context) (context.Context, func()) {
	watched, cancel := context.WithCancelCause(ctx)
	if r.o.Cluster == nil {
		return watched, func() { cancel(nil) }
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-r.o.Cluster.Done:
			cancel(ErrClusterEnded)
		case <-watched.Done():
		}
	}()
	return watched, func() {
		cancel(nil)
		<-done
	}
}

func (r *Runner) page(ctx context.Context, p *check.Plan) (report.Page, error) {
	ctx, end := r.watch(ctx)
	defer end()
	run := &pageRun{r: r, ctx: ctx, plan: r.forThisCluster(p)}
	run.settle()
	if !run.anything() {
		return run.report(), nil
	}
	if err := r.ended(ctx); err != nil {
		return notRun(p, err), err
	}
	why, err := r.prepare(ctx, p)
	if err != nil {
		return notRun(p, err), err
	}
	if why != "" {
		run.block(why)
		return run.report(), nil
	}
	if err := run.run(); err != nil {
		return notRun(p, err), err
	}
	pg := run.report()
	if run.keeps() {
		run.keep()
		return pg, nil
	}
	pg.Leaks, err = r.cleanUp(ctx, p)
	if err != nil {
		return notRun(p, err), err
	}
	run.blame(&pg)
	return pg, nil
}

// ended returns why nothing more can be run, nil if it can.
func (r *Runner) ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if r.o.Cluster == nil {
		return nil
	}
	select {
	case <-r.o.Cluster.Done:
		return ErrClusterEnded
	default:
		return nil
	}
}

// folder makes an empty folder for one page or setup script.
func (r *Runner) folder() (dir, quick string, err error) {
	r.pages++
	name := strconv.Itoa(r.pages)
	dir, quick = filepath.Join(r.dir, name), filepath.Join(r.quick, name)
	for _, d := range []string{dir, filepath.Join(dir, "work"), filepath.Join(dir, "home"), filepath.Join(dir, "tmp")} {
		if err := os.Mkdir(d, 0o700); err != nil {
			return "", "", err
		}
	}
	return dir, quick, os.MkdirAll(filepath.Join(quick, "shell"), 0o700)
}
