// Package versions reads ranges of Kubernetes versions, as a page or a setup
// script writes them: ">=1.24", ">=1.24 <1.30", "1.29".
package versions

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Range is what several bounds have in common. The zero Range holds every
// version.
type Range struct{ bounds []bound }

type bound struct {
	op string
	of []int // as many numbers as were written: 1.24 stands for every 1.24.x
}

var (
	oneBound = regexp.MustCompile(`^(>=|<=|>|<|!=|==|=|)v?(\d+(?:\.\d+){1,2})$`)
	apart    = regexp.MustCompile(`(>=|<=|!=|==|>|<|=)\s+`) // a blank behind the sign is none between bounds
)

// Parse reads bounds with blanks or commas between them; all of them have to
// hold. Without a sign before it a version stands for itself, and 1.24 for every
// 1.24.x. The empty text is the zero Range.
func Parse(text string) (Range, error) {
	var r Range
	for _, w := range strings.FieldsFunc(apart.ReplaceAllString(text, "$1"), func(c rune) bool { return c == ' ' || c == ',' }) {
		m := oneBound.FindStringSubmatch(w)
		if m == nil {
			return Range{}, fmt.Errorf("%q is no range of versions", text)
		}
		r.bounds = append(r.bounds, bound{m[1], numbers(m[2])})
	}
	return r, nil
}

// Example is what a hint shows of a range.
const Example = `">=1.24" or ">=1.24 <1.30"`

// String is the range as one word: ">=1.24,<1.30".
func (r Range) String() string {
	var words []string
	for _, b := range r.bounds {
		words = append(words, b.op+strings.Trim(strings.ReplaceAll(fmt.Sprint(b.of), " ", "."), "[]"))
	}
	return strings.Join(words, ",")
}

// Has reports whether a version such as "v1.34.4" is in the range. What is no
// version is in the zero Range alone.
func (r Range) Has(version string) bool {
	v := numbers(leading.FindString(strings.TrimPrefix(version, "v")))
	for _, b := range r.bounds {
		if len(v) == 0 || !b.holds(v) {
			return false
		}
	}
	return true
}

// leading is a version without what vendors put behind it: 1.29.3-gke.100.
var leading = regexp.MustCompile(`^\d+(\.\d+)*`)

func (b bound) holds(v []int) bool {
	for len(v) < len(b.of) {
		v = append(v, 0)
	}
	c := slices.Compare(v[:len(b.of)], b.of)
	switch b.op {
	case ">=":
		return c >= 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case "<":
		return c < 0
	case "!=":
		return c != 0
	}
	return c == 0
}

// Newest returns the last minor version of Kubernetes 1 in the range; 0 where
// there is no upper bound.
func (r Range) Newest() int {
	newest := 0
	for _, b := range r.bounds {
		minor := b.of[1]
		switch {
		case b.op == "<" && (len(b.of) < 3 || b.of[2] == 0):
			minor--
		case b.op != "<" && b.op != "<=" && b.op != "=" && b.op != "==" && b.op != "":
			continue
		}
		if newest == 0 || minor < newest {
			newest = minor
		}
	}
	return newest
}

func numbers(s string) []int {
	var ns []int
	for w := range strings.SplitSeq(s, ".") {
		if n, err := strconv.Atoi(w); err == nil {
			ns = append(ns, n)
		}
	}
	return ns
}
