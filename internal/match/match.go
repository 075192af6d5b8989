package match

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A Difference says where the output is not as the page shows it.
type Difference struct {
	Line int    // in the expected output, from 1; one past its end where more came
	Want string // the expected line, cell or value, "" past the end
	Got  string // what came in its place, "" where nothing did
	// Message says in one line what differs, with row and column of a table, or
	// the path in JSON and YAML.
	Message string
	Text    string // a diff: lines start with "  ", "- " expected, "+ " came
}

// Options say how to compare. The zero value compares by the rule "smart".
type Options struct {
	Rule string // "" is "smart"; see Known
	// Ordered says that the command sorts, so that the order of rows counts. See
	// Sorts.
	Ordered bool
	// Pending and None let the rule istio-like take <pending> and <none> for an
	// address, as CMP_MATCH_IP_PENDING and CMP_MATCH_IP_NONE do for Istio's.
	Pending, None bool
}

// Compare compares by a rule and no other option.
func Compare(rule, want, got string) *Difference { return Options{Rule: rule}.Compare(want, got) }

// Compare returns nil where got is as want says.
//
// White space at the end of lines and empty lines at the end never count, but
// for Istio's rules. An unknown rule compares as "smart"; see Known. The time it
// takes grows with the length of both texts, not with their product, as long as
// they agree.
func (o Options) Compare(want, got string) *Difference {
	switch o.Rule {
	case "none":
		return nil
	case "exact":
		return exact(want, got)
	case "like":
		d := smart(o, want, got)
		if d != nil {
			d = compare(reading{durations: true, numbers: true}, o, want, got)
		}
		return d
	case "contains":
		return contains(want, got)
	case "lines":
		return anyLines(want, got)
	case "regex":
		return expressions(want, got)
	case "json", "yaml":
		return o.structured(want, got)
	}
	if name, ok := strings.CutPrefix(o.Rule, "istio-"); ok && istioRules[name] != nil {
		return o.istio(name, want, got)
	}
	return smart(o, want, got)
}

// Known reports whether rule names a way to compare; "" is the default.
func Known(rule string) bool {
	switch rule {
	case "", "smart", "exact", "contains", "lines", "like", "regex", "json", "yaml", "none":
		return true
	}
	name, ok := strings.CutPrefix(rule, "istio-")
	return ok && istioRules[name] != nil
}

var sorts = lazyregexp.New(`--sort-by\b|\|\s*sort\b|\s--watch\b|\bkubectl\b.*\s-w\b|--watch-only\b`)

// Sorts reports whether a command sorts what it prints or prints it as it
// happens, so that the order of rows says something.
func Sorts(command string) bool { return sorts.MatchString(command) }

// Workload returns what made an object with a generated name, as "web" for
// "web-5d9c7bd5f4-x2x7k"; ok is false where nothing in the name is generated.
func Workload(name string) (workload string, ok bool) {
	for i := range len(name) {
		if name[i] == '-' {
			if k, end := generated(name, i); k != nil && end == len(name) {
				return name[:i], true
			}
		}
	}
	return "", false
}

// smart compares what is a tree as a tree, and everything else by its lines.
func smart(o Options, want, got string) *Difference {
	if slices.Equal(lines(want), lines(got)) {
		return nil // whatever else it may be
	}
	w := parseYAML(want, true)
	if w == nil {
		d := compare(freely, o, want, got)
		if d == nil || !slices.ContainsFunc(lines(want), elision) {
			return d
		}
		// A "..." that does not keep to a table or to JSON still stands for lines.
		for _, r := range []reading{{durations: true, cut: true}, {flat: true}, {flat: true, cut: true}} {
			if compare(r, o, want, got) == nil {
				return nil
			}
		}
		return d
	}
	// What is a setting must agree to the second.
	d := compare(reading{}, o, want, got)
	if g := parseYAML(got, false); g != nil && d != nil {
		return trees(w, g, want)
	}
	return d
}

// compare compares by lines, tables and JSON.
func compare(r reading, o Options, want, got string) *Difference {
	ls := lines(want)
	return (&expected{elems: r.elements(ls), ordered: o.Ordered}).compare(ls, got)
}

func (e *expected) compare(want []string, got string) *Difference {
	out := &output{lines: lines(got)}
	if !passing(want) {
		out.lines = slices.DeleteFunc(out.lines, moments.MatchString)
	}
	if n := len(e.elems); n > 0 && e.elems[n-1].any() { // empty lines before the last "..." count
		out.lines = append(out.lines, make([]string, strings.Count(got, "\n")+1-len(out.lines))...)
	}
	if e.match(out) {
		return nil
	}
	return e.explain(want, out)
}
