package page

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/markup"
)

// findLanguages is what the languages are where nobody says: the folders of
// content, if there is nothing else and one of them is the main language.
func findLanguages(f *folder, main string) []string {
	entries, err := fs.ReadDir(f.fsys, f.content)
	if err != nil {
		return nil
	}
	var found []string
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case !languageCode.MatchString(e.Name()) || path.Ext(e.Name()) != "":
			return nil
		default:
			found = append(found, e.Name())
		}
	}
	if !slices.Contains(found, main) {
		return nil
	}
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(rank(a, main), rank(b, main)) })
	return found
}

var languageCode = lazyregexp.New(`^[a-z]{2}(?:-[a-zA-Z]{2,4})?$`)

func rank(language, main string) int {
	if language == main {
		return 0
	}
	return 1
}

// place splits the name of a file into its language and the rest.
func (s *Set) place(name string) (language, rest string) {
	first, rest, _ := strings.Cut(name, "/")
	if s.byFolder && slices.Contains(s.languages, first) {
		return first, rest
	}
	return s.languages[0], name
}

// prefix is what the URLs of a language start with: nothing for the main one.
func (s *Set) prefix(language string) string {
	if language == s.languages[0] {
		return ""
	}
	return "/" + strings.ToLower(language)
}

// locate sets what follows from the page's file: language, path, URL.
func (s *Set) locate(p *Page) {
	lang, rest := s.place(p.Name)
	dir, base := path.Split(rest)
	base = strings.TrimSuffix(base, path.Ext(base))
	p.Lang, p.path = lang, path.Join(dir, base)
	if base == "_index" || base == "index" {
		p.path = strings.Trim(dir, "/")
	}
	p.URL = p.url(dir, base)
	if prefix := s.prefix(lang); prefix != "" && p.URL != prefix+"/" && !strings.HasPrefix(p.URL, prefix+"/") {
		p.URL = prefix + p.URL
	}
}

func (p *Page) url(dir, base string) string {
	if u := p.Matter.URL; u != "" {
		return clean(u)
	}
	switch {
	case base == "index" && p.Matter.Slug != "":
		return clean(path.Join(path.Dir(path.Clean(dir)), p.Matter.Slug))
	case base == "index", base == "_index":
		return clean(dir)
	}
	return clean(path.Join(dir, cmp.Or(p.Matter.Slug, base)))
}

// clean gives a URL path its form: "/a/b/". Spaces become "-", and letters
// lower case, because a web server knows no other.
func clean(u string) string {
	if !strings.HasPrefix(u, "/") {
		u = "/" + u
	}
	short := strings.ReplaceAll(strings.ToLower(path.Clean(u)), " ", "-")
	if short == "/" {
		return short
	}
	if rest, ok := strings.CutPrefix(u, short); ok && rest == "/" {
		return u // as most are written
	}
	return short + "/"
}

// placeResources gives the files beside pages their URLs: below the page whose
// folder they are in, wherever that has its URL.
func (s *Set) placeResources() {
	dirs := map[string]string{}
	for _, p := range s.Pages {
		if base := path.Base(p.Name); strings.HasPrefix(base, "index.") || strings.HasPrefix(base, "_index.") {
			dirs[path.Dir(p.Name)] = p.URL
		}
	}
	for i := range s.Resources {
		r := &s.Resources[i]
		if r.URL != "" {
			continue
		}
		lang, rest := s.place(r.Name)
		below := ""
		for dir := path.Dir(r.Name); ; dir = path.Dir(dir) {
			if u, ok := dirs[dir]; ok {
				r.URL = u + strings.TrimPrefix(clean(below), "/") + path.Base(r.Name)
				break
			}
			if dir == "." {
				r.URL = s.prefix(lang) + clean(path.Dir(rest)) + path.Base(r.Name)
				break
			}
			below = path.Join(path.Base(dir), below)
		}
	}
}

// fallbackTitle is the first heading, else the name of the file in words.
func (p *Page) fallbackTitle() string {
	for n := p.Doc.Tree(nil).FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind().String() == "Heading" {
			return markup.PlainText(n, p.Doc.Masked(), nil)
		}
	}
	return words(p.Name)
}

func words(name string) string {
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".md"), ".html")
	if base := path.Base(name); base == "_index" || base == "index" {
		name = path.Dir(name)
	}
	name = path.Base(name)
	if name == "." || name == "/" {
		return "Home"
	}
	name = strings.NewReplacer("-", " ", "_", " ").Replace(name)
	_, n := utf8.DecodeRuneInString(name)
	return strings.ToUpper(name[:n]) + name[n:]
}
