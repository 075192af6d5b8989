package site

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/theme"
)

// Marks are the verdicts of a checker on the blocks of pages, by the name of the
// page's file and in the order of its blocks. They are plain data: who checks is
// for others to know.
type Marks map[string][]Mark

// A Mark is the verdict on one block.
type Mark struct {
	Hash   string // SHA-256 in hex of the text that was checked
	State  State
	Reason string // why it is no other; "" for most that are verified
	Origin
}

// An Origin says where, on what and when a verdict was found. What is not known is "".
type Origin struct {
	Cluster    string // "embedded"
	Kubernetes string // "v1.34.4"
	Commit     string // of the pages
	Date       string // RFC 3339
}

// A State is a verdict, or that there is none which holds.
type State string

// The states of a block. Stale and Fresh are found here: no checker says them.
const (
	Verified  State = "verified"
	Failed    State = "failed"
	Blocked   State = "blocked"
	Static    State = "static"
	Skipped   State = "skipped"
	Unchecked State = "unchecked" // there is nothing to check in it
	Stale     State = "stale"     // its text has changed since
	Fresh     State = "fresh"     // it came after the check
)

// states has those that are shown, from the best.
var states = []State{Verified, Static, Skipped, Fresh, Stale, Blocked, Failed}

// label is what a state is called; "" for one that is not shown.
func (s State) label(t theme.Site) string {
	if !slices.Contains(states, s) {
		return ""
	}
	return t.T("mark_" + string(s))
}

// marksOf are the marks of the page's blocks; nil where the page was not checked.
// A mark belongs to a block of the same text. What is left over on both sides is
// what has changed; a block that nothing is left for came later.
func (m Marks) marksOf(p *page.Page) map[*page.Block]Mark {
	if p.File == nil || m[p.File.Name] == nil {
		return nil
	}
	left := map[string][]Mark{}
	for _, mark := range m[p.File.Name] {
		left[mark.Hash] = append(left[mark.Hash], mark)
	}
	found := map[*page.Block]Mark{}
	for _, b := range p.Blocks {
		sum := sha256.Sum256([]byte(b.Text))
		hash := hex.EncodeToString(sum[:])
		if same := left[hash]; len(same) > 0 {
			found[b], left[hash] = same[0], same[1:]
		}
	}
	var gone []Mark
	for _, mark := range m[p.File.Name] {
		if same := left[mark.Hash]; len(same) > 0 {
			gone, left[mark.Hash] = append(gone, same[0]), same[1:]
		}
	}
	for _, b := range p.Blocks {
		if _, ok := found[b]; ok {
			continue
		}
		mark := Mark{State: Fresh}
		if len(gone) > 0 {
			mark, gone = gone[0], gone[1:]
			mark.State, mark.Reason = Stale, ""
		}
		found[b] = mark
	}
	return found
}

// on is where a verdict was found, in words: " on Kubernetes 1.34.4".
func (o Origin) on(t theme.Site) string {
	if o.Kubernetes == "" {
		return ""
	}
	return " " + t.T("mark_on", map[string]any{"Version": strings.TrimPrefix(o.Kubernetes, "v")})
}

// full is all that is known of a verdict.
func (m Mark) full(t theme.Site) string {
	parts := []string{m.State.label(t)}
	if m.State == Verified || m.State == Failed {
		parts[0] += m.on(t)
		if m.Cluster != "" {
			parts[0] += " (" + m.Cluster + ")"
		}
	}
	if m.Reason != "" {
		parts = append(parts, m.Reason)
	}
	if m.Commit != "" {
		parts = append(parts, t.T("mark_commit", map[string]any{"Commit": shortCommit(m.Commit)}))
	}
	if m.Date != "" {
		parts = append(parts, day(m.Date))
	}
	return strings.Join(parts, ", ")
}

// day is the date without its hour: what a reader wants to know of a check.
func day(date string) string {
	d, _, _ := strings.Cut(date, "T")
	return d
}

// shortCommit is a commit as people write it. The + of one with changes stays.
func shortCommit(c string) string {
	if len(c) <= 8 {
		return c
	}
	if strings.HasSuffix(c, "+") {
		return c[:7] + "+"
	}
	return c[:7]
}

// mark is what the bar of a block says of its check; "" where there is nothing to say.
func (r *renderer) mark(b *page.Block) string {
	m, ok := r.marks[b]
	words := r.wordsOf(r.p)
	text := m.State.label(words)
	if !ok || text == "" {
		return ""
	}
	switch {
	case m.State == Verified:
		text += "<span>" + escape(m.on(words)) + "</span>"
	case m.Reason != "":
		text += ":<span> " + escape(m.Reason) + "</span>"
	}
	return fmt.Sprintf(`<a class="proof %s" href="%s" title="%s">%s</a>`, m.State, escape(r.builder.href(r.p.URL, verifiedURL(r.p))), escape(m.full(words)), text)
}

// verifiedURL is where the state of a page is told.
func verifiedURL(p *page.Page) string { return "/verified/#" + anchorOf(p) }

func anchorOf(p *page.Page) string {
	return "page-" + strings.ReplaceAll(strings.Trim(p.URL, "/"), "/", "-")
}

// A tally counts the blocks of a page, a section or a site.
type tally map[State]int

func (t tally) add(o tally) {
	for s, n := range o {
		t[s] += n
	}
}

// total is the number of blocks that something can be checked in.
func (t tally) total() int {
	n := 0
	for _, s := range states {
		n += t[s]
	}
	return n
}

// worst is the state that a reader has to know first.
func (t tally) worst() State {
	for i := len(states) - 1; i >= 0; i-- {
		if s := states[i]; t[s] > 0 && (s == Failed || s == Blocked || s == Stale) {
			return s
		}
	}
	if t[Verified] == 0 {
		return Static
	}
	return Verified
}

// text gives "3 of 8 blocks verified, 1 failed, 2 changed since".
func (t tally) text(words theme.Site) string {
	total := t.total()
	s := words.T("tally_some", map[string]any{"Verified": t[Verified], "Count": total})
	if t[Verified] == total {
		s = words.T("tally_all", total)
	}
	for _, st := range states[1:] {
		if t[st] > 0 {
			s += ", " + words.T("tally_"+string(st), t[st])
		}
	}
	return s
}

func tallyOf(marks map[*page.Block]Mark) tally {
	t := tally{}
	for _, m := range marks {
		t[m.State]++
	}
	return t
}

// proof is what the page says of its check at its top; nil where there is nothing,
// or nothing that was to be run: each block says so, too.
func (b *builder) proof(p *page.Page, marks map[*page.Block]Mark) *theme.Proof {
	t := tallyOf(marks)
	if t.total() == t[Skipped] {
		return nil
	}
	words := b.wordsOf(p)
	text := t.text(words)
	var origin Origin
	for _, block := range p.Blocks {
		switch m := marks[block]; {
		case m.State != Verified:
		case origin == Origin{}:
			origin = m.Origin
		case origin.Kubernetes != m.Kubernetes:
			origin.Kubernetes = "" // several: the blocks say which
		}
	}
	if t[Verified] == t.total() {
		text += origin.on(words)
	}
	return &theme.Proof{State: string(t.worst()), Text: text, URL: b.href(p.URL, verifiedURL(p))}
}
