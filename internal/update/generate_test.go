package update_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A made page is one of the generator's: its text, and what its commands print.
type made struct {
	text    string
	eol     string
	outputs []shownAt
	live    map[string]string // by the number that the command names
}

// A shownAt is an expected output: the bytes of its lines.
type shownAt struct {
	id       string
	from, to int
	prefix   string
	tame     bool // what came differs in nothing that counts
}

// A maker writes a page.
type maker struct {
	*rand.Rand
	b    strings.Builder
	page made
	n    int
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func (m *maker) once(percent int) bool { return m.IntN(100) < percent }

// line writes a line of the page.
func (m *maker) line(prefix, text string) {
	if text == "" {
		prefix = strings.TrimRight(prefix, " \t")
	}
	m.b.WriteString(prefix + text + m.page.eol)
}

// makePage writes one page.
func makePage(r *rand.Rand) made {
	m := &maker{Rand: r, page: made{eol: pick(r, "\n", "\n", "\r\n"), live: map[string]string{}}}
	if m.once(10) {
		m.b.WriteString("\ufeff")
	}
	if m.once(50) {
		m.line("", "---")
		m.line("", "title: "+pick(r, "T", "\"A: b\""))
		m.line("", "---")
		m.line("", "")
	}
	for range 1 + m.IntN(4) {
		m.line("", pick(r, "Some `text` with {{< tip >}}a *tip*{{< /tip >}}.", "# Heading", "| a | b |", "Words...", "	tabs\there", "<!-- a comment -->"))
		m.line("", "")
		m.container()
		m.line("", "")
	}
	m.page.text = m.b.String()
	if m.once(30) {
		m.page.text = strings.TrimRight(m.page.text, "\r\n") // no newline at its end
	}
	return m.page
}

// A nest is where a block stands: what is before its first line, and before all
// others.
type nest struct{ first, rest string }

var nests = []nest{
	{"", ""}, {"", ""}, {"- ", "  "}, {"1. ", "   "}, {"10) ", "    "}, {"* ", "  "}, {"> ", "> "}, {">", ">"}, {"> - ", ">   "}, {"- > ", "  > "},
	{"- - ", "    "}, {"1.  ", "\t"}, {"-   ", "\t"}, {"  ", "  "}, {"1. a\n\n", "   "}, {"- a\n\n", "  "}, {"1. a\n\n", "    "}, {"> a\n>\n", "> "}, {"1.  a\n\n", "\t"},
}

// container writes a block somewhere.
func (m *maker) container() {
	at := pick(m.Rand, nests...)
	first := at.first
	if i := strings.LastIndexByte(first, '\n'); i >= 0 {
		for l := range strings.Lines(first[:i+1]) {
			m.line("", strings.TrimSuffix(l, "\n"))
		}
		first = first[i+1:] + at.rest
	}
	m.block(first, at.rest)
}

var rules = []string{"", "", "", "", "", "", "exact", "contains", "lines", "like", "regex", "json", "yaml", "none", "istio-same", "istio-contains", "istio-elided", "istio-lines", "istio-first-line", "istio-like", "istio-not-contains"}

// block writes a block of commands, and their outputs.
func (m *maker) block(first, rest string) {
	rule := pick(m.Rand, rules...)
	lang := pick(m.Rand, "bash", "sh", "console", "shell")
	var open, end string
	switch m.IntN(6) {
	case 0:
		open, end = "{{< text "+lang+" >}}", "{{< /text >}}"
	case 1:
		open, end = "{{% text "+lang+" %}}", "{{% /text %}}"
	case 2:
		open, end = "<<< text "+lang+" >>>", "<<< /text >>>"
	case 3:
		open, end = "~~~~"+lang, "~~~~"
	default:
		open, end = "```"+lang, "```"
	}
	if rule != "" {
		switch open[0] {
		case '`', '~':
			open += " {match=" + rule + "}"
		default:
			open = strings.Replace(open, lang, lang+" match="+rule, 1)
		}
	}
	m.line(first, open)
	for range 1 + m.IntN(4) {
		m.command(rest, rule)
	}
	m.line(rest, end)
	if m.once(20) {
		m.ownBlock(rest)
	}
}

// command writes a command and, mostly, what it prints.
func (m *maker) command(prefix, rule string) {
	id := m.next()
	switch m.IntN(6) {
	case 0:
		m.line(prefix, "$ tool "+id+" \\")
		m.line(prefix, "    --flag 'x y'")
	case 1:
		m.line(prefix, "$ cat <<EOF | tool "+id)
		m.line(prefix, "a: "+id)
		m.line(prefix, "EOF")
	default:
		m.line(prefix, "$ tool "+id)
	}
	if m.once(75) {
		m.output(prefix, id, rule)
	}
	if m.once(15) {
		m.line(prefix, "")
	}
}

func (m *maker) next() string {
	m.n++
	return fmt.Sprintf("no%d", m.n)
}

// ownBlock writes a command whose output stands in a block of its own.
func (m *maker) ownBlock(prefix string) {
	id := m.next()
	m.line(prefix, "")
	m.line(prefix, "```sh")
	m.line(prefix, "tool "+id)
	m.line(prefix, "```")
	m.line(prefix, "")
	m.line(prefix, "```text {output}")
	m.output(prefix, id, "")
	m.line(prefix, "```")
}

// output writes what the page shows of a command, and notes what it prints.
func (m *maker) output(prefix, id, rule string) {
	page, live, tame := m.text(rule)
	lines := strings.Split(page, "\n")
	if strings.TrimSpace(lines[0]) == "" || strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = []string{"x"}
		page, tame = "x", false
	}
	at := shownAt{id: id, prefix: prefix, from: m.b.Len(), tame: tame && !strings.HasSuffix(prefix, ">")}
	for i, l := range lines {
		if m.once(3) && rule != "exact" && !strings.HasPrefix(rule, "istio") && rule != "regex" {
			l += "  " // blanks at the end of a line do not count
		}
		m.line(prefix, l)
		if i == len(lines)-1 {
			at.to = m.b.Len()
		}
	}
	m.page.live[id] = live
	m.page.outputs = append(m.page.outputs, at)
}

