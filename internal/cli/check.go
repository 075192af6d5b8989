package cli

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/prove"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/script"
	"github.com/probatum/probatum/internal/source"
)

const checkHelp = `Usage: probatum check [flags] [PAGE ...]

Runs every command of the pages in a shell, and gives every manifest to a
Kubernetes API server: on the embedded cluster, the one in the background, else one
that is started for this; and where the page says "needs: pods", on a cluster that
is made with kind and deleted afterwards. PAGE is a file, a folder or a URL of the
site, also with *; none means all pages.

  -static         run nothing: what can be said without running
  -fresh          run also what has not changed since it was verified
  -cluster NAME   embedded or kind for all pages; auto, the default, chooses for each
  -keep           run nothing after the first failure, leave the page's folder and the
                  cluster as they are then, and say how to go there; a cluster that
                  was made with kind stays in any case
  -reuse NAME     use a cluster that was kept; make and keep it where there is none
  -context NAME   use a cluster of yours, by its context: one namespace of it, which is
                  made and deleted, with no rights outside
  -production N   the context once more, where it looks like production
  -kubernetes V   prove the pages for these releases, as 1.33,1.34, instead of those in
                  check.kubernetes: manifests are held against the schemas of each, and
                  what is run on kind is run on a cluster of each
  -openapi FILE   and against those in a file, a folder or at an address, as an API
                  server gives them under /openapi/v2, instead of check.openapi
  -leaks          print what pages leave behind on the cluster, with the block that
                  has made it; it is removed in any case
  -update         put what came into the pages, where it is not what they show
  -diff           print what -update would change, and change nothing
  -page PAGE      the same as PAGE; may be given more than once
  -watch          go on until Ctrl-C: keep the cluster, and run again what a save changes
  -fail-fast      run nothing after the first failure, but what cleans up
  -changed REV    only the pages that have changed since a revision of git, as main,
                  or whose setup scripts or included files have
  -shard I/N      only part I of N of the pages: 2/5 is the second of five
  -require P%     exit with 1 if less of what can be checked is verified, as 95%
  -results FILE   what the results of another run, as with pods, have verified counts
                  where this one cannot tell; may be given more than once
  -json FILE      write the results as JSON, too; - is stdout, instead of the text
  -junit FILE     as XML of JUnit
  -sarif FILE     what is wrong as SARIF 2.1.0
  -annotations github
                  what is wrong as annotations of GitHub Actions
  -C DIR          work in this folder
  -config FILE    instead of probatum.yaml

Exit status: 0 what the pages say is true, 1 a page is wrong, 2 it could not be
checked. Example:

  probatum check -json result.json content/docs
`

// A checking is what one call of check was asked for.
type checking struct {
	*session
	flags                *flag.FlagSet
	static, fresh, watch *bool
	releases, served     *string
	out                  *outputs
	change               *change
	choose               *choice
	on                   *clusterChoice
	names                []string
}

func (s *session) check(args []string) int {
	fs := s.flags("check")
	c := &checking{session: s, flags: fs, static: fs.Bool("static", false, ""), fresh: fs.Bool("fresh", false, ""), watch: fs.Bool("watch", false, ""),
		releases: fs.String("kubernetes", "", ""), served: fs.String("openapi", "", ""),
		out: outputFlags(fs), change: changeFlags(fs), choose: choiceFlags(fs), on: clusterFlags(fs)}
	names, code, done := s.parse(fs, checkHelp, args)
	if done {
		return code
	}
	c.names = append(names, c.choose.pages...)
	if err := cmp.Or(c.together(), c.change.usable(*c.static, c.out.stdout()), c.choose.usable(), c.out.usable(s)); err != nil {
		return s.fail(err)
	}
	if *c.watch {
		return c.follow()
	}
	return c.once()
}

// once checks the pages.
func (c *checking) once() int {
	began := time.Now()
	known := c.recall(*c.fresh)
	if c.plain() {
		known.note(os.DirFS(c.env.Dir), c.asked()...)
		if run := known.whole(began); run != nil {
			c.stamp(run, began, c.out)
			return c.finish(run, nil, c.out, c.change, nil)
		}
	}
	proof, code := c.plan(known)
	if proof == nil {
		return code
	}
	cached := !*c.static && !c.change.wanted()
	if cached {
		proof.Recall(known.memory)
	}
	o := prove.Options{Static: *c.static, Update: c.change.wanted(), FailFast: *c.choose.failFast}
	if *c.on.keep {
		o.Kept = c.keptPage
	}
	clusters, err := c.on.clusters(c.session, proof.Project.Config.Check)
	if err != nil {
		return c.fail(err)
	}
	run, err := c.prove(proof, clusters, o)
	if run == nil {
		return c.fail(err)
	}
	c.stamp(run, began, c.out)
	if cached {
		known.keep(c.session, proof, run, err)
	}
	return c.finish(run, err, c.out, c.change, func() error { return c.session.change(c.change, proof, run, c.flags, c.names) })
}

