package check

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/manifest"
	"github.com/probatum/probatum/internal/shell"
	"mvdan.cc/sh/v3/syntax"
)

// shell makes a claim of each command.
func (w *work) shell(k Kind, cmds []shell.Command) {
	w.Kind = k
	if m := elsewhere.FindString(w.Block.Text); m != "" {
		w.static("the prompt " + strings.TrimSpace(m) + " is not one of the reader's own shell")
	}
	held, tty := -1, ""
	for i := range cmds {
		c := &cmds[i]
		if c.Bad == nil && len(c.File.Stmts) == 0 {
			continue // a remark, or an empty prompt
		}
		claim, x := w.command(c)
		if x.hangs != "" {
			held = len(w.Claims)
		}
		if x.opens {
			tty = x.hangs
		}
		w.Claims = append(w.Claims, claim)
	}
	if len(w.Claims) == 0 {
		w.static("no command in it")
		return
	}
	w.within(cmds, tty)
	end := &w.Claims[len(w.Claims)-1]
	end.Fails, end.Exit = w.a.fails, w.a.exit
	if w.a.background && held < 0 {
		end.Background, end.Until = true, w.a.until
	}
}

// Prompts of a container, of another machine and of a program that asks for
// commands.
var elsewhere = lazyregexp.New(`(?m)^(\[?[\w.-]+@[\w.-]+[: ][^\s$#]*[\])]?[$#] |[/~] ?[#$] |(mysql|redis|sql|psql|postgres=?)[\w:.\[\]()]*[>#] |bash-[\d.]+[$#] )`)

// within keeps commands from being run here that a reader types into a shell
// that a command before has opened, in a container or on another machine. The
// next command for the cluster and the next heading show that the reader has
// left it.
func (w *work) within(cmds []shell.Command, tty string) {
	back := w.heading != w.Block.Heading || runs(cmds, w.o.Commands)
	if w.opened != "" && !back {
		w.static("it is typed into the shell that a block before has opened (" + w.opened + ")")
		if runs(cmds, []string{"exit"}) {
			w.opened = ""
		}
		return
	}
	w.opened, w.heading = tty, w.Block.Heading
}

// runs reports whether the commands call one of these programs.
func runs(cmds []shell.Command, names []string) bool {
	return slices.ContainsFunc(cmds, func(c shell.Command) bool {
		return c.File != nil && slices.ContainsFunc(calls(c.File), func(k call) bool { return slices.Contains(names, k.name()) })
	})
}

// options gives a claim what the block says of all its claims.
func (w *work) options(c *Claim) {
	c.Match, c.Within, c.Timeout = w.a.match, w.a.within, w.a.timeout
	if c.Timeout == 0 {
		c.Timeout = w.timeout
	}
	c.NeedsPods = w.plan.Pods
}

// command makes the claim of one command and returns what is known of it.
func (w *work) command(c *shell.Command) (claim Claim, x facts) {
	at := c.InBlock(0)
	text := strings.TrimRight(c.Text, "\n")
	claim = Claim{Kind: Command, Pos: w.Block.PosAt(at), At: at, Text: text}
	w.options(&claim)
	if want, off := trimBlankLines(c.Out); !blankOnly(want) {
		claim.Want, claim.HasWant, claim.WantPos = want, true, w.Block.PosAt(c.OutAt+off)
		claim.WantIn, claim.WantAt = len(w.plan.Items), c.OutAt+off
	}
	typos := w.typos(c)
	if c.Bad != nil {
		if !typos {
			w.problem(c.InBlock(c.Bad.At), "shell", "not shell: "+c.Bad.Message, shellHint(c))
		}
		return claim, x
	}
	w.heredocs(c)
	claim.Text = fill(w.unlink(text), w.vars)
	w.unfilled(claim.Text)
	x = w.st.facts(c.File, c.Text, w.o.Commands)
	claim.Read, claim.Missing, claim.Hint, claim.Pods = x.read, x.missing, x.hint, x.podNames
	if claim.Empty = w.a.empty || x.empty; !w.a.empty {
		claim.Sets = x.sets
	}
	claim.NeedsPods = claim.NeedsPods || x.pods
	if x.elided {
		w.static("a part of the command is left out with ...")
	}
	switch {
	case x.hangs == "":
	case w.a.background:
		claim.Background, claim.Until = true, w.a.until
	case x.tty:
		w.static(x.hangs + ": give it a command that ends, or say {skip=\"why\"}")
	default:
		w.static(x.hangs + `: add {background until="what it prints when it is ready"} to run it beside the commands after it`)
	}
	return claim, x
}

func shellHint(c *shell.Command) string {
	switch {
	case c.Bad.Heredoc != "":
		return fmt.Sprintf("the line %s must stand alone, without blanks around it", c.Bad.Heredoc)
	case strings.HasPrefix(c.Text, "% "):
		return `the prompt of a session is "` + shell.Prompt + `"`
	}
	return ""
}

