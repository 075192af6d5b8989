package cli

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/site"
)

// marks are what the named results file says of the blocks; nil where no file is
// named.
func (s *session) marks(name string) (site.Marks, error) {
	if name == "" {
		return nil, nil
	}
	run, err := report.Read(s.path(name))
	var fe *report.FileError
	if errors.As(err, &fe) {
		fe.Name = name
	}
	if err != nil {
		return nil, err
	}
	return marksOf(run), nil
}

// marksNow are marks for a preview: without a file, which a check that is still
// running will write, no block has been checked.
func (s *session) marksNow(name string) (site.Marks, error) {
	m, err := s.marks(name)
	if errors.Is(err, fs.ErrNotExist) {
		return site.Marks{}, nil
	}
	return m, err
}

// marksOf are the verdicts of a run as the site knows them.
func marksOf(run *report.Run) site.Marks {
	marks := site.Marks{}
	for i := range run.Pages {
		p := &run.Pages[i]
		list := make([]site.Mark, 0, len(p.Blocks))
		for j := range p.Blocks {
			b := &p.Blocks[j]
			o := run.OriginOf(p, b)
			list = append(list, site.Mark{Hash: b.Hash, State: site.State(b.Status), Reason: reason(p, b),
				Origin: site.Origin{Cluster: o.Cluster, Kubernetes: o.Kubernetes, Commit: o.Commit, Date: o.Date}})
		}
		marks[p.File] = list
	}
	return marks
}

// reason says why a block is not verified: what is wrong with the first of its
// claims that failed, where nothing else is known.
func reason(p *report.Page, b *report.Block) string {
	if b.Reason != "" {
		return b.Reason
	}
	for i := range b.Claims {
		if c := &b.Claims[i]; c.Status == b.Status && c.Message != "" {
			return fmt.Sprintf("line %d: %s", c.Pos.Line, c.Message)
		}
	}
	if b.Status == "verified" || b.Status == "unchecked" {
		return ""
	}
	return p.Reason
}
