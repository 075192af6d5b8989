package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// edits is how many pages are changed under a running preview.
const edits = 15

// serve measures the time from a saved page to the page served, and the
// memory of the preview.
func (b *bench) serve(ctx context.Context) error {
	s, err := b.made(b.pages)
	if err != nil {
		return err
	}
	address, err := freeAddress()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.probatum, "serve", "-addr", address)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, io.Discard, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Start(); err != nil {
		return err
	}
	times, err := s.saves(ctx, "http://"+address)
	cancel()
	waited := cmd.Wait()
	if err != nil {
		return fmt.Errorf("%w (the preview ended: %v)", err, waited)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return fmt.Errorf("no resource usage on this system")
	}
	what := fmt.Sprintf("serve, %d pages", s.pages)
	b.lines = append(b.lines,
		within(what+", save to served", "ms", ms(medianOf(times)), 50),
		within(what+", peak memory", "MB", mb(usage.Maxrss*1024), 500))
	return nil
}

// saves changes pages one after another and waits for each to be served.
func (s site) saves(ctx context.Context, url string) ([]time.Duration, error) {
	if err := await(ctx, url+pageURL(0), "</html>", 5*time.Minute); err != nil {
		return nil, err
	}
	var times []time.Duration
	for i := range edits {
		page := (i*7919 + 13) % s.pages
		if err := s.edit(page)(); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := await(ctx, url+pageURL(page), "Changed-1.", time.Minute); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start))
	}
	return times, nil
}

// await asks for a page until it holds the text.
func await(ctx context.Context, url, text string, most time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if page, err := get(ctx, url); err == nil && bytes.Contains(page, []byte(text)) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %q was not served: %w", url, text, ctx.Err())
		case <-tick.C:
		}
	}
}

func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if !strings.HasPrefix(resp.Status, "200") {
		return nil, fmt.Errorf("%s: %s", url, resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// freeAddress is a port that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
