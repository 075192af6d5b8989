package match_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var harmful = []mutation{
	{"status", true, inColumns([]string{"STATUS", "PHASE", "CDS", "LDS", "EDS", "RDS"}, otherStatus)},
	{"ready count", true, inColumns([]string{"READY", "COMPLETIONS"}, otherReady)},
	{"replica or other count", true, inColumns(nil, otherCount)},
	{"name in a table", true, inColumns([]string{"NAME", "NAMESPACE"}, otherName)},
	{"image", true, image},
	{"port in a table", true, inColumns([]string{"PORT(S)", "PORT", "PORTS"}, otherPort)},
	{"type or other word in a table", true, inColumns(nil, otherCell)},
	{"address gone", true, inColumns([]string{"CLUSTER-IP", "EXTERNAL-IP"}, noAddress)},
	{"truncated cell", true, inColumns(nil, truncatedCell)},
	{"missing row", true, missingRow},
	{"extra row", true, extraRow},
	{"row twice", true, doubleRow},
	{"cells swapped", true, swappedCells},
	{"columns swapped", true, swappedColumns},
	{"column missing", true, missingColumn},
	{"order of sorted rows", true, sortedRows},
	{"missing line", true, missingLine},
	{"extra line", true, extraLine},
	{"lines swapped", true, swappedLines},
	{"word", true, inWords(otherWord)},
	{"letter", true, inWords(otherLetter)},
	{"truncated word", true, inWords(truncated)},
	{"number", true, inNumbers(regexp.MustCompile(`\b\d{1,7}\b`), otherNumber)},
	{"version", true, inNumbers(regexp.MustCompile(`\bv?\d+\.\d+(?:\.\d+)?\b`), otherVersion)},
	{"port", true, inNumbers(regexp.MustCompile(`:(?:80|443|[1-9]\d{3}|1\d{4}|2\d{4})\b`), otherPortText)},
	{"status code", true, statusCode},
	{"duration that is a setting", true, setting},
	{"JSON value", true, inJSON(otherValue)},
	{"JSON type", true, inJSON(otherType)},
	{"JSON key missing", true, jsonKeyMissing},
	{"JSON key extra", true, jsonKeyExtra},
	{"JSON element", true, jsonElement},
	{"YAML value", true, yamlValue},
	{"YAML key missing", true, yamlKeyMissing},
	{"YAML key extra", true, yamlKeyExtra},
	{"nothing", true, func(*rand.Rand, *doc) (string, bool) { return "", true }},
	{"value of another type", true, otherKind},
	{"harmless ones and a status", true, disguised},
	{"an error instead", true, func(_ *rand.Rand, d *doc) (string, bool) {
		return "Error from server (NotFound): the server could not find the requested resource\n", true
	}},
	{"only the start", true, onlyStart},
}

// unsteady is what differs from run to run, in any text. No harmful change is
// made in it.
var unsteady = regexp.MustCompile(strings.Join([]string{
	uuidText.String(), `\b\d{1,3}(?:\.\d{1,3}){3}\b(?::[3-6]\d{4}\b)?`, `\b[0-9a-f:]*::?[0-9a-f:]+:[0-9a-f:]+\b`,
	`\d{4}[-/]\d\d[-/]\d\d(?:[T ][\d:.,]+)?(?:Z| ?[+-]\d\d:?\d\d)?(?: [A-Z]{3,4})?`, `\b\d+:\d\d:\d\d(?:[.,]\d+)?`,
	`\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b,?[ \w:]*\d{4}(?: \d\d:\d\d:\d\d)?(?: [A-Z]{3}| [+-]\d{4})?`,
	`\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2}[ \d:]*(?: GMT)?`, `\d\d/[A-Z][a-z]{2}/\d{4}:[\d:]+ [+-]\d{4}`,
	`[IWEF]\d{4} [\d:.]+ +\d+`, `\b[\d.]*\d(?:ns|us|µs|ms|s|m|h|d|y)(?:\d+(?:s|m|h|d))*\b`, `\b\d+ (?:second|minute|hour|day|week|month)s?\b`,
	`-[0-9a-z]{8,10}-[a-z0-9]{5}\b`, `-[4-9bcdf]{8,10}\b`, `-\d{8,10}\b`, `-[b-df-hj-np-tv-z0-9]{5}\b`, `\b[4-9bcdf]{8,10}\b`,
	`\b[0-9a-f]{7,}\b`, `0x[0-9a-f]+`, `\b[A-Za-z0-9+/=_-]{30,}\b`, `eyJ[\w.-]+`, `(?:[0-9a-fA-F]{2}:){4,}[0-9a-fA-F]{2}`, `\b1[4-9]\d{8}\b`, `\d{15,}`,
	`:3[0-2]\d{3}\b`, `\b3[0-2]\d{3}/(?:TCP|UDP)`, `\[\d+ bytes data\]`, `(?i)(?:etag|x-envoy-upstream-service-time|content-length|set-cookie|age)"?: .*`,
	`"?(?:resourceVersion|generation|observedGeneration|Resource Version|Generation|restartCount|Restart Count|uid|UID|nodePort|exp|iat)"?: .*`,
	`\]\[\d+\]\[`, `" \d{3} .*"`, `(?:localhost|127\.0\.0\.1):\d{5}`, `port \d{5}`, `ip-\d+-\d+-\d+-\d+`, `filler`, `pod-template-hash[=:].*`, `port_value: ?\d{5}`,
}, "|"))

