package match

import (
	"slices"
	"strings"
)

// A tableWant is a table of the page.
type tableWant struct {
	*table
	ordered bool
	columns []column // of the last comparison, as are cells
	cells   [][]cell // of each row; nil for one that does not fit its header
}

// A pair is a row of the page and the row that came, as indices; -1 for none.
type pair struct{ want, got int }

// compare returns the rows that do not match, in the order of the page, then of
// what came; none where the table is as the page says. The headers must agree.
func (t *tableWant) compare(got *table) []pair {
	cols := starts(t.words, got.words)
	t.columns = nil
	for _, name := range names(t.words, cols) {
		t.columns = append(t.columns, columnOf(name))
	}
	t.cells = make([][]cell, len(t.rows))
	for i, r := range t.rows {
		if !r.any {
			t.cells[i] = t.read(t.table.cells(r.text, cols), r.text)
		}
	}
	came := make([][]string, len(got.rows))
	for i, r := range got.rows {
		if came[i] = got.cells(r.text, cols); came[i] == nil {
			came[i] = []string{r.text}
		}
	}
	if t.ordered || t.dashed && !t.events() {
		return t.inOrder(came)
	}
	return t.asSet(came)
}

// events reports whether the rows are events, of which many are of one second.
// All else that "kubectl describe" puts into tables has an order, and rows that
// belong to the one above.
func (t *tableWant) events() bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.name == "Reason" }) &&
		slices.ContainsFunc(t.columns, func(c column) bool { return c.name == "Age" })
}

var loose = &column{reading: freely}

// read compiles the cells of a row; a row that does not fit its header is one
// cell.
func (t *tableWant) read(cells []string, text string) []cell {
	if cells == nil {
		return []cell{{freely.compile(text), loose}}
	}
	cs := make([]cell, len(cells))
	for i, c := range cells {
		cs[i] = cell{t.columns[i].reading.compile(c), &t.columns[i]}
	}
	return cs
}

// fits reports whether what came is the row of the page.
func (t *tableWant) fits(want int, got []string) bool {
	cells := t.cells[want]
	if len(cells) != len(got) { // one of them does not fit its header
		return freely.compile(t.rows[want].text).accepts(plain(strings.Join(got, " ")))
	}
	for i, c := range cells {
		if !c.accepts(got[i]) {
			return false
		}
	}
	return true
}

func plain(line string) string {
	s, _ := squeeze(line)
	return s
}

func dotted(cells []cell) bool {
	for _, c := range cells {
		if c.any || len(c.parts) > 1 {
			return true
		}
	}
	return false
}

// rowKey joins the keys of cells; "" where one holds "...".
func rowKey(cells []cell) string {
	if dotted(cells) {
		return ""
	}
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(c.key())
		b.WriteByte(0)
		b.WriteByte('\n')
	}
	return b.String()
}

// asSet compares the rows without regard to their order. Most find each other
// by their text or their keys; the rest is tried each with each.
func (t *tableWant) asSet(came [][]string) []pair {
	taken := make([]bool, len(came))
	var missing []int
	for i, r := range t.rows {
		if !r.any {
			missing = append(missing, i)
		}
	}
	text := func(i int) string { return strings.Join(came[i], "\n") }
	missing = t.take(missing, came, taken, text, func(i int) string {
		var b []string
		for _, c := range t.cells[i] {
			b = append(b, c.text)
		}
		return strings.Join(b, "\n")
	})
	key := func(i int) string { return rowKey(t.readGot(came[i])) }
	missing = t.take(missing, came, taken, key, func(i int) string { return rowKey(t.cells[i]) })
	var rest []int
	for i := range came {
		if !taken[i] {
			rest = append(rest, i)
		}
	}
	return t.pairUp(missing, rest, came)
}

// take gives rows of the page those that came with the same key, and returns
// the rows that find none.
func (t *tableWant) take(rows []int, came [][]string, taken []bool, gotKey, wantKey func(i int) string) (missing []int) {
	byKey := map[string][]int{}
	for i := range came {
		if !taken[i] {
			key := gotKey(i)
			byKey[key] = append(byKey[key], i)
		}
	}
	for _, i := range rows {
		key := wantKey(i)
		list := byKey[key]
		if key == "" || len(list) == 0 || !t.fits(i, came[list[0]]) {
			missing = append(missing, i)
			continue
		}
		taken[list[0]], byKey[key] = true, list[1:]
	}
	return missing
}

// readGot compiles what came as if it stood in the page, without "...".
func (t *tableWant) readGot(cells []string) []cell {
	cs := make([]cell, len(cells))
	for i, c := range cells {
		col := loose
		if len(cells) == len(t.columns) {
			col = &t.columns[i]
		}
		cs[i] = cell{col.reading.compile(strings.ReplaceAll(c, dots, "")), col}
	}
	return cs
}

// mostTries bounds how many rows are tried each with each. Where more are left,
// rows with "..." find the first that fits.
const mostTries = 4 << 20

