//go:build !unix

package cluster

import (
	"os"
	"os/exec"
)

// The embedded cluster needs unix sockets and runs on unix only; elsewhere the
// package has to compile, for the parts of the program that need no cluster.

func ownGroup(*exec.Cmd)   {}
func ownSession(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }

func tryLock(*os.File) (bool, error) { return true, nil }
