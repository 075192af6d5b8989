package cli

import (
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

const buildHelp = `Usage: probatum build [flags]

Writes the site of the pages in content/ to public/. Files that did not change
are not written again; files that no page makes any more are removed.

  -out DIR        where to, instead of the folder that probatum.yaml names
  -base-url URL   where the site will be hosted
  -offline        a site that opens from a disk: links name files, not folders
  -results FILE   show on each block what "probatum check -json FILE" has found, and
                  write the page /verified/ and its badge
  -drafts         build drafts, pages of the future and expired ones, too
  -fresh          build also what has not changed since the last build
  -C DIR          work in this folder
  -config FILE    instead of probatum.yaml

Exit status: 0 fine, 1 a page is wrong (the site is written all the same) or FILE
holds no results (it is not), 2 the site could not be written. Example:

  probatum build -base-url https://docs.example.org/
`

func (s *session) build(args []string) (code int) {
	fs := s.flags("build")
	var o buildOptions
	fs.StringVar(&o.out, "out", "", "")
	fs.StringVar(&o.base, "base-url", "", "")
	fs.BoolVar(&o.offline, "offline", false, "")
	fs.BoolVar(&o.drafts, "drafts", false, "")
	fs.StringVar(&o.results, "results", "", "")
	fresh := fs.Bool("fresh", false, "")
	if code, ok := s.only(fs, buildHelp, args); !ok {
		return code
	}
	r := s.remember(o, fs.Lookup("config").Value.String())
	if !*fresh {
		if code, ok := r.again(fs); ok {
			return code
		}
	}
	how := reading(fs, o.drafts)
	how.OnDemand = true
	p, code, ok := s.loadFrom(r.seen, how)
	if !ok {
		return code
	}
	marks, err := s.marks(o.results)
	if err != nil {
		s.fail(err)
		return exitWrong
	}
	so, err := r.options(p)
	if err != nil {
		return s.fail(err)
	}
	so.Marks = marks
	so.Keep = r.keeper(p, marks)
	res, files, err := s.write(p, func(f *site.Folder) (*site.Result, error) {
		so.Out = f
		return site.Build(s.ctx, p.Set, so)
	})
	if err == nil {
		err = p.Finish(s.ctx)
	}
	if err != nil {
		r.forget()
		return s.fail(fmt.Errorf("write the site to %s: %w", p.Config.Output, err))
	}
	ds := source.Sort(append(p.Diagnostics, res.Diagnostics...))
	kept := make(chan error)
	go func() { kept <- r.keep(p, so, files, res.Pages, ds) }()
	code = s.built(p.Config.Output, res, ds)
	r.warn(<-kept)
	return code
}

// buildOptions are the flags of build that make another site.
type buildOptions struct {
	out, base, results string
	offline, drafts    bool
}

// built tells what a build has done and found.
func (s *session) built(output string, res *site.Result, ds []source.Diagnostic) int {
	code := s.wrong(ds)
	if code == exitFine {
		fmt.Fprintf(s.stdout, "%s: %s, %s written\n", output, count(res.Pages, "page"), count(res.Written, "file"))
	}
	return code
}

// write lets make write the site of a project into the output folder. It returns
// the files that are there now.
func (s *session) write(p *project.Project, make func(*site.Folder) (*site.Result, error)) (res *site.Result, files []site.FileState, err error) {
	folder, err := site.OpenFolder(s.path(p.Config.Output))
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	if res, err = make(folder); err != nil {
		return nil, nil, err
	}
	return res, folder.Files(), nil
}

// count writes a number with its noun: 1 page, 2 pages.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

const versionHelp = `Usage: probatum version
`

func (s *session) version(args []string) int {
	if _, code, done := s.parse(s.flags("version"), versionHelp, args); done {
		return code
	}
	fmt.Fprintln(s.stdout, "probatum", version())
	return exitFine
}

// version is that of the program; one that was not built from a tag has a name
// of its own.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
