package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/serve"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

const serveHelp = `Usage: probatum serve [flags]

Shows the site on this machine while you write: it rebuilds what you save, reloads
the page in place and shows over it what is wrong. Ctrl-C ends it.

  -addr HOST:PORT  where to listen, instead of 127.0.0.1:1414; port 0 takes a free one
  -open            open the site in the browser
  -results FILE    show on each block what "probatum check -json FILE" has found, and
                   what it finds while this runs
  -drafts          show drafts, pages of the future and expired ones, too
  -C DIR           work in this folder
  -config FILE     instead of probatum.yaml

Example:

  probatum serve -drafts
`

func (s *session) serve(args []string) int {
	fs := s.flags("serve")
	addr := fs.String("addr", serve.DefaultAddr, "")
	drafts := fs.Bool("drafts", false, "")
	open, results := fs.Bool("open", false, ""), fs.String("results", "", "")
	p, code, ok := s.open(fs, serveHelp, args, drafts)
	if !ok {
		return code
	}
	v := &preview{session: s, read: reading(fs, *drafts), results: *results}
	watch := s.watched(p, v.read.Name())
	if *results != "" {
		watch = append(watch, s.path(*results))
	}
	o := serve.Options{Addr: *addr, Watch: watch, Build: v.build, Log: s.stderr}
	if *open {
		o.Ready = func(url string) {
			if err := openBrowser(url); err != nil {
				fmt.Fprintf(s.stderr, "open %s: %v\n\thint: open it by hand\n", url, err)
			}
		}
	}
	if err := serve.Serve(s.ctx, o); err != nil && s.ctx.Err() == nil {
		return s.fail(err)
	}
	return exitFine
}

// watched is what a change of means that the site is built anew: the folders of
// the configuration, the files that pages include, and the folders of the project
// where these are by custom.
func (s *session) watched(p *project.Project, config string) []string {
	c := p.Config
	names := []string{c.Content, c.Shortcodes, c.Data, c.I18n, c.Static, c.Theme.Folder, config, "boilerplates", "includes", "examples", "snippets"}
	var paths []string
	if c.Theme.Logo != "" {
		names = append(names, c.Theme.Logo)
	}
	for _, name := range append(names, p.Set.Included...) {
		if !strings.HasPrefix(name, c.Content+"/") {
			paths = append(paths, s.path(name))
		}
	}
	return paths
}

// A preview is the project as it is served. Its methods are called one at a time.
type preview struct {
	*session
	read    project.Options
	results string
	project *project.Project // nil where the last build gave no site
	live    *site.Live
}

// build makes the site, or brings up to date what the changed files reach.
func (v *preview) build(ctx context.Context, changed []string) (serve.Result, error) {
	marks, err := v.marksNow(v.results)
	var ds []source.Diagnostic
	if err != nil { // it is being written, or wrong: the pages are there all the same
		ds = append(ds, source.Diagnostic{Severity: source.Warning, Rule: "results", Message: err.Error()})
		marks = site.Marks{}
	}
	if v.project != nil {
		if same, ok, err := v.replace(changed, marks); ok || err != nil {
			return v.result(!same, ds), err
		}
	}
	p, err := project.Load(ctx, os.DirFS(v.env.Dir), v.read)
	if err == nil && p.Set == nil {
		err = fmt.Errorf("%s is wrong", v.read.Name())
	}
	if err != nil {
		v.project = nil
		if p != nil {
			ds = append(ds, p.Diagnostics...)
		}
		return serve.Result{Diagnostics: source.Sort(ds)}, err
	}
	o, err := v.siteOptions(p, os.DirFS(v.env.Dir))
	if err != nil {
		v.project = nil
		return serve.Result{Diagnostics: p.Diagnostics}, err
	}
	o.BaseURL, o.Marks = "", marks // here it is not hosted anywhere
	live, err := site.NewLive(ctx, p.Set, o)
	if err != nil {
		return serve.Result{Diagnostics: p.Diagnostics}, err
	}
	same := live.Same(v.live)
	v.project, v.live = p, live
	return v.result(!same, ds), nil
}

// replace reads single pages again. ok is false where that is not enough.
func (v *preview) replace(changed []string, marks site.Marks) (same, ok bool, err error) {
	remarked, err := v.live.SetMarks(marks)
	if err != nil {
		return false, false, err
	}
	edited, ok, err := v.live.Edit(func() (pages []*page.Page, ok bool) {
		for _, name := range changed {
			if v.results != "" && name == filepath.Clean(v.path(v.results)) {
				continue
			}
			rel, err := filepath.Rel(v.env.Dir, name)
			if err != nil {
				return nil, false
			}
			p := v.project.Replace(filepath.ToSlash(rel))
			if p == nil {
				return nil, false
			}
			pages = append(pages, p)
		}
		return pages, true
	})
	return !remarked && !edited, ok, err
}

func (v *preview) result(changed bool, ds []source.Diagnostic) serve.Result {
	return serve.Result{Site: v.live, Changed: changed, Files: v.live.Count(),
		Diagnostics: source.Sort(slices.Concat(ds, v.project.Diagnostics, v.live.Diagnostics()))}
}

// openBrowser opens an address in the browser that the system has for that. It
// does not wait for the browser, which may run longer than this.
func openBrowser(url string) error {
	program := map[string][]string{"darwin": {"open"}, "windows": {"rundll32", "url.dll,FileProtocolHandler"}}[runtime.GOOS]
	if program == nil {
		program = []string{"xdg-open"}
	}
	cmd := exec.Command(program[0], append(program[1:], url)...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }()
	return nil
}