// steady reports whether a place in a text is outside of all that is unsteady.
func steady(spans [][]int, from, to int) bool {
	for _, s := range spans {
		if from < s[1] && to > s[0] {
			return false
		}
	}
	return true
}

// unsteadyColumns are columns of values that differ from run to run.
var unsteadyColumns = []string{"AGE", "LAST SEEN", "FIRST SEEN", "LAST SCHEDULE", "DURATION", "RESTARTS", "CPU(cores)", "CPU%", "MEMORY(bytes)",
	"MEMORY%", "TARGETS", "CREATED", "UPDATED", "RESOURCEVERSION", "SERIAL NUMBER", "CONTAINER ID"}

// inColumns changes one cell, of the named columns or of all whose values do
// not differ from run to run.
func inColumns(columns []string, f func(r *rand.Rand, cell string) string) func(*rand.Rand, *doc) (string, bool) {
	return func(r *rand.Rand, d *doc) (string, bool) {
		type place struct {
			g        *grid
			row, col int
			text     string
		}
		var places []place
		for _, g := range d.tables {
			if !g.clear() {
				continue
			}
			for i, row := range g.cells {
				for j, cell := range row {
					name := g.names[j]
					if columns != nil && !slices.Contains(columns, name) || slices.Contains(unsteadyColumns, name) || !d.lines[g.at+1+i].shown {
						continue
					}
					if s := f(r, cell); s != "" && s != cell {
						places = append(places, place{g, i, j, s})
					}
				}
			}
		}
		if len(places) == 0 {
			return "", false
		}
		p := pick(r, places...)
		rows := p.g.rows()
		rows[p.row+1][p.col] = p.text
		return d.with(p.g, rows, 3), true
	}
}

func otherStatus(r *rand.Rand, cell string) string {
	if cell == "" {
		return ""
	}
	others := []string{"CrashLoopBackOff", "Pending", "Error", "Completed", "Terminating", "ImagePullBackOff", "Init:0/1", "Unknown"}
	switch cell {
	case "SYNCED":
		others = []string{"STALE", "NOT SENT"}
	case "Ready":
		others = []string{"NotReady", "Ready,SchedulingDisabled"}
	case "Bound":
		others = []string{"Pending", "Lost"}
	case "HEALTHY":
		others = []string{"UNHEALTHY", "ERROR"}
	}
	if s := pick(r, others...); s != cell {
		return s
	}
	return ""
}

var ready = regexp.MustCompile(`^(\d+)/(\d+)$`)

func otherReady(r *rand.Rand, cell string) string {
	if m := ready.FindStringSubmatch(cell); m != nil {
		n, _ := strconv.Atoi(m[1])
		of, _ := strconv.Atoi(m[2])
		if r.IntN(4) == 0 {
			return fmt.Sprintf("%d/%d", n, of+1)
		}
		return fmt.Sprintf("%d/%d", (n+1+r.IntN(of+1))%(of+2), of)
	}
	if cell == "True" {
		return "False"
	}
	return ""
}

