package cluster

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// userOf makes a kubeconfig as a user has it for a cluster, with some contexts, and
// the environment that names it.
func userOf(t *testing.T, c *Cluster, env Env, contexts ...string) (Env, string) {
	t.Helper()
	data, err := os.ReadFile(c.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	env.Environ = append(slices.Clone(env.Environ), "KUBECONFIG="+file, "PATH="+c.Bin+":"+env.getenv("PATH"))
	current := strings.TrimSpace(asUser(t, env, "config", "view", "-o", "jsonpath={.contexts[0].context.cluster} {.contexts[0].context.user}"))
	cluster, user, _ := strings.Cut(current, " ")
	for _, name := range contexts {
		asUser(t, env, "config", "set-context", name, "--cluster="+cluster, "--user="+user)
	}
	return env, file
}

func asUser(t *testing.T, env Env, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), env.lookPath("kubectl"), args...)
	cmd.Env = env.Environ
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestExisting(t *testing.T) {
	host := startCluster(t)
	env, file := userOf(t, host, needCluster(t), "tests", "shop-prod")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, err = UseExisting(t.Context(), env, ExistingOptions{Context: "shop-prod"})
	if _, ok := errors.AsType[*ProductionError](err); !ok {
		t.Errorf("production is not refused: %v", err)
	}
	if _, err := UseExisting(t.Context(), env, ExistingOptions{Context: "none"}); err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("a context that is not there: %v", err)
	}
	for _, o := range []ExistingOptions{{Context: "tests"}, {Context: "shop-prod", Production: "shop-prod"}} {
		c, err := UseExisting(t.Context(), env, o)
		if err != nil {
			t.Fatal(err)
		}
		kubectlOn(t, c, "", "create", "configmap", "kept")
		if err := c.Mark(t.Context(), "base"); err != nil {
			t.Fatal(err)
		}
		kubectlOn(t, c, "", "create", "configmap", "left")
		kubectlOn(t, c, "", "delete", "configmap", "kept")
		d, err := c.Rewind(t.Context(), "base")
		if err != nil || len(d.Added) != 1 || len(d.Removed) != 1 {
			t.Errorf("rewound %v, %v", d, err)
		}
		if got := kubectlOn(t, c, "", "get", "configmaps", "-o", "name"); strings.Contains(got, "left") || !strings.Contains(got, "kept") {
			t.Errorf("the namespace has %s", got)
		}
		for _, may := range []string{"create namespaces", "get secrets -n default", "delete nodes"} {
			cmd := exec.CommandContext(t.Context(), env.lookPath("kubectl"), append([]string{"--kubeconfig", c.Kubeconfig, "auth", "can-i"}, strings.Fields(may)...)...)
			if out, err := cmd.Output(); err == nil {
				t.Errorf("pages may %s: %s", may, out)
			}
		}
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	}
	asUser(t, env, "wait", "--for=delete", "namespace", "-l", "probatum=pages", "--timeout=60s")
	if after, _ := os.ReadFile(file); string(after) != string(before) {
		t.Errorf("the user's kubeconfig has changed:\n%s", after)
	}
}

// A server that is busy is asked again.
func TestBusy(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked < 3 {
			http.Error(w, `{"message": "storage is (re)initializing"}`, http.StatusTooManyRequests)
			return
		}
		io.Copy(w, r.Body)
	}))
	defer s.Close()
	c := &apiClient{server: s.URL, http: s.Client()}
	var got struct{ A int }
	if err := c.send(t.Context(), http.MethodPost, "/", nil, map[string]int{"A": 1}, &got); err != nil || got.A != 1 || asked != 3 {
		t.Errorf("got %v, %v after %d tries", got, err, asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	asked = -1000
	if err := c.send(ctx, http.MethodGet, "/", nil, nil, nil); err == nil {
		t.Error("it does not end with the context")
	}
}
