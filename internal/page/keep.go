package page

import (
	"encoding/gob"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/source"
)

// A Kept is what other pages see of the pages of a set, and what is wrong with
// them, without their texts. It can be written with encoding/gob.
type Kept struct {
	Pages     []KeptPage
	Resources []KeptResource
	Included  []string
	Languages []string
	ByFolder  bool
	Own       []source.Diagnostic // of no single page
	Until     time.Time
}

// A KeptPage is what Kept has of a page.
type KeptPage struct {
	Name, File  string
	Header      string // its front matter as it is written
	Matter      Matter
	URL, Lang   string
	Path        string
	Section     bool
	Headings    []Heading
	IDs         []string
	Aliases     source.Pos
	Diagnostics []source.Diagnostic
	Anchored    []int // pages that its links name a part of
}

// A KeptResource is what Kept has of a resource.
type KeptResource struct{ Name, URL, Path string }

// Keep returns what Restore needs.
func (s *Set) Keep() *Kept {
	k := &Kept{Included: s.Included, Languages: s.languages, ByFolder: s.byFolder, Own: s.own, Until: s.Until}
	k.Pages = make([]KeptPage, 0, len(s.Pages))
	place := make(map[*Page]int, len(s.Pages))
	for i, p := range s.Pages {
		place[p] = i
	}
	for _, p := range s.Pages {
		q := KeptPage{Name: p.Name, File: p.File.Name, Header: p.headerText(), Matter: p.Matter, URL: p.URL, Lang: p.Lang, Path: p.path, Section: p.Section,
			Headings: p.Headings, IDs: p.rawIDs, Aliases: p.aliases, Diagnostics: slices.Concat(p.Doc.Diagnostics, p.diagnostics)}
		for _, a := range p.anchored {
			q.Anchored = append(q.Anchored, place[a])
		}
		k.Pages = append(k.Pages, q)
	}
	for _, r := range s.Resources {
		k.Resources = append(k.Resources, KeptResource{r.Name, r.URL, r.path})
	}
	return k
}

// headerText is the front matter of the page as it is written.
func (p *Page) headerText() string {
	if p.header != "" {
		return p.header
	}
	return string(p.File.Data[:p.Doc.Body])
}

// Restore makes a set of what was kept. Its pages have no texts, blocks and
// links, but for those that Replace reads again. fsys and o are those of Load;
// nothing that they read may have changed but the texts of pages.
func Restore(fsys fs.FS, o Options, k *Kept) *Set {
	f := newFolder(fsys, o)
	s := &Set{folder: o.Folder, Codes: o.Codes, Site: o.Site, languages: k.Languages, byFolder: k.ByFolder,
		Included: k.Included, Until: k.Until}
	for i := range k.Pages {
		q := &k.Pages[i]
		file := source.NewFile(q.File, nil)
		p := &Page{Name: q.Name, File: file, Matter: q.Matter, URL: q.URL, Lang: q.Lang, path: q.Path, Section: q.Section, set: s, unknownCall: callsUnknown(q.Diagnostics),
			Headings: q.Headings, rawIDs: q.IDs, aliases: q.Aliases, header: q.Header, Doc: &markup.Document{File: file, Diagnostics: q.Diagnostics}}
		s.Pages = append(s.Pages, p)
	}
	for i := range k.Pages {
		for _, a := range k.Pages[i].Anchored {
			s.Pages[i].anchored = append(s.Pages[i].anchored, s.Pages[a])
		}
	}
	for _, r := range k.Resources {
		full := r.Name
		if r.Path != "" {
			full = path.Join(f.content, r.Name)
		}
		s.Resources = append(s.Resources, Resource{Name: r.Name, URL: r.URL, path: r.Path, read: func() ([]byte, error) { return f.bytes(full) }})
	}
	s.tree()
	s.redirects()
	s.own = k.Own // with those that tree and redirects have found once more
	s.gather()
	s.replaceable(f, o)
	return s
}

// sameMatter tells whether p has the front matter that the page had as which it
// was read before.
func (p *Page) sameMatter(old *Page) bool {
	return p.headerText() == old.headerText() && p.Matter.Title == old.Matter.Title && p.Matter.LinkTitle == old.Matter.LinkTitle
}

// What values of front matter are made of.
func init() {
	gob.Register(map[string]any{})
	gob.Register([]any{})
}
