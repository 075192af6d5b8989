package redact

import (
	"strings"
	"unicode"
)

// Lengths below which a value is harmless: whatever it is, where it holds only
// one sort of character, and where it is a word.
const (
	leastPlain = 4
	leastMixed = 6
	leastWord  = 8
)

// words anybody would guess. To take them out would spoil texts and hide nothing.
var words = map[string]bool{
	"password": true, "username": true, "postgres": true, "postgresql": true, "localhost": true, "kubernetes": true,
	"default": true, "disabled": true, "enabled": true, "undefined": true, "namespace": true, "administrator": true,
	"kube-system": true, "production": true, "development": true, "cluster.local": true, "127.0.0.1": true, "application": true,
}

// Harmless reports whether a value of a Secret is not worth hiding, because it
// is too short or too common to tell anything, as true or 80: what has less than
// 4 characters; numbers of less than 6 digits; less than 6 characters of one
// sort (letters, digits, others); words of less than 8 letters; and a few longer
// words such as localhost. To hide these would make reports unreadable.
func Harmless(value string) bool {
	value = strings.TrimSpace(value)
	letters, digits, others := false, false, false
	for _, c := range value {
		switch {
		case unicode.IsLetter(c):
			letters = true
		case unicode.IsDigit(c):
			digits = true
		default:
			others = true
		}
	}
	sorts := 0
	for _, has := range []bool{letters, digits, others} {
		if has {
			sorts++
		}
	}
	switch n := len(value); {
	case n < leastPlain, n < leastMixed && sorts < 2, n < leastWord && letters && sorts == 1:
		return true
	}
	return words[strings.ToLower(value)]
}

// random reports whether a word looks like a key: it is long and of several
// sorts of characters.
func random(word string) bool {
	upper, lower, digit := false, false, false
	for _, c := range word {
		upper, lower, digit = upper || c >= 'A' && c <= 'Z', lower || c >= 'a' && c <= 'z', digit || c >= '0' && c <= '9'
	}
	return len(word) >= 16 && digit && (upper || lower) && (upper && lower || len(word) >= 20 || !strings.ContainsAny(word, "-._/"))
}
