package rewind

import (
	"context"
	"fmt"
	"slices"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// shortestQuiet is how long nothing may come back after a pass that undid
// something. Controllers in the middle of something write once more after their
// objects are gone.
const shortestQuiet = 2 * step

// Rewind puts a remembered state back and gives what it undid. Passes are
// repeated until nothing comes back and the plane serves the same resources as
// then.
func (s *Store) Rewind(ctx context.Context, name string) (Difference, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(name)
	if i < 0 {
		return Difference{}, fmt.Errorf("%w: %q", ErrNoMark, name)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	u := undo{store: s, to: s.marks[i]}
	s.strays.begin(u.to.state)
	err := u.run(ctx)
	s.strays.end(u.revision)
	if err != nil {
		return Difference{}, fmt.Errorf("rewind to %q: %w", name, err)
	}
	return u.first.readable(), nil
}

// undo is a rewind on its way.
type undo struct {
	store *Store
	to    mark
	// first is what the first pass undid. What later ones find is the answer of
	// the controllers to the rewind itself.
	first    change
	revision int64 // of the store at the latest pass
}

// run makes passes until nothing has come back for a while. The longer things
// were coming back, the busier the machine is, and the longer that while.
func (u *undo) run(ctx context.Context) error {
	var last []string // what the latest pass that did anything has undone
	start := time.Now()
	moved := start // when it did
	for pass := 0; ; pass++ {
		c, err := u.pass(ctx)
		if err != nil {
			return err
		}
		keys := c.keys()
		switch {
		case len(keys) > 0:
			last, moved = keys, time.Now()
		case pass == 0:
			return nil
		case time.Since(moved) >= max(shortestQuiet, moved.Sub(start)/2) && u.serving(ctx):
			return nil
		}
		if pass == 0 {
			u.first = c
		}
		if err := pause(ctx, step); err != nil {
			return fmt.Errorf("the cluster does not come to rest (%s): %w", some(last), err)
		}
	}
}

// serving says whether the plane serves what it did then: the definitions of
// custom resources are noticed a little after they have gone.
func (u *undo) serving(ctx context.Context) bool {
	serves, err := u.store.plane.Resources(ctx)
	return err == nil && serves == u.to.serves
}

// pass undoes, in one transaction, everything that differs now, and gives it.
func (u *undo) pass(ctx context.Context) (change, error) {
	now, err := u.store.read(ctx)
	if err != nil {
		return change{}, err
	}
	u.revision = now.revision
	found := compare(u.to.state, now)
	c := found
	if u.store.renew(u.to.state, found.removed) {
		c = compare(u.to.state, now) // also what names them
	}
	var ops []clientv3.Op
	for _, key := range c.added {
		ops = append(ops, clientv3.OpDelete(key))
	}
	for _, key := range slices.Concat(c.changed, c.removed) {
		ops = append(ops, clientv3.OpPut(key, string(u.to.state.values[key])))
	}
	if len(ops) == 0 {
		return found, nil
	}
	done, err := u.store.kv.Txn(ctx).Then(ops...).Commit()
	if err != nil {
		return found, fmt.Errorf("write the store: %w", err)
	}
	u.store.plane.WaitSeen(ctx, c.resources(), done.Header.Revision)
	return found, nil
}

// readable gives a change as callers see it.
func (c change) readable() Difference {
	names := func(keys []string) []string {
		list := []string{}
		for _, key := range keys {
			if treat(key).report {
				list = append(list, readable(key))
			}
		}
		slices.Sort(list)
		return list
	}
	return Difference{Added: names(c.added), Changed: names(c.changed), Removed: names(c.removed)}
}
