package shell

import (
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// What stands for a value that the reader has to fill in. To the shell it would
// be two redirections.
var angle = lazyregexp.New(`<(\p{L}(?:[\p{L}0-9_ ./:'-]*[\p{L}0-9_.'-])?)>`)

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

// gapStart tells a placeholder from "<<EOF >file" and from "2<a>b", gapEnd
// from "<a>>b".
func gapStart(text string, at int) bool {
	return at == 0 || !strings.ContainsRune("<?P&", rune(text[at-1]))
}

func gapEnd(text string, end int) bool {
	return end >= len(text) || text[end] != '>' && text[end] != '('
}

// A Range is the bytes from From up to To.
type Range struct{ From, To int }

// Placeholders finds what stands for a value in a text, brackets included.
func Placeholders(text string) []Range {
	var found []Range
	if !strings.Contains(text, "<") {
		return nil
	}
	for _, m := range angle.FindAllStringIndex(text, -1) {
		if gapStart(text, m[0]) && gapEnd(text, m[1]) {
			found = append(found, Range{m[0], m[1]})
		}
	}
	return found
}
