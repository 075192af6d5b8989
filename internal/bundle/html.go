package bundle

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/lazyregexp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

//go:embed bundle.js
var script string

//go:embed bundle.css
var style string

// A Nav is an entry of the sidebar: a page and those below it.
type Nav struct {
	Title string
	File  string // of the page
	Items []Nav
}

// HTML writes a site as one file: each page a <main>, of which the browser shows the
// one that the address names. The first entry of nav is the page that is shown
// first; what surrounds it is what surrounds all of them.
func HTML(w io.Writer, files map[string][]byte, nav []Nav) error {
	s := &site{files: files, pages: map[string]*document{}, moved: map[string]string{}}
	if err := s.parse(); err != nil {
		return err
	}
	order := s.order(nav)
	if len(order) == 0 {
		return fmt.Errorf("the site has no page")
	}
	b := &builder{site: s, first: order[0], order: order}
	for _, d := range order {
		b.collect(d)
	}
	b.body(nav)
	b.head()
	if err := html.Render(w, b.first.root); err != nil {
		return fmt.Errorf("write the pages: %w", err)
	}
	return nil
}

// parse reads all pages, several at once.
func (s *site) parse() error {
	type read struct {
		d     *document
		moved string
		err   error
	}
	var names []string
	for name := range s.files {
		if path.Ext(name) == ".html" && !served[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	results := make([]read, len(names))
	var wg sync.WaitGroup
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, name := range names {
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			r := &results[i]
			r.d, r.moved, r.err = parse(name, s.files[name])
		})
	}
	wg.Wait()
	for i, r := range results {
		switch {
		case r.err != nil:
			return r.err
		case r.d != nil:
			s.pages[names[i]] = r.d
		default:
			s.moved[names[i]] = r.moved
		}
	}
	return nil
}

// order are the pages as the sidebar has them, and then the others.
func (s *site) order(nav []Nav) []*document {
	var order []*document
	seen := map[string]bool{}
	add := func(name string) {
		if d := s.pages[name]; d != nil && !seen[name] {
			seen[name] = true
			order = append(order, d)
		}
	}
	var walk func([]Nav)
	walk = func(items []Nav) {
		for _, n := range items {
			add(n.File)
			walk(n.Items)
		}
	}
	walk(nav)
	for _, name := range slices.Sorted(maps.Keys(s.pages)) {
		add(name)
	}
	return order
}

// A builder makes the one file out of the first page.
type builder struct {
	*site
	first   *document
	order   []*document
	styles  []string // names of files, those of all pages
	scripts []string
}

// collect notes what the page loads.
func (b *builder) collect(d *document) {
	add := func(to *[]string, name string) {
		if name != "" && !slices.Contains(*to, name) {
			*to = append(*to, name)
		}
	}
	for n := range d.root.Descendants() {
		switch {
		case n.DataAtom == atom.Link && get(n, "rel") == "stylesheet":
			add(&b.styles, b.file(d, get(n, "href")))
		case n.DataAtom == atom.Script && get(n, "src") != "":
			add(&b.scripts, b.file(d, get(n, "src")))
		case n.DataAtom == atom.Dialog && get(n, "class") == "search":
			d.index, _, _ = resolve(d.name, get(n, "data-index"))
		case n.DataAtom == atom.Html:
			d.lang = get(n, "lang")
		}
	}
}

// body puts all pages beside the first one, and its surroundings around them.
func (b *builder) body(nav []Nav) {
	main := b.first.main
	parent, next := main.Parent, main.NextSibling
	parent.RemoveChild(main)
	var search *html.Node
	for _, n := range slices.Collect(b.first.root.Descendants()) {
		if n.Type != html.ElementNode {
			continue
		}
		switch class := get(n, "class"); {
		case n.DataAtom == atom.A && class == "skip": // it leads to the first page
			n.Parent.RemoveChild(n)
		case n.DataAtom == atom.Nav && strings.Contains(class, "sidebar"):
			b.sidebar(n, nav)
		case n.DataAtom == atom.Dialog && class == "search":
			search = n
		case n.DataAtom == atom.A:
			b.link(b.first, n)
		case n.DataAtom == atom.Img:
			set(n, "src", b.loaded(b.first, get(n, "src")))
		}
	}
	for _, d := range b.order {
		b.rewrite(d, d.main)
		set(d.main, "id", d.key)
		if d == b.first {
			set(d.main, "class", strings.TrimSpace(get(d.main, "class")+" first"))
		}
		set(d.main, "data-title", d.title)
		if d.lang != b.first.lang {
			set(d.main, "lang", d.lang)
		}
		if d.index != b.first.index {
			set(d.main, "data-index", d.index)
		}
		if d.main.Parent != nil {
			d.main.Parent.RemoveChild(d.main)
		}
		parent.InsertBefore(d.main, next)
	}
	if search != nil {
		b.search(search)
	}
}

