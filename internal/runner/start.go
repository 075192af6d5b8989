package runner

import (
	"errors"
	"os/exec"
)

// A startError says why no page can be run.
type startError struct {
	Err  error
	hint string
}

func (e *startError) Error() string { return e.Err.Error() }
func (e *startError) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *startError) Hint() string { return e.hint }

// noStart explains why pages cannot be run here.
func noStart(err error) error {
	hint := "pages are run in the folder for temporary files: it has to be there and to have room; TMPDIR names another"
	if errors.Is(err, exec.ErrNotFound) {
		err, hint = errors.New("there is no bash in PATH"), "pages are run by bash: install it"
	}
	return &startError{Err: err, hint: hint}
}

// notBash explains a bash that is none.
func notBash(err error) error {
	return &startError{Err: err, hint: "is the bash in PATH the real one? see: bash --version"}
}
