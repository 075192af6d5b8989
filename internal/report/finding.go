package report

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
)

// A Tree is where the pages are, for reports that tools show beside the files.
// The zero value has no prefix and knows no lines.
type Tree struct {
	// Prefix stands before the names of files, so that they count from the top
	// of the repository: "docs/", or "".
	Prefix string
	// Line returns a line of a file, without its end; nil or "" where it is not
	// known. Columns count characters then, as these reports want it.
	Line func(file string, line int) string
}

// place gives a place as these reports want it. A place without a line is in
// the first one.
func (t Tree) place(p source.Pos) source.Pos {
	p.Line, p.Col = max(p.Line, 1), max(p.Col, 1)
	if t.Line != nil {
		text := t.Line(p.File, p.Line)
		if n := p.Col - 1; n <= len(text) {
			p.Col = utf8.RuneCountInString(text[:n]) + 1
		}
	}
	p.File = t.Prefix + p.File
	return p
}

// A finding is one thing that is wrong, wherever in the run it stands.
type finding struct {
	source.Diagnostic
	detail string // the command and what it has printed; "" none
}

// findings are all that is wrong, in the order of the pages and their blocks.
func (r *Run) findings() []finding {
	var all []finding
	for _, d := range r.Diagnostics {
		d.Rule = cmp.Or(d.Rule, "page")
		all = append(all, finding{Diagnostic: d})
	}
	for i := range r.Pages {
		p := &r.Pages[i]
		if strings.HasPrefix(p.Reason, notRun) {
			all = append(all, finding{Diagnostic: source.Diagnostic{Pos: source.Pos{File: p.File}, Rule: "not-run", Message: p.Reason}})
		}
		for j := range p.Blocks {
			all = append(all, p.Blocks[j].findings()...)
		}
	}
	return all
}

// notRun is what the reason of a page starts with that has not been run to its
// end, for a reason of ours.
const notRun = "not run"

func (b *Block) findings() []finding {
	var all []finding
	for _, d := range b.Problems {
		d.Rule = cmp.Or(d.Rule, "block")
		all = append(all, finding{Diagnostic: d})
	}
	for i := range b.Claims {
		c := &b.Claims[i]
		if c.Status != check.Failed {
			continue
		}
		at := c.Pos
		if c.Where != nil {
			at = *c.Where
		}
		all = append(all, finding{
			Diagnostic: source.Diagnostic{Pos: at, Rule: cmp.Or(c.Rule, "claim"), Message: message(c), Hint: c.Hint},
			detail:     c.detail(),
		})
	}
	if b.Status == check.Failed && len(all) == 0 {
		all = append(all, finding{Diagnostic: source.Diagnostic{Pos: b.Pos, Rule: "block", Message: b.Reason}})
	}
	return all
}

// text is the finding with its hint.
func (f *finding) text() string {
	if f.Hint == "" {
		return f.Message
	}
	return f.Message + "\nhint: " + f.Hint
}
