package main

import (
	"fmt"
	"io"
	"time"
)

// A line is one figure of the report: what was measured, against what, and the
// largest ratio that we accept. Limit 0 accepts any.
type line struct {
	what         string
	ours, theirs float64
	unit, base   string
	limit        float64
}

func (l line) ratio() float64 { return l.ours / l.theirs }

func (l line) missed() bool { return l.limit > 0 && l.ratio() > l.limit }

// write prints the lines as a table and names those that miss their limits.
func write(w io.Writer, lines []line) (missed []string) {
	fmt.Fprintf(w, "\n%-44s %12s %12s %8s %8s\n", "", "probatum", "compared to", "ratio", "at most")
	for _, l := range lines {
		limit, mark := "", ""
		if l.limit > 0 {
			limit = fmt.Sprintf("%.2f", l.limit)
		}
		if l.missed() {
			mark = "  MISSED"
			missed = append(missed, l.what)
		}
		fmt.Fprintf(w, "%-44s %10.3f %-2s %8.3f %-2s %7.3f %8s  %s%s\n",
			l.what, l.ours, l.unit, l.theirs, l.unit, l.ratio(), limit, l.base, mark)
	}
	return missed
}

// against compares two costs in CPU time, wall time and peak memory.
func against(what, base string, ours, theirs cost, cpu, wall, peak float64) []line {
	return []line{
		{what + ", CPU", ours.cpu.Seconds(), theirs.cpu.Seconds(), "s", base, cpu},
		{what + ", wall", ours.wall.Seconds(), theirs.wall.Seconds(), "s", base, wall},
		{what + ", peak memory", mb(ours.peak), mb(theirs.peak), "MB", base, peak},
	}
}

// aboveFloor compares a cost in CPU time with that of the floor.
func aboveFloor(what string, ours, floor cost) line {
	return line{what + ", CPU", ours.cpu.Seconds(), floor.cpu.Seconds(), "s", "floor", 0}
}

// within compares a figure with a fixed one.
func within(what, unit string, got, most float64) line {
	return line{what, got, most, unit, "limit", 1}
}

func mb(bytes int64) float64 { return float64(bytes) / 1e6 }

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
