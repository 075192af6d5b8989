package cli

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/cache"
	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/prove"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/internal/watch"
)

// together reports flags that make no sense with -watch.
func (c *checking) together() error {
	if !*c.watch {
		return nil
	}
	for _, f := range []struct {
		name  string
		given bool
		hint  string
	}{
		{"-update", *c.change.write, "it writes the files that are watched: run it once, and watch then"},
		{"-diff", *c.change.show, "it is for one run: leave out one of them"},
		{"-keep", *c.on.keep, "the cluster stays as long as it watches: leave out -keep"},
		{"-shard", *c.choose.part != "", "name the pages to watch"},
		{"-annotations", *c.out.annotations != "", "annotations are for one run: leave out one of them"},
		{c.out.stdout() + " -", c.out.stdout() != "", "it writes after each round: name a file, as -json result.json"},
	} {
		if f.given {
			return &usageError{"check: " + f.name + " can't be used with -watch", f.hint}
		}
	}
	return nil
}

// A follower checks again, round after round, what somebody saves.
type follower struct {
	*checking
	watcher *watch.Watcher
	held    *prove.Held
	last    *prove.Last
	conf    []byte              // the configuration that last is for
	beside  []string            // files and folders that are read and are not in seen
	seen    *cache.Recorder     // what this round has read, or the last one
	changed []string            // files of the project that were saved since the last round was told
	told    []source.Diagnostic // by the last round
	rounds  int                 // that were told
}

// An outcome is how a round has ended.
type outcome int

const (
	finished   outcome = iota
	impossible         // and that was told
	givenUp            // for newer changes, or with Ctrl-C
)

// follow checks until Ctrl-C, and returns the exit code of the last round. Where
// already the first cannot be made, there is nothing to watch.
func (c *checking) follow() int {
	w, err := watch.New(nil, 30*time.Millisecond)
	if err != nil {
		return c.fail(err)
	}
	defer w.Close()
	f := &follower{checking: c, watcher: w, held: prove.Hold(c.ctx), last: prove.NewLast()}
	code := f.follow()
	if err := f.held.Stop(); err != nil {
		return c.fail(err)
	}
	return code
}

func (f *follower) follow() int {
	code := exitError
	for {
		next, outcome := f.round()
		if outcome != givenUp {
			code = next
			f.rounds++
			f.changed = nil
		}
		switch {
		case f.ctx.Err() != nil && f.rounds == 0:
			return f.fail(f.ctx.Err())
		case outcome == impossible && f.rounds == 1:
			return code
		case f.rounds == 1 && outcome == finished:
			fmt.Fprintln(f.stderr, "probatum: watching: a save checks again what it changes, Ctrl-C ends")
		}
		if outcome != givenUp && !f.wait() || f.ctx.Err() != nil {
			return code
		}
	}
}

// wait waits until something is saved that counts; false means Ctrl-C.
func (f *follower) wait() bool {
	for {
		select {
		case <-f.watcher.Changed:
			if f.outdated() {
				return true
			}
		case err := <-f.watcher.Failed:
			fmt.Fprintf(f.stderr, "probatum: %v\n", err)
		case <-f.ctx.Done():
			return false
		}
	}
}

// outdated reports whether what was saved is another than what was read; or a page
// that has failed, which its author may want to have run again as it is.
func (f *follower) outdated() bool {
	names := f.watcher.Take()
	beside := slices.ContainsFunc(names, func(name string) bool {
		return slices.ContainsFunc(f.beside, func(root string) bool {
			return name == root || strings.HasPrefix(name, root+string(filepath.Separator))
		})
	})
	var files []string
	for _, name := range names {
		if rel, err := filepath.Rel(f.env.Dir, name); err == nil {
			files = append(files, filepath.ToSlash(rel))
		}
	}
	f.changed = append(f.changed, files...)
	return f.last.Retry(files) || beside || !cache.Same(os.DirFS(f.env.Dir), f.seen.Trace())
}

// round checks what has changed.
func (f *follower) round() (int, outcome) {
	began := time.Now()
	ctx, cancel := context.WithCancel(f.ctx)
	defer cancel()
	s := *f.session // git is asked anew
	s.ctx = ctx
	c := *f.checking
	c.session = &s
	known := c.recall(*c.fresh)
	known.note(os.DirFS(c.env.Dir), c.asked()...)
	f.seen = known.seen
	if !c.plain() {
		known.key = ""
	}
	proof, code := c.plan(known)
	if proof == nil {
		f.head("not checked")
		return code, impossible
	}
	if err := f.prepare(proof, known); err != nil {
		return f.fail(err), impossible
	}
	plans := proof.Plans
	run, newer, err := f.run(&c, proof, cancel)
	if run != nil {
		c.stamp(run, began, c.out)
		if !*c.static {
			known.keep(&s, proof, run, err)
		}
	}
	switch {
	case newer || f.ctx.Err() != nil:
		f.last.Retry(files(plans)) // what has failed was not told
		return 0, givenUp
	case run == nil:
		return f.fail(err), impossible
	}
	f.head(fmt.Sprintf("%s of %d checked in %.1f s", count(len(plans), "page"), len(proof.Plans), time.Since(began).Seconds()))
	return f.tell(&c, run, err), finished
}

