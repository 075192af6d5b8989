// Package match compares the output that a page shows with the output that came.
// In goes text, out comes nothing where they agree, else the first line that
// differs and a small diff. There is no score: output is as the page says or not.
package match

import "strings"

// A Difference says where the output is not as the page shows it.
type Difference struct {
	Line int    // in the expected output, from 1; one past its end where more came
	Want string // the expected line, "" past the end
	Got  string // the line that came in its place, "" where none did
	Text string // a diff: lines start with "  ", "- " expected, "+ " came
}

// Known reports whether rule names a way to compare; "" is the default.
func Known(rule string) bool {
	return rule == "" || rule == "smart" || rule == "exact" || rule == "none"
}

// Compare returns nil where got is as want says, by the rule of that name.
//
// White space at the end of lines and empty lines at the end never count. By
// default "..." alone on a line stands for any lines, also none, and inside a
// line for any text. "exact" takes "..." as it stands, "none" is content with
// anything. An unknown rule compares as the default; see Known.
func Compare(rule, want, got string) *Difference {
	if rule == "none" {
		return nil
	}
	w, g := patterns(want, rule == "exact"), lines(got)
	if len(w) > 0 && w[len(w)-1].any { // empty lines before the last "..." count
		g = append(g, make([]string, strings.Count(got, "\n")+1-len(g))...)
	}
	if match(w, g) {
		return nil
	}
	return explain(w, g)
}

// lines splits text without what never counts.
func lines(text string) []string {
	ls := strings.Split(text, "\n")
	for i, l := range ls {
		ls[i] = strings.TrimRight(l, " \t\r")
	}
	for len(ls) > 0 && ls[len(ls)-1] == "" {
		ls = ls[:len(ls)-1]
	}
	return ls
}

// A pattern is one expected line.
type pattern struct {
	text  string
	any   bool     // "..." alone: any lines
	parts []string // the texts between "..." of the line; nil where it has none
}

func patterns(text string, exact bool) []pattern {
	var ps []pattern
	for _, l := range lines(text) {
		p := pattern{text: l}
		if !exact {
			p.any = strings.TrimSpace(l) == "..."
			if strings.Contains(l, "...") {
				p.parts = strings.Split(l, "...")
			}
		}
		ps = append(ps, p)
	}
	return ps
}

// line reports whether the pattern accepts one line. Taking each part at the
// first place where it fits is enough: a later place leaves less room.
func (p pattern) line(s string) bool {
	if p.parts == nil {
		return p.text == s
	}
	first, last := p.parts[0], p.parts[len(p.parts)-1]
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range p.parts[1 : len(p.parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return true
}

// match works on lines as pattern.line works on text: what stands before the
// first "..." fits at the start, what stands after the last at the end, and
// each run between two at the first place that is left.
func match(want []pattern, got []string) bool {
	runs := split(want)
	first := runs[0]
	if len(runs) == 1 {
		return len(first) == len(got) && fits(first, got)
	}
	last := runs[len(runs)-1]
	if len(first)+len(last) > len(got) || !fits(first, got) || !fits(last, got[len(got)-len(last):]) {
		return false
	}
	got = got[len(first) : len(got)-len(last)]
	for _, run := range runs[1 : len(runs)-1] {
		i := 0
		for i+len(run) <= len(got) && !fits(run, got[i:]) {
			i++
		}
		if i+len(run) > len(got) {
			return false
		}
		got = got[i+len(run):]
	}
	return true
}

// split cuts the expected lines at each "..."; there is always one run.
func split(want []pattern) [][]pattern {
	runs := [][]pattern{nil}
	for _, p := range want {
		if p.any {
			runs = append(runs, nil)
			continue
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], p)
	}
	return runs
}

// fits reports whether got starts with lines that run accepts.
func fits(run []pattern, got []string) bool {
	if len(run) > len(got) {
		return false
	}
	for i, p := range run {
		if !p.line(got[i]) {
			return false
		}
	}
	return true
}
