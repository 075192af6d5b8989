package cluster

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// What is told of each pod in trouble.
const (
	troubledPods = 3
	podEvents    = 3
	podLines     = 5
	troubleLimit = 10 * time.Second
)

// pod is what we read of one.
type pod struct {
	Metadata struct{ Name, Namespace string }
	Spec     struct {
		Containers []struct {
			Name      string
			Resources struct{ Limits struct{ Memory string } }
		}
	}
	Status struct {
		Phase      string
		Conditions []struct{ Type, Status, Reason, Message string }
		Init       []container `json:"initContainerStatuses"`
		Containers []container `json:"containerStatuses"`
	}
}

type container struct {
	Name         string
	Ready        bool
	RestartCount int
	State        struct {
		Waiting    *struct{ Reason, Message string }
		Terminated *terminated
	}
	LastState struct{ Terminated *terminated }
}

// terminated is how a container has ended.
type terminated struct {
	Reason   string
	ExitCode int
}

// event is what we read of one.
type event struct {
	Type, Reason, Message string
	Object                struct{ Kind, Name, Namespace string } `json:"involvedObject"`
	Last                  time.Time                              `json:"lastTimestamp"`
}

// Trouble tells of pods that are not as they should be: their states, last events
// and the ends of their logs. "" all are well. The namespaces of Kubernetes itself
// are left out. It is for messages: what cannot be asked is not told.
func (c *Cluster) Trouble(ctx context.Context) string {
	api, err := newAPIClient(c.Kubeconfig)
	if err != nil {
		return ""
	}
	defer api.http.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, troubleLimit)
	defer cancel()
	var pods struct{ Items []pod }
	if err := api.send(ctx, http.MethodGet, "/api/v1/pods", nil, nil, &pods); err != nil {
		return ""
	}
	var events struct{ Items []event }
	api.send(ctx, http.MethodGet, "/api/v1/events", nil, nil, &events) // without them the states have to do
	slices.SortStableFunc(events.Items, func(a, b event) int { return a.Last.Compare(b.Last) })
	var out strings.Builder
	told := 0
	for _, p := range pods.Items {
		state, where := p.trouble()
		if state == "" || strings.HasPrefix(p.Metadata.Namespace, "kube-") || told == troubledPods {
			continue
		}
		told++
		fmt.Fprintf(&out, "pod %s/%s: %s\n", p.Metadata.Namespace, p.Metadata.Name, state)
		p.events(&out, events.Items)
		if where != "" {
			p.logs(ctx, api, &out, where)
		}
	}
	return out.String()
}

// trouble says what is wrong with a pod, "" nothing, and which container has a
// log that may say why.
func (p *pod) trouble() (state, where string) {
	for _, c := range slices.Concat(p.Status.Init, p.Status.Containers) {
		switch s := c.State; {
		case s.Waiting != nil && s.Waiting.Reason != "PodInitializing":
			if c.RestartCount > 0 {
				where = c.Name
			}
			state = strings.TrimSuffix(fmt.Sprintf("container %s: %s: %s", c.Name, s.Waiting.Reason, s.Waiting.Message), ": ")
			if last := c.LastState.Terminated; last != nil {
				state += "; before that: " + p.end(c.Name, last)
			}
			return state, where
		case s.Terminated != nil && s.Terminated.ExitCode != 0:
			return fmt.Sprintf("container %s: %s", c.Name, p.end(c.Name, s.Terminated)), c.Name
		case s.Terminated == nil && s.Waiting == nil && !c.Ready && p.Status.Phase == "Running" && slices.ContainsFunc(p.Status.Containers, func(o container) bool { return o.Name == c.Name }):
			return "container " + c.Name + " is not ready", c.Name
		}
	}
	if p.Status.Phase == "Pending" {
		for _, c := range p.Status.Conditions {
			if c.Type == "PodScheduled" && c.Status == "False" {
				return "Pending: " + cmp.Or(c.Message, c.Reason), ""
			}
		}
		return "Pending", ""
	}
	return "", ""
}

// sigkill is the exit status of a container that was killed.
const sigkill = 128 + 9

// end says how a container has ended. One with a limit that was killed may have
// needed more memory: its runtime does not always learn of that in time to say
// OOMKilled.
func (p *pod) end(container string, how *terminated) string {
	said := fmt.Sprintf("%s, exit status %d", how.Reason, how.ExitCode)
	for _, spec := range p.Spec.Containers {
		if limit := spec.Resources.Limits.Memory; spec.Name == container && limit != "" && how.ExitCode == sigkill {
			said += ": killed, as one is that needs more memory than its limit, " + limit
		}
	}
	return said
}

// events writes the last warnings about the pod.
func (p *pod) events(w io.Writer, all []event) {
	var lines []string
	for _, e := range all {
		if e.Type == "Warning" && e.Object.Kind == "Pod" && e.Object.Name == p.Metadata.Name && e.Object.Namespace == p.Metadata.Namespace {
			lines = append(lines, fmt.Sprintf("  event %s: %s\n", e.Reason, strings.TrimSpace(e.Message)))
		}
	}
	for _, line := range lines[max(0, len(lines)-podEvents):] {
		io.WriteString(w, line)
	}
}

// logs writes the end of a container's log, or of the one before it restarted.
func (p *pod) logs(ctx context.Context, api *apiClient, w io.Writer, container string) {
	path := fmt.Sprintf("/api/v1/namespaces/%s/pods/%s/log?container=%s&tailLines=%d", p.Metadata.Namespace, p.Metadata.Name, url.QueryEscape(container), podLines)
	text, err := api.get(ctx, path)
	if err != nil || len(bytes.TrimSpace(text)) == 0 {
		text, err = api.get(ctx, path+"&previous=true")
	}
	if err != nil {
		return
	}
	for line := range bytes.Lines(text) {
		fmt.Fprintf(w, "  log %s: %s\n", container, bytes.TrimRight(line, "\n"))
	}
}
