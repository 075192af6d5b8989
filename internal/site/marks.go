package site

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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

// states has those that are shown, from the best, and what they are called.
var states = []struct {
	State
	label, many string
}{
	{Verified, "Verified", "verified"}, {Static, "Not run", "not run"}, {Skipped, "Skipped", "skipped"},
	{Fresh, "Not checked yet", "not checked yet"}, {Stale, "Changed since it was checked", "changed since"},
	{Blocked, "Not reached", "not reached"}, {Failed, "Failed", "failed"},
}

func (s State) label() string {
	for _, known := range states {
		if known.State == s {
			return known.label
		}
	}
	return ""
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
func (o Origin) on() string {
	if o.Kubernetes == "" {
		return ""
	}
	return " on Kubernetes " + strings.TrimPrefix(o.Kubernetes, "v")
}

// full is all that is known of a verdict.
func (m Mark) full() string {
	parts := []string{m.State.label()}
	if m.State == Verified || m.State == Failed {
		parts[0] += m.on()
		if m.Cluster != "" {
			parts[0] += " (" + m.Cluster + ")"
		}
	}
	for _, s := range []struct{ label, text string }{{"", m.Reason}, {"commit ", shortCommit(m.Commit)}, {"", day(m.Date)}} {
		if s.text != "" {
			parts = append(parts, s.label+s.text)
		}
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
	if !ok || m.State.label() == "" {
		return ""
	}
	text := m.State.label()
	switch {
	case m.State == Verified:
		text += "<span>" + escape(m.on()) + "</span>"
	case m.Reason != "":
		text += ":<span> " + escape(m.Reason) + "</span>"
	}
	return fmt.Sprintf(`<a class="proof %s" href="%s" title="%s">%s</a>`, m.State, escape(r.builder.href(r.p.URL, verifiedURL(r.p))), escape(m.full()), text)
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
		n += t[s.State]
	}
	return n
}

// worst is the state that a reader has to know first.
func (t tally) worst() State {
	for i := len(states) - 1; i >= 0; i-- {
		if t[states[i].State] > 0 && (states[i].State == Failed || states[i].State == Blocked || states[i].State == Stale) {
			return states[i].State
		}
	}
	if t[Verified] == 0 {
		return Static
	}
	return Verified
}

// String gives "3 of 8 blocks verified, 1 failed, 2 changed since".
func (t tally) String() string {
	total := t.total()
	s := fmt.Sprintf("%d of %d blocks verified", t[Verified], total)
	switch {
	case t[Verified] == total && total == 1:
		s = "Its block is verified"
	case t[Verified] == total:
		s = fmt.Sprintf("All %d blocks verified", total)
	}
	for _, st := range states[1:] {
		if t[st.State] > 0 {
			s += fmt.Sprintf(", %d %s", t[st.State], st.many)
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

// proof is what the page says of its check at its top; nil where there is nothing.
func (b *builder) proof(p *page.Page, marks map[*page.Block]Mark) *theme.Proof {
	t := tallyOf(marks)
	if t.total() == 0 {
		return nil
	}
	text := t.String()
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
		text += origin.on()
	}
	return &theme.Proof{State: string(t.worst()), Text: text, URL: b.href(p.URL, verifiedURL(p))}
}
