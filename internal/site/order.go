package site

import (
	"context"
	"sync"
	"sync/atomic"
)

// ahead is how many results of each job may wait until it is their turn. With
// more of them, those who make and the one who uses wait less for each other.
const ahead = 16

// inOrder calls do for 0 to n-1, at most jobs at a time, and use with the
// results, one after another in order. It ends at the first error of use and
// when ctx ends, and only when no call of do is running any more. What do has
// made and use has not seen yet stays within ahead times jobs.
func inOrder[T any](ctx context.Context, n, jobs int, do func(i int) T, use func(i int, made T) error) error {
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	made := make([]chan T, ahead*jobs) // result i waits in i modulo their number
	for i := range made {
		made[i] = make(chan T, 1)
	}
	room := make(chan struct{}, len(made)) // has one for each result that use has not seen
	var next atomic.Int64
	for range jobs {
		wg.Go(func() {
			for {
				select {
				case room <- struct{}{}:
				case <-ctx.Done():
					return
				}
				i := int(next.Add(1)) - 1
				if i >= n || ctx.Err() != nil {
					return
				}
				made[i%len(made)] <- do(i)
			}
		})
	}
	for i := range n {
		select {
		case m := <-made[i%len(made)]:
			if err := use(i, m); err != nil {
				return err
			}
			<-room
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
