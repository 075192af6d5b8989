package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/source"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// setup gives the state after setup scripts of the page, and makes it if this is
// the first page that asks for it. It goes out from the state after all but the
// last of them, so that a script is run once for all pages that start alike.
func (r *Runner) setup(ctx context.Context, p *check.Plan, names []string) (*setup, error) {
	if len(names) == 0 {
		return &setup{mark: base}, nil
	}
	key := strings.Join(names, ",")
	if s := r.setups[key]; s != nil {
		return s, nil
	}
	last := len(names) - 1
	from, err := r.setup(ctx, p, names[:last])
	if err != nil {
		return nil, err
	}
	s := &setup{mark: "setup " + key, wrong: from.wrong}
	if s.wrong == "" {
		if _, err := r.rewind(ctx, from.mark); err != nil {
			return nil, err
		}
		err = r.extend(ctx, p, s, names[last])
	}
	if err == nil {
		r.setups[key] = s
	}
	return s, err
}

// extend runs one more setup script and marks the state after it. A cluster that
// cannot be put back has what the script makes from now on, and it is not run
// again.
func (r *Runner) extend(ctx context.Context, p *check.Plan, s *setup, name string) error {
	if !r.rewinds() && r.ranAs(name) != nil {
		return nil
	}
	r.state = ""
	d, err := r.runSetup(ctx, p, name)
	if err != nil {
		return err
	}
	if d != nil {
		r.wrong = append(r.wrong, *d)
		s.wrong = "setup " + name + " failed: " + d.Pos.String()
		return nil
	}
	if r.rewinds() {
		if err := r.remember(ctx, s.mark); err != nil {
			return err
		}
		r.ranAs(name).mark = s.mark
	}
	return nil
}

// A ran is a setup script that has been run, and how to clean up after it.
type ran struct {
	name    string
	cleanup []byte // a testscript; nil there is none
	line    int    // of the setup script before its first
	mark    string // of the state after it; "" there is none
	cleaned bool
}

// cleanupFile is the file in a setup script's archive that holds the lines to
// run after the last page that uses it.
const cleanupFile = "cleanup"

// runSetup runs testscripts/setup/NAME.txtar as testscript does. The diagnostic
// says what is wrong with it.
func (r *Runner) runSetup(ctx context.Context, p *check.Plan, name string) (*source.Diagnostic, error) {
	shown := r.o.SetupDir + "/" + name + ".txtar"
	text, err := r.readSetup(name)
	if errors.Is(err, fs.ErrNotExist) {
		at := p.Page.Matter.Check.Pos
		if at.Line == 0 {
			at.File = p.Page.File.Name
		}
		return &source.Diagnostic{Pos: at, Rule: "setup-missing", Message: "no setup script " + shown,
			Hint: "write it as a testscript, or take " + name + " out of check.setup"}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", shown, err)
	}
	// Noted before it is run: it may fail in its middle.
	if r.ranAs(name) == nil {
		r.ran = append(r.ran, parts(name, text))
	}
	return r.testscript(ctx, text, shown)
}

// ranAs returns what is to be cleaned up after a setup script; nil nothing is.
func (r *Runner) ranAs(name string) *ran {
	for _, s := range r.ran {
		if s.name == name && !s.cleaned {
			return s
		}
	}
	return nil
}

// parts finds the part of a setup script that cleans up.
func parts(name string, text []byte) *ran {
	a := txtar.Parse(text)
	for i, f := range a.Files {
		if f.Name != cleanupFile {
			continue
		}
		before := txtar.Format(&txtar.Archive{Comment: a.Comment, Files: a.Files[:i]})
		rest := &txtar.Archive{Comment: f.Data, Files: slices.Concat(a.Files[:i], a.Files[i+1:])}
		return &ran{name: name, cleanup: txtar.Format(rest), line: bytes.Count(before, []byte("\n")) + 1}
	}
	return &ran{name: name}
}

