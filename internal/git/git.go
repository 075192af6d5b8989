// Package git asks git, the program, about a project's folder: which commit it
// is, and which of its files have changed since another one.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// A Folder is a folder that may be in a repository.
type Folder struct {
	Dir     string
	Environ []string // for git
}

// An Error says why git has not answered, and what to do.
type Error struct{ message, hint string }

// Error implements error.
func (e *Error) Error() string { return e.message }

// Hint says what to do.
func (e *Error) Hint() string { return e.hint }

// A State is what a repository says of a folder. It is zero where there is none.
type State struct {
	Commit string // in full, with "+" where something in the folder is not committed
	Prefix string // the folder as seen from the top of the repository: "docs/", or ""
}

// State never fails: without git, or outside of a repository, nothing is known.
func (f Folder) State(ctx context.Context) State {
	out, err := f.run(ctx, "rev-parse", "--show-prefix", "HEAD")
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if err != nil || len(lines) < 2 {
		return State{}
	}
	s := State{Prefix: lines[0], Commit: lines[1]}
	if changed, err := f.run(ctx, "status", "--porcelain", "--", "."); err != nil || changed != "" {
		s.Commit += "+"
	}
	return s
}

// Head names all that Dates rests on: the last commit, the folder's place in the
// repository, and whether that is a shallow one. It is "" where nobody can know.
func (f Folder) Head(ctx context.Context) string {
	out, err := f.run(ctx, "rev-parse", "--is-shallow-repository", "--show-prefix", "HEAD")
	if err != nil {
		return ""
	}
	return out
}

// Changed returns the names of the files in the folder, relative to it, that are
// not as they were where the branch left the revision: changed, new, not known to
// git, or gone. The error is an *Error.
func (f Folder) Changed(ctx context.Context, revision string) ([]string, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, &Error{"git is not installed", "install git, or name the pages"}
	}
	if _, err := f.run(ctx, "rev-parse", "--git-dir"); err != nil {
		return nil, &Error{f.Dir + " is in no git repository", "name the pages instead, or run git init"}
	}
	if _, err := f.run(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}"); err != nil {
		return nil, &Error{fmt.Sprintf("git knows no revision %q here", revision), "fetch it first: git fetch origin; in CI, check out with the whole history"}
	}
	base, err := f.run(ctx, "merge-base", "--", revision, "HEAD")
	if err != nil { // a shallow clone, or histories that never met
		base = revision
	}
	var names []string
	for _, args := range [][]string{
		{"diff", "--name-only", "--no-renames", "--relative", "-z", strings.TrimSpace(base), "--", "."},
		{"ls-files", "--others", "--exclude-standard", "-z", "--", "."},
	} {
		out, err := f.run(ctx, args...)
		if err != nil {
			return nil, &Error{fmt.Sprintf("git %s: %v", args[0], err), ""}
		}
		names = append(names, strings.FieldsFunc(out, func(c rune) bool { return c == 0 })...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Dates returns the days of the last commits, such as 2026-11-21, that changed
// the files below dir, by their names relative to the folder. It is nil where
// nobody can know: without git, outside of a repository, and in a shallow clone,
// which has forgotten.
func (f Folder) Dates(ctx context.Context, dir string) map[string]string {
	out, err := f.run(ctx, "rev-parse", "--is-shallow-repository")
	if err != nil || strings.TrimSpace(out) != "false" {
		return nil
	}
	out, err = f.run(ctx, "log", "--format=%x00%cs", "--name-only", "--no-renames", "--relative", "-z", "--", dir)
	if err != nil {
		return nil
	}
	return dates(out)
}

// dates reads the log: each commit is an empty field, its day, and the names of
// files, the newest commit first.
func dates(log string) map[string]string {
	found := map[string]string{}
	day := ""
	fields := strings.Split(log, "\x00")
	for i := 0; i < len(fields); i++ {
		name := strings.TrimPrefix(fields[i], "\n")
		switch {
		case name == "" && i+1 < len(fields):
			i++
			day = strings.TrimSpace(fields[i])
		case name != "" && found[name] == "":
			found[name] = day
		}
	}
	return found
}

func (f Folder) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.quotePath=false"}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = f.Dir, &stdout, &stderr, time.Second
	cmd.Env = append(slices.Clone(f.Environ), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	err := cmd.Run()
	if err != nil && stderr.Len() > 0 {
		err = errors.New(strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), err
}
