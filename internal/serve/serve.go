// Package serve shows a site while it is written. It builds, keeps the files in
// memory, serves them on this machine only, builds again when a watched file
// changes, and tells the open pages, which reload and show what is wrong.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/internal/watch"
)

// DefaultAddr is where Serve listens when it is not told.
const DefaultAddr = "127.0.0.1:1414"

// Options says what to serve. Build is required.
type Options struct {
	Addr  string   // "" means DefaultAddr; the host must be this machine, port 0 takes any free one
	Watch []string // files and folders whose changes make a new build; one that is missing may come later
	// Build makes the site, or brings it up to date: changed names the watched
	// files that have changed since the last call, as they were found below Watch;
	// it is nil at first. With an error the last good site stays.
	Build func(ctx context.Context, changed []string) (Result, error)
	Log   io.Writer        // one line for each build; nil discards
	Ready func(url string) // called once when pages can be opened
}

// A Site hands out files by their slash-separated names. It is safe for
// concurrent use.
type Site interface {
	File(name string) ([]byte, bool)
}

// A Result is what a build came to. The diagnostics are shown over the pages.
type Result struct {
	Site        Site
	Changed     bool // something that readers see is another than before
	Files       int  // of the site
	Diagnostics []source.Diagnostic
}

// An Error says why Serve cannot start, and what to do about it.
type Error struct {
	err  error
	hint string
}

// Error implements error.
func (e *Error) Error() string { return e.err.Error() }

// Hint says what to do.
func (e *Error) Hint() string { return e.hint }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.err }

// Serve runs until ctx ends, which is no error. Pages and configuration that are
// wrong do not end it either.
func Serve(ctx context.Context, o Options) error {
	if o.Addr == "" {
		o.Addr = DefaultAddr
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	listener, err := listen(ctx, o.Addr)
	if err != nil {
		return err
	}
	w, err := watch.New(o.Watch, quiet)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer w.Close()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := newState()
	s.rebuild(ctx, o, nil)
	server := &http.Server{Handler: s.handler(), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	url := "http://" + listener.Addr().String() + "/"
	fmt.Fprintln(o.Log, "serving", url)
	if o.Ready != nil {
		o.Ready(url)
	}
	for {
		select {
		case <-w.Changed:
			s.rebuild(ctx, o, w.Take())
		case err := <-w.Failed:
			fmt.Fprintln(o.Log, "watch:", err)
		case err := <-served:
			return fmt.Errorf("serve %s: %w", url, err)
		case <-ctx.Done():
			stop()
			closed := server.Close()
			<-served
			return closed
		}
	}
}

// listen opens the port. Only this machine may reach it: what is served may be
// unpublished, and anything that a page holds is shown.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, &Error{fmt.Errorf("address %s is not HOST:PORT", addr), "write -addr " + DefaultAddr}
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, &Error{fmt.Errorf("address %s can be reached from other machines", addr), "write -addr 127.0.0.1:" + port}
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &Error{fmt.Errorf("port %s of %s is in use", port, host),
			"end the program that uses it, or take any free port: -addr 127.0.0.1:0"}
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return l, nil
}

// quiet is how long nothing must have changed for a build to start: one save is
// several events, a few microseconds apart. Where it comes too early, the next one
// puts it right.
const quiet = 8 * time.Millisecond

// rebuild builds and, where that changed anything, tells the open pages.
func (s *state) rebuild(ctx context.Context, o Options, changed []string) {
	start := time.Now()
	r, err := o.Build(ctx, changed)
	if ctx.Err() != nil {
		return
	}
	took := time.Since(start).Round(time.Millisecond)
	if err != nil {
		fmt.Fprintf(o.Log, "build: %v\n", err)
	} else {
		fmt.Fprintf(o.Log, "built %d files in %v, problems: %d\n", r.Files, took, len(r.Diagnostics))
	}
	s.update(r, err)
}
