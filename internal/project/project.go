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
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/i18n"
	"github.com/probatum/probatum/internal/lazyregexp"
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
	file        string              // name of the configuration
	own         []source.Diagnostic // those that are not of Set
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
	Now      time.Time
	OnDemand bool // read the pages as page.Options.OnDemand says
	// Kept is what Project.Set.Keep gave when the project was read last, to restore
	// it without reading its pages; nil reads them.
	Kept *page.Kept
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
	p := &Project{Config: c, Diagnostics: ds, file: name}
	if len(ds) > 0 {
		return p, nil
	}
	site := &shortcodes.Site{Title: c.Title, Params: c.Params}
	if site.Data, err = p.data(root); err != nil {
		return nil, err
	}
	if site.Words, err = p.words(root); err != nil {
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
		Static: c.Static, Languages: c.Languages, Language: c.Language, Drafts: o.Drafts, Now: o.Now, OnDemand: o.OnDemand}, o.Kept)
}

func (p *Project) pages(ctx context.Context, root fs.FS, o page.Options, kept *page.Kept) error {
	content, err := fs.Sub(root, o.Folder)
	if err != nil {
		return fmt.Errorf("content %s: %w", o.Folder, err)
	}
	if kept != nil {
		p.Set = page.Restore(content, o, kept)
	} else {
		p.Set, err = page.Load(ctx, content, o)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &Error{fmt.Errorf("no folder %s here", o.Folder), "put the pages there, or name their folder in " + config.Name + " with the key content"}
	case errors.Is(err, page.ErrNoPages):
		return &Error{fmt.Errorf("%s: %w", o.Folder, err), "write a first page: " + o.Folder + "/_index.md"}
	case err != nil:
		return err
	}
	p.missingLanguages(root, o)
	if home := &p.Set.Root.Matter; home.Description == "" {
		home.Description = p.Config.Description
	}
	p.own = p.Diagnostics
	p.gather()
	return nil
}

// missingLanguages reports the languages of the configuration that have no
// folder.
func (p *Project) missingLanguages(root fs.FS, o page.Options) {
	for _, lang := range p.Config.Languages {
		dir := path.Join(o.Folder, lang)
		if info, err := fs.Stat(root, dir); err != nil || !info.IsDir() {
			p.Diagnostics = append(p.Diagnostics, source.Diagnostic{Pos: source.Pos{File: p.file}, Rule: "config-value",
				Message: fmt.Sprintf("languages names %s, but there is no folder %s", lang, dir), Hint: "put the pages of " + lang + " there, or take it out of languages"})
		}
	}
}

// Finish completes what was read on demand; see page.Set.Finish.
func (p *Project) Finish(ctx context.Context) error {
	err := p.Set.Finish(ctx)
	p.gather()
	return err
}

func (p *Project) gather() {
	p.Diagnostics = source.Sort(slices.Concat(p.own, p.Set.Diagnostics))
}

// Replace reads one file of the project again, by its name relative to the
// project's folder. It returns the page whose text has changed, or nil where
// more may have and the project has to be loaded anew. Nobody may read the
// project meanwhile.
func (p *Project) Replace(name string) *page.Page {
	if dir := path.Clean(p.Config.Content); dir != "." {
		var below bool
		if name, below = strings.CutPrefix(name, dir+"/"); !below {
			return nil
		}
	}
	changed := p.Set.Replace(name)
	if changed != nil {
		p.gather()
	}
	return changed
}

// data reads the files of the data folder: data/a/b.yaml becomes the value b in
// the map a.
func (p *Project) data(root fs.FS) (map[string]any, error) {
	data := map[string]any{}
	return data, p.values(root, p.Config.Data, func(name string, v any) string {
		put(data, strings.Split(name, "/"), v)
		return ""
	})
}

// words reads the files of the i18n folder, each of which has the name of its
// language, over the built-in words.
func (p *Project) words(root fs.FS) (*i18n.Words, error) {
	words, err := i18n.New()
	if err != nil {
		return nil, err
	}
	return words, p.values(root, p.Config.I18n, words.Add)
}

// values gives use the values of all files of a folder by their names without
// the ending. A file that cannot be read as what its name says, or that use has a
// problem with, is a diagnostic; a folder that is not there is an empty one.
func (p *Project) values(root fs.FS, folder string, use func(name string, v any) (problem string)) error {
	dir := path.Clean(folder)
	err := fs.WalkDir(root, dir, func(name string, d fs.DirEntry, err error) error {
		decode := decoders[path.Ext(name)]
		switch {
		case err != nil && name == dir:
			return err
		case err == nil && (d.IsDir() || decode == nil):
			return nil
		}
		var text []byte
		if err == nil {
			text, err = fs.ReadFile(root, name)
		}
		if err != nil {
			p.problem(source.Pos{File: name}, "file-unreadable", "cannot be read: "+cause(err).Error())
			return nil
		}
		var v any
		if err := decode(text, &v); err != nil {
			p.problem(syntax(name, err))
		} else if problem := use(strings.TrimSuffix(strings.TrimPrefix(name, dir+"/"), path.Ext(name)), v); problem != "" {
			p.problem(source.Pos{File: name}, "data-syntax", problem)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return err
}

func (p *Project) problem(pos source.Pos, rule, message string) {
	p.Diagnostics = append(p.Diagnostics, source.Diagnostic{Pos: pos, Rule: rule, Message: message})
}

// cause is an error without the name of the file, which a diagnostic gives.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

var yamlLine = lazyregexp.New(`^yaml: (?:line (\d+): )?`)

// syntax is what a decoder says of a file, with the line where it knows it.
func syntax(name string, err error) (pos source.Pos, rule, message string) {
	pos, message = source.Pos{File: name}, err.Error()
	var te toml.ParseError
	if errors.As(err, &te) {
		return source.Pos{File: name, Line: te.Position.Line, Col: te.Position.Col}, "data-syntax", te.Message
	}
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		message = message[len(m[0]):]
		if pos.Line, _ = strconv.Atoi(m[1]); pos.Line > 0 {
			pos.Col = 1
		}
	}
	return pos, "data-syntax", message
}

// Decode reads a text as the ending of its name says: .yaml, .yml, .json, .toml.
func Decode(name string, text []byte) (v any, err error) {
	decode := decoders[path.Ext(name)]
	if decode == nil {
		return nil, fmt.Errorf("%s is neither YAML, JSON nor TOML", name)
	}
	err = decode(text, &v)
	return v, err
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
