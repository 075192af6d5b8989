package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/probatum/probatum/internal/prove"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/script"
	"github.com/probatum/probatum/internal/source"
)

const checkHelp = `Usage: probatum check [flags] [PAGE ...]

Runs every command of the pages in a shell, and gives every manifest to a
Kubernetes API server, on the embedded cluster: the one in the background, else one
that is started for this. PAGE is a file or a folder; none means all pages.

  -static         run nothing: what can be said without running
  -kubernetes V   hold manifests against the schemas of these versions, as 1.29,1.34
                  or ">=1.31", instead of check.kubernetes
  -openapi FILE   and against those in a file, a folder or at an address, as an API
                  server gives them under /openapi/v2, instead of check.openapi
  -update         put what came into the pages, where it is not what they show
  -diff           print what -update would change, and change nothing
  -json FILE      write the results as JSON, too; - is stdout, instead of the text
  -C DIR          work in this folder
  -config FILE    instead of probatum.yaml

Exit status: 0 what the pages say is true, 1 a page is wrong, 2 it could not be
checked. Example:

  probatum check -json result.json content/docs
`

func (s *session) check(args []string) int {
	fs := s.flags("check")
	static := fs.Bool("static", false, "")
	file := fs.String("json", "", "")
	change := changeFlags(fs)
	releases, served := fs.String("kubernetes", "", ""), fs.String("openapi", "", "")
	names, code, done := s.parse(fs, checkHelp, args)
	if done {
		return code
	}
	if err := change.usable(*static, *file); err != nil {
		return s.fail(err)
	}
	p, code, ok := s.load(fs, false)
	if !ok {
		return code
	}
	if *releases != "" {
		p.Config.Check.Kubernetes = strings.Split(*releases, ",")
	}
	if *served != "" {
		p.Config.Check.OpenAPI = []string{s.openAPI(*served)}
	}
	proof, err := prove.New(os.DirFS(s.env.Dir), p, names...)
	if errors.Is(err, prove.ErrNoBlocks) {
		fmt.Fprintf(s.stderr, "%s: %v\n\thint: a block is code between ``` lines or in a text shortcode\n", p.Config.Content, err)
		return exitWrong
	}
	if err != nil {
		return s.fail(err)
	}
	run, err := s.prove(proof, *static, change.wanted())
	if run == nil {
		return s.fail(err)
	}
	source.Print(s.stderr, run.Diagnostics)
	if change.wanted() && err == nil {
		err = s.change(change, proof, run, fs, names)
	}
	if writeErr := change.reporter(s).results(run, *file); err == nil {
		err = writeErr
	}
	switch {
	case err != nil:
		return s.fail(err)
	case run.Wrong(), change.found:
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
func (s *session) prove(proof *prove.Proof, static, update bool) (run *report.Run, err error) {
	progress := &progress{w: s.stderr, redraw: s.env.Terminal}
	defer progress.end()
	o := prove.Options{Static: static, Environ: s.env.Cluster.Environ, Update: update, Progress: progress.page}
	if proof.NeedsCluster() && !static {
		c, stop, err := prove.Start(s.ctx, s.env.Cluster, progress.say)
		if err != nil {
			return nil, err
		}
		o.Cluster = c
		defer func() { err = errors.Join(err, stop()) }()
	}
	return proof.Run(s.ctx, o)
}

// results writes the run for people, and as JSON where that was asked for.
func (s *session) results(run *report.Run, file string) error {
	if file == "-" {
		return run.JSON(s.stdout)
	}
	if err := run.Text(s.stdout); err != nil || file == "" {
		return err
	}
	return writeFile(s.path(file), run.JSON)
}

// writeFile writes a file whole or not at all: results that end in the middle
// must not be taken for all there were.
func writeFile(name string, write func(io.Writer) error) error {
	temp := name + ".new"
	f, err := os.Create(temp)
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		os.Remove(temp)
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// progress says what is being done: on a terminal in one line that is drawn
// again, elsewhere not at all.
type progress struct {
	w      io.Writer
	redraw bool
	shown  bool
}

func (p *progress) say(what string) {
	if p.redraw {
		fmt.Fprintf(p.w, "\r\x1b[K%s", what)
		p.shown = true
	}
}

func (p *progress) page(name string, done, total int) {
	if done < total {
		p.say(fmt.Sprintf("%d of %d pages: %s", done, total, name))
	}
}

func (p *progress) end() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
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
	proof, err := prove.New(os.DirFS(s.env.Dir), p, names[0])
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
