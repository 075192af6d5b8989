package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// control is the client of a control plane's own socket.
type control struct {
	socket string
	http   *http.Client
}

// A refusedError is an answer of a control plane that it will not or cannot do
// something; it is running.
type refusedError struct{ text string }

func (e *refusedError) Error() string { return e.text }

// dial gives a client for a unix socket. It connects when it is used.
func dial(socket string) *control {
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
		DisableKeepAlives: true, // calls are rare, and a connection kept is one more to close
	}
	return &control{socket, &http.Client{Transport: transport}}
}

// post calls a path with one parameter and decodes the answer into v, unless it
// is nil.
func (c *control) post(ctx context.Context, path, key, value string, v any) error {
	return c.call(ctx, http.MethodPost, path+"?"+url.Values{key: {value}}.Encode(), v)
}

// planeStatus is what a control plane says of itself.
type planeStatus struct {
	PID        int       `json:"pid"`
	Kubernetes string    `json:"kubernetes"`
	Started    time.Time `json:"started"`
	Marks      []string  `json:"marks"` // oldest first
}

func (c *control) status(ctx context.Context) (planeStatus, error) {
	var s planeStatus
	return s, c.call(ctx, http.MethodGet, "status", &s)
}

// wait returns when the control plane has ended or ctx is done.
func (c *control) wait(ctx context.Context) {
	r, err := c.send(ctx, http.MethodGet, "wait")
	if err != nil {
		return
	}
	defer r.Body.Close()
	io.Copy(io.Discard, r.Body)
}

func (c *control) call(ctx context.Context, method, path string, v any) error {
	r, err := c.send(ctx, method, path)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		return &refusedError{strings.TrimSpace(string(text))}
	}
	if v == nil {
		return nil
	}
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	return nil
}

func (c *control) send(ctx context.Context, method, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://control/"+path, nil)
	if err != nil {
		return nil, err
	}
	return c.http.Do(r)
}

// planeStates are those that a control plane remembers itself.
type planeStates struct {
	control *control
	prefix  string // before the names of marks, where several callers share a cluster
}

func (s planeStates) mark(ctx context.Context, name string) error {
	return s.control.post(ctx, "mark", "name", s.prefix+name, nil)
}

func (s planeStates) rewind(ctx context.Context, name string) (d Difference, err error) {
	err = s.control.post(ctx, "rewind", "name", s.prefix+name, &d)
	return d, err
}
