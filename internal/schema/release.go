// Package schema knows what a manifest may hold: a document of package manifest
// comes in, what is wrong with it by its schema goes out, each at its place. The
// schemas are those of Kubernetes releases, which are built in, and those of
// CustomResourceDefinitions that a project or a page gives. A fragment is held
// against every part of every kind that it may be a piece of.
//
// The walker is our own: the libraries of Kubernetes validate decoded values,
// which have no places any more, and places are what a page needs.
package schema

import (
	"bytes"
	"cmp"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The definitions of all releases, one on a line: its name, the minor versions
// that have it as a set of bits, a Node. "go test -run TestRecord -update" writes
// it from the OpenAPI documents of API servers.
//
//go:embed kubernetes.gz
var recorded []byte

// A definition is a line of the recording. It is decoded when it is asked for.
type definition struct {
	name string
	mask uint64
	text string
	once sync.Once
	node *Node
}

func (d *definition) decode() *Node {
	d.once.Do(func() {
		d.node = &Node{}
		if err := json.Unmarshal([]byte(d.text), d.node); err != nil {
			panic("kubernetes.gz: " + d.name + ": " + err.Error()) // the tests have read it
		}
		d.node = special(d.name, d.node)
	})
	return d.node
}

// special gives the definitions that some releases describe wrongly.
func special(name string, n *Node) *Node {
	if strings.HasSuffix(name, ".Quantity") {
		return &Node{IntOrText: true, Format: "quantity"} // some releases say "string" and take numbers
	}
	return n
}

// kind gives "GROUP/VERSION KIND" of a definition that is a whole manifest.
func (d *definition) kind() (string, bool) {
	_, k, ok := strings.Cut(d.text, `"k":["`)
	k, _, end := strings.Cut(k, `"]`)
	return k, ok && end && !strings.Contains(k, `"`)
}

var definitions = sync.OnceValue(func() []*definition {
	z, err := gzip.NewReader(bytes.NewReader(recorded))
	if err != nil {
		panic("kubernetes.gz: " + err.Error())
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic("kubernetes.gz: " + err.Error())
	}
	var ds []*definition
	for line := range strings.Lines(string(text)) {
		f := strings.SplitN(line, "\t", 3)
		mask, err := strconv.ParseUint(f[1], 16, 64)
		if err != nil {
			panic("kubernetes.gz: " + err.Error())
		}
		ds = append(ds, &definition{name: f[0], mask: mask, text: f[2]})
	}
	return ds
})

// A release is one minor version of Kubernetes.
type release struct {
	minor int
	label string // of one that is not built in; "" the version
	defs  map[string]*definition
	kinds map[string]*definition // by "GROUP/VERSION KIND"
	all   func() *index
	of    sync.Map // "GROUP/VERSION KIND" to its []place
}

func (r *release) name() string { return cmp.Or(r.label, "Kubernetes "+minorName(r.minor)) }

var releases sync.Map // minor to func() *release

// load gives a release that is built in.
func load(minor int) *release {
	f, _ := releases.LoadOrStore(minor, sync.OnceValue(func() *release {
		r := &release{minor: minor, defs: map[string]*definition{}, kinds: map[string]*definition{}}
		for _, d := range definitions() {
			if d.mask&(1<<minor) == 0 {
				continue
			}
			r.defs[d.name] = d
			if k, ok := d.kind(); ok {
				r.kinds[k] = d
			}
		}
		r.all = sync.OnceValue(r.index)
		return r
	}))
	return f.(func() *release)()
}

// minors lists the releases that are built in, the newest first.
var minors = sync.OnceValue(func() []int {
	var mask uint64
	for _, d := range definitions() {
		mask |= d.mask
	}
	var found []int
	for m := range 64 {
		if mask&(1<<m) != 0 {
			found = append(found, m)
		}
	}
	slices.Reverse(found)
	return found
})

// Usual is the minor version that counts where nobody names one: that of the
// cluster that we build.
const Usual = 34

// Releases lists the versions of Kubernetes that are built in, as "1.34", the
// newest first.
func Releases() []string {
	var names []string
	for _, m := range minors() {
		names = append(names, minorName(m))
	}
	return names
}

// resolve follows a reference.
func (r *release) resolve(n *Node) *Node {
	for range maxDepth {
		if n == nil || n.Ref == "" {
			return n
		}
		d := r.defs[n.Ref]
		if d == nil {
			return &Node{Open: true}
		}
		n = d.decode()
	}
	return &Node{Open: true}
}
