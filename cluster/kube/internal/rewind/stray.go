package rewind

import (
	"bytes"
	"context"
	"iter"
	"math"
	"slices"
	"strings"
	"sync"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// Controllers write events a good while after what they tell of, and on a busy
// machine after the rewind that has removed it; there a controller may even act
// on what it has seen last, and make the ReplicaSet of a Deployment that has gone.
// What is made for an object that has gone with a rewind is a stray: nobody on
// the next page has asked for it.
const events = root + "events/"

// strays knows which objects have gone with rewinds. It is safe for concurrent
// use.
type strays struct {
	mu     sync.Mutex
	ended  map[string]bool    // UIDs of what has been deleted since the last rewind
	gone   [2]map[string]bool // of what had been before: by the last rewind and the one before
	kept   map[string]bool    // of what the last rewind has brought back
	rewind int64              // deletions up to this revision belong to the last rewind
}

func newStrays() *strays {
	return &strays{ended: map[string]bool{}, gone: [2]map[string]bool{{}, {}}, kept: map[string]bool{}}
}

// begin says that a rewind to a state begins: all that is deleted from now on goes
// with it.
func (s *strays) begin(to state) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = [2]map[string]bool{s.ended, s.gone[0]}
	s.ended, s.kept, s.rewind = map[string]bool{}, map[string]bool{}, math.MaxInt64
	for _, value := range to.values {
		for _, id := range ids(value) {
			s.kept[id] = true
		}
	}
}

// renewed says that objects come back with other UIDs, by the old ones: what names
// those is not for them.
func (s *strays) renewed(fresh map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for old, id := range fresh {
		delete(s.kept, old)
		s.kept[id] = true
	}
}

// end says that the rewind was over at a revision.
func (s *strays) end(revision int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rewind = revision
}

// deleted notes that an object was deleted.
func (s *strays) deleted(value []byte, revision int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set := s.ended
	if revision <= s.rewind {
		set = s.gone[0]
	}
	for _, id := range ids(value) {
		set[id] = true
	}
}

// protobuf is what the store has before objects in that encoding: all but custom
// resources.
var protobuf = []byte("k8s\x00")

// stray tells whether an object names something that has gone with a rewind. Then
// it has gone, too, and so will what is made for it.
func (s *strays) stray(value []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	named := ids(value)
	found := slices.ContainsFunc(named, func(id string) bool {
		return (s.gone[0][id] || s.gone[1][id]) && !s.kept[id]
	})
	// The first UID is the object's own, as protocol buffers have it; others may
	// be of objects that live on.
	if found && bytes.HasPrefix(value, protobuf) {
		s.gone[0][named[0]] = true
	}
	return found
}

// sweep follows the store and ends strays as they come in, until ctx ends.
func (s *Store) sweep(ctx context.Context, watcher clientv3.Watcher) {
	for r := range watcher.Watch(ctx, root, clientv3.WithPrefix(), clientv3.WithPrevKV()) {
		for _, e := range r.Events {
			key, event := string(e.Kv.Key), strings.HasPrefix(string(e.Kv.Key), events)
			switch {
			case e.Type == clientv3.EventTypeDelete && e.PrevKv != nil && !event:
				s.strays.deleted(e.PrevKv.Value, e.Kv.ModRevision)
			case e.Type == clientv3.EventTypePut && (event || e.IsCreate()) && s.strays.stray(e.Kv.Value):
				// Where this fails the plane is going down, or the object has
				// changed: an event comes again then, another one has been taken
				// up by the controller that makes things for it.
				same := clientv3.Compare(clientv3.ModRevision(key), "=", e.Kv.ModRevision)
				s.kv.Txn(ctx).If(same).Then(clientv3.OpDelete(key)).Commit()
			}
		}
	}
}

// idLength is the length of a UID in bytes.
const idLength = 36

// ids finds the UIDs in an object as the store has it, in whatever encoding.
func ids(value []byte) []string {
	var found []string
	for at := range idsAt(value) {
		found = append(found, string(value[at:at+idLength]))
	}
	return found
}

// idsAt gives where the UIDs in an object are.
func idsAt(value []byte) iter.Seq[int] {
	return func(yield func(int) bool) {
		for at := 0; ; {
			i := bytes.IndexByte(value[at:], '-')
			if i < 0 {
				return
			}
			at += i + 1
			if start := at - 9; start >= 0 && start+idLength <= len(value) && isID(value[start:start+idLength]) {
				if !yield(start) {
					return
				}
				at = start + idLength
			}
		}
	}
}

func isID(b []byte) bool {
	for i, c := range b {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
