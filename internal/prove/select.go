package prove

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"path"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/check"
)

// KeepChanged leaves the plans of the pages that the named files matter to: a
// page itself, what it includes, its setup scripts. A change of the
// configuration, whose name is config, of a shortcode, of data or of a schema
// matters to all pages. Names are relative to the project's folder.
func (p *Proof) KeepChanged(files []string, config string) {
	c := p.Project.Config
	for _, name := range files {
		for _, dir := range slices.Concat([]string{config, c.Shortcodes, c.Data}, c.Check.CRDs, c.Check.OpenAPI) {
			if dir = path.Clean(dir); name == dir || strings.HasPrefix(name, dir+"/") {
				return
			}
		}
	}
	p.keep(func(plan *check.Plan) bool {
		return slices.ContainsFunc(p.inputs(plan), func(name string) bool { return slices.Contains(files, name) })
	})
}

// inputs names the files that belong to a plan alone, or to a few.
func (p *Proof) inputs(plan *check.Plan) []string {
	names := append(plan.Page.File.Included(), plan.Page.File.Name)
	for _, name := range plan.Setup {
		names = append(names, path.Join(p.Project.Config.Check.Scripts, name+".txtar"))
	}
	return names
}

// KeepShard leaves the plans of shard i of n; i counts from 1. All shards have
// about as much to do, and no page is in two of them. A page stays in its shard
// as long as the others do not change much.
func (p *Proof) KeepShard(i, n int) {
	order := slices.Clone(p.Plans)
	slices.SortFunc(order, func(a, b *check.Plan) int {
		return cmp.Or(cmp.Compare(work(b), work(a)), cmp.Compare(a.Page.File.Name, b.Page.File.Name))
	})
	total := 0
	for _, plan := range order {
		total += work(plan)
	}
	loads, shard := make([]int, n), map[*check.Plan]int{}
	for _, plan := range order {
		s := place(plan.Page.File.Name, loads, (total+n-1)/n-work(plan))
		loads[s] += work(plan)
		shard[plan] = s
	}
	p.keep(func(plan *check.Plan) bool { return shard[plan] == i-1 })
}

// keep leaves the plans for which is is true.
func (p *Proof) keep(is func(*check.Plan) bool) {
	p.Plans = slices.DeleteFunc(slices.Clone(p.Plans), func(plan *check.Plan) bool { return !is(plan) })
	p.chosen = p.Plans
}

// place chooses a shard for a page: the one that its name likes best among those
// that have not more than most to do, else the one with the least.
func place(name string, loads []int, most int) int {
	best, liking := -1, uint64(0)
	least := 0
	for s, load := range loads {
		if load < loads[least] {
			least = s
		}
		sum := sha256.Sum256(binary.AppendUvarint([]byte(name), uint64(s)))
		if l := binary.BigEndian.Uint64(sum[:]); load <= most && (best < 0 || l > liking) {
			best, liking = s, l
		}
	}
	if best < 0 {
		return least
	}
	return best
}

// work is how much there is to do for a page, as far as that can be told.
func work(plan *check.Plan) int {
	n := 1
	for i := range plan.Items {
		n += len(plan.Items[i].Claims)
	}
	return n
}
