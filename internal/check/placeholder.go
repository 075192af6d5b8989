package check

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/shell"
	"mvdan.cc/sh/v3/syntax"
)

// Words that kubectl itself prints in angle brackets.
var printed = []string{"none", "pending", "unknown", "nil", "invalid", "unset", "empty", "no value"}

// Words that are no markup, so that a bracketed one inside quotes is a gap too.
var gapWord = lazyregexp.New(`^(?i:(your|my|the|some)\b.*|name|namespace|token|pod|version|ip|port|host|hostname|password|username|user|cluster|project|region|zone|domain|secret|url|node|id|image)$`)

// gaps lists the placeholders in a command. Quoted says which offsets are inside
// quotes or a heredoc: there a bracketed word may as well be markup or a value
// that a program prints.
func gaps(text string, quoted func(at int) bool) []string {
	var found []string
	for _, m := range shell.Placeholders(text) {
		all := text[m.From:m.To]
		name := all[1 : len(all)-1]
		if slices.Contains(printed, strings.ToLower(name)) || slices.Contains(found, all) {
			continue
		}
		if quoted(m.From) && !likelyGap(text, name) {
			continue
		}
		found = append(found, all)
	}
	return found
}

func likelyGap(text, name string) bool {
	tag, _, _ := strings.Cut(name, " ")
	if strings.Contains(text, "</"+tag) {
		return false
	}
	return strings.ContainsAny(name, "-_ ") || name[0] == '/' || gapWord.MatchString(name) || len(name) > 2 && strings.ToUpper(name) == name
}

// quotedIn returns a function that says whether an offset is inside quotes or a
// heredoc. Without a tree everything counts as bare.
func quotedIn(f *syntax.File) func(int) bool {
	var spans [][2]int
	if f != nil {
		syntax.Walk(f, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.SglQuoted, *syntax.DblQuoted:
				spans = append(spans, [2]int{int(n.Pos().Offset()), int(n.End().Offset())})
			case *syntax.Redirect:
				if n.Hdoc != nil {
					spans = append(spans, [2]int{int(n.Hdoc.Pos().Offset()), int(n.Hdoc.End().Offset())})
				}
			}
			return true
		})
	}
	return func(at int) bool {
		return slices.ContainsFunc(spans, func(s [2]int) bool { return s[0] <= at && at < s[1] })
	}
}

// fill puts values in place of placeholders and variables, longest name first.
// A name like $HOST is not found in $HOSTNAME.
func fill(text string, vars map[string]string) string {
	if len(vars) == 0 {
		return text
	}
	var names []string
	for name := range vars {
		if name != "" {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	var b strings.Builder
	for at := 0; at < len(text); {
		name := nameAt(text, at, names)
		if name == "" {
			b.WriteByte(text[at])
			at++
			continue
		}
		b.WriteString(vars[name])
		at += len(name)
	}
	return b.String()
}

func nameAt(text string, at int, names []string) string {
	for _, name := range names {
		end := at + len(name)
		if strings.HasPrefix(text[at:], name) && !(isWord(name, len(name)-1) && isWord(text, end)) &&
			!(isWord(name, 0) && isWord(text, at-1)) {
			return name
		}
	}
	return ""
}
