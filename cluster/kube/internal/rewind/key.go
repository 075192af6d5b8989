package rewind

import "strings"

// root is where the API server keeps everything.
const root = "/registry/"

// builtin are the store's names of resources that differ from the API's.
var builtin = map[string]string{
	"controllers":        "replicationcontrollers",
	"ingress":            "ingresses",
	"minions":            "nodes",
	"services/endpoints": "endpoints",
	"services/specs":     "services",
}

// split takes a key of the store apart: "deployments", "default/web". Custom
// resources are named as in "kubectl get": "widgets.example.com".
func split(key string) (resource, name string) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(key, root), "/")
	switch {
	case strings.Contains(first, "."): // a group
		resource, name, _ = strings.Cut(rest, "/")
		if first != "apiextensions.k8s.io" && first != "apiregistration.k8s.io" {
			resource += "." + first
		}
	case first == "services":
		second, name, _ := strings.Cut(rest, "/")
		return builtin[first+"/"+second], name
	default:
		resource, name = first, rest
	}
	if api, ok := builtin[resource]; ok {
		resource = api
	}
	return resource, name
}

// readable gives "deployments default/web" for a key.
func readable(key string) string {
	resource, name := split(key)
	return resource + " " + name
}

// A treatment says what a rewind does with a kind of key.
type treatment struct {
	restore bool // what was changed or removed is put back
	remove  bool // what was added is removed
	report  bool // both are told to the caller
}

// treat gives the treatment of a key. The API server and the controllers keep
// their own books in the store, which move with no page in sight.
func treat(key string) treatment {
	resource, name := split(key)
	switch resource {
	case "events":
		// They end on their own; one that is put back never would.
		return treatment{remove: true}
	case "leases":
		own := strings.HasPrefix(name, "kube-system/apiserver-") || strings.HasPrefix(name, "kube-node-lease/")
		return treatment{restore: !own, remove: !own}
	case "masterleases":
		return treatment{}
	case "ranges", "ipaddresses":
		return treatment{restore: true, remove: true} // follow from services
	}
	return treatment{restore: true, remove: true, report: true}
}
