package schema

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/manifest"
	"go.yaml.in/yaml/v3"
)

// The rules of what a walk finds.
const (
	ruleField    = "schema-field"    // a field that is not there
	ruleType     = "schema-type"     // text for a number, a list for a mapping
	ruleValue    = "schema-value"    // of the right type, but not allowed
	ruleRequired = "schema-required" // a field that is missing
	ruleKind     = "schema-kind"     // an apiVersion or a kind that is not there
	ruleSize     = "schema-size"     // too much to look at
	ruleRule     = "schema-rule"     // what a definition's own rules forbid
)

// limits of a walk: nodes that are looked at through aliases, and problems after
// which a reader has enough.
const (
	maxAliased  = 100_000
	maxProblems = 50
)

// A walk holds one tree of YAML against one schema.
type walk struct {
	rel       *release
	kinds     func(apiVersion, kind string) *Node // for manifests in manifests; may be nil
	doc       *manifest.Doc
	partial   bool // something is left out: nothing is missing
	values    bool // only values count, unknown fields do not
	enough    int  // stop after so many problems
	known     int  // fields of the schema that were found, each once
	met       map[*Node]bool
	unknown   int          // fields that were not, with those inside
	doubt     int          // what the problems say against this being the right schema
	strangers []*yaml.Node // unknown fields that are neither spelt wrong nor out of place
	aliased   int
	inAlias   int
	depth     int
	trail     []string // the fields above
	stopped   bool
	quiet     bool // only whether anything is wrong counts
	wrong     bool
	problems  []manifest.Problem
}

// A spot is where a value stands: the name that people know it by, and the node
// to show when something is missing in it.
type spot struct {
	name string
	node *yaml.Node
}

func (w *walk) full() bool {
	return w.stopped || len(w.problems) >= w.enough || w.quiet && w.wrong
}

func (w *walk) problem(n *yaml.Node, rule, message, hint string) {
	w.problemFixed(n, rule, message, hint, "")
}

// problemFixed is a problem that goes where fix stands in place of the key or the
// value; "" there is no such text.
func (w *walk) problemFixed(n *yaml.Node, rule, message, hint, fix string) {
	if w.full() {
		return
	}
	p := manifest.Problem{At: w.doc.Offset(n), Other: -1, Rule: rule, Message: message, Hint: hint}
	if fix != "" {
		p.Fix = w.doc.Fix(n, fix)
	}
	w.wrong = true
	w.problems = append(w.problems, p)
}

// stop ends a walk that has no end of its own.
func (w *walk) stop(n *yaml.Node, message string) {
	w.problem(n, ruleSize, message, "")
	w.stopped = true
}

// value holds one node against a schema.
func (w *walk) value(n *yaml.Node, s *Node, at spot) {
	if w.full() {
		return
	}
	if w.depth++; w.depth > maxDepth {
		w.stop(n, fmt.Sprintf("it is nested more than %d deep", maxDepth))
	}
	defer func() { w.depth-- }()
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
		w.inAlias++
		defer func() { w.inAlias-- }()
	}
	if w.inAlias > 0 {
		if w.aliased++; w.aliased > maxAliased {
			w.stop(at.node, "its aliases unfold to more than an API server takes")
			return
		}
	}
	if s = w.rel.resolve(s); s == nil {
		return
	}
	before := len(w.problems)
	w.typed(n, s, at)
	for _, c := range s.AllOf {
		w.value(n, c, at)
	}
	w.choices(n, s, at)
	if len(s.Rules) > 0 && len(w.problems) == before && !w.quiet && !w.values && typeOf(n) != "null" {
		w.rules(n, s, at)
	}
}

