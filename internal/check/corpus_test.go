package check

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/shortcodes"
)

const corpora = "../../../shared/corpora"

// corpus loads pages that nobody here wrote.
func corpus(t testing.TB, folder string) *page.Set {
	t.Helper()
	dir := filepath.Join(corpora, folder)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no corpus: %v", err)
	}
	set, err := page.Load(t.Context(), os.DirFS(dir), page.Options{Site: &shortcodes.Site{}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// BenchmarkNew plans the checks of all of Istio's pages: what is to be run, and
// what is to come out.
func BenchmarkNew(b *testing.B) {
	set := corpus(b, "istio-en/content")
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range set.Pages {
			New(p, Options{Guess: true})
		}
	}
}

// Every block of pages that nobody here wrote has exactly one kind, and every
// claim a place and a text.
func TestCorpus(t *testing.T) {
	for _, folder := range []string{"istio-en/content", "istio-zh/content", "kiali/content", "k8s-tasks/content"} {
		t.Run(strings.ReplaceAll(folder, "/", "-"), func(t *testing.T) {
			set := corpus(t, folder)
			count := map[string]int{}
			for _, p := range set.Pages {
				plan := New(p, Options{Guess: true})
				if len(plan.Items) != len(p.Blocks) {
					t.Fatalf("%s: %d items for %d blocks", p.URL, len(plan.Items), len(p.Blocks))
				}
				for _, it := range plan.Items {
					checkItem(t, &it)
					count[fmt.Sprintf("%-14s %s", it.Kind, it.Status)]++
				}
			}
			t.Log(table(count))
		})
	}
}

func checkItem(t *testing.T, it *Item) {
	t.Helper()
	if it.Kind == "" {
		t.Errorf("%s: no kind", it.Block.Pos)
	}
	if it.Status != "" && it.Reason == "" || it.Status == "" && len(it.Claims) == 0 && it.Kind != Output {
		t.Errorf("%s: %s block with status %q, reason %q and %d claims", it.Block.Pos, it.Kind, it.Status, it.Reason, len(it.Claims))
	}
	for _, c := range it.Claims {
		if c.Pos.Line == 0 || strings.TrimSpace(c.Text) == "" {
			t.Errorf("%s: claim at %s with text %q", it.Block.Pos, c.Pos, c.Text)
		}
	}
}

func table(count map[string]int) string {
	var keys []string
	for k := range count {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var b strings.Builder
	for _, k := range keys {
		fmt.Fprintf(&b, "\n%6d %s", count[k], k)
	}
	return b.String()
}
