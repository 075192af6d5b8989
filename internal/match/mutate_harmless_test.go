package match_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A mutation is a kind of change. change returns false where an output has
// nothing of its kind.
type mutation struct {
	name    string
	harmful bool
	change  func(r *rand.Rand, d *doc) (string, bool)
}

var mutations = slices.Concat(harmless, harmful)

var harmless = []mutation{
	{"age", false, ages},
	{"restarts", false, restarts},
	{"generated name", false, replaced(generatedNames)},
	{"IP address", false, replaced(addresses)},
	{"node port", false, replaced(nodePorts)},
	{"UUID", false, replaced(uuids)},
	{"time", false, replaced(times)},
	{"hash", false, replaced(hashes)},
	{"resource version", false, replaced(versions)},
	{"HTTP header", false, replaced(headers)},
	{"elapsed time", false, replaced(elapsed)},
	{"measured value", false, measured},
	{"order of rows", false, shuffled},
	{"column widths", false, wider},
	{"white space at the end", false, trailing},
	{"a longer row among those left out", false, longer},
	{"order of keys", false, keyOrder},
	{"progress", false, progress},
	{"several of these", false, several},
}

// change rewrites the texts of lines that are not filled in.
type rewrite func(r *rand.Rand, text string) string

func replaced(f rewrite) func(r *rand.Rand, d *doc) (string, bool) {
	return func(r *rand.Rand, d *doc) (string, bool) {
		return d.rewritten(func(text string) string { return f(r, text) })
	}
}

// between stands between the cells of a row while its text is changed.
const between = "\x1f"

// rewritten changes the text of d and writes its tables anew, as kubectl would
// have with the values that are in them now.
func (d *doc) rewritten(f func(text string) string) (string, bool) {
	ls := d.copied()
	for _, g := range d.tables {
		if !g.clear() {
			continue
		}
		for i, row := range g.rows() {
			ls[g.at+i].text = strings.Join(row, between)
		}
	}
	before := join(ls)
	after := f(before)
	if after == before {
		return "", false
	}
	texts := strings.Split(after, "\n")
	for _, g := range d.tables {
		if !g.clear() {
			continue
		}
		var rows [][]string
		for _, text := range texts[g.at:g.end] {
			rows = append(rows, strings.Split(text, between))
		}
		copy(texts[g.at:g.end], render(rows, 3))
	}
	return strings.Join(texts, "\n"), true
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func letters(r *rand.Rand, n int, alphabet string) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// each gives the same new text to the same old one.
func each(re *regexp.Regexp, text string, f func(m []string) string) string {
	made := map[string]string{}
	return re.ReplaceAllStringFunc(text, func(s string) string {
		m := re.FindStringSubmatch(s)
		if made[s] == "" {
			made[s] = f(m)
		}
		return made[s]
	})
}

func age(r *rand.Rand) string {
	return pick(r, fmt.Sprintf("%ds", r.IntN(120)), fmt.Sprintf("%dm", 2+r.IntN(200)), fmt.Sprintf("%dm%ds", 2+r.IntN(8), 1+r.IntN(59)),
		fmt.Sprintf("%dh", 3+r.IntN(40)), fmt.Sprintf("%dh%dm", 1+r.IntN(7), 1+r.IntN(59)), fmt.Sprintf("%dd", 2+r.IntN(400)), fmt.Sprintf("%dd%dh", 2+r.IntN(6), 1+r.IntN(23)), fmt.Sprintf("%dy%dd", 2+r.IntN(6), 1+r.IntN(300)))
}

var ageText = regexp.MustCompile(`^(\d+[smhdy])+$`)

// cells rewrites the cells of columns; f returns "" to leave one.
func cells(d *doc, columns []string, f func(cell string) string) (string, bool) {
	changed := false
	ls := d.copied()
	for _, g := range d.tables {
		if !g.clear() {
			continue
		}
		rows := g.rows()
		for i, name := range g.names {
			if !slices.Contains(columns, name) {
				continue
			}
			for _, row := range rows[1:] {
				if s := f(row[i]); s != "" && s != row[i] {
					row[i], changed = s, true
				}
			}
		}
		for i, text := range render(rows, 3) {
			ls[g.at+i].text = text
		}
	}
	return join(ls), changed
}

func ages(r *rand.Rand, d *doc) (string, bool) {
	return cells(d, []string{"AGE", "LAST SEEN", "FIRST SEEN", "LAST SCHEDULE", "DURATION"}, func(cell string) string {
		if !ageText.MatchString(cell) {
			return ""
		}
		return age(r)
	})
}

func restarts(r *rand.Rand, d *doc) (string, bool) {
	return cells(d, []string{"RESTARTS"}, func(cell string) string {
		n, _, _ := strings.Cut(cell, " ")
		if n == "0" {
			n = "1"
		}
		return n + " (" + age(r) + " ago)"
	})
}

func measured(r *rand.Rand, d *doc) (string, bool) {
	return cells(d, []string{"CPU(cores)", "CPU%", "MEMORY(bytes)", "MEMORY%"}, func(cell string) string {
		unit := strings.TrimLeft(cell, "0123456789")
		if unit == cell {
			return ""
		}
		return fmt.Sprint(1+r.IntN(900)) + unit
	})
}

const (
	podAlphabet  = "bcdfghjklmnpqrstvwxz2456789"
	hashAlphabet = "456789bcdf"
)

var (
	podNames = regexp.MustCompile(`\b([a-z][a-z0-9.-]*?)-([4-9bcdf]{8,10}|\d{9,10})-([a-z0-9]{5})\b`)
	rsNames  = regexp.MustCompile(`\b([a-z][a-z0-9-]*?)-([4-9bcdf]{8,10})\b([^-]|$)`)
	labels   = regexp.MustCompile(`(pod-template-hash[=:] ?"?)([4-9bcdf]{8,10})`)
)

// generatedNames gives pods and ReplicaSets the names of another run. All pods
// of one set keep one hash.
func generatedNames(r *rand.Rand, text string) string {
	sets := map[string]string{}
	hash := func(old string) string {
		if sets[old] == "" {
			sets[old] = letters(r, 9+r.IntN(2), hashAlphabet)
		}
		return sets[old]
	}
	text = each(podNames, text, func(m []string) string {
		return m[1] + "-" + hash(m[2]) + "-" + letters(r, 5, podAlphabet)
	})
	text = each(rsNames, text, func(m []string) string { return m[1] + "-" + hash(m[2]) + m[3] })
	return each(labels, text, func(m []string) string { return m[1] + hash(m[2]) })
}

var ipText = regexp.MustCompile(`\b(10|172|192|35|34|130)\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b`)

func addresses(r *rand.Rand, text string) string {
	return each(ipText, text, func([]string) string {
		return fmt.Sprintf("%s.%d.%d", pick(r, "10.244", "10.96", "172.18", "192.168"), r.IntN(256), 1+r.IntN(254))
	})
}

var nodePortText = regexp.MustCompile(`(:|nodePort: )(3[01]\d{3}|32[0-6]\d{2})(/TCP|/UDP|,?\n)`)

func nodePorts(r *rand.Rand, text string) string {
	return each(nodePortText, text, func(m []string) string { return m[1] + fmt.Sprint(30000+r.IntN(2768)) + m[3] })
}

var uuidText = regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)

