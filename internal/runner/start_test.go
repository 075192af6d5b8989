package runner

import (
	"context"
	"errors"
	"testing"
)

// Without bash there is one message, with what to do.
func TestNoBash(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := New(context.Background(), Options{})
	var e *startError
	if !errors.As(err, &e) || e.Error() != "there is no bash in PATH" || e.Hint() != "pages are run by bash: install it" {
		t.Errorf("got %v", err)
	}
}
