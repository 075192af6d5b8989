package theme

import (
	"html/template"
	"io"
	"strconv"
	"sync"
	"text/template/parse"
)

// Part executes another template on the page, as {{ template NAME . }} does. What
// asks for nothing but .Site and .Languages comes out the same on most pages of a
// site: it is made once for each kind of address.
func (p *Page) Part(name string) (template.HTML, error) {
	t := p.theme
	if asks := t.asks[name]; asks > theSite && (asks > theLanguages || len(p.Languages) > 0) {
		return t.part(name, p)
	}
	if p.parts == nil {
		made, _ := t.parts.LoadOrStore(p.Site.key(), &sync.Map{})
		p.parts = made.(*sync.Map)
	}
	if made, ok := p.parts.Load(name); ok {
		return made.(template.HTML), nil
	}
	made, err := t.part(name, p)
	if err == nil {
		p.parts.Store(name, made)
	}
	return made, err
}

func (t *Theme) part(name string, p *Page) (template.HTML, error) {
	if tmpl := t.direct[name]; tmpl != nil {
		return tmpl.HTML(p)
	}
	return "", t.tmpl.ExecuteTemplate(io.Discard, name, p) // which says that there is none
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

// What a template asks a page for.
type ask int

const (
	theSite      ask = iota // nothing but .Site
	theLanguages            // .Languages besides
	more
)

// findAsks fills asks.
func (t *Theme) findAsks() {
	t.asks = map[string]ask{}
	for _, tmpl := range t.tmpl.Templates() {
		t.asks[tmpl.Name()] = t.asksOf(tmpl.Name(), map[string]bool{})
	}
}

func (t *Theme) asksOf(name string, seen map[string]bool) ask {
	if seen[name] {
		return theSite
	}
	seen[name] = true
	tmpl := t.tmpl.Lookup(name)
	if tmpl == nil || tmpl.Tree == nil {
		return theSite
	}
	return t.asksIn(tmpl.Tree.Root, true, seen)
}

// asksIn is what n asks the page for; page says that the dot is the page there.
func (t *Theme) asksIn(n parse.Node, page bool, seen map[string]bool) (a ask) {
	branch := func(b *parse.BranchNode, inner bool) ask {
		a := max(t.asksIn(b.Pipe, page, seen), t.asksIn(b.List, inner, seen))
		if b.ElseList != nil {
			a = max(a, t.asksIn(b.ElseList, page, seen))
		}
		return a
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			a = max(a, t.asksIn(c, page, seen))
		}
	case *parse.ActionNode:
		return t.asksIn(n.Pipe, page, seen)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			for _, arg := range c.Args {
				a = max(a, t.asksIn(arg, page, seen))
			}
		}
	case *parse.IfNode:
		return branch(&n.BranchNode, page)
	case *parse.WithNode:
		return branch(&n.BranchNode, false)
	case *parse.RangeNode:
		return branch(&n.BranchNode, false)
	case *parse.TemplateNode:
		switch {
		case n.Pipe == nil:
		case wholePage(n.Pipe, page):
			return t.asksOf(n.Name, seen)
		default:
			return t.asksIn(n.Pipe, page, seen)
		}
	case *parse.ChainNode:
		return t.asksIn(n.Node, page, seen)
	case *parse.FieldNode:
		if page {
			return askFor(n.Ident[0])
		}
	case *parse.VariableNode:
		switch {
		case n.Ident[0] == "$" && len(n.Ident) > 1:
			return askFor(n.Ident[1])
		case n.Ident[0] == "$":
			return more
		}
	case *parse.DotNode:
		if page {
			return more
		}
	}
	return a
}

func askFor(field string) ask {
	switch field {
	case "Site":
		return theSite
	case "Languages":
		return theLanguages
	}
	return more
}

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