// pairUp matches the rows that are left, so that as many as possible find one
// (a row with "..." may fit several), and returns what is left of both.
func (t *tableWant) pairUp(missing, rest []int, came [][]string) []pair {
	m := &matching{of: make([]int, len(rest)), look: make([]int, len(missing)), seen: make([]bool, len(rest))}
	for g := range m.of {
		m.of[g] = -1
	}
	m.fits = make([][]int, len(missing))
	many, taken := len(missing)*len(rest) > mostTries, make([]bool, len(rest))
	for i, w := range missing {
		for j, g := range rest {
			if taken[j] || !t.fits(w, came[g]) {
				continue
			}
			m.fits[i] = append(m.fits[i], j)
			if taken[j] = many; many {
				break
			}
		}
	}
	var left []pair
	for i, w := range missing {
		if !m.place(i) {
			left = append(left, pair{w, -1})
		}
	}
	free := map[int]bool{}
	for j, g := range rest {
		if m.of[j] < 0 {
			free[g] = true
			if !t.elided {
				left = append(left, pair{-1, g})
			}
		}
	}
	return t.name(left, rest, free, came)
}

// A matching gives each row of the page one that came.
type matching struct {
	fits [][]int // for each row of the page, those that fit
	of   []int   // the row of the page that has one that came, -1 none
	look []int   // where in fits a free one may still be found
	seen []bool  // of those that came, in the search that goes on or in vain
}

// place finds a row that came for w, moving others where that helps. What a
// search in vain has seen need never be looked at again.
func (m *matching) place(w int) bool {
	if !m.search(w) {
		return false
	}
	clear(m.seen)
	return true
}

func (m *matching) search(w int) bool {
	for ; m.look[w] < len(m.fits[w]); m.look[w]++ {
		if g := m.fits[w][m.look[w]]; m.of[g] < 0 {
			m.of[g] = w
			return true
		}
	}
	for _, g := range m.fits[w] {
		if !m.seen[g] {
			m.seen[g] = true
			if m.search(m.of[g]) {
				m.of[g] = w
				return true
			}
		}
	}
	return false
}

// name puts a row of the page and one that came into one pair where their names
// agree: the row is there, with other cells.
func (t *tableWant) name(left []pair, rest []int, free map[int]bool, came [][]string) []pair {
	used := map[int]bool{}
	for i := range left {
		w := left[i].want
		for _, g := range rest {
			if w >= 0 && free[g] && !used[g] && t.sameName(w, came[g]) {
				left[i].got, used[g] = g, true
				break
			}
		}
	}
	out := left[:0]
	for _, p := range left {
		if p.want >= 0 || !used[p.got] {
			out = append(out, p)
		}
	}
	return out
}

// sameName reports whether the name of a row agrees: its first cell, and the
// second behind a namespace.
func (t *tableWant) sameName(want int, got []string) bool {
	cells := t.cells[want]
	if len(cells) != len(got) || len(cells) != len(t.columns) {
		return false
	}
	n := 1
	switch t.columns[0].name {
	case "NAMESPACE", "CURRENT", "LAST SEEN":
		n = min(2, len(cells))
	}
	for i := range n {
		if !cells[i].accepts(got[i]) {
			return false
		}
	}
	return true
}

// inOrder compares the rows one after the other; "..." stands for any number.
func (t *tableWant) inOrder(came [][]string) []pair {
	want, got := 0, 0
	ok := sequence(len(t.rows), len(came),
		func(i int) bool { return t.rows[i].any },
		func(i, j int) bool { return t.fits(i, came[j]) })
	if ok {
		return nil
	}
	// Say where the two part, up to the first "...".
	for ; want < len(t.rows) && got < len(came) && !t.rows[want].any && t.fits(want, came[got]); want, got = want+1, got+1 {
	}
	p := pair{want, got}
	if want >= len(t.rows) {
		p.want = -1
	}
	if got >= len(came) {
		p.got = -1
	}
	if want < len(t.rows) && t.rows[want].any {
		return t.firstLost(came)
	}
	return []pair{p}
}

// firstLost finds the first row of the page that none of those that came, in
// order, is.
func (t *tableWant) firstLost(came [][]string) []pair {
	got := 0
	for i := range t.rows {
		if t.rows[i].any {
			continue
		}
		j := got
		for j < len(came) && !t.fits(i, came[j]) {
			j++
		}
		if j == len(came) {
			return []pair{{i, -1}}
		}
		got = j + 1
	}
	return []pair{{-1, len(came) - 1}}
}

// sequence reports whether n things of the page are, in order, the m that came,
// where some of the page stand for any number. What stands before the first of
// those fits at the start, what stands after the last at the end, and each run
// between at the first place that is left.
func sequence(n, m int, any func(int) bool, same func(i, j int) bool) bool {
	fits := func(from, to, at int) bool {
		for i := from; i < to; i++ {
			if !same(i, at+i-from) {
				return false
			}
		}
		return true
	}
	first := 0
	for first < n && !any(first) {
		first++
	}
	if first == n {
		return n == m && fits(0, n, 0)
	}
	last := n
	for !any(last - 1) {
		last--
	}
	if first+n-last > m || !fits(0, first, 0) || !fits(last, n, m-(n-last)) {
		return false
	}
	at, end := first, m-(n-last)
	for i := first; i < last; i++ {
		if any(i) {
			continue
		}
		to := i
		for to < last && !any(to) {
			to++
		}
		for at+to-i <= end && !fits(i, to, at) {
			at++
		}
		if at+to-i > end {
			return false
		}
		at, i = at+to-i, to-1
	}
	return true
}
