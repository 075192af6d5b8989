package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/theme"
)

// A lookError says what is wrong with the project's own theme.
type lookError struct {
	err  error
	hint string
}

func (e *lookError) Error() string { return e.err.Error() }
func (e *lookError) Hint() string  { return e.hint }
func (e *lookError) Unwrap() error { return e.err }

// siteOptions is what a project says about its site. Its folder is root.
func (s *session) siteOptions(p *project.Project, root fs.FS) (site.Options, error) {
	c := p.Config
	o := site.Options{Title: c.Title, BaseURL: c.BaseURL, Language: c.Language, Dates: s.dates(c.Content), Look: site.Look{
		Name: c.Theme.Name, Footer: c.Theme.Footer, Edit: string(c.Theme.Edit), Links: links(c.Theme.Links), Versions: links(c.Theme.Versions),
		Languages: c.Theme.Languages}}
	set := theme.Settings{Accent: string(c.Theme.Accent), AccentDark: string(c.Theme.AccentDark)}
	if c.Theme.Logo != "" {
		fsys, name := s.within(root, c.Theme.Logo)
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			var pe *fs.PathError
			if errors.As(err, &pe) {
				err = pe.Err
			}
			return o, &lookError{fmt.Errorf("theme.logo: %s: %w", c.Theme.Logo, err), "name a file of the project, such as static/logo.svg"}
		}
		o.Look.Logo = "logo" + path.Ext(c.Theme.Logo)
		set.Logo = &theme.Asset{Name: o.Look.Logo, Data: data}
	}
	var user fs.FS
	fsys, name := s.within(root, c.Theme.Folder)
	if info, err := fs.Stat(fsys, name); err == nil && info.IsDir() {
		if user, err = fs.Sub(fsys, name); err != nil {
			return o, err
		}
	} else if c.Theme.Folder != config.Default().Theme.Folder {
		return o, &lookError{fmt.Errorf("theme.folder: no folder %s here", c.Theme.Folder), "make it, or leave the key out"}
	}
	var err error
	if o.Theme, err = theme.Load(user, set); err != nil {
		return o, &lookError{err, "the manual's page on themes has what a template can ask for"}
	}
	return o, nil
}

// dates are the days of the last changes of pages.
func (s *session) dates(content string) map[string]string {
	if s.dated {
		return s.days
	}
	return s.folder().Dates(s.ctx, content)
}

// within finds a file or folder that the configuration names, in the project's
// folder or elsewhere.
func (s *session) within(root fs.FS, name string) (fsys fs.FS, inside string) {
	if clean := path.Clean(filepath.ToSlash(name)); fs.ValidPath(clean) {
		return root, clean
	}
	return os.DirFS(filepath.Dir(s.path(name))), filepath.Base(name)
}

func links(from []config.Link) []theme.Link {
	var to []theme.Link
	for _, l := range from {
		to = append(to, theme.Link{Title: cmp.Or(l.Title, string(l.URL)), URL: string(l.URL)})
	}
	return to
}
