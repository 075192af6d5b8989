package match

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A node is a value of JSON or YAML.
type node struct {
	kind   nodeKind
	text   string // of a string or scalar
	keys   []string
	index  map[string]int // of keys, where there are many
	items  []*node        // values of an object, elements of an array
	elided bool           // an object of the page that may have more keys
	line   int            // in the text, from 0
	end    int            // its last line
	key    int            // line of its key in YAML
	col    int            // of a collection in YAML, from 0
	empty  bool           // a key of YAML without a value
}

type nodeKind byte

const (
	scalar nodeKind = iota // a number, true, false, null
	str
	object
	array
	anything // "...": any value; in an array any elements
)

// add adds a key and its value to an object.
func (n *node) add(key string, v *node) {
	n.keys, n.items = append(n.keys, key), append(n.items, v)
	if len(n.keys) > manyKeys {
		if n.index == nil {
			n.index = map[string]int{}
			for i, k := range n.keys {
				n.index[k] = i
			}
		}
		n.index[key] = len(n.keys) - 1
	}
}

const manyKeys = 16

// field returns the value of a key of an object, nil where there is none.
func (n *node) field(key string) *node {
	i, ok := n.index[key]
	if n.index == nil {
		i = slices.Index(n.keys, key)
		ok = i >= 0
	}
	if !ok {
		return nil
	}
	return n.items[i]
}

// A gap is a place where two trees differ.
type gap struct {
	path      string
	line      int // in the page
	want, got string
}

// volatile are keys whose value matches by type wherever they stand.
var volatile = map[string]func(want, got *node) bool{
	"resourceVersion": numbers, "generation": numbers, "observedGeneration": numbers, "restartCount": restartCounts,
	"nodePort": numbers, "healthCheckNodePort": numbers, "exp": numbers, "iat": numbers, "nbf": numbers,
	"x-envoy-upstream-service-time": numbers, "X-Envoy-Upstream-Service-Time": numbers,
	"pod-template-hash": oneWord, "controller-revision-hash": oneWord, "pod-template-generation": numbers,
	"continue": oneWord, "hostIP": anyAddresses,
}

// anyAddresses takes every address, also the one of this machine that a
// simulated node has.
func anyAddresses(want, got *node) bool {
	w, g := want.text, got.text
	return w != "" && g != "" && anyAddress.take(w, 0) == len(w) && anyAddress.take(g, 0) == len(g)
}

// ignored are keys that kubectl leaves out or shows depending on its version.
var ignored = []string{"managedFields"}

// lasting are keys whose value is how long something took.
var lasting = lazyregexp.New(`(?i)^(?:age|uptime|duration|elapsed|took|latency)$|(?:Age|Uptime|Elapsed|Latency)$`)

func numbers(want, got *node) bool {
	w, g := want.text, got.text
	return want.kind == got.kind && w != "" && g != "" && numeric(w) && numeric(g)
}

// restartCounts do not go back: see column.go.
func restartCounts(want, got *node) bool {
	return numbers(want, got) && (got.text != "0" || want.text == "0")
}

var wordOnly = lazyregexp.New(`^[A-Za-z0-9-]+$`)

func oneWord(want, got *node) bool {
	return want.kind == got.kind && wordOnly.MatchString(want.text) && wordOnly.MatchString(got.text)
}

// A comparer compares a tree of the page with one that came.
type comparer struct {
	seen map[[2]*node]bool // verdicts on elements of arrays with "..."
	gaps []gap
	off  bool // do not note gaps
}

const mostGaps = 8

func (c *comparer) gap(path string, line int, want, got string) bool {
	if !c.off && len(c.gaps) < mostGaps {
		c.gaps = append(c.gaps, gap{path, line, want, got})
	}
	return false
}

// same compares the values of a key.
func (c *comparer) same(w, g *node, path, key string) bool {
	if w.kind == anything {
		return true
	}
	if key == "ip" && strings.Contains(path, ".hostIPs[") {
		key = "hostIP"
	}
	if by := volatile[key]; by != nil && w.kind <= str && by(w, g) {
		return true
	}
	if w.kind != g.kind {
		return c.gap(path, w.line, w.brief(), g.brief())
	}
	switch w.kind {
	case object:
		return c.objects(w, g, path)
	case array:
		return c.arrays(w, g, path, key)
	case str:
		if !texts(w.text, g.text, key) {
			return c.gap(path, w.line, w.brief(), g.brief())
		}
	case scalar:
		if w.text != g.text {
			return c.gap(path, w.line, w.brief(), g.brief())
		}
	}
	return true
}

