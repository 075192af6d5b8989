package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
)

// Options says how to read a content folder. The zero Options has only the
// built-in shortcodes and a site without values.
type Options struct {
	Codes  *shortcodes.Set // nil: the built-in ones
	Site   *shortcodes.Site
	Folder string // the content folder as people see it; put before names in places
	// Project is the folder that Folder and Static are in and that pages may
	// include files of; nil: there is only the content folder.
	Project fs.FS
	Static  string // folder of the project whose files go to the top of the site; "" none
	// Languages are the folders of content that hold the same pages in several
	// languages, the main one first. With none Load looks whether content has
	// such folders only.
	Languages []string
	Language  string    // the main language; "" means "en"
	Drafts    bool      // read drafts, too
	Now       time.Time // pages of the future and expired ones are left out; zero: all are read
	Jobs      int       // pages parsed at once; 0 means 4
	// OnDemand leaves Headings, Blocks and Links of each page, and what is wrong with
	// them, to the first call of its Tree, or to Finish. So who needs the tree of each
	// page once has each parsed once.
	OnDemand bool
}

// ErrNoPages is what Load returns for a folder without a single page.
var ErrNoPages = errors.New("no pages: no file ends in .md")

// Load reads all pages below the root of fsys. What is wrong with a page is in
// Set.Diagnostics, sorted; the error says that the folder could not be read, or
// that ctx has ended.
func Load(ctx context.Context, fsys fs.FS, o Options) (*Set, error) {
	if o.Codes == nil {
		codes, err := shortcodes.Load(nil)
		if err != nil {
			return nil, err
		}
		o.Codes = codes
	}
	if o.Site == nil {
		o.Site = &shortcodes.Site{}
	}
	o.Language = cmp.Or(o.Language, "en")
	f := newFolder(fsys, o)
	s := &Set{folder: o.Folder, Codes: o.Codes, Site: o.Site, languages: o.Languages, jobs: o.Jobs}
	names, err := s.list(ctx, f)
	if err != nil {
		return nil, err
	}
	if len(s.languages) == 0 {
		s.languages = findLanguages(f, o.Language)
	}
	if s.byFolder = len(s.languages) > 0; !s.byFolder {
		s.languages = []string{o.Language}
	}
	err = s.parse(ctx, f, names, o)
	f.forgetMissing()
	if err != nil {
		return nil, err
	}
	if len(s.Pages) == 0 && len(s.Diagnostics) == 0 {
		return nil, ErrNoPages
	}
	return s, s.join(ctx, f, o)
}

// join makes a set of the single pages.
func (s *Set) join(ctx context.Context, f *folder, o Options) error {
	if err := s.static(f, o); err != nil {
		return err
	}
	s.Included = slices.Sorted(maps.Keys(f.texts))
	s.placeResources()
	s.tree()
	s.redirects()
	s.resolves = s.resolver()
	for _, p := range s.Pages {
		p.set, p.pending = s, &pending{}
	}
	s.own = s.Diagnostics
	s.replaceable(f, o)
	if o.OnDemand {
		return ctx.Err()
	}
	return s.Finish(ctx)
}

// each calls do for 0 to n-1, at most jobs (0: 4) at a time, and returns when all
// calls have. When ctx ends it makes no further ones and returns its error.
func each(ctx context.Context, n, jobs int, do func(i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range cmp.Or(jobs, 4) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// A result is what came of one file. With nothing in it, it is no page.
type result struct {
	page *Page
	diag *source.Diagnostic
	err  error
}

// parse reads the named files, a few at a time, and keeps their order.
func (s *Set) parse(ctx context.Context, f *folder, names []string, o Options) error {
	results := make([]result, len(names))
	err := each(ctx, len(names), o.Jobs, func(i int) { results[i] = s.read(f, names[i], o) })
	if err != nil {
		return err
	}
	headless := s.headless(results)
	for i, r := range results {
		if r.page != nil {
			s.until(&r.page.Matter, o)
		}
		switch {
		case r.err != nil:
			s.unreadable(names[i], r.err)
		case r.diag != nil:
			s.Diagnostics = append(s.Diagnostics, *r.diag)
		case r.page == nil:
			s.resource(f, names[i])
		case slices.ContainsFunc(headless, func(dir string) bool { return strings.HasPrefix(names[i], dir) }), r.page.Matter.NoRender:
		case !r.page.Matter.shown(o):
		default:
			s.Pages = append(s.Pages, r.page)
		}
	}
	slices.SortFunc(s.Resources, func(a, b Resource) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// headless returns the folders, with a slash, that hold no pages.
func (s *Set) headless(results []result) []string {
	var dirs []string
	for _, r := range results {
		if r.page != nil && r.page.Matter.Headless && r.page.path != "" {
			dirs = append(dirs, path.Dir(r.page.Name)+"/")
			s.Diagnostics = append(s.Diagnostics, r.page.Doc.Diagnostics...)
		}
	}
	return dirs
}

// until notes when a page comes or goes next.
func (s *Set) until(m *Matter, o Options) {
	for _, t := range []time.Time{m.Date, m.PublishDate, m.ExpiryDate} {
		if !o.Now.IsZero() && t.After(o.Now) && (s.Until.IsZero() || t.Before(s.Until)) {
			s.Until = t
		}
	}
}

// shown tells whether the page is for readers today.
func (m *Matter) shown(o Options) bool {
	if m.Draft && !o.Drafts {
		return false
	}
	publish := m.PublishDate
	if publish.IsZero() {
		publish = m.Date
	}
	return o.Now.IsZero() || !publish.After(o.Now) && (m.ExpiryDate.IsZero() || m.ExpiryDate.After(o.Now))
}

func (s *Set) read(f *folder, name string, o Options) result {
	data, err := f.text(path.Join(f.content, name))
	shown := path.Join(o.Folder, name)
	html := path.Ext(name) == ".html"
	switch {
	case html && (errors.Is(err, errSize) || err == nil && !markup.HasHeader(data)):
		return result{} // a file to hand out as it is
	case errors.Is(err, errSize):
		return result{diag: &source.Diagnostic{Pos: source.Pos{File: shown}, Rule: "file-large",
			Message: fmt.Sprintf("is larger than %d MB, which no page is", maxText>>20), Hint: "cut it into pages, or put it where no pages are"}}
	case err != nil:
		return result{err: err}
	case source.Binary(data):
		return result{diag: &source.Diagnostic{Pos: source.Pos{File: shown}, Rule: "file-binary",
			Message: "is not text in UTF-8", Hint: "save it as UTF-8, or give it another ending than .md"}}
	}
	lang, _ := s.place(name)
	parser := markup.Parser{Codes: o.Codes, Site: o.Site, Open: f.opener(name, lang)}
	doc := parser.Parse(source.NewFile(shown, data))
	p := &Page{Name: name, File: doc.File, Doc: doc, unknownCall: callsUnknown(doc.Diagnostics)}
	p.Matter = readMatter(doc)
	p.aliases = p.keyPos("aliases")
	doc.DropHeader()
	p.Section = strings.HasPrefix(path.Base(name), "_index.")
	s.locate(p)
	if p.Matter.Title == "" {
		p.Matter.Title = p.fallbackTitle()
	}
	p.Matter.LinkTitle = cmp.Or(p.Matter.LinkTitle, p.Matter.Title)
	return result{page: p}
}
