package schema

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A place is an object in a kind, where a fragment may belong. Its path is
// empty for the whole manifest.
type place struct {
	kind string // "GROUP/VERSION KIND"
	path string // "spec.template.spec", with [] behind lists
	node *Node  // resolved, with Props
}

// An index finds places by the fields that they have.
type index struct {
	places []place
	by     map[string][]int // the places that have a field, in order
}

func newIndex(places []place) *index {
	x := &index{places: places, by: map[string][]int{}}
	for i, p := range places {
		for name := range p.node.Props {
			x.by[name] = append(x.by[name], i)
		}
	}
	return x
}

// having lists the places that have all fields but for a number of them.
func (x *index) having(keys []string, but int) []place {
	count := map[int]int{}
	for _, k := range keys {
		for _, i := range x.by[k] {
			count[i]++
		}
	}
	var found []place
	for _, i := range slices.Sorted(maps.Keys(count)) {
		if count[i] >= max(len(keys)-but, 1) {
			found = append(found, x.places[i])
		}
	}
	return found
}

// index lists the places of all kinds of a release, each definition once, by
// the shortest way to it.
func (r *release) index() *index {
	names := slices.SortedFunc(maps.Keys(r.kinds), byRank)
	seen := map[*Node]bool{}
	var roots []place
	for _, k := range names {
		if n := r.kinds[k].decode(); n.Props["metadata"] != nil && n.Props["items"] == nil {
			roots = append(roots, place{kind: k, node: n})
		}
	}
	return newIndex(r.walkPlaces(roots, seen))
}

// walkPlaces goes from places to all that is below them, the nearest first.
func (r *release) walkPlaces(queue []place, seen map[*Node]bool) []place {
	var found []place
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		p.node = r.resolve(p.node)
		if len(p.node.Props) > 0 {
			if seen[p.node] {
				continue
			}
			seen[p.node] = true
			found = append(found, p)
		}
		if strings.Count(p.path, ".") > 40 {
			continue
		}
		next := func(n *Node, path string) {
			if n != nil {
				queue = append(queue, place{p.kind, strings.TrimPrefix(path, "."), n})
			}
		}
		for _, k := range slices.Sorted(maps.Keys(p.node.Props)) {
			if p.path == "" && (k == "status" || k == "metadata" && seen[r.resolve(p.node.Props[k])]) {
				continue
			}
			next(p.node.Props[k], p.path+"."+k)
		}
		next(p.node.Items, p.path+"[]")
		next(p.node.Values, p.path+".*")
	}
	return found
}

// places lists those of one kind.
func (r *release) places(kind string, root *Node) []place {
	if ps, ok := r.of.Load(kind); ok {
		return ps.([]place)
	}
	ps := r.walkPlaces([]place{{kind: kind, node: root}}, map[*Node]bool{})
	r.of.Store(kind, ps)
	return ps
}

var versionName = lazyregexp.New(`^v(\d+)(?:(alpha|beta)(\d+))?$`)

// rank orders versions: v2 before v1 before v1beta1 before v1alpha1, as an API
// server does.
func rank(version string) int {
	m := versionName.FindStringSubmatch(version)
	if m == nil {
		return 1 << 30
	}
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[3])
	level := map[string]int{"": 0, "beta": 1, "alpha": 2}[m[2]]
	return level<<20 - major<<10 - minor
}

// Groups that pages write about most. What may belong to several kinds is
// named after one of these.
var common = map[string]int{"": 0, "apps": 1, "batch": 2, "networking.k8s.io": 3, "rbac.authorization.k8s.io": 4}

// byRank orders kinds "GROUP/VERSION KIND": common groups first, stable versions
// first.
func byRank(a, b string) int {
	ga, va, ka := parts(a)
	gb, vb, kb := parts(b)
	where := func(g string) int {
		if n, ok := common[g]; ok {
			return n
		}
		return len(common)
	}
	return cmp.Or(cmp.Compare(rank(va)>>20, rank(vb)>>20), cmp.Compare(frequent[kb], frequent[ka]),
		cmp.Compare(where(ga), where(gb)), cmp.Compare(ga, gb), cmp.Compare(rank(va), rank(vb)), cmp.Compare(ka, kb))
}

var frequent = map[string]int{"Pod": 9, "Service": 8, "ConfigMap": 7, "Deployment": 9}

// parts takes "GROUP/VERSION KIND" apart.
func parts(kind string) (group, version, name string) {
	api, name, _ := strings.Cut(kind, " ")
	group, version, ok := strings.Cut(api, "/")
	if !ok {
		group, version = "", api
	}
	return group, version, name
}

// people writes a place as "VirtualService.spec (networking.istio.io/v1)".
func (p place) people(below string) string {
	api, name, _ := strings.Cut(p.kind, " ")
	path := strings.TrimPrefix(p.path+"."+below, ".")
	path = strings.TrimSuffix(path, ".")
	if path != "" {
		name += "." + path
	}
	return name + " (" + api + ")"
}
