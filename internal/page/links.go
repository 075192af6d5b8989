package page

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/source"
	"github.com/yuin/goldmark/ast"
)

// addLink adds the link of a node that leads to dest, which is masked.
func (p *Page) addLink(n ast.Node, dest []byte, image bool) {
	l := Link{Image: image, Pos: p.File.Pos(n.Pos())}
	var text strings.Builder
	for part := range p.Doc.Split(dest) {
		c := part.Call
		switch {
		case c == nil:
			text.Write(part.Text)
		case !part.End:
			text.WriteString(p.recorded(c))
			l.Ref = l.Ref || c.Name == "ref" || c.Name == "relref" // of Hugo, which name files
		}
	}
	l.Dest = text.String()
	p.Links = append(p.Links, l)
}

// resolver knows where the pages and resources of the set are.
func (s *Set) resolver() *resolver {
	r := &resolver{set: s, byPath: make(map[string]*Page, len(s.Pages)), files: map[string]string{}, redirects: make(map[string]string, len(s.Redirects)),
		byName: map[string][]*Page{}, ids: map[*Page]map[string]bool{}}
	for _, res := range s.Resources {
		r.files[res.URL] = res.URL
		if res.path != "" {
			lang, rest := s.place(strings.TrimPrefix(res.path, "/"))
			r.files[s.prefix(lang)+"/"+rest] = res.URL
		}
	}
	for _, p := range s.Pages {
		full := strings.ToLower(s.prefix(p.Lang) + "/" + p.path)
		r.byPath[full] = p
		r.byName[path.Base(full)] = append(r.byName[path.Base(full)], p)
	}
	for _, d := range s.Redirects {
		r.redirects[d.From] = d.To
	}
	return r
}

// resolve finds where the links of one page lead and reports those that lead
// nowhere. Links that leave the site are not followed.
func (r *resolver) resolve(p *Page) {
	for i := range p.Links {
		r.link(p, &p.Links[i])
	}
	r.hrefs(p)
	p.raw = nil // its copies of the text
}

// A resolver is safe for concurrent use, each page by one goroutine.
type resolver struct {
	set       *Set
	byPath    map[string]*Page   // pages by their file's place, lower case
	byName    map[string][]*Page // and by the last part of it
	files     map[string]string  // URLs of resources by URL and by the file's place
	redirects map[string]string
	mu        sync.Mutex
	ids       map[*Page]map[string]bool
}

