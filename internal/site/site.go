// Package site writes the help site. It takes a page.Set and gives files: one
// page for each URL, redirects, resources, the theme's assets and what search
// engines ask for. It never looks at the checker; both read the same pages.
package site

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/highlight"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/search"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/theme"
)

// Options says what a site is called and where it goes. Out is required.
type Options struct {
	Title    string // "" is the title of the home page
	BaseURL  string // "https://example.org/docs/"; "" unknown: then no sitemap and no canonical addresses
	Language string // BCP 47; "" is the language of the home page
	Offline  bool   // links name files, so that the site opens from a disk
	Theme    *theme.Theme
	// ForPeople leaves out what only programs read: the pages as Markdown and
	// llms.txt.
	ForPeople bool
	Look      Look
	Dates     map[string]string // day of the last change of pages, by the name of their files: 2026-11-21
	Marks     Marks             // what a checker says of the blocks; nil shows no marks
	Out       Output            // where files go
	Keep      *Keeper           // takes what Again needs; nil nothing is kept
	Jobs      int               // pages rendered at once; 0 means one for each processor
}

// A Look is what the project puts into the frame of its pages.
type Look struct {
	Name      string            // in the header; "" the title
	Logo      string            // name of the asset that takes the place of the mark; "" none
	Footer    string            // "" the title
	Edit      string            // address where a page is edited, with {path}; "" none
	Links     []theme.Link      // in the header; those that start with / lead into the site
	Versions  []theme.Link      // of the site; the one without an address is this
	Languages map[string]string // names of languages by code, over the built-in ones
}

// An Output takes the files of a site. Names are slash-separated and relative, and
// no two files have the same. Nothing of it may be seen as the site before Commit;
// without Commit everything stays as it was.
type Output interface {
	// WriteFile does not keep the data, which is another file's later. It is safe
	// for concurrent use; the other methods are called one at a time, and Commit
	// when no file is written any more.
	WriteFile(name string, data []byte) error
	// Begin gives a file that is written while others are.
	Begin() (Growing, error)
	Commit() (Result, error)
}

// A Result says what a build did.
type Result struct {
	Pages       int // pages of the site, redirects not counted
	Written     int // files that are new or have changed
	Unchanged   int
	Removed     int                 // files of an earlier build that no page produces any more
	Diagnostics []source.Diagnostic // what was found while rendering, sorted; those of the set are not in it
}

// Build renders the set and writes it to o.Out. The same set and options give
// the same bytes. A set that was loaded on demand loses the texts of its pages, but
// for Marks, and has to be finished afterwards. On an error, also when ctx ends, the output is not committed.
func Build(ctx context.Context, set *page.Set, o Options) (*Result, error) {
	b, err := newBuilder(set, o)
	if err != nil {
		return nil, err
	}
	if err := b.all(ctx); err != nil {
		return nil, err
	}
	result, err := o.Out.Commit()
	if err != nil {
		return nil, err
	}
	result.Pages = len(b.order)
	if b.Keep != nil {
		b.Keep.end(b)
	}
	result.Diagnostics = source.Sort(append(b.found, b.diagnostics...))
	return &result, nil
}

// all writes all files.
func (b *builder) all(ctx context.Context) (err error) {
	if err := b.beginText(); err != nil {
		return err
	}
	defer func() {
		if b.full != nil {
			err = errors.Join(err, b.full.Discard())
		}
	}()
	return inTurn([]func() error{func() error { return b.pages(ctx) }, func() error { return b.besidePages(ctx) }, ctx.Err})
}

// besidePages writes all files but those of pages. What most of them are made of is
// put together by one goroutine, while others write the redirects.
func (b *builder) besidePages(ctx context.Context) error {
	redirects, err := b.claimRedirects()
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	var others error
	wg.Go(func() { others = inTurn(append(b.fixed(), b.late()...)) })
	err = b.redirects(ctx, redirects)
	wg.Wait()
	return cmp.Or(err, others)
}

// fixed write files that do not rest on the texts of pages, besides redirects.
func (b *builder) fixed() []func() error {
	return []func() error{b.resources, b.assets, b.notFound, b.robots, b.sitemap, b.writeFeeds}
}

// late write files that rest on the texts of all pages.
func (b *builder) late() []func() error { return []func() error{b.search, b.verified, b.llms} }

