package theme

import (
	"html/template"
	"strconv"
	"strings"
	"text/template/parse"
)

// Part executes another template on the page, as {{ template NAME . }} does. What
// asks for nothing but .Site and .Languages comes out the same on most pages of a
// site: it is made once for each kind of address.
func (p *Page) Part(name string) (template.HTML, error) {
	t := p.theme
	if !t.common[name] || len(p.Languages) > 0 {
		return t.part(name, p)
	}
	if p.key == "" {
		p.key = p.Site.key()
	}
	key := [2]string{name, p.key}
	if made, ok := t.parts.Load(key); ok {
		return made.(template.HTML), nil
	}
	made, err := t.part(name, p)
	if err == nil {
		t.parts.Store(key, made)
	}
	return made, err
}

func (t *Theme) part(name string, p *Page) (template.HTML, error) {
	var b strings.Builder
	if err := t.tmpl.ExecuteTemplate(&b, name, p); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

// key is the same for sites whose fields are the same.
func (s *Site) key() string {
	b := make([]byte, 0, 256)
	for _, v := range []string{s.Title, s.Language, s.Dir, s.Root, s.Assets, s.Version, s.Search, s.Verified, s.Name, s.Logo, s.Footer} {
		b = append(append(b, v...), 0)
	}
	for _, links := range [][]Link{s.Links, s.Versions} {
		b = append(strconv.AppendInt(b, int64(len(links)), 10), 0)
		for _, l := range links {
			b = append(append(append(append(append(append(b, l.Title...), 0), l.Description...), 0), l.URL...), 0)
		}
	}
	return string(b)
}

// findCommon lists the templates that ask a page for nothing but .Site and
// .Languages.
func (t *Theme) findCommon() {
	t.common = map[string]bool{}
	for _, tmpl := range t.tmpl.Templates() {
		t.common[tmpl.Name()] = t.isCommon(tmpl.Name(), map[string]bool{})
	}
}

func (t *Theme) isCommon(name string, seen map[string]bool) bool {
	if seen[name] {
		return true
	}
	seen[name] = true
	tmpl := t.tmpl.Lookup(name)
	return tmpl == nil || tmpl.Tree == nil || t.commonIn(tmpl.Tree.Root, true, seen)
}

// commonIn tells whether n asks the page for nothing but what is common; page
// says that the dot is the page there.
func (t *Theme) commonIn(n parse.Node, page bool, seen map[string]bool) bool {
	branch := func(b *parse.BranchNode, inner bool) bool {
		return t.commonIn(b.Pipe, page, seen) && t.commonIn(b.List, inner, seen) && (b.ElseList == nil || t.commonIn(b.ElseList, page, seen))
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			if !t.commonIn(c, page, seen) {
				return false
			}
		}
	case *parse.ActionNode:
		return t.commonIn(n.Pipe, page, seen)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			for _, arg := range c.Args {
				if !t.commonIn(arg, page, seen) {
					return false
				}
			}
		}
	case *parse.IfNode:
		return branch(&n.BranchNode, page)
	case *parse.WithNode:
		return branch(&n.BranchNode, false)
	case *parse.RangeNode:
		return branch(&n.BranchNode, false)
	case *parse.TemplateNode:
		return n.Pipe == nil || wholePage(n.Pipe, page) && t.isCommon(n.Name, seen) || t.commonIn(n.Pipe, page, seen)
	case *parse.ChainNode:
		return t.commonIn(n.Node, page, seen)
	case *parse.FieldNode:
		return !page || isCommonField(n.Ident[0])
	case *parse.VariableNode:
		return n.Ident[0] != "$" || len(n.Ident) > 1 && isCommonField(n.Ident[1])
	case *parse.DotNode:
		return !page
	}
	return true
}

func isCommonField(name string) bool { return name == "Site" || name == "Languages" }

// wholePage tells whether a pipe is the page itself.
func wholePage(pipe *parse.PipeNode, page bool) bool {
	if len(pipe.Cmds) != 1 || len(pipe.Cmds[0].Args) != 1 {
		return false
	}
	switch arg := pipe.Cmds[0].Args[0].(type) {
	case *parse.DotNode:
		return page
	case *parse.VariableNode:
		return len(arg.Ident) == 1 && arg.Ident[0] == "$"
	}
	return false
}
