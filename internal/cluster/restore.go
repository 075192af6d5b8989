package cluster

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// remembered puts back states of a cluster that we cannot rewind: what has been
// added since is deleted, what was changed or deleted is put back.
type remembered struct {
	api       *apiClient
	noNetwork bool // pages bring the pod network

	mu    sync.Mutex
	marks map[string]map[string]*object
}

const (
	quietLimit   = 60 * time.Second       // for a cluster to come to rest
	quietDelay   = 200 * time.Millisecond // between two looks that have to be the same
	restoreLimit = 2 * time.Minute        // for all that was added to be gone
	hangs        = 2 * time.Second        // after which nobody will see to a finalizer
)

// mark waits until two looks are the same and remembers what they saw.
func (r *remembered) mark(ctx context.Context, name string) error {
	limited, cancel := context.WithTimeout(ctx, quietLimit)
	defer cancel()
	last, err := r.api.snapshot(limited, nil, true)
	for err == nil {
		if err = pause(limited, quietDelay); err != nil {
			break
		}
		var now map[string]*object
		if now, err = r.api.snapshot(limited, last, true); err != nil {
			break
		}
		added, changed, removed := compare(last, now)
		if last = now; len(added)+len(changed)+len(removed) == 0 {
			r.mu.Lock()
			r.marks[name] = now
			r.mu.Unlock()
			return nil
		}
	}
	if limited.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("it does not come to rest within %v", quietLimit)
	}
	return err
}

// rewind puts back the state of a mark.
func (r *remembered) rewind(ctx context.Context, name string) (d Difference, err error) {
	r.mu.Lock()
	old := r.marks[name]
	r.mu.Unlock()
	if old == nil {
		return d, fmt.Errorf("there is no mark %q", name)
	}
	limited, cancel := context.WithTimeout(ctx, restoreLimit)
	defer cancel()
	start := time.Now()
	for delay := 50 * time.Millisecond; ; delay = min(2*delay, time.Second) {
		now, err := r.api.snapshot(limited, old, false)
		if err != nil {
			return d, err
		}
		added, changed, removed := compare(old, now)
		if d.Added == nil && d.Changed == nil && d.Removed == nil {
			d = Difference{Added: readables(added), Changed: readables(changed), Removed: readables(removed)}
		}
		if len(added)+len(changed)+len(removed) == 0 {
			if len(d.Changed)+len(d.Removed) > 0 { // the node or the DNS, perhaps
				if err := r.api.ready(limited, r.noNetwork); err != nil {
					return d, err
				}
			}
			return d, r.forgetEvents(limited, old)
		}
		trouble := r.step(limited, old, now, added, changed, removed, time.Since(start) > hangs)
		if err := pause(limited, delay); err != nil {
			if ctx.Err() != nil {
				return d, ctx.Err()
			}
			left := readables(slices.Concat(added, changed, removed))
			return d, errors.Join(fmt.Errorf("not put back within %v: %s", restoreLimit, strings.Join(left, ", ")), trouble)
		}
	}
}

// definitions is the place of custom resource definitions in the order.
const definitions = 2

// order says what is deleted before what: first that which hinders others from
// being deleted, last that which others are of or in.
func order(o *object) int {
	switch o.of.group {
	case "admissionregistration.k8s.io", "apiregistration.k8s.io":
		return 0
	case "apiextensions.k8s.io":
		return definitions
	}
	if o.of.group == "" && o.of.name == "namespaces" {
		return 3
	}
	return 1
}

