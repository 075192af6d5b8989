// Package shell finds the commands in a block of shell text: what stands behind
// prompts, what each of them prints, and the statements of a script. Where a
// command ends is for the shell's grammar to say, never for a pattern of lines.
// It takes text and gives commands with their places; the site marks them, the
// copy button copies them and the checker runs them.
package shell

import (
	"strings"
	"sync"

	"mvdan.cc/sh/v3/syntax"
)

// A Command is one thing that a reader types at the prompt, or one statement of
// a script. Its text may differ from the block: continuation prompts are gone.
type Command struct {
	Text string
	File *syntax.File // nil where the text is no shell
	Bad  *Bad         // why it is none

	Out   string // the lines that follow it, up to the next prompt
	OutAt int    // offset of Out in the block

	segs []seg
}

// A seg says that text from offset at on stands in the block from offset from on.
type seg struct{ at, from int }

// A Bad says why a command cannot be read. At is an offset of its text.
type Bad struct {
	At      int
	Message string
	Heredoc string // the delimiter, as it is written, of a heredoc without an end
}

// Pieces returns where the command stands in the block: one range for each run
// of lines without a continuation prompt.
func (c *Command) Pieces() []Range {
	var out []Range
	for i, s := range c.segs {
		end := len(c.Text)
		if i+1 < len(c.segs) {
			end = c.segs[i+1].at
		}
		if n := len(out); n > 0 && out[n-1].To == s.from {
			out[n-1].To = s.from + end - s.at
			continue
		}
		out = append(out, Range{s.from, s.from + end - s.at})
	}
	return out
}

// InBlock turns an offset of the command's text into one of the block.
func (c *Command) InBlock(at int) int {
	s := c.segs[0]
	for _, next := range c.segs {
		if next.at <= at {
			s = next
		}
	}
	return s.from + at - s.at
}

// Prompt stands before each command of a session, more before the further lines
// of one.
const (
	Prompt = "$ "
	more   = "> "
)

func isPrompt(line string) bool {
	return strings.HasPrefix(line, Prompt) || strings.TrimRight(line, "\r\n") == "$"
}

var langs = map[string]bool{"bash": true, "sh": true, "shell": true, "console": true, "shell-session": true, "shellsession": true,
	"bash-session": true, "sh-session": true, "terminal": true, "zsh": true}

// Lang reports whether a block's language, in lower case, is a shell's.
func Lang(name string) bool { return langs[name] }

// Prompted reports whether the first line that is no remark has a prompt.
func Prompted(text string) bool {
	for l := range strings.Lines(text) {
		if t := strings.TrimSpace(l); t == "" || strings.HasPrefix(t, "#") {
			continue
		}
		return strings.HasPrefix(l, Prompt)
	}
	return false
}

// Session finds the commands behind prompts. Where a command ends is for
// the shell's grammar to say; what follows is output until the next prompt.
// Lines before the first prompt belong to no command.
func Session(text string) []Command {
	s := splitter{lines: splitLines(text), budget: 4 << 20}
	var cmds []Command
	for i := 0; i < len(s.lines); {
		if !isPrompt(s.lines[i].text) {
			i++
			continue
		}
		c, next := s.take(i)
		if next < len(s.lines) {
			c.OutAt = s.lines[next].at
		}
		i = s.nextPrompt(next)
		for _, l := range s.lines[next:i] {
			c.Out += l.text
		}
		cmds = append(cmds, c)
	}
	return cmds
}

// A splitter works through the lines of a session. Budget is how many bytes it
// may still parse: a block of nothing but commands that are never closed would
// take time that grows with the third power of its length.
type splitter struct {
	lines  []line
	budget int
}

func (s *splitter) nextPrompt(i int) int {
	for i < len(s.lines) && !isPrompt(s.lines[i].text) {
		i++
	}
	return i
}

type line struct {
	at   int
	text string // with its newline
}

func splitLines(text string) []line {
	var lines []line
	at := 0
	for s := range strings.Lines(text) {
		lines = append(lines, line{at, s})
		at += len(s)
	}
	return lines
}

