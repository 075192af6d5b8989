package theme

import (
	"html"
	"html/template"
	"net/url"
)

// List is the list of the entries below n, with those below them, as the sidebar
// shows it. It is the longest part of most pages, and no template is as fast as
// this.
func (n *Nav) List() template.HTML { return template.HTML(n.appendList(make([]byte, 0, 4096))) }

func (n *Nav) appendList(b []byte) []byte {
	if n.Before > 0 {
		b = n.appendMore(b, n.BeforeText)
	}
	b = append(b, "<ul>\n"...)
	for i := range n.Items {
		item := &n.Items[i]
		b = append(b, "<li"...)
		if item.Section {
			b = append(b, ` class="section"`...)
		}
		b = append(append(append(b, `><a href="`...), html.EscapeString(item.URL)...), '"')
		if item.Current {
			b = append(b, ` aria-current="page"`...)
		}
		b = append(append(append(b, '>'), html.EscapeString(item.Title)...), "</a>"...)
		if len(item.Items) > 0 {
			b = item.appendList(append(b, '\n'))
		}
		b = append(b, "</li>\n"...)
	}
	b = append(b, "</ul>\n"...)
	if n.More > 0 {
		b = n.appendMore(b, n.MoreText)
	}
	return b
}

// List is the entries of the list, as "On this page" shows them.
func (c Contents) List() template.HTML {
	b := make([]byte, 0, 96*len(c))
	for _, h := range c {
		b = append(b, "<li"...)
		if h.Depth > 0 {
			b = append(b, ` class="below"`...)
		}
		b = append(append(b, `><a href="#`...), html.EscapeString((&url.URL{Fragment: h.ID}).EscapedFragment())...)
		b = append(append(append(b, `">`...), html.EscapeString(h.Title)...), "</a></li>\n"...)
	}
	return template.HTML(b)
}

// appendMore appends a link to all entries, of which some were left out.
func (n *Nav) appendMore(b []byte, text string) []byte {
	b = append(append(append(b, `<p class="more"><a href="`...), html.EscapeString(n.URL)...), `">`...)
	return append(append(b, html.EscapeString(text)...), "</a></p>\n"...)
}
