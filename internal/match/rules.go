package match

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// exact takes nothing for anything but itself.
func exact(want, got string) *Difference {
	w, g := lines(want), lines(got)
	if slices.Equal(w, g) {
		return nil
	}
	return diff(w, g, func(int) bool { return false }, func(i, j int) bool { return w[i] == g[j] })
}

// contains is "smart" with anything before and behind, also in the first and
// the last line of the page.
func contains(want, got string) *Difference {
	ls, out := lines(want), &output{lines: lines(got)}
	if len(ls) == 0 {
		return nil
	}
	gone := []element{{line: freely.compile(dots)}}
	within := &expected{elems: slices.Concat(gone, freely.elements(ls), gone)}
	if within.match(out) {
		return nil
	}
	pieces := reading{durations: true, flat: true}
	inner := &expected{anywhere: true}
	for i, l := range ls {
		inner.elems = append(inner.elems, element{at: i, end: i + 1, line: pieces.compile(l)})
	}
	inner.elems[0].line.open(true)
	inner.elems[len(ls)-1].line.open(false)
	if (&expected{elems: slices.Concat(gone, inner.elems, gone), anywhere: true}).match(out) {
		return nil
	}
	return inner.part(ls, out)
}

// anyLines wants each line of the page somewhere, in any order, among others.
func anyLines(want, got string) *Difference {
	ls, out := lines(want), &output{lines: lines(got)}
	for i, l := range ls {
		p := freely.compile(l)
		found := p.plain == "" || p.any
		for j := 0; j < len(out.lines) && !found; j++ {
			text, _ := out.at(j)
			found = p.line(text)
		}
		if !found {
			return missing(i, l, out)
		}
	}
	return nil
}

// missing says that a line of the page is none of those that came.
func missing(line int, text string, o *output) *Difference {
	d := &Difference{Line: line + 1, Want: text, Message: "no line is as line " + fmt.Sprint(line+1) + " of the page", Text: "- " + text + "\n"}
	if i := nearest(text, o.lines); i >= 0 {
		d.Got = o.lines[i]
		d.Text += "+ " + o.lines[i] + "\n"
	}
	return d
}

// expressions takes each line of the page for a regular expression of the whole
// line that comes in its place.
func expressions(want, got string) *Difference {
	w, g := lines(want), lines(got)
	res := make([]*regexp.Regexp, len(w))
	for i, l := range w {
		if elision(l) {
			continue
		}
		var err error
		if res[i], err = regexp.Compile("^(?:" + l + ")$"); err != nil {
			m := fmt.Sprintf("line %d of the page is no regular expression: %v", i+1, err)
			return &Difference{Line: i + 1, Want: l, Message: m, Text: "- " + l + "\n"}
		}
	}
	any := func(i int) bool { return res[i] == nil }
	same := func(i, j int) bool { return res[i].MatchString(g[j]) }
	if sequence(len(w), len(g), any, same) {
		return nil
	}
	return diff(w, g, any, same)
}

// structured compares JSON or YAML, and nothing else.
func (o Options) structured(want, got string) *Difference {
	parse := readYAML
	name := "YAML"
	if o.Rule == "json" {
		name = "JSON"
		parse = func(text string, elide bool) []*node {
			text = strings.TrimSpace(text)
			n, end := parseJSON(text, elide)
			if rest := strings.TrimSpace(text[end:]); n == nil || rest != "" && !(elide && rest == ",") {
				return nil
			}
			return []*node{n}
		}
	}
	w := parse(want, true)
	if w == nil {
		return whole(want, got, "the page's text cannot be read as "+name)
	}
	g := parse(got, false)
	if g == nil {
		return whole(want, got, "what came cannot be read as "+name)
	}
	return trees(w, g, want)
}

// whole is a difference that no line tells.
func whole(want, got, message string) *Difference {
	w, g := first(want), first(got)
	return &Difference{Line: 1, Want: w, Got: g, Message: message, Text: "- " + w + "\n+ " + g + "\n"}
}

func first(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	return strings.TrimRight(text, " \t\r")
}

// trees compares documents.
func trees(want, got []*node, text string) *Difference {
	c := &comparer{}
	for i := range min(len(want), len(got)) {
		path := ""
		if len(want) > 1 {
			path = fmt.Sprintf("document %d: ", i+1)
		}
		c.same(want[i], got[i], path, "")
	}
	if len(c.gaps) == 0 && len(want) != len(got) {
		c.gap("", want[len(want)-1].end, fmt.Sprintf("%d documents", len(want)), fmt.Sprintf("%d documents", len(got)))
	}
	if len(c.gaps) == 0 {
		return nil
	}
	return c.difference(strings.Split(text, "\n"))
}

// part explains why lines are nowhere in one piece: it takes the place where
// most of them, from the first on, agree.
func (e *expected) part(want []string, o *output) *Difference {
	best, most := 0, -1
	for i := range o.lines {
		n, shift, at := 0, anyShift, i
		for n < len(e.elems) && !e.elems[n].any() {
			if at = e.elems[n].take(o, at, &shift); at < 0 {
				break
			}
			n++
		}
		if n > most {
			best, most = i, n
		}
	}
	if most <= 0 {
		return missing(0, want[0], o)
	}
	end := min(best+len(want), len(o.lines))
	inner := &output{lines: o.lines[best:end]}
	return e.explain(want, inner)
}
