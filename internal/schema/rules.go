package schema

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/manifest"
	"github.com/probatum/probatum/internal/rules"
	"go.yaml.in/yaml/v3"
)

// readRules reads the rules of a definition. Those that compare with what was
// there before say nothing of a manifest.
func readRules(v any) []*rules.Rule {
	var found []*rules.Rule
	for _, e := range list(v) {
		m, _ := e.(map[string]any)
		word := func(k string) string { s, _ := m[k].(string); return s }
		r := &rules.Rule{Text: word("rule"), Message: word("message"), MessageText: word("messageExpression"), Field: word("fieldPath")}
		if r.Text != "" && (!r.Old() || m["optionalOldSelf"] == true) {
			found = append(found, r)
		}
	}
	return found
}

// readDefault gives the value that an API server puts in place of none.
func readDefault(m map[string]any) *yaml.Node {
	v, ok := m["default"]
	if !ok {
		return nil
	}
	n := &yaml.Node{}
	if n.Encode(v) != nil {
		return nil
	}
	return n
}

// rules asks the rules of a definition about a value in which nothing else is
// wrong. Of a text that is not all there, only single values are asked about.
func (w *walk) rules(n *yaml.Node, s *Node, at spot) {
	if w.partial && n.Kind != yaml.ScalarNode {
		return
	}
	self, ok := w.toGo(n, s)
	if !ok {
		return
	}
	for _, r := range s.Rules {
		said, err := r.Check(self)
		if err != nil || said == "" {
			continue // a rule without an answer may be about what only a server knows
		}
		w.doubt += doubtValue
		show := n
		if n.Kind != yaml.ScalarNode && at.node != nil {
			show = at.node
		}
		for name := range strings.SplitSeq(strings.Trim(r.Field, "."), ".") {
			v, key := manifest.Field(n, name)
			if key == nil {
				break
			}
			n, show = v, key
		}
		w.problem(show, ruleRule, fmt.Sprintf("%s breaks a rule of its definition: %s", at.name, strings.TrimSuffix(said, ".")), "")
	}
}

// toGo turns a value into what rules are asked about. It is not ok where not all
// of it is known, as with placeholders.
func (w *walk) toGo(n *yaml.Node, s *Node) (v any, ok bool) {
	if w.depth++; w.depth > maxDepth {
		return nil, false
	}
	defer func() { w.depth-- }()
	if w.aliased++; w.aliased > maxAliased {
		return nil, false
	}
	if n.Kind == yaml.AliasNode {
		return w.toGo(n.Alias, s)
	}
	if placeholder(n) || n.Kind == yaml.MappingNode && leftOut(n) {
		return nil, false
	}
	if s = w.rel.resolve(s); s == nil {
		s = &Node{}
	}
	switch n.Kind {
	case yaml.MappingNode:
		return w.toMap(n, s)
	case yaml.SequenceNode:
		items := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			item, ok := w.toGo(c, s.Items)
			if !ok {
				return nil, false
			}
			items = append(items, item)
		}
		return items, true
	}
	return toScalar(n, s)
}

func (w *walk) toMap(n *yaml.Node, s *Node) (any, bool) {
	m, all := map[string]any{}, true
	w.pairs(n, func(k, v *yaml.Node) {
		p, name := s.Props[k.Value], k.Value
		if p == nil {
			p = s.Values
		} else {
			name = rules.Name(name)
		}
		if typeOf(v) == "null" && (p == nil || !p.Nullable) {
			return
		}
		got, ok := w.toGo(v, p)
		m[name], all = got, all && ok
	})
	for k, p := range s.Props {
		if p.Default == nil || m[rules.Name(k)] != nil {
			continue
		}
		if got, ok := w.toGo(p.Default, p); ok {
			m[rules.Name(k)] = got
		}
	}
	return m, all
}

func toScalar(n *yaml.Node, s *Node) (any, bool) {
	switch typeOf(n) {
	case "null":
		return nil, true
	case "boolean":
		return n.Value != "" && strings.ContainsAny(n.Value[:1], "tTyY") || strings.EqualFold(n.Value, "on"), true
	case "integer":
		i, err := strconv.ParseInt(n.Value, 0, 64)
		if s.Type == "number" {
			return float64(i), err == nil
		}
		return i, err == nil
	case "number":
		f, err := strconv.ParseFloat(n.Value, 64)
		if s.Type == "integer" {
			return int64(f), err == nil
		}
		return f, err == nil
	}
	switch s.Format {
	case "date-time":
		t, err := time.Parse(time.RFC3339, n.Value)
		return t, err == nil
	case "date":
		t, err := time.Parse(time.DateOnly, n.Value)
		return t, err == nil
	case "duration":
		d, err := time.ParseDuration(n.Value)
		return d, err == nil
	case "byte":
		b, err := base64.StdEncoding.DecodeString(n.Value)
		return b, err == nil
	}
	return n.Value, true
}
