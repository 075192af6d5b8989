package site

import (
	"html"
	"net/url"
	"path"
	"strings"

	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/page"
)

func escape(s string) string { return html.EscapeString(s) }

// File is the name of the file that a server gives for the URL of a page or an
// alias.
func File(u string) string {
	u = strings.TrimPrefix(u, "/")
	switch {
	case path.Ext(u) == ".html":
		return u
	case strings.HasSuffix(u, "/") && !strings.Contains(u, "//") && !strings.HasPrefix(u, ".") && !strings.Contains(u, "/."):
		return u + "index.html"
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
	to, rest := pathOf(to)
	if to == from && strings.HasPrefix(rest, "#") {
		return rest
	}
	dir := from[:strings.LastIndexByte(from, '/')+1]
	same := 0 // what both have in common ends here, behind a slash
	for i := 0; i < len(dir) && i < len(to) && dir[i] == to[i]; i++ {
		if dir[i] == '/' {
			same = i + 1
		}
	}
	up := strings.Count(dir[same:], "/")
	out := to[same:]
	if up == 0 && (out == "" || strings.Contains(firstPart(out), ":")) {
		return "./" + escapePath(out) + rest
	}
	return steps(up) + escapePath(out) + rest
}

// pathOf cuts the query and the fragment off an address.
func pathOf(u string) (path, rest string) {
	for i := range len(u) {
		if u[i] == '?' || u[i] == '#' {
			return u[:i], u[i:]
		}
	}
	return u, ""
}

func firstPart(p string) string {
	first, _, _ := strings.Cut(p, "/")
	return first
}

const manySteps = "../../../../../../../../../../../../"

// steps leads n folders up.
func steps(n int) string {
	if 3*n <= len(manySteps) {
		return manySteps[:3*n]
	}
	return strings.Repeat("../", n)
}

// href is the address of a page or an alias as it is written on the page at from.
func (b *builder) href(from, to string) string {
	u := relative(from, to)
	if !b.Offline || strings.HasPrefix(u, "#") {
		return u
	}
	head, rest := pathOf(u)
	if strings.HasSuffix(head, "/") {
		head += "index.html"
	}
	return head + rest
}

func escapePath(p string) string {
	for i := range len(p) {
		if !plainInPath[p[i]] {
			return (&url.URL{Path: p}).EscapedPath()
		}
	}
	return p
}

// plainInPath are bytes that stand for themselves in the path of an address.
var plainInPath = func() (plain [256]bool) {
	for _, c := range "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/" {
		plain[c] = true
	}
	return plain
}()

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

// relink makes addresses in raw HTML lead where they mean, and relative, as those
// of Markdown links are.
func (b *builder) relink(p *page.Page, raw string) string {
	var out strings.Builder
	done := 0
	for a := range markup.Addresses(raw) {
		u := html.UnescapeString(a.Text)
		if to := b.address(p, p.Href(u)); to != u {
			out.WriteString(raw[done:a.Start])
			out.WriteString(escape(to))
			done = a.End
		}
	}
	if done == 0 {
		return raw
	}
	out.WriteString(raw[done:])
	return out.String()
}

// address is what stands in an attribute of p for a link to u, a URL of the site
// or elsewhere, as somebody wrote it.
func (b *builder) address(p *page.Page, u string) string {
	if !inside(u) {
		return u
	}
	head, rest := pathOf(u)
	if plain, err := url.PathUnescape(head); err == nil {
		head = plain
	}
	if b.set.ByURL[head] == nil && b.set.ByURL[head+"/"] != nil {
		head += "/"
	}
	return b.href(p.URL, head+rest)
}
