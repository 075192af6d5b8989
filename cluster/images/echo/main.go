// Command echo is a small web server for pages that need one. It answers GET /
// with a greeting, /headers with the headers of the request and /status/503 with
// that status; every request is a line in its log.
//
// The environment says how: MESSAGE is the greeting, or MESSAGE_FILE a file that
// holds it, which is read again for every request; PORT is 8080 unless it says
// otherwise. Without its file the program ends with status 1.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetOutput(os.Stdout)
	s := server{message: os.Getenv("MESSAGE"), file: os.Getenv("MESSAGE_FILE")}
	s.host, _ = os.Hostname()
	if _, err := s.greeting(); err != nil {
		log.Fatal("echo: ", err)
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	log.Print("listening on :", port)
	log.Fatal(http.ListenAndServe(":"+port, s))
}

// server answers requests.
type server struct {
	message, file, host string
}

// greeting gives the text of GET /, with a line end.
func (s server) greeting() (string, error) {
	if s.file == "" {
		if s.message == "" {
			return "hello from " + s.host + "\n", nil
		}
		return s.message + "\n", nil
	}
	data, err := os.ReadFile(s.file)
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return "", fmt.Errorf("MESSAGE_FILE %s: %w", s.file, pathError.Err)
	}
	return strings.TrimSuffix(string(data), "\n") + "\n", err
}

func (s server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	code, text := s.answer(r)
	log.Print(r.Method, " ", r.URL.Path, " ", code)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	io.WriteString(w, text)
}

func (s server) answer(r *http.Request) (code int, text string) {
	if status, ok := strings.CutPrefix(r.URL.Path, "/status/"); ok {
		if code, err := strconv.Atoi(status); err == nil && code >= 200 && code <= 599 {
			return code, http.StatusText(code) + "\n"
		}
		return http.StatusNotFound, "no such status\n"
	}
	switch r.URL.Path {
	case "/headers":
		return http.StatusOK, headers(r.Header)
	case "/", "/healthz":
		text, err := s.greeting()
		if err != nil {
			return http.StatusInternalServerError, err.Error() + "\n"
		}
		return http.StatusOK, text
	}
	return http.StatusNotFound, "404 page not found\n"
}

// headers writes headers as they are written in a request, sorted.
func headers(h http.Header) string {
	var lines []string
	for name, values := range h {
		for _, v := range values {
			lines = append(lines, name+": "+v+"\n")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
