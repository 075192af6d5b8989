package serve

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/probatum/probatum/internal/source"
)

// A preview is a Serve that runs until the test ends.
type preview struct {
	t   *testing.T
	url string
}

func start(t *testing.T, o Options) preview {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ready := make(chan string, 1)
	ended := make(chan error, 1)
	o.Addr, o.Ready = "127.0.0.1:0", func(url string) { ready <- url }
	go func() { ended <- Serve(ctx, o) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	select {
	case url := <-ready:
		return preview{t, url}
	case err := <-ended:
		ended <- nil
		t.Fatalf("Serve: %v", err)
	}
	return preview{}
}

func (p preview) get(path string) (*http.Response, string) {
	p.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.Get(p.url + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return r, string(body)
}

// events returns a function that waits for the next message.
func (p preview) events() func() message {
	p.t.Helper()
	r, err := http.Get(p.url + ".probatum/events")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { r.Body.Close() })
	lines := bufio.NewScanner(r.Body)
	return func() message {
		p.t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var m message
				if err := json.Unmarshal([]byte(data), &m); err != nil {
					p.t.Fatal(err)
				}
				return m
			}
		}
		p.t.Fatalf("events ended: %v", lines.Err())
		return message{}
	}
}

// memory is a Site of files that do not change.
type memory map[string][]byte

func (m memory) File(name string) ([]byte, bool) {
	data, ok := m[name]
	return data, ok
}

func fixed(files memory) func(context.Context, []string) (Result, error) {
	return func(context.Context, []string) (Result, error) { return Result{Site: files, Changed: true}, nil }
}

func TestFiles(t *testing.T) {
	p := start(t, Options{Build: fixed(memory{
		"index.html":      []byte("<p>home</p></body>"),
		"a/index.html":    []byte("<p>a</p></body></html>"),
		"404.html":        []byte("<p>nothing here</p></body>"),
		"theme/style.css": []byte("p {}"),
		"x.svg":           []byte("<svg/>"),
	})})
	for _, tt := range []struct {
		path   string
		status int
		kind   string
		want   string
	}{
		{"", 200, "text/html; charset=utf-8", `<p>home</p><script src="/.probatum/live.js" data-version="`},
		{"a/", 200, "text/html; charset=utf-8", `<p>a</p><script`},
		{"a", 302, "text/html; charset=utf-8", `/a/`},
		{"b/", 404, "text/html; charset=utf-8", `<p>nothing here</p><script`},
		{"%2e%2e/%2e%2e/etc/passwd", 404, "text/html; charset=utf-8", `nothing here`},
		{"theme/style.css", 200, "text/css; charset=utf-8", "p {}"},
		{"x.svg", 200, "image/svg+xml", "<svg/>"},
		{".probatum/live.js", 200, "text/javascript; charset=utf-8", "EventSource"},
		{".probatum/live.css", 200, "text/css; charset=utf-8", ".probatum-live"},
	} {
		r, body := p.get(tt.path)
		if r.StatusCode != tt.status || r.Header.Get("Content-Type") != tt.kind || !strings.Contains(body, tt.want) {
			t.Errorf("GET /%s: got %d, %s, %q; want %d, %s, %q", tt.path, r.StatusCode, r.Header.Get("Content-Type"), body, tt.status, tt.kind, tt.want)
		}
		if csp := r.Header.Get("Content-Security-Policy"); csp != "default-src 'self'" {
			t.Errorf("GET /%s: got policy %q", tt.path, csp)
		}
	}
}

// A page elsewhere can make its own name lead to this machine. It must not read
// the preview.
func TestOtherHost(t *testing.T) {
	p := start(t, Options{Build: fixed(memory{"index.html": []byte("secret")})})
	for host, want := range map[string]int{"evil.test": 403, "localhost:1": 200, "127.0.0.1": 200, "[::1]:80": 200, "10.0.0.1": 403} {
		r, err := http.NewRequest("GET", p.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("host %s: got %d, want %d", host, res.StatusCode, want)
		}
	}
}

