// Command proxy stands for the proxy container of a service mesh: it passes HTTP
// requests on to a port of its own pod, writes a line for each, and says on its
// log when it is ready.
//
// The environment says how: LISTEN is the port (15006) and TARGET that of the
// application (8080).
package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"time"
)

func main() {
	listen, target := cmp.Or(os.Getenv("LISTEN"), "15006"), cmp.Or(os.Getenv("TARGET"), "8080")
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: "127.0.0.1:" + target})
	handler := func(w http.ResponseWriter, r *http.Request) {
		start, answer := time.Now(), &recorder{ResponseWriter: w, code: http.StatusOK}
		proxy.ServeHTTP(answer, r)
		fmt.Printf("[%s] \"%s %s %s\" %d %d \"%s\"\n", start.UTC().Format(time.RFC3339), r.Method, r.URL.Path,
			r.Proto, answer.code, answer.bytes, "127.0.0.1:"+target)
	}
	http.HandleFunc("/", handler)
	http.HandleFunc("/healthz/ready", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	log("info", "listening on :"+listen+", the application is at :"+target)
	log("info", "proxy is ready")
	log("error", http.ListenAndServe(":"+listen, nil).Error())
	os.Exit(1)
}

func log(level, text string) {
	fmt.Printf("%s\t%s\t%s\n", time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"), level, text)
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	code  int
	bytes int
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

func (r *recorder) Write(b []byte) (int, error) {
	n, err := r.ResponseWriter.Write(b)
	r.bytes += n
	return n, err
}