// take reads the command whose prompt is in line i and returns it with the index
// of the line after it.
func (s *splitter) take(i int) (Command, int) {
	l := s.lines[i]
	first := strings.TrimPrefix(strings.TrimPrefix(l.text, "$"), " ")
	c := Command{Text: first, segs: []seg{{0, l.at + len(l.text) - len(first)}}}
	if s.complete(&c) {
		return c, i + 1
	}
	for _, way := range s.ways(&c, i) {
		if d, next := s.grow(c, i+1, way); next > 0 && d.Bad == nil {
			return d, next
		}
	}
	// It is never closed: it ends before the next prompt, so that one slip does
	// not swallow the rest of the block.
	d, next := s.grow(c, i+1, way{func(s string) bool { return !isPrompt(s) }, ""})
	if next == 0 {
		next = s.nextPrompt(i + 1)
	}
	return d, next
}

// A way is how a command may go on: which lines belong to it, and the prompt
// that stands before them.
type way struct {
	ok     func(line string) bool
	prefix string
}

// ways lists how the command of line i may go on, the most telling first.
func (s *splitter) ways(c *Command, i int) []way {
	var ws []way
	if i+1 < len(s.lines) && continues(s.lines[i+1].text) {
		ws = append(ws, way{continues, more})
	}
	ws = append(ws, way{func(string) bool { return true }, ""})
	if c.Bad != nil && !strings.Contains(c.Bad.Message, "quote") && c.heredoc() == "" {
		// A loop with the prompt before every line of it: who copies it without
		// the prompts has a loop.
		ws = append(ws, way{isPrompt, Prompt})
	}
	return ws
}

func continues(line string) bool {
	return strings.HasPrefix(line, more) || strings.TrimRight(line, "\r\n") == ">"
}

// grow adds lines to a command until it is complete. The index is 0 where it
// never is; then all lines that may belong to it have been added.
func (s *splitter) grow(c Command, i int, w way) (Command, int) {
	c.segs = append([]seg(nil), c.segs...)
	for !s.complete(&c) {
		end := c.heredoc()
		for ; end != "" && i < len(s.lines) && w.ok(s.lines[i].text) && !closes(s.lines[i].text, w.prefix, end); i++ {
			c.add(s.lines[i], w.prefix) // up to its delimiter at once
		}
		if i == len(s.lines) || !w.ok(s.lines[i].text) {
			return c, 0
		}
		if c.Bad == nil && w.prefix != Prompt && isPrompt(s.lines[i].text) {
			return c, i // a backslash that continues nothing
		}
		c.add(s.lines[i], w.prefix)
		i++
	}
	return c, i
}

// complete parses the command, if there is budget left for it.
func (s *splitter) complete(c *Command) bool {
	if s.budget < 0 {
		if c.File == nil && c.Bad == nil {
			c.Bad = &Bad{Message: "too much is never closed in this block"}
		}
		return true
	}
	s.budget -= len(c.Text) + 256
	return c.complete()
}

func (c *Command) add(l line, prefix string) {
	s := withoutPrefix(l.text, prefix)
	c.segs = append(c.segs, seg{len(c.Text), l.at + len(l.text) - len(s)})
	c.Text += s
}

// withoutPrefix cuts a continuation prompt, of which an empty line may have
// lost the blank.
func withoutPrefix(s, prefix string) string {
	return s[min(len(prefix), len(strings.TrimRight(s, "\r\n"))):]
}

func closes(s, prefix, delimiter string) bool {
	return strings.TrimLeft(strings.TrimRight(withoutPrefix(s, prefix), "\r\n"), "\t") == delimiter
}

