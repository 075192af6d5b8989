//go:build !unix

package runner

import (
	"context"
	"errors"
	"syscall"
)

// A session needs FIFOs and process groups.
type session struct{}

func newSession(_, _ string, _ []string, _ string) (*session, error) {
	return nil, errors.New("a live shell needs Linux or macOS")
}

func (*session) do(context.Context, order) (result, error) { return result{}, errGone }

func (*session) close() {}

func (*session) gone() bool { return true }

func ownSession() *syscall.SysProcAttr { return nil }

func sweep(int, string) {}

func guard(string, ...string) (func(), error) { return func() {}, nil }
