package match_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// A doc is an output of a page, with what the page leaves out filled in.
type doc struct {
	sample
	want   string
	lines  []line
	tables []*grid
	isJSON bool
	isYAML bool
	left   bool // the page leaves something out
	spans  [][][]int
	alike  []string
}

// unsteady returns where a line is unsteady.
func (d *doc) unsteady(i int) [][]int {
	if d.spans == nil {
		d.spans, d.alike = make([][][]int, len(d.lines)), make([]string, len(d.lines))
		for i, l := range d.lines {
			d.spans[i] = unsteady.FindAllStringIndex(l.text, -1)
			d.alike[i] = strings.Join(strings.Fields(alikeText(l.text)), " ")
		}
	}
	return d.spans[i]
}

// A line is one that came. Changes are made to lines that the page shows whole.
type line struct {
	text   string
	shown  bool // the page shows it whole
	filled bool // it stands where the page has "..."
	beside bool // something is left out before or behind it
	grid   *grid
	free   bool // its order says nothing: keys of JSON, events
	moot   bool // in managedFields, which kubectl shows or not
}

// A grid is a table of a doc.
type grid struct {
	at, end int // its lines, the header first
	names   []string
	cells   [][]string // of the rows; nil where they do not come out
	left    bool
}

func (d *doc) text() string { return join(d.lines) }

func join(ls []line) string {
	var b strings.Builder
	for _, l := range ls {
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	return b.String()
}

// copied returns the lines for a change.
func (d *doc) copied() []line { return append([]line(nil), d.lines...) }

var (
	leftOut  = regexp.MustCompile(`^\s*(\.\.\.|\.\.\. \.\.\.|…|\((?:\.\.\. ?.* ?\.\.\.)\))\s*$`)
	sortFlag = regexp.MustCompile(`--sort-by|\| *sort\b| -w\b|--watch`)
)

func sorting(command string) bool { return sortFlag.MatchString(command) }

// prepare fills in what the page leaves out.
func prepare(s sample) *doc {
	d := &doc{sample: s, want: s.text}
	d.left = strings.Contains(s.text, "...") || strings.Contains(s.text, "…")
	shape := strings.TrimSpace(s.text)
	switch {
	case strings.HasPrefix(shape, "{") || strings.HasPrefix(shape, "["):
		if text, ok := wholeJSON(s.text); ok {
			d.isJSON = true
			d.split(text)
			return d
		}
	case yamlCommand(s) && yamlText(s.text) != "":
		d.isYAML = true
		d.split(yamlText(s.text))
		return d
	}
	d.fill()
	d.findGrids()
	d.findFree()
	return d
}

// findFree finds what is in JSON in the text and among events.
func (d *doc) findFree() {
	var in, moot, events bool
	var depth int
	for i := range d.lines {
		l := &d.lines[i]
		text := l.text
		switch {
		case text == "{" || text == "[":
			in = true
		case text == "}" || text == "]":
			in, l.free = false, true
		case strings.Contains(text, `"managedFields":`):
			moot, depth = true, len(text)-len(strings.TrimLeft(text, " "))
		}
		if strings.HasPrefix(text, "Events:") || eventHeader.MatchString(text) {
			events = true
		} else if events && !strings.HasPrefix(text, " ") {
			events = false
		}
		l.free = l.free || in || events
		l.moot = moot
		if moot && strings.HasPrefix(strings.TrimLeft(text, " "), "]") && len(text)-len(strings.TrimLeft(text, " ")) == depth {
			moot = false
		}
	}
}

var eventHeader = regexp.MustCompile(`^ *Type +Reason +Age`)

func (d *doc) split(text string) {
	for l := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		d.lines = append(d.lines, line{text: l, shown: !strings.Contains(l, "filler")})
	}
}

var (
	lastComma = regexp.MustCompile(`,(\s*[}\]])`)
	inner     = regexp.MustCompile(`\.\.\.`)
	bare      = regexp.MustCompile(`(:\s*|\[\s*)\.\.\.`)
)

// wholeJSON drops what is left out of JSON; it is ok where JSON is left.
func wholeJSON(text string) (string, bool) {
	var kept []string
	for l := range strings.SplitSeq(text, "\n") {
		if !leftOut.MatchString(l) {
			kept = append(kept, l)
		}
	}
	text = bare.ReplaceAllString(strings.Join(kept, "\n"), `$1"filler"`)
	text = lastComma.ReplaceAllString(inner.ReplaceAllString(text, "filler"), "$1")
	return text, json.Valid([]byte(text))
}

func yamlCommand(s sample) bool {
	return strings.Contains(s.command, "yaml") && !strings.Contains(s.command, "|") || strings.HasPrefix(s.text, "apiVersion:")
}

// yamlText drops what is left out of YAML; "" where it is none.
func yamlText(text string) string {
	var kept []string
	for l := range strings.SplitSeq(text, "\n") {
		if !leftOut.MatchString(l) {
			kept = append(kept, l)
		}
	}
	text = inner.ReplaceAllString(strings.Join(kept, "\n"), "filler")
	var v map[string]any
	if yaml.Unmarshal([]byte(text), &v) != nil || len(v) < 2 {
		return ""
	}
	return text
}

