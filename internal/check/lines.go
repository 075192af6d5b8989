package check

import (
	"strings"
	"unicode/utf8"
)

// blankOnly reports whether s holds no output: it is empty, or only remarks that
// the author has put between two commands.
func blankOnly(s string) bool {
	for l := range strings.Lines(s) {
		l = strings.TrimSpace(l)
		if l != "" && !strings.HasPrefix(l, "# ") {
			return false
		}
	}
	return true
}

// trimBlankLines drops blank lines at both ends and returns what is left with
// its place in s.
func trimBlankLines(s string) (string, int) {
	at := 0
	for {
		i := strings.IndexByte(s[at:], '\n')
		if i < 0 || strings.TrimSpace(s[at:at+i]) != "" {
			break
		}
		at += i + 1
	}
	s = s[at:]
	for {
		t := strings.TrimSuffix(s, "\n")
		i := strings.LastIndexByte(t, '\n')
		if i < 0 || strings.TrimSpace(t[i+1:]) != "" {
			return s, at
		}
		s = t[:i+1]
	}
}

func isWord(s string, at int) bool {
	if at < 0 || at >= len(s) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[at:])
	return r == '_' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z'
}
