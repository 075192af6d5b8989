package check

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A call is one program that a command runs, with its words as the shell would
// pass them. What the shell would expand stands as it is written.
type call struct {
	words  []string
	beside bool // started with & or under "timeout": it does not hold up the shell
	inFunc bool // in the body of a function: not run here
}

func (c call) name() string { return c.words[0] }

// calls lists the programs that a tree runs, in order, wrappers such as sudo and
// xargs opened.
func calls(f *syntax.File) []call {
	var found []call
	var visit func(n syntax.Node, beside, inFunc bool)
	visit = func(root syntax.Node, beside, inFunc bool) {
		syntax.Walk(root, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Stmt:
				if n.Background && !beside {
					visit(n.Cmd, true, inFunc)
					for _, r := range n.Redirs {
						visit(r, beside, inFunc)
					}
					return false
				}
			case *syntax.FuncDecl:
				visit(n.Body.Cmd, beside, true)
				return false
			case *syntax.CallExpr:
				if c, ok := unwrap(words(n.Args), beside); ok {
					c.inFunc = inFunc
					found = append(found, c)
				}
			}
			return true
		})
	}
	visit(f, false, false)
	return found
}

func words(args []*syntax.Word) []string {
	var ws []string
	for _, w := range args {
		ws = append(ws, flat(w.Parts))
	}
	return ws
}

// flat gives a word without its quotes.
func flat(parts []syntax.WordPart) string {
	var b strings.Builder
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			b.WriteString(unescape(p.Value))
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			b.WriteString(flat(p.Parts))
		default:
			_ = syntax.NewPrinter(syntax.SingleLine(true)).Print(&b, p)
		}
	}
	return b.String()
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if i++; s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// wrappers run the program that their arguments name; the value is their flags
// that take a value.
var wrappers = map[string]string{
	"sudo": "-u -g -h -p -C -T", "time": "-f -o", "nohup": "", "command": "", "exec": "-a", "env": "-u -C",
	"xargs": "-I -n -L -P -d -E -s -a", "timeout": "-k -s", "nice": "-n", "stdbuf": "-i -o -e", "builtin": "", "eval": "",
}

// unwrap returns what a wrapper runs. Xargs and the like without a program stay
// as they are.
func unwrap(ws []string, beside bool) (call, bool) {
	for len(ws) > 0 {
		flags, ok := wrappers[ws[0]]
		if !ok {
			break
		}
		wrapper, i := ws[0], 1
		for i < len(ws) && (strings.HasPrefix(ws[i], "-") || wrapper == "env" && strings.Contains(ws[i], "=")) {
			if slices.Contains(strings.Fields(flags), ws[i]) {
				i++
			}
			i++
		}
		if wrapper == "timeout" {
			i, beside = i+1, true
		}
		if i >= len(ws) {
			break
		}
		ws = ws[i:]
	}
	return call{words: ws, beside: beside}, len(ws) > 0
}

// functions lists the functions that a tree defines.
func functions(f *syntax.File) []*syntax.FuncDecl {
	var fs []*syntax.FuncDecl
	syntax.Walk(f, func(n syntax.Node) bool {
		if d, ok := n.(*syntax.FuncDecl); ok && d.Name != nil {
			fs = append(fs, d)
		}
		return true
	})
	return fs
}

// assigned lists the variables that a statement sets from the output of a
// command, and reports whether setting variables is all that it does.
func assigned(s *syntax.Stmt) (names []string, only bool) {
	var as []*syntax.Assign
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		as, only = c.Assigns, len(c.Args) == 0
	case *syntax.DeclClause:
		as, only = c.Args, true
	}
	for _, a := range as {
		if a.Name != nil && a.Value != nil && substitutes(a.Value) {
			names = append(names, a.Name.Value)
		}
	}
	return names, only
}

func substitutes(n syntax.Node) bool {
	found := false
	syntax.Walk(n, func(n syntax.Node) bool {
		_, ok := n.(*syntax.CmdSubst)
		found = found || ok
		return !found
	})
	return found
}

// writesFile reports whether a redirection leaves something behind.
func writesFile(f *syntax.File) bool {
	found := false
	syntax.Walk(f, func(n syntax.Node) bool {
		if r, ok := n.(*syntax.Redirect); ok && r.Word != nil {
			switch r.Op {
			case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll, syntax.RdrInOut:
				found = found || !strings.HasPrefix(flat(r.Word.Parts), "/dev/")
			}
		}
		return true
	})
	return found
}

// last returns the program whose output the reader sees at the end of a
// statement, and its statement: the last of a pipeline or a list.
func last(s *syntax.Stmt) (*syntax.Stmt, call) {
	for {
		switch c := s.Cmd.(type) {
		case *syntax.BinaryCmd:
			s = c.Y
			continue
		case *syntax.CallExpr:
			k, _ := unwrap(words(c.Args), false)
			return s, k
		}
		return s, call{}
	}
}

// silenced reports whether the standard output of a statement goes nowhere.
func silenced(s *syntax.Stmt) bool {
	return slices.ContainsFunc(s.Redirs, func(r *syntax.Redirect) bool {
		out := r.Op == syntax.RdrOut || r.Op == syntax.AppOut || r.Op == syntax.RdrAll
		return out && (r.N == nil || r.N.Value == "1") && r.Word != nil && flat(r.Word.Parts) == "/dev/null"
	})
}

// A heredoc is text that a command is given; At is its place in the command.
type heredoc struct {
	at   int
	text string
	bare bool // nothing in it is expanded
}

func heredocs(text string, f *syntax.File) []heredoc {
	var found []heredoc
	syntax.Walk(f, func(n syntax.Node) bool {
		r, ok := n.(*syntax.Redirect)
		if !ok || r.Hdoc == nil {
			return true
		}
		at, end := int(r.Hdoc.Pos().Offset()), min(int(r.Hdoc.End().Offset()), len(text))
		body := text[at:end]
		body = body[:strings.LastIndexByte(body, '\n')+1] // without its delimiter
		if r.Op == syntax.DashHdoc {
			body = blankTabs(body)
		}
		bare := len(r.Hdoc.Parts) < 2
		if len(r.Hdoc.Parts) == 1 {
			_, bare = r.Hdoc.Parts[0].(*syntax.Lit)
		}
		found = append(found, heredoc{at, body, bare})
		return true
	})
	return found
}

// blankTabs puts blanks in place of the leading tabs that <<- removes, so that
// offsets stay.
func blankTabs(s string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		rest := strings.TrimLeft(l, "\t")
		b.WriteString(strings.Repeat(" ", len(l)-len(rest)) + rest)
	}
	return b.String()
}
