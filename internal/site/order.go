package site

import (
	"context"
	"sync"
)

// ahead is how many results of each job may wait until it is their turn.
const ahead = 16

// inOrder calls do for 0 to n-1, at most jobs at a time, and use with the
// results, one after another in order. It ends at the first error of use and
// when ctx ends, and only when no call of do is running any more. What do has
// made and use has not seen yet stays within ahead times jobs.
func inOrder[T any](ctx context.Context, n, jobs int, do func(i int) T, use func(i int, made T) error) error {
	q := &queue[T]{n: n, use: use, made: make([]T, ahead*jobs), there: make([]bool, ahead*jobs)}
	q.room.L = &q.mu
	defer context.AfterFunc(ctx, func() { q.stop(ctx.Err()) })()
	var wg sync.WaitGroup
	for range jobs {
		wg.Go(func() {
			for i, ok := q.take(); ok; i, ok = q.take() {
				q.put(i, do(i))
			}
		})
	}
	wg.Wait()
	return q.err
}

// A queue holds results until it is their turn. Who puts one there uses all whose
// turn it is: nobody has to be woken for that.
type queue[T any] struct {
	n    int
	use  func(i int, made T) error
	mu   sync.Mutex
	room sync.Cond // for another one

	begun int    // how many were taken
	used  int    // how many were used
	made  []T    // result i is at i modulo their number
	there []bool // which of made are results
	using bool   // somebody calls use
	err   error  // what has ended it
}

// take returns what is to be made next, when there is room for it.
func (q *queue[T]) take() (i int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.err == nil && q.begun < q.n && q.begun-q.used >= len(q.made) {
		q.room.Wait()
	}
	if q.err != nil || q.begun == q.n {
		return 0, false
	}
	q.begun++
	return q.begun - 1, true
}

// put takes a result, and uses those whose turn it is, unless somebody does.
func (q *queue[T]) put(i int, made T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	at := i % len(q.made)
	q.made[at], q.there[at] = made, true
	if q.using {
		return
	}
	q.using = true
	for q.err == nil && q.there[q.used%len(q.made)] {
		q.next()
	}
	q.using = false
}

// next uses the next result, without the lock.
func (q *queue[T]) next() {
	at := q.used % len(q.made)
	made := q.made[at]
	var none T
	q.made[at], q.there[at] = none, false
	q.mu.Unlock()
	err := q.use(q.used, made)
	q.mu.Lock()
	q.used++
	if err != nil && q.err == nil {
		q.err = err
	}
	q.room.Broadcast()
}

// stop ends it with an error, if it has not come to its end.
func (q *queue[T]) stop(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil && q.used < q.n {
		q.err = err
	}
	q.room.Broadcast()
}
