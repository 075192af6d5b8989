package update

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
)

var otherPage = &reason{"with this output the page would say something else than what was run", "update it by hand"}

// verify reads the pages anew, with the new texts. An edit that makes anything
// but its own output another is not made: output may close a block, or read as a
// command.
func (u *updater) verify() error {
	wrong, err := u.changed(u.edits)
	if err != nil || len(wrong) == 0 {
		return err
	}
	bad := map[*edit]bool{}
	byFile := map[string][]*edit{}
	for _, e := range u.edits {
		if wrong[e.file] {
			byFile[e.file] = append(byFile[e.file], e)
		}
	}
	for round := 0; ; round++ { // one edit of each file by itself, as reading the pages takes long
		var batch []*edit
		for _, es := range byFile {
			if round < len(es) {
				batch = append(batch, es[round])
			}
		}
		if len(batch) == 0 {
			break
		}
		if wrong, err = u.changed(batch); err != nil {
			return err
		}
		for _, e := range batch {
			bad[e] = wrong[e.file]
		}
	}
	u.drop(func(e *edit) bool { return bad[e] })
	if wrong, err = u.changed(u.edits); err != nil {
		return err
	}
	u.drop(func(e *edit) bool { return wrong[e.file] }) // only together
	return nil
}

// drop refuses edits.
func (u *updater) drop(bad func(*edit) bool) {
	u.edits = slices.DeleteFunc(u.edits, func(e *edit) bool {
		if bad(e) {
			u.refuse(e.pos, otherPage)
		}
		return bad(e)
	})
}

// changed returns the files whose edits make a page say something else.
func (u *updater) changed(edits []*edit) (wrong map[string]bool, err error) {
	texts := map[string][]byte{}
	for _, f := range u.files(edits) {
		texts[f.Name] = f.New
	}
	if len(texts) == 0 {
		return nil, nil
	}
	plans, err := u.o.Reload(texts)
	if err != nil {
		return nil, err
	}
	again := map[string]*check.Plan{}
	for _, p := range plans {
		again[p.Page.File.Name] = p
	}
	wrong = map[string]bool{}
	for i, old := range u.plans {
		want := map[Ref]output{}
		var files []string
		for _, e := range edits {
			for _, ref := range e.refs {
				if ref.Page == i {
					want[ref] = e.new
					files = append(files, e.file)
				}
			}
		}
		for _, name := range append(old.Page.Included(), old.Page.File.Name) { // it may show them in another way
			if texts[name] != nil {
				files = append(files, name)
			}
		}
		if len(files) > 0 && !same(i, old, again[old.Page.File.Name], want) {
			for _, f := range files {
				wrong[f] = true
			}
		}
	}
	return wrong, nil
}

// same reports whether a page says what it said, but for the outputs in want.
func same(n int, old, now *check.Plan, want map[Ref]output) bool {
	if now == nil || len(old.Items) != len(now.Items) || len(old.Page.Headings) != len(now.Page.Headings) ||
		source.Errors(old.Page.Doc.Diagnostics) < source.Errors(now.Page.Doc.Diagnostics) {
		return false
	}
	edited := map[int]bool{}
	for ref := range want {
		edited[old.Items[ref.Item].Claims[ref.Claim].WantIn] = true
	}
	for i := range old.Items {
		a, b := &old.Items[i], &now.Items[i]
		if a.Kind != b.Kind || a.Status != b.Status || a.Of != b.Of || len(a.Claims) != len(b.Claims) || len(a.Problems) < len(b.Problems) {
			return false
		}
		if !edited[i] && a.Block.Text != b.Block.Text {
			return false
		}
		for j := range a.Claims {
			now, changed := want[Ref{n, i, j}]
			if !sameClaim(a.Claims[j], b.Claims[j], now, changed) {
				return false
			}
		}
	}
	return true
}

// sameClaim compares two claims. Where the output was changed it has to be these
// lines; they may all be indented by as much.
func sameClaim(a, b check.Claim, want output, changed bool) bool {
	if changed {
		if b.HasWant != (len(want.lines) > 0) || b.HasWant && (!slices.Equal(dedent(split(b.Want)), dedent(want.lines)) || options(&b).Compare(b.Want, want.came) != nil) {
			return false
		}
	} else if a.Want != b.Want || a.HasWant != b.HasWant {
		return false
	}
	return a.Kind == b.Kind && a.Text == b.Text && a.Name == b.Name && a.Keep == b.Keep && a.Match == b.Match && a.Fails == b.Fails &&
		a.Exit == b.Exit && a.Empty == b.Empty && a.Read == b.Read && a.NeedsPods == b.NeedsPods && a.Background == b.Background &&
		slices.Equal(a.Sets, b.Sets)
}

func split(text string) []string { return strings.Split(strings.TrimRight(text, "\n"), "\n") }

// dedent takes off the blanks that all lines share, and those at their ends.
func dedent(lines []string) []string {
	shared := -1
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimRight(l, " \t\r")
		if n := len(out[i]) - len(strings.TrimLeft(out[i], " ")); out[i] != "" && (shared < 0 || n < shared) {
			shared = n
		}
	}
	for i, l := range out {
		out[i] = l[min(max(shared, 0), len(l)):]
	}
	return out
}