func otherCount(r *rand.Rand, cell string) string {
	n, err := strconv.Atoi(cell)
	if err != nil || len(cell) > 6 {
		return ""
	}
	if n > 0 && r.IntN(2) == 0 {
		return strconv.Itoa(n - 1)
	}
	return strconv.Itoa(n + 1 + r.IntN(3))
}

// otherName changes the part of a name that is not generated.
func otherName(r *rand.Rand, cell string) string {
	spans := unsteady.FindAllStringIndex(cell, -1)
	var places []int
	for i := range cell {
		if (cell[i] >= 'a' && cell[i] <= 'z' || cell[i] >= '0' && cell[i] <= '9') && steady(spans, i, i+1) {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return ""
	}
	i := pick(r, places...)
	switch r.IntN(3) {
	case 0: // a letter too few
		if len(places) > 2 {
			return cell[:i] + cell[i+1:]
		}
	case 1: // a word too many
		if j := strings.IndexByte(cell, '-'); j > 0 && steady(spans, j-1, j) {
			return cell[:j] + "-broken" + cell[j:]
		}
	}
	return cell[:i] + letters(r, 1, "abcdefghijklmnopqrstuvwxyz") + cell[i+1:]
}

// otherKind puts something else in the place of a value that differs from run
// to run: a word, another kind of value, this machine's address.
func otherKind(r *rand.Rand, d *doc) (string, bool) {
	forms := []*regexp.Regexp{uuidText, ipText, hashText, podNames}
	for _, f := range timeForms {
		forms = append(forms, f.re)
	}
	ages := func(cell string) string {
		if !ageText.MatchString(cell) {
			return ""
		}
		return pick(r, "old", "2/2", "10.0.0.7", "<none>", "12")
	}
	if r.IntN(3) == 0 {
		if text, ok := cells(d, []string{"AGE"}, ages); ok {
			return text, true
		}
	}
	r.Shuffle(len(forms), func(i, j int) { forms[i], forms[j] = forms[j], forms[i] })
	for _, form := range forms {
		if text, ok := d.rewritten(func(text string) string { return oneOther(r, form, text) }); ok {
			return text, true
		}
	}
	return "", false
}

// oneOther does so for one value of a form.
func oneOther(r *rand.Rand, form *regexp.Regexp, text string) string {
	all := form.FindAllStringIndex(text, -1)
	if len(all) == 0 {
		return text
	}
	m := pick(r, all...)
	old := text[m[0]:m[1]]
	var other string
	switch {
	case strings.Contains(text[:m[0]], "managedFields"), form == hashText && (!strings.ContainsAny(old, "abcdef") || !strings.ContainsAny(old, "0123456789")):
		return text
	case form == podNames && r.IntN(2) == 0:
		other = podNames.ReplaceAllString(old, "$1")
	case form == podNames:
		other = podNames.ReplaceAllString(old, "$1-$2-other")
	case form == ipText:
		other = pick(r, "127.0.0.1", "0.0.0.0", "none", "300.1.2.3")
	default:
		other = pick(r, "null", "never", "5m", "10.0.0.7", "x"+old, old+"x", old[:len(old)/2])
	}
	return text[:m[0]] + other + text[m[1]:]
}

// disguised changes what may change, and one status or count of pods.
func disguised(r *rand.Rand, d *doc) (string, bool) {
	text, ok := several(r, d)
	if !ok || len(d.tables) == 0 || d.left { // which rows are filled in is not known any more
		return "", false
	}
	e := again(d, text)
	if text, ok = inColumns([]string{"STATUS"}, otherStatus)(r, e); ok && r.IntN(2) == 0 {
		return text, true
	}
	return inColumns([]string{"READY"}, otherReady)(r, e)
}

var tagText = regexp.MustCompile(`(\bimage: ?|\bImage: +)(\S+)`)

// image changes the tag or the name of an image.
func image(r *rand.Rand, d *doc) (string, bool) {
	other := func(s string) string {
		if i := strings.LastIndexByte(s, ':'); i > 0 && !strings.Contains(s, "@") && r.IntN(2) == 0 {
			return s[:i+1] + pick(r, "0.1", "latest2", "v99")
		}
		return "other/" + s
	}
	if text, ok := inColumns([]string{"IMAGE", "IMAGES"}, func(_ *rand.Rand, cell string) string { return other(cell) })(r, d); ok {
		return text, true
	}
	text := d.text()
	all := tagText.FindAllStringSubmatchIndex(text, -1)
	if len(all) == 0 {
		return "", false
	}
	m := pick(r, all...)
	if strings.Contains(text[m[4]:m[5]], "filler") {
		return "", false
	}
	return text[:m[4]] + other(text[m[4]:m[5]]) + text[m[5]:], true
}

var portText = regexp.MustCompile(`^(\d+)([:/,].*)?$`)

func otherPort(r *rand.Rand, cell string) string {
	m := portText.FindStringSubmatch(cell)
	if m == nil {
		return ""
	}
	n, _ := strconv.Atoi(m[1])
	return strconv.Itoa(n+1+r.IntN(20)) + m[2]
}

// otherCell puts another word in the place of one.
func otherCell(r *rand.Rand, cell string) string {
	if len(cell) < 2 || strings.ContainsAny(cell, "0123456789<") || unsteady.MatchString(cell) {
		return ""
	}
	return pick(r, "NodePort", "Opaque", "mixed", "unknown-thing", strings.ToUpper(cell), cell+"x")
}

func noAddress(r *rand.Rand, cell string) string {
	if !ipText.MatchString(cell) {
		return ""
	}
	return pick(r, "<none>", "<pending>", "None")
}

func truncatedCell(r *rand.Rand, cell string) string {
	if len(cell) < 4 || unsteady.MatchString(cell) || strings.ContainsAny(cell, "<") {
		return ""
	}
	return strings.TrimSpace(cell[:1+r.IntN(len(cell)-1)])
}

// tableOf returns a table and the index of a row that the page shows whole.
func tableOf(r *rand.Rand, d *doc, ok func(g *grid) bool) (*grid, int) {
	var gs []*grid
	for _, g := range d.tables {
		if g.clear() && (ok == nil || ok(g)) {
			gs = append(gs, g)
		}
	}
	if len(gs) == 0 {
		return nil, 0
	}
	g := pick(r, gs...)
	var rows []int
	for i := range g.cells {
		if d.lines[g.at+1+i].shown {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return nil, 0
	}
	return g, pick(r, rows...)
}

func missingRow(r *rand.Rand, d *doc) (string, bool) {
	g, i := tableOf(r, d, func(g *grid) bool { return len(g.cells) > 1 })
	if g == nil {
		return "", false
	}
	return d.with(g, slices.Delete(g.rows(), i+1, i+2), 3), true
}

func complete(g *grid) bool { return !g.left }

func extraRow(r *rand.Rand, d *doc) (string, bool) {
	g, i := tableOf(r, d, complete)
	if g == nil {
		return "", false
	}
	rows := g.rows()
	extra := append([]string(nil), rows[i+1]...)
	extra[0] = "extra-" + extra[0]
	return d.with(g, slices.Insert(rows, 1+r.IntN(len(rows)), extra), 3), true
}

func doubleRow(r *rand.Rand, d *doc) (string, bool) {
	g, i := tableOf(r, d, complete)
	if g == nil {
		return "", false
	}
	rows := g.rows()
	return d.with(g, slices.Insert(rows, i+1, rows[i+1]), 3), true
}

// swappedCells swaps two cells of a row.
func swappedCells(r *rand.Rand, d *doc) (string, bool) {
	g, i := tableOf(r, d, nil)
	if g == nil {
		return "", false
	}
	rows := g.rows()
	j, k := r.IntN(len(g.names)), r.IntN(len(g.names))
	a, b := rows[i+1][j], rows[i+1][k]
	if a == b || a == "" || b == "" || alikeText(a) == alikeText(b) {
		return "", false
	}
	rows[i+1][j], rows[i+1][k] = b, a
	return d.with(g, rows, 3), true
}

// alikeText is the same for texts of which a reader could not say which is which.
func alikeText(s string) string { return unsteady.ReplaceAllString(s, "#") }

func swappedColumns(r *rand.Rand, d *doc) (string, bool) {
	g, _ := tableOf(r, d, nil)
	if g == nil {
		return "", false
	}
	j, k := r.IntN(len(g.names)), r.IntN(len(g.names))
	if j == k {
		return "", false
	}
	rows := g.rows()
	for _, row := range rows {
		row[j], row[k] = row[k], row[j]
	}
	return d.with(g, rows, 3), true
}

func missingColumn(r *rand.Rand, d *doc) (string, bool) {
	g, _ := tableOf(r, d, func(g *grid) bool { return len(g.names) > 2 })
	if g == nil {
		return "", false
	}
	rows, j := g.rows(), r.IntN(len(g.names))
	for i := range rows {
		rows[i] = slices.Delete(rows[i], j, j+1)
	}
	return d.with(g, rows, 3), true
}

// sortedRows swaps rows of a table that the command sorts.
func sortedRows(r *rand.Rand, d *doc) (string, bool) {
	if !sorting(d.command) {
		return "", false
	}
	g, i := tableOf(r, d, complete)
	if g == nil {
		return "", false
	}
	rows := g.rows()
	j := r.IntN(len(g.cells))
	if alikeText(strings.Join(rows[i+1], " ")) == alikeText(strings.Join(rows[j+1], " ")) {
		return "", false
	}
	rows[i+1], rows[j+1] = rows[j+1], rows[i+1]
	return d.with(g, rows, 3), true
}

var momentary = regexp.MustCompile(`^[Ww]aiting for .*\.\.\.$`)

// text says which lines are text to a reader: not in a table, JSON or YAML, not
// empty, and shown whole.
func (d *doc) plain(i int) bool {
	l := d.lines[i]
	return l.shown && !l.moot && l.grid == nil && !d.isJSON && !d.isYAML && strings.TrimSpace(l.text) != "" && !momentary.MatchString(l.text) && !leftOut.MatchString(l.text)
}

func (d *doc) lineOf(r *rand.Rand, ok func(i int) bool) int {
	var is []int
	for i := range d.lines {
		if d.plain(i) && (ok == nil || ok(i)) {
			is = append(is, i)
		}
	}
	if len(is) == 0 {
		return -1
	}
	return pick(r, is...)
}

func missingLine(r *rand.Rand, d *doc) (string, bool) {
	i := d.lineOf(r, nil)
	if i < 0 || len(d.lines) < 2 {
		return "", false
	}
	return join(slices.Delete(d.copied(), i, i+1)), true
}

func extraLine(r *rand.Rand, d *doc) (string, bool) {
	i := d.lineOf(r, func(i int) bool { return !d.lines[i].beside })
	if i < 0 {
		return "", false
	}
	text := pick(r, "error: something is wrong", "Warning: deprecated", "extra")
	if !d.left && r.IntN(3) == 0 { // where lines are left out it might be one of those
		text = d.lines[i].text
	}
	return join(slices.Insert(d.copied(), i+1, line{text: text})), true
}

func swappedLines(r *rand.Rand, d *doc) (string, bool) {
	if len(d.lines) == 0 {
		return "", false
	}
	d.unsteady(0)
	i := d.lineOf(r, func(i int) bool {
		return i+1 < len(d.lines) && d.plain(i+1) && !d.lines[i].free && !d.lines[i+1].free && !d.lines[i].beside && !d.lines[i+1].beside &&
			d.alike[i] != d.alike[i+1]
	})
	if i < 0 {
		return "", false
	}
	ls := d.copied()
	ls[i], ls[i+1] = ls[i+1], ls[i]
	return join(ls), true
}

var wordText = regexp.MustCompile(`[A-Za-z]{3,}`)

// editable are lines in which words and numbers are changed: all that the page
// shows whole, but for rows of tables, JSON, and remarks.
func (d *doc) editable(i int) bool {
	l := d.lines[i]
	return l.shown && !l.moot && l.grid == nil && !d.isJSON && !momentary.MatchString(l.text) && !strings.HasPrefix(strings.TrimSpace(l.text), "#") && !leftOut.MatchString(l.text)
}

// inText changes one place of the lines that re finds.
func inText(re *regexp.Regexp, f func(r *rand.Rand, s string) string, ok func(l string, from, to int) bool) func(*rand.Rand, *doc) (string, bool) {
	return func(r *rand.Rand, d *doc) (string, bool) {
		type place struct{ line, from, to int }
		var places []place
		for i, l := range d.lines {
			if !d.editable(i) {
				continue
			}
			spans := d.unsteady(i)
			for _, m := range re.FindAllStringIndex(l.text, -1) {
				if steady(spans, m[0], m[1]) && (ok == nil || ok(l.text, m[0], m[1])) {
					places = append(places, place{i, m[0], m[1]})
				}
			}
		}
		if len(places) == 0 {
			return "", false
		}
		p := pick(r, places...)
		ls := d.copied()
		text := ls[p.line].text
		s := f(r, text[p.from:p.to])
		if s == text[p.from:p.to] {
			return d.text(), true // the same again is counted as no change
		}
		ls[p.line].text = text[:p.from] + s + text[p.to:]
		return join(ls), true
	}
}

func inWords(f func(*rand.Rand, string) string) func(*rand.Rand, *doc) (string, bool) {
	return inText(wordText, f, nil)
}

func inNumbers(re *regexp.Regexp, f func(*rand.Rand, string) string) func(*rand.Rand, *doc) (string, bool) {
	return inText(re, f, func(l string, from, to int) bool {
		before, behind := byte(' '), byte(' ')
		if from > 0 {
			before = l[from-1]
		}
		if to < len(l) {
			behind = l[to]
		}
		return !strings.ContainsRune("-./_%", rune(before)) && !strings.ContainsRune("-_", rune(behind)) && !(behind == '.' && to+1 < len(l) && l[to+1] >= '0' && l[to+1] <= '9')
	})
}

func otherWord(r *rand.Rand, s string) string {
	return pick(r, "wrong", "deleted", "unchanged", "failed", "forbidden", "Unknown", "other")
}

func otherLetter(r *rand.Rand, s string) string {
	i := r.IntN(len(s))
	return s[:i] + letters(r, 1, "abcdefghijklmnopqrstuvwxyz") + s[i+1:]
}

func truncated(r *rand.Rand, s string) string { return s[:1+r.IntN(len(s)-1)] }

func otherNumber(r *rand.Rand, s string) string {
	n, _ := strconv.Atoi(s)
	return strconv.Itoa(n + 1 + r.IntN(9))
}

func otherVersion(r *rand.Rand, s string) string {
	i := strings.LastIndexByte(s, '.')
	return s[:i+1] + otherNumber(r, s[i+1:])
}

func otherPortText(r *rand.Rand, s string) string { return ":" + otherNumber(r, s[1:]) }

var codeText = regexp.MustCompile(`(HTTP/[\d.]+"? )(\d{3})`)

func statusCode(r *rand.Rand, d *doc) (string, bool) {
	text := d.text()
	all := codeText.FindAllStringSubmatchIndex(text, -1)
	if len(all) == 0 {
		return "", false
	}
	m := pick(r, all...)
	code := pick(r, "503", "404", "302", "201")
	return text[:m[4]] + code + text[m[5]:], code != text[m[4]:m[5]]
}

var settingText = regexp.MustCompile(`((?i:timeout|interval|period|delay|ejectionTime|ttl|grace)"?(?:: "?|=))(\d+)((?:ms|s|m|h)\b)`)

// setting changes a duration that is one.
func setting(r *rand.Rand, d *doc) (string, bool) {
	text := d.text()
	all := settingText.FindAllStringSubmatchIndex(text, -1)
	if len(all) == 0 {
		return "", false
	}
	m := pick(r, all...)
	return text[:m[4]] + otherNumber(r, text[m[4]:m[5]]) + text[m[5]:], true
}

// A leaf is a value in JSON and how to put another in its place.
type leaf struct {
	key string
	v   any
	set func(any)
}

var unsteadyKeys = regexp.MustCompile(`(?i)^(uid|resourceVersion|generation|observedGeneration|.*(time|timestamp|at)|podIPs?|hostIPs?|clusterIPs?|ip|nodePort|restartCount|.*hash|.*-uid|managedFields|exp|iat|nbf|age|duration|f:.*)$`)

func (d *doc) leaves() (root any, all []leaf) {
	if !d.isJSON {
		return nil, nil
	}
	dec := json.NewDecoder(strings.NewReader(d.text()))
	dec.UseNumber()
	if dec.Decode(&root) != nil {
		return nil, nil
	}
	var walk func(key string, v any, set func(any))
	walk = func(key string, v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			var keys []string
			for k := range v {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			for _, k := range keys {
				if !unsteadyKeys.MatchString(k) && k != "filler" {
					walk(k, v[k], func(n any) { v[k] = n })
				}
			}
		case []any:
			for i := range v {
				walk(key, v[i], func(n any) { v[i] = n })
			}
		default:
			if s := fmt.Sprint(v); !strings.Contains(s, "filler") && !unsteady.MatchString(s) {
				all = append(all, leaf{key, v, set})
			}
		}
	}
	walk("", root, func(n any) { root = n })
	return root, all
}

func encode(v any) string {
	out, _ := json.MarshalIndent(v, "", "  ")
	return string(out) + "\n"
}

func inJSON(f func(r *rand.Rand, v any) any) func(*rand.Rand, *doc) (string, bool) {
	return func(r *rand.Rand, d *doc) (string, bool) {
		root, all := d.leaves()
		if len(all) == 0 {
			return "", false
		}
		l := pick(r, all...)
		l.set(f(r, l.v))
		return encode(root), true
	}
}

func otherValue(r *rand.Rand, v any) any {
	switch v := v.(type) {
	case bool:
		return !v
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n + 1 + r.IntN(5)
		}
		return 0.5
	case string:
		if v == "" {
			return "x"
		}
		if r.IntN(2) == 0 && !strings.HasSuffix(v, "\n") {
			return v[:len(v)-1]
		}
		return v + "x"
	}
	return "null"
}

func otherType(_ *rand.Rand, v any) any {
	switch v := v.(type) {
	case bool, json.Number:
		return fmt.Sprint(v)
	case string:
		return []any{v}
	}
	return map[string]any{}
}

// objects returns the objects of JSON that hold a key that is not unsteady.
func (d *doc) objects() (root any, all []map[string]any) {
	root, _ = d.leaves()
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if len(v) > 0 {
				all = append(all, v)
			}
			for k, c := range v {
				if !unsteadyKeys.MatchString(k) {
					walk(c)
				}
			}
		case []any:
			for _, c := range v {
				walk(c)
			}
		}
	}
	walk(root)
	slices.SortFunc(all, func(a, b map[string]any) int { return strings.Compare(encode(a), encode(b)) })
	return root, all
}

