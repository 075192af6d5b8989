package runner

import (
	"errors"
	"os/exec"
)

// A StartError says why no page can be run.
type StartError struct {
	Err  error
	hint string
}

// Error implements error.
func (e *StartError) Error() string { return e.Err.Error() }

// Unwrap gives the reason.
func (e *StartError) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *StartError) Hint() string { return e.hint }

// noStart explains why pages cannot be run here.
func noStart(err error) error {
	hint := "pages are run in the folder for temporary files: it has to be there and to have room; TMPDIR names another"
	if errors.Is(err, exec.ErrNotFound) {
		err, hint = errors.New("there is no bash in PATH"), "pages are run by bash: install it"
	}
	return &StartError{Err: err, hint: hint}
}

// notBash explains a bash that is none.
func notBash(err error) error {
	return &StartError{Err: err, hint: "is the bash in PATH the real one? what runs there: bash --version"}
}