// heredoc returns the delimiter that is still to come; "" where none is open.
func (c *Command) heredoc() string {
	if c.Bad == nil {
		return ""
	}
	return strings.Trim(c.Bad.Heredoc, `'"\`)
}

const openHeredoc = "unclosed here-document `"

// complete reports whether the shell would run the command now. Text that is
// wrong however it goes on is complete too.
func (c *Command) complete() bool {
	var more bool
	c.File, c.Bad, more = Parse(c.Text)
	return !more && !c.backslash()
}

// backslash reports whether the command goes on in the next line because its
// last character says so.
func (c *Command) backslash() bool {
	s := strings.TrimRight(c.Text, "\r\n")
	n := len(s) - len(strings.TrimRight(s, `\`))
	if n%2 == 0 || c.File == nil {
		return false
	}
	comment := false
	syntax.Walk(c.File, func(node syntax.Node) bool {
		if k, ok := node.(*syntax.Comment); ok && int(k.End().Offset()) >= len(s) {
			comment = true
		}
		return true
	})
	return !comment
}

// parsers are ready for use: a new one takes more memory than most commands.
var parsers = sync.Pool{New: func() any {
	return syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.KeepComments(true))
}}

// Parse parses bash. Placeholders such as <pod-name>, which the shell would
// take for redirections, count as words. More means that the text may become
// whole with more lines.
func Parse(text string) (file *syntax.File, bad *Bad, more bool) {
	p := parsers.Get().(*syntax.Parser)
	defer parsers.Put(p)
	file, err := p.Parse(strings.NewReader(maskPlaceholders(text)), "")
	if err == nil {
		return file, nil, false
	}
	bad = &Bad{Message: err.Error()}
	var at syntax.Pos
	switch e := err.(type) {
	case syntax.ParseError:
		at, bad.Message = e.Pos, e.Text
	case syntax.LangError:
		at, bad.Message = e.Pos, strings.TrimPrefix(e.Error(), e.Pos.String()+": ")
	}
	if at.IsValid() {
		bad.At = min(int(at.Offset()), len(text))
	}
	if d, ok := strings.CutPrefix(bad.Message, openHeredoc); ok {
		bad.Heredoc = strings.TrimSuffix(d, "`")
	}
	// The parser does not call a heredoc with a quoted delimiter incomplete.
	return nil, bad, syntax.IsIncomplete(err) || bad.Heredoc != ""
}

// Script cuts a script into its statements. Comments between statements
// belong to none; those inside one and at the end of its lines stay.
func Script(text string) []Command {
	file, bad, _ := Parse(text)
	if bad != nil {
		return []Command{{Text: text, segs: []seg{{0, 0}}, Bad: bad}}
	}
	var cmds []Command
	start, last := -1, 0
	for i, s := range file.Stmts {
		if start < 0 {
			start = int(s.Pos().Offset())
		}
		last = max(last, lastByte(s))
		end := len(text)
		if i+1 < len(file.Stmts) {
			end = int(file.Stmts[i+1].Pos().Offset())
			// "a; b" on one line is one thing to type; so is "a <<EOF & b",
			// where b stands before the end of a.
			if end <= last || !strings.Contains(text[last:end], "\n") {
				continue
			}
		}
		cmds = append(cmds, part(text, start, trimComments(text, last, end)))
		start = -1
	}
	return cmds
}

func part(text string, start, end int) Command {
	c := Command{Text: text[start:end], segs: []seg{{0, start}}}
	c.File, c.Bad, _ = Parse(c.Text)
	return c
}

// lastByte returns where a statement ends, heredocs of its parts included.
func lastByte(s *syntax.Stmt) int {
	end := s.End().Offset()
	syntax.Walk(s, func(n syntax.Node) bool {
		if n != nil {
			end = max(end, n.End().Offset())
		}
		return true
	})
	return int(end)
}

// trimComments moves end back over lines that are blank or comments, but not
// over the line where the statement itself ends.
func trimComments(text string, from, end int) int {
	eol := from
	if i := strings.IndexByte(text[from:end], '\n'); i >= 0 {
		eol = from + i
	} else {
		return from + len(strings.TrimRight(text[from:end], " \t\r"))
	}
	for end > eol {
		i := strings.LastIndexByte(text[:end], '\n')
		last := strings.TrimSpace(text[i+1 : end])
		if last != "" && !strings.HasPrefix(last, "#") || i < eol {
			break
		}
		end = i
	}
	return end
}
