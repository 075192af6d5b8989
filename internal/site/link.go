package site

import (
	"html"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/probatum/probatum/internal/page"
)

func escape(s string) string { return html.EscapeString(s) }

// File is the name of the file that a server gives for the URL of a page or an
// alias.
func File(u string) string {
	u = strings.TrimPrefix(u, "/")
	if path.Ext(u) == ".html" {
		return u
	}
	return path.Join(u, "index.html")
}

// inside tells whether a URL leads to this site.
func inside(u string) bool {
	return strings.HasPrefix(u, "/") && !strings.HasPrefix(u, "//")
}

// relative is the address of to as it is written on the page at from; both are
// URLs of the site. So a site works below any path and from any folder.
func relative(from, to string) string {
	rest := ""
	if i := strings.IndexAny(to, "?#"); i >= 0 {
		to, rest = to[:i], to[i:]
	}
	if to == from && strings.HasPrefix(rest, "#") {
		return rest
	}
	base := strings.Split(from[:strings.LastIndex(from, "/")+1], "/")
	base = base[:len(base)-1]
	parts := strings.Split(to, "/")
	same := 0
	for same < len(base) && same < len(parts)-1 && base[same] == parts[same] {
		same++
	}
	out := strings.Repeat("../", len(base)-same) + strings.Join(parts[same:], "/")
	if out == "" || strings.Contains(strings.SplitN(out, "/", 2)[0], ":") {
		out = "./" + out
	}
	return escapePath(out) + rest
}

// href is the address of a page or an alias as it is written on the page at from.
func (b *builder) href(from, to string) string {
	u := relative(from, to)
	if !b.Offline || strings.HasPrefix(u, "#") {
		return u
	}
	head, rest := u, ""
	if i := strings.IndexAny(u, "?#"); i >= 0 {
		head, rest = u[:i], u[i:]
	}
	if strings.HasSuffix(head, "/") {
		head += "index.html"
	}
	return head + rest
}

func escapePath(p string) string { return (&url.URL{Path: p}).EscapedPath() }

// absolute is the full address of a URL of the site; the base must be known.
func (b *builder) absolute(u string) string {
	return b.base.Scheme + "://" + b.base.Host + b.rooted(u)
}

// rooted is the address from the top of the server.
func (b *builder) rooted(u string) string {
	if b.base == nil {
		return escapePath(u)
	}
	return escapePath(b.base.Path + strings.TrimPrefix(u, "/"))
}

var addressAttr = regexp.MustCompile(`(\s(?:href|src|poster)\s*=\s*)("[^"]*"|'[^']*')`)

// relink makes addresses in raw HTML lead where they mean, and relative, as those
// of Markdown links are.
func (b *builder) relink(p *page.Page, raw string) string {
	if !strings.Contains(raw, "href") && !strings.Contains(raw, "src") && !strings.Contains(raw, "poster") {
		return raw
	}
	return addressAttr.ReplaceAllStringFunc(raw, func(attr string) string {
		m := addressAttr.FindStringSubmatch(attr)
		quote, u := m[2][:1], html.UnescapeString(m[2][1:len(m[2])-1])
		to := b.address(p, p.Href(u))
		if to == u {
			return attr
		}
		return m[1] + quote + escape(to) + quote
	})
}

// address is what stands in an attribute of p for a link to u, a URL of the site
// or elsewhere, as somebody wrote it.
func (b *builder) address(p *page.Page, u string) string {
	if !inside(u) {
		return u
	}
	head, rest := u, ""
	if i := strings.IndexAny(u, "?#"); i >= 0 {
		head, rest = u[:i], u[i:]
	}
	if plain, err := url.PathUnescape(head); err == nil {
		head = plain
	}
	if b.set.ByURL[head] == nil && b.set.ByURL[head+"/"] != nil {
		head += "/"
	}
	return b.href(p.URL, head+rest)
}