// fill puts lines in the place of "...".
func (d *doc) fill() {
	ls := strings.Split(strings.TrimRight(d.sample.text, "\n"), "\n")
	for i, l := range ls {
		if !leftOut.MatchString(l) {
			beside := i > 0 && leftOut.MatchString(ls[i-1]) || i+1 < len(ls) && leftOut.MatchString(ls[i+1])
			text := l
			if !strings.HasSuffix(l, "...") { // it may print them
				text = inner.ReplaceAllString(l, "filler")
			}
			d.lines = append(d.lines, line{text: text, shown: !strings.Contains(l, "..."), beside: beside})
			continue
		}
		d.lines = append(d.lines, line{text: d.filler(ls, i), filled: true})
	}
}

// filler is a line for the "..." in line i: in a table a row, as the one beside
// it with another name.
func (d *doc) filler(ls []string, i int) string {
	for _, j := range []int{i - 1, i + 1} {
		if j < 0 || j >= len(ls) || gridHeader(ls[j]) != nil || leftOut.MatchString(ls[j]) || strings.Contains(ls[j], "...") {
			continue
		}
		for k := j; k >= 0 && ls[k] != ""; k-- {
			if gridHeader(ls[k]) != nil {
				name, rest, _ := strings.Cut(ls[j], " ")
				return (strings.Repeat("x", len(name)) + " ")[:len(name)+1] + rest
			}
		}
	}
	// Elsewhere a line that stands as far in as those around it.
	in := func(l string) int { return len(l) - len(strings.TrimLeft(l, " ")) }
	n := in(ls[i])
	for j := i + 1; j < len(ls) && n == 0; j++ {
		if strings.TrimSpace(ls[j]) != "" && i > 0 {
			n = min(in(ls[j]), in(ls[i-1]))
			break
		}
	}
	return strings.Repeat(" ", n) + "filled in"
}

var headerWord = regexp.MustCompile(`^[A-Z][A-Z0-9%/_-]*(\([A-Za-z]*\))?$`)

// gridHeader returns the names of columns and where they start.
func gridHeader(l string) (cols []int) {
	l = strings.TrimRight(l, " ")
	parts := strings.Fields(l)
	if len(parts) < 2 || !strings.Contains(l, "  ") {
		return nil
	}
	for _, p := range parts {
		if !headerWord.MatchString(p) {
			return nil
		}
	}
	for i := range l {
		if l[i] != ' ' && (i == 0 || l[i-1] == ' ' && (i == 1 || l[i-2] == ' ')) {
			cols = append(cols, i)
		}
	}
	if len(cols) < 2 {
		return nil
	}
	return cols
}

func (d *doc) findGrids() {
	for i := 0; i < len(d.lines); i++ {
		cols := gridHeader(d.lines[i].text)
		if len(cols) == 0 {
			continue
		}
		g := &grid{at: i, names: cut(d.lines[i].text, cols)}
		d.lines[i].grid = g
		for g.end = i + 1; g.end < len(d.lines) && strings.TrimSpace(d.lines[g.end].text) != "" && gridHeader(d.lines[g.end].text) == nil; g.end++ {
			l := &d.lines[g.end]
			l.grid = g
			g.left = g.left || l.filled
			g.cells = append(g.cells, row(l.text, cols))
		}
		if len(g.cells) > 0 {
			d.tables = append(d.tables, g)
		}
		i = g.end - 1
	}
}

func cut(l string, cols []int) []string {
	var cells []string
	for i, from := range cols {
		to := len(l)
		if i+1 < len(cols) {
			to = min(cols[i+1], to)
		}
		cells = append(cells, strings.TrimSpace(l[min(from, len(l)):max(min(from, len(l)), to)]))
	}
	return cells
}

var twoBlanks = regexp.MustCompile(`\s{2,}`)

// row returns the cells of a row; nil where it is not plain which they are.
func row(l string, cols []int) []string {
	l = strings.TrimRight(l, " ")
	aligned := strings.IndexFunc(l, func(r rune) bool { return r > unicode.MaxASCII }) < 0
	for _, c := range cols[1:] {
		if c < len(l) && (l[c-1] != ' ' || l[c] == ' ' && strings.TrimSpace(l[c:]) != "" && strings.TrimSpace(l[c:min(c+3, len(l))]) != "") {
			aligned = false
		}
	}
	if aligned {
		cells := cut(l, cols)
		for _, c := range cells {
			if twoBlanks.MatchString(c) {
				return nil
			}
		}
		return cells
	}
	if parts := twoBlanks.Split(strings.TrimSpace(l), -1); len(parts) == len(cols) {
		return parts
	}
	return nil
}

// render writes a table as kubectl does: columns as wide as their widest cell
// and pad more.
func render(rows [][]string, pad int) []string {
	wide := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, c := range r {
			wide[i] = max(wide[i], len(c)+pad)
		}
	}
	var out []string
	for _, r := range rows {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(c)
			if i+1 < len(r) {
				b.WriteString(strings.Repeat(" ", wide[i]-len(c)))
			}
		}
		out = append(out, strings.TrimRight(b.String(), " "))
	}
	return out
}

// clear reports whether all rows of a table came out.
func (g *grid) clear() bool {
	for _, r := range g.cells {
		if len(r) != len(g.names) {
			return false
		}
	}
	return true
}

// with returns the text of d with other rows (the header first) in a table.
func (d *doc) with(g *grid, rows [][]string, pad int) string {
	var ls []line
	ls = append(ls, d.lines[:g.at]...)
	for _, text := range render(rows, pad) {
		ls = append(ls, line{text: text})
	}
	return join(append(ls, d.lines[g.end:]...))
}

// rows returns a copy of a table with its header.
func (g *grid) rows() [][]string {
	rows := [][]string{append([]string(nil), g.names...)}
	for _, r := range g.cells {
		rows = append(rows, append([]string(nil), r...))
	}
	return rows
}