// texts compares text: a JSON text as such, else its lines.
func texts(want, got, key string) bool {
	if want == got {
		return true
	}
	if trimmed := strings.TrimSpace(want); len(trimmed) > 1 && (trimmed[0] == '{' || trimmed[0] == '[') {
		other := strings.TrimSpace(got)
		w, wend := parseJSON(trimmed, true)
		g, gend := parseJSON(other, false)
		if w != nil && g != nil && wend == len(trimmed) && gend == len(other) {
			return (&comparer{off: true}).same(w, g, "", "")
		}
	}
	read := reading{durations: lasting.MatchString(key)}
	if !strings.Contains(want, "\n") && !strings.Contains(got, "\n") {
		p := read.compile(want)
		text, indent := squeeze(got)
		return p.any || p.line(text) && p.indent == indent
	}
	if compare(read, Options{}, want, got) == nil {
		return true
	}
	read.flat = true
	return strings.Contains(want, dots) && compare(read, Options{}, want, got) == nil
}

func (c *comparer) objects(w, g *node, path string) bool {
	ok := true
	for i, key := range w.keys {
		if slices.Contains(ignored, key) {
			continue
		}
		at := path + "." + pathKey(key)
		if v := g.field(key); v == nil {
			ok = c.gap(at, w.items[i].line, w.items[i].brief(), "")
		} else if !c.same(w.items[i], v, at, key) {
			ok = false
		}
		if !ok && c.off {
			return false
		}
	}
	if w.elided {
		return ok
	}
	for i, key := range g.keys {
		if w.field(key) == nil && !slices.Contains(ignored, key) {
			ok = c.gap(path+"."+pathKey(key), w.line, "", g.items[i].brief())
		}
	}
	return ok
}

func (c *comparer) arrays(w, g *node, path, key string) bool {
	elided := slices.ContainsFunc(w.items, func(n *node) bool { return n.kind == anything })
	if elided {
		if sequence(len(w.items), len(g.items), func(i int) bool { return w.items[i].kind == anything },
			func(i, j int) bool { return c.quiet(w.items[i], g.items[j], key) }) {
			return true
		}
		return c.lost(w, g, path, key)
	}
	ok := true
	for i := range max(len(w.items), len(g.items)) {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case i >= len(w.items):
			ok = c.gap(at, w.end, "", g.items[i].brief())
		case i >= len(g.items):
			ok = c.gap(at, w.items[i].line, w.items[i].brief(), "")
		case !c.same(w.items[i], g.items[i], at, key):
			ok = false
		}
		if !ok && c.off {
			return false
		}
	}
	return ok
}

// quiet compares two elements without noting gaps, each pair once.
func (c *comparer) quiet(w, g *node, key string) bool {
	pair := [2]*node{w, g}
	if ok, seen := c.seen[pair]; seen {
		return ok
	}
	inner := &comparer{off: true, seen: c.seen}
	if inner.seen == nil {
		inner.seen = map[[2]*node]bool{}
		c.seen = inner.seen
	}
	ok := inner.same(w, g, "", key)
	c.seen[pair] = ok
	return ok
}

// lost names the first element of the page that none that came is, in order.
func (c *comparer) lost(w, g *node, path, key string) bool {
	at := 0
	for i, n := range w.items {
		if n.kind == anything {
			continue
		}
		j := at
		for j < len(g.items) && !c.quiet(n, g.items[j], key) {
			j++
		}
		if j == len(g.items) {
			return c.gap(fmt.Sprintf("%s[%d]", path, i), n.line, n.brief(), "")
		}
		at = j + 1
	}
	return c.gap(path, w.line, fmt.Sprintf("%d elements in this order", len(w.items)), fmt.Sprintf("%d elements", len(g.items)))
}

var simpleKey = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_-]*$`)

func pathKey(key string) string {
	if simpleKey.MatchString(key) {
		return key
	}
	return strconv.Quote(key)
}

const mostBrief = 80

// brief writes a value in one short line.
func (n *node) brief() string {
	var s string
	switch n.kind {
	case anything:
		return dots
	case scalar:
		s = n.text
	case str:
		s = strconv.Quote(n.text)
	case array:
		if len(n.items) == 1 && n.items[0].kind <= str {
			return "[" + n.items[0].brief() + "]"
		}
		return fmt.Sprintf("[%d elements]", len(n.items))
	case object:
		if s = strings.Join(n.keys, ", "); len(s) > 40 {
			s = cutText(s, 40)
		}
		return "{" + s + "}"
	}
	return cutText(s, mostBrief)
}

// cutText shortens s to n bytes and whole characters.
func cutText(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
