package shortcodes

import (
	"fmt"
	"strings"
	text "text/template"
)

// definitions keeps the templates "file", "body" and "lang" of a source apart. They are
// run while a page is parsed and write no HTML.
func (c *Shortcode) definitions(source string) error {
	if !strings.Contains(source, `define "`) {
		return nil
	}
	t, err := text.New(c.Name).Funcs(text.FuncMap(funcs)).Parse(source)
	if err != nil {
		return err
	}
	c.file, c.body = t.Lookup("file"), t.Lookup("body")
	if lang := t.Lookup("lang"); lang != nil {
		var b strings.Builder
		err = lang.Execute(&b, Call{})
		c.lang = strings.TrimSpace(b.String())
	}
	return err
}

// Language is that of every body of code, "" where each call has its own.
func (c *Shortcode) Language() string { return c.lang }

// Varies reports whether calls of the shortcode have bodies of different kinds.
func (c *Shortcode) Varies() bool { return c.body != nil }

// Includes reports whether the body may come from a file.
func (c *Shortcode) Includes() bool { return c.file != nil }

// Files returns the names of the file that is the body of a call, best first;
// none where the call has its body in the page.
func (c *Shortcode) Files(call Call) ([]string, error) {
	if c.file == nil {
		return nil, nil
	}
	var b strings.Builder
	if err := c.file.Execute(&b, call); err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(b.String()) {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, line)
		}
	}
	return names, nil
}

// BodyOf returns the kind of body of a call and whether it is a block of code.
func (c *Shortcode) BodyOf(call Call) (Body, bool, error) {
	if c.body == nil {
		return c.Body, c.Code, nil
	}
	var b strings.Builder
	if err := c.body.Execute(&b, call); err != nil {
		return None, false, err
	}
	switch kind := strings.TrimSpace(b.String()); kind {
	case "markdown":
		return Markdown, false, nil
	case "code":
		return Verbatim, true, nil
	case "text":
		return Verbatim, false, nil
	case "none":
		return None, false, nil
	default:
		return None, false, fmt.Errorf("shortcode %s: its body is %q, neither markdown, code, text nor none", c.Name, kind)
	}
}
