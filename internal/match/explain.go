package match

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// explain says where what came differs; match has said that it does. Tables and
// JSON that are as the page says count as one line each, so that what differs is
// found between them; one that is there and differs is explained by itself.
func (e *expected) explain(want []string, o *output) *Difference {
	s := &sides{e: e, o: o}
	s.pair(want)
	if len(o.lines) == 0 && len(want) > 0 {
		d := s.lines(false)
		if d == nil {
			d = whole(want[0], "", "")
		}
		d.Message = "nothing was printed"
		return d
	}
	d := s.lines(false)
	if d == nil && s.inner == nil {
		d = s.lines(true)
	}
	if s.inner != nil && (d == nil || d.Line > s.inner.Line) {
		return s.inner
	}
	if d == nil { // the lines agree, but not in this arrangement
		d = &Difference{Line: len(want) + 1, Message: "the parts of the output do not follow each other as on the page"}
		for _, l := range want[max(len(want)-most, 0):] {
			d.Text += "- " + l + "\n"
		}
	}
	return d
}

// sides are both texts with their tables and trees folded.
type sides struct {
	e     *expected
	o     *output
	want  []side
	got   []side
	inner *Difference // of the first table or tree that differs
}

// A side is a line, or a folded part whose number is not 0. A part of the page
// and one that came agree where their numbers do.
type side struct {
	text string
	line int
	pat  *pattern
	part int
}

// pair finds for each table and tree of the page the one that came.
func (s *sides) pair(want []string) {
	folded := map[int]int{} // first line of a part that came: its number
	until := map[int]int{}
	at := 0
	for n, el := range s.e.elems {
		switch {
		case el.line != nil:
			s.want = append(s.want, side{text: el.line.text, line: el.at, pat: el.line})
			continue
		default:
			s.want = append(s.want, side{text: want[el.at], line: el.at, part: n + 1})
		}
		from, to, d := s.nearest(&s.e.elems[n], want, at)
		if from < 0 { // none came: its lines stand for it
			s.unfold(&s.e.elems[n], want)
			continue
		}
		folded[from], until[from], at = n+1, to, to
		if d != nil && s.inner == nil {
			s.inner = d
		}
	}
	for i := 0; i < len(s.o.lines); i++ {
		if n := folded[i]; n > 0 {
			s.got = append(s.got, side{text: s.o.lines[i], line: i, part: n})
			i = until[i] - 1
			continue
		}
		s.got = append(s.got, side{text: s.o.lines[i], line: i})
	}
}

// unfold puts the lines of a part in its place.
func (s *sides) unfold(el *element, want []string) {
	s.want = s.want[:len(s.want)-1]
	for i := el.at; i < el.end; i++ {
		s.want = append(s.want, side{text: want[i], line: i, pat: freely.compile(want[i])})
	}
}

// nearest returns the lines of the first part that came from line at on and is
// as the page says; where none is, the first of the same form, and how it
// differs. It is -1 where there is no such part.
func (s *sides) nearest(el *element, want []string, at int) (from, to int, d *Difference) {
	from = -1
	for i := at; i < len(s.o.lines); i++ {
		end, diff := s.compare(el, want, i)
		switch {
		case end < 0:
			continue
		case diff == nil:
			return i, end, nil
		case from < 0:
			from, to, d = i, end, diff
		}
		i = end - 1
	}
	return from, to, d
}

// compare compares a part of the page with what starts at line i; end is -1
// where that is nothing of its form.
func (s *sides) compare(el *element, want []string, i int) (end int, d *Difference) {
	if el.table != nil {
		t := s.o.table(i)
		if t == nil || t.dashed != el.table.dashed || !sameHeader(el.table.words, t.words) {
			return -1, nil
		}
		return t.end, el.table.difference(t)
	}
	t := s.o.tree(i)
	if t.root == nil {
		return -1, nil
	}
	c := &comparer{}
	if c.same(el.tree, t.root, "", "") {
		return t.end, nil
	}
	return t.end, c.difference(want)
}

