// Package watch tells which files have changed below some folders. It takes the
// names of files and folders, and gives those of what somebody has saved since it
// was asked last.
package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// longest is after what time changes are told that do not end.
const longest = 500 * time.Millisecond

// A Watcher watches files and folders, its roots. Its methods are safe for
// concurrent use.
type Watcher struct {
	// Changed gets a value when something below the roots has changed. Many changes
	// that nobody has taken yet are one.
	Changed <-chan struct{}
	// Failed gets why something may not be watched any more; the rest still is.
	Failed <-chan error

	fs      *fsnotify.Watcher
	changed chan struct{}
	failed  chan error
	done    sync.WaitGroup

	mu    sync.Mutex
	roots []string
	names map[string]bool // what has changed since Take

	quiet time.Duration
}

// New starts to watch. A root that is missing may come later. One save is several
// events: a change is told when no further one has come for quiet. Close has to be
// called at the end.
func New(roots []string, quiet time.Duration) (*Watcher, error) {
	n, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch for changes: %w", err)
	}
	w := &Watcher{fs: n, changed: make(chan struct{}, 1), failed: make(chan error, 1), names: map[string]bool{}, quiet: quiet}
	w.Changed, w.Failed = w.changed, w.failed
	if err := w.Add(roots); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	w.done.Go(w.run)
	return w, nil
}

// Add watches more roots; those that are watched already stay so.
func (w *Watcher) Add(roots []string) error {
	var err error
	for _, root := range roots {
		root = filepath.Clean(root)
		if !w.root(root) {
			continue
		}
		// The folder above tells when root comes, goes, or is replaced by a save.
		err = errors.Join(err, w.add(filepath.Dir(root)), w.addTree(root))
	}
	if err != nil {
		return fmt.Errorf("watch for changes: %w", err)
	}
	return nil
}

// root notes a root. It reports false for one that is known.
func (w *Watcher) root(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if slices.Contains(w.roots, name) {
		return false
	}
	w.roots = append(w.roots, name)
	return true
}

// Close ends the watching.
func (w *Watcher) Close() {
	_ = w.fs.Close()
	w.done.Wait()
}

func (w *Watcher) add(dir string) error {
	if err := w.fs.Add(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// addTree watches a folder and all below it. A file is watched by its folder.
func (w *Watcher) addTree(root string) error {
	return filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case name != root && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		}
		return w.add(name)
	})
}

func (w *Watcher) run() {
	var first time.Time
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case e, ok := <-w.fs.Events:
			if !ok {
				return
			}
			if !w.counts(e) {
				continue
			}
			w.note(e.Name)
			if e.Has(fsnotify.Create) {
				if info, err := os.Lstat(e.Name); err == nil && info.IsDir() {
					w.fail(w.addTree(e.Name))
				}
			}
			if first.IsZero() {
				first = time.Now()
			}
			timer.Reset(min(w.quiet, max(0, longest-time.Since(first))))
		case err, ok := <-w.fs.Errors:
			if !ok {
				return
			}
			w.fail(err)
		case <-timer.C:
			first = time.Time{}
			select {
			case w.changed <- struct{}{}:
			default:
			}
		}
	}
}

func (w *Watcher) note(name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names[filepath.Clean(name)] = true
}

// Take returns the names of what has changed since it was called last, as they
// were found below the roots, sorted.
func (w *Watcher) Take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	names := slices.Sorted(maps.Keys(w.names))
	clear(w.names)
	return names
}

func (w *Watcher) fail(err error) {
	if err == nil {
		return
	}
	select {
	case w.failed <- err:
	default:
	}
}

// counts tells whether an event is about a root or something below one, and not
// about what editors leave behind for a moment.
func (w *Watcher) counts(e fsnotify.Event) bool {
	name := filepath.Clean(e.Name)
	base := filepath.Base(name)
	if e.Op == fsnotify.Chmod || strings.HasPrefix(base, ".") || strings.HasSuffix(base, "~") || base == "4913" {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, root := range w.roots {
		if name == root || root == "." || strings.HasPrefix(name, root+string(filepath.Separator)) {
			return true
		}
	}
	return false
}
