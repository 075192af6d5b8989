package check

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// What stands for a value that the reader has to fill in. To the shell it would
// be two redirections.
var angle = regexp.MustCompile(`<(\p{L}(?:[\p{L}0-9_ ./:'-]*[\p{L}0-9_.'-])?)>`)

// Words that kubectl itself prints in angle brackets.
var printed = []string{"none", "pending", "unknown", "nil", "invalid", "unset", "empty", "no value"}

// Words that are no markup, so that a bracketed one inside quotes is a gap too.
var gapWord = regexp.MustCompile(`^(?i:(your|my|the|some)\b.*|name|namespace|token|pod|version|ip|port|host|hostname|password|username|user|cluster|project|region|zone|domain|secret|url|node|id|image)$`)

// maskPlaceholders replaces placeholders outside quotes by words of the same
// length, so that the shell's parser sees an argument.
func maskPlaceholders(text string) string {
	if !strings.Contains(text, "<") {
		return text
	}
	b := []byte(text)
	for _, m := range angle.FindAllStringIndex(text, -1) {
		if !gapStart(text, m[0]) || !gapEnd(text, m[1]) {
			continue
		}
		for i := m[0]; i < m[1]; i++ {
			if b[i] != '\n' {
				b[i] = '_'
			}
		}
	}
	return string(b)
}

// gapStart tells a placeholder from "<<EOF >file" and from "2<a>b", gapEnd
// from "<a>>b".
func gapStart(text string, at int) bool {
	return at == 0 || !strings.ContainsRune("<?P&", rune(text[at-1]))
}

func gapEnd(text string, end int) bool {
	return end >= len(text) || text[end] != '>' && text[end] != '('
}

// gaps lists the placeholders in a command. Quoted says which offsets are inside
// quotes or a heredoc: there a bracketed word may as well be markup or a value
// that a program prints.
func gaps(text string, quoted func(at int) bool) []string {
	var found []string
	for _, m := range angle.FindAllStringSubmatchIndex(text, -1) {
		all, name := text[m[0]:m[1]], text[m[2]:m[3]]
		if !gapStart(text, m[0]) || !gapEnd(text, m[1]) || slices.Contains(printed, strings.ToLower(name)) || slices.Contains(found, all) {
			continue
		}
		if quoted(m[0]) && !likelyGap(text, name) {
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
	return strings.ContainsAny(name, "-_ ") || gapWord.MatchString(name) || len(name) > 2 && strings.ToUpper(name) == name
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