// lines compares the two sides line by line, if strict with their indentation.
func (s *sides) lines(strict bool) *Difference {
	w, g := make([]string, len(s.want)), make([]string, len(s.got))
	for i, l := range s.want {
		w[i] = l.text
	}
	for i, l := range s.got {
		g[i] = l.text
	}
	plain, indent := make([]string, len(s.got)), make([]int, len(s.got))
	for i := range s.got {
		plain[i], indent[i] = squeeze(g[i])
	}
	any := func(i int) bool { return s.want[i].pat != nil && s.want[i].pat.any }
	same := func(i, j int) bool {
		if s.want[i].part > 0 || s.got[j].part > 0 {
			return s.want[i].part == s.got[j].part
		}
		return s.want[i].pat.line(plain[j]) && (!strict || s.want[i].pat.indent == indent[j])
	}
	d := diff(w, g, any, same)
	if d == nil || d.Text == "" {
		return nil
	}
	if d.Line <= len(s.want) {
		d.Line = s.want[d.Line-1].line + 1
	} else if n := len(s.want); n > 0 {
		last := s.e.elems[len(s.e.elems)-1]
		d.Line = max(last.end, s.want[n-1].line+1) + 1
	}
	d.Message = d.say()
	return d
}

// say puts a difference of lines into one line.
func (d *Difference) say() string {
	if w, g := header(d.Want), header(d.Got); w != nil && g != nil {
		return sayColumns(w, g)
	}
	switch {
	case d.Want == "":
		return fmt.Sprintf("a line that the page does not show: %s", cutText(strings.TrimSpace(d.Got), mostBrief))
	case d.Got == "":
		return fmt.Sprintf("line %d of the page did not come: %s", d.Line, cutText(strings.TrimSpace(d.Want), mostBrief))
	}
	if w, g, ok := oneWordApart(d.Want, d.Got); ok {
		w, g = apart(w, g)
		return fmt.Sprintf("line %d: got %s, want %s", d.Line, g, w)
	}
	w, g := apart(strings.TrimSpace(d.Want), strings.TrimSpace(d.Got))
	return fmt.Sprintf("line %d: got %q, want %q", d.Line, g, w)
}

// apart shortens two texts to where they differ.
func apart(want, got string) (w, g string) {
	if len(want) <= mostBrief && len(got) <= mostBrief {
		return want, got
	}
	n := 0
	for n < len(want) && n < len(got) && want[n] == got[n] {
		n++
	}
	n -= 16
	for n > 0 && (want[n]&0xc0 == 0x80) {
		n--
	}
	if n > 8 {
		want, got = "…"+want[n:], "…"+got[n:]
	}
	return cutText(want, mostBrief), cutText(got, mostBrief)
}

// sayColumns says how the columns of two tables differ.
func sayColumns(want, got []word) string {
	less := func(a, b []word) string {
		cols := starts(a, a)
		for _, name := range names(a, cols) {
			if !slices.Contains(names(b, starts(b, b)), name) {
				return name
			}
		}
		return ""
	}
	switch missing, more := less(want, got), less(got, want); {
	case missing != "" && more != "":
		return fmt.Sprintf("column %s in the place of %s", more, missing)
	case missing != "":
		return fmt.Sprintf("column %s is missing", missing)
	case more != "":
		return fmt.Sprintf("column %s is not on the page", more)
	}
	return "the columns have another order"
}

// oneWordApart returns the one word that differs between two lines.
func oneWordApart(want, got string) (w, g string, ok bool) {
	ws, gs := strings.Fields(want), strings.Fields(got)
	if len(ws) != len(gs) || len(ws) < 2 {
		return "", "", false
	}
	for i := range ws {
		if freely.compile(ws[i]).line(gs[i]) {
			continue
		}
		if ok {
			return "", "", false
		}
		w, g, ok = ws[i], gs[i], true
	}
	return w, g, ok
}

// difference explains how a table differs; nil where it does not.
func (t *tableWant) difference(got *table) *Difference {
	left := t.compare(got)
	if len(left) == 0 {
		return nil
	}
	d := &Difference{Line: t.end + 1, Text: t.text(left, got)}
	var says []string
	for _, p := range left[:min(len(left), 3)] {
		says = append(says, t.row(p, got))
	}
	d.Message = strings.Join(says, "; ")
	if n := len(left); n > 3 {
		d.Message += fmt.Sprintf("; %d more", n-3)
	}
	if p := left[0]; p.want >= 0 {
		d.Line, d.Want = t.rows[p.want].at+1, t.rows[p.want].text
	}
	if p := left[0]; p.got >= 0 {
		d.Got = got.rows[p.got].text
	}
	return d
}

