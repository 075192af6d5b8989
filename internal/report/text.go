package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
)

// shown is how much of each output a person is shown: lines, and bytes of one.
const (
	shownLines = 20
	shownBytes = 400
)

// Text writes the run for people: each failure with its place, the command as
// one can paste it, its output and what to do; then one line that sums up, and
// why blocks were not verified. All is quiet but that line when all is well. The
// run's own diagnostics are not written; source.Print does that.
func (r *Run) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	for i := range r.Pages {
		r.Pages[i].text(b)
	}
	r.summary(b)
	return b.Flush()
}

// News writes the run for people who have seen the one before it: what is wrong
// with pages that were run, in one line each what still is wrong with others, and
// the line that sums up.
func (r *Run) News(w io.Writer) error {
	b := bufio.NewWriter(w)
	for i := range r.Pages {
		if p := &r.Pages[i]; p.Cached == nil {
			p.text(b)
		} else {
			p.still(b)
		}
	}
	r.total(b)
	return b.Flush()
}

// still writes what was wrong with a page when it was run.
func (p *Page) still(w io.Writer) {
	for i := range p.Blocks {
		for j := range p.Blocks[i].Claims {
			if c := &p.Blocks[i].Claims[j]; c.Status == check.Failed {
				fmt.Fprintf(w, "%s: %s, as before\n", c.at(), message(c))
			}
		}
	}
}

// text writes what is wrong with a page, in the order of its blocks.
func (p *Page) text(w io.Writer) {
	if strings.HasPrefix(p.Reason, notRun) {
		fmt.Fprintf(w, "%s: %s\n", p.File, p.Reason)
		return
	}
	for i := range p.Blocks {
		fmt.Fprint(w, p.Blocks[i].Failures())
		p.Blocks[i].notes(w)
	}
}

// Failures says what is wrong with a block, for people; "" where nothing is.
func (b *Block) Failures() string {
	var s strings.Builder
	for _, d := range b.Problems {
		fmt.Fprintln(&s, d)
	}
	for i := range b.Claims {
		if b.Claims[i].Status == check.Failed {
			b.Claims[i].failure(&s)
		}
	}
	if on := b.split(); on != "" && b.Status == check.Failed {
		fmt.Fprintf(&s, "\t%s\n", on)
	}
	return s.String()
}

// notes writes what is to be said of commands although they hold, such as that
// one was run with another name.
func (b *Block) notes(w io.Writer) {
	for i := range b.Claims {
		if c := &b.Claims[i]; c.Status == check.Verified && c.Message != "" && c.Rule == "" {
			fmt.Fprintf(w, "%s: note: %s\n", c.Pos, c.Message)
		}
	}
}

func (c *Claim) failure(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n", c.at(), message(c))
	io.WriteString(w, c.detail())
	if c.Hint != "" {
		fmt.Fprintf(w, "\thint: %s\n", c.Hint)
	}
}

// at is the place of what is wrong.
func (c *Claim) at() source.Pos {
	if c.Where != nil {
		return *c.Where
	}
	return c.Pos
}

// detail is the command as one can paste it, and what it has printed; "" for
// what is no command.
func (c *Claim) detail() string {
	var b strings.Builder
	if c.Kind == check.Command {
		command(&b, c.Text)
		if c.Diff == "" {
			indent(&b, c.Stdout)
		}
		indent(&b, c.Stderr)
		indent(&b, c.Diff)
	}
	indent(&b, c.Pods)
	return b.String()
}

func message(c *Claim) string {
	s := c.Message
	if c.Rule == "vacuous" {
		s = "vacuous: " + s
	}
	if c.Tries > 1 {
		s += fmt.Sprintf(", after %d tries in %.1f s", c.Tries, float64(c.Time)/1000)
	}
	return s
}

// command writes a command as one can paste it. A here-document must not be
// indented for that.
func command(w io.Writer, text string) {
	text = strings.TrimRight(text, "\n")
	if strings.Contains(text, "<<") {
		fmt.Fprintf(w, "%s\n", text)
		return
	}
	for l := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(w, "    %s\n", l)
	}
}

// indent writes a few lines of output, those at the end where there are more.
func indent(w io.Writer, text string) {
	text = strings.TrimRight(text, "\n")
	if text == "" {
		return
	}
	lines := strings.Split(text, "\n")
	if n := len(lines) - shownLines; n > 0 {
		fmt.Fprintf(w, "\t[%s more]\n", plural(n, "line"))
		lines = lines[n:]
	}
	for _, l := range lines {
		fmt.Fprintf(w, "\t%s\n", printable(l))
	}
}

// printable keeps the output of a command from doing anything to a terminal.
func printable(l string) string {
	if len(l) > shownBytes {
		l = l[:shownBytes] + fmt.Sprintf(" [%d bytes more]", len(l)-shownBytes)
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(l, "\uFFFD"))
}

// total writes the line that sums up.
func (r *Run) total(w io.Writer) {
	fmt.Fprint(w, r.Count())
	if on := r.clusters(); len(on) > 0 {
		fmt.Fprintf(w, ", on Kubernetes %s", strings.Join(on, " and "))
	}
	fmt.Fprintln(w)
}

// summary writes the line that sums up, and the reasons below it.
func (r *Run) summary(w io.Writer) {
	r.total(w)
	r.releases(w)
	if c := r.Count(); 0 < c.Verified && c.Verified < c.Checkable() {
		fmt.Fprintf(w, "\t%s\n", c.Covered())
	}
	for _, g := range r.reasons() {
		fmt.Fprintf(w, "\t%d %s: %s (%s)\n", g.n, g.status, g.reason, where(g.first, g.n))
	}
}

func where(first source.Pos, n int) string {
	if n == 1 {
		return first.String()
	}
	return fmt.Sprintf("%s and %d more", first, n-1)
}

// A group is blocks that are not verified for the same reason.
type group struct {
	status check.Status
	reason string
	n      int
	first  source.Pos
}

// reasons groups what is neither verified nor failed nor code, in the order of
// the statuses and then of the first block of each.
func (r *Run) reasons() []*group {
	var gs []*group
	for _, status := range []check.Status{check.Blocked, check.Static, check.Skipped} {
		known := map[string]*group{}
		for i := range r.Pages {
			for _, b := range r.Pages[i].Blocks {
				if b.Status != status {
					continue
				}
				g := known[b.Reason]
				if g == nil {
					g = &group{status: status, reason: b.Reason, first: b.Pos}
					known[b.Reason], gs = g, append(gs, g)
				}
				g.n++
			}
		}
	}
	return gs
}

// clusters are those that the pages of this run were run on, each as "v1.34.4 (kind)".
func (r *Run) clusters() []string {
	var on []string
	add := func(o Origin) {
		if name := o.on(); o.Kubernetes != "" && o.Date == r.Date && !slices.Contains(on, name) {
			on = append(on, name)
		}
	}
	add(r.Origin)
	for _, p := range r.Pages {
		for _, b := range p.Blocks {
			if b.By != nil {
				add(*b.By)
			}
			for _, v := range b.Releases {
				add(v.Origin)
			}
		}
	}
	return on
}
