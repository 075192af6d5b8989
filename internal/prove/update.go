package prove

import (
	"io/fs"
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