// inTurn takes the steps one after the other, up to the first error.
func inTurn(steps []func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// A builder is the state of one build.
type builder struct {
	Options
	set         *page.Set
	order       []*page.Page // all pages in reading order
	place       map[*page.Page]int
	menus       map[string][]menuEntry              // by language
	listed      int                                 // how many of order stand in lists
	base        *url.URL                            // nil where it is not known
	written     map[string]string                   // who wants each file
	folders     map[string]string                   // and who needs each folder first
	indexes     map[string]*search.Index            // by folder
	terms       search.Words                        // that search finds, of all languages
	feeds       map[*page.Page][]*page.Page         // dated pages of sections of the top level
	spaces      chan []byte                         // for Markdown of pages and HTML of redirects; nil where each has its own
	diagnostics []source.Diagnostic                 // of no single page
	found       []source.Diagnostic                 // while rendering pages; those of a Live are in kept
	codes       *highlight.Cache[codeKey, codeHTML] // what blocks became
	releases    bool                                // nobody needs the text of a page that was written
	text        map[*page.Page][]byte               // of pages as Markdown, where the set does not have them
	full        Growing                             // with the text of all pages, while these are written; else nil
	kept        map[*page.Page]kept                 // what a Live has to know of its pages; nil in a single build
}

func newBuilder(set *page.Set, o Options) (*builder, error) {
	b := &builder{Options: o, set: set, place: map[*page.Page]int{}, written: make(map[string]string, 3*len(set.Pages)), folders: map[string]string{}, indexes: map[string]*search.Index{}, codes: highlight.NewCache[codeKey, codeHTML](keepCode)}
	if b.Theme == nil {
		t, err := theme.Load(nil, theme.Settings{})
		if err != nil {
			return nil, err
		}
		b.Theme = t
	}
	if b.Title == "" {
		b.Title = set.Root.Matter.Title
	}
	if b.Language == "" {
		b.Language = set.Root.Lang
	}
	if b.Jobs == 0 {
		b.Jobs = runtime.GOMAXPROCS(0)
	}
	if o.BaseURL != "" {
		base, err := url.Parse(o.BaseURL)
		if err != nil || base.Scheme == "" || base.Host == "" {
			return nil, fmt.Errorf("base URL %q is not like https://example.org/docs/", o.BaseURL)
		}
		base.Path = strings.TrimSuffix(base.Path, "/") + "/"
		b.base = base
	}
	for _, home := range set.Homes {
		b.readingOrder(home)
	}
	b.releases = b.Marks == nil && set.Pending()
	b.unlisted()
	b.findFeeds()
	b.findMenus()
	return b, nil
}

// put writes a file on behalf of who. Where two want the same name, the first
// one has it and the other is reported.
func (b *builder) put(name, who string, data []byte) error {
	if ok, err := b.claim(name, who); err != nil || !ok {
		return err
	}
	return b.write(name, data)
}

// write writes a file whose name was claimed. It is safe for concurrent use.
func (b *builder) write(name string, data []byte) error {
	if err := b.Out.WriteFile(name, data); err != nil {
		return fmt.Errorf("write the site: %w", err)
	}
	return nil
}

// claim takes the name of a file, as put does. ok is false where another one has it.
func (b *builder) claim(name, who string) (ok bool, err error) {
	if !fs.ValidPath(name) {
		return false, fmt.Errorf("write the site: %q is not a name of a file", name)
	}
	if taken, first := b.taken(name); taken != "" {
		if first != who {
			b.diagnostics = append(b.diagnostics, source.Diagnostic{Pos: source.Pos{File: who}, Rule: "file-taken",
				Message: fmt.Sprintf("wants to be %s of the site, but %s comes from %s already", name, taken, first), Hint: "rename one of them"})
		}
		return false, nil
	}
	b.written[name] = who
	for dir := folderOf(name); dir != ""; dir = folderOf(dir) {
		if _, ok := b.folders[dir]; ok {
			break // and those above it
		}
		b.folders[dir] = who
	}
	return true, nil
}

// taken returns what stands in the way of a new file, and where that comes from.
func (b *builder) taken(name string) (what, who string) {
	if who, ok := b.folders[name]; ok {
		return "the folder " + name, who
	}
	for at := name; at != ""; at = folderOf(at) {
		if who, ok := b.written[at]; ok {
			return at, who
		}
		if _, ok := b.folders[folderOf(at)]; ok {
			break // and those above it
		}
	}
	return "", ""
}

// folderOf is the folder of a file, or of a folder; "" it is the site's.
func folderOf(name string) string { return name[:max(0, strings.LastIndexByte(name, '/'))] }

// A rendered page is what comes of one page.
type rendered struct {
	html        []byte    // good until the next page is rendered; nil it was written
	text        []byte    // as Markdown; nil there is none, or it was not written yet
	style       [2]string // name and text of its own style sheet; "" it has none
	entry       *search.Entry
	live        *kept // for a Live; else nil
	diagnostics []source.Diagnostic
	err         error
}

// render makes one page.
func (r *renderer) render(p *page.Page) (out rendered) {
	out.html, out.err = r.page(p)
	out.style[0], out.style[1] = r.styleFile()
	out.entry = r.found
	out.diagnostics = slices.Clone(r.diagnostics)
	if out.err != nil {
		out.err = fmt.Errorf("render %s: %w", nameOf(p), out.err)
	}
	return out
}

// pages renders all pages and writes them, a few at a time. What they have in
// common gets them in reading order.
func (b *builder) pages(ctx context.Context) error {
	b.spaces = make(chan []byte, ahead*b.Jobs)
	workers := make(chan *renderer, b.Jobs)
	for range b.Jobs {
		workers <- newRenderer(b)
	}
	files := make([]pageFiles, len(b.order))
	for i, p := range b.order {
		var err error
		if files[i], err = b.claimPage(p); err != nil {
			return err
		}
	}
	return inOrder(ctx, len(b.order), b.Jobs, func(i int) rendered {
		r := <-workers
		defer func() { workers <- r }()
		out := r.render(b.order[i])
		if out.err != nil {
			return out
		}
		if b.kept != nil {
			k := out.kept()
			out.live = &k
		}
		out.text, out.err = b.writePage(b.order[i], files[i], out.html)
		out.html = nil // the renderer's
		return out
	}, func(i int, out rendered) error { return b.putPage(b.order[i], out) })
}

// putPage takes what other files of the site have of a page.
func (b *builder) putPage(p *page.Page, out rendered) error {
	if out.err != nil {
		return out.err
	}
	if name := out.style[0]; name != "" {
		if err := b.put(name, stylesOwner, []byte(out.style[1])); err != nil {
			return err
		}
	}
	if out.live != nil {
		b.kept[p] = *out.live
		return nil
	}
	b.found = append(b.found, out.diagnostics...)
	err := b.addText(p, out.text)
	b.giveBack(out.text)
	if err != nil {
		return err
	}
	if b.Keep != nil {
		b.Keep.page(out)
	}
	if b.releases {
		p.Release()
	}
	defer out.entry.Release()
	return b.find(p, out.entry)
}

// space is room for the Markdown of a page, or a redirect: that of one which was
// written already, where there is any.
func (b *builder) space() []byte {
	select {
	case s := <-b.spaces:
		return s[:0]
	default:
		return nil
	}
}

func (b *builder) giveBack(s []byte) {
	if s == nil {
		return
	}
	select {
	case b.spaces <- s:
	default: // there are enough
	}
}

// Who wants files that are of no single page.
const (
	stylesOwner = "the styles of pages"
	searchOwner = "the search index"
	llmsOwner   = "llms.txt"
)

// pageFiles are the names of the files of a page; "" it has none, or another one
// has the name.
type pageFiles struct{ html, text string }

// claimPage takes the names of a page's files.
func (b *builder) claimPage(p *page.Page) (files pageFiles, err error) {
	claim := func(name string) string {
		ok := false
		if err == nil && name != "" {
			ok, err = b.claim(name, nameOf(p))
		}
		if !ok {
			return ""
		}
		return name
	}
	files.html = claim(File(p.URL))
	files.text = claim(strings.TrimPrefix(b.twin(p), "/"))
	return files, err
}

// writePage writes the files of a page, and returns its text as Markdown. Those of
// a Live have their names alone. It is safe for concurrent use.
func (b *builder) writePage(p *page.Page, files pageFiles, html []byte) (text []byte, err error) {
	switch {
	case b.kept != nil:
		html = nil
	case b.twin(p) != "":
		text = appendMarkdown(b.space(), p)
	}
	if files.html != "" {
		err = b.write(files.html, html)
	}
	if files.text != "" && err == nil {
		err = b.write(files.text, text)
	}
	return text, err
}

// nameOf is what people call the page.
func nameOf(p *page.Page) string {
	if p.File == nil {
		return "folder " + p.URL
	}
	return p.File.Name
}

func (b *builder) assets() error {
	for _, a := range b.Theme.Assets() {
		if err := b.put(theme.Folder+"/"+a.Name, "the theme", a.Data); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) resources() error {
	for _, r := range b.set.Resources {
		data, err := r.Read()
		if err != nil { // it was there when the pages were read
			b.diagnostics = append(b.diagnostics, source.Diagnostic{Pos: source.Pos{File: r.Name}, Rule: "file-unreadable", Message: "cannot be read: " + err.Error()})
			continue
		}
		if err := b.put(strings.TrimPrefix(r.URL, "/"), r.Name, data); err != nil {
			return err
		}
	}
	return nil
}

// sitemap lists all pages with their full addresses. It says nothing of dates:
// those of the files are the dates of a checkout.
func (b *builder) sitemap() error {
	if b.base == nil {
		return nil
	}
	var s strings.Builder
	s.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
	for _, u := range slices.Sorted(maps.Keys(b.set.ByURL)) {
		fmt.Fprintf(&s, "<url><loc>%s</loc></url>\n", escape(b.absolute(u)))
	}
	s.WriteString("</urlset>\n")
	return b.put("sitemap.xml", "the sitemap", []byte(s.String()))
}

func (b *builder) robots() error {
	text := "User-agent: *\nAllow: /\n"
	if b.base != nil {
		text += "Sitemap: " + b.absolute("/sitemap.xml") + "\n"
	}
	return b.put("robots.txt", "robots.txt", []byte(text))
}
