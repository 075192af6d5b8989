package check

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/probatum/probatum/internal/source"
	"golang.org/x/text/encoding/charmap"
)

// Prose looks at the text of a file and warns of what has been read in the wrong
// encoding: UTF-8 that was taken for Windows-1252 and written again, as isnâ€™t
// for isn’t.
func Prose(f *source.File) []source.Diagnostic {
	var ds []source.Diagnostic
	text := string(f.Data)
	for at := 0; at < len(text); {
		if text[at] < utf8.RuneSelf {
			at++
			continue
		}
		n := garbled(text, at)
		if n == 0 {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
			continue
		}
		from, to := wordAround(text, at, at+n)
		wrong := text[from:to]
		ds = append(ds, source.Diagnostic{Pos: f.Pos(from), Severity: source.Warning, Rule: "mojibake",
			Message: fmt.Sprintf("%s was UTF-8 and has been read as Windows-1252", wrong), Hint: "write " + repair(wrong)})
		at = max(to, at+n)
	}
	return ds
}

// garbled returns the length of the characters at offset that are the bytes of
// one character of UTF-8, each read as Windows-1252; 0 where they are what they
// seem to be.
func garbled(text string, at int) int {
	r, n, marks := decode(text[at:])
	if n == 0 || !plausible(r) {
		return 0
	}
	if marks {
		// The characters after the first are such as may end a word or a
		// quotation. «CAFÉ» holds two that would make one.
		if _, next, _ := decode(text[at+n:]); next == 0 && !misplaced(text, at) {
			return 0
		}
	}
	return n
}

// misplaced reports whether a capital stands where right text has none: after a
// small letter or a digit, or an  that begins a word and is all of it.
func misplaced(text string, at int) bool {
	capital, _ := utf8.DecodeRuneInString(text[at:])
	before, n := utf8.DecodeLastRuneInString(text[:at])
	alone := n == 0 || before == ' ' || before == '\n' || before == '('
	return unicode.IsUpper(capital) && (unicode.IsLower(before) || unicode.IsDigit(before)) || capital == 'Â' && alone
}

// decode reads one character that was garbled at the start of s. Marks says that
// all its characters but the first are punctuation or blanks of running text.
func decode(s string) (r rune, n int, marks bool) {
	var b []byte
	marks = true
	for want := 1; len(b) < want; {
		c, size := utf8.DecodeRuneInString(s[n:])
		if size == 0 || c == utf8.RuneError {
			return 0, 0, false
		}
		x, ok := charmap.Windows1252.EncodeRune(c)
		if !ok && (c < 0x80 || c > 0x9f) {
			return 0, 0, false
		}
		if !ok {
			x = byte(c) // one of the five bytes that Windows-1252 leaves free
		}
		switch {
		case len(b) == 0:
			want = sequence(x)
		case x&0xC0 != 0x80:
			return 0, 0, false
		default:
			marks = marks && running(c)
		}
		if want < 2 {
			return 0, 0, false
		}
		b, n = append(b, x), n+size
	}
	r, size := utf8.DecodeRune(b)
	if size != len(b) {
		return 0, 0, false
	}
	return r, n, marks
}

// sequence returns how long the character is that starts with byte x.
func sequence(x byte) int {
	switch {
	case x >= 0xC2 && x <= 0xDF:
		return 2
	case x&0xF0 == 0xE0:
		return 3
	case x >= 0xF0 && x <= 0xF4:
		return 4
	}
	return 0
}

// running reports whether a character stands after words in right text: a
// closing quotation mark, a dash, a blank that does not break.
func running(r rune) bool {
	return strings.ContainsRune("\u00a0«»‹›‘’“”„‚–—…·•°²³¹ªº®™©§", r)
}

// plausible reports whether people write the character. That leaves out what
// two or three right characters give by accident.
func plausible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.In(r, unicode.Samaritan, unicode.Syriac, unicode.Nko, unicode.Thaana, unicode.Mandaic) || r == '\ufeff' || r == '\u200b'
}

// wordAround widens the span to the blanks around it.
func wordAround(text string, from, to int) (int, int) {
	inWord := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || r >= utf8.RuneSelf && !unicode.Is(unicode.Han, r)
	}
	for from > 0 {
		r, n := utf8.DecodeLastRuneInString(text[:from])
		if !inWord(r) {
			break
		}
		from -= n
	}
	for to < len(text) {
		r, n := utf8.DecodeRuneInString(text[to:])
		if !inWord(r) {
			break
		}
		to += n
	}
	return from, to
}

// repair undoes the damage, also where it was done twice.
func repair(s string) string {
	for range 3 {
		var b strings.Builder
		found := false
		for at := 0; at < len(s); {
			if r, n, _ := decode(s[at:]); n > 0 && plausible(r) && s[at] >= utf8.RuneSelf && garbled(s, at) > 0 {
				b.WriteRune(r)
				at, found = at+n, true
				continue
			}
			_, n := utf8.DecodeRuneInString(s[at:])
			b.WriteString(s[at : at+n])
			at += n
		}
		s = b.String()
		if !found {
			break
		}
	}
	return s
}
