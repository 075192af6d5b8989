package schema

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/manifest"
	"go.yaml.in/yaml/v3"
)

// scalar looks at text and numbers of the right type.
func (w *walk) scalar(n *yaml.Node, s *Node, at spot) {
	v := n.Value
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) && (v != "" || s.Structural) {
		meant := near(v, s.Enum, "%s")
		hint := near(v, s.Enum, "write %s")
		if hint == "" && len(s.Enum) <= 8 {
			hint = "write one of " + strings.Join(s.Enum, ", ")
		}
		w.doubt += doubtValue
		w.problemFixed(n, ruleValue, fmt.Sprintf("%s cannot be %s", at.name, short(v)), hint, meant)
		return
	}
	switch typeOf(n) {
	case "string":
		w.size(n, s, at, utf8.RuneCountInString(v), "characters")
		w.string(n, s, at)
	case "integer", "number":
		w.number(n, s, at)
	}
}

var patterns sync.Map // text to *regexp.Regexp, nil where Go cannot read it

func pattern(text string) *regexp.Regexp {
	re, ok := patterns.Load(text)
	if !ok {
		compiled, _ := regexp.Compile(text)
		re, _ = patterns.LoadOrStore(text, compiled)
	}
	return re.(*regexp.Regexp)
}

var quantity = lazyregexp.New(`^[+-]?(\d+|\d+\.\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$`)

func (w *walk) string(n *yaml.Node, s *Node, at spot) {
	if s.Pattern != "" {
		if re := pattern(s.Pattern); re != nil && !re.MatchString(n.Value) {
			w.problem(n, ruleValue, fmt.Sprintf("%s cannot be %s: it has to look like %s", at.name, short(n.Value), s.Pattern), "")
		}
	}
	f, known := formats[s.Format]
	switch {
	case s.Format == "byte" && !f.right(n.Value):
		w.problem(n, ruleValue, at.name+" is not base64", "encode it, or give it as stringData where the kind has that")
	case s.Format == "quantity" && !quantity.MatchString(n.Value):
		w.problem(n, ruleValue, fmt.Sprintf("%s cannot be %s: it takes a quantity", at.name, short(n.Value)), "write a number with a unit, as 500m, 1Gi or 2")
	case known && (s.Structural || s.Format == "date-time") && !f.right(n.Value):
		w.problem(n, ruleValue, fmt.Sprintf("%s cannot be %s: it takes %s", at.name, short(n.Value), f.words), "")
	}
}

func (w *walk) number(n *yaml.Node, s *Node, at spot) {
	f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64)
	if err != nil {
		return // 0x1F
	}
	low, high := s.Min, s.Max
	if s.Format == "int32" && s.Type == "integer" {
		low, high = cmp.Or(low, new(float64(math.MinInt32))), cmp.Or(high, new(float64(math.MaxInt32)))
	}
	switch {
	case low != nil && (f < *low || f == *low && s.MinOpen):
		w.problem(n, ruleValue, fmt.Sprintf("%s cannot be %s: the least is %g", at.name, n.Value, *low), "")
	case high != nil && (f > *high || f == *high && s.MaxOpen):
		w.problem(n, ruleValue, fmt.Sprintf("%s cannot be %s: the most is %g", at.name, n.Value, *high), "")
	}
}

// try holds a node against a schema for its values alone.
func (w *walk) try(n *yaml.Node, s *Node, at spot) bool {
	t := &walk{rel: w.rel, doc: w.doc, values: true, quiet: true, enough: 1, depth: w.depth, aliased: w.aliased, inAlias: w.inAlias}
	t.value(n, s, at)
	w.aliased = t.aliased
	return !t.wrong
}

// choices looks at what excludes each other.
func (w *walk) choices(n *yaml.Node, s *Node, at spot) {
	if w.partial && n.Kind != yaml.ScalarNode || typeOf(n) == "null" || placeholder(n) || w.full() {
		return
	}
	n = completed(n, s)
	match := func(ns []*Node) (count int) {
		for _, c := range ns {
			if w.try(n, c, at) {
				count++
			}
		}
		return count
	}
	show := cmp.Or(at.node, n)
	if len(s.AnyOf) > 0 && match(s.AnyOf) == 0 {
		w.problem(show, ruleValue, at.name+" is none of what it may be"+fields(s.AnyOf, ": it needs one of "), "")
	}
	if len(s.OneOf) > 0 {
		switch match(s.OneOf) {
		case 0:
			w.problem(show, ruleValue, at.name+" does not fit: it takes"+fields(s.OneOf, " at most one of "), "")
		case 1:
		default:
			w.problem(show, ruleValue, at.name+" is several things at once"+fields(s.OneOf, ": it takes only one of "), "")
		}
	}
	if s.Not != nil && w.try(n, s.Not, at) {
		w.problem(show, ruleValue, at.name+" is what it must not be"+fields([]*Node{s.Not}, ": it must not have "), "")
	}
}

// completed adds the fields that have a default and no value: an API server puts
// them in before it looks at what excludes each other.
func completed(n *yaml.Node, s *Node) *yaml.Node {
	if n.Kind != yaml.MappingNode || len(s.AnyOf)+len(s.OneOf) == 0 && s.Not == nil {
		return n
	}
	full := *n
	for _, k := range slices.Sorted(maps.Keys(s.Props)) {
		if v, _ := manifest.Field(n, k); v == nil && s.Props[k].Default != nil {
			full.Content = append(full.Content[:len(full.Content):len(full.Content)], &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: k}, s.Props[k].Default)
		}
	}
	return &full
}

// unique looks for items of a list that an API server holds for the same: equal
// ones in a set, those with the same keys in a map.
func (w *walk) unique(n *yaml.Node, s *Node, at spot) {
	seen := map[string]bool{}
	for _, item := range n.Content {
		key, ok := w.identity(item, s)
		if ok && seen[key] {
			show := item
			if len(item.Content) > 0 {
				show = item.Content[0]
			}
			w.problem(show, ruleValue, fmt.Sprintf("an item of %s with %s stands here a second time", at.name, key), "")
		}
		seen[key] = true
	}
}

// identity gives what tells an item of a list from the others. It is not ok
// where that is not known.
func (w *walk) identity(item *yaml.Node, s *Node) (string, bool) {
	if item.Kind == yaml.ScalarNode {
		return short(item.Value), s.ListType == "set" && !placeholder(item)
	}
	props := w.rel.resolve(s.Items)
	if s.ListType != "map" || item.Kind != yaml.MappingNode || props == nil {
		return "", false
	}
	var parts []string
	for _, k := range s.ListKeys {
		v, _ := manifest.Field(item, k)
		if v == nil && props.Props[k] != nil {
			v = props.Props[k].Default
		}
		if v == nil || v.Kind != yaml.ScalarNode || placeholder(v) {
			return "", false
		}
		parts = append(parts, k+" "+short(v.Value))
	}
	return strings.Join(parts, ", "), true
}

// fields lists the names that make the difference between alternatives.
func fields(ns []*Node, before string) string {
	var names []string
	for _, n := range ns {
		names = append(names, n.Required...)
	}
	slices.Sort(names)
	if names = slices.Compact(names); len(names) == 0 {
		return ""
	}
	return before + strings.Join(names, ", ")
}
