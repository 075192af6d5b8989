package page

import (
	"fmt"
	"path"
	"slices"

	"github.com/probatum/probatum/internal/source"
)

// gather collects the diagnostics of the set and of its pages.
func (s *Set) gather() {
	all := slices.Clone(s.own)
	for _, p := range s.Pages {
		all = append(append(all, p.Doc.Diagnostics...), p.diagnostics...)
	}
	s.Diagnostics = source.Sort(all)
}

// replaceable keeps what Replace needs.
func (s *Set) replaceable(f *folder, o Options) {
	names := map[string]bool{}
	note := func(f *folder) {
		for name := range f.texts {
			names[name] = true
		}
	}
	for _, name := range s.Included {
		names[name] = true
	}
	fsys := f.fsys
	s.again = func(name string) result {
		fresh := newFolder(fsys, o)
		defer note(fresh)
		return s.read(fresh, name, o)
	}
	s.included = func(name string) bool { return names[path.Join(f.content, name)] }
}

// Replace reads the file of one page again, by its name relative to the content
// folder, and changes the set so that it is what Load would give now. It returns
// nil, and has changed nothing, where more than the page would be another: then
// Load has to do it. Nobody may read the set meanwhile.
func (s *Set) Replace(name string) *Page {
	i := slices.IndexFunc(s.Pages, func(p *Page) bool { return p.Name == name })
	if i < 0 || s.included(name) {
		return nil
	}
	old := s.Pages[i]
	r := s.again(name)
	if s.ByURL[old.URL] != old || r.err != nil || r.diag != nil || r.page == nil {
		return nil
	}
	p := r.page
	if p.URL != old.URL || p.path != old.path || p.Lang != old.Lang || p.aliases != old.aliases || !p.sameMatter(old) {
		return nil
	}
	p.Matter = old.Matter // the project may have added to that of the home page
	p.Section, p.Parent, p.Children, p.Others, p.set = old.Section, old.Parent, old.Children, old.Others, s
	p.collect()
	if s.anchoredTo(old) && headings(p) != headings(old) {
		return nil
	}
	*old = *p // others point to it
	for _, b := range old.Blocks {
		b.Page = old
	}
	if s.resolves == nil {
		s.resolves = s.resolver() // all names stay where they are, also the next time
	}
	clear(s.resolves.ids)
	s.resolves.resolve(old)
	s.gather()
	return old
}

// anchoredTo tells whether links of other pages name a part of p.
func (s *Set) anchoredTo(p *Page) bool {
	return slices.ContainsFunc(s.Pages, func(q *Page) bool { return slices.Contains(q.anchored, p) })
}

// headings is what links of other pages can name of a page.
func headings(p *Page) string {
	text := fmt.Sprint(p.rawIDs)
	for _, h := range p.Headings {
		text += fmt.Sprintf("\n%s %q", h.ID, h.Text)
	}
	return text
}
