package site

import (
	"strings"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/search"
	"github.com/probatum/probatum/theme"
)

// searchFolder is where a site holds the index of each language.
const searchFolder = "search"

// index is the folder of the search index of p's language, as a URL of the site.
func index(p *page.Page) string {
	return "/" + searchFolder + "/" + strings.ToLower(p.Home().Lang) + "/"
}

// entry is what a reader can find of the page that t shows.
func (b *builder) entry(p *page.Page, t *theme.Page) *search.Entry {
	trail := make([]string, 0, len(t.Crumbs))
	for _, c := range t.Crumbs[min(1, len(t.Crumbs)):] { // not the home page
		trail = append(trail, c.Title)
	}
	return b.terms.Read(search.Page{URL: b.href("/", p.URL), Title: p.Matter.Title, LinkTitle: p.Matter.LinkTitle,
		Trail: strings.Join(trail, " › "), Description: p.Matter.Description, Keywords: p.Matter.Keywords, Body: string(t.Body)})
}

// find adds a page to the index of its language.
func (b *builder) find(p *page.Page, e *search.Entry) error { return b.indexOf(p).Add(e) }

// indexOf is the index of p's language. It is made with its first page.
func (b *builder) indexOf(p *page.Page) *search.Index {
	folder := strings.TrimPrefix(index(p), "/")
	x := b.indexes[folder]
	if x == nil {
		x = &search.Index{Stop: b.wordsOf(p).T("search_stop"), Pages: b.pagesIn(folder), Write: func(name string, data []byte) error { return b.put(folder+name, searchOwner, data) }}
		if b.Keep != nil {
			x.Keep = b.Keep.words
		}
		b.indexes[folder] = x
	}
	return x
}

// pagesIn is how many pages the index in a folder will have.
func (b *builder) pagesIn(folder string) int {
	n := 0
	for _, p := range b.order {
		if strings.TrimPrefix(index(p), "/") == folder {
			n++
		}
	}
	return n
}

// search completes the indexes. Where the site follows its pages, these are put
// into new ones first.
func (b *builder) search() error {
	if b.kept != nil {
		clear(b.indexes)
		for _, p := range b.order {
			e, err := b.unpack(b.kept[p].entry)
			if err == nil {
				err = b.find(p, e)
				e.Release()
			}
			if err != nil {
				return err
			}
		}
	}
	for _, home := range b.set.Homes {
		if x := b.indexes[strings.TrimPrefix(index(home), "/")]; x != nil {
			if err := x.Close(); err != nil {
				return err
			}
		}
	}
	return nil
}