func (w *walk) typed(n *yaml.Node, s *Node, at spot) {
	got := typeOf(n)
	if got == "null" {
		if s.Structural && !s.Nullable && s.Type != "" && !w.partial {
			w.problem(at.node, ruleType, at.name+" has no value", "give it one or remove the line")
		}
		return
	}
	if placeholder(n) {
		return
	}
	if !fits(got, n, s) {
		w.wrongType(n, s, got, at)
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		w.mapping(n, s, at)
	case yaml.SequenceNode:
		w.size(n, s, at, len(n.Content), "items")
		if s.ListType != "" && !w.quiet {
			w.unique(n, s, at)
		}
		if s.Items != nil {
			for _, c := range n.Content {
				w.value(c, s.Items, spot{"an item of " + at.name, c})
			}
		}
	case yaml.ScalarNode:
		w.scalar(n, s, at)
	}
}

// typeOf gives the type of JSON that a node becomes on its way to the server,
// which reads YAML 1.1: yes and off are no text there.
func typeOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "object"
	case yaml.SequenceNode:
		return "array"
	}
	switch n.ShortTag() {
	case "!!null":
		return "null"
	case "!!bool":
		return "boolean"
	case "!!int":
		return "integer"
	case "!!float":
		return "number"
	}
	if n.Style == 0 && yaml11[n.Value] {
		return "boolean"
	}
	return "string"
}

var yaml11 = map[string]bool{"yes": true, "Yes": true, "YES": true, "no": true, "No": true, "NO": true, "on": true, "On": true, "ON": true,
	"off": true, "Off": true, "OFF": true, "y": true, "Y": true, "n": true, "N": true}

func fits(got string, n *yaml.Node, s *Node) bool {
	switch {
	case s.IntOrText:
		return got == "string" || got == "integer" || s.Format == "quantity" && got == "number"
	case s.Type == "", s.Type == got, s.Type == "number" && got == "integer":
		return true
	case s.Type == "integer" && got == "number":
		f, err := strconv.ParseFloat(n.Value, 64)
		return err == nil && f == math.Trunc(f)
	}
	return false
}

var words = map[string]string{"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number",
	"number": "a number", "boolean": "true or false", "": "text or a whole number"}

func (w *walk) wrongType(n *yaml.Node, s *Node, got string, at spot) {
	if w.wrong = true; w.quiet {
		return
	}
	hint, fix := "", ""
	want := words[s.Type]
	here := words[got]
	switch {
	case got == "boolean":
		here = "the word " + n.Value + ", which YAML reads as true or false"
		if n.Value == "true" || n.Value == "false" {
			here = "true or false"
		}
	case n.Kind == yaml.ScalarNode:
		here += ", " + short(n.Value)
	}
	switch {
	case s.Type == "string" && n.Kind == yaml.ScalarNode:
		fix = strconv.Quote(n.Value)
		hint = "put it in quotes: " + fix
	case (s.Type == "integer" || s.Type == "number" || s.Type == "boolean") && got == "string" && w.unquoted(n, s):
		hint, fix = "write it without quotes: "+n.Value, n.Value
	case s.Type == "array" && got == "object", s.Type == "array" && got == "string":
		hint = `start each of its items with "- "`
	case s.Type == "object" && got == "array":
		hint = `write its fields below it without "- "`
	}
	w.doubt += doubtValue
	w.inside(n, s, at)
	show := n
	if n.Kind != yaml.ScalarNode {
		show = cmp.Or(at.node, n)
	}
	w.problemFixed(show, ruleType, fmt.Sprintf("%s takes %s, and not %s", at.name, want, here), hint, fix)
}

// inside counts what is in a value of the wrong type: one item that stands
// where a list of them should has the fields of an item.
func (w *walk) inside(n *yaml.Node, s *Node, at spot) {
	if n.Kind != yaml.MappingNode || s.Items == nil {
		w.unknown += weigh(n, 0)
		return
	}
	w.count(n, s.Items, at)
}

// count counts the fields in a value and says nothing of them.
func (w *walk) count(n *yaml.Node, s *Node, at spot) {
	t := &walk{rel: w.rel, doc: w.doc, partial: true, enough: maxProblems, depth: w.depth, aliased: w.aliased, inAlias: w.inAlias,
		known: w.known, met: w.met, unknown: w.unknown, doubt: w.doubt}
	t.value(n, s, at)
	w.known, w.met, w.unknown, w.doubt, w.aliased = t.known, t.met, t.unknown, t.doubt, t.aliased
}

