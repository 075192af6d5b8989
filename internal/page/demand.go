package page

import (
	"context"
	"sync"

	"github.com/probatum/probatum/internal/markup"
)

// A pending is what is still to be found in a page: first what is in it, then
// where its links lead. The second may need the first of other pages.
type pending struct{ found, resolved sync.Once }

// find finds what is in the page unless that is known. It returns the nodes that
// it was found in; nil where that was before.
func (p *Page) find() (of *nodes) {
	if p.pending != nil {
		p.pending.found.Do(func() { of = p.collect() })
	}
	return of
}

// settle is find, and where the page's links lead.
func (p *Page) settle() *nodes {
	of := p.find()
	if p.pending != nil {
		p.pending.resolved.Do(func() { p.set.resolves.resolve(p) })
	}
	return of
}

// Pending tells whether the set was loaded on demand and not finished yet.
func (s *Set) Pending() bool {
	return s.resolves != nil && len(s.Pages) > 0 && s.Pages[0].pending != nil
}

// Finish finds what was not asked for yet in the pages of a set that was loaded
// on demand, and completes Diagnostics. It ends with ctx, and returns its error.
func (s *Set) Finish(ctx context.Context) error {
	if err := each(ctx, len(s.Pages), s.jobs, func(i int) { s.Pages[i].settle() }); err != nil {
		return err
	}
	for _, p := range s.Pages {
		p.pending, p.outputs = nil, nil
	}
	s.resolves = nil // with the anchors of all pages
	s.gather()
	return ctx.Err()
}

// Release lets go of the text of a page that nobody needs any more, and of what
// rests on it: its tree, Blocks, Links and calls. What other pages see of it
// stays, and so do its diagnostics. It does nothing for a page without a file.
func (p *Page) Release() {
	if p.File == nil {
		return
	}
	p.header = p.headerText()
	p.File.Release()
	p.Doc = &markup.Document{File: p.File, Diagnostics: p.Doc.Diagnostics}
	p.Blocks, p.Links, p.hrefs, p.outputs = nil, nil, nil, nil
}
