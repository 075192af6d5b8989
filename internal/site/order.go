package site

import (
	"context"
	"sync"
)

// inOrder calls do for 0 to n-1, at most jobs at a time, and use with the
// results, one after another in order. It ends at the first error of use and
// when ctx ends, and only when no call of do is running any more. What do has
// made and use has not seen yet stays within a few times jobs.
func inOrder[T any](ctx context.Context, n, jobs int, do func(i int) T, use func(i int, made T) error) error {
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	type job struct {
		i    int
		made chan T
	}
	todo := make(chan job)
	coming := make(chan job, 4*jobs)
	for range jobs {
		wg.Go(func() {
			for j := range todo {
				j.made <- do(j.i)
			}
		})
	}
	wg.Go(func() {
		defer close(coming)
		defer close(todo)
		for i := range n {
			j := job{i, make(chan T, 1)}
			select {
			case coming <- j:
			case <-ctx.Done():
				return
			}
			select {
			case todo <- j:
			case <-ctx.Done():
				return
			}
		}
	})
	for range n {
		select {
		case j, ok := <-coming:
			if !ok {
				return ctx.Err()
			}
			select {
			case made := <-j.made:
				if err := use(j.i, made); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
