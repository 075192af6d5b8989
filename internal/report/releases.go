package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/check"
)

// A Verdict is what came of a block on one of several clusters.
type Verdict struct {
	Origin
	Status check.Status `json:"status"`
	Reason string       `json:"reason,omitempty"`
}

// ranks has the statuses by what they say of a block that was run on several
// clusters, the one that counts first: it has to hold on all of them that can tell.
var ranks = []check.Status{check.Failed, check.Blocked, check.Verified, check.Static, check.Skipped, check.Unchecked}

// Also puts into a page what came of it on another cluster. Own and from are the
// origins of the verdicts. Each block keeps the verdict that counts, and lists all.
func (p *Page) Also(own Origin, other Page, from Origin) {
	if len(p.Blocks) != len(other.Blocks) {
		return // they are not the same page
	}
	for i := range p.Blocks {
		b, o := &p.Blocks[i], other.Blocks[i]
		if b.Releases == nil {
			b.Releases = []Verdict{{own, b.Status, b.Reason}}
		}
		all := append(b.Releases, Verdict{from, o.Status, o.Reason})
		if slices.Index(ranks, o.Status) < slices.Index(ranks, b.Status) {
			*b = o
		}
		b.Releases = all
	}
	if p.Reason == "" {
		p.Reason = other.Reason
	}
}

// on is the cluster as people see it: "v1.34.4 (kind)".
func (o Origin) on() string { return o.Kubernetes + " (" + o.Cluster + ")" }

// split says where a block fails and where it does not, for people; "" where it
// was run on one cluster only.
func (b *Block) split() string {
	by := map[check.Status][]string{}
	for _, v := range b.Releases {
		by[v.Status] = append(by[v.Status], v.on())
	}
	var parts []string
	for _, s := range ranks {
		if len(by[s]) > 0 {
			parts = append(parts, fmt.Sprintf("%s on Kubernetes %s", s, strings.Join(by[s], " and ")))
		}
	}
	return strings.Join(parts, ", ")
}

// releases writes a line for each cluster where blocks were run on several.
func (r *Run) releases(w io.Writer) {
	counts := map[string]*Counts{}
	var order []string
	for i := range r.Pages {
		for j := range r.Pages[i].Blocks {
			for _, v := range r.Pages[i].Blocks[j].Releases {
				c := counts[v.on()]
				if c == nil {
					c = &Counts{}
					counts[v.on()], order = c, append(order, v.on())
				}
				c.add(v.Status)
			}
		}
	}
	for _, on := range order {
		fmt.Fprintf(w, "\ton Kubernetes %s: %v\n", on, *counts[on])
	}
}

// Left writes what pages have left behind on the cluster, for people: a line for
// each object, with the block that has made it where that is known.
func (r *Run) Left(w io.Writer) {
	for i := range r.Pages {
		p := &r.Pages[i]
		var known []string
		for j := range p.Blocks {
			b := &p.Blocks[j]
			for _, key := range b.Leaks {
				fmt.Fprintf(w, "%s: left behind, and removed: %s\n", b.Pos, key)
			}
			known = append(known, b.Leaks...)
		}
		for _, key := range p.Leaks {
			if !slices.Contains(known, key) {
				fmt.Fprintf(w, "%s: left behind, and removed: %s\n", p.File, key)
			}
		}
	}
}
