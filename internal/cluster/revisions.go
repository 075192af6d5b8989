package cluster

import (
	"context"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"
)

// revisionLimit is how long the cluster may take to say what state it is in: it is
// for a report, and pages do not wait for it.
const revisionLimit = 5 * time.Second

// Revision names the state that the cluster is in now, for Since.
func (c *Cluster) Revision(ctx context.Context) (string, error) {
	api, err := c.asked()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, revisionLimit)
	defer cancel()
	// Events are not cached: the answer comes from the store at once.
	path := "/api/v1/namespaces/default/events?limit=1"
	if api.namespace != "" { // a cluster of others may have a store of its own for events
		path = "/api/v1/namespaces/" + url.PathEscape(api.namespace) + "/configmaps?limit=1"
	}
	var list struct {
		Metadata struct{ ResourceVersion string }
	}
	err = api.send(ctx, http.MethodGet, path, nil, nil, &list)
	return list.Metadata.ResourceVersion, err
}

// Since tells of objects that a Difference names as added which of several
// revisions, the oldest first, was the first to have each: its index, or -1 where
// that cannot be told. API servers forget revisions after some minutes, and with a
// definition its objects.
func (c *Cluster) Since(ctx context.Context, keys, revisions []string) []int {
	since := make([]int, len(keys))
	for i := range since {
		since[i] = -1
	}
	api, err := c.asked()
	if err != nil || len(revisions) == 0 {
		return since
	}
	ctx, cancel := context.WithTimeout(ctx, restoreLimit)
	defer cancel()
	known, err := api.resources(ctx)
	if err != nil {
		return since
	}
	h := &history{ctx: ctx, api: api, revisions: revisions, of: map[string]*resource{}, lists: map[string][]map[string]string{}}
	for _, r := range known {
		h.of[r.readable()] = r
	}
	for i, key := range keys {
		since[i] = h.since(key)
	}
	return since
}

// A history asks an API server for states of the past.
type history struct {
	ctx       context.Context
	api       *apiClient
	revisions []string
	of        map[string]*resource
	lists     map[string][]map[string]string // by resource, and by revision: NAMESPACE/NAME to identity
}

// since is Since for one object. It is the same object as long as its identity is.
func (h *history) since(key string) int {
	name, place, _ := strings.Cut(key, " ")
	r, last := h.of[name], len(h.revisions)-1
	if r == nil {
		return -1
	}
	newest, ok := h.at(r, last)
	uid := newest[place]
	if !ok || uid == "" {
		return -1
	}
	sure := true
	i := sort.Search(last, func(i int) bool {
		objects, ok := h.at(r, i)
		sure = sure && ok
		return objects[place] == uid
	})
	if !sure {
		return -1
	}
	return i
}

// at lists what there was of a resource at a revision; false where the server does
// not know any more.
func (h *history) at(r *resource, i int) (map[string]string, bool) {
	name := r.key()
	if h.lists[name] == nil {
		h.lists[name] = make([]map[string]string, len(h.revisions))
	}
	if h.lists[name][i] == nil {
		objects, err := h.api.listAt(h.ctx, r, h.revisions[i])
		if err != nil {
			return nil, false
		}
		found := map[string]string{}
		for _, o := range objects {
			found[o.place()] = o.uid
		}
		h.lists[name][i] = found
	}
	return h.lists[name][i], true
}

// asked is the client for questions about the cluster, made when it is needed.
func (c *Cluster) asked() (*apiClient, error) {
	c.clientOnce.Do(func() {
		if s, ok := c.states.(*remembered); ok {
			c.client = s.api
			return
		}
		c.client, c.clientErr = newAPIClient(c.Kubeconfig)
	})
	return c.client, c.clientErr
}
