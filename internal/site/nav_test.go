package site

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/page"
)

func TestShare(t *testing.T) {
	tests := []struct {
		name   string
		counts []int
		want   []int
	}{
		{"enough room", []int{3, 0, 2}, []int{3, 0, 2}},
		{"one long list", []int{50, 7, 1}, []int{28, 7, 1}},
		{"long lists", []int{50, 25, 16}, []int{12, 12, 12}},
		{"the page's own first", []int{100, 100, 100, 100, 100}, []int{8, 7, 7, 7, 7}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := share(tt.counts, shown); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// A window holds the entry that it is for, and with the links to what it leaves
// out takes no more than its room, and no less.
func TestWindow(t *testing.T) {
	for n := 1; n < 40; n++ {
		for room := 3; room < 20; room++ {
			for at := range n {
				from, to := window(n, at, room)
				taken := to - from
				if from > 0 {
					taken++
				}
				if to < n {
					taken++
				}
				if from < 0 || to > n || at < from || at >= to || taken != min(n, room) {
					t.Fatalf("window(%d, %d, %d) = %d, %d", n, at, room, from, to)
				}
			}
		}
	}
}

// The sidebar whose common parts are made once is the one that is made anew for
// each page, in any order of the pages.
func TestSidebar(t *testing.T) {
	files := fstest.MapFS{"content/_index.md": {Data: []byte("---\ntitle: Home\n---\n")}}
	add := func(name, matter string) {
		files["content/"+name] = &fstest.MapFile{Data: []byte("---\ntitle: " + name + "\n" + matter + "---\nText.\n")}
	}
	for i := range 45 {
		add(fmt.Sprintf("long/page%d.md", i), "")
		add(fmt.Sprintf("long/inner%d/page%d.md", i%3, i), "")
	}
	for i := range 4 {
		add(fmt.Sprintf("short/page%d.md", i), "")
	}
	add("short/elsewhere.md", "url: /long/elsewhere/\n")
	add("short/below.md", "url: /short/page1/below/\n")
	add("short/file.md", "url: /short/file.html\n")
	add("short/hidden.md", "build:\n  list: never\n")
	add("veiled/_index.md", "build:\n  list: never\n")
	add("veiled/page.md", "")
	add("veiled/other.md", "")
	for _, offline := range []bool{false, true} {
		b, err := newBuilder(load(t, files), Options{Out: &Memory{}, Offline: offline})
		if err != nil {
			t.Fatal(err)
		}
		var s sidebar
		check := func(p *page.Page) {
			t.Helper()
			got, want := s.of(b, p), b.nav(p)
			if got.Title != want.Title || got.URL != want.URL || got.List() != want.List() {
				t.Errorf("%s, offline %t:\n%s\nwant\n%s", p.URL, offline, got.List(), want.List())
			}
		}
		for _, p := range b.order {
			check(p)
		}
		for i := range b.order { // 7 has no factor in common with their number
			check(b.order[i*7%len(b.order)])
		}
	}
}
