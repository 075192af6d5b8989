package cluster

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// A resource is one that objects can be made of, listed and deleted.
type resource struct {
	group, name string
	path        string // of its group and version: "/api/v1", "/apis/apps/v1"
	kind        string
	version     string // "v1", "apps/v1"
	namespaced  bool
}

// key identifies a resource: "deployments.apps".
func (r *resource) key() string {
	if r.group == "" {
		return r.name
	}
	return r.name + "." + r.group
}

// readable is how people see a resource, as the embedded cluster does: those of
// Kubernetes itself without their group, "deployments", and of others
// "virtualservices.networking.istio.io".
func (r *resource) readable() string {
	if group, ok := strings.CutSuffix(r.group, ".k8s.io"); ok && ofKubernetes[group] || !strings.Contains(r.group, ".") {
		return r.name
	}
	return r.key()
}

// ofKubernetes are the groups of Kubernetes itself that end with .k8s.io, which
// those of some definitions do, too.
var ofKubernetes = map[string]bool{
	"admissionregistration": true, "apiextensions": true, "apiregistration": true, "authentication": true, "authorization": true,
	"certificates": true, "coordination": true, "discovery": true, "events": true, "flowcontrol.apiserver": true, "internal.apiserver": true,
	"networking": true, "node": true, "rbac.authorization": true, "resource": true, "scheduling": true, "storage": true, "storagemigration": true,
}

// An object is one object of the API, as it was listed.
type object struct {
	of              *resource
	namespace, name string
	uid             string
	body            map[string]any
}

// key identifies an object: "deployments.apps default/web".
func (o *object) key() string { return o.of.key() + " " + o.place() }

// readable is how people see an object: "deployments default/web".
func (o *object) readable() string { return o.of.readable() + " " + o.place() }

func (o *object) place() string {
	if o.namespace != "" {
		return o.namespace + "/" + o.name
	}
	return o.name
}

// path is where the object, or the list that it goes into, is in the API.
func (o *object) path(list bool) string {
	path := o.of.path
	if o.of.namespaced {
		path += "/namespaces/" + url.PathEscape(o.namespace)
	}
	path += "/" + o.of.name
	if list {
		return path
	}
	return path + "/" + url.PathEscape(o.name)
}

// metadata is the object's; it may be changed.
func (o *object) metadata() map[string]any {
	m, _ := o.body["metadata"].(map[string]any)
	return m
}

// controller gives the kind and name of the object that this was made for by a
// controller; "" there is none.
func (o *object) controller() (kind, name string) {
	owners, _ := o.metadata()["ownerReferences"].([]any)
	for _, owner := range owners {
		if m, _ := owner.(map[string]any); m["controller"] == true {
			kind, _ = m["kind"].(string)
			name, _ = m["name"].(string)
		}
	}
	return kind, name
}

// controlled reports whether a controller has made the object.
func (o *object) controlled() bool {
	kind, _ := o.controller()
	return kind != ""
}

// follows reports whether the object was made, perhaps through others, for one
// that is in old: what controllers make anew is no difference.
func (o *object) follows(old, now map[string]*object) bool {
	for range 10 { // longer than any chain
		kind, name := o.controller()
		if kind == "" {
			return false
		}
		owner := find(old, kind, name, o.namespace)
		if owner != nil {
			return true
		}
		if o = find(now, kind, name, o.namespace); o == nil {
			return false
		}
	}
	return false
}

func find(objects map[string]*object, kind, name, namespace string) *object {
	for _, o := range objects {
		if o.of.kind == kind && o.name == name && (o.namespace == namespace || o.namespace == "") {
			return o
		}
	}
	return nil
}

// settled is what the author of an object has said, without what the cluster
// adds by itself.
func (o *object) settled() map[string]any {
	body := maps.Clone(o.body)
	delete(body, "status")
	meta := maps.Clone(o.metadata())
	for _, field := range []string{"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"} {
		delete(meta, field)
	}
	if notes, ok := meta["annotations"].(map[string]any); ok {
		notes = maps.Clone(notes)
		for name := range notes {
			if strings.Contains(name, ".kubernetes.io/") || strings.Contains(name, ".alpha.kubernetes.io/") {
				delete(notes, name) // revisions, election, bookkeeping of kubectl's
			}
		}
		if len(notes) == 0 {
			delete(meta, "annotations")
		} else {
			meta["annotations"] = notes
		}
	}
	body["metadata"] = meta
	return body
}

// A refusal is an answer of an API server that something is not done.
type refusal struct {
	code int
	text string
}

