package config

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/probatum/probatum/internal/colour"
	"github.com/probatum/probatum/internal/source"
	"go.yaml.in/yaml/v3"
)

// A Theme is how the site looks.
type Theme struct {
	Folder     string            `yaml:"folder"`     // its templates and assets replace built-in ones
	Name       string            `yaml:"name"`       // in the header; "" the title
	Logo       string            `yaml:"logo"`       // a picture of the project; "" the built-in mark
	Accent     Colour            `yaml:"accent"`     // of links and marks; "" the built-in one
	AccentDark Colour            `yaml:"accentDark"` // on dark paper; "" made of Accent
	Links      []Link            `yaml:"links"`      // in the header
	Footer     string            `yaml:"footer"`     // its text; "" the title
	Edit       Edit              `yaml:"edit"`       // where a page is edited; {path} is its file in the project
	Versions   []Link            `yaml:"versions"`   // of the site; the one without an address is this
	Languages  map[string]string `yaml:"languages"`  // how languages are called in the switch, by code
}

// A Link is a name and where it leads.
type Link struct {
	Title string  `yaml:"title"`
	URL   Address `yaml:"url"`
}

// A Colour is #rgb or #rrggbb.
type Colour string

// UnmarshalYAML implements yaml.Unmarshaler, as Guess does.
func (c *Colour) UnmarshalYAML(n *yaml.Node) error {
	if colourProblem(n.Value) == "" {
		*c = Colour(n.Value)
	}
	return nil
}

func colourProblem(v string) string {
	if _, ok := colour.Parse(v); v != "" && !ok {
		return fmt.Sprintf("is %q, not a colour such as \"#0a6a58\", in quotes", v)
	}
	return ""
}

// An Edit is an address with {path} in it.
type Edit string

// UnmarshalYAML implements yaml.Unmarshaler, as Guess does.
func (e *Edit) UnmarshalYAML(n *yaml.Node) error {
	if editProblem(n.Value) == "" {
		*e = Edit(n.Value)
	}
	return nil
}

func editProblem(v string) string {
	if v == "" || strings.Contains(v, "{path}") && addressProblem(v) == "" {
		return ""
	}
	return fmt.Sprintf("is %q, not an address with {path} in it, such as https://github.com/acme/docs/edit/main/{path}", v)
}

// An Address leads to another site, or to a page of this one.
type Address string

// UnmarshalYAML implements yaml.Unmarshaler, as Guess does.
func (a *Address) UnmarshalYAML(n *yaml.Node) error {
	if addressProblem(n.Value) == "" {
		*a = Address(n.Value)
	}
	return nil
}

func addressProblem(v string) string {
	u, err := url.Parse(v)
	if v == "" || err == nil && (strings.HasPrefix(v, "/") || (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" || u.Scheme == "mailto") {
		return ""
	}
	return fmt.Sprintf("is %q, neither an address such as https://example.org/ nor one of this site such as /docs/", v)
}

// accents reports colours that nobody can read.
func (t *Theme) accents(f *source.File, root *yaml.Node) []source.Diagnostic {
	var ds []source.Diagnostic
	for i, c := range []struct {
		key   string
		value Colour
		hint  string
	}{{"accent", t.Accent, "take a darker one"}, {"accentDark", t.AccentDark, "take a lighter one, or leave it out: it is then made of accent"}} {
		if problem := unreadable(c.value, colour.Paper[i]); problem != "" {
			ds = append(ds, source.Diagnostic{Pos: place(f, find(root, "theme", c.key)), Rule: "config-value", Message: "theme." + c.key + " " + problem, Hint: c.hint})
		}
	}
	return ds
}

// find returns the value at a path of keys, and the last one that is there.
func find(n *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				n = n.Content[i+1]
				break
			}
		}
	}
	return n
}

// unreadable says why an accent cannot be read on paper; "" it can.
func unreadable(v Colour, paper colour.Colour) string {
	c, ok := colour.Parse(string(v))
	if !ok {
		return ""
	}
	if got := colour.Contrast(c, colour.Wash(c, paper)); got < colour.Readable {
		return fmt.Sprintf("%s has a contrast of %.1f to the background of a chosen entry (%s), and text needs %.1f", v, got, colour.Wash(c, paper), colour.Readable)
	}
	return ""
}
