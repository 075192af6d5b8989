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
}

// errGone says that the shell has ended before the command could be run.
var errGone = errors.New("the shell has ended")

// exitStatus is the status as a shell gives it: 128 and the signal after one.
func exitStatus(p *os.ProcessState) int {
	if ws, ok := p.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return p.ExitCode()
}
