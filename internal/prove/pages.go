package prove

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/nearest"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/project"
)

// A NoPageError says that a pattern chooses no page.
type NoPageError struct {
	Pattern string
	near    []string
}

// Error implements error.
func (e *NoPageError) Error() string { return "no page is named " + e.Pattern }

// Hint names pages that may be meant.
func (e *NoPageError) Hint() string {
	if len(e.near) == 0 {
		return "name a file, a folder or a URL of the site; * stands for any part of one name"
	}
	return "did you mean " + strings.Join(e.near, " or ") + "?"
}

// choose returns the pages that any of the patterns chooses, all where there is
// none. Each pattern has to choose one.
func choose(p *project.Project, patterns []string) ([]*page.Page, error) {
	if len(patterns) == 0 {
		return p.Set.Pages, nil
	}
	chosen := map[*page.Page]bool{}
	for _, pattern := range patterns {
		found := false
		for _, pg := range p.Set.Pages {
			if named(pg, p, pattern) {
				chosen[pg], found = true, true
			}
		}
		if !found {
			return nil, &NoPageError{pattern, near(p, pattern)}
		}
	}
	return slices.DeleteFunc(slices.Clone(p.Set.Pages), func(pg *page.Page) bool { return !chosen[pg] }), nil
}

// named reports whether a pattern chooses the page: a file, a folder or a
// pattern of path.Match, with or without the content folder before it; or a URL,
// with a slash or a scheme in front.
func named(pg *page.Page, p *project.Project, pattern string) bool {
	if at, ok := urlPath(pattern, p.Config.BaseURL); ok {
		return like(strings.Trim(at, "/"), strings.Trim(pg.URL, "/"))
	}
	pattern = path.Clean(pattern)
	for _, name := range []string{pg.File.Name, inContent(pg.File.Name, p)} {
		if pattern == "." || like(pattern, name) || strings.HasPrefix(name, pattern+"/") {
			return true
		}
	}
	return false
}

func like(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return name == pattern || ok && err == nil
}

func inContent(name string, p *project.Project) string {
	return strings.TrimPrefix(name, path.Clean(p.Config.Content)+"/")
}

// urlPath gives the path of a URL as pages have it; ok is false for a name.
func urlPath(pattern, base string) (at string, ok bool) {
	if strings.HasPrefix(pattern, "/") {
		at, _, _ = strings.Cut(pattern, "#")
		return at, true
	}
	if !strings.Contains(pattern, "://") {
		return "", false
	}
	u, err := url.Parse(pattern)
	if err != nil {
		return "", false
	}
	if b, err := url.Parse(base); err == nil {
		return strings.TrimPrefix(u.Path, strings.TrimSuffix(b.Path, "/")), true
	}
	return u.Path, true
}

const mostNear = 3

// near lists names that are like a pattern, at most mostNear: of pages whose last
// part is nearly the same, then of those that hold it.
func near(p *project.Project, pattern string) []string {
	at, isURL := urlPath(pattern, p.Config.BaseURL)
	word := func(name string) string {
		name = strings.Trim(name, "/")
		if base := strings.TrimSuffix(path.Base(name), path.Ext(name)); base != "_index" && base != "index" {
			return strings.ToLower(base)
		}
		return strings.ToLower(path.Base(path.Dir(name)))
	}
	if !isURL {
		at = pattern
	}
	want := strings.Trim(word(at), "*?[]")
	var close, with []string
	for _, pg := range p.Set.Pages {
		name := pg.File.Name
		if isURL {
			name = pg.URL
		}
		switch w := word(name); {
		case want == "":
		case nearest.Word(want, []string{w}) != "":
			close = append(close, name)
		case len(want) > 2 && strings.Contains(w, want):
			with = append(with, name)
		}
	}
	all := append(close, with...)
	return all[:min(len(all), mostNear)]
}
