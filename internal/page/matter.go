package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/nearest"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/internal/versions"
	"go.yaml.in/yaml/v3"
)

// A matterReader reads typed values out of the front matter. Texts stay as they
// were written: "yes" and 1.10 are no booleans and numbers unless a key says so.
type matterReader struct {
	doc *markup.Document
}

func (r matterReader) problem(n *yaml.Node, rule, message, hint string) {
	r.doc.Diagnostics = append(r.doc.Diagnostics, source.Diagnostic{Pos: r.doc.Header.Pos(n), Rule: rule, Message: message, Hint: hint})
}

// A field reads the value of one key into the matter. Keys compare without
// regard to case: linktitle and linkTitle are both found in the wild.
type field func(r matterReader, m *Matter, n *yaml.Node)

var fields = map[string]field{
	"title":       func(r matterReader, m *Matter, n *yaml.Node) { m.Title = r.text("title", n) },
	"linktitle":   func(r matterReader, m *Matter, n *yaml.Node) { m.LinkTitle = r.text("linkTitle", n) },
	"description": func(r matterReader, m *Matter, n *yaml.Node) { m.Description = r.text("description", n) },
	"url":         func(r matterReader, m *Matter, n *yaml.Node) { m.URL = r.text("url", n) },
	"slug":        func(r matterReader, m *Matter, n *yaml.Node) { m.Slug = r.text("slug", n) },
	"weight":      func(r matterReader, m *Matter, n *yaml.Node) { m.Weight = r.number("weight", n) },
	"draft":       func(r matterReader, m *Matter, n *yaml.Node) { m.Draft = r.boolean("draft", n) },
	"toc":         func(r matterReader, m *Matter, n *yaml.Node) { m.TOC = r.boolean("toc", n) },
	"aliases":     func(r matterReader, m *Matter, n *yaml.Node) { m.Aliases = r.list("aliases", n) },
	"keywords":    func(r matterReader, m *Matter, n *yaml.Node) { m.Keywords = r.list("keywords", n) },
	"check":       func(r matterReader, m *Matter, n *yaml.Node) { m.Check = r.check(n) },
	"headless":    func(r matterReader, m *Matter, n *yaml.Node) { m.Headless = r.boolean("headless", n) },
	"layout":      func(r matterReader, m *Matter, n *yaml.Node) { m.Layout = r.text("layout", n) },
	"outputs":     func(r matterReader, m *Matter, n *yaml.Node) { m.Outputs = r.list("outputs", n) },
	"date":        func(r matterReader, m *Matter, n *yaml.Node) { m.Date = r.date("date", n) },
	"publishdate": func(r matterReader, m *Matter, n *yaml.Node) { m.PublishDate = r.date("publishDate", n) },
	"lastmod":     func(r matterReader, m *Matter, n *yaml.Node) { m.Lastmod = r.date("lastmod", n) },
	"expirydate":  func(r matterReader, m *Matter, n *yaml.Node) { m.ExpiryDate = r.date("expiryDate", n) },
	"menu":        func(r matterReader, m *Matter, n *yaml.Node) { m.Menus = r.menus(n) },
	"menus":       func(r matterReader, m *Matter, n *yaml.Node) { m.Menus = r.menus(n) },
	"_build":      func(r matterReader, m *Matter, n *yaml.Node) { r.build(m, n) },
	"build":       func(r matterReader, m *Matter, n *yaml.Node) { r.build(m, n) },
	"params":      func(r matterReader, m *Matter, n *yaml.Node) { r.params(m, n) },
}

// asParams are keys that shortcodes ask for, too.
var asParams = map[string]bool{"date": true, "publishdate": true, "lastmod": true, "expirydate": true, "layout": true, "keywords": true, "description": true}

func readMatter(doc *markup.Document) Matter {
	m := Matter{TOC: true, Params: map[string]any{}}
	if doc.Header == nil {
		return m
	}
	r := matterReader{doc}
	content := doc.Header.Root.Content
	for i := 0; i+1 < len(content); i += 2 {
		key, value := content[i], content[i+1]
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		if read, ok := fields[strings.ToLower(key.Value)]; ok {
			if value.Tag != "!!null" {
				read(r, &m, value)
			}
			if asParams[strings.ToLower(key.Value)] {
				m.Params[key.Value] = plainValue(value)
			}
			continue
		}
		if near := typoOf(key.Value); near != "" {
			r.problem(key, "frontmatter-typo", fmt.Sprintf("unknown key %s", strconv.Quote(key.Value)), "did you mean "+near+"?")
		}
		m.Params[key.Value] = plainValue(value)
	}
	return m
}

// typoOf returns the known key that differs from name by one letter or two
// swapped ones; "" where there is none. Plural and singular are both real keys in
// other people's pages.
func typoOf(name string) string {
	lower := strings.ToLower(name)
	known := []string{"aliases", "check", "description", "draft", "keywords", "linkTitle", "title", "weight"}
	for _, k := range known {
		if n := len(lower) - len(k); n < -1 || n > 1 {
			continue // most are: more than one letter is another
		}
		key := strings.ToLower(k)
		if len(k) > 4 && nearest.Distance(lower, key) == 1 && lower+"s" != key && key+"s" != lower {
			return k
		}
	}
	return ""
}