// plain reports whether the results of the whole run may be taken from the cache,
// and kept there.
func (c *checking) plain() bool {
	return !*c.static && !c.change.wanted() && *c.choose.changed == "" && *c.on.reuse == "" && !*c.on.keep
}

// asked is all of the command line that the results of a whole run rest on.
func (c *checking) asked() []string {
	return append([]string{reading(c.flags, false).Config, *c.releases, *c.served, *c.choose.part, *c.on.use}, c.names...)
}

// plan reads the project and plans the chosen pages. The proof is nil where the
// command has to end with the code.
func (c *checking) plan(known *recall) (*prove.Proof, int) {
	root := known.root(c.env.Dir)
	p, code, ok := c.loadFrom(root, reading(c.flags, false))
	if !ok {
		return nil, code
	}
	if *c.releases != "" {
		p.Config.Check.Kubernetes = strings.Split(*c.releases, ",")
	}
	if *c.served != "" {
		p.Config.Check.OpenAPI = []string{c.openAPI(*c.served)}
	}
	// What an address gives may change, and so may a cluster that others make.
	known.memory.Sure = len(p.Config.Check.OpenAPI) == 0 && c.on.ours(p.Config.Check)
	proof, err := prove.New(c.ctx, root, p, c.names...)
	if errors.Is(err, prove.ErrNoBlocks) {
		fmt.Fprintf(c.stderr, "%s: %v\n\thint: a block is code between ``` lines or in a text shortcode\n", p.Config.Content, err)
		return nil, exitWrong
	}
	if err == nil {
		err = c.choose.choose(c.session, proof, c.flags)
	}
	if err != nil {
		return nil, c.fail(err)
	}
	return proof, exitFine
}

// stamp says when and for which commit the run was. git is asked where somebody
// will read the answer: in a file, or in a later run.
func (s *session) stamp(run *report.Run, began time.Time, out *outputs) {
	commit := ""
	if out.files() || slices.ContainsFunc(run.Pages, func(p report.Page) bool { return p.Cached == nil }) {
		commit = s.repository().Commit
	}
	run.Stamp(began, commit)
}

// finish reports a run, which was ended by err unless that is nil, and returns
// the exit code. update puts the changes into the pages that are wanted.
func (s *session) finish(run *report.Run, err error, out *outputs, change *change, update func() error) int {
	source.Print(s.stderr, run.Diagnostics)
	if change.wanted() && err == nil {
		err = update()
	}
	if err == nil {
		err = out.merge(s, run)
	}
	reporter := change.reporter(s)
	if writeErr := out.write(reporter, run); err == nil {
		err = writeErr
	}
	if err != nil {
		return s.fail(err)
	}
	if short := out.short(s, run); short || run.Wrong() || change.found {
		return exitWrong
	}
	return exitFine
}

// openAPI gives a file's whole name, from where it was meant; an address stays.
func (s *session) openAPI(name string) string {
	if strings.Contains(name, "://") {
		return name
	}
	return s.path(name)
}

// prove runs the plans on the cluster that they need. The run is nil where it
// could not even start.
func (s *session) prove(proof *prove.Proof, c prove.Clusters, o prove.Options) (*report.Run, error) {
	progress := &progress{w: s.stderr, shown: s.env.Terminal}
	defer progress.end()
	o.Environ, o.Progress, c.Progress = s.env.Cluster.Environ, progress.page, progress.say
	return proof.RunOn(s.ctx, s.env.Cluster, c, o)
}

const scriptHelp = `Usage: probatum script [flags] PAGE

Prints the testscript that a page becomes: what "probatum check" runs for it.

  -C DIR          work in this folder
  -config FILE    instead of probatum.yaml

Example:

  probatum script content/start.md
`

func (s *session) script(args []string) int {
	fs := s.flags("script")
	names, code, done := s.parse(fs, scriptHelp, args)
	if done {
		return code
	}
	if len(names) != 1 {
		return s.fail(&usageError{"script: name one page", "probatum script -h tells how"})
	}
	p, code, ok := s.load(fs, false)
	if !ok {
		return code
	}
	proof, err := prove.New(s.ctx, os.DirFS(s.env.Dir), p, names[0])
	if err != nil {
		return s.fail(err)
	}
	for _, plan := range proof.Plans {
		if _, err := s.stdout.Write(script.Make(plan, nil).Text); err != nil {
			return s.fail(err)
		}
	}
	return exitFine
}
