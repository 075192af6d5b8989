package manifest

import (
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

type part struct{ at, end int }

var (
	separator   = lazyregexp.New(`^---([ \t].*)?\r?$`)
	remarkedOut = lazyregexp.New(`(?m)^[ \t]*#[ \t]*(\.{3,}|…)`)
	elision     = lazyregexp.New(`^[ \t]*(\.{2,}|…|[\[(<](\.{2,}|…)[\])>]|(\.{2,}|…)?[ \t]*[\[(<](snip|snipped|omitted|truncated)[\])>][ \t]*(\.{2,}|…)?)[ \t]*\r?$`)
)

// splitDocs cuts a text at its "---" lines. Each document is read on its own,
// so that one that is broken does not hide the next; the line "---" belongs to
// the document that it opens, which keeps what may follow it on the line.
func splitDocs(text string) []part {
	var parts []part
	start := 0
	for at := 0; at < len(text); {
		end := lineEnd(text, at)
		if separator.MatchString(strings.TrimSuffix(text[at:end], "\n")) {
			parts = append(parts, part{start, at})
			start = at
		}
		at = end
	}
	return append(parts, part{start, len(text)})
}

// hideElisions makes a comment of every line that only says "..." or as much, as in
// "..", "<snip>" and "[...]". To YAML such
// a line at the margin would end the document, and what follows it would be
// taken for another one. No offset changes.
func hideElisions(text string) (string, bool) {
	var b strings.Builder
	found := false
	for at := 0; at < len(text); {
		end := lineEnd(text, at)
		line := text[at:end]
		if elision.MatchString(strings.TrimSuffix(line, "\n")) {
			found = true
			i := len(line) - len(strings.TrimLeft(line, " \t"))
			line = strings.ReplaceAll(line[:i], "\t", " ") + "#" + line[i+1:]
			line = strings.NewReplacer("\x80", " ", "\xa6", " ").Replace(line)
		}
		b.WriteString(line)
		at = end
	}
	return b.String(), found
}

func lineEnd(text string, at int) int {
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// lineStarts gives the offsets at which the YAML reader starts a new line: it
// also takes a lone carriage return and three characters of Unicode for a break.
func lineStarts(text string) []int {
	starts := []int{0}
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch {
		case strings.HasPrefix(rest, "\r\n"):
			i++
		case rest[0] == '\n', rest[0] == '\r':
		case strings.HasPrefix(rest, "\u0085"):
			i++
		case strings.HasPrefix(rest, "\u2028"), strings.HasPrefix(rest, "\u2029"):
			i += 2
		default:
			continue
		}
		starts = append(starts, i+1)
	}
	return starts
}
