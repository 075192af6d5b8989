package cli

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/serve"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

const serveHelp = `Usage: probatum serve [flags]

Shows the site on this machine while you write: it rebuilds what you save, reloads
the page in place and shows over it what is wrong. Ctrl-C ends it.

  -addr HOST:PORT  where to listen, instead of 127.0.0.1:1414; port 0 takes a free one
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
	p, code, ok := s.open(fs, serveHelp, args, drafts)
	if !ok {
		return code
	}
	read := reading(fs, *drafts)
	err := serve.Serve(s.ctx, serve.Options{
		Addr:  *addr,
		Watch: s.watched(p, read.Name()),
		Build: func(ctx context.Context) (map[string][]byte, []source.Diagnostic, error) {
			return s.inMemory(ctx, read)
		},
		Log: s.stderr,
	})
	if err != nil && s.ctx.Err() == nil {
		return s.fail(err)
	}
	return exitFine
}

// watched is what a change of means that the site is built anew: the folders of
// the configuration, the files that pages include, and the folders of the project
// where these are by custom.
func (s *session) watched(p *project.Project, config string) []string {
	c := p.Config
	names := []string{c.Content, c.Shortcodes, c.Data, c.I18n, c.Static, config, "boilerplates", "includes", "examples", "snippets"}
	var paths []string
	for _, name := range append(names, p.Set.Included...) {
		if !strings.HasPrefix(name, c.Content+"/") {
			paths = append(paths, s.path(name))
		}
	}
	return paths
}

// inMemory reads the project anew and builds its site.
func (s *session) inMemory(ctx context.Context, read project.Options) (map[string][]byte, []source.Diagnostic, error) {
	p, err := project.Load(ctx, os.DirFS(s.env.Dir), read)
	if err != nil {
		return nil, nil, err
	}
	if p.Set == nil {
		return nil, p.Diagnostics, fmt.Errorf("%s is wrong", read.Name())
	}
	out := &site.Memory{}
	o := siteOptions(p)
	o.Out, o.BaseURL = out, "" // here it is not hosted anywhere
	res, err := site.Build(ctx, p.Set, o)
	if err != nil {
		return nil, p.Diagnostics, err
	}
	return out.Files, source.Sort(append(p.Diagnostics, res.Diagnostics...)), nil
}
