package runner

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// keep is how many bytes are kept of each of stdout and stderr of one command.
const keep = 1 << 20

// A result is what came of one command.
type result struct {
	Exit           int
	Stdout, Stderr string // at most keep bytes of each, then a line that says so
	Took           time.Duration
	TimedOut       bool   // and the shell was ended, unless it is Unready
	Unready        bool   // a job in the background is not ready: it has ended, or TimedOut
	Empty          string // a variable that should have got a value and has none
	Gone           bool   // the shell is gone: exit, exec, set -e, a signal
	Killed         bool   // it was a signal
}

// An order is a command for a session and what it is to do about it.
type order struct {
	text   string
	limit  time.Duration
	merged bool // stderr goes where stdout goes, so that their order is kept
	// The text starts a job that is ready when this holds, at most patience after
	// that; nil: it is not waited for.
	ready    func(stdout, stderr string) bool
	patience time.Duration
}

// errGone says that the shell has ended before the command could be run.
var errGone = errors.New("the shell has ended")

func signaled(p *os.ProcessState) bool {
	ws, ok := p.Sys().(syscall.WaitStatus)
	return ok && ws.Signaled()
}

// exitStatus is the status as a shell gives it: 128 and the signal after one.
func exitStatus(p *os.ProcessState) int {
	if ws, ok := p.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return p.ExitCode()
}
