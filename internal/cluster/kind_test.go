package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// needKind gives an environment in which clusters can be made with kind. Only
// "make test" and "make kind-test" ask for them, and there they are required: not
// every machine can run containers.
func needKind(t *testing.T) Env {
	t.Helper()
	if os.Getenv("PROBATUM_KIND_TEST") == "" {
		t.Skip("needs containers: make test")
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

// docker runs docker and gives what it prints.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(context.WithoutCancel(t.Context()), "docker", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("docker %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// nodes lists the containers of a cluster.
func nodes(t *testing.T, cluster string) string {
	t.Helper()
	return docker(t, "ps", "-a", "-q", "--filter", "label=io.x-k8s.kind.cluster="+cluster)
}

// foreign makes what kind takes for the cluster of somebody else.
func foreign(t *testing.T, env Env) (name string) {
	t.Helper()
	e, err := engine(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	image, err := (&kind{env: env, engine: e}).image(t.Context())
	if err != nil || image == "" {
		t.Fatalf("no image of nodes that was built here: %v: make kind-image", err)
	}
	name = "theirs" + strings.TrimPrefix(newKindName(), "probatum")
	docker(t, "run", "-d", "--name", name+"-control-plane", "--network", "none", "--label", "io.x-k8s.kind.cluster="+name,
		"--label", "io.x-k8s.kind.role=control-plane", "--entrypoint", "/bin/sleep", image, "infinity")
	t.Cleanup(func() { docker(t, "rm", "-fv", name+"-control-plane") })
	return name
}

// userFiles gives the environment of a user with kubeconfigs of their own, at the
// usual place and where KUBECONFIG says, and looks at the end whether they are
// what they were.
func userFiles(t *testing.T, env Env) Env {
	t.Helper()
	home := t.TempDir()
	files := []string{filepath.Join(home, ".kube", "config"), filepath.Join(home, "other")}
	const text = "apiVersion: v1\nkind: Config\ncurrent-context: mine # and a remark\n"
	for _, name := range files {
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, name := range files {
			if got := read(name); got != text {
				t.Errorf("%s is %q now", name, got)
			}
		}
	})
	env.Environ = append(slices.Clone(env.Environ), "HOME="+home, "KUBECONFIG="+files[1])
	return env
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

// One cluster, from its making to the end of its node. What is others' stays as it
// is.
func TestKindLife(t *testing.T) {
	t.Parallel() // each has a cluster of its own, and waits for it
	env := userFiles(t, needKind(t))
	theirs := foreign(t, env)
	name := newKindName()
	life := KindOptions{Name: name, Reuse: true, Images: threeImages(t, env)}
	first := startKind(t, env, life)
	t.Cleanup(func() {
		if nodes(t, name) != "" {
			if err := DeleteKind(context.WithoutCancel(t.Context()), env, name); err != nil {
				t.Error(err)
			}
		}
	})
	if !first.Pods || !strings.HasPrefix(first.Kubernetes, "v1.") {
		t.Errorf("cluster is %+v", first)
	}
	t.Run("images", func(t *testing.T) {
		for _, form := range []string{"program", "dockerfile", "reference"} {
			kubectlOn(t, first, "", "run", form, "--image=example.com/"+form+":1")
		}
		kubectlOn(t, first, "", "wait", "--for=condition=Ready", "pod", "--all", "--timeout=60s")
		kubectlOn(t, first, "", "delete", "pod", "--all", "--force")
	})
	t.Run("leaks", func(t *testing.T) { leaks(t, first) })
	t.Run("names", func(t *testing.T) { namesTaken(t, env, theirs, name, "in use by another process") })
	if err := first.Stop(); err != nil {
		t.Fatal(err)
	}
	t.Run("kept", func(t *testing.T) {
		refuses(t, env, KindOptions{Name: name}, "there is a cluster "+name+" already: use it with -reuse")
		refuses(t, env, KindOptions{Name: name, Reuse: true, Kubernetes: "1.20"}, "is Kubernetes v1.")
	})
	again := startKind(t, env, life)
	if got := kubectlOn(t, again, "", "get", "nodes"); !strings.Contains(got, name) {
		t.Errorf("another cluster: %s", got)
	}
	t.Run("end", func(t *testing.T) { ends(t, env, again, name) })
	if got := docker(t, "inspect", "-f", "{{.State.Running}}", theirs+"-control-plane"); got != "true" {
		t.Errorf("the container of others: running is %s", got)
	}
}

// threeImages makes images from all that check.images can name: a Go program, a
// Dockerfile, and an image that is here.
func threeImages(t *testing.T, env Env) []string {
	t.Helper()
	echo, err := filepath.Abs(filepath.Join("..", "..", "cluster", "images", "echo"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", filepath.Join(dir, "echo"), ".")
	build.Dir, build.Env = echo, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text := "FROM scratch\nCOPY echo /echo\nENTRYPOINT [\"/echo\"]\n"
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	archives, err := Images(t.Context(), env, []ImageSource{
		{"example.com/program:1", echo},
		{"example.com/dockerfile:1", "./Dockerfile"},
		{"example.com/reference:1", "example.com/dockerfile:1"},
	}, dir, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { docker(t, "rmi", "example.com/dockerfile:1", "example.com/reference:1") })
	return archives
}

// refuses looks why a cluster is not to be had.
func refuses(t *testing.T, env Env, o KindOptions, want string) {
	t.Helper()
	c, err := StartKind(t.Context(), env, o)
	if err == nil {
		c.Stop()
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%+v: got %v, want %s", o, err, want)
	}
}

// namesTaken asks for clusters that somebody has.
func namesTaken(t *testing.T, env Env, theirs, used, want string) {
	refuses(t, env, KindOptions{Name: theirs}, "there is a cluster "+theirs+" already that probatum has not made")
	refuses(t, env, KindOptions{Name: theirs, Reuse: true}, "there is a cluster "+theirs+" already that probatum has not made")
	refuses(t, env, KindOptions{Name: used, Reuse: true}, want)
	for _, name := range []string{theirs, used} {
		if err := DeleteKind(t.Context(), env, name); err == nil {
			t.Errorf("%s is deleted", name)
		}
	}
	list, err := ListKind(env)
	i := slices.IndexFunc(list, func(k KindCluster) bool { return k.Name == used })
	if err != nil || i < 0 || !list[i].InUse || list[i].Left() {
		t.Errorf("listed %+v, %v", list, err)
	}
}

// ends kills the node.
func ends(t *testing.T, env Env, c *Cluster, name string) {
	docker(t, "kill", name+"-control-plane")
	<-c.Done()
	if _, err := c.Rewind(t.Context(), "base"); err == nil {
		t.Error("a dead cluster is rewound")
	}
	if err := c.Stop(); err != nil {
		t.Error(err)
	}
	start := time.Now()
	if err := DeleteKind(t.Context(), env, name); err != nil {
		t.Error(err)
	}
	t.Log("deleted in", time.Since(start))
	if left := nodes(t, name); left != "" {
		t.Errorf("containers are left: %s", left)
	}
}

// leaks has what pages leave removed, twice.
func leaks(t *testing.T, c *Cluster) {
	kubectlOn(t, c, "", "create", "configmap", "before", "--from-literal=a=1")
	if err := c.Mark(t.Context(), "base"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var revisions []string
		step := func() {
			at, err := c.Revision(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			revisions = append(revisions, at)
		}
		step()
		kubectlOn(t, c, leaky, "apply", "-f", "-")
		step()
		for _, what := range []string{"jsonpath={.status.conditions[0].type}", "condition=Established"} { // it gives up where there are no conditions
			kubectlOn(t, c, "", "wait", "--for="+what, "crd/things.example.com")
		}
		kubectlOn(t, c, `{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"x","finalizers":["example.com/never"]}}`, "apply", "-f", "-")
		step()
		kubectlOn(t, c, "", "create", "secret", "generic", "late")
		step()
		kubectlOn(t, c, "", "label", "node", "--all", "changed=yes")
		kubectlOn(t, c, "", "delete", "deployment", "coredns", "-n", "kube-system")
		start := time.Now()
		d, err := c.Rewind(t.Context(), "base")
		if err != nil {
			t.Fatal(err)
		}
		t.Log("rewound in", time.Since(start), d)
		since := map[string]int{"namespaces left": 1, "configmaps left/hangs": 1, "deployments default/web": 1, "clusterroles left": 1,
			"validatingwebhookconfigurations left": 1, "customresourcedefinitions things.example.com": 1, "things.example.com default/x": -1, "secrets default/late": 3}
		for i, at := range c.Since(t.Context(), d.Added, revisions) {
			if want, ok := since[d.Added[i]]; ok && at != want {
				t.Errorf("%s is there since revision %d, want %d", d.Added[i], at, want)
			}
			delete(since, d.Added[i])
		}
		for want := range since {
			t.Errorf("added %q lack %q", d.Added, want)
		}
		if !slices.Contains(d.Removed, "deployments kube-system/coredns") || len(d.Changed) != 1 {
			t.Errorf("changed %q, removed %q", d.Changed, d.Removed)
		}
		if got := kubectlOn(t, c, "", "get", "ns,clusterroles,deployments,crd,node", "-A", "--show-labels"); strings.Contains(got, "left") || strings.Contains(got, "changed=yes") {
			t.Errorf("still there:\n%s", got)
		}
	}
}

// Ctrl-C while the node is made, and an image that is not there, leave nothing.
func TestKindUnfinished(t *testing.T) {
	t.Parallel() // each has a cluster of its own, and waits for it
	env := userFiles(t, needKind(t))
	name := newKindName()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := StartKind(ctx, env, KindOptions{Name: name, Progress: func(s string) {
		if strings.HasPrefix(s, "kind: Writing configuration") { // the container runs
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	_, err = StartKind(t.Context(), env, KindOptions{Name: name, Image: "127.0.0.1:9/none:1"})
	if _, ok := errors.AsType[*NoNodeError](err); !ok {
		t.Errorf("no image: %v", err)
	}
	if left := nodes(t, name); left != "" {
		t.Errorf("containers are left: %s", left)
	}
	list, err := ListKind(env)
	if err != nil || slices.ContainsFunc(list, func(k KindCluster) bool { return k.Name == name }) {
		t.Errorf("listed %+v, %v", list, err)
	}
}

// twoNodes is a program on the worker that is asked for by one on the control
// plane, and the other way round.
const twoNodes = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s}
spec:
  selector: {matchLabels: {app: %[1]s}}
  template:
    metadata: {labels: {app: %[1]s}}
    spec:
      nodeName: %[2]s
      tolerations: [{operator: Exists}]
      containers:
      - {name: echo, image: "example.com/echo:1"}
      - {name: client, image: "example.com/client:1", args: [-wait]}
---
apiVersion: v1
kind: Service
metadata: {name: %[1]s}
spec: {selector: {app: %[1]s}, ports: [{port: 80, targetPort: 8080}]}
---
`

// Pods of two nodes reach each other, by address and by name.
func TestKindTwoNodes(t *testing.T) {
	t.Parallel() // each has a cluster of its own, and waits for it
	env := needKind(t)
	config := filepath.Join(t.TempDir(), "kind.yaml")
	if err := os.WriteFile(config, []byte("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{role: control-plane}, {role: worker}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	archives, err := Images(t.Context(), env, []ImageSource{{"example.com/echo:1", "./echo"}, {"example.com/client:1", "./client"}},
		filepath.Join("..", "..", "cluster", "images"), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	name := newKindName()
	c := startKind(t, env, KindOptions{Name: name, Config: config, Images: archives})
	text := ""
	for app, node := range map[string]string{"here": name + "-control-plane", "there": name + "-worker"} {
		text += fmt.Sprintf(twoNodes, app, node)
	}
	kubectlOn(t, c, text, "apply", "-f", "-")
	kubectlOn(t, c, "", "wait", "--for=condition=Available", "deployment", "--all", "--timeout=120s")
	for from, to := range map[string]string{"here": "there", "there": "here"} {
		address := kubectlOn(t, c, "", "get", "pod", "-l", "app="+to, "-o", "jsonpath={.items[0].status.podIP}")
		for _, at := range []string{address + ":8080", to, to + ".default.svc.cluster.local"} {
			got := kubectlOn(t, c, "", "exec", "deployment/"+from, "-c", "client", "--", "/client", "-retry", "http://"+at+"/")
			if !strings.HasPrefix(got, "hello from "+to+"-") {
				t.Errorf("from %s to %s: got %q", from, at, got)
			}
		}
	}
}