// step does once what brings the cluster nearer to old. What goes wrong may go
// well the next time.
func (r *remembered) step(ctx context.Context, old, now map[string]*object, added, changed, removed []*object, force bool) error {
	var mu sync.Mutex
	var trouble []error
	all := func(list []*object, do func(*object) error) {
		each(len(list), func(i int) {
			if err := do(list[i]); err != nil && !refused(err, http.StatusNotFound, http.StatusConflict) {
				mu.Lock()
				trouble = append(trouble, fmt.Errorf("%s: %w", list[i].key(), err))
				mu.Unlock()
			}
		})
	}
	for stage := range 4 {
		var list []*object
		for _, o := range added {
			if order(o) == stage {
				list = append(list, o)
			}
		}
		if stage == definitions {
			for _, o := range list {
				all([]*object{o}, func(o *object) error { return r.removeDefinition(ctx, o, force) })
			}
			continue
		}
		all(list, func(o *object) error { return r.remove(ctx, o, force) })
	}
	slices.SortStableFunc(removed, func(a, b *object) int { return order(b) - order(a) })
	for _, o := range removed { // one after another: a namespace before what is in it
		all([]*object{o}, func(o *object) error { return r.create(ctx, o) })
	}
	all(changed, func(o *object) error { return r.replace(ctx, o, now[o.key()]) })
	return errors.Join(trouble...)
}

// remove deletes an object, or helps it to end where it is being deleted.
func (r *remembered) remove(ctx context.Context, o *object, force bool) error {
	meta := o.metadata()
	finalizers, _ := meta["finalizers"].([]any)
	if meta["deletionTimestamp"] != nil && o.of.name != "pods" {
		if !force || len(finalizers) == 0 {
			return nil
		}
		header := http.Header{"Content-Type": {"application/merge-patch+json"}}
		return r.api.send(ctx, http.MethodPatch, o.path(false), header, map[string]any{"metadata": map[string]any{"finalizers": nil}}, nil)
	}
	if o.controlled() && !force && o.of.name != "pods" {
		return nil // it goes with what it was made for
	}
	options := map[string]any{"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
	if o.of.name == "pods" {
		options["gracePeriodSeconds"] = 0 // the page is over: nobody waits for its programs
	}
	return r.api.send(ctx, http.MethodDelete, o.path(false), nil, options, nil)
}

const (
	goneLimit = time.Second // for a definition to go before the next is deleted
	gonePoll  = 20 * time.Millisecond
)

// removeDefinition deletes a definition and waits until it has gone, or is held up.
// For each that goes, the API server makes anew what it tells of all others: of
// several at once it would hold as many copies.
func (r *remembered) removeDefinition(ctx context.Context, o *object, force bool) error {
	if err := r.remove(ctx, o, force); err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, goneLimit)
	defer cancel()
	header := http.Header{"Accept": {acceptMetadata}}
	for pause(limited, gonePoll) == nil {
		if err := r.api.send(limited, http.MethodGet, o.path(false), header, nil, nil); err != nil {
			return err
		}
	}
	return nil
}

// fresh is the object as one that is to be made.
func fresh(o *object) map[string]any {
	body := maps.Clone(o.body)
	delete(body, "status")
	meta := maps.Clone(o.metadata())
	for _, field := range []string{"resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds"} {
		delete(meta, field)
	}
	body["metadata"] = meta
	return body
}

func (r *remembered) create(ctx context.Context, o *object) error {
	return r.api.send(ctx, http.MethodPost, o.path(true), nil, fresh(o), nil)
}

// replace writes an object back. One that may not be changed back is made anew.
func (r *remembered) replace(ctx context.Context, old, now *object) error {
	body := fresh(old)
	if now != nil {
		body["metadata"].(map[string]any)["resourceVersion"] = now.metadata()["resourceVersion"]
	}
	err := r.api.send(ctx, http.MethodPut, old.path(false), nil, body, nil)
	if refused(err, http.StatusUnprocessableEntity, http.StatusForbidden) {
		if err = r.api.send(ctx, http.MethodDelete, old.path(false), nil, nil, nil); err == nil {
			err = r.create(ctx, old)
		}
	}
	return err
}

// forgetEvents deletes the events in the namespaces that stay: the next page
// would see them.
func (r *remembered) forgetEvents(ctx context.Context, old map[string]*object) error {
	var namespaces []*object
	for _, o := range old {
		if o.of.group == "" && o.of.name == "namespaces" {
			namespaces = append(namespaces, o)
		}
	}
	errs := make([]error, len(namespaces))
	each(len(namespaces), func(i int) {
		errs[i] = r.api.send(ctx, http.MethodDelete, "/api/v1/namespaces/"+namespaces[i].name+"/events", nil, nil, nil)
	})
	return errors.Join(errs...)
}
