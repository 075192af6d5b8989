package search

import (
	"fmt"
	"unicode/utf8"
)

// Numbers are written in characters that a string of JavaScript holds as they
// are: from # on, without the backslash. A number below half is one character;
// another gives its low bits first, each character but the last one moved up by
// half.
const (
	alphabet = 64
	half     = alphabet / 2
	halfBits = 5
)

func symbol(n int) byte {
	c := byte('#' + n)
	if c >= '\\' {
		c++
	}
	return c
}

// value is the number that a symbol stands for.
func value(c byte) int {
	if c > '\\' {
		c--
	}
	return int(c - '#')
}

func appendNumber(b []byte, n int) []byte {
	for ; n >= half; n /= half {
		b = append(b, symbol(half+n%half))
	}
	return append(b, symbol(n))
}

// numbers is a list of them in that form. n counts them.
type numbers struct {
	text []byte
	n    int
}

func (l *numbers) add(n int)      { l.text = appendNumber(l.text, n); l.n++ }
func (l *numbers) String() string { return string(l.text) }

// appendStrings appends texts as a list has them.
func appendStrings(b []byte, texts ...string) []byte {
	for i, s := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return b
}

// special are the bytes that are not written in JSON as they are, or not always.
var special = func() (s [256]bool) {
	for c := range s {
		s[c] = c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf
	}
	return s
}()

// plain is how many bytes at the start of a text are not special, or a few less:
// eight are looked at together. What is special in some way has the top bit of its byte
// set in one of the sums; a borrow may set that of another, but clears none.
func plain(s string) int {
	const each, top = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; n+8 <= len(s); n += 8 {
		t := s[n : n+8]
		c := uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
		control, quote, slash := c-each*' ', (c^each*'"')-each, (c^each*'\\')-each
		if (c|control|quote|slash)&top != 0 {
			break
		}
	}
	return n
}

// appendString appends a text as JSON has it.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := plain(s); i < len(s); i++ {
		c := s[i]
		if !special[c] {
			continue
		}
		if c < utf8.RuneSelf {
			b = append(b, s[from:i]...)
			if c >= ' ' {
				b = append(b, '\\', c)
			} else {
				b = fmt.Appendf(b, "\\u%04x", c)
			}
			from = i + 1
			i += plain(s[from:])
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = utf8.AppendRune(append(b, s[from:i]...), r)
			from = i + 1
		}
		if i += size - 1; i+1 < len(s) && s[i+1] < utf8.RuneSelf {
			i += plain(s[i+1:])
		}
	}
	return append(append(b, s[from:]...), '"')
}
