package rewind

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestReadable(t *testing.T) {
	for key, want := range map[string]string{
		"/registry/configmaps/default/x":                                               "configmaps default/x",
		"/registry/deployments/default/web":                                            "deployments default/web",
		"/registry/namespaces/a":                                                       "namespaces a",
		"/registry/minions/node-1":                                                     "nodes node-1",
		"/registry/services/specs/default/web":                                         "services default/web",
		"/registry/services/endpoints/default/web":                                     "endpoints default/web",
		"/registry/ingress/default/web":                                                "ingresses default/web",
		"/registry/controllers/default/rc":                                             "replicationcontrollers default/rc",
		"/registry/apiregistration.k8s.io/apiservices/v1.apps":                         "apiservices v1.apps",
		"/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.com": "customresourcedefinitions widgets.example.com",
		"/registry/example.com/widgets/default/x":                                      "widgets.example.com default/x",
		"/registry/networking.istio.io/virtualservices/default/x":                      "virtualservices.networking.istio.io default/x",
		"/registry/example.com/gadgets/x":                                              "gadgets.example.com x",
		"/registry/gateway.networking.k8s.io/gateways/default/x":                       "gateways.gateway.networking.k8s.io default/x",
	} {
		if got := readable(key); got != want {
			t.Errorf("readable(%q) = %q, want %q", key, got, want)
		}
	}
}

// What is compared decides what a rewind undoes.
func TestCompare(t *testing.T) {
	content := func(pairs ...string) state {
		s := state{values: map[string][]byte{}}
		for i := 0; i < len(pairs); i += 2 {
			s.values[root+pairs[i]] = []byte(pairs[i+1])
		}
		return s
	}
	old := content("configmaps/a/same", "1", "configmaps/a/other", "1", "configmaps/a/gone", "1",
		"events/a/gone", "1", "events/a/counted", "1", "leases/kube-system/apiserver-x", "1", "leases/a/gone", "1")
	now := content("configmaps/a/same", "1", "configmaps/a/other", "2", "configmaps/a/new", "1",
		"events/a/new", "1", "events/a/counted", "2", "leases/kube-system/apiserver-x", "2", "leases/a/new", "1", "masterleases/127.0.0.1", "1")
	got := compare(old, now)
	want := change{
		added:   []string{root + "configmaps/a/new", root + "events/a/new", root + "leases/a/new"},
		changed: []string{root + "configmaps/a/other"},
		removed: []string{root + "configmaps/a/gone", root + "leases/a/gone"},
	}
	if !slices.Equal(got.added, want.added) || !slices.Equal(got.changed, want.changed) || !slices.Equal(got.removed, want.removed) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	d := got.readable()
	if want := []string{"configmaps a/new"}; !slices.Equal(d.Added, want) {
		t.Errorf("added: got %v, want %v: leases and events are nobody's concern", d.Added, want)
	}
}

func TestIDs(t *testing.T) {
	const a, b = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "ffffffff-0000-1111-2222-333333333333"
	for in, want := range map[string]int{
		"": 0, "-": 0, a: 1, "x" + a + "y": 1, a + b: 2, a[:35]: 0, "0b1c2d3e-4f50-6172-8394-A5B6C7D8E9F0": 0, "web-64c966cf88-" + a: 1, a + "-" + b: 2,
	} {
		if got := ids([]byte(in)); len(got) != want {
			t.Errorf("ids(%q) = %q, want %d", in, got, want)
		}
	}
}

func TestStray(t *testing.T) {
	const pod, node, later = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "ffffffff-0000-1111-2222-333333333333", "11111111-0000-1111-2222-333333333333"
	base := state{values: map[string][]byte{"n": []byte(node)}}
	s := newStrays()
	s.deleted([]byte("pod "+pod+" on "+node), 5)
	if s.stray([]byte("event of " + pod)) {
		t.Error("a page may read the events of what it has deleted")
	}
	s.begin(base)
	s.end(10)
	if !s.stray([]byte("event of "+pod)) || s.stray([]byte("event of "+node)) {
		t.Error("after the rewind an event of the pod is a stray, one of the node is not")
	}
	s.deleted([]byte(later), 9) // the news of a deletion by the rewind comes late
	if !s.stray([]byte(later)) {
		t.Error("what the rewind has deleted is still there")
	}
	const set, service = "22222222-0000-1111-2222-333333333333", "33333333-0000-1111-2222-333333333333"
	if !s.stray([]byte("k8s\x00 set "+set+" of "+pod+" for "+service)) || !s.stray([]byte("pod of "+set)) || s.stray([]byte(service)) {
		t.Error("what is made for a stray is one, other things that a stray names are not")
	}
	s.begin(state{values: map[string][]byte{"p": []byte(pod)}})
	s.end(20)
	if s.stray([]byte("event of " + pod)) {
		t.Error("the pod has come back")
	}
	const fresh, surplus = "44444444-0000-1111-2222-333333333333", "55555555-0000-1111-2222-333333333333"
	s.begin(state{values: map[string][]byte{"p": []byte(pod)}})
	s.renewed(map[string]string{pod: fresh})
	s.deleted([]byte(surplus+" made for "+fresh), 25)
	s.end(30)
	if s.stray([]byte("made for "+fresh)) || !s.stray([]byte("event of "+surplus)) {
		t.Error("what has come back with another UID is there, what was made for it during the rewind is not")
	}
	s.deleted([]byte(pod), 24)
	if !s.stray([]byte("event of " + pod)) {
		t.Error("nothing has the old UID any more")
	}
}

