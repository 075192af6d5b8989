package prove

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/redact"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/update"
)

// Update finds how the files of the project have to change for its pages to show
// what came. Plans are some of the proof's, results[i] is what came of plans[i].
// Load reads and plans the project from another folder, as this one was.
func (p *Proof) Update(plans []*check.Plan, results []report.Page, load func(root fs.FS) (*Proof, error)) (*update.Update, error) {
	return update.New(plans, results, update.Options{
		Content: p.Project.Config.Content,
		Pages:   p.Project.Set.Pages,
		Secret: func(line string) bool {
			return strings.Contains(line, redact.Mark) || p.secrets.Replace(line) != line
		},
		Reload: func(texts map[string][]byte) ([]*check.Plan, error) {
			again, err := load(update.Overlay(p.root, texts))
			if err != nil {
				return nil, err
			}
			return again.Plans, nil
		},
	})
}

// Renew gives results the hashes of the proof, which is of the same pages with new
// output in them: else what was found would count as stale. Places stay those of the
// text that was run, as in all else that is said of it.
func (p *Proof) Renew(pages []report.Page) {
	for _, plan := range p.Plans {
		i := slices.IndexFunc(pages, func(pg report.Page) bool { return pg.File == plan.Page.File.Name })
		if i < 0 || len(pages[i].Blocks) != len(plan.Items) {
			continue
		}
		pages[i].Hash = p.hash(plan)
		for j := range plan.Items {
			it, b := &plan.Items[j], &pages[i].Blocks[j]
			b.Hash = report.HashOf(it.Block.Text)
			for k := range min(len(b.Claims), len(it.Claims)) {
				b.Claims[k].Want = it.Claims[k].Want
			}
		}
	}
}
