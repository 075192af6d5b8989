package match

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A table is what "kubectl get" prints: a header of column names in capitals,
// and rows below it; or, in "kubectl describe", any header with dashes below.
type table struct {
	at     int    // its first line
	end    int    // the line behind its last
	header string // as it stands
	words  []word // of the header
	dashed bool
	rows   []row
	elided bool // "..." stands between the rows or behind them
}

// A word is one of a header, at a column that counts characters from 0.
type word struct {
	text string
	col  int
	gap  int // blanks before it; many for a tab
}

// A row is one line of a table.
type row struct {
	at   int // its line
	text string
	any  bool // "..."
}

const tabGap = 8

// split cuts a header into words.
func splitHeader(line string) []word {
	var ws []word
	col, gap, in := 0, 0, false
	for _, r := range line {
		switch {
		case r == '\t':
			gap, in = gap+tabGap, false
		case r == ' ':
			gap, in = gap+1, false
		case !in:
			ws, gap, in = append(ws, word{string(r), col, gap}), 0, true
		default:
			ws[len(ws)-1].text += string(r)
		}
		col++
	}
	return ws
}

var (
	columnName = lazyregexp.New(`^[A-Z][A-Z0-9_./%#:-]*(?:\([A-Za-z]*\))?[%:]?$`)
	dashes     = lazyregexp.New(`^\s*-{2,}(?:\s+-{2,})+$`)
)

// known are column names that make a line with single blanks a header, and a
// line with nothing else.
var known = []string{"NAME", "NAMESPACE", "READY", "STATUS", "AGE", "TYPE", "KIND", "REASON", "ENDPOINTS", "ADDRESS"}

