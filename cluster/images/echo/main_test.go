package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

func TestAnswer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "message")
	for _, tt := range []struct {
		server server
		path   string
		code   int
		text   string
	}{
		{server{host: "pod-1"}, "/", 200, "hello from pod-1\n"},
		{server{message: "Hi"}, "/", 200, "Hi\n"},
		{server{file: file}, "/", 500, "MESSAGE_FILE " + file + ": no such file or directory\n"},
		{server{}, "/status/503", 503, "Service Unavailable\n"},
		{server{}, "/status/99", 404, "no such status\n"},
		{server{}, "/headers", 200, "A: b\n"},
		{server{}, "/other", 404, "404 page not found\n"},
	} {
		r := httptest.NewRequest(http.MethodGet, tt.path, nil)
		r.Header.Set("a", "b")
		if code, text := tt.server.answer(r); code != tt.code || text != tt.text {
			t.Errorf("GET %s of %+v: %d %q, want %d %q", tt.path, tt.server, code, text, tt.code, tt.text)
		}
	}
	if err := os.WriteFile(file, []byte("changed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, text := (server{file: file}).answer(httptest.NewRequest(http.MethodGet, "/", nil)); text != "changed\n" {
		t.Errorf("the file is not read again: %q", text)
	}
}
