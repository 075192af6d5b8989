package site

import (
	"slices"
	"testing"
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