// link sets where a link leads.
func (r *resolver) link(p *Page, l *Link) {
	l.URL = l.Dest
	if strings.ContainsAny(l.Dest, "<>") || strings.Contains(l.Dest, "{{%") {
		return // what stands there cannot be expanded, which is reported
	}
	u, err := url.Parse(l.Dest)
	if err != nil {
		r.dead(p, l, fmt.Sprintf("link %s cannot be read", l.Dest), "")
		return
	}
	if u.Scheme != "" || u.Host != "" || u.Opaque != "" || strings.HasPrefix(l.Dest, "//") {
		return
	}
	if u.Path == "" {
		if u.RawQuery == "" {
			r.anchor(p, l, p, u)
		}
		return
	}
	target, file := r.target(p, u.Path)
	if target == nil && file == "" && l.Ref {
		if named := r.byName[strings.ToLower(strings.TrimSuffix(u.Path, ".md"))]; len(named) == 1 {
			target = named[0]
		}
	}
	switch {
	case target != nil:
		l.URL = target.URL + suffix(u)
		r.anchor(p, l, target, u)
		r.letterCase(p, l, target, u.Path)
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
// its URL, as a browser follows it. One that starts with "/" means the page's
// own language first, then the URL as it stands, which is the main language.
func (r *resolver) target(p *Page, dest string) (*Page, string) {
	prefix := r.set.prefix(p.Lang)
	bases, below := [2]string{prefix, ""}, dest
	if !strings.HasPrefix(dest, "/") {
		_, rest := r.set.place(p.Name)
		bases, below = [2]string{prefix + "/" + path.Dir(rest), strings.TrimSuffix(p.URL, "/")}, "/"+dest
	}
	for _, base := range bases {
		full := path.Clean(base + below)
		if page := r.page(full); page != nil {
			return page, ""
		}
		if file := r.files[full]; file != "" {
			return nil, file
		}
		for _, from := range []string{clean(full), full} { // an alias may be x.html
			if to := r.redirects[from]; to != "" {
				return r.set.ByURL[to], ""
			}
		}
	}
	if !strings.HasPrefix(dest, "/") && prefix != "" {
		// The page is not translated, or not yet: that of the main language does.
		_, rest := r.set.place(p.Name)
		return r.page(path.Join("/", path.Dir(rest), dest)), ""
	}
	return nil, ""
}

func (r *resolver) page(full string) *Page {
	name := full
	switch path.Base(name) {
	case "_index.md", "index.md", "_index", "index.html":
		name = path.Dir(name)
	}
	name = strings.TrimSuffix(name, ".md")
	if p := r.set.ByURL[clean(name)]; p != nil {
		return p
	}
	return r.byPath[strings.ToLower(path.Clean(name))]
}

// suggest names the page that the same path leads to from the top, or else one
// whose file has the same last part.
func (r *resolver) suggest(p *Page, dest string) string {
	if q := r.page(path.Join("/", r.set.prefix(p.Lang), dest)); q != nil {
		return "did you mean " + q.URL + "?"
	}
	base := path.Base(strings.TrimSuffix(path.Clean(dest), ".md"))
	for _, q := range r.byName[strings.ToLower(base)] {
		if q != p && q.Lang == p.Lang {
			return "did you mean " + q.URL + "?"
		}
	}
	return ""
}

// letterCase reports a ref, or a link to a file, that finds its page only
// without regard to case: on a disk that knows case the file is not there.
func (r *resolver) letterCase(p *Page, l *Link, target *Page, dest string) {
	if target.File == nil || !l.Ref && !strings.HasSuffix(dest, ".md") {
		return
	}
	want := strings.TrimSuffix(strings.Trim(path.Clean(dest), "/."), ".md")
	for _, base := range []string{"/_index", "/index"} {
		want = strings.TrimSuffix(want, base)
	}
	if strings.HasPrefix(dest, ".") {
		want = path.Base(want)
	}
	n := len(target.path) - len(want)
	if n < 0 || strings.HasSuffix(target.path, want) || !strings.EqualFold(target.path[n:], want) {
		return
	}
	p.diagnostics = append(p.diagnostics, source.Diagnostic{Pos: l.Pos, Severity: source.Warning, Rule: "link-case",
		Message: fmt.Sprintf("link %s finds %s only without regard to case", l.Dest, target.File.Name), Hint: "write /" + target.path})
}

// anchor checks the fragment of a link to a page.
func (r *resolver) anchor(p *Page, l *Link, target *Page, u *url.URL) {
	id := u.Fragment
	if id == "" || id == "top" || target.File == nil {
		return
	}
	if target != p {
		p.anchored = append(p.anchored, target)
	}
	if r.anchors(target)[id] {
		return
	}
	if other := otherPlace(p, target, id); other != "" {
		l.URL = other
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
	if hint == "" && target.unknownCall {
		hint = "an unknown shortcode of " + where + " may write it: see there first"
	}
	r.dead(p, l, fmt.Sprintf("link %s: %s has no heading #%s", l.Dest, where, id), hint)
}

// callsUnknown tells whether what is wrong with a page has an unknown shortcode in it.
func callsUnknown(ds []source.Diagnostic) bool {
	return slices.ContainsFunc(ds, func(d source.Diagnostic) bool { return d.Rule == "shortcode-unknown" })
}

// otherPlace is where an anchor leads that the page had in the program which it
// was written for; "" where none is known. Some sites show all pages of a section
// on one page, as a glossary or a list of questions, and link to #NAME there:
// here each has an address of its own. And the Markdown reader of older Hugo
// sites writes a dash for each run of other signs in a heading's id.
func otherPlace(p, target *Page, id string) string {
	together := target.Children
	if target == p && p.Parent != nil {
		together = p.Parent.Children
	}
	if i := slices.IndexFunc(together, func(c *Page) bool { return path.Base(c.URL) == strings.ToLower(id) }); i >= 0 {
		return together[i].URL
	}
	for _, h := range target.Headings {
		if dashed(h.Text) == id {
			return target.URL + "#" + (&url.URL{Fragment: h.ID}).EscapedFragment()
		}
	}
	return ""
}

var notWord = lazyregexp.New(`[^\p{L}\p{N}]+`)

func dashed(text string) string {
	return strings.ToLower(strings.Trim(notWord.ReplaceAllString(text, "-"), "-"))
}

// anchors returns what links into the page can name. Its headings are known then.
func (r *resolver) anchors(p *Page) map[string]bool {
	p.find()
	r.mu.Lock()
	defer r.mu.Unlock()
	ids := r.ids[p]
	if ids == nil {
		ids = p.anchors()
		r.ids[p] = ids
	}
	return ids
}

func (r *resolver) dead(p *Page, l *Link, message, hint string) {
	p.diagnostics = append(p.diagnostics, source.Diagnostic{Pos: l.Pos, Rule: "link-dead", Message: message, Hint: hint})
}

// anchors returns the ids that a link into the page can name: those of headings,
// of raw HTML and of what shortcodes write.
func (p *Page) anchors() map[string]bool {
	ids := map[string]bool{}
	for _, h := range p.Headings {
		ids[h.ID] = true
	}
	for _, id := range p.rawIDs {
		ids[id] = true
	}
	return ids
}
