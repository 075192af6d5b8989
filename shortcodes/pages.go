package shortcodes

import (
	"fmt"
	"html"
	"html/template"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/i18n"
)

var builtinWords = sync.OnceValue(func() *i18n.Words {
	w, err := i18n.New()
	if err != nil {
		panic(err) // the embedded files are wrong: a test fails on that
	}
	return w
})

// T returns a word in the language of the page, from the project's i18n/ or else
// from the built-in ones; "" where nobody has it.
func (c Call) T(key string, about ...any) string {
	words, lang := builtinWords(), ""
	if c.Site != nil && c.Site.Words != nil {
		words = c.Site.Words
	}
	if c.Page != nil {
		lang = c.Page.Lang
	}
	return words.Text(lang, key, about...)
}

// Table writes a list of mappings of the site's data as a table. The path leads
// to the list as that of Data to a value; a column is KEY=HEADING, and left out
// where no row has the key.
func (c Call) Table(path string, columns []string) (template.HTML, error) {
	rows, err := c.rows(path)
	if err != nil {
		return "", err
	}
	var keys []string
	var b strings.Builder
	b.WriteString("<table><thead><tr>")
	for _, column := range columns {
		key, heading, named := strings.Cut(strings.TrimSpace(column), "=")
		if !named {
			heading = key
		}
		if slices.ContainsFunc(rows, func(row map[string]any) bool { _, ok := row[key]; return ok }) {
			keys = append(keys, key)
			b.WriteString("<th>" + html.EscapeString(heading) + "</th>")
		}
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range rows {
		b.WriteString("<tr>")
		for _, key := range keys {
			b.WriteString("<td>" + html.EscapeString(asText(row[key])) + "</td>")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table>")
	return template.HTML(b.String()), nil
}

func (c Call) rows(path string) ([]map[string]any, error) {
	var list []any
	if c.Site != nil {
		v, _ := lookup(c.Site.Data, path)
		list, _ = v.([]any)
	}
	if list == nil {
		return nil, fmt.Errorf("shortcode %s needs the list %s in the folder data", c.Name, path)
	}
	rows := make([]map[string]any, len(list))
	for i, v := range list {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("shortcode %s: item %d of %s in the folder data is not a mapping", c.Name, i+1, path)
		}
		rows[i] = m
	}
	return rows, nil
}

// SiteParam returns a value of the site's params, "" where there is none.
func (c Call) SiteParam(path string) string {
	if c.Site == nil {
		return ""
	}
	v, _ := lookup(c.Site.Params, path)
	return asText(v)
}

// Resource returns the address of the first file beside the page whose name holds
// part, "" where there is none.
func (c Call) Resource(part string) string {
	if c.Files == nil || part == "" {
		return ""
	}
	return c.Files(part)
}

// Newest returns the pages of the page's language that have a date, the latest
// first, at most n of them.
func (c Call) Newest(n int) []*Page {
	b := c.Book
	if b == nil {
		return nil
	}
	b.sorted.Do(func() {
		for _, p := range b.Pages {
			if !p.Date.IsZero() {
				b.newest = append(b.newest, p)
			}
		}
		slices.SortStableFunc(b.newest, func(p, q *Page) int { return q.Date.Compare(p.Date) })
	})
	return b.newest[:min(n, len(b.newest))]
}

// Term returns the page of the glossary that is about one of the terms: its file
// or its title is named so, in whatever case. nil where there is none.
func (c Call) Term(names ...string) *Page {
	for _, name := range names {
		if name = strings.TrimSpace(name); name == "" || c.Book == nil {
			continue
		}
		if p := c.Book.term(name); p != nil {
			return p
		}
	}
	return nil
}

// Text returns the body as plain text.
func (c Call) Text() string { return strings.TrimSpace(plain(string(c.Inner))) }