// sidebar writes the whole tree of pages; bundle.js opens the branch that is read.
func (b *builder) sidebar(n *html.Node, nav []Nav) {
	for _, c := range slices.Collect(n.ChildNodes()) {
		if c.DataAtom != atom.Button {
			n.RemoveChild(c)
		}
	}
	if len(nav) == 1 { // the home page has its link in the header
		nav = nav[0].Items
	}
	n.AppendChild(b.list(nav))
}

func (b *builder) list(nav []Nav) *html.Node {
	ul := element(atom.Ul)
	for _, item := range nav {
		li, a := element(atom.Li), element(atom.A)
		if to, err := b.inside(b.first, "/"+item.File); err == nil {
			set(a, "href", to)
		}
		a.AppendChild(&html.Node{Type: html.TextNode, Data: item.Title})
		li.AppendChild(a)
		if len(item.Items) > 0 {
			set(li, "class", "section")
			li.AppendChild(b.list(item.Items))
		}
		ul.AppendChild(li)
	}
	return ul
}

var piece = lazyregexp.New(`^probatumSearch\("(\w+)",`)

// search puts the search and its index into the file: inert text, by name.
func (b *builder) search(dialog *html.Node) {
	set(dialog, "data-single", "")
	set(dialog, "data-index", b.first.index)
	body := b.first.root
	for n := range b.first.root.Descendants() {
		if n.DataAtom == atom.Body {
			body = n
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.files)) {
		m := piece.FindSubmatch(b.files[name])
		if m == nil {
			continue
		}
		data := element(atom.Script)
		set(data, "type", "application/json")
		set(data, "id", path.Join(path.Dir(name), string(m[1])))
		data.AppendChild(&html.Node{Type: html.TextNode, Data: inScript(strings.TrimSuffix(string(b.files[name][len(m[0]):]), ")\n"))})
		body.AppendChild(data)
	}
}

// inScript is text of a JSON string or a script with nothing in it that would end
// the element, and with the ends of lines that a browser makes of any.
func inScript(s string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "</", `<\/`, "<!--", `<\u0021--`).Replace(s)
}

func element(a atom.Atom) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
}

var contentsID = lazyregexp.New(`#contents\b`)

var styleURL = lazyregexp.New(`url\(\s*["']?([^"')]+)["']?\s*\)`)

// head puts styles and scripts into the file, and the policy that allows just
// these.
func (b *builder) head() {
	var css strings.Builder
	for _, name := range b.styles {
		d := &document{name: name}
		css.WriteString(styleURL.ReplaceAllStringFunc(string(b.files[name]), func(s string) string {
			if file := b.file(d, styleURL.FindStringSubmatch(s)[1]); file != "" {
				return `url("` + b.data(file) + `")`
			}
			return s
		}))
		css.WriteByte('\n')
	}
	css.WriteString(style)
	// The ids of pages are told apart, so what has one is found in another way.
	sheet := inScript(contentsID.ReplaceAllString(css.String(), ".contents>nav"))
	scripts := make([]string, 0, len(b.scripts)+2)
	for _, name := range b.scripts {
		scripts = append(scripts, inScript(string(b.files[name])))
	}
	late := []string{script}
	if finder := b.files["theme/search.js"]; finder != nil {
		late = append(late, inScript(string(finder)))
	}
	var head, body *html.Node
	for _, n := range slices.Collect(b.first.root.Descendants()) {
		switch n.DataAtom {
		case atom.Head:
			head = n
		case atom.Body:
			body = n
		case atom.Link, atom.Script:
			b.drop(n)
		case atom.Meta:
			if get(n, "property") != "" || get(n, "name") == "robots" {
				n.Parent.RemoveChild(n)
			}
		}
	}
	policy := "default-src 'none'; img-src data:; media-src data:; font-src data:; base-uri 'none'; form-action 'none'; style-src " + hash(sheet) + "; script-src"
	for _, s := range append(slices.Clone(scripts), late...) {
		policy += " " + hash(s)
	}
	meta := element(atom.Meta)
	meta.Attr = []html.Attribute{{Key: "http-equiv", Val: "Content-Security-Policy"}, {Key: "content", Val: policy}}
	head.InsertBefore(meta, head.FirstChild)
	head.AppendChild(with(element(atom.Style), sheet))
	for _, s := range scripts {
		head.AppendChild(with(element(atom.Script), s))
	}
	for _, s := range late {
		body.AppendChild(with(element(atom.Script), s))
	}
}

// drop takes away what the first page loads, but for its icon, which comes along.
func (b *builder) drop(n *html.Node) {
	if n.DataAtom == atom.Link && get(n, "rel") == "icon" {
		if name := b.file(b.first, get(n, "href")); name != "" {
			set(n, "href", b.data(name))
			return
		}
	}
	if n.Parent != nil && get(n, "type") != "application/json" {
		n.Parent.RemoveChild(n)
	}
}

func with(n *html.Node, text string) *html.Node {
	n.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	return n
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
