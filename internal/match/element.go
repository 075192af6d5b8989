package match

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// An element is a part of the page that is matched as one: a line, a table, or
// a JSON value. Exactly one of its pointers is not nil.
type element struct {
	at, end int // its lines in the page, from 0
	line    *pattern
	table   *tableWant
	tree    *node
}

func (e *element) any() bool { return e.line != nil && e.line.any }

// expected is the page's text.
type expected struct {
	elems    []element
	ordered  bool
	anywhere bool // indentation does not count
}

// moments are lines of "kubectl rollout status" that tell of a moment. How many
// of them come is a matter of time, so that they do not count on either side.
var moments = lazyregexp.New(`^[Ww]aiting for (?:deployment|daemon set|statefulset|partitioned roll ?out|\d+ pods?)\b.*\.\.\.$`)

// passing reports whether all lines are such lines: then they are what the page
// shows.
func passing(ls []string) bool {
	return len(ls) > 0 && !slices.ContainsFunc(ls, func(l string) bool { return !moments.MatchString(l) })
}

// elements reads the page's lines.
func (r reading) elements(ls []string) []element {
	var es []element
	text := offsets(ls)
	only, tries := passing(ls), 0
	for i := 0; i < len(ls); {
		if !only && moments.MatchString(ls[i]) {
			i++
			continue
		}
		e := element{at: i, end: i + 1}
		if t := tableAt(ls, i, true, r.cut); t != nil && !r.numbers {
			e.table, e.end = &tableWant{table: t}, t.end
		} else if tries < mostTrees && !r.numbers && !r.flat && opensTree(ls[i]) {
			tries++
			if n, to := text.tree(i, true); n != nil {
				e.tree, e.end = n, to
			}
		}
		i = e.end
		if e.table == nil && e.tree == nil {
			e.line = r.compile(ls[e.at])
			e.line.length(ls[i:])
		}
		es = append(es, e)
		if e.line == nil && elision(ls[i-1]) { // what comes after may be more than rows
			es = append(es, element{at: i - 1, end: i, line: r.compile(dots)})
		}
	}
	return es
}

// mostTrees bounds how often a text is read as JSON, which may fail at its end.
const mostTrees = 1000

func opensTree(line string) bool {
	line = strings.TrimLeft(line, " \t")
	return line != "" && (line[0] == '{' || line[0] == '[' && (len(line) == 1 || strings.IndexByte(" \t{}[]\"-0123456789tfn", line[1]) >= 0))
}

// A joined text knows where its lines start.
type joined struct {
	text  string
	start []int
}

func offsets(ls []string) joined {
	j := joined{text: strings.Join(ls, "\n")}
	at := 0
	for _, l := range ls {
		j.start = append(j.start, at)
		at += len(l) + 1
	}
	return j
}

// mostJSON bounds what is read as one JSON value. More is compared line by line.
const mostJSON = 16 << 20

// tree reads the JSON value that starts at a line and fills whole lines. It
// returns the line behind its last.
func (j joined) tree(line int, elide bool) (*node, int) {
	s := j.text[j.start[line]:]
	s = s[:min(len(s), mostJSON)]
	n, end := parseJSON(s, elide)
	if n == nil {
		return nil, 0
	}
	rest, _, _ := strings.Cut(s[end:], "\n")
	if rest = strings.TrimSpace(rest); rest != "" && rest != "," {
		return nil, 0
	}
	n.shift(line)
	return n, line + strings.Count(s[:end], "\n") + 1
}

func (n *node) shift(by int) {
	n.line += by
	n.end += by
	for _, c := range n.items {
		c.shift(by)
	}
}

// output is what came.
type output struct {
	lines  []string
	text   *joined
	plain  []string // of each line, "" before it is asked for
	indent []int
	tables map[int]*table
	trees  map[int]tree
}

type tree struct {
	root *node
	end  int
}

// at returns a line without its indentation, and the indentation.
func (o *output) at(i int) (string, int) {
	if o.plain == nil {
		o.plain, o.indent = make([]string, len(o.lines)), make([]int, len(o.lines))
		for i, l := range o.lines {
			o.plain[i], o.indent[i] = squeeze(l)
		}
	}
	return o.plain[i], o.indent[i]
}

