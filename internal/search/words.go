package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longest is the longest word of the index, in bytes. What is longer is a key or
// a token, which nobody types.
const longest = 64

// eachWord calls use with the words of a text in the form in which the index
// holds them: lower case, without accents. What stands between spaces is a word,
// and so are its parts: samples/policy-52.yaml, policy-52.yaml, policy,
// 52 and yaml; --context and context; AuthorizationPolicy, authorization and
// policy. Chinese, Japanese, Korean and Thai, which have no spaces, become pairs
// of letters. search.js splits queries by the same rules.
func eachWord(text string, use func(word string)) {
	for i := 0; ; {
		from, end, kind := nextRun(text, i)
		switch {
		case from == end:
			return
		case kind == runPaired:
			pairs(fold(text[from:end]), use)
		default:
			run(text[from:end], kind == runPlain, use)
		}
		i = end
	}
}

// The kinds of runs.
const (
	runPlain  = iota // all of it is ASCII
	runFolded        // may have capitals and accents that ASCII does not know
	runPaired        // of a script without spaces
)

// nextRun finds the next letters without a space between them, from a place of
// the text on. It is empty at the end of the text.
func nextRun(text string, from int) (begin, end, kind int) {
	i := from
	for i < len(text) && kinds[text[i]] == kindSpace {
		i++
	}
	begin = i
	for i < len(text) && kinds[text[i]] <= kindJoin && kinds[text[i]] != kindSpace {
		i++
	}
	if i == len(text) || kinds[text[i]] == kindSpace {
		return begin, i, runPlain
	}
	return nextFolded(text, begin)
}

// nextFolded is nextRun where other letters than those of ASCII may come.
func nextFolded(text string, i int) (begin, end, runKind int) {
	kind, size := kindAt(text, i)
	for kind == kindSpace && size > 0 {
		i += size
		kind, size = kindAt(text, i)
	}
	begin, runKind = i, runPlain
	if kind == kindPaired {
		for kind == kindPaired {
			i += size
			kind, size = kindAt(text, i)
		}
		return begin, i, runPaired
	}
	for kind == kindWord || kind == kindJoin {
		if size > 1 {
			runKind = runFolded
		}
		i += size
		kind, size = kindAt(text, i)
	}
	return begin, i, runKind
}

func isJoint(c byte) bool { return kinds[c] == kindJoin }

// The kinds of characters.
const (
	kindSpace  = iota // and all that is not part of a word
	kindWord          // letters, digits and marks
	kindJoin          // stands inside of words
	kindPaired        // of a script without spaces
	kindPart          // a byte of a letter that has several
)

// kinds holds those of ASCII, and of the bytes of other letters.
var kinds = func() (k [256]byte) {
	for c := range k {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			k[c] = kindWord
		case c >= utf8.RuneSelf:
			k[c] = kindPart
		case strings.IndexByte("-./:@_", byte(c)) >= 0:
			k[c] = kindJoin
		}
	}
	return k
}()

func kindAt(text string, i int) (kind byte, size int) {
	if i >= len(text) {
		return kindSpace, 0
	}
	if c := text[i]; c < utf8.RuneSelf {
		return kinds[c], 1
	}
	c, size := utf8.DecodeRuneInString(text[i:])
	switch {
	case !unicode.IsLetter(c) && !unicode.IsNumber(c) && !unicode.IsMark(c):
		return kindSpace, size
	case c == 'ー', unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai):
		return kindPaired, size
	}
	return kindWord, size
}

// pairs are the letters of a script without spaces, two by two, and the last one,
// so that each letter starts a word.
func pairs(s string, use func(word string)) {
	for s != "" {
		_, n := utf8.DecodeRuneInString(s)
		_, m := utf8.DecodeRuneInString(s[n:])
		use(s[:n+m])
		s = s[n:]
	}
}

// run gives the words of a text without spaces.
func run(s string, plain bool, use func(word string)) {
	s = strings.TrimRight(s, "-./:@_")
	body := strings.TrimLeft(s, "-./:@_")
	if body == "" {
		return
	}
	dashes := 0
	for from := len(s) - len(body); dashes < min(from, 2) && s[from-dashes-1] == '-'; {
		dashes++
	}
	low := body
	if dashes > 0 {
		low = s[len(s)-len(body)-dashes:]
	}
	if low = strings.ToLower(low); !plain {
		low = fold(low)
	}
	if dashes > 0 {
		emit(low, use)
		low = low[dashes:]
	}
	parts(low, use)
	if plain {
		camels(body, low, use)
	}
}

func emit(word string, use func(word string)) {
	if word != "" && len(word) <= longest { // an accent alone folds to nothing
		use(word)
	}
}

// parts gives a word and, level by level, what it is joined from.
func parts(s string, use func(word string)) {
	emit(s, use)
	for level := byte(1); level <= jointLevels; level++ {
		i := indexJoint(s, level)
		if i < 0 {
			continue
		}
		for ; i >= 0; i = indexJoint(s, level) {
			parts(strings.Trim(s[:i], "-._"), use)
			s = s[i+1:]
		}
		parts(strings.Trim(s, "-._"), use)
		return
	}
}

// indexJoint is where the first joint of a level is; -1 there is none.
func indexJoint(s string, level byte) int {
	for i := range len(s) {
		if joints[s[i]] == level {
			return i
		}
	}
	return -1
}

// joints are the levels of what joins words, from 1 on.
var joints = [256]byte{'/': 1, ':': 1, '@': 1, '-': 2, '.': 2, '_': 2}

const jointLevels = 2

// camels gives the parts of camelCase words; s and low differ in case alone.
func camels(s, low string, use func(word string)) {
	upper := func(i int) bool { return s[i] >= 'A' && s[i] <= 'Z' }
	word := func(i int) bool { return i < len(s) && kinds[s[i]] == kindWord }
	for i := 0; i < len(s); i++ {
		if !word(i) {
			continue
		}
		start, cut := i, i
		for i++; word(i); i++ {
			if upper(i) && (!upper(i-1) || word(i+1) && !upper(i+1) && (s[i+1] < '0' || s[i+1] > '9')) {
				emit(low[cut:i], use)
				cut = i
			}
		}
		if cut > start {
			emit(low[cut:i], use)
		}
	}
}

// fold takes accents away, so that a reader may leave them out.
func fold(s string) string {
	s = strings.ToLower(s)
	if d := norm.NFD.String(s); d != s {
		s = norm.NFC.String(strings.Map(func(c rune) rune {
			if c >= 0x300 && c <= 0x36f {
				return -1
			}
			return c
		}, d))
	}
	return s
}
