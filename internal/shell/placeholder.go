package shell

import (
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// What stands for a value that the reader has to fill in: a word or a few, as in
// <pod-name> and <your version, for example v1.4>, or a path, as in </path/to/key>.
// To the shell it would be two redirections.
var angle = lazyregexp.New(`<(/?\p{L}(?:[\p{L}0-9_ ./:,'()\[\]-]*[\p{L}0-9_.'/)\]-])?)>`)

// maskPlaceholders replaces placeholders outside quotes by words of the same
// length, so that the shell's parser sees an argument.
func maskPlaceholders(text string) string {
	found := Placeholders(text)
	if found == nil {
		return text
	}
	b := []byte(text)
	for _, r := range found {
		for i := r.From; i < r.To; i++ {
			if b[i] != '\n' {
				b[i] = '_'
			}
		}
	}
	return string(b)
}

// isGap tells a placeholder from "<<EOF >file", "2<a>b", "<a>>b", "<a 2>&1" and
// "</etc/hosts>b".
func isGap(text string, r Range) bool {
	name, before, after := text[r.From+1:r.To-1], text[:r.From], text[r.To:]
	if before != "" && strings.ContainsRune("<?P&", rune(before[len(before)-1])) || strings.HasPrefix(after, ">") || strings.HasPrefix(after, "(") {
		return false
	}
	if name[0] == '/' { // not the end of an element
		return strings.Contains(name[1:], "/") && (strings.HasSuffix(before, "=") || lineEnd.MatchString(after))
	}
	if strings.ContainsAny(name, ",()[]") && !strings.Contains(name, " ") {
		return false
	}
	return !descriptor.MatchString(name) || !redirected.MatchString(after)
}

var (
	lineEnd    = lazyregexp.New(`^["']?\s*(\\?\n|$)`)
	descriptor = lazyregexp.New(`\s[0-9]$`)
	redirected = lazyregexp.New(`^[\p{L}0-9&/$.]`)
)

// A Range is the bytes from From up to To.
type Range struct{ From, To int }

// Placeholders finds what stands for a value in a text, brackets included.
func Placeholders(text string) []Range {
	var found []Range
	if !strings.Contains(text, "<") {
		return nil
	}
	for _, m := range angle.FindAllStringIndex(text, -1) {
		if r := (Range{m[0], m[1]}); isGap(text, r) {
			found = append(found, r)
		}
	}
	return found
}