func (w *walk) unquoted(n *yaml.Node, s *Node) bool {
	plain := yaml.Node{Kind: yaml.ScalarNode, Value: n.Value}
	return fits(typeOf(&plain), &plain, s)
}

func short(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		r := []rune(s)
		s = string(r[:37]) + "..."
	}
	return strconv.Quote(s)
}

// pairs calls fn for the keys and values of a mapping, those that are merged
// into it, too.
func (w *walk) pairs(n *yaml.Node, fn func(k, v *yaml.Node)) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Tag != "!!merge" {
			fn(k, v)
			continue
		}
		from := []*yaml.Node{v}
		if v.Kind == yaml.SequenceNode {
			from = v.Content
		}
		for _, m := range from {
			if m.Kind == yaml.AliasNode {
				m = m.Alias
			}
			if w.aliased++; w.aliased > maxAliased || m == nil || m.Kind != yaml.MappingNode || w.depth > maxDepth {
				continue
			}
			w.depth++
			w.pairs(m, fn)
			w.depth--
		}
	}
}

func (w *walk) mapping(n *yaml.Node, s *Node, at spot) {
	if s.Embedded && w.kinds != nil {
		if k := w.kinds(text(n, "apiVersion"), text(n, "kind")); k != nil {
			s = w.rel.resolve(k)
		}
	}
	seen := map[string]bool{}
	var stray []string
	w.pairs(n, func(k, v *yaml.Node) {
		if k.Kind != yaml.ScalarNode || w.full() {
			return
		}
		seen[k.Value] = typeOf(v) != "null"
		p := s.Props[k.Value]
		switch {
		case p != nil:
			w.meet(p)
			w.trail = append(w.trail, k.Value)
			w.value(v, p, spot{k.Value, k})
			w.trail = w.trail[:len(w.trail)-1]
		case s.Values != nil:
			w.value(v, s.Values, spot{k.Value, k})
		case strings.HasPrefix(k.Value, "$") && near(k.Value, directives, "%s") != "":
			meant := near(k.Value, directives, "%s")
			w.problemFixed(k, ruleField, "a patch has no directive "+k.Value, "write "+meant, meant)
		case s.Open || s.Embedded || w.values || placeholder(k) || s.Props == nil && !s.Closed:
		default:
			stray = append(stray, k.Value)
			w.unknownField(k, v, s, at)
		}
	})
	w.size(n, s, at, len(n.Content)/2, "fields")
	if w.partial || len(s.Required) == 0 || leftOut(n) {
		return
	}
	for _, r := range s.Required {
		if !seen[r] && near(r, stray, "%s") == "" { // else that field has been reported
			w.problem(cmp.Or(at.node, n), ruleRequired, fmt.Sprintf("%s needs the field %s", at.name, r), "add "+r+": below it")
		}
	}
}

// directives tell a strategic merge patch what to do.
var directives = []string{"$patch", "$retainKeys"}

func (w *walk) meet(field *Node) {
	if w.met == nil {
		w.met = map[*Node]bool{}
	}
	if !w.met[field] {
		w.met[field] = true
		w.known++
	}
}

// weigh counts the fields in a value.
func weigh(n *yaml.Node, depth int) int {
	if n == nil || n.Kind == yaml.AliasNode || depth > maxDepth {
		return 0
	}
	sum := 0
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			sum++
			continue
		}
		sum += weigh(c, depth+1)
	}
	return sum
}

func text(n *yaml.Node, key string) string {
	if v, _ := manifest.Field(n, key); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}

var omitted = lazyregexp.New(`(?i)\.\.\.|…|\b(omitted|snip|truncated|the rest|left out|skipped|elided)\b|` +
	`\b(other|more|additional|further|remaining) ([\w-]+ )?(fields?|settings?|options?|config\w*|containers?|values?|properties|entries|items|rules?|keys?|volumes?|env\w*|lines?|stuff|things|parameters?|arguments?|sections?|specs?|metadata|details|attributes|hosts|routes|ports|labels|annotations)\b`)