// unfilled reports placeholders that still have no value.
func (w *work) unfilled(text string) {
	if !strings.Contains(text, "<") {
		return
	}
	f, _, _ := shell.Parse(text)
	if missing := gaps(text, quotedIn(f)); len(missing) > 0 {
		w.static(noValue(missing[0]))
	}
}

// Istio's pages mark a file of its repository with @path@; what a reader sees
// and copies is the path.
var linked = lazyregexp.New(`(^|[^A-Za-z0-9])@([\w.\-/]+)@`)

// unlink removes the marks and looks whether the files are there.
func (w *work) unlink(text string) string {
	if !w.a.links || !strings.Contains(text, "@") {
		return text
	}
	for _, m := range linked.FindAllStringSubmatch(text, -1) {
		switch {
		case w.exists(m[2]):
		case w.o.Files != nil && path.Dir(m[2]) != ".":
			w.problem(strings.Index(w.Block.Text, "@"+m[2]+"@")+1, "file-missing", "no file "+m[2]+" in the page's working folder", "put it there, or correct the path: the folder is the one that check.files names")
		default:
			w.static("needs the file " + m[2] + ", which is not in the page's working folder")
		}
	}
	return linked.ReplaceAllString(text, "$1$2")
}

func (w *work) exists(name string) bool {
	name = path.Clean(name)
	if w.written[name] {
		return true
	}
	if w.o.Files == nil || !fs.ValidPath(name) {
		return false
	}
	_, err := fs.Stat(w.o.Files, name)
	return err == nil
}

// typos reports what a word processor has done to a command, and a backslash
// that a blank after it has made useless.
func (w *work) typos(c *shell.Command) bool {
	n := len(w.found)
	if at := deadBackslash(c.Text); at >= 0 && blanksEnd.MatchString(w.Block.Text[c.InBlock(at)+1:]) {
		w.problem(c.InBlock(at), "backslash-blank", "a blank after the backslash ends the command here", "remove the blanks at the end of the line")
	}
	if m := keywordAfter.FindStringSubmatchIndex(c.Text); c.Bad != nil && m != nil {
		word := c.Text[m[2]:m[3]]
		w.problem(c.InBlock(m[0]), "backslash-keyword", fmt.Sprintf("the backslash makes %q an argument of the command before it", word), "remove the backslash")
	}
	if c.File == nil {
		for _, m := range loose.FindAllStringSubmatchIndex(c.Text, -1) {
			w.typo(c, m[2], c.Text[m[2]:m[3]])
		}
		return len(w.found) > n
	}
	syntax.Walk(c.File, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Redirect:
			return n.Hdoc == nil
		case *syntax.SglQuoted, *syntax.DblQuoted:
			return false
		case *syntax.Word:
			if l, ok := n.Parts[0].(*syntax.Lit); ok {
				w.typo(c, int(l.Pos().Offset()), l.Value)
			}
		}
		return true
	})
	return len(w.found) > n
}

var (
	keywordAfter = lazyregexp.New(`\\\r?\n[ \t]*(done|fi|esac|\})(?:[ \t;|]|\r?\n|$)`)
	blanksEnd    = lazyregexp.New(`^[ \t]+\r?\n`)
	loose        = lazyregexp.New(`(?:^|[\s=])([“”‘’–—][^\s]*)`)
)

// deadBackslash returns where the last line of a command ends with a backslash,
// or -1.
func deadBackslash(text string) int {
	t := strings.TrimRight(text, " \t\r\n")
	if n := len(t) - len(strings.TrimRight(t, `\`)); n%2 == 0 {
		return -1
	}
	return len(t) - 1
}

// typo looks at a word outside quotes.
func (w *work) typo(c *shell.Command, at int, word string) {
	switch {
	case strings.HasPrefix(word, "–"), strings.HasPrefix(word, "—"):
		if len(word) > 3 && isWord(word, 3) {
			flag := word[3:]
			dashes := "--"
			if len(flag) == 1 {
				dashes = "-"
			}
			w.problem(c.InBlock(at), "long-dash", fmt.Sprintf("%q starts with a long dash", word), "write "+dashes+flag)
		}
	case strings.ContainsAny(word, "“”"), strings.HasPrefix(word, "‘"):
		w.problem(c.InBlock(at+strings.IndexAny(word, "“”‘")), "curly-quotes", "curly quotes are no quotes for the shell", `write straight quotes: " or '`)
	}
}

// heredocs judges the manifests that a command carries.
func (w *work) heredocs(c *shell.Command) {
	if !strings.Contains(c.Text, "<<") {
		return
	}
	for _, h := range heredocs(c.Text, c.File) {
		f := manifest.Parse(h.text)
		whole := false
		for _, d := range f.Docs {
			whole = whole || d.Whole()
		}
		if !whole && !(isManifestText(h.text) && h.bare) {
			continue
		}
		if !h.bare {
			f.Problems = nil // what the shell puts in may make it right
		}
		there := func(at int) int { return c.InBlock(h.at + at) }
		w.judge(f, there)
		w.bySchema(f, there, !applies.MatchString(c.Text))
		if f.Elided {
			w.static("a part of the manifest is left out with ...")
		}
	}
}
