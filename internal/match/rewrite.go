package match

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A Line is one line of what Rewrite returns.
type Line struct {
	At   int    // the line of the page that it is or replaces, from 0; -1 for one more
	Text string // without white space at its end
	Kept bool   // it is the page's line as it stands
}

// What Rewrite says where it cannot.
var (
	ErrNothingCame = errors.New("nothing was printed")
	ErrElided      = errors.New("what came does not fit around the \"...\" of the page")
	ErrExcerpt     = errors.New("the page shows a part of the output, and nothing like that part came")
	ErrNot         = errors.New("the page says what must not come")
	ErrNoWay       = errors.New("no text that the page could show agrees with what came")
)

// Rewrite returns the lines that the page would have to show for got to be as it
// says. Of the page it keeps all that agrees: lines, "..." and other wildcards,
// cells, and values that match by their type. Rewriting what Rewrite has returned
// changes nothing, as Compare takes it. The error is one of those above.
func (o Options) Rewrite(want, got string) ([]Line, error) {
	r := &rewriter{o: o, want: lines(want), got: lines(got)}
	if o.Compare(want, got) == nil {
		return r.asItStands(), nil
	}
	if len(r.got) == 0 {
		return nil, ErrNothingCame
	}
	ways, failed := r.ways()
	for _, way := range ways {
		if ls := way(); ls != nil && !empty(ls) && o.Compare(text(ls), got) == nil {
			return ls, nil
		}
	}
	return nil, failed
}

// empty reports whether lines say nothing but that something is left out.
func empty(ls []Line) bool {
	return !slices.ContainsFunc(ls, func(l Line) bool { return l.Text != "" && !elision(l.Text) })
}

