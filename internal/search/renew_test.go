package search

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A renewed index has the files that a new one has, whatever has changed: words,
// how many passages a page has, how many pages have a word.
func TestRenew(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 60 {
		before := make([]Page, 1+r.IntN(80))
		for i := range before {
			before[i] = madeUp(r, i)
		}
		after := append([]Page(nil), before...)
		changed := map[int]bool{}
		for range r.IntN(1 + len(before)/(1+r.IntN(20))) {
			i := r.IntN(len(after))
			after[i], changed[i] = madeUp(r, i), true
		}
		texts, words, _ := keepIndex(t, before)
		_, _, want := keepIndex(t, after)

		var all Words
		got := map[string]string{}
		x := &Index{Write: func(name string, data []byte) error { got[name] = string(data); return nil }, Last: ReadKept(words)}
		for i := range after {
			was, err := all.ReadEntry(texts[i])
			if err != nil {
				t.Fatal(err)
			}
			is := was
			if changed[i] {
				is = all.Read(after[i])
			}
			if err := x.Renew(was, is); err != nil {
				t.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(got, want) {
			for name := range want {
				if got[name] != want[name] {
					t.Errorf("round %d: %d of %d pages changed: %s is\n%s\nwant\n%s", round, len(changed), len(after), name, got[name], want[name])
				}
			}
			t.Fatalf("%d files, want %d", len(got), len(want))
		}
	}
}

// keepIndex makes an index, and gives its files and what it keeps.
func keepIndex(t *testing.T, pages []Page) (texts []string, words []byte, files map[string]string) {
	t.Helper()
	var all Words
	files = map[string]string{}
	x := &Index{
		Write: func(name string, data []byte) error { files[name] = string(data); return nil },
		Keep:  func(data []byte) { words = append(words, data...) },
	}
	for _, p := range pages {
		e := all.Read(p)
		texts = append(texts, string(e.AppendTexts(nil)))
		if err := x.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return texts, words, files
}

// madeUp is a page of a few words, some of them on most pages.
func madeUp(r *rand.Rand, i int) Page {
	var body strings.Builder
	for range r.IntN(4) {
		fmt.Fprintf(&body, `<h2 id="h%d">w%d</h2>`, r.IntN(9), r.IntN(30))
		for range r.IntN(40) {
			fmt.Fprintf(&body, "usual w%d a%c%c ", r.IntN(300), 'a'+rune(r.IntN(26)), 'a'+rune(r.IntN(26)))
		}
	}
	return Page{URL: fmt.Sprintf("/p%d/", i), Title: fmt.Sprintf("Title %d", r.IntN(5)), Body: body.String()}
}

// Several indexes are kept behind each other, and one that is cut is none.
func TestKept(t *testing.T) {
	_, a, _ := keepIndex(t, []Page{{Title: "one two"}, {Title: "one"}})
	_, b, _ := keepIndex(t, []Page{{Title: "three"}})
	k := ReadKept(append(bytes.Clone(a), b...))
	var got []string
	for range 3 + 3 { // with the end of each
		k.next()
		got = append(got, fmt.Sprintf("%s %d", k.word, k.pages))
		k.pages = 0
	}
	if want := []string{"one 2", "two 1", " 0", "three 1", " 0", " 0"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for i := range a {
		k := ReadKept(a[:i])
		x := &Index{Write: func(string, []byte) error { return nil }, Last: k}
		if err := x.Close(); err == nil {
			t.Errorf("%d of %d bytes are taken for the whole", i, len(a))
		}
	}
}
