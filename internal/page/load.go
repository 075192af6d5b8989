package page

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

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
	Drafts bool   // read drafts, too
	Jobs   int    // pages parsed at once; 0 means 4
}

// ErrNoPages is what Load returns for a folder without a single page.
var ErrNoPages = errors.New("no pages: no file ends in .md")

// Load reads all pages below the root of fsys. What is wrong with a page is in
// Set.Diagnostics, sorted; the error says that the folder could not be read.
func Load(fsys fs.FS, o Options) (*Set, error) {
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
	s := &Set{folder: o.Folder, Codes: o.Codes, Site: o.Site, ByURL: map[string]*Page{}}
	names, err := s.list(fsys)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, ErrNoPages
	}
	s.parse(fsys, names, o)
	s.tree()
	s.redirects()
	for _, p := range s.Pages {
		p.set = s
		p.collect()
		s.Diagnostics = append(s.Diagnostics, p.Doc.Diagnostics...)
	}
	s.resolveLinks()
	s.Diagnostics = source.Sort(s.Diagnostics)
	return s, nil
}

// list returns the names of the pages and fills Resources.
func (s *Set) list(fsys fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return err
			}
			s.unreadable(name, err)
			return nil
		}
		switch base := d.Name(); {
		case name == ".":
		case strings.HasPrefix(base, "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.IsDir():
		case path.Ext(base) == ".md":
			names = append(names, name)
		default:
			s.Resources = append(s.Resources, Resource{Name: name, URL: "/" + name})
		}
		return nil
	})
	return names, err
}

func (s *Set) unreadable(name string, err error) {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	s.Diagnostics = append(s.Diagnostics, source.Diagnostic{Pos: source.Pos{File: path.Join(s.folder, name)}, Rule: "file-unreadable",
		Message: "cannot be read: " + err.Error()})
}

