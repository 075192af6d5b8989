package cli

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/probatum/probatum/internal/nearest"
	"github.com/probatum/probatum/internal/report"
)

// An output is a report that goes to a file.
type output struct {
	flag  string
	name  *string // as it was given; "" it is not wanted, "-" to stdout
	write func(*session, *report.Run, io.Writer) error
}

// outputs are the reports that were asked for, and what they have to show.
type outputs struct {
	reports     []output
	annotations *string
	require     *string
	least       float64 // what require says, in percent; -1 nothing
	left        *bool   // what pages leave behind on the cluster, too
	others      names   // results files whose verdicts count, too
}

// names is a flag that may be given several times.
type names []string

func (n *names) String() string     { return strings.Join(*n, ",") }
func (n *names) Set(s string) error { *n = append(*n, s); return nil }

func outputFlags(fs *flag.FlagSet) *outputs {
	o := &outputs{least: -1}
	o.reports = []output{
		{"-json", fs.String("json", "", ""), func(_ *session, r *report.Run, w io.Writer) error { return r.JSON(w) }},
		{"-junit", fs.String("junit", "", ""), func(_ *session, r *report.Run, w io.Writer) error { return r.JUnit(w) }},
		{"-sarif", fs.String("sarif", "", ""), func(s *session, r *report.Run, w io.Writer) error { return r.SARIF(w, s.tree(), version()) }},
	}
	o.annotations, o.require = fs.String("annotations", "", ""), fs.String("require", "", "")
	o.left = fs.Bool("leaks", false, "")
	fs.Var(&o.others, "results", "")
	return o
}

// usable reports values that make no sense, before anything is run.
func (o *outputs) usable(s *session) error {
	if a := *o.annotations; a != "" && a != "github" {
		return &usageError{fmt.Sprintf("check: -annotations %s is not known", a), cmp.Or(meant(a, "github"), "known is github")}
	}
	if *o.require != "" {
		v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(*o.require, "%")), 64)
		if err != nil || !(v >= 0 && v <= 100) {
			return &usageError{fmt.Sprintf("check: -require %s is no percentage", *o.require), "write it as -require 95%"}
		}
		o.least = v
	}
	taken := map[string]string{}
	for _, f := range o.reports {
		if *f.name == "" {
			continue
		}
		place, key := *f.name, "-"
		if place == "-" {
			place = "stdout"
		} else {
			key = real(s.path(place))
		}
		if other := taken[key]; other != "" {
			return &usageError{fmt.Sprintf("check: %s and %s both write to %s", other, f.flag, place), "give each a file of its own"}
		}
		taken[key] = f.flag
		if key != "-" {
			if err := writable(key); err != nil {
				return fmt.Errorf("%s: %w", f.flag, err)
			}
		}
	}
	return nil
}

func meant(word, known string) string {
	if near := nearest.Word(word, []string{known}); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}

// real is where a path leads to: two names of one file have the same.
func real(name string) string {
	if where, err := filepath.EvalSymlinks(name); err == nil {
		return where
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(name)); err == nil {
		return filepath.Join(dir, filepath.Base(name))
	}
	return filepath.Clean(name)
}

// writable tells before a long run whether its results can be kept.
func writable(name string) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return fmt.Errorf("%s is a folder", name)
		}
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("cannot write there: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// files reports whether any report is written for programs.
func (o *outputs) files() bool {
	return slices.ContainsFunc(o.reports, func(f output) bool { return *f.name != "" })
}

// stdout is the flag of the report that goes to stdout; "" none does.
func (o *outputs) stdout() string {
	for _, f := range o.reports {
		if *f.name == "-" {
			return f.flag
		}
	}
	return ""
}

// merge takes over what other runs have verified.
func (o *outputs) merge(s *session, run *report.Run) error {
	for _, name := range o.others {
		other, err := report.Read(s.path(name))
		if err != nil {
			return err
		}
		run.Take(other)
	}
	return nil
}

// write writes the run for people, unless stdout is taken, and all the files. A
// file that cannot be written keeps none of the others from being written.
func (o *outputs) write(s *session, run *report.Run) error {
	var errs []error
	annotate := *o.annotations == "github"
	stdout := o.stdout() != ""
	if !stdout {
		if *o.left {
			run.Left(s.stdout)
		}
		errs = append(errs, s.text(run, annotate))
	}
	errs = append(errs, o.writeReports(s, run))
	if annotate {
		w := s.stdout
		if stdout {
			w = s.stderr // GitHub reads both
		}
		errs = append(errs, run.GitHub(w, s.tree()))
	}
	return errors.Join(errs...)
}

// writeReports writes what is for programs.
func (o *outputs) writeReports(s *session, run *report.Run) error {
	var errs []error
	for _, f := range o.reports {
		write := func(w io.Writer) error { return f.write(s, run, w) }
		switch *f.name {
		case "":
		case "-":
			errs = append(errs, write(s.stdout))
		default:
			errs = append(errs, writeFile(s.path(*f.name), write))
		}
	}
	return errors.Join(errs...)
}

// text writes the run for people; GitHub must take none of it for a command.
func (s *session) text(run *report.Run, github bool) error {
	if !github {
		return run.Text(s.stdout)
	}
	var b bytes.Buffer
	if err := run.Text(&b); err != nil {
		return err
	}
	return report.Quiet(s.stdout, b.String())
}

// short reports whether less is verified than -require asks for, and says so.
func (o *outputs) short(s *session, run *report.Run) bool {
	c := run.Count()
	if o.least < 0 || c.Checkable() > 0 && c.Coverage() >= o.least {
		return false
	}
	if c.Checkable() == 0 {
		fmt.Fprintf(s.stderr, "probatum: no block of these pages can be checked, and -require wants %s\n", *o.require)
		return true
	}
	fmt.Fprintf(s.stderr, "probatum: %s, and -require wants %g %%\n\thint: the report says why each of the others is not verified; "+
		"results from a cluster with containers count with -results FILE\n", c.Covered(), o.least)
	return true
}

// tree is where the pages are, for reports that show places in a repository.
func (s *session) tree() report.Tree {
	lines := map[string][]string{}
	return report.Tree{Prefix: s.repository().Prefix, Line: func(file string, line int) string {
		text, ok := lines[file]
		if !ok {
			data, _ := os.ReadFile(s.path(filepath.FromSlash(file))) // no text: columns count bytes
			text = strings.Split(string(data), "\n")
			lines[file] = text
		}
		if line > len(text) {
			return ""
		}
		return strings.TrimSuffix(text[line-1], "\r")
	}}
}

// writeFile writes a file whole or not at all: results that end in the middle
// must not be taken for all there were. What is no file, as /dev/stdout, is
// written as it is.
func writeFile(name string, write func(io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", name, err)
		}
	}()
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	name = real(name)
	temp := fmt.Sprintf("%s.%d.new", name, os.Getpid())
	f, err := os.Create(temp)
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Close())
	if err == nil {
		err = os.Rename(temp, name)
	}
	if err != nil {
		os.Remove(temp)
	}
	return err
}
