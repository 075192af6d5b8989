//go:build unix && !linux

package runner

import (
	"os/exec"
	"syscall"
)

// ownSession gives a process its own session and group, and so no terminal.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

func mkfifo(name string) error { return syscall.Mkfifo(name, 0o600) }

// reap waits for cmd and ends the rest of its process group. What has left the
// group is not found here; on Linux it is.
func reap(cmd *exec.Cmd, _ string) {
	cmd.Wait()
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}

func sweep(int, string) {}

// guard has nothing to do here: the shell sees the end of its input when this
// process is gone, and ends after the command that it runs.
func guard(string, ...string) (func(), error) { return func() {}, nil }