func (e *refusal) Error() string { return e.text }

// refused reports whether err is a refusal with one of the codes.
func refused(err error, codes ...int) bool {
	var r *refusal
	return errors.As(err, &r) && slices.Contains(codes, r.code)
}

// busyPoll is how often a server that is busy is asked again.
const busyPoll = 200 * time.Millisecond

// send asks the API and decodes the answer into v, unless that is nil. Where the
// server says that it is busy, as while it makes room for a new definition, it is
// asked again until ctx ends.
func (c *apiClient) send(ctx context.Context, method, path string, header http.Header, body, v any) error {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return err
		}
	}
	for {
		err := c.once(ctx, method, path, header, text, v)
		if !refused(err, http.StatusTooManyRequests) || pause(ctx, busyPoll) != nil {
			return err
		}
	}
}

func (c *apiClient) once(ctx context.Context, method, path string, header http.Header, text []byte, v any) error {
	r, err := http.NewRequestWithContext(ctx, method, c.server+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	maps.Copy(r.Header, header)
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if text, err = io.ReadAll(answer.Body); err != nil {
		return err
	}
	if answer.StatusCode/100 != 2 {
		var status struct{ Message string }
		json.Unmarshal(text, &status) // else the status alone says it
		return &refusal{answer.StatusCode, cmp.Or(status.Message, answer.Status)}
	}
	if v == nil {
		return nil
	}
	return json.Unmarshal(text, v)
}

// passing are resources whose objects come and go by themselves.
var passing = map[string]bool{
	"events": true, "events.events.k8s.io": true, "leases.coordination.k8s.io": true, "componentstatuses": true,
	"ipaddresses.networking.k8s.io": true, "certificatesigningrequests.certificates.k8s.io": true,
	"leasecandidates.coordination.k8s.io": true, "csinodes.storage.k8s.io": true,
}

// discovery is the answer to what resources there are.
type discovery struct {
	Items []struct {
		Metadata struct{ Name string }
		Versions []struct {
			Version   string
			Resources []struct {
				Resource     string
				Scope        string
				Verbs        []string
				ResponseKind struct{ Kind string }
			}
		}
	}
}

const acceptDiscovery = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList," +
	"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"

// Answers that have the metadata of objects alone.
const (
	acceptMetadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
	acceptMetadata     = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
)

// resources lists what objects can be made of, each in its first version.
func (c *apiClient) resources(ctx context.Context) ([]*resource, error) {
	var all []*resource
	seen := map[string]bool{}
	for _, root := range []string{"/api", "/apis"} {
		var d discovery
		if err := c.send(ctx, http.MethodGet, root, http.Header{"Accept": {acceptDiscovery}}, nil, &d); err != nil {
			return nil, err
		}
		for _, g := range d.Items {
			for _, v := range g.Versions {
				for _, r := range v.Resources {
					known := &resource{group: g.Metadata.Name, name: r.Resource, path: root + "/" + v.Version, kind: r.ResponseKind.Kind,
						version: v.Version, namespaced: r.Scope == "Namespaced"}
					if known.group != "" {
						known.path, known.version = root+"/"+known.group+"/"+v.Version, known.group+"/"+v.Version
					}
					key := known.key()
					if slices.Contains(r.Verbs, "list") && slices.Contains(r.Verbs, "delete") && !passing[key] && !seen[key] {
						seen[key] = true
						all = append(all, known)
					}
				}
			}
		}
	}
	return all, nil
}

// listers is how many lists are asked for at once.
const listers = 8

// snapshot lists all objects by their keys. Of large ones it reads what is new: those
// in known that are as they were are taken from there, and those that are not in
// known have their metadata alone, unless whole is set.
func (c *apiClient) snapshot(ctx context.Context, known map[string]*object, whole bool) (map[string]*object, error) {
	resources, err := c.resources(ctx)
	if err != nil {
		return nil, err
	}
	if c.namespace != "" {
		resources = slices.DeleteFunc(resources, func(r *resource) bool { return !r.namespaced })
	}
	lists, errs := make([][]*object, len(resources)), make([]error, len(resources))
	each(len(resources), func(i int) {
		if lists[i], errs[i] = c.list(ctx, resources[i]); errs[i] == nil && large[resources[i].key()] {
			lists[i], errs[i] = c.fill(ctx, lists[i], known, whole)
		}
	})
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	all := map[string]*object{}
	for _, list := range lists {
		for _, o := range list {
			all[o.key()] = o
		}
	}
	return all, nil
}

// large are resources of whose objects lists have the metadata alone. A definition may
// have some hundred kilobytes, and a server needs many times that to list those of a
// whole mesh at once, which is what it has least of while they come and go.
var large = map[string]bool{"customresourcedefinitions.apiextensions.k8s.io": true}

// fill gives large objects their bodies, one after another; see snapshot.
func (c *apiClient) fill(ctx context.Context, list []*object, known map[string]*object, whole bool) ([]*object, error) {
	var filled []*object
	for _, o := range list {
		was, ok := known[o.key()]
		switch {
		case ok && was.metadata()["resourceVersion"] == o.metadata()["resourceVersion"] && was.uid == o.uid:
			o = was
		case ok || whole:
			body := map[string]any{}
			err := c.send(ctx, http.MethodGet, o.path(false), nil, nil, &body)
			if refused(err, http.StatusNotFound) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", o.readable(), err)
			}
			o.body = body
		}
		filled = append(filled, o)
	}
	return filled, nil
}

