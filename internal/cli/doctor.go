package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/doctor"
)

const doctorHelp = `Usage: probatum doctor [flags] [DIR]

Looks at documentation that was written for another program, such as Hugo with
Docsy, and tells what it needs to build here: unknown shortcodes, values and files
that are missing, front matter that cannot be read, and what only templates of the
site gave. It ends with a probatum.yaml to start with. Nothing is changed.

DIR is the folder that holds content/; without it, the working folder.

  -write          write that probatum.yaml into DIR; never over one that is there
  -all            name every place, not the first three
  -C DIR          work in this folder

Exit status: 0 the pages build without an error, 1 something is wrong or missing,
2 the folder could not be examined. Example:

  probatum doctor -write ../website && probatum build -C ../website
`

func (s *session) doctor(args []string) int {
	fs := s.flags("doctor")
	write := fs.Bool("write", false, "")
	all := fs.Bool("all", false, "")
	names, code, done := s.parse(fs, doctorHelp, args)
	shown := cmp.Or(s.env.Dir, ".")
	switch {
	case done:
		return code
	case len(names) > 1:
		return s.fail(&usageError{fmt.Sprintf("doctor: what is %q for?", names[1]), "probatum doctor -h tells what it takes"})
	case len(names) == 1:
		s.env.Dir, shown = s.path(names[0]), names[0]
	}
	r, err := s.examine(shown)
	if err != nil {
		return s.fail(err)
	}
	r.Print(s.stdout, *all)
	if err := s.sample(r, filepath.Join(shown, config.Name), *write); err != nil {
		return s.fail(err)
	}
	if r.Errors > 0 {
		return exitWrong
	}
	return exitFine
}

// examine looks at the working folder, which people know as shown.
func (s *session) examine(shown string) (*doctor.Report, error) {
	if info, err := os.Stat(s.env.Dir); err != nil || !info.IsDir() {
		return nil, &usageError{fmt.Sprintf("doctor: there is no folder %s", shown), "name the folder that holds content/"}
	}
	r, err := doctor.Examine(s.ctx, os.DirFS(s.env.Dir))
	if errors.Is(err, doctor.ErrNoPages) {
		return nil, &usageError{fmt.Sprintf("doctor: %s holds no pages: no file ends in .md", shown), "name the folder that holds content/"}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		err = fmt.Errorf("examine %s: %w", shown, err)
	}
	return r, err
}

// sample shows the proposed configuration, or writes it.
func (s *session) sample(r *doctor.Report, name string, write bool) error {
	switch {
	case r.HasConfig && write:
		return &usageError{fmt.Sprintf("doctor: %s is there", name), "doctor writes over nothing; remove it, or change it by hand"}
	case r.HasConfig:
		fmt.Fprintf(s.stdout, "\n%s is there and was used\n", config.Name)
		return nil
	case !write:
		fmt.Fprintf(s.stdout, "\nA %s to start with (-write writes it)\n\n%s", config.Name, r.Sample())
		return nil
	}
	f, err := os.OpenFile(filepath.Join(s.env.Dir, config.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	_, err = f.WriteString(r.Sample())
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	fmt.Fprintf(s.stdout, "\n%s written\n", name)
	return nil
}