func uuids(r *rand.Rand, text string) string {
	return each(uuidText, text, func([]string) string {
		h := func(n int) string { return letters(r, n, "0123456789abcdef") }
		return h(8) + "-" + h(4) + "-4" + h(3) + "-" + h(4) + "-" + h(12)
	})
}

var timeForms = []struct {
	re     *regexp.Regexp
	format string
}{
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "2006-01-02T15:04:05Z"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`), "2006-01-02T15:04:05.000Z"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z`), "2006-01-02T15:04:05.000000Z"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\b`), "2006-01-02 15:04:05.000"},
	{regexp.MustCompile(`\b\d{4}/\d\d/\d\d \d\d:\d\d:\d\d\b`), "2006/01/02 15:04:05"},
	{regexp.MustCompile(`\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT`), "Mon, 02 Jan 2006 15:04:05 GMT"},
	{regexp.MustCompile(`\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}`), "Mon, 02 Jan 2006 15:04:05 -0700"},
	{regexp.MustCompile(`\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d UTC \d{4}\b`), "Mon Jan _2 15:04:05 UTC 2006"},
	{regexp.MustCompile(`\b\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}`), "02/Jan/2006:15:04:05 -0700"},
	{regexp.MustCompile(`\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} GMT`), "Jan _2 15:04:05 2006 GMT"},
}

func times(r *rand.Rand, text string) string {
	for _, f := range timeForms {
		text = f.re.ReplaceAllStringFunc(text, func(string) string {
			return time.Unix(1_500_000_000+r.Int64N(300_000_000), r.Int64N(1e9)).UTC().Format(f.format)
		})
	}
	return text
}

var hashText = regexp.MustCompile(`\b[0-9a-f]{12,64}\b`)

func hashes(r *rand.Rand, text string) string {
	return each(hashText, text, func(m []string) string {
		if !strings.ContainsAny(m[0], "abcdef") || !strings.ContainsAny(m[0], "0123456789") {
			return m[0]
		}
		return letters(r, len(m[0]), "0123456789abcdef")
	})
}

var versionText = regexp.MustCompile(`("?(?:resourceVersion|generation|observedGeneration|Resource Version|Generation)"?: +"?)(\d+)`)

func versions(r *rand.Rand, text string) string {
	return each(versionText, text, func(m []string) string { return m[1] + fmt.Sprint(1+r.IntN(900_000)) })
}

var headerText = regexp.MustCompile(`(?i)((?:x-envoy-upstream-service-time|age): )(\d+)\b`)

func headers(r *rand.Rand, text string) string {
	return each(headerText, text, func(m []string) string { return m[1] + fmt.Sprint(r.IntN(5000)) })
}

var elapsedText = regexp.MustCompile(`((?:real|user|sys)\s+|(?:after|in|took) )(\d[\dms.]*(?:ms|s))\b`)

func elapsed(r *rand.Rand, text string) string {
	return each(elapsedText, text, func(m []string) string {
		return m[1] + pick(r, fmt.Sprintf("%d.%03ds", r.IntN(60), r.IntN(1000)), fmt.Sprintf("%dm%d.%03ds", r.IntN(9), r.IntN(60), r.IntN(1000)))
	})
}

func shuffled(r *rand.Rand, d *doc) (string, bool) {
	if sorting(d.command) {
		return "", false
	}
	ls := d.copied()
	for _, g := range d.tables {
		rows := ls[g.at+1 : g.end]
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	}
	return join(ls), len(d.tables) > 0
}

func wider(r *rand.Rand, d *doc) (string, bool) {
	ls, ok := d.copied(), false
	for _, g := range d.tables {
		if !g.clear() {
			continue
		}
		ok = true
		for i, text := range render(g.rows(), 3+r.IntN(30)) {
			ls[g.at+i].text = text
		}
	}
	return join(ls), ok
}

func trailing(r *rand.Rand, d *doc) (string, bool) {
	ls := d.copied()
	for i := range ls {
		ls[i].text += pick(r, "", " ", "   ", "\r")
	}
	return join(ls) + pick(r, "", "\n", "\n\n"), true
}

// longer puts a row with a long name among those that the page leaves out.
func longer(r *rand.Rand, d *doc) (string, bool) {
	for _, g := range d.tables {
		if g.left && g.clear() {
			rows := g.rows()
			extra := append([]string(nil), rows[1+r.IntN(len(rows)-1)]...)
			extra[0] = "a-name-that-is-longer-than-those-on-the-page-" + letters(r, 5, podAlphabet)
			return d.with(g, slices.Insert(rows, 1+r.IntN(len(rows)), extra), 3), true
		}
	}
	return "", false
}

// keyOrder writes JSON and YAML anew: keys in another order, other indentation.
func keyOrder(r *rand.Rand, d *doc) (string, bool) {
	var b bytes.Buffer
	switch {
	case d.isJSON:
		var v any
		dec := json.NewDecoder(strings.NewReader(d.text()))
		dec.UseNumber()
		if dec.Decode(&v) != nil {
			return "", false
		}
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", strings.Repeat(" ", r.IntN(5)))
		if enc.Encode(v) != nil {
			return "", false
		}
	case d.isYAML:
		var v yaml.Node
		if yaml.Unmarshal([]byte(d.text()), &v) != nil {
			return "", false
		}
		shuffleKeys(r, &v)
		enc := yaml.NewEncoder(&b)
		enc.SetIndent(2 + r.IntN(3))
		if enc.Encode(&v) != nil {
			return "", false
		}
	}
	return b.String(), b.Len() > 0
}

func shuffleKeys(r *rand.Rand, n *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	if n.Kind == yaml.MappingNode {
		r.Shuffle(len(n.Content)/2, func(i, j int) {
			n.Content[2*i], n.Content[2*j] = n.Content[2*j], n.Content[2*i]
			n.Content[2*i+1], n.Content[2*j+1] = n.Content[2*j+1], n.Content[2*i+1]
		})
	}
	for _, c := range n.Content {
		shuffleKeys(r, c)
	}
}

var rolledOut = regexp.MustCompile(`(?m)^(deployment|daemon set|statefulset).* successfully rolled out`)

// progress puts lines before the end of a rollout.
func progress(r *rand.Rand, d *doc) (string, bool) {
	text := d.text()
	loc := rolledOut.FindStringIndex(text)
	if loc == nil {
		return "", false
	}
	more := fmt.Sprintf("Waiting for deployment \"x\" rollout to finish: %d out of %d new replicas have been updated...\n", r.IntN(3), 3+r.IntN(3))
	return text[:loc[0]] + more + text[loc[0]:], true
}

// several makes all changes of values at once, and a few others.
func several(r *rand.Rand, d *doc) (string, bool) {
	before := d.text()
	for _, change := range []func(*rand.Rand, *doc) (string, bool){ages, restarts, shuffled} {
		if text, ok := change(r, d); ok {
			d = again(d, text)
		}
	}
	text, ok := d.rewritten(func(text string) string {
		for _, f := range []rewrite{generatedNames, addresses, nodePorts, uuids, times, hashes, versions, headers} {
			text = f(r, text)
		}
		return text
	})
	if !ok {
		text = d.text()
	}
	return text, text != before
}

// again reads a changed text as the same page.
func again(d *doc, text string) *doc {
	e := &doc{sample: d.sample, want: d.want, isJSON: d.isJSON, isYAML: d.isYAML}
	e.split(text)
	e.findGrids()
	return e
}