// header reads a line as the header of a table; nil where it is none.
func header(line string) []word {
	if line == "" || !strings.ContainsAny(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") || strings.IndexFunc(line, small) >= 0 && !strings.Contains(line, "(") {
		return nil
	}
	ws := splitHeader(line)
	apart, named := 0, false
	for i, w := range ws {
		if !columnName.MatchString(w.text) {
			return nil
		}
		if i > 0 && w.gap > 1 {
			apart++
		}
		named = named || slices.Contains(known, w.text)
	}
	if apart == 0 && !(named && (len(ws) > 1 || ws[0].text == "NAME")) {
		return nil
	}
	return ws
}

func small(r rune) bool { return 'a' <= r && r <= 'z' }

// tableAt reads the table that starts at ls[at]; nil where none does. Of a page
// "..." counts as rows; with cut the table ends at the first.
func tableAt(ls []string, at int, elisions, cut bool) *table {
	t := &table{at: at, header: ls[at], words: header(ls[at])}
	first := at + 1
	if at+1 < len(ls) && ls[at] != "" && strings.HasPrefix(strings.TrimLeft(ls[at+1], " \t"), "--") && dashes.MatchString(ls[at+1]) {
		if t.words = under(ls[at], ls[at+1]); t.words != nil {
			t.dashed, first = true, at+2
		}
	}
	if t.words == nil {
		return nil
	}
	indent := indentation(ls[at])
	for t.end = first; t.end < len(ls); t.end++ {
		l := ls[t.end]
		any := elisions && elision(l)
		if l == "" || !any && (indentation(l) < indent && t.dashed || t.end > at && header(l) != nil) {
			break
		}
		t.rows = append(t.rows, row{at: t.end, text: l, any: any})
		if t.elided = t.elided || any; any && cut {
			t.end++
			break
		}
	}
	if len(t.rows) == 0 {
		return nil
	}
	return t
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// under cuts a header where the dashes below it start.
func under(line, below string) []word {
	chars := []rune(line)
	marks := splitHeader(below)
	if strings.TrimSpace(string(chars[:min(marks[0].col, len(chars))])) != "" {
		return nil
	}
	var ws []word
	for i, m := range marks {
		to := len(chars)
		if i+1 < len(marks) {
			to = min(marks[i+1].col, to)
		}
		if m.col >= to {
			return nil
		}
		ws = append(ws, word{strings.TrimSpace(string(chars[m.col:to])), m.col, 2})
	}
	return ws
}

// multiword are column names of more than one word, by their first word.
var multiword = map[string][]string{
	"LAST": {"SEEN", "SCHEDULE"}, "FIRST": {"SEEN"}, "APP": {"VERSION"}, "NOMINATED": {"NODE"}, "READINESS": {"GATES"},
	"NODE": {"SELECTOR"}, "CONTAINER": {"ID"}, "IMAGE": {"ID"}, "SERVICE": {"FQDN"}, "DESTINATION": {"RULE"},
	"OUTLIER": {"CHECK"}, "VIRTUAL": {"SERVICE", "HOST"}, "RESOURCE": {"NAME"}, "VALID": {"CERT"}, "SERIAL": {"NUMBER"},
	"NOT": {"AFTER", "BEFORE"}, "TRUST": {"DOMAIN"}, "CERT": {"CHAIN"}, "BUILD": {"TIME"}, "CLUSTER": {"NAME"}, "DRIVER": {"NAME"},
}

// starts says at which words columns start: where one of the two headers puts
// two blanks, and where one blank is not a part of a name.
func starts(a, b []word) []int {
	cols := []int{0}
	for i := 1; i < len(a); i++ {
		if a[i].gap > 1 || b[i].gap > 1 || !slices.Contains(multiword[a[i-1].text], a[i].text) {
			cols = append(cols, i)
		}
	}
	return cols
}

// sameHeader reports whether two headers name the same columns in order.
func sameHeader(a, b []word) bool {
	return slices.EqualFunc(a, b, func(a, b word) bool { return a.text == b.text })
}

// names returns the column names, where columns start at these words.
func names(ws []word, starts []int) []string {
	var all []string
	for i, from := range starts {
		to := len(ws)
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		name := ws[from].text
		for _, w := range ws[from+1 : to] {
			name += " " + w.text
		}
		all = append(all, name)
	}
	return all
}

var wide = lazyregexp.New(` {2,}|\t+ *`)

// cells cuts a row where the columns start; nil where it does not fit.
func (t *table) cells(text string, starts []int) []string {
	n := len(starts)
	if strings.Contains(text, "\t") {
		if cs := strings.Split(strings.ReplaceAll(text, "\t\t", "\t"), "\t"); len(cs) == n {
			return trimmed(cs)
		}
	}
	loose := wide.Split(strings.TrimSpace(text), -1)
	if cs := t.aligned(text, starts); cs != nil {
		for _, c := range cs {
			if wide.MatchString(c) && len(loose) == n {
				return trimmed(loose)
			}
		}
		return cs
	}
	if len(loose) == n {
		return trimmed(loose)
	}
	if fields := strings.Fields(text); len(fields) == n {
		return fields
	}
	return nil
}

// aligned cuts a row whose cells start exactly where the columns do.
func (t *table) aligned(text string, starts []int) []string {
	chars := []rune(text)
	cs := make([]string, len(starts))
	for i, w := range starts {
		from, to := t.words[w].col, len(chars)
		if i == 0 {
			from = min(from, indentation(text))
		}
		if i+1 < len(starts) {
			to = min(t.words[starts[i+1]].col, to)
		}
		if from >= len(chars) {
			continue
		}
		cell := string(chars[from:max(from, to)])
		cs[i] = strings.TrimSpace(cell)
		if i > 0 && (chars[from-1] != ' ' && chars[from-1] != '\t' || cs[i] != "" && cell[0] == ' ') {
			return nil
		}
	}
	if t.dashed && cs[0] == "" {
		return nil
	}
	return cs
}

func trimmed(cs []string) []string {
	for i, c := range cs {
		cs[i] = strings.TrimSpace(c)
	}
	return cs
}
