// Package cli is the command line: it reads flags, calls the steps, and turns
// what they find into text and an exit code.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/cluster"
	"github.com/probatum/probatum/internal/git"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/source"
)

// Env is what the program takes from its surroundings. Only main reads them.
type Env struct {
	Dir      string // working folder
	Cluster  cluster.Env
	Terminal bool // stderr is a terminal
}

// Exit codes.
const (
	exitFine  = 0
	exitWrong = 1 // the documents are wrong
	exitError = 2 // the job could not be done
)

const usage = `Probatum builds a help site from Markdown pages and proves that they are true.

Usage: probatum COMMAND [flags]

  build     write the site to public/
  serve     show the site while you write
  bundle    pack the site for readers without a server: help.zip, help.html
  check     run every command and every manifest of the pages
  script    print the test that a page becomes
  doctor    tell what somebody's documentation needs to build here
  cluster   build, start or stop the embedded Kubernetes cluster
  version   print the version

It works in the folder that has probatum.yaml; -C DIR names another one.
"probatum COMMAND -h" tells the flags. Example:

  probatum build && probatum check
`

// A session is one run of the program.
type session struct {
	ctx            context.Context
	env            Env
	stdin          io.Reader
	stdout, stderr io.Writer
	git            *git.State        // of the working folder; nil it has not been asked
	days           map[string]string // of the last changes of pages, if dated
	dated          bool
}

var commands = map[string]func(*session, []string) int{
	"build":   (*session).build,
	"serve":   (*session).serve,
	"bundle":  (*session).bundle,
	"check":   (*session).check,
	"script":  (*session).script,
	"doctor":  (*session).doctor,
	"cluster": (*session).cluster,
	"version": (*session).version,
}

// Run is the whole program. It returns the exit code: 0 fine, 1 the documents
// are wrong, 2 the job could not be done.
func Run(ctx context.Context, args []string, env Env, stdin io.Reader, stdout, stderr io.Writer) int {
	s := &session{ctx: ctx, env: env, stdin: stdin, stdout: stdout, stderr: stderr}
	for len(args) >= 2 && (args[0] == "-C" || args[0] == "--C") {
		s.env.Dir = s.path(args[1])
		args = args[2:]
	}
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return exitError
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return exitFine
	}
	run, ok := commands[args[0]]
	if !ok {
		return s.fail(&usageError{fmt.Sprintf("no command %q", args[0]), "probatum help tells which there are"})
	}
	return run(s, args[1:])
}

// A usageError is a wrong use of the command line.
type usageError struct{ message, hint string }

func (e *usageError) Error() string { return e.message }
func (e *usageError) Hint() string  { return e.hint }

// fail reports why the job could not be done.
func (s *session) fail(err error) int {
	if errors.Is(err, context.Canceled) && s.ctx.Err() != nil {
		fmt.Fprintln(s.stderr, "probatum: interrupted")
		return exitError
	}
	fmt.Fprintf(s.stderr, "probatum: %v\n", err)
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		fmt.Fprintf(s.stderr, "\thint: %s\n", h.Hint())
	}
	return exitError
}

// path makes a path on the command line absolute: relative to the working folder.
func (s *session) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.env.Dir, name)
}

// flags returns a flag set for one command, with the flags that all have.
func (s *session) flags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	fs.String("C", "", "")
	fs.String("config", "", "")
	return fs
}

// parse reads args, flags and names in any order, and returns the names. done
// means that the command ends here, with that exit code.
func (s *session) parse(fs *flag.FlagSet, help string, args []string) (names []string, code int, done bool) {
	for {
		err := fs.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprint(s.stdout, help)
			return nil, exitFine, true
		case err != nil:
			return nil, s.fail(&usageError{fs.Name() + ": " + strings.Replace(err.Error(), "flag provided but not defined: ", "no flag ", 1),
				"probatum " + fs.Name() + " -h tells the flags"}), true
		}
		if dir := fs.Lookup("C").Value.String(); dir != "" {
			s.env.Dir = s.path(dir)
			_ = fs.Set("C", "")
		}
		if fs.NArg() == 0 {
			return names, 0, false
		}
		names = append(names, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

// noNames reports names where a command takes none.
func (s *session) noNames(fs *flag.FlagSet, names []string) error {
	if len(names) == 0 {
		return nil
	}
	return &usageError{fmt.Sprintf("%s: what is %q for?", fs.Name(), names[0]), "probatum " + fs.Name() + " -h tells what it takes"}
}

// reading is how the flags want the project to be read. Without drafts, pages of
// the future and expired ones are left out, too.
func reading(fs *flag.FlagSet, drafts bool) project.Options {
	o := project.Options{Config: fs.Lookup("config").Value.String(), Drafts: drafts}
	if !drafts {
		o.Now = time.Now()
	}
	return o
}

// open reads the flags and then the project, for a command that takes no names.
// ok is false where the command has to end with the code.
func (s *session) open(fs *flag.FlagSet, help string, args []string, drafts *bool) (p *project.Project, code int, ok bool) {
	if code, ok := s.only(fs, help, args); !ok {
		return nil, code, false
	}
	return s.load(fs, *drafts)
}

// only reads the flags of a command that takes no names. ok is false where the
// command has to end with the code.
func (s *session) only(fs *flag.FlagSet, help string, args []string) (code int, ok bool) {
	names, code, done := s.parse(fs, help, args)
	if done {
		return code, false
	}
	if err := s.noNames(fs, names); err != nil {
		return s.fail(err), false
	}
	return exitFine, true
}

// load reads the project. A project whose configuration is wrong is reported
// here; ok is false where the command has to end with the code.
func (s *session) load(fs *flag.FlagSet, drafts bool) (p *project.Project, code int, ok bool) {
	return s.loadFrom(os.DirFS(s.env.Dir), reading(fs, drafts))
}

// loadFrom is load for a folder that is read in another way.
func (s *session) loadFrom(root fs.FS, o project.Options) (p *project.Project, code int, ok bool) {
	p, err := project.Load(s.ctx, root, o)
	if err != nil {
		return nil, s.fail(err), false
	}
	if p.Set == nil {
		source.Print(s.stderr, p.Diagnostics)
		return nil, exitError, false
	}
	return p, 0, true
}

// wrong prints diagnostics and returns the exit code that they mean.
func (s *session) wrong(ds []source.Diagnostic) int {
	source.Print(s.stderr, ds)
	if source.Errors(ds) > 0 {
		return exitWrong
	}
	return exitFine
}
