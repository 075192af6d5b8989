package match

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"go.yaml.in/yaml/v3"
)

// mostYAML bounds what is read as YAML; the reader takes some hundred times the
// memory. More is compared line by line.
const mostYAML = 4 << 20

// nested is a text that only YAML looks like: a key with something below it.
var nested = lazyregexp.New(`(?m)^ *(?:- )*[a-z][A-Za-z0-9_./-]*:[ \t]*\n(?: *(?:#.*)?\n)*(?: +[A-Za-z"'-]| *- )`)

// parseYAML reads documents of YAML; nil where the text is none that kubectl
// prints.
func parseYAML(text string, elide bool) []*node {
	if !nested.MatchString(text+"\n") && !strings.Contains(text, "apiVersion:") || strings.Contains(text, "\t") {
		return nil
	}
	docs := readYAML(text, elide)
	if len(docs) == 0 || docs[0].kind != object && docs[0].kind != array || slices.ContainsFunc(docs, (*node).described) {
		return nil
	}
	return docs
}

// readYAML reads documents of YAML, whatever they are; nil where the text is none.
func readYAML(text string, elide bool) []*node {
	if len(text) > mostYAML {
		return nil
	}
	var gone [][2]int // lines that are left out, and how far in they stand
	ls := strings.Split(text, "\n")
	if elide {
		for i, l := range ls {
			if elision(l) {
				gone, ls[i] = append(gone, [2]int{i, indentation(l)}), ""
			}
		}
	}
	dec := yaml.NewDecoder(strings.NewReader(strings.Join(ls, "\n")))
	var docs []*node
	for {
		var y yaml.Node
		err := dec.Decode(&y)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(y.Content) == 0 {
			return nil
		}
		b := yamlReader{elide: elide}
		n := b.node(y.Content[0])
		if b.failed {
			return nil
		}
		docs = append(docs, n)
	}
	last := len(ls) - 1
	for last > 0 && ls[last] == "" {
		last--
	}
	for _, g := range gone {
		leaveOut(docs, g[0], g[1], g[0] > last)
	}
	return docs
}

// described reports whether the keys are those of "kubectl describe", which
// looks like YAML at times.
func (n *node) described() bool {
	return slices.ContainsFunc(n.keys, func(k string) bool { return k != "" && isUpper(k[0]) })
}

type yamlReader struct {
	elide  bool
	failed bool
	depth  int
}

// node turns what the YAML reader has read into our tree. Anchors and merges do
// not come from a cluster and are not followed.
func (b *yamlReader) node(y *yaml.Node) *node {
	if b.depth++; b.depth > mostDepth {
		b.failed = true
		return &node{}
	}
	defer func() { b.depth-- }()
	n := &node{line: y.Line - 1, end: y.Line - 1, col: y.Column - 1}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = object
		b.mapping(n, y.Content)
	case yaml.SequenceNode:
		n.kind = array
		for _, v := range y.Content {
			child := b.node(v)
			child.key = child.line
			n.items = append(n.items, child)
			n.end = max(n.end, child.end)
		}
	case yaml.ScalarNode:
		b.scalar(n, y)
	default:
		b.failed = true
	}
	return n
}

func (b *yamlReader) mapping(n *node, content []*yaml.Node) {
	for i := 0; i+1 < len(content); i += 2 {
		k, v := content[i], content[i+1]
		if b.elide && k.Value == dots {
			n.elided = true
			continue
		}
		if k.Kind != yaml.ScalarNode || n.field(k.Value) != nil {
			b.failed = true
		}
		child := b.node(v)
		child.key = k.Line - 1
		child.empty = v.Kind == yaml.ScalarNode && v.Value == "" && v.Style == 0
		n.add(k.Value, child)
		n.end = max(n.end, child.end, child.key)
	}
}

func (b *yamlReader) scalar(n *node, y *yaml.Node) {
	n.text = y.Value
	n.end += strings.Count(strings.TrimRight(y.Value, "\n"), "\n")
	if y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		n.end++
	}
	switch {
	case b.elide && y.Value == dots && y.Style == 0:
		n.kind = anything
	case y.ShortTag() == "!!null":
		n.text = "null"
	case y.ShortTag() == "!!str" || y.ShortTag() == "!!binary" || y.ShortTag() == "!!timestamp":
		n.kind = str
	}
}

// leaveOut notes that the page leaves out lines there. It may be more of every
// collection that ends before it or starts behind it, and of the one around it,
// unless it stands further in than that. Where nothing comes after it, it stands for
// all that may come, however far in it is.
func leaveOut(docs []*node, line, indent int, end bool) {
	for i, d := range docs {
		if i+1 < len(docs) && docs[i+1].line <= line {
			continue
		}
		before, after := d.chain(line, true), d.chain(line, false)
		if d.textLine(line) {
			return
		}
		common := 0
		for common < len(before) && common < len(after) && before[common] == after[common] {
			common++
		}
		for _, n := range before[common:] {
			n.leave(line)
		}
		for _, n := range after[common:] {
			n.leave(line)
		}
		if common == 0 {
			return
		}
		if end {
			for _, n := range before[:common] {
				n.leave(line)
			}
			return
		}
		around := before[common-1]
		if further := indent > around.col && len(before)+len(after) > 2*common; !further {
			around.leave(line)
		}
		return
	}
}

// chain returns the collections around a line, from the outermost in: with
// before, those that hold what stands last before it, else those that hold what
// stands first behind it.
func (n *node) chain(line int, before bool) []*node {
	chain := []*node{n}
	for n.kind == object || n.kind == array {
		var next *node
		for _, c := range n.items {
			if c.key < line {
				next = c
			}
		}
		switch {
		case next == nil, next.kind <= str && !next.empty:
			return chain
		case before && next.line > line, !before && next.end < line:
			return chain
		}
		chain, n = append(chain, next), next
	}
	return chain
}

// textLine puts "..." into the text that spans a line, if one does.
func (n *node) textLine(line int) bool {
	for _, c := range n.items {
		if c.kind == str && c.line < line && line <= c.end {
			ls := strings.Split(c.text, "\n")
			if i := line - c.line - 1; i < len(ls) {
				ls[i] = dots
				c.text = strings.Join(ls, "\n")
				return true
			}
		}
		if c.key < line && line <= c.end && c.textLine(line) {
			return true
		}
	}
	return false
}

// leave notes that something is left out of n at a line.
func (n *node) leave(line int) {
	switch {
	case n.kind == object:
		n.elided = true
	case n.kind == array:
		i := 0
		for i < len(n.items) && n.items[i].line < line {
			i++
		}
		gone := &node{kind: anything, line: line, end: line}
		n.items = append(n.items[:i:i], append([]*node{gone}, n.items[i:]...)...)
	case n.empty:
		n.kind = anything
	}
}
