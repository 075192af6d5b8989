package e2e

import (
	"bytes"
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/probatum/probatum/internal/cli"
)

// policy is what our sites hold to, with no exception.
const policy = "default-src 'self'"

var (
	root    = ".." // our own project
	corpora = filepath.Join("..", "..", "shared", "corpora")
)

// A store keeps the sites that tests have built, each once.
type store struct {
	mu   sync.Mutex
	dir  string
	made map[string]func() error
}

var sites store

func (s *store) remove() {
	if s.dir != "" {
		os.RemoveAll(s.dir)
	}
}

// once calls build with a new folder, the first time that name is asked for.
func (s *store) once(t *testing.T, name string, build func(dir string) error) string {
	t.Helper()
	s.mu.Lock()
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "probatum-e2e-")
		if err != nil {
			t.Fatal(err)
		}
		s.dir, s.made = dir, map[string]func() error{}
	}
	dir := filepath.Join(s.dir, name)
	if s.made[name] == nil {
		s.made[name] = sync.OnceValue(func() error {
			if err := os.MkdirAll(dir, 0o777); err != nil {
				return err
			}
			return build(dir)
		})
	}
	made := s.made[name]
	s.mu.Unlock()
	if err := made(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// projectDir returns the folder of a project: "own" or the name of a corpus, which
// gets a configuration. A corpus that is not here skips the test.
func projectDir(t *testing.T, name string) string {
	t.Helper()
	if name == "own" {
		return root
	}
	from := filepath.Join(corpora, name)
	if _, err := os.Stat(from); err != nil {
		t.Skipf("no corpora here: %v", err)
	}
	return sites.once(t, "project-"+name, func(dir string) error {
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, "probatum.yaml"), []byte(corpusConfig[name]), 0o666)
	})
}

var corpusConfig = map[string]string{
	"istio-en":  "title: Istio\n",
	"istio-zh":  "title: Istio\nlanguage: zh\n",
	"kiali":     "title: Kiali\n",
	"k8s-tasks": "title: Kubernetes tasks\n",
}

// built returns the folder of the site of a project, built once for the same flags.
func built(t *testing.T, name string, flags ...string) string {
	t.Helper()
	dir := projectDir(t, name)
	return sites.once(t, strings.Join(append([]string{"site", name}, flags...), "_"), func(out string) error {
		var log bytes.Buffer
		code := cli.Run(t.Context(), append([]string{"build", "-C", dir, "-out", out}, flags...), cli.Env{}, nil, &log, &log)
		if code > 1 { // 1 is something wrong in the pages
			return &buildError{log.String()}
		}
		return nil
	})
}

type buildError struct{ log string }

func (e *buildError) Error() string { return "build: " + e.log }

// serveFolder serves a site under our policy and returns its address, which ends
// with a slash. It is where it was hosted with -base-url and that path.
func serveFolder(t *testing.T, folder, below string) string {
	t.Helper()
	files := os.DirFS(folder)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		name := strings.TrimPrefix(r.URL.Path, below)
		if strings.HasSuffix(name, "/") || name == "" {
			name = path.Join(name, "index.html")
		}
		if _, err := fs.Stat(files, name); err != nil {
			page, _ := fs.ReadFile(files, "404.html")
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write(page)
			return
		}
		http.ServeFileFS(w, r, files, name)
	})
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL + below
}

// pages lists the pages of a site, as paths from its top; redirects are left out.
func pages(t *testing.T, folder string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".html" {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil || bytes.Contains(text, []byte(`http-equiv="refresh"`)) {
			return err
		}
		rel, err := filepath.Rel(folder, name)
		found = append(found, strings.TrimSuffix(filepath.ToSlash(rel), "index.html"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

// served runs "probatum serve" on a project until the test ends, and returns its
// address.
func served(t *testing.T, dir string, flags ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	log := &lines{found: make(chan string, 1), prefix: "serving "}
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, append([]string{"serve", "-C", dir, "-addr", "127.0.0.1:0"}, flags...), cli.Env{}, nil, log, log)
	}()
	t.Cleanup(func() { stop(); <-ended })
	select {
	case url := <-log.found:
		return url
	case code := <-ended:
		ended <- code
		t.Fatalf("serve ended with %d:\n%s", code, log.text())
		return ""
	}
}

// lines is a writer that hands out the rest of the first line with the prefix.
type lines struct {
	mu     sync.Mutex
	buf    bytes.Buffer
	prefix string
	found  chan string
	done   bool
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf.Write(p)
	for line := range strings.Lines(l.buf.String()) {
		if rest, ok := strings.CutPrefix(line, l.prefix); ok && !l.done && strings.HasSuffix(rest, "\n") {
			l.done = true
			l.found <- strings.TrimSpace(rest)
		}
	}
	return len(p), nil
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// writeFile writes a file below dir, with the folders that it needs.
func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
