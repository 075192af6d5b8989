package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
)

// Counts says how many blocks came out how. Cached counts those of them, with
// whatever verdict, whose pages were not run again.
type Counts struct {
	Blocks, Verified, Failed, Blocked, Static, Skipped, Unchecked int
	Cached                                                        int
}

// Checkable is how many blocks could be verified at all.
func (c Counts) Checkable() int { return c.Blocks - c.Unchecked }

// Coverage is how much of what is checkable is verified, in percent, rounded down
// to a tenth: no goal is reached before it is. 100 where nothing is checkable.
func (c Counts) Coverage() float64 {
	if c.Checkable() == 0 {
		return 100
	}
	return math.Floor(1000*float64(c.Verified)/float64(c.Checkable())) / 10
}

// Covered is "coverage is 66.6 %, 2 of 3 blocks that can be checked".
func (c Counts) Covered() string {
	return fmt.Sprintf("coverage is %.1f %%, %d of %s that can be checked", c.Coverage(), c.Verified, plural(c.Checkable(), "block"))
}

// Count counts the blocks of the run.
func (r *Run) Count() Counts {
	var c Counts
	for i := range r.Pages {
		for j := range r.Pages[i].Blocks {
			c.add(r.Pages[i].Blocks[j].Status)
		}
		if r.Pages[i].Cached != nil {
			c.Cached += len(r.Pages[i].Blocks)
		}
	}
	return c
}

func (c *Counts) add(s check.Status) {
	c.Blocks++
	switch s {
	case check.Verified:
		c.Verified++
	case check.Failed:
		c.Failed++
	case check.Blocked:
		c.Blocked++
	case check.Static:
		c.Static++
	case check.Skipped:
		c.Skipped++
	default:
		c.Unchecked++
	}
}

// String gives "9 blocks: 7 verified, 1 failed, 1 static"; what there is none of
// is left out.
func (c Counts) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		name check.Status
	}{{c.Verified, check.Verified}, {c.Failed, check.Failed}, {c.Blocked, check.Blocked},
		{c.Static, check.Static}, {c.Skipped, check.Skipped}, {c.Unchecked, check.Unchecked}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.name))
		}
	}
	s := plural(c.Blocks, "block")
	if len(parts) > 0 {
		s += ": " + strings.Join(parts, ", ")
	}
	if c.Cached > 0 {
		s += fmt.Sprintf(" (%d cached)", c.Cached)
	}
	return s
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Wrong reports whether the run has shown that the documents are wrong: a block
// failed, or a diagnostic is more than a warning. The exit code is then 1. So it
// is where a block is blocked: it was to hold and did not, for a reason that may
// not be the page's, and that is no success.
func (r *Run) Wrong() bool {
	c := r.Count()
	return c.Failed+c.Blocked > 0 || source.Errors(r.Diagnostics) > 0
}
