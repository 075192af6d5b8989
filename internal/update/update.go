// Package update turns results into new text for the pages: where a command has
// printed something else than the page shows, the page shows what came. In go the
// plans and what came of them, out come the files with their new text, and for
// each output that must not be put into a page the reason. Only lines of expected
// output change, and of those only what does not agree.
package update

import (
	"cmp"
	"slices"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/source"
)

// Options is what New has to know beside the results.
type Options struct {
	Content string       // the content folder: other files are never changed
	Pages   []*page.Page // all of the project, as several may show one file
	// Secret reports whether a line holds what must not stand in a page; nil
	// means that none does.
	Secret func(line string) bool
	// Reload plans the same pages anew, as they are with these texts in the place
	// of the files of that name. It is required.
	Reload func(texts map[string][]byte) ([]*check.Plan, error)
}

// A File is a file of the project whose text changes. Name is relative to the
// project's folder and separated by slashes.
type File struct {
	Name     string
	Old, New []byte
	Outputs  int // how many outputs in it are new
}

// A Ref is a claim: indices of the page, of its item and of the item's claim.
type Ref struct{ Page, Item, Claim int }

// An Update is what there is to change.
type Update struct {
	Files   []File // by name
	Done    []Ref  // the claims that hold with the new text, in order
	Refused []source.Diagnostic
}

// New finds what to change, so that the pages show what came. Results[i] is what
// came of plans[i]. The error is one of Reload.
func New(plans []*check.Plan, results []report.Page, o Options) (*Update, error) {
	u := &updater{o: o, plans: plans, results: results, runs: map[string]int{}}
	for i, p := range plans {
		u.runs[p.Page.File.Name] = i
	}
	for i := range plans {
		u.page(i)
	}
	u.share()
	if err := u.verify(); err != nil {
		return nil, err
	}
	out := &Update{Files: u.files(u.edits), Refused: source.Sort(u.refused)}
	for _, e := range u.edits {
		out.Done = append(out.Done, e.refs...)
	}
	slices.SortFunc(out.Done, func(a, b Ref) int {
		return cmp.Or(cmp.Compare(a.Page, b.Page), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Claim, b.Claim))
	})
	return out, nil
}

type updater struct {
	o       Options
	plans   []*check.Plan
	results []report.Page
	runs    map[string]int // index of the plan of a page, by its file
	views   []view
	edits   []*edit
	refused []source.Diagnostic
}

// A view is one page's view of a piece of expected output.
type view struct {
	ref      Ref
	file     string
	from, to int // in the file
	pos      source.Pos
	verdict  check.Status
	edit     *edit // nil: it has nothing to change
}

// An output is what the page then shows, and what it is compared with.
type output struct {
	lines []string
	came  string
}

// An edit is a new text for a part of a file.
type edit struct {
	file     string
	old      []byte // of the whole file
	from, to int
	text     string
	pos      source.Pos
	refs     []Ref
	new      output
}

func (u *updater) refuse(pos source.Pos, why *reason) {
	u.refused = append(u.refused, source.Diagnostic{Pos: pos, Rule: "not-updated", Message: "not updated: " + why.message, Hint: why.hint})
}

// page finds the edits of one page.
func (u *updater) page(n int) {
	plan := u.plans[n]
	if n >= len(u.results) || u.results[n].File != plan.Page.File.Name || len(u.results[n].Blocks) != len(plan.Items) {
		return
	}
	for i := range plan.Items {
		claims := u.results[n].Blocks[i].Claims
		for j := range plan.Items[i].Claims {
			if c := &plan.Items[i].Claims[j]; c.HasWant {
				var rc report.Claim
				if j < len(claims) {
					rc = claims[j]
				}
				u.claim(Ref{n, i, j}, c, &rc)
			}
		}
	}
}

// claim makes the edit of one claim, where its output differs.
func (u *updater) claim(ref Ref, c *check.Claim, rc *report.Claim) {
	s := newShown(u.plans[ref.Page], c)
	v := view{ref: ref, file: s.file, from: s.at(s.from()), to: s.at(s.to()), pos: c.WantPos, verdict: rc.Status}
	defer func() { u.views = append(u.views, v) }()
	if rc.Status != check.Failed || rc.Rule != "output" {
		return
	}
	lines, came, why := rewritten(c, rc)
	if why == nil {
		why = u.unfit(s, lines)
	}
	var text string
	if why == nil {
		text, why = s.write(lines)
	}
	if why != nil {
		u.refuse(c.WantPos, why)
		return
	}
	v.edit = &edit{file: s.file, old: s.text, from: v.from, to: v.to, text: text, pos: c.WantPos, refs: []Ref{ref}, new: output{came: came}}
	for _, l := range lines {
		v.edit.new.lines = append(v.edit.new.lines, l.Text)
	}
	if len(lines) == 0 {
		v.edit.from, v.edit.to = s.at(s.gone[0]), s.at(s.gone[1])
	}
}