func (o *output) table(i int) *table {
	if t, ok := o.tables[i]; ok {
		return t
	}
	if o.tables == nil {
		o.tables = map[int]*table{}
	}
	t := tableAt(o.lines, i, false, false)
	o.tables[i] = t
	return t
}

func (o *output) tree(i int) tree {
	if t, ok := o.trees[i]; ok || !opensTree(o.lines[i]) || len(o.trees) > mostTrees {
		return t
	}
	if o.text == nil {
		j := offsets(o.lines)
		o.text, o.trees = &j, map[int]tree{}
	}
	var t tree
	t.root, t.end = o.text.tree(i, false)
	o.trees[i] = t
	return t
}

// take returns the line behind what the element matches from line i on, or -1.
// shift is how much further in the page's lines stand than those that came;
// what is unknown as yet is set. A page may indent a run of lines as a whole.
func (e *element) take(o *output, i int, shift *int) int {
	if i >= len(o.lines) {
		return -1
	}
	switch {
	case e.table != nil:
		if t := o.table(i); t != nil && t.dashed == e.table.dashed && sameHeader(e.table.words, t.words) && len(e.table.compare(t)) == 0 {
			return t.end
		}
		return -1
	case e.tree != nil:
		if t := o.tree(i); t.root != nil && (&comparer{off: true}).same(e.tree, t.root, "", "") {
			return t.end
		}
		return -1
	}
	text, indent := o.at(i)
	if !e.line.line(text) {
		return -1
	}
	if text != "" {
		if *shift == unknown {
			*shift = e.line.indent - indent
		}
		if e.line.indent-indent != *shift && *shift != anyShift {
			return -1
		}
	}
	return i + 1
}

const (
	unknown  = 1 << 30
	anyShift = unknown + 1
)

// run returns the line behind a run of elements that starts at line i, or -1.
func (e *expected) run(es []element, o *output, i int) int {
	shift := unknown
	if e.anywhere {
		shift = anyShift
	}
	for k := range es {
		if i = es[k].take(o, i, &shift); i < 0 {
			return -1
		}
	}
	return i
}

// match works on lines as pattern.accepts works on text: what stands before the
// first "..." fits at the start, what stands after the last at the end, and each
// run between two at the first place that is left.
func (e *expected) match(o *output) bool {
	for i := range e.elems {
		if t := e.elems[i].table; t != nil {
			t.ordered = e.ordered
		}
	}
	runs := e.split()
	at := e.run(runs[0], o, 0)
	if len(runs) == 1 || at < 0 {
		return at == len(o.lines)
	}
	for _, run := range runs[1 : len(runs)-1] {
		if at = e.find(run, o, at); at < 0 {
			return false
		}
	}
	return e.last(runs[len(runs)-1], o, at)
}

// find returns the line behind the first place from line i on where a run fits,
// or -1.
func (e *expected) find(run []element, o *output, i int) int {
	if len(run) == 0 {
		return i
	}
	for ; i < len(o.lines); i++ {
		if end := e.run(run, o, i); end >= 0 {
			return end
		}
	}
	return -1
}

// last reports whether a run fits at the end, from line i on.
func (e *expected) last(run []element, o *output, i int) bool {
	if len(run) == 0 {
		return true
	}
	n := 0
	for k := range run {
		if run[k].line == nil {
			n = -1
			break
		}
		n++
	}
	if n > 0 { // lines alone: there is one place
		return len(o.lines)-n >= i && e.run(run, o, len(o.lines)-n) == len(o.lines)
	}
	for ; i < len(o.lines); i++ {
		if e.run(run, o, i) == len(o.lines) {
			return true
		}
	}
	return false
}

// split cuts the elements at each "..."; there is always one run.
func (e *expected) split() [][]element {
	runs := [][]element{nil}
	for _, el := range e.elems {
		if el.any() {
			runs = append(runs, nil)
			continue
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], el)
	}
	return runs
}
