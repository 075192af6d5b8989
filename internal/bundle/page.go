package bundle

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A site is what the pages of one file link to.
type site struct {
	files map[string][]byte
	pages map[string]*document // by the name of the file
	moved map[string]string    // redirects, by the name of the file: what their links become
}

// A document is a page as it was read.
type document struct {
	name  string // of its file
	key   string // the id of its <main>, to which links lead
	title string
	root  *html.Node
	main  *html.Node
	own   string // the id that main had
	lang  string
	index string // folder of the search index for it
}

// key is what a page is called in links: #docs/start/, and #docs/start/~install
// for a place in it.
func key(name string) string {
	if name == "index.html" {
		return "./"
	}
	return strings.TrimSuffix(name, "index.html")
}

// parse reads a page. moved is where a redirect leads, which is no page.
func parse(name string, data []byte) (d *document, moved string, err error) {
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", name, err)
	}
	d = &document{name: name, key: key(name), root: root}
	for n := range root.Descendants() {
		switch {
		case n.DataAtom == atom.Meta && strings.EqualFold(get(n, "http-equiv"), "refresh"):
			_, moved, _ = strings.Cut(get(n, "content"), "url=")
			return nil, moved, nil
		case n.DataAtom == atom.H1 && d.title == "":
			d.title = strings.TrimSpace(text(n))
		case n.DataAtom == atom.Main && d.main == nil:
			d.main = n
		}
	}
	if d.main == nil {
		return nil, "", fmt.Errorf("%s has no <main>", name)
	}
	d.own = get(d.main, "id")
	return d, "", nil
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode && c.Parent.DataAtom != atom.Svg {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func get(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func set(n *html.Node, name, value string) {
	for i := range n.Attr {
		if n.Attr[i].Key == name {
			n.Attr[i].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

func remove(n *html.Node, name string) {
	for i, a := range n.Attr {
		if a.Key == name {
			n.Attr = append(n.Attr[:i:i], n.Attr[i+1:]...)
			return
		}
	}
}

// references are the attributes that name ids of the page.
var references = map[string]bool{"aria-activedescendant": true, "aria-controls": true, "aria-describedby": true, "aria-details": true, "aria-labelledby": true,
	"aria-owns": true, "for": true, "headers": true, "list": true, "popovertarget": true}

// embedded are the attributes whose addresses a browser loads by itself.
var embedded = map[string]bool{"src": true, "poster": true, "data": true}

var inSVG = lazyregexp.New(`url\(#`)

// rewrite makes what is below n, a part of the page, a part of the one file: ids
// are told apart by the page, links lead inside of the file, and what is loaded
// is there itself.
func (s *site) rewrite(d *document, n *html.Node) {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode {
			s.element(d, c)
		}
	}
}

func (s *site) element(d *document, n *html.Node) {
	for i := range n.Attr {
		a := &n.Attr[i]
		switch {
		case a.Key == "id":
			a.Val = d.key + "~" + a.Val
		case references[a.Key]:
			ids := strings.Fields(a.Val)
			for j := range ids {
				ids[j] = d.key + "~" + ids[j]
			}
			a.Val = strings.Join(ids, " ")
		case embedded[a.Key] && n.DataAtom != atom.Iframe:
			a.Val = s.loaded(d, a.Val)
		case a.Key == "href" && n.DataAtom == 0 || a.Namespace == "xlink": // <use> in a drawing
			if id, ok := strings.CutPrefix(a.Val, "#"); ok {
				a.Val = "#" + d.key + "~" + id
			}
		case strings.Contains(a.Val, "url(#"):
			a.Val = inSVG.ReplaceAllString(a.Val, "url(#"+d.key+"~")
		}
	}
	if srcset := get(n, "srcset"); srcset != "" { // src is there, too
		remove(n, "srcset")
	}
	if n.DataAtom == atom.A || n.DataAtom == atom.Area {
		s.link(d, n)
	}
}

// loaded is the address of what a browser loads by itself: in the file, or
// elsewhere. For what is not there, which the build has said, it is empty.
func (s *site) loaded(d *document, address string) string {
	switch to, err := s.inside(d, address); {
	case errors.Is(err, errOutside):
		return address
	case err == nil && !strings.HasPrefix(to, "#"):
		return s.data(to)
	}
	return "data:,"
}

// link makes a link of a page lead to where it is in the one file. A file that is
// no page is downloaded out of it. A link that leads nowhere, which the build has
// said, becomes text.
func (s *site) link(d *document, n *html.Node) {
	to, err := s.inside(d, get(n, "href"))
	switch {
	case !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "href" }):
	case errors.Is(err, errOutside):
	case err != nil:
		remove(n, "href")
	case strings.HasPrefix(to, "#"):
		set(n, "href", to)
	default:
		set(n, "href", s.data(to))
		set(n, "download", path.Base(to))
	}
}

var (
	errOutside = errors.New("leads to another site")
	errMissing = errors.New("leads nowhere")
)

// inside is where an address of the page leads: to "#KEY", or to the name of a
// file of the site that is no page.
func (s *site) inside(d *document, address string) (string, error) {
	name, fragment, ok := resolve(d.name, address)
	if !ok {
		return "", errOutside
	}
	for _, n := range []string{name, path.Join(name, "index.html")} {
		if to, ok := s.moved[n]; ok {
			n, _, _ = resolve(n, to)
			if s.pages[n] == nil {
				n = path.Join(n, "index.html")
			}
		}
		if to := s.pages[n]; to != nil {
			id := to.key
			if fragment != "" && fragment != to.own {
				id += "~" + fragment
			}
			return (&url.URL{Fragment: id}).String(), nil
		}
	}
	if _, ok := s.files[name]; ok {
		return name, nil
	}
	return "", errMissing
}

// resolve is the name that an address in the file from leads to, and the place in
// it; ok is false for one that leads to another site.
func resolve(from, address string) (name, fragment string, ok bool) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "" || u.Host != "":
		return "", "", false
	case u.Path == "":
		return from, u.Fragment, true
	}
	base := &url.URL{Path: "/" + from}
	return strings.TrimPrefix(base.ResolveReference(u).Path, "/"), u.Fragment, true
}

// file is the name of the file that an address of the page leads to, "" for none.
func (s *site) file(d *document, address string) string {
	if to, err := s.inside(d, address); err == nil && !strings.HasPrefix(to, "#") {
		return to
	}
	return ""
}

// data is a file as an address.
func (s *site) data(name string) string {
	kind := mime.TypeByExtension(path.Ext(name))
	switch path.Ext(name) { // these must not depend on the machine's own table
	case ".svg":
		kind = "image/svg+xml"
	case ".yaml", ".yml", ".md", ".txt":
		kind = "text/plain;charset=utf-8"
	case ".json":
		kind = "application/json"
	case "":
		kind = ""
	}
	if kind == "" {
		kind = strings.ReplaceAll(http.DetectContentType(s.files[name]), " ", "")
	}
	return "data:" + strings.ReplaceAll(kind, " ", "") + ";base64," + base64.StdEncoding.EncodeToString(s.files[name])
}
