package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// readyPoll is how often the cluster is asked whether it is ready.
const readyPoll = 200 * time.Millisecond

// condition is one of an object's status.
type condition struct{ Type, Status string }

func holds(conditions []condition, name string) bool {
	for _, c := range conditions {
		if c.Type == name {
			return c.Status == "True"
		}
	}
	return false
}

// ready waits until pods can be run: the nodes are ready, names are resolved, and
// the namespace default has its account. Without a network it does not wait for
// what needs one.
func (c *apiClient) ready(ctx context.Context, noNetwork bool) error {
	for {
		missing, err := c.missing(ctx, noNetwork)
		if err == nil && missing == "" {
			return nil
		}
		if err == nil {
			err = errors.New(missing)
		}
		if pause(ctx, readyPoll) != nil {
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}

// missing says what the cluster lacks yet, "" nothing.
func (c *apiClient) missing(ctx context.Context, noNetwork bool) (string, error) {
	type list struct {
		Items []struct {
			Metadata struct{ Name string }
			Status   struct{ Conditions []condition }
		}
	}
	err := c.send(ctx, http.MethodGet, "/api/v1/namespaces/"+cmp.Or(c.namespace, "default")+"/serviceaccounts/default", nil, nil, nil)
	if refused(err, http.StatusNotFound) {
		return "the namespace has no account yet", nil
	}
	if err != nil || noNetwork {
		return "", err
	}
	for _, what := range []struct{ path, condition, missing string }{
		{"/api/v1/nodes", "Ready", "not ready: node "},
		{"/apis/apps/v1/namespaces/kube-system/deployments", "Available", "not available: deployment "},
	} {
		var found list
		if err := c.send(ctx, http.MethodGet, what.path, nil, nil, &found); err != nil {
			return "", err
		}
		var names []string
		for _, o := range found.Items {
			if !holds(o.Status.Conditions, what.condition) {
				names = append(names, o.Metadata.Name)
			}
		}
		if len(names) > 0 {
			return what.missing + strings.Join(names, ", "), nil
		}
	}
	return "", nil
}
