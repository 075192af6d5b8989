package runner

import (
	"errors"
	"slices"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/script"
)

// notRun is the report of a page that err has kept from being run to its end:
// what was to be run counts for nothing.
func notRun(p *check.Plan, err error) report.Page {
	why := "not run: " + err.Error()
	if errors.Is(err, ErrClusterEnded) {
		why = "not run: " + ErrClusterEnded.Error()
	}
	pg := heldBack(p, why)
	pg.Reason = why
	return pg
}

// heldBack is the report of a page that is not run because others failed.
func heldBack(p *check.Plan, why string) report.Page {
	run := &pageRun{r: &Runner{found: map[string]bool{}}, plan: p}
	run.claims = map[script.Ref]*report.Claim{}
	for i := range p.Items {
		for j, c := range p.Items[i].Claims {
			run.claims[script.Ref{Item: i, Claim: j}] = &report.Claim{Pos: c.Pos, Kind: c.Kind, Text: c.Text, Want: c.Want}
		}
	}
	run.block(why)
	return run.report()
}

// report gives the verdicts as they are now.
func (p *pageRun) report() report.Page {
	pg := report.Page{File: p.plan.Page.File.Name, Title: p.plan.Page.Matter.Title, Blocks: []report.Block{}}
	if p.plan.Skip != "" {
		pg.Reason = "skipped: " + p.plan.Skip
	}
	for i := range p.plan.Items {
		pg.Blocks = append(pg.Blocks, p.blockReport(i))
	}
	for i := range p.plan.Items {
		it := &p.plan.Items[i]
		if b := &pg.Blocks[i]; it.Kind == check.Output && b.Status == "" && it.Of >= 0 && it.Of < i {
			p.printed(b, it.Of)
		}
	}
	for i := range pg.Blocks {
		if b := &pg.Blocks[i]; b.Status == "" {
			b.Status, b.Reason = check.Unchecked, "it claims nothing that can be tried"
		}
	}
	return pg
}

// printed gives a block of output the verdict on the command that prints it,
// the last claim of the item of.
func (p *pageRun) printed(b *report.Block, of int) {
	claims := p.plan.Items[of].Claims
	if len(claims) == 0 {
		return
	}
	rc := p.claims[script.Ref{Item: of, Claim: len(claims) - 1}]
	b.Status, b.Reason = rc.Status, rc.Message
	if b.Status == "" {
		b.Status, b.Reason = p.plan.Items[of].Status, p.plan.Items[of].Reason
	}
}

func (p *pageRun) blockReport(i int) report.Block {
	it := &p.plan.Items[i]
	b := report.Block{
		Pos: it.Block.Pos, Index: it.Block.Index, Kind: it.Kind, Lang: it.Block.Lang, Hash: report.HashOf(it.Block.Text),
		Status: it.Status, Reason: it.Reason, Problems: slices.Concat(it.Problems, p.warnings[i]),
	}
	if !p.runs(it) {
		if p.plan.Skip != "" && (b.Status == "" || b.Status == check.Static) {
			b.Status, b.Reason = check.Skipped, p.plan.Skip
		}
		return b
	}
	for j := range it.Claims {
		rc := p.claims[script.Ref{Item: i, Claim: j}]
		b.Claims = append(b.Claims, *rc)
		if worse(rc.Status, b.Status) {
			b.Status, b.Reason = rc.Status, rc.Message
		}
	}
	if last := len(it.Claims) - 1; it.Kind == check.File && b.Status == check.Verified && it.Claims[last].Kind == check.Write {
		b.Status, b.Reason = check.Static, "written to "+it.Claims[last].Name+" for the commands after it: nothing in it was tried by itself"
	}
	return b
}

// ranks has the statuses of claims, the one that counts most for the block last.
var ranks = map[check.Status]int{check.Verified: 1, check.Static: 2, check.Blocked: 3, check.Failed: 4}

func worse(a, b check.Status) bool { return ranks[a] > ranks[b] }
