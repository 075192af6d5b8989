package serve

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"encoding/json"
	"fmt"
	"mime"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/probatum/probatum/internal/source"
)

// own is the folder of the preview's own files. No page can be there: a name
// that starts with a dot is no page.
const own = "/.probatum/"

//go:embed live.js
var liveJS []byte

//go:embed live.css
var liveCSS []byte

// A state is the site as it was built last. It is safe for concurrent use.
type state struct {
	mu          sync.Mutex
	site        Site // nil until the first build that gave one
	diagnostics []source.Diagnostic
	broken      string // why the last build gave no site; "" it did
	run         string // of this process: open pages of an earlier one reload
	version     int    // counts changes of files
	changed     chan struct{}
}

func newState() *state {
	return &state{run: rand.Text()[:8], changed: make(chan struct{})}
}

// A message is what open pages are told.
type message struct {
	Version     string       `json:"version"`
	Error       string       `json:"error,omitempty"`
	Diagnostics []diagnostic `json:"diagnostics"`
}

type diagnostic struct {
	Place    string `json:"place"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

func (s *state) update(r Result, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	broken := ""
	if err != nil {
		broken = err.Error()
	} else {
		if r.Changed || s.site == nil {
			s.version++
		}
		s.site = r.Site
	}
	s.diagnostics, s.broken = r.Diagnostics, broken
	close(s.changed)
	s.changed = make(chan struct{})
}

// now returns what to tell a page, and a channel that closes when it is no
// longer true.
func (s *state) now() (message, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := message{Version: s.versionName(), Error: s.broken, Diagnostics: []diagnostic{}}
	for _, d := range s.diagnostics {
		m.Diagnostics = append(m.Diagnostics, diagnostic{d.Pos.String(), d.Severity.String(), d.Message, d.Hint})
	}
	return m, s.changed
}

func (s *state) versionName() string { return fmt.Sprintf("%s-%d", s.run, s.version) }

func (s *state) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+own+"events", s.events)
	mux.HandleFunc("GET "+own+"live.js", func(w http.ResponseWriter, r *http.Request) { serve(w, r, "live.js", liveJS) })
	mux.HandleFunc("GET "+own+"live.css", func(w http.ResponseWriter, r *http.Request) { serve(w, r, "live.css", liveCSS) })
	mux.HandleFunc("GET /", s.file)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !local(r.Host) {
			http.Error(w, "this preview is for the machine that it runs on", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

// local tells whether a request names this machine. Another name that leads here
// is a trick of a page elsewhere that wants to read along.
func local(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.Trim(hostport, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// events sends the state now and after each build, until the page goes away.
func (s *state) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for {
		m, changed := s.now()
		data, err := json.Marshal(m)
		if err != nil {
			return
		}
		if _, err := fmt.Fprintf(w, "retry: 500\ndata: %s\n\n", data); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// file serves a file of the site.
func (s *state) file(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	site, version := s.site, s.versionName()
	s.mu.Unlock()
	if site == nil {
		site = nothing{}
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	folder := strings.HasSuffix(r.URL.Path, "/")
	if folder {
		name = path.Join(name, "index.html")
	}
	data, ok := site.File(name)
	switch {
	case ok && path.Ext(name) == ".html":
		serve(w, r, name, live(data, version))
		return
	case ok:
		serve(w, r, name, data)
		return
	}
	if _, ok := site.File(name + "/index.html"); ok && !folder {
		u := *r.URL
		u.Path, u.Host = "/"+name+"/", ""
		http.Redirect(w, r, u.RequestURI(), http.StatusFound)
		return
	}
	missing(w, r, site, version)
}

const noSite = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Not built yet</title></head>\n" +
	"<body><main><h1>The site cannot be built yet</h1><p>This page shows it as soon as it can.</p></main></body></html>\n"

// nothing is the site before there is one.
type nothing struct{}

func (nothing) File(string) ([]byte, bool) { return nil, false }

func missing(w http.ResponseWriter, r *http.Request, site Site, version string) {
	page, ok := site.File("404.html")
	if !ok {
		page = []byte(noSite)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusNotFound)
	if r.Method != http.MethodHead {
		_, _ = w.Write(live(page, version))
	}
}

// live adds the script that listens to the page.
func live(page []byte, version string) []byte {
	tag := []byte(`<script src="` + own + `live.js" data-version="` + version + `"></script>` + "\n")
	i := bytes.LastIndex(page, []byte("</body>"))
	if i < 0 {
		i = len(page)
	}
	return slices.Concat(page[:i], tag, page[i:])
}

// types are those that must not depend on the machine's own table.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".json": "application/json",
	".yaml": "text/plain; charset=utf-8", ".yml": "text/plain; charset=utf-8",
}

func serve(w http.ResponseWriter, r *http.Request, name string, data []byte) {
	ext := path.Ext(name)
	if t, ok := types[ext]; ok {
		w.Header().Set("Content-Type", t)
	} else if t := mime.TypeByExtension(ext); t != "" {
		w.Header().Set("Content-Type", t)
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}
