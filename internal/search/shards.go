package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// shards writes words that come in order into files of about the same size. A
// word is written as what it has in common with the one before it and the rest.
type shards struct {
	x     *Index
	name  string
	size  int
	n     int
	last  string
	text  []byte
	file  []byte // that was written last
	end   wordsEnd
	begin []string // of the files but for the first, as short as tells them apart
}

// A wordsEnd is where a file may end. The zero value is nowhere.
type wordsEnd struct {
	hash       uint64
	at, data   int    // where the word behind it begins, and what is said of it
	word, last string // behind it and before it
}

func (f *shards) add(word string, data []byte) error {
	h := hash(word)
	for len(f.text) > 0 && len(f.text)+len(data) > f.size {
		if f.end.at == 0 || h < f.end.hash {
			f.end = wordsEnd{at: len(f.text), data: len(f.text), word: word, last: f.last}
		}
		if err := f.flush(); err != nil {
			return err
		}
	}
	n := common(f.last, word)
	units := 0 // as JavaScript counts
	for _, c := range word[:n] {
		units += utf16.RuneLen(c)
	}
	if units >= alphabet {
		n, units = 0, 0
	}
	at := len(f.text)
	if at > 0 {
		f.text = append(f.text, ' ')
	}
	f.text = append(append(f.text, symbol(units)), word[n:]...)
	if at >= f.size/2 && (f.end.at == 0 || h < f.end.hash) {
		f.end = wordsEnd{h, at, len(f.text), word, f.last}
	}
	f.text = append(f.text, data...)
	f.last = word
	return nil
}

// flush writes a file, up to where it ends. The word behind it is the first of the
// next file, and written in full.
func (f *shards) flush() error {
	name, e := fmt.Sprintf("%s%d", f.name, f.n), f.end
	f.file = fmt.Appendf(f.file[:0], "probatumSearch(%q,", name)
	f.file = append(appendString(f.file, string(f.text[:e.at])), ")\n"...)
	f.end = wordsEnd{}
	if e.at < len(f.text) {
		first := append([]byte{symbol(0)}, e.word...)
		f.text = slices.Replace(f.text, 0, e.data, first...)
	} else {
		f.text, f.last = f.text[:0], ""
	}
	if e.word != "" {
		n := common(e.last, e.word)
		_, size := utf8.DecodeRuneInString(e.word[n:])
		f.begin = append(f.begin, e.word[:n+size])
	}
	f.n++
	return f.x.Write(name+".js", f.file)
}

func (f *shards) close() (string, error) {
	if len(f.text) > 0 {
		f.end = wordsEnd{at: len(f.text)}
		if err := f.flush(); err != nil {
			return "", err
		}
	}
	return strings.Join(f.begin, " "), nil
}

// common is how many bytes of whole letters two words begin with alike.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(b) && !utf8.RuneStart(b[n]) {
		n--
	}
	return n
}
