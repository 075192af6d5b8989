package match

import "slices"

// An op is one step from the page's lines to those that should stand there.
type op struct {
	do   opKind
	i, j int // of the page, and of what came
}

type opKind byte

const (
	keepIt opKind = iota // as it stands, for what came at j (-1 nothing)
	skipIt               // it stands for any, from here on
	swapIt               // j comes in the place of i
	dropIt
	addIt
)

// What the steps cost. A line is swapped rather than dropped and added, but
// where "..." would take what came, only for one that is much like it.
const (
	dropCost = 4
	addCost  = 4
	mostSwap = 7
)

// An alignment finds the cheapest steps from n things of the page to the m that
// came.
type alignment struct {
	n, m int
	any  func(i int) bool // stands for any number
	free func(i int) bool // may stand there or not
	same func(i, j int) bool
	swap func(i, j int) int // what it costs to put j in the place of i
}

// ops returns the steps; ok is false where there are too many ways.
func (a *alignment) ops() (ops []op, ok bool) {
	for len(ops) < min(a.n, a.m) && a.agrees(len(ops), len(ops)) {
		ops = append(ops, op{keepIt, len(ops), len(ops)})
	}
	head := len(ops)
	tail := 0
	for tail < min(a.n, a.m)-head && a.agrees(a.n-1-tail, a.m-1-tail) {
		tail++
	}
	if ops, ok = a.middle(ops, head, a.n-tail, a.m-tail); !ok {
		return nil, false
	}
	for ; tail > 0; tail-- {
		ops = append(ops, op{keepIt, a.n - tail, a.m - tail})
	}
	return ops, true
}

func (a *alignment) agrees(i, j int) bool { return !a.any(i) && !a.free(i) && a.same(i, j) }

// middle adds the steps from i and j = head on up to n and m.
func (a *alignment) middle(ops []op, head, n, m int) ([]op, bool) {
	if (n-head+1)*(m-head+1) > mostCells {
		return a.replaced(ops, head, n, m)
	}
	cost := a.costs(head, n, m)
	at := func(i, j int) int32 { return cost[i-head][j-head] }
	for i, j := head, head; i < n || j < m; {
		o := op{addIt, -1, j}
		switch here := at(i, j); {
		case i < n && (a.any(i) || a.free(i)) && here == at(i+1, j):
			o = op{keepIt, i, -1}
			if a.any(i) {
				o.do = skipIt
			}
		case i < n && a.any(i): // it takes this one
			j++
			continue
		case i < n && j < m && a.same(i, j) && here == at(i+1, j+1):
			o = op{keepIt, i, j}
		case i < n && j < m && here == at(i+1, j+1)+int32(a.swap(i, j)):
			o = op{swapIt, i, j}
		case i < n && here == at(i+1, j)+dropCost:
			o = op{dropIt, i, -1}
		}
		ops = append(ops, o)
		if o.i >= 0 {
			i++
		}
		if o.j >= 0 {
			j++
		}
	}
	return ops, true
}

// replaced drops all of the one side and adds all of the other.
func (a *alignment) replaced(ops []op, head, n, m int) ([]op, bool) {
	for i := head; i < n; i++ {
		if a.any(i) {
			return nil, false
		}
		ops = append(ops, op{dropIt, i, -1})
	}
	for j := head; j < m; j++ {
		ops = append(ops, op{addIt, -1, j})
	}
	return ops, true
}

// costs holds at [i-head][j-head] what the steps from there to the end cost.
func (a *alignment) costs(head, n, m int) [][]int32 {
	cost := make([][]int32, n-head+1)
	for i := n; i >= head; i-- {
		row := make([]int32, m-head+1)
		cost[i-head] = row
		for j := m; j >= head; j-- {
			k := j - head
			switch {
			case i == n:
				row[k] = int32(m-j) * addCost
			case a.any(i):
				row[k] = cost[i-head+1][k]
				if j < m {
					row[k] = min(row[k], row[k+1])
				}
			default:
				next := cost[i-head+1]
				row[k] = next[k] + dropCost
				if a.free(i) {
					row[k] = next[k]
				}
				if j == m {
					break
				}
				row[k] = min(row[k], row[k+1]+addCost, next[k+1]+int32(a.swap(i, j)))
				if a.same(i, j) {
					row[k] = min(row[k], next[k+1])
				}
			}
		}
	}
	return cost
}

// A piece is a word of a line, a value that matches by type, "...", a mark or a
// run of blanks.
type piece struct {
	text     string
	kind     *kind
	dots     bool
	torn     *pattern // a word that "..." is a part of
	from, to int      // in the line without runs of blanks
}

// pieces cuts a line into its words and values.
func (p *pattern) pieces() []piece {
	var ts []piece
	at := 0
	add := func(text string, k *kind, dots bool) {
		ts = append(ts, piece{text: text, kind: k, dots: dots, from: at, to: at + len(text)})
		at += len(text)
	}
	if p.any {
		add(p.plain, nil, true)
		return ts
	}
	for i, part := range p.parts {
		if i > 0 {
			add(dots, nil, true)
		}
		for _, a := range part {
			if a.kind != nil {
				add(a.text, a.kind, false)
				continue
			}
			for s := a.text; s != ""; {
				n := wordEnd(s)
				add(s[:n], nil, false)
				s = s[n:]
			}
		}
	}
	return tornWords(ts)
}

// tornWords joins "..." with the words that it touches.
func tornWords(ts []piece) []piece {
	var out []piece
	for _, t := range ts {
		if n := len(out); n > 0 && t.word() && out[n-1].word() && (t.dots || out[n-1].dots || out[n-1].torn != nil) {
			last := &out[n-1]
			last.text, last.to, last.dots = last.text+t.text, t.to, false
			last.torn = freely.compile(last.text)
			continue
		}
		out = append(out, t)
	}
	return out
}

// word reports whether it is a word or "...".
func (t *piece) word() bool {
	return t.kind == nil && (t.dots || !t.blank() && (len(t.text) > 1 || !isMark(t.text[0])))
}

func isMark(c byte) bool { return slices.Contains([]byte("{}[]\",;=/"), c) }

// wordEnd returns where the first word of s ends, or its first mark or blanks.
func wordEnd(s string) int {
	if n := run(s, 0, isBlank); n > 0 {
		return n
	}
	if n := run(s, 0, func(c byte) bool { return !isMark(c) && !isBlank(c) }); n > 0 {
		return n
	}
	return 1
}

func (t *piece) blank() bool { return t.text != "" && isBlank(t.text[0]) }

// same reports whether a piece that came is as that of the page.
func (t *piece) same(got *piece) bool {
	switch {
	case t.text == got.text:
		return true
	case t.torn != nil:
		return !got.blank() && t.torn.line(got.text)
	}
	return t.kind != nil && t.kind.take(got.text, 0) == len(got.text)
}
