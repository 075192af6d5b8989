package cluster

import (
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecrets asks an API server for what Secrets there are, with the credentials
// of a kubeconfig.
func TestSecrets(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer good":
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"kind": "Status", "message": "secrets is forbidden"}`)
		case r.URL.Path == "/api/v1/secrets":
			fmt.Fprint(w, `{"items": [{"data": {"a": "Yg=="}}, {}]}`)
		}
	}))
	defer server.Close()
	ca := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	config := func(user string) string {
		name := filepath.Join(t.TempDir(), "config")
		text := fmt.Sprintf("current-context: x\ncontexts:\n- {name: x, context: {cluster: c, user: u}}\nclusters:\n- name: c\n  cluster: {server: %s, certificate-authority-data: %s}\nusers:\n- name: u\n  user: %s\n",
			server.URL, ca, user)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	all, err := Secrets(config("{token: good}"), "none", nil)(t.Context())
	if err != nil || len(all) != 2 || all[0]["a"] != "Yg==" {
		t.Errorf("got %v, %v", all, err)
	}
	for user, want := range map[string]string{
		"{token: bad}":                   "list the Secrets of the cluster: secrets is forbidden",
		"{client-certificate-data: '!'}": "illegal base64",
		"{exec: {command: login}}":       "no-kubectl", // left to kubectl, which is not there
	} {
		if _, err := Secrets(config(user), filepath.Join(t.TempDir(), "no-kubectl"), nil)(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", user, err, want)
		}
	}
}
