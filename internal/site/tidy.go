package site

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/source"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// elements are those of HTML, with the old ones that browsers still know.
var elements = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, name := range strings.Fields(`a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br
		button canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed fieldset figcaption
		figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li
		link main map mark marquee math menu meta meter nav nobr noframes noscript object ol optgroup option output p param picture pre
		progress q rb rp rt rtc ruby s samp script search section select slot small source span strike strong style sub summary sup svg table
		tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr`) {
		names[name] = true
	}
	return names
})

var bareTag = lazyregexp.New(`^<(/?)([a-zA-Z][a-zA-Z0-9-]*)(?:\s+[\w.,-]+)*\s*/?>$`)

// noElement tells whether inline HTML is a word in angle brackets that somebody
// forgot to escape, as in <namespace> or <pod-name>: a browser would show nothing of
// it. An element of the page's own has a dash, too, and is closed.
func (r *renderer) noElement(tag string, at int) bool {
	m := bareTag.FindStringSubmatch(tag)
	if m == nil || elements()[strings.ToLower(m[2])] || r.drawing {
		return false
	}
	if strings.Contains(m[2], "-") && (m[1] != "" || bytes.Contains(r.p.File.Data, []byte("</"+m[2]))) {
		return false
	}
	if m[1] == "" {
		r.diagnostics = append(r.diagnostics, source.Diagnostic{Pos: r.p.File.Pos(at), Severity: source.Warning, Rule: "html-unknown",
			Message: fmt.Sprintf("%s is no element of HTML and is shown as text", tag), Hint: "write it as code, `" + tag + "`, or as &lt;" + m[2] + "&gt;"})
	}
	return true
}

var voidElements = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true,
	"link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true}

// optional are elements whose end tag HTML allows to be left out.
var optional = map[string]bool{"li": true, "p": true, "td": true, "th": true, "tr": true, "dt": true, "dd": true, "option": true,
	"tbody": true, "thead": true, "tfoot": true, "colgroup": true, "caption": true, "rp": true, "rt": true}

// tidy makes the body of a page whose author has written HTML well formed: it
// becomes what a browser makes of it, so that a tag which is not closed does not
// take in the rest of the page.
func (r *renderer) tidy(body string) (string, error) {
	if !r.ownHTML {
		return body, nil
	}
	problem, tags := unpaired(body)
	nodes, err := html.ParseFragment(strings.NewReader(body), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return "", err
	}
	seen := 0
	for _, n := range nodes {
		seen += countElements(n)
	}
	fine := problem == "" || strings.HasPrefix(problem, "optional")
	if fine && seen == tags {
		return body, nil
	}
	if !fine {
		r.diagnostics = append(r.diagnostics, source.Diagnostic{Pos: source.Pos{File: nameOf(r.p)}, Severity: source.Warning, Rule: "html-nesting",
			Message: "in the HTML of this page " + problem, Hint: "a browser guesses what is meant; close what is open first"})
	}
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// countElements counts n and the elements below it, without those that a browser
// adds to tables.
func countElements(n *html.Node) int {
	total := 0
	if n.Type == html.ElementNode && n.DataAtom != atom.Tbody && n.DataAtom != atom.Colgroup {
		total++
	}
	for c := range n.ChildNodes() {
		total += countElements(c)
	}
	return total
}

// unpaired says what is the first tag that does not pair up with another, and how
// many elements start. Where it is an element that needs no end tag, the answer
// starts with "optional".
func unpaired(body string) (problem string, tags int) {
	var open []string
	found := func(text string, inner []string) {
		if problem != "" {
			return
		}
		problem = text
		if len(inner) > 0 && !slices.ContainsFunc(inner, func(name string) bool { return !optional[name] }) {
			problem = "optional: " + text
		}
	}
	z := html.NewTokenizer(strings.NewReader(body))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		raw, _ := z.TagName()
		name := string(raw)
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			if name != "tbody" && name != "colgroup" {
				tags++
			}
			if kind == html.StartTagToken && !voidElements[name] {
				open = append(open, name)
			}
		case html.EndTagToken:
			i := len(open) - 1
			for i >= 0 && open[i] != name {
				i--
			}
			if i < 0 {
				found("</"+name+"> closes nothing", nil)
				continue
			}
			if i < len(open)-1 {
				found("</"+name+"> comes while <"+open[len(open)-1]+"> is open", open[i+1:])
			}
			open = open[:i]
		}
	}
	if len(open) > 0 {
		found("<"+open[len(open)-1]+"> is never closed", open)
	}
	return problem, tags
}
