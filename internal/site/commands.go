package site

import (
	"regexp"
	"strings"

	"github.com/probatum/probatum/internal/page"
)

// A Command is where a command stands in the text of a block: one piece, or one
// for each line where a continuation prompt stands between them.
type Command []Range

// A Range is the bytes from From up to To.
type Range struct{ From, To int }

func (c Command) start() int { return c[0].From }
func (c Command) end() int   { return c[len(c)-1].To }

var shells = map[string]bool{"bash": true, "sh": true, "shell": true, "zsh": true, "console": true, "shell-session": true, "terminal": true}

var heredoc = regexp.MustCompile(`<<-?\s*\\?(['"]?)([A-Za-z_]\w*)(['"]?)`)

// Commands finds the commands of a session: a block in a shell language whose
// first line starts with "$ ". Each ends with its line, unless a backslash, an
// open quote or a heredoc goes on. Other blocks have none.
func Commands(b *page.Block) []Command {
	if !shells[b.Lang] || !strings.HasPrefix(b.Text, "$ ") {
		return nil
	}
	var found []Command
	for at := 0; at < len(b.Text); {
		end := lineEnd(b.Text, at+1)
		if strings.HasPrefix(b.Text[at:], "$ ") {
			end = commandEnd(b.Text, at+2)
			c := Command{{at + 2, end}}
			if marked(b) {
				c = withoutMarks(b.Text, c[0])
			}
			found = append(found, c)
		}
		at = end
	}
	return found
}

// commandEnd is the end of the last line of the command that starts at.
func commandEnd(text string, at int) int {
	var quote byte
	first := lineEnd(text, at)
	for end := first; ; end = lineEnd(text, end+1) {
		line := text[lineStart(text, end-1):end]
		line = strings.TrimSuffix(line[max(0, at-lineStart(text, end-1)):], "\n")
		if m := heredoc.FindStringSubmatch(line); m != nil && quote == 0 {
			if body := heredocEnd(text, end, m[2]); body > 0 {
				return body
			}
		}
		slash := false
		quote, slash = openAfter(line, quote)
		switch {
		case quote == 0 && !slash:
			return end
		case end == len(text) && quote == 0:
			return end // a backslash with nothing behind it
		case end == len(text):
			return first // the quote is never closed: take no output for a command
		}
	}
}

// heredocEnd is the end of the line that closes a heredoc, 0 where none does.
func heredocEnd(text string, at int, delimiter string) int {
	for at < len(text) {
		end := lineEnd(text, at+1)
		if strings.TrimSpace(text[at:end]) == delimiter {
			return end
		}
		at = end
	}
	return 0
}

// openAfter says which quote is open after the line and whether it ends with a
// backslash.
func openAfter(line string, quote byte) (open byte, slash bool) {
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quote != '\'':
			i++
			slash = i == len(line)
		case quote == 0 && c == '#' && (i == 0 || line[i-1] == ' '):
			return 0, false
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote, slash
}

// linked finds @path@, by which Istio's pages mark a file of its repository: a
// reader sees, copies and runs the path alone.
var linked = regexp.MustCompile(`(^|[^A-Za-z0-9])@([\w.\-/]+)@`)

// marked tells whether @path@ is such a mark in the block.
func marked(b *page.Block) bool {
	v, ok := b.Attr("expandlinks")
	return !ok || v != "false"
}

// withoutMarks cuts a range of the text where marks stand in it.
func withoutMarks(text string, r Range) Command {
	var c Command
	for _, m := range linked.FindAllStringSubmatchIndex(text[r.From:r.To], -1) {
		path := Range{r.From + m[4], r.From + m[5]}
		if len(c) == 0 {
			c = append(c, r)
		}
		c[len(c)-1].To = path.From - 1
		c = append(c, path, Range{path.To + 1, r.To})
	}
	if len(c) == 0 {
		return Command{r}
	}
	return c
}

// Locate finds where a command that starts at offset at stands in a text. The
// text may hold what the command does not: continuation prompts and the marks
// around @path@.
func Locate(text string, at int, command string) (Command, bool) {
	if at < 0 || at > len(text) {
		return nil, false
	}
	c := Command{{at, at}}
	for i := 0; i < len(command); {
		last := &c[len(c)-1]
		switch rest := text[last.To:]; {
		case rest == "":
			return nil, false
		case last.To > at && text[last.To-1] == '\n' && len(rest) > 1 && (rest[:2] == "> " || rest[:2] == "$ ") && !strings.HasPrefix(command[i:], rest[:2]):
			c = append(c, Range{last.To + 2, last.To + 2})
		case rest[0] == command[i]:
			last.To++
			i++
		case rest[0] == '@':
			c = append(c, Range{last.To + 1, last.To + 1})
		default:
			return nil, false
		}
	}
	return c, true
}
