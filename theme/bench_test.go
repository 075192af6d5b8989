package theme_test

import (
	"fmt"
	"html/template"
	"strings"
	"testing"

	"github.com/probatum/probatum/theme"
)

// BenchmarkPage executes the built-in templates on a page like most.
func BenchmarkPage(b *testing.B) {
	th, err := theme.Load(nil, theme.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	link := theme.Link{Title: "A page", URL: "../a-page/"}
	p := &theme.Page{Site: theme.Site{Title: "Help", Language: "en", Dir: "ltr", Root: "../../", Assets: "../../theme/", Version: "1", Search: "../../search/en/"},
		Title: "Enable mutual TLS", Description: "What it does and how to turn it on.", Canonical: "https://example.org/docs/tls/",
		Body: template.HTML(strings.Repeat("<p>A paragraph of the text.</p>\n", 300)), Crumbs: []theme.Link{link, link}, Prev: &link, Next: &link, Markdown: "index.md"}
	for i := range 36 {
		p.Nav.Items = append(p.Nav.Items, theme.Nav{Title: fmt.Sprintf("Page %d", i), URL: fmt.Sprintf("../page-%d/", i)})
	}
	for i := range 8 {
		p.Contents = append(p.Contents, theme.Heading{Title: fmt.Sprintf("Heading %d", i), ID: fmt.Sprintf("heading-%d", i)})
	}
	var space []byte
	b.ReportAllocs()
	for b.Loop() {
		html, err := th.Append(space[:0], "page.html", p)
		if err != nil {
			b.Fatal(err)
		}
		space = html
	}
}
