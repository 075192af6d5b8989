package page

import (
	"fmt"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A Menu is an entry that a page wants in a menu of the site.
type Menu struct {
	Name   string // of the menu, such as main
	Title  string // "" is the page's own
	Weight int
}

// layouts are the ways to write a date that are found in front matter.
var layouts = []string{
	time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02 15:04", "2006-01-02T15:04:05-0700",
}

func (r matterReader) date(key string, n *yaml.Node) time.Time {
	if n.Kind == yaml.ScalarNode {
		for _, l := range layouts {
			if t, err := time.Parse(l, strings.TrimSpace(n.Value)); err == nil {
				return t
			}
		}
	}
	r.problem(n, "frontmatter-type", fmt.Sprintf("%s is %q, not a date", key, n.Value), "write "+key+": 2026-01-31")
	return time.Time{}
}

// menus reads the ways to name a menu: main, [main, footer], or a mapping with
// weight and name for each.
func (r matterReader) menus(n *yaml.Node) []Menu {
	var menus []Menu
	switch n.Kind {
	case yaml.ScalarNode:
		return []Menu{{Name: n.Value}}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			menus = append(menus, Menu{Name: r.text("an item of menu", c)})
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			menus = append(menus, r.menu(n.Content[i].Value, n.Content[i+1]))
		}
	}
	return menus
}

func (r matterReader) menu(name string, n *yaml.Node) Menu {
	m := Menu{Name: name}
	if n.Kind != yaml.MappingNode {
		if n.Tag != "!!null" {
			r.problem(n, "frontmatter-type", "menu."+name+" is not a list of keys and values", "write "+name+": {weight: 10}")
		}
		return m
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch v := n.Content[i+1]; strings.ToLower(n.Content[i].Value) {
		case "weight":
			m.Weight = r.number("menu."+name+".weight", v)
		case "name", "title":
			m.Title = r.text("menu."+name+".name", v)
		}
	}
	return m
}

// build reads Hugo's build options: what is made of the page.
func (r matterReader) build(m *Matter, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.problem(n, "frontmatter-type", "build is not a list of keys and values", "write build: {render: never, list: never}")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		v := strings.ToLower(n.Content[i+1].Value)
		never := v == "never" || v == "false"
		switch n.Content[i].Value {
		case "render":
			m.NoRender = never || v == "link"
		case "list":
			m.NoList = never
		}
	}
}

// params puts the keys below params beside those that stand at the top.
func (r matterReader) params(m *Matter, n *yaml.Node) {
	v, ok := plainValue(n).(map[string]any)
	if !ok {
		r.problem(n, "frontmatter-type", "params is not a list of keys and values", "")
		return
	}
	for key, value := range v {
		m.Params[key] = value
	}
}
