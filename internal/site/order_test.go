package site

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
)

// Results are used in order, whoever is first; what waits is bounded.
func TestInOrder(t *testing.T) {
	const jobs = 3
	for _, n := range []int{0, 1, 2, 500} {
		var begun, used, running atomic.Int64
		next := 0
		err := inOrder(t.Context(), n, jobs, func(i int) int {
			if waiting := begun.Add(1) - used.Load(); waiting > jobs*ahead {
				t.Errorf("%d results wait", waiting)
			}
			if now := running.Add(1); now > jobs {
				t.Errorf("%d are made at a time", now)
			}
			runtime.Gosched() // so that others may be
			running.Add(-1)
			return i * i
		}, func(i, made int) error {
			if i != next || made != i*i {
				t.Errorf("got %d with %d, want %d", i, made, next)
			}
			next++
			used.Add(1)
			return nil
		})
		if err != nil || next != n {
			t.Errorf("%d of %d were used: %v", next, n, err)
		}
	}
}

// It ends at the first error and with its context, when nobody makes anything
// any more.
func TestInOrderEnds(t *testing.T) {
	wrong := errors.New("wrong")
	var running atomic.Int64
	do := func(i int) int {
		running.Add(1)
		defer running.Add(-1)
		return i
	}
	used := 0
	err := inOrder(t.Context(), 1000, 4, do, func(i, _ int) error {
		if used++; i == 7 {
			return wrong
		}
		return nil
	})
	if !errors.Is(err, wrong) || used != 8 || running.Load() != 0 {
		t.Errorf("after %d results %d calls run: %v", used, running.Load(), err)
	}
	ctx, stop := context.WithCancel(t.Context())
	err = inOrder(ctx, 1e6, 4, do, func(i, _ int) error {
		if i == 9 {
			stop()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || running.Load() != 0 {
		t.Errorf("%d calls run: %v", running.Load(), err)
	}
}