// An owner that comes back has another UID, in all states and wherever it is named,
// unless the UID is part of a name.
func TestRenew(t *testing.T) {
	const lone = "44444444-0000-1111-2222-333333333333"
	const owner, claim, bob, other = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "11111111-0000-1111-2222-333333333333", "22222222-0000-1111-2222-333333333333", "33333333-0000-1111-2222-333333333333"
	values := func() state {
		return state{values: map[string][]byte{
			root + "deployments/a/web":                []byte("k8s\x00 web " + owner),
			root + "replicasets/a/web":                []byte("k8s\x00 web " + other + " of " + owner),
			root + "example.com/widgets/a/x":          []byte(`{"metadata":{"ownerReferences":[{"uid":"` + owner + `"}],"uid":"` + bob + `"}}`),
			root + "serviceaccounts/a/bob":            []byte("k8s\x00 bob " + bob),
			root + "configmaps/a/unowned":             []byte("k8s\x00 unowned " + lone),
			root + "events/a/unowned":                 []byte("k8s\x00 unowned " + lone),
			root + "persistentvolumeclaims/a/data":    []byte("k8s\x00 data " + claim),
			root + "persistentvolumes/pvc-" + claim:   []byte("k8s\x00 pvc-" + claim + " " + other),
			root + "configmaps/a/without":             []byte("k8s\x00 without"),
			root + "example.com/widgets/a/unreadable": []byte("{"),
		}}
	}
	same, s := values(), &Store{strays: newStrays(), marks: []mark{{state: values()}, {state: values()}}}
	for _, keys := range [][]string{nil, {"serviceaccounts/a/bob"}, {"persistentvolumeclaims/a/data"}, {"configmaps/a/unowned"}, {"configmaps/a/without", "example.com/widgets/a/unreadable"}} {
		var full []string
		for _, key := range keys {
			full = append(full, root+key)
		}
		if s.renew(s.marks[0].state, full) {
			t.Errorf("%q got other UIDs", keys)
		}
	}
	read := s.marks[0].state.values[root+"deployments/a/web"]
	if !s.renew(s.marks[0].state, []string{root + "deployments/a/web", root + "persistentvolumes/pvc-" + claim}) {
		t.Fatal("no other UID")
	}
	if ids(read)[0] != owner {
		t.Error("what etcd has given is etcd's own, and was written to")
	}
	for i, m := range s.marks {
		is := ids(m.state.values[root+"deployments/a/web"])[0]
		if is == owner {
			t.Errorf("state %d: the owner has its old UID", i)
		}
		for key, was := range same.values {
			want := strings.ReplaceAll(string(was), owner, is)
			if got := string(m.state.values[key]); got != want {
				t.Errorf("state %d: %s = %q, want %q", i, key, got, want)
			}
		}
	}
	if a, b := s.marks[0].state.values, s.marks[1].state.values; !maps.EqualFunc(a, b, bytes.Equal) {
		t.Errorf("the states differ:\n%q\n%q", a, b)
	}
}

// An own UID is not that of an owner.
func TestOwnID(t *testing.T) {
	const own, owner = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "11111111-0000-1111-2222-333333333333"
	for in, want := range map[string]string{
		"": "", "{": "", "{}": "", `{"metadata":{"uid":"short"}}`: "", "k8s\x00": "",
		"k8s\x00 web " + own + " of " + owner:                                            own,
		`{"metadata":{"ownerReferences":[{"uid":"` + owner + `"}],"uid":"` + own + `"}}`: own,
	} {
		if got := ownID([]byte(in)); got != want {
			t.Errorf("ownID(%q) = %q, want %q", in, got, want)
		}
	}
}