// leftOut reports whether a comment in the mapping says that it is not all.
func leftOut(n *yaml.Node) bool {
	return slices.ContainsFunc(append([]*yaml.Node{n}, n.Content...), func(c *yaml.Node) bool {
		return c.HeadComment != "" && omitted.MatchString(c.HeadComment) || c.LineComment != "" && omitted.MatchString(c.LineComment) ||
			c.FootComment != "" && omitted.MatchString(c.FootComment)
	})
}

// What a problem weighs against the place where a fragment is looked for: a
// slip of the pen little, a field like no other much.
const (
	doubtSpelling = 2
	doubtValue    = 3
	doubtField    = 3
)

func (w *walk) unknownField(k, v *yaml.Node, s *Node, at spot) {
	if w.wrong = true; w.quiet {
		return
	}
	names := slices.Sorted(maps.Keys(s.Props))
	hint := ""
	meant := near(k.Value, names, "%s")
	if meant != "" {
		hint = "write " + meant
		w.doubt += doubtSpelling
		w.count(v, s.Props[meant], at)
	} else {
		w.doubt += doubtField
		w.unknown += 1 + weigh(v, 0)
		below := w.below(s, k.Value)
		if len(below) == 0 {
			w.strangers = append(w.strangers, k)
		}
		if len(below) == 1 {
			hint = fmt.Sprintf("%s is a field of %s: it stands too far to the left, or the line above it is missing", k.Value, below[0])
		} else if len(names) > 0 && len(names) <= 8 {
			hint = "it has " + strings.Join(names, ", ")
		} else if len(w.trail) > 0 && len(names) > 0 {
			hint = "kubectl explain " + strings.ToLower(strings.Join(w.trail, ".")) + " lists its fields"
		}
	}
	w.problemFixed(k, ruleField, fmt.Sprintf("%s has no field %s", at.name, short(k.Value)), hint, meant)
}

// below lists the fields of a schema that have a field of their own of a name.
func (w *walk) below(s *Node, name string) []string {
	var found []string
	for _, k := range slices.Sorted(maps.Keys(s.Props)) {
		p := w.rel.resolve(s.Props[k])
		if p.Items != nil {
			p = w.rel.resolve(p.Items)
		}
		if p.Props[name] != nil && k != "status" {
			found = append(found, k)
		}
	}
	return found
}

func (w *walk) size(n *yaml.Node, s *Node, at spot, got int, what string) {
	show := cmp.Or(at.node, n)
	switch {
	case s.MinSize != nil && got < *s.MinSize && !w.partial:
		w.problem(show, ruleValue, fmt.Sprintf("%s has %d %s, and needs at least %d", at.name, got, what, *s.MinSize), "")
	case s.MaxSize != nil && got > *s.MaxSize:
		w.problem(show, ruleValue, fmt.Sprintf("%s has %d %s, and may have at most %d", at.name, got, what, *s.MaxSize), "")
	}
}

var placeholders = lazyregexp.New(`<[^<>]*>|\$\{?\(?[A-Za-z_]|\{\{|\[\[|\.\.\.|…|@\w+@|%\w+%|__\w+__|(?i)\byour[-_ ]|xxx`)

// placeholder reports whether the reader has to put something else there.
func placeholder(n *yaml.Node) bool {
	if n.Kind == yaml.MappingNode { // {{ x }}
		return n.Style&yaml.FlowStyle != 0 && len(n.Content) == 2 && n.Content[0].Kind == yaml.MappingNode
	}
	return n.Kind == yaml.ScalarNode && len(n.Value) < 4096 &&
		(strings.ContainsAny(n.Value, "<$@%_{[…yYxX") || strings.Contains(n.Value, "...")) && placeholders.MatchString(n.Value)
}
