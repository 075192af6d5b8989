package update

import (
	"slices"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/report"
)

// Updated is what a claim says whose output is new in the page.
const Updated = "the page shows what came now"

// Settle gives the claims that hold with the new text of the files a verdict that
// says so, and their blocks. Files that could not be written are left out.
func (u *Update) Settle(plans []*check.Plan, results []report.Page, failed []string) {
	for _, ref := range u.Done {
		plan := plans[ref.Page]
		c := &plan.Items[ref.Item].Claims[ref.Claim]
		if slices.Contains(failed, c.WantPos.File) {
			continue
		}
		blocks := results[ref.Page].Blocks
		rc := &blocks[ref.Item].Claims[ref.Claim]
		rc.Status, rc.Message, rc.Rule, rc.Hint, rc.Diff = check.Verified, Updated, "updated", "", ""
		settle(&blocks[ref.Item])
		if c.WantIn != ref.Item { // a block of its own
			blocks[c.WantIn].Status, blocks[c.WantIn].Reason = rc.Status, rc.Message
		}
	}
}

// settle gives a block the verdict of its worst claim.
func settle(b *report.Block) {
	b.Status, b.Reason = check.Verified, ""
	for _, status := range []check.Status{check.Failed, check.Blocked, check.Static} {
		for _, c := range b.Claims {
			if c.Status == status {
				b.Status, b.Reason = c.Status, c.Message
				return
			}
		}
	}
}