func text(ls []Line) string {
	var b strings.Builder
	for _, l := range ls {
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

// A rewriter works on the page's lines and those that came.
type rewriter struct {
	o         Options
	want, got []string
	patterns  map[string]*pattern
	sameLine  func(want, got string) bool
	quote     func(line string) string // a line that came, as the page would show it; nil as it is
	tree      bool                     // the page shows JSON or YAML
	open      bool                     // anything may stand before and behind
	commas    bool                     // lines of JSON take the comma of those that came
}

func (r *rewriter) asItStands() []Line {
	var ls []Line
	for i, l := range r.want {
		ls = append(ls, Line{i, l, true})
	}
	return ls
}

// ways lists the ways to rewrite, the one that keeps most first, and why none
// may do.
func (r *rewriter) ways() (ways []func() []Line, failed error) {
	r.sameLine = func(w, g string) bool { return w == g }
	switch r.o.Rule {
	case "istio-not-contains":
		return nil, ErrNot
	case "contains", "istio-contains":
		r.open = true
		if r.o.Rule == "contains" {
			r.sameLine = r.accepts
		}
		return []func() []Line{r.byLine}, ErrExcerpt
	case "lines", "istio-lines":
		if r.o.Rule == "lines" {
			r.sameLine = r.accepts
		}
		return []func() []Line{r.anywhere}, ErrExcerpt
	case "istio-first-line":
		return []func() []Line{r.firstLine}, ErrNoWay
	case "regex":
		r.sameLine = r.matches
		r.quote = regexp.QuoteMeta
		return []func() []Line{r.byLine, r.whole}, r.noWay()
	}
	if strings.HasPrefix(r.o.Rule, "istio-") {
		return []func() []Line{r.byLine, r.whole}, r.noWay()
	}
	if r.o.Rule == "exact" {
		return []func() []Line{r.byLine, r.whole}, ErrNoWay
	}
	r.tree = r.o.Rule == "json" || r.o.Rule == "yaml" || r.showsTree()
	r.sameLine = r.accepts
	withCommas := func() []Line { r.commas = true; return r.byLine() }
	return []func() []Line{r.byTable, r.byLine, withCommas, r.whole}, r.noWay()
}

func (r *rewriter) noWay() error {
	if r.elided() {
		return ErrElided
	}
	return ErrNoWay
}

func (r *rewriter) elided() bool {
	return r.o.Rule != "exact" && slices.ContainsFunc(r.want, func(l string) bool { return strings.Contains(l, dots) || elision(l) })
}

// showsTree reports whether the page shows JSON or YAML that is compared as such.
func (r *rewriter) showsTree() bool {
	return parseYAML(strings.Join(r.want, "\n"), true) != nil ||
		slices.ContainsFunc(freely.elements(r.want), func(e element) bool { return e.tree != nil })
}

// whole shows what came.
func (r *rewriter) whole() []Line {
	if r.elided() {
		return nil
	}
	var ls []Line
	for i, g := range r.got {
		l := Line{At: -1, Text: r.show(g)}
		if i < len(r.want) {
			l.At, l.Kept = i, l.Text == r.want[i]
		}
		ls = append(ls, l)
	}
	return ls
}

func (r *rewriter) show(line string) string {
	if r.quote != nil {
		return r.quote(line)
	}
	return line
}

func (r *rewriter) firstLine() []Line {
	ls := r.asItStands()
	ls[0] = Line{At: 0, Text: r.got[0]}
	return ls
}

// anywhere puts what is most like it in the place of each line that did not come.
func (r *rewriter) anywhere() []Line {
	var ls []Line
	used := map[string]bool{}
	for i, w := range r.want {
		if w == "" || elision(w) || slices.ContainsFunc(r.got, func(g string) bool { return r.sameLine(w, g) }) {
			ls = append(ls, Line{i, w, true})
			used[w] = true
			continue
		}
		best, cost := "", dropCost
		for _, g := range r.got {
			if c := r.unlike(w, g); c < cost && !used[g] {
				best, cost = g, c
			}
		}
		if cost < dropCost {
			ls, used[best] = append(ls, Line{At: i, Text: r.merge(w, best)}), true
		}
	}
	return ls
}

// pattern compiles a line of the page.
func (r *rewriter) pattern(line string) *pattern {
	p := r.patterns[line]
	if p == nil {
		if r.patterns == nil {
			r.patterns = map[string]*pattern{}
		}
		p = reading{durations: !r.tree, numbers: r.o.Rule == "like"}.compile(line)
		r.patterns[line] = p
	}
	return p
}

// accepts compares two lines that belong to nothing else, apart from their
// indentation.
func (r *rewriter) accepts(want, got string) bool {
	if want == got {
		return true
	}
	if r.tree {
		if same, ok := r.sameMember(want, got); ok {
			return same
		}
	}
	p := r.pattern(want)
	return !p.any && p.line(plain(got))
}

// member is a line that holds one key and its value, of JSON or YAML.
var member = lazyregexp.New(`^\s*(- )*"?([A-Za-z0-9_./-]+)"?:\s+(\S.*?),?$`)

// sameMember compares two lines with one key; ok is false where they are others.
func (r *rewriter) sameMember(want, got string) (same, ok bool) {
	w, g := member.FindStringSubmatch(want), member.FindStringSubmatch(got)
	if w == nil || g == nil || w[2] != g[2] || (w[1] == "") != (g[1] == "") {
		return false, false
	}
	if w[3] == dots {
		return strings.IndexByte("{[|>", g[3][0]) < 0, true
	}
	return (&comparer{off: true}).same(leaf(w[3]), leaf(g[3]), "", w[2]), true
}

// leaf reads a value that stands behind its key.
func leaf(s string) *node {
	if n := (&reader{s: s, elide: true}).value(); n != nil && n.kind <= str {
		return n
	}
	return &node{kind: str, text: strings.Trim(s, `"'`)}
}

// matches takes a line of the page for a regular expression.
func (r *rewriter) matches(want, got string) bool {
	re, err := regexp.Compile("^(?:" + want + ")$")
	return err == nil && re.MatchString(got)
}

// byLine keeps the lines that agree and puts others in the place of the rest.
func (r *rewriter) byLine() []Line {
	return r.rewrite(r.want, r.got, 0)
}

// byTable is byLine with the tables of the page as one thing each.
func (r *rewriter) byTable() []Line {
	elems := reading{durations: true, flat: true}.elements(r.want)
	if !slices.ContainsFunc(elems, func(e element) bool { return e.table != nil }) {
		return nil
	}
	out := &output{lines: r.cameLines()}
	var ls []Line
	from, at := 0, 0 // what is done of either side
	for i := range elems {
		e := &elems[i]
		if e.table == nil {
			continue
		}
		t := tableLike(e.table, out, at)
		if t == nil {
			return nil
		}
		e.table.ordered = r.o.Ordered
		ls = append(ls, r.rewrite(r.want[from:e.at], out.lines[at:t.at], from)...)
		ls = append(ls, e.table.rewrite(t, r.want)...)
		from, at = e.end, t.end
	}
	return append(ls, r.rewrite(r.want[from:], out.lines[at:], from)...)
}

// tableLike returns the first table from line at on that has the columns of the
// page's, of several the first that agrees with it.
func tableLike(want *tableWant, o *output, at int) *table {
	var first *table
	for i := at; i < len(o.lines); i++ {
		t := o.table(i)
		if t == nil {
			continue
		}
		if t.dashed == want.dashed && sameHeader(want.words, t.words) {
			if len(want.compare(t)) == 0 {
				return t
			}
			if first == nil {
				first = t
			}
		}
		i = t.end - 1
	}
	return first
}

// cameLines are the lines that count.
func (r *rewriter) cameLines() []string {
	if passing(r.want) {
		return r.got
	}
	return slices.DeleteFunc(slices.Clone(r.got), moments.MatchString)
}

// rewrite rewrites lines of the page, of which the first is line from, with
// those that came. It returns nil where there are too many.
func (r *rewriter) rewrite(want, got []string, from int) []Line {
	only := passing(r.want)
	if !only {
		got = slices.DeleteFunc(slices.Clone(got), moments.MatchString)
	}
	lead := 0
	if r.open { // a line of "..." at both ends that is not shown
		lead = 1
	}
	line := func(i int) string { return want[i-lead] }
	outer := func(i int) bool { return i < lead || i-lead >= len(want) }
	a := alignment{
		n: len(want) + 2*lead, m: len(got),
		any:  func(i int) bool { return outer(i) || r.o.Rule != "exact" && elision(line(i)) },
		free: func(i int) bool { return !only && !outer(i) && moments.MatchString(line(i)) },
		same: func(i, j int) bool { return r.sameLine(line(i), got[j]) },
		swap: func(i, j int) int { return r.unlike(line(i), got[j]) },
	}
	ops, ok := a.ops()
	if !ok {
		return nil
	}
	ops = slices.DeleteFunc(ops, func(o op) bool { return o.i >= 0 && outer(o.i) })
	for k := range ops {
		if ops[k].i >= 0 {
			ops[k].i -= lead
		}
	}
	return r.apply(ops, want, got, from)
}

// apply makes lines of steps.
func (r *rewriter) apply(ops []op, want, got []string, from int) []Line {
	var ls []Line
	for k, o := range ops {
		switch o.do {
		case keepIt, skipIt:
			l := Line{from + o.i, want[o.i], true}
			if r.commas && o.j >= 0 {
				l = withComma(l, got[o.j])
			}
			ls = append(ls, l)
		case swapIt:
			text := r.show(got[o.j])
			if r.quote == nil {
				text = r.merge(want[o.i], got[o.j])
			}
			ls = append(ls, Line{At: from + o.i, Text: shifted(text, shift(ops, k, want, got))})
		case addIt:
			ls = append(ls, Line{At: -1, Text: shifted(r.show(got[o.j]), shift(ops, k, want, got))})
		}
	}
	return ls
}

// withComma gives a line of JSON the comma, or none, of the one that came.
func withComma(l Line, got string) Line {
	if c := strings.HasSuffix(got, ","); c != strings.HasSuffix(l.Text, ",") {
		l.Text, l.Kept = strings.TrimSuffix(l.Text, ","), false
		if c {
			l.Text += ","
		}
	}
	return l
}

// shift is how much further in the page's lines stand than those that came,
// around step k: that of the nearest line that is kept. Without one, lines of
// the page that all stand further in show that the page indents them.
func shift(ops []op, k int, want, got []string) int {
	for d := 1; d <= len(ops); d++ {
		for _, n := range []int{k - d, k + d} {
			if n >= 0 && n < len(ops) && ops[n].do == keepIt && ops[n].j >= 0 && got[ops[n].j] != "" {
				return indentOf(want[ops[n].i]) - indentOf(got[ops[n].j])
			}
		}
	}
	return max(least(want)-least(got), 0)
}

// least is how far in the line stands that stands least so.
func least(ls []string) int {
	n := -1
	for _, l := range ls {
		if l != "" && !elision(l) && (n < 0 || indentOf(l) < n) {
			n = indentOf(l)
		}
	}
	return max(n, 0)
}

func indentOf(line string) int {
	_, n := squeeze(line)
	return n
}

func shifted(line string, by int) string {
	switch {
	case line == "" || by == 0:
		return line
	case by > 0:
		return strings.Repeat(" ", by) + line
	}
	blanks := run(line, 0, func(c byte) bool { return c == ' ' })
	return line[min(-by, blanks):]
}
