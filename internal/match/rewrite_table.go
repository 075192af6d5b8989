package match

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// rewrite returns the lines of a table that is as what came. Rows that agree
// stay as they are; in the others the cells that do not agree are replaced, at
// their place. Where the rows could then not be read, all get new widths.
func (t *tableWant) rewrite(got *table, page []string) []Line {
	e := &tableEdit{t: t, got: got, cols: starts(t.words, got.words), came: make([][]string, len(got.rows))}
	for i, r := range got.rows {
		e.came[i] = got.cells(r.text, e.cols)
	}
	for i := t.at; i < t.end && (len(t.rows) == 0 || i < t.rows[0].at); i++ {
		e.lines = append(e.lines, Line{i, page[i], true})
		e.cells = append(e.cells, nil)
	}
	if head := len(e.lines); head > 0 {
		e.cells[0] = names(t.words, e.cols)
	}
	for _, o := range e.ops() {
		e.step(o)
	}
	if !e.reads() {
		e.layOut()
	}
	return e.lines
}

// A tableEdit makes the lines of one table.
type tableEdit struct {
	t     *tableWant
	got   *table
	cols  []int
	came  [][]string // cells; nil for a row that does not fit the header
	lines []Line
	cells [][]string // of each line; nil where there are none
}

// ops says what becomes of each row.
func (e *tableEdit) ops() []op {
	t := e.t
	left := t.compare(e.got) // compiles the cells, too
	came := make([][]string, len(e.came))
	for j := range e.came {
		if came[j] = e.came[j]; came[j] == nil {
			came[j] = []string{e.got.rows[j].text}
		}
	}
	if t.ordered || t.dashed && !t.events() {
		a := alignment{n: len(t.rows), m: len(came),
			any:  func(i int) bool { return t.rows[i].any },
			free: func(int) bool { return false },
			same: func(i, j int) bool { return t.fits(i, came[j]) },
			swap: func(i, j int) int {
				if t.sameName(i, came[j]) {
					return 1
				}
				return mostSwap
			}}
		if ops, ok := a.ops(); ok {
			return ops
		}
		left = nil
		for i := range t.rows {
			left = append(left, pair{i, -1})
		}
		for j := range came {
			left = append(left, pair{-1, j})
		}
	}
	return e.asSet(left, came)
}

// asSet keeps the order of the page's rows; new ones come behind the row that
// they come behind.
func (e *tableEdit) asSet(left []pair, came [][]string) []op {
	renamed(left)
	ops := make([]op, len(e.t.rows))
	for i := range ops {
		ops[i] = op{keepIt, i, -1}
	}
	rowOf := map[int]int{} // of what came, the row of the page
	var added []int
	for _, p := range left {
		switch {
		case p.want >= 0 && p.got >= 0:
			ops[p.want] = op{swapIt, p.want, p.got}
			rowOf[p.got] = p.want
		case p.want >= 0:
			ops[p.want].do = dropIt
		case p.got >= 0:
			added = append(added, p.got)
		}
	}
	if len(added) == 0 {
		return ops
	}
	slices.Sort(added)
	e.findRows(ops, rowOf, added, came)
	behind := map[int][]op{}
	for _, g := range added {
		row := -1
		for j := g - 1; j >= 0 && row < 0; j-- {
			if i, ok := rowOf[j]; ok {
				row = i
			}
		}
		behind[row] = append(behind[row], op{addIt, -1, g})
	}
	out := behind[-1]
	for i, o := range ops {
		out = append(append(out, o), behind[i]...)
	}
	return out
}

// renamed makes one pair of a row that is missing and one that is new, where
// there are as many of both.
func renamed(left []pair) {
	var gone, more []int
	for i, p := range left {
		switch {
		case p.got < 0:
			gone = append(gone, i)
		case p.want < 0:
			more = append(more, i)
		}
	}
	if len(gone) != len(more) {
		return
	}
	for k, i := range gone {
		left[i].got, left[more[k]].got = left[more[k]].got, -1
	}
}

// findRows finds the rows that are kept among those that came.
func (e *tableEdit) findRows(ops []op, rowOf map[int]int, added []int, came [][]string) {
	if len(ops)*len(came) > mostTries {
		return
	}
	taken := make([]bool, len(came))
	for _, g := range added {
		taken[g] = true
	}
	for g := range rowOf {
		taken[g] = true
	}
	for i, o := range ops {
		if o.do != keepIt || e.t.rows[i].any {
			continue
		}
		for j := range came {
			if !taken[j] && e.t.fits(i, came[j]) {
				taken[j], rowOf[j] = true, i
				break
			}
		}
	}
}