// text writes the rows that differ below the header, in columns.
func (t *tableWant) text(left []pair, got *table) string {
	cols := starts(t.words, got.words)
	rows, marks := [][]string{names(t.words, cols)}, []string{" "}
	add := func(mark string, cells []string, text string) {
		if len(cells) != len(cols) {
			cells = []string{text}
		}
		rows, marks = append(rows, cells), append(marks, mark)
	}
	for _, p := range left[:min(len(left), most/2)] {
		if p.want >= 0 {
			text := t.rows[p.want].text
			add("-", t.table.cells(text, cols), text)
		}
		if p.got >= 0 {
			text := got.rows[p.got].text
			add("+", got.cells(text, cols), text)
		}
	}
	var b strings.Builder
	for i, line := range inColumns(rows) {
		b.WriteString(strings.TrimRight(marks[i]+" "+line, " ") + "\n")
	}
	if n := len(left) - most/2; n > 0 {
		fmt.Fprintf(&b, "  [%d more rows]\n", n)
	}
	return b.String()
}

// inColumns writes rows below each other.
func inColumns(rows [][]string) []string {
	wide := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			if len(r) == len(wide) {
				wide[i] = max(wide[i], utf8.RuneCountInString(c)+3)
			}
		}
	}
	lines := make([]string, len(rows))
	for i, r := range rows {
		for j, c := range r {
			lines[i] += c + strings.Repeat(" ", max(wide[j]-utf8.RuneCountInString(c), 0))
		}
	}
	return lines
}

// row says how one row differs.
func (t *tableWant) row(p pair, got *table) string {
	switch {
	case p.got < 0:
		return "row " + rowName(t.rows[p.want].text) + " is missing"
	case p.want < 0:
		return "row " + rowName(got.rows[p.got].text) + " is not on the page"
	}
	cells := got.cells(got.rows[p.got].text, starts(t.words, got.words))
	if len(cells) != len(t.cells[p.want]) {
		return "row " + rowName(t.rows[p.want].text) + " differs"
	}
	var says []string
	for i, c := range t.cells[p.want] {
		if !c.accepts(cells[i]) {
			says = append(says, fmt.Sprintf("%s: got %s, want %s", t.columns[i].name, orNothing(cells[i]), orNothing(c.text)))
		}
	}
	if len(says) == 0 {
		return "row " + t.label(p.want) + " came for another"
	}
	return "row " + t.label(p.want) + ", column " + strings.Join(says, ", ")
}

// label names a row of the page by its name, or its first cell.
func (t *tableWant) label(i int) string {
	for j, c := range t.columns {
		if c.name == "NAME" && t.cells[i][j].text != "" {
			return t.cells[i][j].text
		}
	}
	return rowName(t.rows[i].text)
}

func rowName(text string) string {
	if fs := strings.Fields(text); len(fs) > 0 {
		return fs[0]
	}
	return text
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// difference explains where two trees differ; want are the page's lines.
func (c *comparer) difference(want []string) *Difference {
	if len(c.gaps) == 0 {
		return &Difference{Line: 1, Message: "the values differ", Text: "- " + want[0] + "\n"}
	}
	var b strings.Builder
	for _, g := range c.gaps {
		path := strings.TrimSuffix(g.path, ": ")
		if path == "" {
			path = "."
		}
		if g.want != "" {
			fmt.Fprintf(&b, "- %s: %s\n", path, g.want)
		}
		if g.got != "" {
			fmt.Fprintf(&b, "+ %s: %s\n", path, g.got)
		}
	}
	g := c.gaps[0]
	d := &Difference{Line: g.line + 1, Got: g.got, Text: b.String()}
	if g.line < len(want) {
		d.Want = want[g.line]
	}
	switch path := strings.TrimPrefix(g.path, ""); {
	case g.got == "":
		d.Message = fmt.Sprintf("%s is missing: want %s", path, g.want)
	case g.want == "":
		d.Message = fmt.Sprintf("%s is not on the page: got %s", path, g.got)
	default:
		d.Message = fmt.Sprintf("%s: got %s, want %s", path, g.got, g.want)
	}
	if n := len(c.gaps) - 1; n > 0 {
		d.Message += fmt.Sprintf("; %d more", n)
	}
	return d
}

// nearest returns the line that starts with the same word, or -1.
func nearest(text string, ls []string) int {
	for i, l := range ls {
		if alike(text, l) {
			return i
		}
	}
	return -1
}