func (r matterReader) text(key string, n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		r.problem(n, "frontmatter-type", key+" is not a text", "write "+key+": …")
		return ""
	}
	return n.Value
}

func (r matterReader) number(key string, n *yaml.Node) int {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		r.problem(n, "frontmatter-type", fmt.Sprintf("%s is %q, not a whole number", key, n.Value), "write "+key+": 10")
	}
	return v
}

func (r matterReader) boolean(key string, n *yaml.Node) bool {
	switch strings.ToLower(n.Value) {
	case "true", "yes", "on":
		return true
	case "false", "no", "off":
		return false
	}
	r.problem(n, "frontmatter-type", fmt.Sprintf("%s is %q, neither true nor false", key, n.Value), "")
	return false
}

// list reads a list of texts; a single text is a list of one.
func (r matterReader) list(key string, n *yaml.Node) []string {
	if n.Kind == yaml.ScalarNode {
		return []string{n.Value}
	}
	var out []string
	if n.Kind != yaml.SequenceNode {
		r.problem(n, "frontmatter-type", key+" is not a list", "write "+key+": [a, b]")
	}
	for _, c := range n.Content {
		if n.Kind == yaml.SequenceNode {
			out = append(out, r.text("an item of "+key, c))
		}
	}
	return out
}

var checkKeys = []string{"kind", "kubernetes", "needs", "setup", "skip", "timeout", "vars"}

func (r matterReader) check(n *yaml.Node) Check {
	c := Check{Pos: r.doc.Header.Pos(n)}
	if n.Kind != yaml.MappingNode {
		r.problem(n, "frontmatter-type", "check is not a list of keys and values", "see "+strings.Join(checkKeys, ", "))
		return c
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		switch key.Value {
		case "setup":
			c.Setup = r.list("check.setup", v)
		case "needs":
			if c.Needs = r.text("check.needs", v); c.Needs != "api" && c.Needs != "pods" {
				r.problem(v, "frontmatter-type", fmt.Sprintf("check.needs is %q, neither api nor pods", c.Needs), "")
			}
		case "kubernetes":
			if c.Kubernetes = r.text("check.kubernetes", v); !isRange(c.Kubernetes) {
				r.problem(v, "frontmatter-type", fmt.Sprintf("check.kubernetes is %q, not a range of versions", c.Kubernetes), "write "+versions.Example)
				c.Kubernetes = ""
			}
		case "kind":
			c.Kind = r.text("check.kind", v)
		case "skip":
			c.Skip = r.text("check.skip", v)
		case "vars":
			c.Vars = r.texts("check.vars", v)
		case "timeout":
			if c.Timeout = r.text("check.timeout", v); !isDuration(c.Timeout) {
				r.problem(v, "frontmatter-type", fmt.Sprintf("check.timeout is %q, not a duration", c.Timeout), "write 90s or 2m")
				c.Timeout = ""
			}
		default:
			r.problem(key, "frontmatter-unknown", fmt.Sprintf("unknown key check.%s", key.Value), "known are "+strings.Join(checkKeys, ", "))
		}
	}
	return c
}

func isRange(s string) bool {
	_, err := versions.Parse(s)
	return err == nil
}

func isDuration(s string) bool {
	d, err := time.ParseDuration(s)
	return err == nil && d > 0
}

func (r matterReader) texts(key string, n *yaml.Node) map[string]string {
	m := map[string]string{}
	if n.Kind != yaml.MappingNode {
		r.problem(n, "frontmatter-type", key+" is not a list of keys and values", "")
		return m
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		m[n.Content[i].Value] = r.text(key+"."+n.Content[i].Value, n.Content[i+1])
	}
	return m
}

// plainValue gives a node as the value that templates see: texts, lists, maps.
func plainValue(n *yaml.Node) any {
	budget := 10_000 // aliases can make a small text a huge or endless value
	return valueOf(n, &budget)
}

func valueOf(n *yaml.Node, budget *int) any {
	if *budget--; *budget < 0 {
		return nil
	}
	switch n.Kind {
	case yaml.AliasNode:
		return valueOf(n.Alias, budget)
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, valueOf(c, budget))
		}
		return list
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = valueOf(n.Content[i+1], budget)
		}
		return m
	}
	return n.Value
}

// keyPos returns the place of a top-level key of the front matter, or of the
// file's first byte.
func (p *Page) keyPos(key string) source.Pos {
	if p.Doc.Header != nil {
		c := p.Doc.Header.Root.Content
		if i := slices.IndexFunc(c, func(n *yaml.Node) bool { return strings.EqualFold(n.Value, key) }); i >= 0 && i%2 == 0 {
			return p.Doc.Header.Pos(c[i])
		}
	}
	return p.File.Pos(0)
}
