// Package project reads a whole project folder: probatum.yaml, shortcodes, data
// and pages. It is where the site and the checker start from.
package project

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
	"go.yaml.in/yaml/v3"
)

// A Project is a folder as it was read. Diagnostics holds all that is wrong with
// its configuration and pages, sorted.
type Project struct {
	Config      *config.Config
	Set         *page.Set
	Diagnostics []source.Diagnostic
}

// An Error says why a project cannot be read, and what to do about it.
type Error struct {
	err  error
	hint string
}

// Error implements error.
func (e *Error) Error() string { return e.err.Error() }

// Hint says what to do.
func (e *Error) Hint() string { return e.hint }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.err }

// Options says what to read of a project.
type Options struct {
	Config string // name of the configuration; "" means probatum.yaml
	// Missing is the configuration of a project that has no file for it; nil
	// makes that an error.
	Missing *config.Config
	Drafts  bool // read drafts, too
	// Now leaves out pages whose date is after it or that have expired; the zero
	// time reads all.
	Now time.Time
}

// Name is the name of the configuration.
func (o Options) Name() string { return cmp.Or(o.Config, config.Name) }

// Load reads the project in the folder root. A wrong configuration is an error,
// because what would be read with it is not what the project means; the
// diagnostics that it holds are then in the Project that comes with it. When ctx
// ends Load ends with its error.
func Load(ctx context.Context, root fs.FS, o Options) (*Project, error) {
	name := o.Name()
	c, ds, err := config.Load(root, name)
	if errors.Is(err, fs.ErrNotExist) && o.Missing != nil {
		c, err = o.Missing, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Error{fmt.Errorf("no %s here", name), "go to the folder that has one, or write one with the line: title: My documentation"}
	}
	if err != nil {
		return nil, err
	}
	p := &Project{Config: c, Diagnostics: ds}
	if len(ds) > 0 {
		return p, nil
	}
	site := &shortcodes.Site{Title: c.Title, Params: c.Params}
	if site.Data, err = p.data(root); err != nil {
		return nil, err
	}
	user, err := fs.Sub(root, path.Clean(c.Shortcodes))
	if err != nil {
		return nil, fmt.Errorf("shortcodes %s: %w", c.Shortcodes, err)
	}
	codes, err := shortcodes.Load(user)
	if err != nil {
		return nil, err
	}
	return p, p.pages(ctx, root, page.Options{Codes: codes, Site: site, Project: root, Folder: path.Clean(c.Content),
		Static: c.Static, Languages: c.Languages, Language: c.Language, Drafts: o.Drafts, Now: o.Now})
}

func (p *Project) pages(ctx context.Context, root fs.FS, o page.Options) error {
	content, err := fs.Sub(root, o.Folder)
	if err != nil {
		return fmt.Errorf("content %s: %w", o.Folder, err)
	}
	p.Set, err = page.Load(ctx, content, o)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{fmt.Errorf("no folder %s here", o.Folder), "put the pages there, or name their folder in " + config.Name + " with the key content"}
	case errors.Is(err, page.ErrNoPages):
		return &Error{fmt.Errorf("%s: %w", o.Folder, err), "write a first page: " + o.Folder + "/_index.md"}
	case err != nil:
		return err
	}
	if home := &p.Set.Root.Matter; home.Description == "" {
		home.Description = p.Config.Description
	}
	p.Diagnostics = source.Sort(append(p.Diagnostics, p.Set.Diagnostics...))
	return nil
}

// data reads the files of the data folder: data/a/b.yaml becomes the value b in
// the map a. A file that cannot be read as what its name says is a diagnostic.
func (p *Project) data(root fs.FS) (map[string]any, error) {
	data := map[string]any{}
	dir := path.Clean(p.Config.Data)
	err := fs.WalkDir(root, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		decode := decoders[path.Ext(name)]
		if decode == nil {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		var v any
		if err := decode(text, &v); err != nil {
			p.Diagnostics = append(p.Diagnostics, source.Diagnostic{Pos: source.Pos{File: name}, Rule: "data-syntax",
				Message: strings.TrimPrefix(err.Error(), "yaml: ")})
			return nil
		}
		put(data, strings.Split(strings.TrimSuffix(strings.TrimPrefix(name, dir+"/"), path.Ext(name)), "/"), v)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return data, err
}

var decoders = map[string]func([]byte, any) error{
	".yaml": yaml.Unmarshal, ".yml": yaml.Unmarshal, ".json": yaml.Unmarshal, // JSON is YAML
	".toml": func(text []byte, v any) error {
		var m map[string]any
		err := toml.Unmarshal(text, &m)
		*v.(*any) = m
		return err
	},
}

func put(m map[string]any, keys []string, v any) {
	for ; len(keys) > 1; keys = keys[1:] {
		inner, ok := m[keys[0]].(map[string]any)
		if !ok {
			inner = map[string]any{}
			m[keys[0]] = inner
		}
		m = inner
	}
	m[keys[0]] = v
}