// parse reads the named files, a few at a time, and keeps their order.
func (s *Set) parse(fsys fs.FS, names []string, o Options) {
	type result struct {
		page *Page
		diag *source.Diagnostic
		err  error
	}
	results := make([]result, len(names))
	next := make(chan int)
	var wg sync.WaitGroup
	for range cmp.Or(o.Jobs, 4) {
		wg.Go(func() {
			for i := range next {
				r := &results[i]
				r.page, r.diag, r.err = read(fsys, names[i], o)
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	wg.Wait()
	for i, r := range results {
		switch {
		case r.err != nil:
			s.unreadable(names[i], r.err)
		case r.diag != nil:
			s.Diagnostics = append(s.Diagnostics, *r.diag)
		case !r.page.Matter.Draft || o.Drafts:
			s.Pages = append(s.Pages, r.page)
		}
	}
}

func read(fsys fs.FS, name string, o Options) (*Page, *source.Diagnostic, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, nil, err
	}
	if source.Binary(data) {
		return nil, &source.Diagnostic{Pos: source.Pos{File: path.Join(o.Folder, name)}, Rule: "file-binary",
			Message: "is not text in UTF-8", Hint: "save it as UTF-8, or give it another ending than .md"}, nil
	}
	doc := markup.Parse(source.NewFile(path.Join(o.Folder, name), data), o.Codes)
	p := &Page{Name: name, File: doc.File, Doc: doc}
	p.Matter = readMatter(doc)
	base := path.Base(name)
	p.Section = base == "_index.md"
	p.URL = p.url()
	if p.Matter.Title == "" {
		p.Matter.Title = p.fallbackTitle()
	}
	p.Matter.LinkTitle = cmp.Or(p.Matter.LinkTitle, p.Matter.Title)
	return p, nil, nil
}

// url makes the page's URL from its file's name, slug and url.
func (p *Page) url() string {
	if u := p.Matter.URL; u != "" {
		return clean(u)
	}
	dir, base := path.Split(p.Name)
	if base == "_index.md" || base == "index.md" {
		if p.Matter.Slug != "" && base == "index.md" {
			dir = path.Join(path.Dir(path.Clean(dir)), p.Matter.Slug)
		}
		return clean(dir)
	}
	return clean(path.Join(dir, cmp.Or(p.Matter.Slug, strings.TrimSuffix(base, ".md"))))
}

// clean gives a URL path its form: "/a/b/". Spaces become "-", and letters
// lower case, because a web server knows no other.
func clean(u string) string {
	u = strings.ReplaceAll(strings.ToLower(path.Clean("/"+u)), " ", "-")
	if u == "/" {
		return u
	}
	return u + "/"
}

// fallbackTitle is the first heading, else the name of the file in words.
func (p *Page) fallbackTitle() string {
	for n := p.Doc.Root.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind().String() == "Heading" {
			return markup.PlainText(n, p.Doc.Masked)
		}
	}
	return words(p.Name)
}

func words(name string) string {
	name = strings.TrimSuffix(name, ".md")
	if base := path.Base(name); base == "_index" || base == "index" {
		name = path.Dir(name)
	}
	name = path.Base(name)
	if name == "." || name == "/" {
		return "Home"
	}
	name = strings.NewReplacer("-", " ", "_", " ").Replace(name)
	return strings.ToUpper(name[:1]) + name[1:]
}

// tree fills ByURL and Root and joins parents and children. A folder without a
// page of its own gets one without a file.
func (s *Set) tree() {
	for _, p := range s.Pages {
		if first := s.ByURL[p.URL]; first != nil {
			s.Diagnostics = append(s.Diagnostics, source.Diagnostic{Pos: source.Pos{File: p.File.Name, Line: 1, Col: 1}, Rule: "url-taken",
				Message: fmt.Sprintf("URL %s is the URL of %s, too", p.URL, first.File.Name), Hint: "give one of them another name, slug or url"})
			continue
		}
		s.ByURL[p.URL] = p
	}
	if s.Root = s.ByURL["/"]; s.Root == nil {
		s.Root = s.bare("/")
		s.Root.Matter.Title = cmp.Or(s.Site.Title, "Home")
		s.Root.Matter.LinkTitle = s.Root.Matter.Title
	}
	s.Root.Section = true
	for _, p := range s.Pages {
		s.adopt(p)
	}
	var sorted func(p *Page)
	sorted = func(p *Page) {
		slices.SortStableFunc(p.Children, byWeight)
		for _, c := range p.Children {
			sorted(c)
		}
	}
	sorted(s.Root)
}

func (s *Set) adopt(p *Page) {
	if p == s.Root || s.ByURL[p.URL] != p || p.Parent != nil {
		return
	}
	up := clean(path.Dir(strings.TrimSuffix(p.URL, "/")))
	parent := s.ByURL[up]
	if parent == nil {
		parent = s.bare(up)
	}
	parent.Section = true
	p.Parent = parent
	parent.Children = append(parent.Children, p)
	s.adopt(parent)
}

// bare makes the page of a folder that has no file for it.
func (s *Set) bare(url string) *Page {
	title := words(url)
	f := source.NewFile("", nil)
	p := &Page{URL: url, Section: true, Doc: markup.Parse(f, s.Codes), set: s,
		Matter: Matter{Title: title, LinkTitle: title, TOC: true}}
	s.ByURL[url] = p
	return p
}

func byWeight(a, b *Page) int {
	const last = 1 << 30
	return cmp.Or(cmp.Compare(cmp.Or(a.Matter.Weight, last), cmp.Or(b.Matter.Weight, last)),
		cmp.Compare(strings.ToLower(a.Matter.LinkTitle), strings.ToLower(b.Matter.LinkTitle)), cmp.Compare(a.URL, b.URL))
}

// redirects fills Redirects from the pages' aliases.
func (s *Set) redirects() {
	from := map[string]*Page{}
	for _, p := range s.Pages {
		for _, alias := range p.Matter.Aliases {
			url := alias
			if !strings.HasPrefix(url, "/") {
				url = path.Join(path.Dir(strings.TrimSuffix(p.URL, "/")), url)
			}
			if path.Ext(url) != ".html" { // the 0.7 of /notes/0.7 names no file
				url = clean(url)
			}
			s.redirect(from, p, alias, url)
		}
	}
	slices.SortFunc(s.Redirects, func(a, b Redirect) int { return strings.Compare(a.From, b.From) })
}

func (s *Set) redirect(from map[string]*Page, p *Page, alias, url string) {
	problem, hint := "", "remove the alias from one of them"
	switch {
	case s.ByURL[url] == p:
		problem, hint = fmt.Sprintf("alias %s is the page's own URL", alias), "remove it"
	case s.ByURL[url] != nil && s.ByURL[url].File != nil:
		problem = fmt.Sprintf("alias %s would hide the page %s", alias, s.ByURL[url].File.Name)
	case from[url] != nil && from[url] != p:
		problem = fmt.Sprintf("alias %s is an alias of %s, too", alias, from[url].File.Name)
	}
	if problem != "" {
		s.Diagnostics = append(s.Diagnostics, source.Diagnostic{Pos: p.keyPos("aliases"), Rule: "alias-taken", Message: problem, Hint: hint})
		return
	}
	if from[url] == nil {
		from[url] = p
		s.Redirects = append(s.Redirects, Redirect{From: url, To: p.URL})
	}
}
