// Package control is the HTTP API over a unix socket by which a control plane
// is marked, rewound and ended.
package control

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/probatum/probatum/cluster/kube/internal/rewind"
	"k8s.io/component-base/version"
)

// Status is the answer to GET /status.
type Status struct {
	PID        int       `json:"pid"`
	Kubernetes string    `json:"kubernetes"`
	Started    time.Time `json:"started"`
	Marks      []string  `json:"marks"` // oldest first
}

// Serve answers on ln; it returns only with an error. A stop that is asked for
// calls end.
//
//	POST /mark?name=N      remembers the state under a name
//	POST /rewind?name=N    puts it back; gives a rewind.Difference; 404 without such a mark
//	POST /forget?prefix=P  drops the marks whose names start so
//	GET  /status           gives a Status
//	GET  /wait             answers when the control plane ends, by closing the connection
//	POST /stop             ends it
func Serve(ln net.Listener, store *rewind.Store, end func()) error {
	started := time.Now()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /mark", func(w http.ResponseWriter, r *http.Request) {
		respond(w, struct{}{}, store.Mark(r.Context(), r.FormValue("name")))
	})
	mux.HandleFunc("POST /rewind", func(w http.ResponseWriter, r *http.Request) {
		diff, err := store.Rewind(r.Context(), r.FormValue("name"))
		respond(w, diff, err)
	})
	mux.HandleFunc("POST /forget", func(w http.ResponseWriter, r *http.Request) {
		store.Forget(r.FormValue("prefix"))
		respond(w, struct{}{}, nil)
	})
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		respond(w, Status{os.Getpid(), version.Get().GitVersion, started, store.Marks()}, nil)
	})
	mux.HandleFunc("GET /wait", func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("POST /stop", func(w http.ResponseWriter, r *http.Request) {
		respond(w, struct{}{}, nil)
		w.(http.Flusher).Flush()
		end()
	})
	return http.Serve(ln, mux)
}

// respond writes v as JSON, or err as text.
func respond(w http.ResponseWriter, v any, err error) {
	switch {
	case errors.Is(err, rewind.ErrNoMark):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(v)
	}
}