// testscript runs the text of a setup script, which people know as shown.
func (r *Runner) testscript(ctx context.Context, text []byte, shown string) (*source.Diagnostic, error) {
	dir, quick, err := r.folder()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(quick, "setup.txtar")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	env, err := r.environ(dir)
	if err != nil {
		return nil, err
	}
	// testscript knows nothing of ctx: what it waits for is ended from outside.
	// So is what it has left behind that still has its output open: that is
	// waited for, past its deadline.
	limited, cancel := context.WithTimeout(ctx, r.o.SetupTimeout)
	defer cancel()
	stop := context.AfterFunc(limited, func() { sweep(0, r.mark) })
	defer stop()
	t := runScript(testscript.Params{
		Files: []string{file}, WorkdirRoot: quick, Condition: r.condition,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, slices.Concat(r.setupEnviron(), env, []string{r.mark})...)
			return nil
		},
	})
	sweep(0, r.mark)
	late := limited.Err() != nil
	if err := r.ended(ctx); err != nil || !t.failed && !late {
		return nil, err
	}
	d := t.diagnostic(file, shown)
	if trouble := r.o.Cluster.Trouble; trouble != nil {
		if pods := strings.TrimSpace(trouble(ctx)); pods != "" {
			d.Message += "; " + strings.NewReplacer("\n  ", "; ", "\n", "; ").Replace(pods)
		}
	}
	if late {
		d.Message += fmt.Sprintf("; it was ended after %v", r.o.SetupTimeout)
		d.Hint = "give it more time with check.setupTimeout, or let what goes on in the background print nothing: COMMAND >/dev/null 2>&1 &"
	}
	return d, nil
}

// release cleans up after the setup scripts that none of the pages to come uses,
// the last one first.
func (r *Runner) release(ctx context.Context, pages []*check.Plan) error {
	used := func(name string) bool {
		return slices.ContainsFunc(pages, func(p *check.Plan) bool { return slices.Contains(p.Setup, name) })
	}
	for _, s := range slices.Backward(r.ran) {
		if s.cleaned || used(s.name) {
			continue
		}
		s.cleaned = true
		if err := r.cleanSetup(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (r *Runner) cleanSetup(ctx context.Context, s *ran) error {
	if s.cleanup == nil {
		return nil
	}
	if s.mark != "" {
		if _, err := r.rewind(ctx, s.mark); err != nil {
			return err
		}
	}
	r.state = ""
	d, err := r.testscript(ctx, s.cleanup, r.o.SetupDir+"/"+s.name+".txtar")
	if err != nil || d == nil {
		return err
	}
	if d.Pos.Line > 0 {
		d.Pos.Line += s.line
	}
	d.Rule, d.Message = "setup-cleanup", strings.Replace(d.Message, "the setup script", "cleaning up", 1)
	r.wrong = append(r.wrong, *d)
	return nil
}

func (r *Runner) readSetup(name string) ([]byte, error) {
	if r.o.Setup == nil {
		return nil, fs.ErrNotExist
	}
	return fs.ReadFile(r.o.Setup, name+".txtar")
}

// failure finds "FAIL: FILE:LINE: MESSAGE" in the log of a testscript.
var failure = lazyregexp.New(`(?m)^FAIL: (.*):(\d+): (.*)$`)

// diagnostic says where and why the script in file failed; people know it as
// shown. What its command has printed is more than testscript's own message.
func (t *scriptT) diagnostic(file, shown string) *source.Diagnostic {
	d := &source.Diagnostic{Pos: source.Pos{File: shown}, Rule: "setup", Message: "the setup script failed"}
	log := t.log.String()
	m := failure.FindStringSubmatchIndex(log)
	if m == nil {
		d.Hint = lastLines(log)
		return d
	}
	d.Pos.Line, _ = strconv.Atoi(log[m[4]:m[5]])
	d.Pos.Col = 1
	d.Message += ": " + strings.ReplaceAll(log[m[6]:m[7]], file, shown)
	if i := strings.LastIndex(log[:m[0]], "[stderr]\n"); i >= 0 {
		d.Message += ": " + lastLines(log[i+len("[stderr]\n"):m[0]])
	}
	return d
}

// lastLines is the end of a text, on one line.
func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "; ")
}