func keysOf(m map[string]any) []string {
	var keys []string
	for k := range m {
		if k != "managedFields" && k != "filler" {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

func jsonKeyMissing(r *rand.Rand, d *doc) (string, bool) {
	root, all := d.objects()
	if len(all) == 0 {
		return "", false
	}
	m := pick(r, all...)
	keys := keysOf(m)
	if len(keys) == 0 {
		return "", false
	}
	delete(m, pick(r, keys...))
	return encode(root), true
}

func jsonKeyExtra(r *rand.Rand, d *doc) (string, bool) {
	root, all := d.objects()
	if len(all) == 0 || d.left {
		return "", false
	}
	pick(r, all...)["unexpected"] = pick[any](r, "x", 1, true)
	return encode(root), true
}

// jsonElement takes an element out of an array, or puts one in twice.
func jsonElement(r *rand.Rand, d *doc) (string, bool) {
	if d.left {
		return "", false
	}
	root, _ := d.leaves()
	type place struct {
		items []any
		set   func(any)
	}
	var all []place
	var walk func(v any, set func(any))
	walk = func(v any, set func(any)) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range keysOf(v) {
				if !unsteadyKeys.MatchString(k) {
					walk(v[k], func(n any) { v[k] = n })
				}
			}
		case []any:
			if len(v) > 0 {
				all = append(all, place{v, set})
			}
			for i := range v {
				walk(v[i], func(n any) { v[i] = n })
			}
		}
	}
	walk(root, func(n any) { root = n })
	if len(all) == 0 {
		return "", false
	}
	p := pick(r, all...)
	i := r.IntN(len(p.items))
	if r.IntN(2) == 0 {
		p.set(slices.Concat(p.items[:i], p.items[i+1:]))
	} else {
		p.set(slices.Concat(p.items[:i], p.items[i:i+1], p.items[i:]))
	}
	return encode(root), true
}

var yamlLine = regexp.MustCompile(`^(\s*(?:- )?)([A-Za-z][\w./-]*): ([^|>{\[&*#"' ][^#]*)$`)

// yamlLines returns the lines of YAML that hold a key and a value that does not
// differ from run to run.
func (d *doc) yamlLines() (is []int) {
	if !d.isYAML {
		return nil
	}
	skip := -1 // in a text that is further in than this
	for i, l := range d.lines {
		in := len(l.text) - len(strings.TrimLeft(l.text, " "))
		if skip >= 0 && in > skip {
			continue
		}
		skip = -1
		if t := strings.TrimSpace(l.text); strings.HasSuffix(t, "|") || strings.HasSuffix(t, ">") || strings.HasSuffix(t, "managedFields:") {
			skip = in
			continue
		}
		m := yamlLine.FindStringSubmatch(l.text)
		if m == nil || !l.shown || unsteadyKeys.MatchString(m[2]) || unsteady.MatchString(m[3]) {
			continue
		}
		if i+1 < len(d.lines) { // the value goes on
			next := d.lines[i+1].text
			if n := len(next) - len(strings.TrimLeft(next, " ")); n > in+len(m[1])-in {
				continue
			}
		}
		is = append(is, i)
	}
	return is
}

func yamlValue(r *rand.Rand, d *doc) (string, bool) {
	is := d.yamlLines()
	if len(is) == 0 {
		return "", false
	}
	ls, i := d.copied(), pick(r, is...)
	m := yamlLine.FindStringSubmatch(ls[i].text)
	v := m[3]
	if n, err := strconv.Atoi(v); err == nil {
		v = strconv.Itoa(n + 1)
	} else if v == "true" || v == "false" {
		v = map[string]string{"true": "false", "false": "true"}[v]
	} else {
		v = pick(r, v+"x", v[:len(v)-1]+"q", "other")
	}
	ls[i].text = m[1] + m[2] + ": " + v
	return join(ls), true
}

func yamlKeyMissing(r *rand.Rand, d *doc) (string, bool) {
	is := slices.DeleteFunc(d.yamlLines(), func(i int) bool { return strings.HasPrefix(strings.TrimSpace(d.lines[i].text), "- ") })
	if len(is) == 0 {
		return "", false
	}
	i := pick(r, is...)
	return join(slices.Delete(d.copied(), i, i+1)), true
}

func yamlKeyExtra(r *rand.Rand, d *doc) (string, bool) {
	is := slices.DeleteFunc(d.yamlLines(), func(i int) bool { return strings.HasPrefix(strings.TrimSpace(d.lines[i].text), "- ") })
	if len(is) == 0 || d.left {
		return "", false
	}
	i := pick(r, is...)
	text := d.lines[i].text
	in := text[:len(text)-len(strings.TrimLeft(text, " "))]
	return join(slices.Insert(d.copied(), i, line{text: in + "unexpected: 1"})), true
}

// onlyStart cuts the output in the middle.
func onlyStart(r *rand.Rand, d *doc) (string, bool) {
	if len(d.lines) < 3 {
		return "", false
	}
	n := 1 + r.IntN(len(d.lines)-1)
	for _, l := range d.lines[n:] {
		if l.shown && strings.TrimSpace(l.text) != "" && !momentary.MatchString(l.text) && !strings.HasPrefix(strings.TrimSpace(l.text), "#") {
			return join(d.lines[:n]), true
		}
	}
	return "", false
}
