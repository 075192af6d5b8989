package page

import (
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/probatum/probatum/internal/source"
	"github.com/yuin/goldmark/ast"
)

func (p *Page) addLink(n ast.Node, dest []byte, image bool) {
	p.Links = append(p.Links, Link{Dest: p.ExpandText(dest), Image: image, Pos: p.File.Pos(n.Pos()), Node: n})
}

// resolveLinks finds where each link leads and reports those that lead nowhere.
// Links that leave the site are not followed.
func (s *Set) resolveLinks() {
	resources := map[string]bool{}
	for _, r := range s.Resources {
		resources[r.URL] = true
	}
	redirects := map[string]string{}
	for _, r := range s.Redirects {
		redirects[r.From] = r.To
	}
	r := resolver{set: s, resources: resources, redirects: redirects, ids: map[*Page]map[string]bool{}}
	for _, p := range s.Pages {
		for i := range p.Links {
			r.link(p, &p.Links[i])
		}
	}
}

type resolver struct {
	set       *Set
	resources map[string]bool
	redirects map[string]string
	ids       map[*Page]map[string]bool
}

func (r *resolver) link(p *Page, l *Link) {
	l.URL = l.Dest
	u, err := url.Parse(l.Dest)
	if err != nil {
		r.dead(p, l, fmt.Sprintf("link %s cannot be read", l.Dest), "")
		return
	}
	if u.Scheme != "" || u.Host != "" || u.Opaque != "" || strings.HasPrefix(l.Dest, "//") {
		return
	}
	if u.Path == "" {
		r.anchor(p, l, p, u.Fragment)
		return
	}
	target, file := r.target(p, u.Path)
	switch {
	case target != nil:
		l.URL = target.URL + suffix(u)
		r.anchor(p, l, target, u.Fragment)
	case file != "":
		l.URL = file + suffix(u)
	default:
		kind := "link"
		if l.Image {
			kind = "image"
		}
		r.dead(p, l, fmt.Sprintf("%s %s leads nowhere", kind, l.Dest), r.suggest(p, u.Path))
	}
}

func suffix(u *url.URL) string {
	s := ""
	if u.RawQuery != "" {
		s = "?" + u.RawQuery
	}
	if u.Fragment != "" {
		s += "#" + u.EscapedFragment()
	}
	return s
}

// target finds the page or the resource that a path of a link means. A path is
// looked up relative to the page's file, as an editor shows it, and relative to
// its URL, as a browser follows it.
func (r *resolver) target(p *Page, dest string) (*Page, string) {
	dir := path.Dir(p.Name)
	for _, base := range []string{"/" + dir, p.URL} {
		full := dest
		if !strings.HasPrefix(dest, "/") {
			full = path.Join(base, dest)
		}
		full = path.Clean("/" + full)
		if page := r.page(full); page != nil {
			return page, ""
		}
		if r.resources[full] {
			return nil, full
		}
		if to := r.redirects[clean(full)]; to != "" {
			return r.set.ByURL[to], ""
		}
	}
	return nil, ""
}

func (r *resolver) page(full string) *Page {
	name := strings.TrimPrefix(full, "/")
	switch path.Base(name) {
	case "_index.md", "index.md":
		name = path.Dir(name)
	}
	if p := r.set.ByURL[clean(strings.TrimSuffix(name, ".md"))]; p != nil {
		return p
	}
	return nil
}

// suggest names the page whose file has the same last part.
func (r *resolver) suggest(p *Page, dest string) string {
	base := path.Base(strings.TrimSuffix(path.Clean(dest), ".md"))
	for _, q := range r.set.Pages {
		if path.Base(strings.TrimSuffix(q.URL, "/")) == strings.ToLower(base) && q != p {
			return "did you mean " + q.URL + "?"
		}
	}
	return ""
}

func (r *resolver) anchor(p *Page, l *Link, target *Page, id string) {
	if id == "" || id == "top" || target.File == nil {
		return
	}
	ids := r.ids[target]
	if ids == nil {
		ids = target.anchors()
		r.ids[target] = ids
	}
	if ids[id] || ids["*"] {
		return
	}
	hint := ""
	for _, h := range target.Headings {
		if strings.EqualFold(h.ID, id) || strings.Contains(h.ID, id) {
			hint = "did you mean #" + h.ID + "?"
			break
		}
	}
	where := target.File.Name
	if target == p {
		where = "this page"
	}
	r.dead(p, l, fmt.Sprintf("link %s: %s has no heading #%s", l.Dest, where, id), hint)
}

func (r *resolver) dead(p *Page, l *Link, message, hint string) {
	r.set.Diagnostics = append(r.set.Diagnostics, source.Diagnostic{Pos: l.Pos, Rule: "link-dead", Message: message, Hint: hint})
}

// anchors returns the ids that a link into the page can name: those of headings
// and of raw HTML. "*" stands for ids that only a template knows.
func (p *Page) anchors() map[string]bool {
	ids := map[string]bool{}
	for _, h := range p.Headings {
		ids[h.ID] = true
	}
	_ = ast.Walk(p.Doc.Root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML:
			htmlIDs(n.Segments.Value(p.Doc.Masked), ids)
		case *ast.HTMLBlock:
			htmlIDs(n.Lines().Value(p.Doc.Masked), ids)
		}
		return ast.WalkContinue, nil
	})
	return ids
}

func htmlIDs(raw []byte, ids map[string]bool) {
	for _, m := range idAttr.FindAllSubmatch(raw, -1) {
		ids[string(m[1])] = true
	}
}
