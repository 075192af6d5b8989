package search

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// Tokens whose hashes are alike are told apart by their text, also where another
// one is guessed.
func TestTokens(t *testing.T) {
	known := tokens{most: 100}
	known.makeRoom()
	if at := known.guess(7 << 32); at != 0 {
		t.Errorf("a token that nobody has learned is at %d", at)
	}
	for i := range 60 {
		known.learn(uint64(i/3)<<32, fmt.Sprint("token", i), []uint32{uint32(i), 1000})
	}
	find := func(i int) (words []byte, ok bool) {
		hash := uint64(i/3) << 32
		at := known.guess(hash)
		return known.words(at, known.head(at), hash, fmt.Sprint("token", i))
	}
	for i := range 60 {
		words, ok := find(i)
		if !ok || len(words) != 2*wordSize || binary.LittleEndian.Uint32(words) != uint32(i) {
			t.Errorf("token %d gives %v, %v", i, words, ok)
		}
	}
	if words, ok := find(61); ok {
		t.Errorf("a token that nobody has learned gives %v", words)
	}
	if known.makeRoom(); known.n != 60 {
		t.Errorf("%d tokens are known", known.n)
	}
	known.most = 60
	if known.makeRoom(); known.n != 0 {
		t.Errorf("%d tokens are known where there is room for no more", known.n)
	}
}

// Each token of a page has one number, however many these are.
func TestPageTokens(t *testing.T) {
	var p pageTokens
	for range 2 {
		p.reset()
		for round := range 2 {
			for i := range 3000 {
				if n := p.add(fmt.Sprint(i), runPlain); n != uint32(i) {
					t.Fatalf("round %d: token %d has number %d", round, i, n)
				}
			}
		}
	}
}

// What an entry is made of says nothing in the next one, nor do the pages that were
// read before.
func TestRelease(t *testing.T) {
	var all Words
	for range 3 {
		for _, p := range append(somePages(), Page{}, Page{Body: strings.Repeat("x/ ", 300) + "流量管理"}) {
			e := all.Read(p)
			if got, want := list(e), list(read(p)); got != want {
				t.Fatalf("%s: got %.300s, want %.300s", p.URL, got, want)
			}
			e.Release()
		}
	}
}
