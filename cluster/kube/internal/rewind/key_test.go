package rewind

import (
	"slices"
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
