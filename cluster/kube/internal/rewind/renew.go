package rewind

import (
	"bytes"
	"encoding/json"

	"k8s.io/apimachinery/pkg/util/uuid"
)

// renew gives the owners under keys, which were deleted and are to come back to a
// state, new UIDs, wherever the remembered states name them. It tells whether there
// were any. For controllers an object that was deleted and is there again is
// another one. They go by what they remember of a UID: the garbage collector
// deletes, without another look, what belongs to an owner that it has seen going.
func (s *Store) renew(to state, keys []string) bool {
	fresh := map[string]string{}
	for id := range to.owners(keys) {
		fresh[id] = string(uuid.NewUUID())
	}
	// Volumes are named after the UID of their claim, and names stay.
	for _, m := range s.marks {
		for key := range m.state.values {
			for _, id := range ids([]byte(key)) {
				delete(fresh, id)
			}
		}
	}
	if len(fresh) == 0 {
		return false
	}
	for _, m := range s.marks {
		for key, value := range m.state.values {
			m.state.values[key] = renamed(value, fresh)
		}
	}
	s.strays.renewed(fresh)
	return true
}

// owners gives the UIDs of those objects under keys that others name which come
// back with them. Events do not.
func (s state) owners(keys []string) map[string]bool {
	found, own := map[string]bool{}, map[string]string{}
	for _, key := range keys {
		// Tokens are signed for the UID of a service account.
		if resource, _ := split(key); resource != "serviceaccounts" {
			own[ownID(s.values[key])] = key
		}
	}
	if len(own) == 0 {
		return found
	}
	for key, value := range s.values {
		if !treat(key).restore {
			continue
		}
		for _, id := range ids(value) {
			if of, ok := own[id]; ok && of != key {
				found[id] = true
			}
		}
	}
	return found
}

// renamed gives an object with other UIDs. They are as long as the old ones, so
// that it stays valid in whatever encoding.
func renamed(value []byte, fresh map[string]string) []byte {
	other := value
	for at := range idsAt(value) {
		id, ok := fresh[string(value[at:at+idLength])]
		if !ok {
			continue
		}
		if &other[0] == &value[0] {
			other = bytes.Clone(value)
		}
		copy(other[at:], id)
	}
	return other
}

// ownID gives the UID of an object as the store has it, or "".
func ownID(value []byte) string {
	if bytes.HasPrefix(value, protobuf) {
		// The first one, unless the name has one in it, as names of volumes do.
		if found := ids(value); len(found) > 0 {
			return found[0]
		}
		return ""
	}
	var o struct {
		Metadata struct{ UID string }
	}
	if json.Unmarshal(value, &o) != nil || len(o.Metadata.UID) != idLength || !isID([]byte(o.Metadata.UID)) {
		return ""
	}
	return o.Metadata.UID
}