func files(plans []*check.Plan) []string {
	var names []string
	for _, plan := range plans {
		names = append(names, plan.Page.File.Name)
	}
	return names
}

// prepare watches what the proof was made from, and leaves the pages to run: those
// that have just changed first.
func (f *follower) prepare(proof *prove.Proof, known *recall) error {
	p := proof.Project
	conf := p.Config.Check
	f.beside = nil
	for _, name := range append([]string{conf.Kind}, slices.Concat(conf.OpenAPI, f.out.others)...) {
		if name != "" && !strings.Contains(name, "://") {
			f.beside = append(f.beside, filepath.Clean(f.path(name)))
		}
	}
	roots := slices.Concat(f.session.watched(p, reading(f.flags, false).Name()), f.beside)
	for _, name := range append([]string{conf.Scripts, conf.Files}, conf.CRDs...) {
		if name != "" {
			roots = append(roots, f.path(filepath.FromSlash(name)))
		}
	}
	if err := f.watcher.Add(roots); err != nil {
		return err
	}
	if text := f.configuration(conf.Kind); !bytes.Equal(text, f.conf) {
		f.conf, f.last = text, prove.NewLast()
	}
	if !*f.static {
		known.memory.Last = f.last
		proof.Recall(known.memory)
		proof.First(f.changed)
	}
	return nil
}

// configuration is what results of the pages rest on that is in none of them.
func (f *follower) configuration(kind string) []byte {
	text, _ := fs.ReadFile(os.DirFS(f.env.Dir), reading(f.flags, false).Name()) // it has just been read
	more, _ := os.ReadFile(f.path(kind))
	return append(text, more...)
}

// run runs the plans until something newer is saved.
func (f *follower) run(c *checking, proof *prove.Proof, cancel func()) (run *report.Run, newer bool, err error) {
	clusters, err := c.on.clusters(c.session, proof.Project.Config.Check)
	if err != nil {
		return nil, false, err
	}
	clusters.Held = f.held
	if f.rounds > 0 {
		clusters.Warn = nil // it was told
	}
	ended, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		// What was saved before the watching began counts, too.
		for newer = f.outdated(); !newer; newer = f.outdated() {
			select {
			case <-f.watcher.Changed:
			case <-ended:
				return
			}
		}
		cancel()
	}()
	run, err = c.session.prove(proof, clusters, prove.Options{Static: *c.static, FailFast: *c.choose.failFast})
	close(ended)
	<-watched
	return run, newer, err
}

// head writes the line that a round begins with: when, why, and what was done.
func (f *follower) head(what string) {
	why := ""
	if files := slices.Compact(slices.Sorted(slices.Values(f.changed))); f.rounds > 0 && len(files) > 0 {
		why = files[0]
		if len(files) > 1 {
			why += fmt.Sprintf(" and %d more", len(files)-1)
		}
		why += ": "
	}
	fmt.Fprintf(f.stdout, "%s %s%s\n", time.Now().Format(time.TimeOnly), why, what)
}

// tell reports a round, which was ended by err unless that is nil, and returns the
// exit code: the first in full, later ones what is new.
func (f *follower) tell(c *checking, run *report.Run, err error) int {
	source.Print(f.stderr, slices.DeleteFunc(slices.Clone(run.Diagnostics), func(d source.Diagnostic) bool {
		return slices.ContainsFunc(f.told, func(o source.Diagnostic) bool { return o.String() == d.String() })
	}))
	f.told = run.Diagnostics
	if err == nil {
		err = c.out.merge(c.session, run)
	}
	write := run.News
	if f.rounds == 0 {
		write = run.Text
	}
	// The reports first: who sees the text finds them.
	for _, e := range []error{c.out.writeReports(c.session, run), write(f.stdout)} {
		if err == nil {
			err = e
		}
	}
	if err != nil {
		return f.fail(err)
	}
	if short := c.out.short(c.session, run); short || run.Wrong() {
		return exitWrong
	}
	return exitFine
}
