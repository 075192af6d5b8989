package cluster

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A MissingError says that something which has to be installed or started is not.
type MissingError struct{ What, Help string }

func (e *MissingError) Error() string { return e.What }

// Hint says what to do.
func (e *MissingError) Hint() string { return e.Help }

// getenv is a variable of the process's environment.
func (e Env) getenv(name string) string {
	for i := len(e.Environ) - 1; i >= 0; i-- { // the last one counts
		if value, ok := strings.CutPrefix(e.Environ[i], name+"="); ok {
			return value
		}
	}
	return ""
}

// lookPath finds a program in the PATH of env; "" where it is in no folder of it.
func (e Env) lookPath(name string) string {
	for _, dir := range filepath.SplitList(e.getenv("PATH")) {
		// LookPath with a folder in the name looks there only.
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil && filepath.IsAbs(found) {
			return found
		}
	}
	return ""
}

// A tool is a program that is run for us, with an environment of its own.
type tool struct {
	path    string
	dir     string // to run it in; "" that of this process
	environ []string
	line    func(string) // is told what it writes to stderr; may be nil
}

// A toolError is why a tool has failed, in its own words.
type toolError struct {
	program, text string
	err           error
}

func (e *toolError) Error() string {
	if e.text == "" {
		return e.program + ": " + e.err.Error()
	}
	return e.program + ": " + e.text
}

func (e *toolError) Unwrap() error { return e.err }

// run runs the tool to its end and gives what it writes to stdout. When ctx ends,
// so do the tool and its children.
func (t tool) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, t.path, args...)
	var out strings.Builder
	said := &tail{}
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = t.dir, t.environ, &out, said
	if t.line != nil {
		cmd.Stderr = &lines{each: func(s string) { said.Write([]byte(s + "\n")); t.line(s) }}
	}
	ownGroup(cmd)
	cmd.Cancel, cmd.WaitDelay = func() error { return killGroup(cmd) }, endLimit
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return out.String(), &toolError{filepath.Base(t.path), messages(said.String()), err}
	}
	return out.String(), nil
}

// logged finds a line of a log as nerdctl writes one, also behind words of kind's.
var logged = lazyregexp.New(`time="[^"]*" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S*).*`)

// messages is what a tool has written, with the bare messages where it has written
// a log. Lines that only inform and warn are left out where there are others.
func messages(text string) string {
	var all, said []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		aside := false
		if m := logged.FindStringSubmatch(line); m != nil {
			before, _, _ := strings.Cut(line, m[0])
			aside = before == "" && (m[1] == "info" || m[1] == "warning")
			message, err := strconv.Unquote(m[2])
			if err != nil { // it has no quotes
				message = m[2]
			}
			line = before + message
		}
		all = append(all, line)
		if !aside {
			said = append(said, line)
		}
	}
	if len(said) > 0 {
		all = said
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

// engines are the programs that run containers, in the order in which they are
// tried, and how their service is started.
var engines = []struct{ name, start string }{
	{"docker", "start it: sudo systemctl start docker, or Docker Desktop"},
	{"podman", "see why: podman info"},
	{"nerdctl", "start containerd: sudo systemctl start containerd"},
}

// engineLimit is how long an engine may take to say that it runs.
const engineLimit = 20 * time.Second

// engine finds what runs containers here: what KIND_EXPERIMENTAL_PROVIDER names,
// else the first that runs. The error is a *MissingError.
func engine(ctx context.Context, env Env) (tool, error) {
	wanted := env.getenv("KIND_EXPERIMENTAL_PROVIDER")
	var idle error
	known := false
	for _, e := range engines {
		if wanted != "" && e.name != wanted {
			continue
		}
		known = true
		path := env.lookPath(e.name)
		if path == "" {
			continue
		}
		t := tool{path: path, environ: env.Environ}
		limited, cancel := context.WithTimeout(ctx, engineLimit)
		_, err := t.run(limited, "info")
		cancel()
		if err == nil {
			return t, nil
		}
		if ctx.Err() != nil {
			return tool{}, ctx.Err()
		}
		if idle == nil {
			idle = &MissingError{fmt.Sprintf("%s is installed, but it does not run: %s", e.name, lastLine(err)), e.start}
		}
	}
	if idle != nil {
		return tool{}, idle
	}
	help := "install Docker (https://docs.docker.com/engine/install); on Debian: apt-get install docker.io"
	switch {
	case wanted == "":
	case !known:
		return tool{}, &MissingError{fmt.Sprintf("$KIND_EXPERIMENTAL_PROVIDER is %s, which kind does not know", wanted),
			"docker, podman and nerdctl are known: name one of them, or unset it"}
	default:
		return tool{}, &MissingError{fmt.Sprintf("%s, which $KIND_EXPERIMENTAL_PROVIDER names, is not installed", wanted), help + "; or unset it"}
	}
	return tool{}, &MissingError{"nothing that runs containers is installed: no docker, podman or nerdctl in PATH", help}
}

// lastLine is the end of what a tool has said.
func lastLine(err error) string {
	text := err.Error()
	var te *toolError
	if errors.As(err, &te) && te.text != "" {
		text = te.text
	}
	return lastOf(text)
}

// lastOf is the last line of a text.
func lastOf(text string) string {
	text = strings.TrimSpace(text)
	text = text[strings.LastIndex(text, "\n")+1:]
	return strings.TrimPrefix(strings.TrimPrefix(text, "ERROR: "), "Error: ")
}

// kindProgram finds the program kind: $PROBATUM_KIND, in PATH, or where "make
// kind" puts it. The error is a *MissingError.
func kindProgram(env Env) (string, error) {
	set := env.getenv("PROBATUM_KIND")
	for _, path := range []string{set, env.lookPath("kind"), filepath.Join(env.dir(), "bin", "kind")} {
		if path == "" {
			continue
		}
		if found, err := exec.LookPath(path); err == nil {
			return filepath.Abs(found)
		}
		if path == set {
			return "", &MissingError{"no program at " + path + ", which $PROBATUM_KIND names", "correct PROBATUM_KIND, or unset it"}
		}
	}
	return "", &MissingError{"kind is not installed", "run: go install " + kindModule + " (or see https://kind.sigs.k8s.io), and put it in PATH"}
}

// kindVersion is the version of kind that the known node images are for.
const (
	kindVersion = "v0.33.0"
	kindModule  = "sigs.k8s.io/kind@" + kindVersion
)
