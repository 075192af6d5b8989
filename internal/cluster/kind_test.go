package cluster

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// needKind gives an environment in which clusters can be made with kind. Only
// "make kind-test" asks for them: not every machine can run containers.
func needKind(t *testing.T) Env {
	t.Helper()
	if os.Getenv("PROBATUM_KIND_TEST") == "" {
		t.Skip("needs containers: make kind-test")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: cache, Environ: os.Environ()}
}

// startKind makes a cluster that goes with the test.
func startKind(t *testing.T, env Env, o KindOptions) *Cluster {
	t.Helper()
	c, err := StartKind(t.Context(), env, o)
	if err != nil {
		var h interface{ Hint() string }
		if errors.As(err, &h) {
			t.Log(h.Hint())
		}
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func kubectlOn(t *testing.T, c *Cluster, stdin string, args ...string) string {
	t.Helper()
	name := "kubectl"
	if c.Bin != "" {
		name = filepath.Join(c.Bin, "kubectl")
	}
	cmd := exec.CommandContext(t.Context(), name, append([]string{"--kubeconfig", c.Kubeconfig}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// leaky is a page that leaves all that pages leave.
const leaky = `
apiVersion: v1
kind: Namespace
metadata: {name: left}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: hangs, namespace: left, finalizers: [example.com/never]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.k8s.io/pause:3.10.1"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: left}
rules: []
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: left}
webhooks:
- name: refuse.example.com
  clientConfig: {url: "https://127.0.0.1:9/"}
  failurePolicy: Fail
  sideEffects: None
  admissionReviewVersions: [v1]
  rules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["configmaps", "namespaces"]}]
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
`

func TestKindLeaks(t *testing.T) {
	env := needKind(t)
	start := time.Now()
	c := startKind(t, env, KindOptions{Progress: func(s string) { t.Log(time.Since(start).Round(time.Second), s) }})
	t.Log("ready after", time.Since(start))
	if !c.Pods || !strings.HasPrefix(c.Kubernetes, "v1.") {
		t.Errorf("cluster is %+v", c)
	}
	kubectlOn(t, c, "", "create", "configmap", "before", "--from-literal=a=1")
	start = time.Now()
	if err := c.Mark(t.Context(), "base"); err != nil {
		t.Fatal(err)
	}
	t.Log("marked in", time.Since(start))
	for range 2 {
		kubectlOn(t, c, leaky, "apply", "-f", "-")
		kubectlOn(t, c, "", "wait", "--for=condition=Established", "crd/things.example.com")
		kubectlOn(t, c, `{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"x","finalizers":["example.com/never"]}}`, "apply", "-f", "-")
		kubectlOn(t, c, "", "label", "node", "--all", "changed=yes")
		kubectlOn(t, c, "", "delete", "deployment", "coredns", "-n", "kube-system")
		start = time.Now()
		d, err := c.Rewind(t.Context(), "base")
		if err != nil {
			t.Fatal(err)
		}
		t.Log("rewound in", time.Since(start), d)
		for _, want := range []string{"namespaces left", "configmaps left/hangs", "deployments default/web", "clusterroles left",
			"validatingwebhookconfigurations left", "customresourcedefinitions things.example.com", "things.example.com default/x"} {
			if !slices.Contains(d.Added, want) {
				t.Errorf("added %q lack %q", d.Added, want)
			}
		}
		if !slices.Contains(d.Removed, "deployments kube-system/coredns") || len(d.Changed) != 1 {
			t.Errorf("changed %q, removed %q", d.Changed, d.Removed)
		}
		if got := kubectlOn(t, c, "", "get", "ns,clusterroles,deployments,crd,node", "-A", "--show-labels"); strings.Contains(got, "left") || strings.Contains(got, "changed=yes") {
			t.Errorf("still there:\n%s", got)
		}
	}
}

func TestKindEnds(t *testing.T) {
	env := needKind(t)
	c := startKind(t, env, KindOptions{})
	var name string
	list, err := ListKind(env)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range list {
		if k.Kubeconfig == c.Kubeconfig {
			name = k.Name
			if !k.InUse || k.Left() || k.Kubernetes != c.Kubernetes {
				t.Errorf("listed as %+v", k)
			}
		}
	}
	if err := DeleteKind(t.Context(), env, name); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a cluster in use is deleted: %v", err)
	}
	if out, err := exec.CommandContext(t.Context(), "docker", "kill", name+"-control-plane").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	<-c.Done()
	if _, err := c.Rewind(t.Context(), "base"); err == nil {
		t.Error("a dead cluster is rewound")
	}
	start := time.Now()
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
	t.Log("deleted in", time.Since(start))
}

func TestKindKeepsAndReuses(t *testing.T) {
	env := needKind(t)
	home := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(home, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env.Environ = append(env.Environ, "KUBECONFIG="+home)
	name := newKindName()
	first, err := StartKind(t.Context(), env, KindOptions{Name: name, Reuse: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := DeleteKind(context.WithoutCancel(t.Context()), env, name); err != nil {
			t.Error(err)
		}
	})
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := StartKind(t.Context(), env, KindOptions{Name: name}); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("the name is taken, but: %v", err)
	}
	start := time.Now()
	again, err := StartKind(t.Context(), env, KindOptions{Name: name, Reuse: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Log("reused in", time.Since(start))
	if got := kubectlOn(t, again, "", "get", "nodes"); !strings.Contains(got, name) {
		t.Errorf("another cluster: %s", got)
	}
	if err := again.Stop(); err != nil {
		t.Error(err)
	}
	if data, _ := os.ReadFile(home); !bytes.Equal(data, []byte("mine\n")) {
		t.Errorf("the user's kubeconfig is %q now", data)
	}
}
