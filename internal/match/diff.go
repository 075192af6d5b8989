package match

import "strings"

// Lines that a diff shows before and after what differs, and in all.
const (
	around    = 3
	most      = 24
	mostCells = 1 << 20 // of the alignment's table; larger texts are not aligned
)

// An edit is one line of a diff: ' ' agrees, '-' expected, '+' came.
type edit struct {
	op   byte
	text string
	line int // in the expected output, from 1
}

// An aligner brings lines of the page and lines that came together.
type aligner struct {
	want, got []string
	any       func(i int) bool // the line of the page stands for any lines
	same      func(i, j int) bool
}

// diff says where two texts part; its Text is empty where they do not.
func diff(want, got []string, any func(int) bool, same func(i, j int) bool) *Difference {
	edits := (&aligner{want, got, any, same}).align()
	d := &Difference{Line: len(want) + 1}
	for i, e := range edits {
		if e.op == ' ' {
			continue
		}
		d.Line = e.line
		for _, e := range edits[i:] {
			if e.op == '-' && d.Want == "" {
				d.Want = e.text
			}
			if e.op == '+' && d.Got == "" {
				d.Got = e.text
			}
			if e.op == ' ' {
				break
			}
		}
		d.Text = show(edits, i)
		break
	}
	d.Message = d.say()
	return d
}

// align finds the fewest lines to take away and add; "..." costs nothing, and
// a line in the place of another counts once where both start with the same
// word, so that the diff shows a changed row as one.
func (a *aligner) align() []edit {
	if (len(a.want)+1)*(len(a.got)+1) > mostCells {
		return a.prefix()
	}
	cost := a.costs()
	var es []edit
	i, j := 0, 0
	for i < len(a.want) || j < len(a.got) {
		switch {
		case i < len(a.want) && a.any(i) && cost[i][j] == cost[i+1][j]:
			es = append(es, edit{' ', a.want[i], i + 1})
			i++
		case i < len(a.want) && a.any(i): // the "..." takes this line
			j++
		case i < len(a.want) && j < len(a.got) && cost[i][j] == cost[i+1][j+1] && a.same(i, j):
			es = append(es, edit{' ', a.got[j], i + 1})
			i, j = i+1, j+1
		case i < len(a.want) && j < len(a.got) && cost[i][j] == cost[i+1][j+1]+1 && alike(a.want[i], a.got[j]):
			es = append(es, edit{'-', a.want[i], i + 1}, edit{'+', a.got[j], i + 1})
			i, j = i+1, j+1
		case i < len(a.want) && cost[i][j] == cost[i+1][j]+1:
			es = append(es, edit{'-', a.want[i], i + 1})
			i++
		default:
			es = append(es, edit{'+', a.got[j], i + 1})
			j++
		}
	}
	return es
}

// costs holds at [i][j] how many edits bring want[i:] and got[j:] together.
func (a *aligner) costs() [][]int32 {
	n, m := len(a.want), len(a.got)
	cost := make([][]int32, n+1)
	for i := n; i >= 0; i-- {
		cost[i] = make([]int32, m+1)
		for j := m; j >= 0; j-- {
			switch {
			case i == n:
				cost[i][j] = int32(m - j)
			case a.any(i):
				cost[i][j] = cost[i+1][j]
				if j < m {
					cost[i][j] = min(cost[i][j], cost[i][j+1])
				}
			case j == m:
				cost[i][j] = cost[i+1][j] + 1
			default:
				cost[i][j] = 1 + min(cost[i+1][j], cost[i][j+1])
				if a.same(i, j) {
					cost[i][j] = min(cost[i][j], cost[i+1][j+1])
				} else if alike(a.want[i], a.got[j]) {
					cost[i][j] = min(cost[i][j], cost[i+1][j+1]+1)
				}
			}
		}
	}
	return cost
}

// alike reports whether an expected line and one that came start with the same
// word. It decides how a diff looks, never whether there is one.
func alike(want, got string) bool {
	word := func(s string) string {
		s = strings.TrimLeft(s, " \t")
		if i := strings.IndexAny(s, " \t"); i > 0 {
			s = s[:i]
		}
		return s
	}
	return word(want) == word(got)
}

// prefix stands in for align where the texts are too long for a table: lines
// that agree, up to the first that does not.
func (a *aligner) prefix() []edit {
	var es []edit
	i := 0
	for i < len(a.want) && i < len(a.got) && !a.any(i) && a.same(i, i) {
		es = append(es, edit{' ', a.got[i], i + 1})
		i++
	}
	if i < len(a.want) {
		es = append(es, edit{'-', a.want[i], i + 1})
	}
	if i < len(a.got) {
		es = append(es, edit{'+', a.got[i], i + 1})
	}
	return es
}

// show writes the edits around the first that differs, edits[at].
func show(edits []edit, at int) string {
	last := at
	for i, e := range edits {
		if e.op != ' ' {
			last = i
		}
	}
	from, to := max(at-around, 0), min(last+1+around, len(edits))
	cut := to-from > most
	if cut {
		to = from + most
	}
	var b strings.Builder
	if from > 0 {
		b.WriteString("  [...]\n")
	}
	for _, e := range edits[from:to] {
		b.WriteString(strings.TrimRight(string(e.op)+" "+e.text, " "))
		b.WriteByte('\n')
	}
	if cut || to < len(edits) {
		b.WriteString("  [...]\n")
	}
	return b.String()
}