func TestRebuild(t *testing.T) {
	dir := t.TempDir()
	content := filepath.Join(dir, "content")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(content, 0o777); err != nil {
		t.Fatal(err)
	}
	write("content/a.md", "one")
	var former memory
	var named []string // by the last build
	build := func(_ context.Context, changed []string) (Result, error) {
		named = changed
		files := memory{}
		var ds []source.Diagnostic
		err := filepath.WalkDir(content, func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(name)
			rel, _ := filepath.Rel(content, name)
			files[filepath.ToSlash(rel)] = data
			if strings.Contains(string(data), "wrong") {
				ds = append(ds, source.Diagnostic{Pos: source.Pos{File: rel, Line: 1, Col: 2}, Message: "is wrong", Hint: "make it right"})
			}
			if strings.Contains(string(data), "broken") {
				err = errors.New("cannot be built")
			}
			return err
		})
		if err != nil {
			return Result{Diagnostics: ds}, err
		}
		r := Result{Site: files, Diagnostics: ds, Changed: !maps.EqualFunc(files, former, bytes.Equal)}
		former = files
		return r, nil
	}
	p := start(t, Options{Build: build, Watch: []string{content, filepath.Join(dir, "probatum.yaml"), filepath.Join(dir, "shortcodes")}})
	next := p.events()
	last := next()
	// until waits for a message that ok accepts. A save may be seen half done.
	until := func(what string, ok func(m message) bool) {
		t.Helper()
		for m := next(); ; m = next() {
			if ok(m) {
				last = m
				return
			}
			t.Logf("waiting for %s, got %+v", what, m)
		}
	}
	served := func(path, want string) func(message) bool {
		return func(m message) bool {
			_, body := p.get(path)
			return body == want && m.Error == ""
		}
	}

	write("content/a.md", "two")
	until("a changed file", served("a.md", "two"))
	if len(named) != 1 || named[0] != filepath.Join(content, "a.md") {
		t.Errorf("the build was told of %q, want a.md alone", named)
	}

	write("content/a.md", "wrong")
	until("a diagnostic", func(m message) bool {
		return len(m.Diagnostics) == 1 && m.Diagnostics[0] == diagnostic{"a.md:1:2", "error", "is wrong", "make it right"}
	})

	write("content/a.md", "broken")
	until("a broken build", func(m message) bool { return m.Error == "cannot be built" })
	if _, body := p.get("a.md"); body != "wrong" {
		t.Errorf("after a broken build a.md is %q, want the one of the last good build", body)
	}

	write("content/a.md", "three")
	until("the repair", served("a.md", "three"))

	if err := os.MkdirAll(filepath.Join(content, "new/deep"), 0o777); err != nil {
		t.Fatal(err)
	}
	write("content/new/deep/b.md", "b")
	until("a file in a new folder", served("new/deep/b.md", "b"))
	write("content/new/deep/b.md", "bb")
	until("a change in a new folder", served("new/deep/b.md", "bb"))

	before := last.Version
	write("probatum.yaml", "title: x")
	until("a build for a watched file that is new", func(m message) bool { return true })
	if last.Version != before {
		t.Errorf("version went from %s to %s though no file of the site changed", before, last.Version)
	}
	if err := os.Mkdir(filepath.Join(dir, "shortcodes"), 0o777); err != nil {
		t.Fatal(err)
	}
	until("a build for a folder that is new", func(m message) bool { return true })
}

// The first build may fail; the preview starts all the same.
func TestFirstBuildFails(t *testing.T) {
	var log syncBuffer
	p := start(t, Options{Log: &log, Build: func(context.Context, []string) (Result, error) {
		return Result{}, errors.New("no pages")
	}})
	r, body := p.get("")
	if r.StatusCode != 404 || !strings.Contains(body, "cannot be built yet") || !strings.Contains(body, "live.js") {
		t.Errorf("got %d, %s", r.StatusCode, body)
	}
	if m := p.events()(); m.Error != "no pages" {
		t.Errorf("got %+v, want the error of the build", m)
	}
	if got := log.String(); !strings.Contains(got, "build: no pages\nserving http://127.0.0.1:") {
		t.Errorf("log is %q", got)
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func TestAddr(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for _, tt := range []struct{ addr, want, hint string }{
		{taken.Addr().String(), "port " + port + " of 127.0.0.1 is in use", "-addr 127.0.0.1:0"},
		{"0.0.0.0:80", "address 0.0.0.0:80 can be reached from other machines", "-addr 127.0.0.1:80"},
		{":8080", "address :8080 can be reached from other machines", "-addr 127.0.0.1:8080"},
		{"example.org:80", "address example.org:80 can be reached from other machines", "-addr 127.0.0.1:80"},
		{"8080", "address 8080 is not HOST:PORT", "-addr 127.0.0.1:1414"},
	} {
		err := Serve(t.Context(), Options{Addr: tt.addr, Build: fixed(nil)})
		var e *Error
		if !errors.As(err, &e) || e.Error() != tt.want || !strings.Contains(e.Hint(), tt.hint) {
			t.Errorf("%s: got %v, want %q with hint %q", tt.addr, err, tt.want, tt.hint)
		}
	}
}
