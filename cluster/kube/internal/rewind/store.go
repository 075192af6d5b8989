// Package rewind remembers states of a control plane's store by name and puts
// them back under the running API server. What is remembered is the store
// itself, so that nothing escapes it: custom resources, their definitions,
// namespaces and other objects of the whole cluster.
package rewind

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

const (
	calm  = 100 * time.Millisecond // a store in which nothing moved for so long is at rest
	step  = 20 * time.Millisecond  // between two looks at the store
	limit = 15 * time.Second       // for a store to come to rest
)

// ErrNoMark says that no state of that name was remembered.
var ErrNoMark = errors.New("no such mark")

// A Plane is the running control plane above the store.
type Plane interface {
	// Resources gives the resources that are served, in a form to compare.
	Resources(ctx context.Context) (string, error)
	// WaitSeen waits until the plane has noticed changes of resources.
	WaitSeen(ctx context.Context, resources []string, revision int64)
}

// A Store remembers states. It is safe for concurrent use.
type Store struct {
	kv    clientv3.KV
	plane Plane

	mu    sync.Mutex
	marks []mark // in the order in which they were first made

	strays *strays
}

// mark is a remembered state.
type mark struct {
	name   string
	state  state
	serves string // as Plane.Resources
}

// state is the content of a store at one revision.
type state struct {
	revision int64
	values   map[string][]byte
}

// Difference tells what a rewind undid, as readable keys ("configmaps
// default/x"), sorted. Lists are never nil.
type Difference struct {
	Added   []string `json:"added"`   // since the mark, and removed by the rewind
	Changed []string `json:"changed"` // since the mark, and put back
	Removed []string `json:"removed"` // since the mark, and put back
}

// A Client reads, writes and watches a store.
type Client interface {
	clientv3.KV
	clientv3.Watcher
}

// New makes a Store over the store of a plane. It looks after strays until ctx
// ends.
func New(ctx context.Context, client Client, plane Plane) *Store {
	s := &Store{kv: client, plane: plane, strays: newStrays()}
	go s.sweep(ctx, client)
	return s
}

// Marks gives the names of the remembered states, oldest first.
func (s *Store) Marks() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := []string{}
	for _, m := range s.marks {
		names = append(names, m.name)
	}
	return names
}

// Forget drops the marks whose names start with prefix.
func (s *Store) Forget(prefix string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.marks = slices.DeleteFunc(s.marks, func(m mark) bool { return strings.HasPrefix(m.name, prefix) })
}

// Mark waits until the store is at rest and remembers its state. A mark of the
// same name is replaced. It fails if the store does not come to rest: a state
// in the middle of something could never be come back to.
func (s *Store) Mark(ctx context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	m, err := s.rest(ctx)
	if err != nil {
		return err
	}
	m.name = name
	if i := s.find(name); i >= 0 {
		s.marks[i] = m
	} else {
		s.marks = append(s.marks, m)
	}
	return nil
}

// find gives the index of a mark, or -1.
func (s *Store) find(name string) int {
	return slices.IndexFunc(s.marks, func(m mark) bool { return m.name == name })
}

// rest gives the state of the store when nothing has moved for a while.
func (s *Store) rest(ctx context.Context) (mark, error) {
	last, err := s.look(ctx)
	moved := []string{}
	for since := time.Now(); err == nil; {
		if time.Since(since) >= calm {
			return last, nil
		}
		if err := pause(ctx, step); err != nil {
			return mark{}, fmt.Errorf("the cluster does not come to rest (%s): %w", some(moved), err)
		}
		var next mark
		if next, err = s.look(ctx); err != nil {
			break
		}
		if diff := compare(last.state, next.state).keys(); len(diff) > 0 || next.serves != last.serves {
			since, moved = time.Now(), diff
		}
		last = next
	}
	return mark{}, err
}

// look reads the store and what the plane serves.
func (s *Store) look(ctx context.Context) (mark, error) {
	serves, err := s.plane.Resources(ctx)
	if err != nil {
		return mark{}, err
	}
	now, err := s.read(ctx)
	return mark{state: now, serves: serves}, err
}

// read reads the whole store: a few megabytes at most, in the same process.
func (s *Store) read(ctx context.Context) (state, error) {
	r, err := s.kv.Get(ctx, root, clientv3.WithPrefix())
	if err != nil {
		return state{}, fmt.Errorf("read the store: %w", err)
	}
	now := state{r.Header.Revision, make(map[string][]byte, len(r.Kvs))}
	for _, kv := range r.Kvs {
		now.values[string(kv.Key)] = kv.Value
	}
	return now, nil
}

// pause waits, unless ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// some names a few keys for an error message.
func some(keys []string) string {
	if len(keys) == 0 {
		return "nothing changed lately"
	}
	var names []string
	for _, k := range keys[:min(len(keys), 3)] {
		names = append(names, readable(k))
	}
	if len(keys) > 3 {
		names = append(names, fmt.Sprintf("%d more", len(keys)-3))
	}
	return strings.Join(names, ", ") + " changed lately"
}

// change is what lies between a remembered state and the present one, by key.
type change struct{ added, changed, removed []string }

// keys gives all keys of a change.
func (c change) keys() []string { return slices.Concat(c.added, c.changed, c.removed) }

// compare gives what a rewind from now to old has to undo, sorted.
func compare(old, now state) change {
	var c change
	for key, value := range now.values {
		t := treat(key)
		was, known := old.values[key]
		switch {
		case !known && t.remove:
			c.added = append(c.added, key)
		case known && t.restore && !bytes.Equal(was, value):
			c.changed = append(c.changed, key)
		}
	}
	for key := range old.values {
		if _, there := now.values[key]; !there && treat(key).restore {
			c.removed = append(c.removed, key)
		}
	}
	slices.Sort(c.added)
	slices.Sort(c.changed)
	slices.Sort(c.removed)
	return c
}

// resources gives the names of the resources in a change.
func (c change) resources() []string {
	set := map[string]bool{}
	for _, key := range c.keys() {
		resource, _ := split(key)
		set[resource] = true
	}
	return slices.Sorted(maps.Keys(set))
}
