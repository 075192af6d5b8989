package prove

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/report"
)

// Last holds the results of pages from one run to the next of the same process.
// Other than those in the cache they may be failures and pages that need
// containers: nothing but the pages is expected to change meanwhile. A nil Last
// holds nothing.
type Last struct{ pages map[string]lastPage } // by their files

type lastPage struct {
	key  string
	page report.Page
}

// NewLast gives a Last without results.
func NewLast() *Last { return &Last{map[string]lastPage{}} }

// Retry drops the results of those of the files that have failed, so that they
// are run again also where they are as they were. It reports whether there were
// any.
func (l *Last) Retry(files []string) bool {
	found := false
	for _, name := range files {
		if last, ok := l.pages[name]; ok && has(&last.page, check.Failed) {
			delete(l.pages, name)
			found = true
		}
	}
	return found
}

func (l *Last) get(plan *check.Plan, key string) (report.Page, bool) {
	if l == nil {
		return report.Page{}, false
	}
	found, ok := l.pages[plan.Page.File.Name]
	if !ok || key == "" || found.key != key {
		return report.Page{}, false
	}
	return found.copy(), true
}

// copy is the page with blocks of its own: other results may be taken into them.
func (l lastPage) copy() report.Page {
	l.page.Blocks = slices.Clone(l.page.Blocks)
	return l.page
}

// put keeps the results of a page that was run, from a run of that origin.
func (l *Last) put(plan *check.Plan, key string, pg report.Page, from report.Origin) {
	if l == nil {
		return
	}
	delete(l.pages, plan.Page.File.Name)
	if ended(&pg) {
		pg.Cached = &from
		l.pages[plan.Page.File.Name] = lastPage{key, lastPage{page: pg}.copy()}
	}
}

// ended reports whether a page was run to its end, or to its first failure.
func ended(pg *report.Page) bool {
	return !strings.HasPrefix(pg.Reason, "not run") && (has(pg, check.Failed) || !has(pg, check.Blocked))
}

func has(pg *report.Page, s check.Status) bool {
	return slices.ContainsFunc(pg.Blocks, func(b report.Block) bool { return b.Status == s })
}

// First puts the pages in files before all others: they are run first.
func (p *Proof) First(files []string) {
	slices.SortStableFunc(p.Plans, func(a, b *check.Plan) int {
		return rank(files, b) - rank(files, a)
	})
}

func rank(files []string, plan *check.Plan) int {
	if slices.Contains(files, plan.Page.File.Name) {
		return 1
	}
	return 0
}
