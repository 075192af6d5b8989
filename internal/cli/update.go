package cli

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"

	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/prove"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/internal/update"
)

// A change is what -update and -diff ask for.
type change struct {
	write, show *bool
	found       bool // there is something to change, and it was not
}

func changeFlags(fs *flag.FlagSet) *change {
	return &change{write: fs.Bool("update", false, ""), show: fs.Bool("diff", false, "")}
}

func (c *change) wanted() bool { return *c.write || *c.show }

// usable reports flags that make no sense together; results is the flag of the
// report that goes to stdout, "" for none.
func (c *change) usable(static bool, results string) error {
	name := "-update"
	if *c.show {
		name = "-diff"
	}
	switch {
	case *c.write && *c.show:
		return &usageError{"check: -update and -diff can't be used together", "-diff shows what -update would write: leave out one"}
	case c.wanted() && static:
		return &usageError{"check: " + name + " can't be used with -static", "only commands that are run print something new: leave out -static"}
	case *c.show && results != "":
		return &usageError{"check: -diff can't be used with " + results + " -", "both write to stdout: name a file, as -json result.json"}
	}
	return nil
}

// reporter is the session that reports: -diff leaves stdout to the diff.
func (c *change) reporter(s *session) *session {
	if !*c.show {
		return s
	}
	other := *s
	other.stdout = s.stderr
	return &other
}

// change puts what came into the pages, or shows how. What the pages then show
// counts as right in the run.
func (s *session) change(c *change, proof *prove.Proof, run *report.Run, flags *flag.FlagSet, names []string) error {
	load := func(root fs.FS) (*prove.Proof, error) {
		again, err := project.Load(s.ctx, root, reading(flags, false))
		if err != nil {
			return nil, err
		}
		again.Config = proof.Project.Config
		return prove.New(s.ctx, root, again, names...)
	}
	u, err := proof.Update(proof.Plans, run.Pages, load)
	if err != nil {
		return fmt.Errorf("read the pages with their new text: %w", err)
	}
	source.Print(s.stderr, u.Refused)
	if *c.show {
		return c.diff(s, u.Files)
	}
	var failed []string
	var errs []error
	for _, f := range u.Files {
		if err := f.Write(s.env.Dir); err != nil {
			failed, errs = append(failed, f.Name), append(errs, err)
			continue
		}
		fmt.Fprintf(s.stderr, "%s: updated, %s\n", f.Name, count(f.Outputs, "output"))
	}
	u.Settle(proof.Plans, run.Pages, failed)
	if len(u.Files) > len(failed) {
		if again, err := load(os.DirFS(s.env.Dir)); err != nil {
			errs = append(errs, fmt.Errorf("read the pages with their new text: %w", err))
		} else {
			again.Renew(run.Pages)
		}
	}
	return errors.Join(errs...)
}

// diff shows what would change.
func (c *change) diff(s *session, files []update.File) error {
	c.found = len(files) > 0
	for _, f := range files {
		if _, err := s.stdout.Write(f.Diff()); err != nil {
			return err
		}
	}
	return nil
}
