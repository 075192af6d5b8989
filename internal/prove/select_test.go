package prove

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/project"
)

// proofOf is what the files of a project are to be proved by.
func proofOf(t *testing.T, root fstest.MapFS) *Proof {
	t.Helper()
	p, err := project.Load(t.Context(), root, project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	proof, err := New(t.Context(), root, p)
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

// manyPages is a project with pages of very different sizes.
func manyPages(t *testing.T, n int) *Proof {
	t.Helper()
	root := fstest.MapFS{"probatum.yaml": {Data: []byte("title: T\n")}}
	for i := range n {
		root[fmt.Sprintf("content/p%d.md", i)] = &fstest.MapFile{Data: []byte("```bash\n" + strings.Repeat("echo a\n", 1+i*i%17) + "```\n")}
	}
	return proofOf(t, root)
}

// TestShards holds that the shards together are all pages, each once, and that
// none has much more to do than the others.
func TestShards(t *testing.T) {
	for _, pages := range []int{1, 2, 7, 60} {
		for n := 1; n <= 9; n++ {
			var all []string
			most, total := 0, 0
			for i := range n {
				p := manyPages(t, pages)
				p.KeepShard(i+1, n)
				load := 0
				for _, plan := range p.Plans {
					all = append(all, plan.Page.File.Name)
					load += work(plan)
				}
				most, total = max(most, load), total+load
			}
			slices.Sort(all)
			if len(all) != pages || len(slices.Compact(all)) != pages {
				t.Fatalf("%d shards of %d pages: got %v", n, pages, all)
			}
			if want := total/n + 18; most > want { // 18 is the largest page
				t.Errorf("%d shards of %d pages: one has %d to do, want at most %d", n, pages, most, want)
			}
		}
	}
}

// TestShardsAreStable holds that one more page moves few of the others.
func TestShardsAreStable(t *testing.T) {
	where := func(pages int) map[string]int {
		shards := map[string]int{}
		for i := range 5 {
			p := manyPages(t, pages)
			p.KeepShard(i+1, 5)
			for _, plan := range p.Plans {
				shards[plan.Page.File.Name] = i
			}
		}
		return shards
	}
	before, after := where(60), where(61)
	moved := 0
	for name, s := range before {
		if after[name] != s {
			moved++
		}
	}
	if moved > 15 {
		t.Errorf("%d of 60 pages have another shard", moved)
	}
}