// each calls do for 0 to n-1, some at once, and waits for all.
func each(n int, do func(int)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, listers)
	for i := range n {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; wg.Done() }()
			do(i)
		}()
	}
	wg.Wait()
}

// list lists the objects of a resource. One that has just been taken away, or
// whose server does not answer, has none; nor has, in one namespace, one that may
// not be listed there.
func (c *apiClient) list(ctx context.Context, r *resource) ([]*object, error) {
	all, err := c.listAt(ctx, r, "")
	if c.namespace != "" && refused(err, http.StatusForbidden) {
		return nil, nil
	}
	if refused(err, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusServiceUnavailable) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", r.name, err)
	}
	return all, nil
}

// listAt lists the objects of a resource as they were at a revision; "" as they
// are.
func (c *apiClient) listAt(ctx context.Context, r *resource, revision string) ([]*object, error) {
	var answer struct{ Items []map[string]any }
	path := r.path + "/" + r.name
	if c.namespace != "" {
		path = r.path + "/namespaces/" + c.namespace + "/" + r.name
	}
	if revision != "" {
		path += "?resourceVersionMatch=Exact&resourceVersion=" + url.QueryEscape(revision)
	}
	header := http.Header{}
	if large[r.key()] {
		header.Set("Accept", acceptMetadataList)
	}
	if err := c.send(ctx, http.MethodGet, path, header, nil, &answer); err != nil {
		return nil, err
	}
	var all []*object
	for _, body := range answer.Items {
		o := &object{of: r, body: body}
		meta := o.metadata()
		o.name, _ = meta["name"].(string)
		o.namespace, _ = meta["namespace"].(string)
		o.uid, _ = meta["uid"].(string)
		body["apiVersion"], body["kind"] = r.version, r.kind // lists leave them out
		if labels, _ := meta["labels"].(map[string]any); labels["kube-aggregator.kubernetes.io/automanaged"] != nil {
			continue // it is part of a definition
		}
		all = append(all, o)
	}
	return all, nil
}

// derived are resources whose objects follow from others: they change with them.
var derived = map[string]bool{"endpoints": true, "endpointslices": true, "replicasets": true, "controllerrevisions": true}

// differ reports whether somebody has changed an object.
func differ(old, now *object) bool {
	if derived[now.of.name] || now.controlled() || now.of.name == "pods" {
		return false
	}
	a, b := old.settled(), now.settled()
	if now.of.name == "nodes" {
		for _, m := range []map[string]any{a, b} {
			delete(m, "annotations")
		}
	}
	return !reflect.DeepEqual(a, b)
}

// compare tells what has become of old. The objects of the last two are those of
// old.
func compare(old, now map[string]*object) (added, changed, removed []*object) {
	for key, o := range now {
		was, ok := old[key]
		switch {
		case !ok && o.follows(old, now):
		case !ok:
			added = append(added, o)
		case differ(was, o):
			changed = append(changed, was)
		}
	}
	for key, o := range old {
		// What a controller has made, it makes again; nobody deletes a node for good.
		if now[key] == nil && !o.controlled() && !derived[o.of.name] && o.of.name != "nodes" {
			removed = append(removed, o)
		}
	}
	for _, list := range [][]*object{added, changed, removed} {
		slices.SortFunc(list, func(a, b *object) int { return strings.Compare(a.key(), b.key()) })
	}
	return added, changed, removed
}

func readables(objects []*object) []string {
	var names []string
	for _, o := range objects {
		names = append(names, o.readable())
	}
	return names
}