// text makes what a page shows, and what comes now.
func (m *maker) text(rule string) (page, live string, tame bool) {
	lines := m.sample(rule)
	came := append([]string(nil), lines...)
	if m.once(40) && (rule == "" || rule == "istio-elided" || rule == "istio-like") {
		lines = m.elide(lines)
	}
	page = strings.Join(lines, "\n")
	tame = true
	for range m.IntN(4) {
		came, tame = m.change(came), false
	}
	if rule == "" {
		came = m.age(came)
	}
	if rule == "regex" {
		for i, l := range lines {
			lines[i] = strings.NewReplacer(".", `\.`, "(", `\(`, ")", `\)`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`, "+", `\+`, "*", `\*`, "?", `\?`, "|", `\|`, "$", `\$`, "^", `\^`).Replace(l)
		}
		page = strings.Join(lines, "\n")
	}
	live = strings.Join(came, "\n")
	switch m.IntN(12) {
	case 0:
		live = strings.ReplaceAll(live, "\n", "\r\n") + "\r\n"
	case 1: // no newline at its end
	case 2:
		live += "\n\n"
	default:
		live += "\n"
	}
	return page, live, tame && rule == ""
}

// sample makes an output.
func (m *maker) sample(rule string) []string {
	kind := m.IntN(7)
	switch rule {
	case "json":
		kind = 1
	case "yaml":
		kind = 2
	}
	switch kind {
	case 0:
		return m.table()
	case 1:
		return strings.Split("{\n    \"name\": \"web\",\n    \"count\": "+fmt.Sprint(m.IntN(9))+",\n    \"uid\": \"7d0b1c6e-1b1a-4c57-9f0a-2f4a1d1c7a01\",\n    \"list\": [\n        \"a\",\n        \"b\"\n    ]\n}", "\n")
	case 2:
		return strings.Split("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  creationTimestamp: \"2024-03-01T10:11:12Z\"\ndata:\n  key: value\n  n: \""+fmt.Sprint(m.IntN(9))+"\"", "\n")
	case 3:
		return []string{"Name:         web", "Namespace:    default", "Labels:       app=web", "              tier=front", "Status:       Running"}
	}
	var lines []string
	for range 1 + m.IntN(5) {
		lines = append(lines, m.word())
	}
	return lines
}

func (m *maker) word() string {
	return pick(m.Rand, "created", "deployment.apps/web configured", "pod/web-5d9c7bd5f4-x2x7k created", "at 2024-03-01T10:11:12Z all is good", "Grüße aus München",
		"one  two   three", "\ttab\tand tab", "a | b", "https://example.org/a?b=c&d=e", "10.244.1.17:8080 -> 10.96.0.1:443", "(x) [y] {z}", "* starred *", "1.2.3", "  indented", "error: not found",
		"# a remark", "---", "- item", "took 12ms", "<html>", "`code`", fmt.Sprintf("line %d of %d", m.IntN(9), m.IntN(9)))
}

func (m *maker) table() []string {
	var rows [][]string
	for i := range 1 + m.IntN(4) {
		rows = append(rows, []string{pick(m.Rand, "web", "db", "front-end") + fmt.Sprint(i), pick(m.Rand, "1/1", "0/1"), pick(m.Rand, "Running", "Pending", "CrashLoopBackOff"), pick(m.Rand, "", "x", "some-claim"), "3d"})
	}
	return render(rows)
}

// render writes a table as kubectl does.
func render(rows [][]string) []string {
	rows = append([][]string{{"NAME", "READY", "STATUS", "CLAIM", "AGE"}}, rows...)
	wide := make([]int, 5)
	for _, r := range rows {
		for i, c := range r {
			wide[i] = max(wide[i], len(c)+3)
		}
	}
	var lines []string
	for _, r := range rows {
		l := ""
		for i, c := range r {
			l += c + strings.Repeat(" ", wide[i]-len(c))
		}
		lines = append(lines, strings.TrimRight(l, " "))
	}
	return lines
}

// rowsOf reads a table that render has written; nil for other lines.
func rowsOf(lines []string) [][]string {
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "NAME ") {
		return nil
	}
	var at []int
	for _, name := range []string{"NAME", "READY", "STATUS", "CLAIM", "AGE"} {
		at = append(at, strings.Index(lines[0], name))
	}
	var rows [][]string
	for _, l := range lines[1:] {
		var r []string
		for i, from := range at {
			to := len(l)
			if i+1 < len(at) {
				to = min(to, at[i+1])
			}
			r = append(r, strings.TrimSpace(l[min(from, len(l)):max(to, min(from, len(l)))]))
		}
		rows = append(rows, r)
	}
	return rows
}

// elide leaves lines or words out.
func (m *maker) elide(lines []string) []string {
	out := append([]string(nil), lines...)
	i := m.IntN(len(out))
	if words := strings.Fields(out[i]); m.once(30) && len(words) > 2 && rowsOf(lines) == nil && !strings.ContainsAny(out[i], "{[\":") {
		out[i] = strings.Replace(out[i], words[len(words)-1], "...", 1)
		return out
	}
	if rowsOf(lines) != nil {
		i = len(out) - 1
	}
	if len(out) > 1 {
		out[i] = "..."
	}
	return out
}

// age changes what differs from run to run.
func (m *maker) age(lines []string) []string {
	if rows := rowsOf(lines); rows != nil {
		for _, r := range rows {
			r[4] = pick(m.Rand, "3d", "12s", "5m30s", "100d")
		}
		return render(rows)
	}
	for i, l := range lines {
		lines[i] = strings.NewReplacer("2024-03-01T10:11:12Z", "2026-11-21T21:22:23Z", "5d9c7bd5f4-x2x7k", "6b54d8f9c7-bcdfg", "7d0b1c6e-1b1a-4c57-9f0a-2f4a1d1c7a01", "00000000-1b1a-4c57-9f0a-2f4a1d1c7a02").Replace(l)
	}
	return lines
}

// change makes the output another.
func (m *maker) change(lines []string) []string {
	if rows := rowsOf(lines); rows != nil && m.once(85) {
		i := m.IntN(len(rows))
		switch m.IntN(5) {
		case 0:
			rows[i][2] = pick(m.Rand, "Error", "Completed", "ContainerCreating")
		case 1:
			rows[i][3] = pick(m.Rand, "", "other", "a-very-long-claim-name")
		case 2:
			rows = append(rows[:i], append([][]string{{fmt.Sprintf("new%d", m.IntN(99)), "1/1", "Running", pick(m.Rand, "", "y"), "3d"}}, rows[i:]...)...)
		case 3:
			rows[i][0] += pick(m.Rand, "-renamed", "-with-a-name-that-is-longer-than-the-column", "x")
		case 4:
			if len(rows) > 1 {
				rows = append(rows[:i], rows[i+1:]...)
			}
		}
		return render(rows)
	}
	if len(lines) == 0 {
		return []string{"again"}
	}
	i := m.IntN(len(lines))
	switch m.IntN(8) {
	case 0:
		return append(lines[:i:i], lines[i+1:]...)
	case 1, 2:
		return append(lines[:i:i], append([]string{m.word()}, lines[i:]...)...)
	case 3:
		return append(lines[:i:i], append([]string{pick(m.Rand, "", "$ tool evil", "```", "~~~~", "{{< /text >}}", "{{% /text %}}", "<<< /text >>>", "<<< text bash >>>", "{{< nope >}}", "\x1b[31mred", "> $ quoted", "...", "a ... b", "EOF", "\u00a0", "$", "user@host:~$ ls", "    deep", "{{", "- a", "```bash", "\xff", "{{< word >}}", "# only a remark")}, lines[i:]...)...)
	case 4:
		return []string{m.word()}
	case 5:
		return m.table()
	}
	lines[i] = strings.Replace(lines[i], pick(m.Rand, "e", "a", "web", "1", "value"), pick(m.Rand, "E", "zz", "other"), 1)
	return lines
}
