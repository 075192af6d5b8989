package page

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
)

// tree fills ByURL and Homes and joins parents and children. A folder without a
// page of its own gets one without a file.
func (s *Set) tree() {
	s.ByURL = make(map[string]*Page, len(s.Pages))
	for _, p := range s.Pages {
		if first := s.ByURL[p.URL]; first != nil {
			s.Diagnostics = append(s.Diagnostics, source.Diagnostic{Pos: source.Pos{File: p.File.Name, Line: 1, Col: 1}, Rule: "url-taken",
				Message: fmt.Sprintf("URL %s is the URL of %s, too", p.URL, first.File.Name), Hint: "give one of them another name, slug or url"})
			continue
		}
		s.ByURL[p.URL] = p
	}
	for _, lang := range s.languages {
		s.home(lang)
	}
	s.Root = s.Homes[0]
	for _, p := range s.Pages {
		s.adopt(p)
	}
	for _, home := range s.Homes {
		sortBelow(home)
	}
	s.translations()
	s.bind()
}

// bind fills books.
func (s *Set) bind() {
	s.books = map[string]*shortcodes.Book{}
	for _, lang := range s.languages {
		s.books[lang] = &shortcodes.Book{}
	}
	for _, p := range s.Pages {
		if b, q := s.books[p.Lang], p.forTemplates(); s.ByURL[p.URL] == p {
			b.Pages = append(b.Pages, q)
			if path.Base(path.Dir(path.Clean(p.URL))) == "glossary" {
				b.Terms = append(b.Terms, q)
			}
		}
	}
}

// home adds the home page of a language. A language without a page has none,
// except the main one.
func (s *Set) home(lang string) {
	url := s.prefix(lang) + "/"
	home := s.ByURL[url]
	if home == nil {
		if lang != s.languages[0] && !slices.ContainsFunc(s.Pages, func(p *Page) bool { return p.Lang == lang }) {
			return
		}
		home = s.bare(url, lang)
		home.Matter.Title = cmp.Or(s.Site.Title, "Home")
		home.Matter.LinkTitle = home.Matter.Title
	}
	home.Section = true
	s.Homes = append(s.Homes, home)
}

func sortBelow(p *Page) {
	slices.SortStableFunc(p.Children, byWeight)
	for _, c := range p.Children {
		sortBelow(c)
	}
}

func (s *Set) adopt(p *Page) {
	if slices.Contains(s.Homes, p) || s.ByURL[p.URL] != p || p.Parent != nil {
		return
	}
	up := clean(path.Dir(strings.TrimSuffix(p.URL, "/")))
	parent := s.ByURL[up]
	if parent == nil {
		parent = s.bare(up, p.Lang)
	}
	p.Parent = parent
	if !p.Matter.NoList {
		parent.Section = true
		parent.Children = append(parent.Children, p)
	}
	s.adopt(parent)
}

// bare makes the page of a folder that has no file for it.
func (s *Set) bare(url, lang string) *Page {
	title := words(strings.TrimSuffix(url, "/"))
	f := source.NewFile("", nil)
	p := &Page{URL: url, Lang: lang, Section: true, Doc: markup.Parse(f, s.Codes), set: s,
		Matter: Matter{Title: title, LinkTitle: title, TOC: true}}
	s.ByURL[url] = p
	return p
}

func byWeight(a, b *Page) int {
	const last = 1 << 30
	return cmp.Or(cmp.Compare(cmp.Or(a.Matter.Weight, last), cmp.Or(b.Matter.Weight, last)),
		cmp.Compare(strings.ToLower(a.Matter.LinkTitle), strings.ToLower(b.Matter.LinkTitle)), cmp.Compare(a.URL, b.URL))
}

// translations fills Others.
func (s *Set) translations() {
	if len(s.Homes) < 2 {
		return
	}
	same := map[string][]*Page{}
	for _, lang := range s.languages {
		for _, p := range s.Pages {
			if p.Lang == lang {
				same[p.path] = append(same[p.path], p)
			}
		}
	}
	for _, p := range s.Pages {
		for _, q := range same[p.path] {
			if q != p && s.ByURL[q.URL] == q {
				p.Others = append(p.Others, q)
			}
		}
	}
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
		s.Diagnostics = append(s.Diagnostics, source.Diagnostic{Pos: p.aliases, Rule: "alias-taken", Message: problem, Hint: hint})
		return
	}
	if from[url] == nil {
		from[url] = p
		s.Redirects = append(s.Redirects, Redirect{From: url, To: p.URL})
	}
}