// step adds the line of one row.
func (e *tableEdit) step(o op) {
	switch o.do {
	case keepIt, skipIt:
		r := e.t.rows[o.i]
		e.add(Line{r.at, r.text, true}, e.t.table.cells(r.text, e.cols))
	case swapIt:
		r := e.t.rows[o.i]
		old, came := e.t.table.cells(r.text, e.cols), e.came[o.j]
		if old == nil || came == nil || r.any {
			e.add(Line{At: r.at, Text: e.got.rows[o.j].text}, came)
			return
		}
		cells := slices.Clone(came)
		for i, c := range e.t.cells[o.i] {
			if c.accepts(came[i]) {
				cells[i] = old[i]
			}
		}
		text, ok := replaceCells(r.text, old, cells)
		if !ok {
			text = e.row(cells)
		}
		e.add(Line{At: r.at, Text: text}, cells)
	case addIt:
		if e.came[o.j] == nil {
			e.add(Line{At: -1, Text: e.got.rows[o.j].text}, nil)
			return
		}
		e.add(Line{At: -1, Text: e.row(e.came[o.j])}, e.came[o.j])
	}
}

func (e *tableEdit) add(l Line, cells []string) {
	if elision(l.Text) {
		cells = nil
	}
	e.lines, e.cells = append(e.lines, l), append(e.cells, cells)
}

// replaceCells puts new cells in the place of old ones, so that those behind
// them stay where they are as far as there is room. It says whether it could.
func replaceCells(text string, old, cells []string) (string, bool) {
	var b strings.Builder
	at, late := 0, 0 // late: characters that what follows stands too far to the right
	for i, o := range old {
		if o == cells[i] && o == "" {
			continue
		}
		n := strings.Index(text[at:], o)
		if o == "" || n < 0 {
			return "", false
		}
		b.WriteString(text[at:at+n] + cells[i])
		at += n + len(o)
		gap := run(text, at, isBlank) - at
		if gap == 0 || at+gap == len(text) || strings.Contains(text[at:at+gap], "\t") {
			continue
		}
		late += utf8.RuneCountInString(cells[i]) - utf8.RuneCountInString(o)
		room := max(gap-late, min(gap, 3))
		late += room - gap
		b.WriteString(strings.Repeat(" ", room))
		at += gap
	}
	b.WriteString(text[at:])
	return strings.TrimRight(b.String(), " \t"), true
}

// row writes a row below the page's header.
func (e *tableEdit) row(cells []string) string {
	if strings.Contains(strings.TrimSpace(e.t.header), "\t") {
		return strings.TrimRight(strings.Join(cells, "\t"), " \t")
	}
	var b strings.Builder
	at := 0
	for i, c := range cells {
		blanks := e.t.words[e.cols[i]].col - at
		if i > 0 && blanks < 2 {
			blanks = max(blanks, 3)
		}
		b.WriteString(strings.Repeat(" ", max(blanks, 0)) + c)
		at += max(blanks, 0) + utf8.RuneCountInString(c)
	}
	return strings.TrimRight(b.String(), " ")
}

// reads reports whether the lines are a table that is as what came.
func (e *tableEdit) reads() bool {
	var ls []string
	for _, l := range e.lines {
		ls = append(ls, l.Text)
	}
	t := tableAt(ls, 0, true, false)
	if t == nil {
		return len(e.got.rows) == 0
	}
	for i, r := range t.rows {
		if at := len(e.lines) - len(t.rows) + i; !e.lines[at].Kept && e.cells[at] != nil && !slices.Equal(t.cells(r.text, e.cols), e.cells[at]) {
			return false
		}
	}
	again := &tableWant{table: t, ordered: e.t.ordered}
	return t.end == len(ls) && len(again.compare(e.got)) == 0
}

// layOut gives all rows the widths that they need.
func (e *tableEdit) layOut() {
	var rows [][]string
	for _, cells := range e.cells {
		if len(cells) == len(e.cols) {
			rows = append(rows, cells)
		}
	}
	if e.t.dashed || len(rows) == 0 {
		return
	}
	texts := inColumns(rows)
	indent := e.t.header[:indentation(e.t.header)]
	for i, cells := range e.cells {
		if len(cells) != len(e.cols) {
			continue
		}
		text := strings.TrimRight(indent+texts[0], " ")
		texts = texts[1:]
		if text != e.lines[i].Text {
			e.lines[i].Text, e.lines[i].Kept = text, false
		}
	}
}
