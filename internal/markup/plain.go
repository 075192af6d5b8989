package markup

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// plainHeader reads front matter that is written as most of it is: in YAML, one
// key a line, with a text on the line or a list of texts. It gives the nodes that
// the YAML reader gives, as far as Header says what is in them, in a tenth of the
// time; and nil for all other text, whether it is YAML or not. room is where the nodes
// are, for plainNodes.
func plainHeader(text string) (root *yaml.Node, room *[]yaml.Node) {
	if text = strings.TrimRight(text, "\n"); !plainSigns(text) {
		return nil, nil
	}
	room = plainNodes.Get().(*[]yaml.Node)
	h := plainReader{nodes: slices.Grow((*room)[:0], 3+2*strings.Count(text, "\n")+strings.Count(text, ",")+strings.Count(text, "["))}
	root = h.node(yaml.MappingNode, "", 1)
	for line := range strings.SplitSeq(text, "\n") {
		h.line++
		if line != "" && !h.read(root, line) {
			return nil, nil
		}
	}
	if h.open != nil || len(root.Content) == 0 {
		return nil, nil
	}
	*room = h.nodes
	return root, room
}

// plainNodes are the nodes of headers that nobody needs any more.
var plainNodes = sync.Pool{New: func() any { return new([]yaml.Node) }}

// plainSigns tells whether a text has no sign that YAML refuses or takes for the
// end of a line, and no comment.
func plainSigns(text string) bool {
	if !utf8.ValidString(text) || strings.Contains(text, " #") {
		return false
	}
	for _, r := range text {
		switch {
		case r < ' ' && r != '\n', r >= 0x7f && r < 0xa0, r == '\u2028', r == '\u2029', r == '\ufeff', r == '\ufffe', r == '\uffff':
			return false
		}
	}
	return true
}

// A plainReader reads line by line. Its methods that return a bool tell whether
// they could.
type plainReader struct {
	nodes  []yaml.Node // room for all of them
	line   int         // counts from 1
	open   *yaml.Node  // a key without a value so far
	list   *yaml.Node  // the list that the line before belongs to
	indent int         // of its items
}

func (h *plainReader) node(kind yaml.Kind, value string, column int) *yaml.Node {
	h.nodes = append(h.nodes, yaml.Node{Kind: kind, Value: value, Line: max(h.line, 1), Column: column})
	return &h.nodes[len(h.nodes)-1]
}

// read adds what a line says to the keys and values of the header.
func (h *plainReader) read(root *yaml.Node, line string) bool {
	item := strings.TrimLeft(line, " ")
	indent := len(line) - len(item)
	if item, ok := strings.CutPrefix(item, "- "); ok {
		switch {
		case h.open != nil:
			h.list, h.indent, h.open = h.node(yaml.SequenceNode, "", indent+1), indent, nil
			root.Content = append(root.Content, h.list)
		case h.list == nil || indent != h.indent:
			return false
		}
		return h.value(h.list, item, indent+3)
	}
	key, value, ok := strings.Cut(line, ":")
	if !ok || h.open != nil || !plainKey(key) || value != "" && value[0] != ' ' {
		return false
	}
	h.list = nil
	name := h.node(yaml.ScalarNode, key, 1)
	root.Content = append(root.Content, name)
	if value == "" {
		h.open = name
		return true
	}
	return h.value(root, value, len(key)+2)
}

// plainKey tells whether a text is a key: a word of at most 100 letters, digits,
// "_" and "-" that is not null.
func plainKey(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isWordByte(c) || c == '.' || i == 0 && c == '-' {
			return false
		}
	}
	return s != "" && len(s) <= 100 && !isNull(s)
}

// value adds the value that starts in a column to a parent.
func (h *plainReader) value(parent *yaml.Node, text string, column int) bool {
	rest := strings.TrimLeft(text, " ")
	column += len(text) - len(rest)
	if rest = strings.TrimRight(rest, " "); strings.HasPrefix(rest, "[") {
		return h.flow(parent, rest, column)
	}
	value, ok := plainText(rest)
	n := h.node(yaml.ScalarNode, value, column)
	if parent.Content = append(parent.Content, n); value == rest && isNull(value) {
		n.Tag = "!!null"
	}
	return ok
}

// flow adds a list on one line.
func (h *plainReader) flow(parent *yaml.Node, text string, column int) bool {
	list := h.node(yaml.SequenceNode, "", column)
	parent.Content = append(parent.Content, list)
	inner, closed := strings.CutSuffix(text[1:], "]")
	if !closed || strings.ContainsAny(inner, "[]{}#:?&*!|>%@`\\") {
		return false
	}
	column++
	for item := range strings.SplitSeq(inner, ",") {
		if !h.value(list, item, column) {
			return false
		}
		column += utf8.RuneCountInString(item) + 1
	}
	return true
}

// plainText returns the text that a scalar stands for: one in quotes without
// quotes and escapes in it, or one that starts with a letter, a digit or "/" and
// is no key.
func plainText(s string) (text string, ok bool) {
	switch {
	case s == "":
		return "", false
	case s[0] == '"' || s[0] == '\'':
		text, ok = strings.CutSuffix(s[1:], s[:1])
		return text, ok && !strings.ContainsAny(text, `"'\`)
	}
	if strings.Contains(s, ": ") || s[len(s)-1] == ':' {
		return "", false
	}
	return s, s[0] == '/' || s[0] != '-' && s[0] != '.' && isWordByte(s[0]) || s[0] >= utf8.RuneSelf
}

func isNull(s string) bool { return s == "null" || s == "Null" || s == "NULL" }
