package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/lazyregexp"
	"go.yaml.in/yaml/v3"
)

// ExistingOptions say which cluster of the user's pages may run on.
type ExistingOptions struct {
	Context    string       // of the user's kubeconfig; there is no default
	Production string       // the context once more, where it looks like production
	Progress   func(string) // is told what is being done; may be nil
}

// A ProductionError says that a context looks like production.
type ProductionError struct{ Context, Why string }

func (e *ProductionError) Error() string {
	return fmt.Sprintf("the context %s looks like production: %s", e.Context, e.Why)
}

// Hint says what to do.
func (e *ProductionError) Hint() string {
	return "run pages on a cluster for tests; if this one is, say so a second time: -production " + e.Context
}

// production finds names and addresses that people give to what must not break.
var production = lazyregexp.New(`(?i)(^|[^a-z])(prod|prd|production|live)([^a-z]|$)`)

// tokenTime is how long the token of the pages' account is good, and how long one
// call of kubectl may take.
const (
	tokenTime   = "12h"
	kubectlTime = time.Minute
)

// UseExisting gives one namespace of a cluster that the user has, for pages. It is
// made for this and deleted by Stop. Pages get an account that has rights in this
// namespace alone: they cannot change anything else, nor see what not everybody may.
// The user's kubeconfig is read, and never written. What a process that was killed
// has left is a namespace with the label probatum.
func UseExisting(ctx context.Context, env Env, o ExistingOptions) (*Cluster, error) {
	path := env.lookPath("kubectl")
	if program, err := Program(env); path == "" && err == nil {
		path = filepath.Join(filepath.Dir(program), "kubectl")
	}
	if path == "" {
		return nil, &MissingError{"kubectl is not installed", "see https://kubernetes.io/docs/tasks/tools, or run once: probatum cluster build"}
	}
	x := &existing{o: o, user: tool{path: path, environ: env.Environ}, namespace: newKindName()}
	if err := x.allowed(ctx); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "probatum-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the kubeconfig: %w", err)
	}
	x.dir = dir
	c, err := x.start(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("use the context %s: %w", o.Context, err), x.stop())
	}
	return c, nil
}

// existing is the use of a namespace of the user's cluster.
type existing struct {
	o         ExistingOptions
	user      tool // kubectl as the user
	dir       string
	namespace string
	server    string
	made      bool // the namespace
}

// kubectl calls kubectl as the user, for the context.
func (x *existing) kubectl(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, kubectlTime)
	defer cancel()
	return x.user.run(ctx, append([]string{"--context", x.o.Context}, args...)...)
}

// allowed reports why the context may not be used.
func (x *existing) allowed(ctx context.Context) error {
	out, err := x.kubectl(ctx, "config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server} {.clusters[0].name}")
	if err != nil {
		return fmt.Errorf("read the context %s: %w", x.o.Context, err)
	}
	server, name, _ := strings.Cut(out, " ")
	x.server = server
	if x.o.Production == x.o.Context {
		return nil
	}
	for _, what := range []struct{ kind, text string }{{"its name", x.o.Context}, {"its cluster is", name}, {"its server is", server}} {
		if production.MatchString(what.text) {
			return &ProductionError{x.o.Context, what.kind + " " + what.text}
		}
	}
	return nil
}

// start makes the namespace and the account, and the kubeconfig with its token.
func (x *existing) start(ctx context.Context) (*Cluster, error) {
	if x.o.Progress != nil {
		x.o.Progress("make the namespace " + x.namespace + " in " + x.o.Context)
	}
	const account = "pages"
	x.made = true // also if the call fails half-way
	for _, args := range [][]string{
		{"create", "namespace", x.namespace},
		{"label", "namespace", x.namespace, "probatum=pages"},
		{"create", "serviceaccount", account, "-n", x.namespace},
		{"create", "rolebinding", account, "-n", x.namespace, "--clusterrole=admin", "--serviceaccount=" + x.namespace + ":" + account},
	} {
		if _, err := x.kubectl(ctx, args...); err != nil {
			return nil, err
		}
	}
	token, err := x.kubectl(ctx, "create", "token", account, "-n", x.namespace, "--duration="+tokenTime)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(x.dir, "kubeconfig")
	if err := x.write(ctx, file, strings.TrimSpace(token)); err != nil {
		return nil, err
	}
	api, err := newAPIClient(file)
	if err != nil {
		return nil, err
	}
	api.namespace = x.namespace
	var version struct{ GitVersion string }
	if err := api.send(ctx, http.MethodGet, "/version", nil, nil, &version); err != nil {
		return nil, err
	}
	return &Cluster{
		Provider: "kubeconfig", Kubernetes: version.GitVersion, Kubeconfig: file, Bin: filepath.Dir(x.user.path), Pods: true,
		states: &remembered{api: api, noNetwork: true, marks: map[string]map[string]*object{}},
		done:   make(chan struct{}), stop: x.stop,
	}, nil
}

// write writes the kubeconfig of the pages: the user's cluster, our token.
func (x *existing) write(ctx context.Context, file, token string) error {
	out, err := x.kubectl(ctx, "config", "view", "--minify", "--flatten", "--raw", "-o", "yaml")
	if err != nil {
		return err
	}
	var k struct {
		Clusters []struct {
			Name    string         `yaml:"name"`
			Cluster map[string]any `yaml:"cluster"`
		} `yaml:"clusters"`
	}
	if err := yaml.Unmarshal([]byte(out), &k); err != nil || len(k.Clusters) != 1 {
		return errors.Join(errors.New("read the user's kubeconfig"), err)
	}
	data, err := yaml.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": "pages", "clusters": k.Clusters,
		"users": []any{map[string]any{"name": "pages", "user": map[string]any{"token": token}}},
		"contexts": []any{map[string]any{"name": "pages", "context": map[string]any{
			"cluster": k.Clusters[0].Name, "user": "pages", "namespace": x.namespace}}},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o600)
}

// stop deletes the namespace, also after Ctrl-C.
func (x *existing) stop() error {
	defer os.RemoveAll(x.dir)
	if !x.made {
		return nil
	}
	_, err := x.kubectl(context.Background(), "delete", "namespace", x.namespace, "--ignore-not-found", "--wait=false")
	if err != nil {
		return fmt.Errorf("delete the namespace %s of the context %s: %w", x.namespace, x.o.Context, err)
	}
	return nil
}
