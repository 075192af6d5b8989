package site

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/search"
	"github.com/probatum/probatum/internal/source"
)

// A Live is a site in memory that follows the edits of its pages. A page, which
// has been rendered to know what is wrong with it, is not held: it is rendered once
// more when somebody asks for it. What rests on the texts of all pages, as a search
// index, is made then, too. It always has the files that Build would write. It is safe for concurrent use,
// but for the set that it was made of.
type Live struct {
	mu      sync.Mutex
	b       *builder
	r       *renderer
	files   *Memory
	pages   map[string]*page.Page // whose files are not held, by the names of these
	single  []source.Diagnostic   // of the files that are of no single page and do not change
	late    map[string]bool       // files that rest on all pages
	lateDs  []source.Diagnostic
	current bool // late files are those of the pages as they are now
}

// kept is what a Live knows of a page beside its file.
type kept struct {
	html        [sha256.Size]byte // hash
	style       string
	entry       []byte // packed: it is as large as the page
	diagnostics []source.Diagnostic
}

var packers = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // the level is a right one
	return w
}}

// pack makes an entry small.
func pack(e *search.Entry) []byte {
	w := packers.Get().(*flate.Writer)
	defer packers.Put(w)
	var b bytes.Buffer
	w.Reset(&b)
	_, _ = w.Write(e.Append(nil)) // a Buffer takes all
	_ = w.Close()
	return bytes.Clone(b.Bytes())
}

func (b *builder) unpack(packed []byte) (*search.Entry, error) {
	data, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		return nil, err
	}
	return b.terms.ReadEntry(string(data))
}

func (out *rendered) kept() kept {
	defer out.entry.Release()
	return kept{html: sha256.Sum256(out.html), style: out.style[0], entry: pack(out.entry), diagnostics: out.diagnostics}
}

// NewLive builds the site of a set. o.Out is not used.
func NewLive(ctx context.Context, set *page.Set, o Options) (*Live, error) {
	l := &Live{files: &Memory{}, late: map[string]bool{}, pages: map[string]*page.Page{}}
	o.Out = l.files
	b, err := newBuilder(set, o)
	if err != nil {
		return nil, err
	}
	l.b = b
	b.kept = map[*page.Page]kept{}
	if err := b.pages(ctx); err != nil {
		return nil, err
	}
	all, err := b.claimRedirects()
	if err == nil {
		err = b.redirects(ctx, all)
	}
	if err == nil {
		err = inTurn(b.fixed())
	}
	if err != nil {
		return nil, err
	}
	l.single = b.diagnostics
	l.r = newRenderer(b)
	for _, p := range b.order {
		for _, name := range []string{File(p.URL), strings.TrimPrefix(b.twin(p), "/")} {
			if b.written[name] == nameOf(p) {
				l.pages[name] = p
			}
		}
	}
	return l, ctx.Err()
}

// Edit calls edit, which changes the set and returns the pages whose text is
// another now, and renders those again. Where edit returns false the site stays
// as it is. changed tells whether any page is another now.
func (l *Live) Edit(edit func() ([]*page.Page, bool)) (changed, ok bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	pages, ok := edit()
	if !ok {
		return false, false, nil
	}
	changed, err = l.update(pages)
	return changed, true, err
}

func (l *Live) update(pages []*page.Page) (changed bool, err error) {
	for _, p := range pages {
		if l.pages[File(p.URL)] != p {
			continue // another page has the name, which was reported, or nobody sees this one
		}
		out := l.r.render(p)
		if out.err != nil {
			return changed, out.err
		}
		old := l.b.kept[p]
		l.b.kept[p] = out.kept()
		changed = changed || l.b.kept[p].html != old.html
		l.restyle(old.style, out.style)
	}
	l.current = false
	return changed, nil
}

// restyle replaces a page's own style sheet. One that no page uses any more goes.
func (l *Live) restyle(old string, style [2]string) {
	if name := style[0]; name != "" {
		l.b.written[name] = stylesOwner
		l.files.Files[name] = []byte(style[1])
	}
	if old == "" || old == style[0] {
		return
	}
	for _, k := range l.b.kept {
		if k.style == old {
			return
		}
	}
	delete(l.files.Files, old)
	delete(l.b.written, old)
}

// SetMarks shows other verdicts, and tells whether any page is another now.
func (l *Live) SetMarks(m Marks) (changed bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.b.Marks
	l.b.Marks = m
	var pages []*page.Page
	for _, p := range l.b.order {
		// The first marks, and the last, change what every page links to.
		if p.File != nil && !slices.Equal(old[p.File.Name], m[p.File.Name]) || (old == nil) != (m == nil) {
			pages = append(pages, p)
		}
	}
	return l.update(pages)
}

// Same tells whether both have the same files, as far as these do not rest on
// others.
func (l *Live) Same(other *Live) bool {
	if l == other || other == nil {
		return l == other
	}
	mine, theirs := l.steady(), other.steady()
	return maps.EqualFunc(mine, theirs, bytes.Equal)
}

// steady are the files that are not late; of those that are not held, hashes.
func (l *Live) steady() map[string][]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	files := maps.Clone(l.files.Files)
	for name := range l.late {
		delete(files, name)
	}
	for name, p := range l.pages {
		k := l.b.kept[p]
		files[name] = k.html[:]
	}
	return files
}

// File returns a file of the site.
func (l *Live) File(name string) ([]byte, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.pages[name]; p != nil {
		return l.page(name, p)
	}
	data, ok := l.files.Files[name]
	if !l.current && (!ok || l.late[name]) {
		if l.refresh() != nil {
			return nil, false
		}
		data, ok = l.files.Files[name]
	}
	return data, ok
}

// page makes a file of a page.
func (l *Live) page(name string, p *page.Page) ([]byte, bool) {
	if name != File(p.URL) {
		return markdown(p), true
	}
	out := l.r.render(p)
	return bytes.Clone(out.html), out.err == nil
}

// Files returns all files of the site, which nobody may change.
func (l *Live) Files() (map[string][]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.refresh(); err != nil {
		return nil, err
	}
	files := maps.Clone(l.files.Files)
	for name, p := range l.pages {
		data, ok := l.page(name, p)
		if !ok {
			return nil, fmt.Errorf("render %s", nameOf(p))
		}
		files[name] = data
	}
	return files, nil
}

// refresh makes the files that rest on all pages again.
func (l *Live) refresh() error {
	if l.current {
		return nil
	}
	for name := range l.late {
		delete(l.files.Files, name)
		delete(l.b.written, name)
	}
	clear(l.late)
	before := maps.Clone(l.b.written)
	l.b.diagnostics = nil
	if err := inTurn(l.b.late()); err != nil {
		return err
	}
	for name := range l.b.written {
		if _, known := before[name]; !known {
			l.late[name] = true
		}
	}
	l.lateDs, l.current = l.b.diagnostics, true
	return nil
}

// Count returns the number of files, as far as they are made.
func (l *Live) Count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.files.Files)
}

// Diagnostics returns what was found while rendering, sorted.
func (l *Live) Diagnostics() []source.Diagnostic {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := slices.Concat(l.single, l.lateDs)
	for _, k := range l.b.kept {
		all = append(all, k.diagnostics...)
	}
	return source.Sort(all)
}
