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
	out := fs.String("out", "", "")
	base := fs.String("base-url", "", "")
	offline := fs.Bool("offline", false, "")
	drafts := fs.Bool("drafts", false, "")
	fresh := fs.Bool("fresh", false, "")
	results := fs.String("results", "", "")
	if code, ok := s.only(fs, buildHelp, args); !ok {
		return code
	}
	r := s.remember(*results, fs.Lookup("config").Value.String(), *out, *base, fmt.Sprint(*offline, *drafts))
	if code, ok := r.same(); ok && !*fresh {
		return code
	}
	p, code, ok := s.loadFrom(r.seen, fs, *drafts)
	if !ok {
		return code
	}
	if *base != "" {
		p.Config.BaseURL = *base
	}
	if *out != "" {
		p.Config.Output = *out
	}
	marks, err := s.marks(*results)
	if err != nil {
		s.fail(err)
		return exitWrong
	}
	o, err := s.siteOptions(p, r.seen)
	if err != nil {
		return s.fail(err)
	}
	o.Offline, o.Marks = *offline, marks
	res, files, err := s.write(p, o)
	if err != nil {
		return s.fail(fmt.Errorf("write the site to %s: %w", p.Config.Output, err))
	}
	ds := source.Sort(append(p.Diagnostics, res.Diagnostics...))
	r.keep(p, files, res.Pages, ds)
	return s.built(p.Config.Output, res, ds)
}

// built tells what a build has done and found.
func (s *session) built(output string, res *site.Result, ds []source.Diagnostic) int {
	code := s.wrong(ds)
	if code == exitFine {
		fmt.Fprintf(s.stdout, "%s: %s, %s written\n", output, count(res.Pages, "page"), count(res.Written, "file"))
	}
	return code
}

// write builds the site into the output folder. It returns the files that are
// there now.
func (s *session) write(p *project.Project, o site.Options) (res *site.Result, files []site.FileState, err error) {
	folder, err := site.OpenFolder(s.path(p.Config.Output))
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	o.Out = folder
	if res, err = site.Build(s.ctx, p.Set, o); err != nil {
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
