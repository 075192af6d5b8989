package match

import (
	"slices"
	"strings"
)

// This is the second half of Rewrite: one line of the page and the line that
// came in its place.

// unlike says what it costs to put a line in the place of another: less where
// they have more words in common.
func (r *rewriter) unlike(want, got string) int {
	w, g := r.pattern(want).pieces(), r.pattern(got).pieces()
	words, common := 0, 0
	left := map[string]int{}
	for i := range g {
		if !g[i].blank() {
			left[g[i].text]++
			words++
		}
	}
	n := 0
	for i := range w {
		if w[i].blank() {
			continue
		}
		n++
		switch {
		case w[i].dots:
			common++
		case left[w[i].text] > 0:
			left[w[i].text]--
			common++
		case (w[i].kind != nil || w[i].torn != nil) && slices.ContainsFunc(g, func(t piece) bool { return w[i].same(&t) }):
			common++
		}
	}
	words = max(words, n, 1)
	cost := 1 + (mostSwap-1)*(words-min(common, words))/words
	if alike(want, got) {
		return max(cost-2, 1)
	}
	return cost
}

// merge is a line that came with all of the page's line that agrees: "..." and
// values that match by type.
func (r *rewriter) merge(want, got string) string {
	wp := r.pattern(want)
	if len(wp.parts) < 2 && !slices.ContainsFunc(wp.pieces(), func(t piece) bool { return t.kind != nil }) {
		return got
	}
	w, g := wp.pieces(), freely.compile(strings.ReplaceAll(got, dots, "\x00\x00\x00")).pieces()
	a := alignment{n: len(w), m: len(g),
		any:  func(i int) bool { return w[i].dots },
		free: func(int) bool { return false },
		same: func(i, j int) bool { return w[i].same(&g[j]) },
		swap: func(i, j int) int { return mostSwap }}
	ops, ok := a.ops()
	if !ok {
		return got
	}
	line := spell(ops, w, g, got)
	if !r.pattern(line).line(plain(got)) || len(wp.parts) > 1 && 2*kept(ops, w) < wordsOf(w) {
		return got
	}
	return line
}

// spell writes a line: the blanks of what came, and of the page all that agrees.
func spell(ops []op, w, g []piece, got string) string {
	raw := offsetsIn(got)
	var b strings.Builder
	b.WriteString(got[:raw[0]])
	for _, o := range ops {
		switch {
		case o.do == skipIt, o.do == keepIt && !w[o.i].blank() && w[o.i].text != g[o.j].text:
			b.WriteString(w[o.i].text)
		case o.j >= 0:
			b.WriteString(got[raw[g[o.j].from]:raw[g[o.j].to]])
		}
	}
	return strings.TrimRight(b.String(), " \t")
}

func kept(ops []op, w []piece) int {
	n := 0
	for _, o := range ops {
		if o.do == keepIt && !w[o.i].blank() {
			n++
		}
	}
	return n
}

func wordsOf(ts []piece) int {
	n := 0
	for i := range ts {
		if !ts[i].blank() && !ts[i].dots {
			n++
		}
	}
	return n
}

// offsetsIn says where each byte of the line without runs of blanks stands in
// the line, and where the line ends.
func offsetsIn(line string) []int {
	var at []int
	start := len(line) - len(strings.TrimLeft(line, " \t"))
	for i := start; i < len(line); i++ {
		if isBlank(line[i]) && i > start && isBlank(line[i-1]) {
			continue
		}
		at = append(at, i)
	}
	return append(at, len(line))
}
