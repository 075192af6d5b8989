package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// needCluster gives the environment for a test that starts a cluster.
func needCluster(t testing.TB) Env {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a cluster")
	}
	env := testEnv(t)
	if _, err := Program(env); err != nil {
		var missing *NotBuiltError
		if errors.As(err, &missing) {
			t.Fatalf("%v\n\thint: %s", err, missing.Hint())
		}
		t.Fatal(err)
	}
	return env
}

// testEnv is what main would read.
func testEnv(t testing.TB) Env {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: cache, Environ: os.Environ()}
}

// startCluster starts a cluster that ends with the test.
func startCluster(t testing.TB) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), needCluster(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Stop() })
	return c
}

// shell runs shell commands against a cluster.
type shell struct {
	c   *Cluster
	env []string
}

func newShell(t testing.TB, c *Cluster) shell {
	return shell{c, []string{
		"PATH=" + c.Bin + ":" + os.Getenv("PATH"), "KUBECONFIG=" + c.Kubeconfig,
		"HOME=" + t.TempDir(), // kubectl keeps a cache of what the API serves there
	}}
}

// commandLimit is for one command, on a busy machine.
const commandLimit = 60 * time.Second

// run runs a script and gives what it has written to both outputs, and its exit
// code.
func (s shell) run(t testing.TB, script string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", script)
	cmd.Env, cmd.WaitDelay = s.env, time.Second
	out, err := cmd.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatalf("%s: %v", script, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// must runs a script that has to succeed and gives its output.
func (s shell) must(t testing.TB, script string) string {
	t.Helper()
	out, code := s.run(t, script)
	if code != 0 {
		t.Fatalf("%s\nexit code %d: %s", script, code, out)
	}
	return out
}

// eventually calls f until it gives true.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandLimit)
	defer cancel()
	for !f() {
		if pause(ctx, 20*time.Millisecond) != nil {
			t.Fatalf("%s: not after %s", what, commandLimit)
		}
	}
}

// The behaviours of a cluster that pages count on, in the order in which they
// build on each other.
func TestBehaviours(t *testing.T) {
	t.Parallel() // with the others that mostly wait for their own cluster
	c := startCluster(t)
	s := newShell(t, c)
	s.must(t, `kubectl create ns b && kubectl config view --raw >$HOME/config && KUBECONFIG=$HOME/config kubectl config set-context --current --namespace=b`)
	s.env = append(s.env, "KUBECONFIG="+strings.TrimPrefix(s.env[2], "HOME=")+"/config")
	const asBob = `T=$(kubectl create token bob); S=$(kubectl config view --minify -o jsonpath={.clusters[0].cluster.server})
		KUBECONFIG=/dev/null kubectl --server $S --insecure-skip-tls-verify --token $T -n b get pods`
	for _, test := range []struct {
		name   string
		script string
		code   int
		want   string // regular expression
	}{
		{"version", `kubectl version`, 0, `Server Version: v1\.\d+\.\d+`},
		{"no version skew", `kubectl version 2>&1 | grep -c skew`, 1, `0`},
		{"readyz", `kubectl get --raw /readyz`, 0, `ok`},
		{"node is ready", `kubectl get nodes`, 0, `node-1 +Ready`},
		{"server dry run", `kubectl create deploy web --image=nginx --replicas=2 --dry-run=server`, 0, `created \(server dry run\)`},
		{"unknown field", badDeployment + ` | kubectl apply -f -`, 1, `unknown field "spec.replica"`},
		{"unknown field in dry run", badDeployment + ` | kubectl apply --dry-run=server -f -`, 1, `unknown field`},
		{"create deployment", `kubectl create deploy web --image=nginx --replicas=2`, 0, `created`},
		{"rollout status", `kubectl rollout status deploy/web --timeout=20s`, 0, `successfully rolled out`},
		{"pods run", `kubectl get pods`, 0, `web-.* 1/1 +Running`},
		{"wait for pods", `kubectl wait --for=condition=ready pod -l app=web --timeout=20s`, 0, `condition met`},
		{"logs", `kubectl logs deploy/web`, 0, `simulated: .* b/web-.*/nginx\nsimulated: end`},
		{"logs with tail", `kubectl logs deploy/web --tail=1`, 0, `^(Found.*\n)?simulated: end of the log\n$`},
		{"exec", `kubectl exec deploy/web -- echo hi there`, 0, `^hi there\n$`},
		{"exec of an unknown command", `kubectl exec deploy/web -- nosuch`, 127, `nosuch: not found: .*simulated`},
		{"exec with input", `echo piped | kubectl exec -i deploy/web -- cat`, 0, `^piped\n$`},
		{"attach", `kubectl run one --image=x && kubectl wait --for=condition=ready pod/one && kubectl attach one`, 0, `simulated`},
		{"expose", `kubectl expose deploy web --port=80`, 0, `exposed`},
		{"endpoints", `for i in $(seq 100); do kubectl get endpointslices | grep '10\.244' && exit; done; exit 1`, 0, `web-`},
		{"port-forward", portForward, 0, `simulated: .*port 80 of b/web-`},
		{"scale", `kubectl scale deploy web --replicas=3`, 0, `scaled`},
		{"rollout after scale", `kubectl rollout status deploy/web --timeout=20s`, 0, `success`},
		{"config map is waited for", needsConfigMap + ` | kubectl apply -f - && for i in $(seq 100); do kubectl get pod needs | grep CreateContainerConfigError && exit; done; exit 1`, 0, `0/1`},
		{"pod goes on with its config map", `kubectl create cm cfg --from-literal=k=v && kubectl wait --for=condition=ready pod/needs --timeout=20s`, 0, `condition met`},
		{"direct binding", `kubectl run direct --image=x --overrides='{"spec":{"nodeName":"node-1"}}' && kubectl wait --for=condition=ready pod/direct --timeout=20s`, 0, `met`},
		{"unknown node", `kubectl run lost --image=x --overrides='{"spec":{"nodeName":"node-9"}}' && kubectl get pod lost && kubectl delete pod lost --force`, 0, `Pending`},
		{"job completes", `kubectl create job pi --image=perl && kubectl wait --for=condition=complete job/pi --timeout=30s`, 0, `met`},
		{"service account token", `kubectl create sa bob && kubectl create token bob`, 0, `(?m)^ey`},
		{"token without rights", asBob, 1, `Forbidden|forbidden`},
		{"token with rights", `kubectl create rolebinding b --clusterrole=view --serviceaccount=b:bob; ` + asBob, 0, `web-`},
		{"can-i", `kubectl auth can-i list pods --as=system:serviceaccount:b:bob`, 0, `yes`},
		{"token secret", tokenSecret, 0, `eyJ`},
		{"no secrets in service accounts", `kubectl get sa bob -o jsonpath={.secrets[0].name}`, 0, `^$`},
		{"root certificate", `kubectl get cm kube-root-ca.crt`, 0, `kube-root`},
		{"explain", `kubectl explain deploy.spec.replicas`, 0, `replicas`},
		{"no metrics", `kubectl top pods`, 1, `Metrics API not available`},
		{"removed API", `printf 'apiVersion: authentication.istio.io/v1alpha1\nkind: Policy\nmetadata: {name: x}\n' | kubectl apply -f -`, 1, `no matches for kind "Policy"`},
		{"server-side apply", `kubectl create cm ssa --dry-run=client -o yaml | kubectl apply --server-side -f -`, 0, `serverside-applied`},
		{"diff", `kubectl get deploy web -o yaml | sed 's/replicas: 3/replicas: 4/' | kubectl diff -f -`, 1, `\+ +replicas: 4`},
		{"volume is bound", boundVolume, 0, `Bound`},
		{"taint evicts", `kubectl taint node node-1 a=b:NoExecute && kubectl wait --for=delete pod/direct --timeout=20s && kubectl taint node node-1 a-`, 0, `untainted`},
		{"deletion cascades", `kubectl delete deploy web && kubectl wait --for=delete pod -l app=web --timeout=20s`, 0, `deleted`},
		{"namespace goes", `kubectl delete ns b`, 0, `deleted`},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, code := s.run(t, test.script)
			if code != test.code || !regexp.MustCompile(test.want).MatchString(out) {
				t.Errorf("%s\ngot exit code %d: %s\nwant exit code %d, a match of %q", test.script, code, out, test.code, test.want)
			}
		})
	}
}

const badDeployment = `kubectl create deploy bad --image=x --dry-run=client -o yaml | sed 's/replicas:/replica:/'`

const needsConfigMap = `printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: needs}\nspec:\n  containers:\n  - {name: c, image: x, envFrom: [{configMapRef: {name: cfg}}]}\n'`

const portForward = `kubectl port-forward deploy/web :80 >$HOME/pf & p=$!
for i in $(seq 300); do grep -q Forwarding $HOME/pf && break; read -t 0.05 <> <(:); done
curl -s -m 5 http://127.0.0.1:$(grep -oE '127.0.0.1:[0-9]+' $HOME/pf | head -1 | cut -d: -f2)/; code=$?; kill $p; exit $code`

const tokenSecret = `kubectl apply -f - <<'Y'
apiVersion: v1
kind: Secret
metadata: {name: bobtok, annotations: {kubernetes.io/service-account.name: bob}}
type: kubernetes.io/service-account-token
Y
for i in $(seq 100); do o=$(kubectl get secret bobtok -o jsonpath={.data.token} | base64 -d); [ -n "$o" ] && echo $o && break; done`

const boundVolume = `kubectl apply -f - <<'Y'
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /tmp}, storageClassName: manual}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: pvc}
spec: {accessModes: [ReadWriteOnce], storageClassName: manual, resources: {requests: {storage: 1Gi}}}
Y
kubectl wait --for=jsonpath={.status.phase}=Bound pvc/pvc --timeout=20s && kubectl get pvc`

// objects gives every object that the API serves, by readable name. Versions of
// objects move when they are put back; leases move on their own; and an event
// may count what the controllers make of a rewind.
func (s shell) objects(t testing.TB) map[string]string {
	t.Helper()
	out := s.must(t, `r=$(kubectl api-resources --verbs=list -o name | grep -vE 'leases|componentstatuses' | sort | paste -sd,) && kubectl get "$r" -A -o json 2>$HOME/err || { cat $HOME/err; exit 1; } | tail -5`)
	var list struct{ Items []map[string]any }
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	objects := map[string]string{}
	for _, o := range list.Items {
		meta := o["metadata"].(map[string]any)
		delete(meta, "resourceVersion")
		text, _ := json.Marshal(o)
		if o["kind"] == "Event" {
			text = nil
		}
		objects[fmt.Sprintf("%v %v/%v", o["kind"], meta["namespace"], meta["name"])] = string(text)
	}
	return objects
}

// differences tells two listings apart, in words.
func differences(before, after map[string]string) (list []string) {
	for name, text := range after {
		switch old, ok := before[name]; {
		case !ok:
			list = append(list, "left: "+name)
		case old != text:
			list = append(list, "changed: "+name+"\n"+old+"\n"+text)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			list = append(list, "missing: "+name)
		}
	}
	return list
}

func crd(kind, plural, scope, field string) string {
	return fmt.Sprintf(`kubectl apply -f - <<'Y'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[2]s.example.com}
spec:
  group: example.com
  scope: %[3]s
  names: {kind: %[1]s, plural: %[2]s}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {%[4]s: {type: string}}}}}}
Y
kubectl wait --for=jsonpath='{.status.conditions[0].type}' crd/%[2]s.example.com
kubectl wait --for=condition=established crd/%[2]s.example.com
`, kind, plural, scope, field)
}

func cr(kind, field string) string {
	return fmt.Sprintf(`for i in $(seq 100); do printf 'apiVersion: example.com/v1\nkind: %s\nmetadata: {name: x}\nspec: {%s: red}\n' | kubectl apply -f - && made=1 && break; done; [ $made ] || exit 1
`, kind, field)
}

// rewindPages are pages' worth of commands that leave the most varied things
// behind; one that an earlier page could spoil comes right after it.
var rewindPages = []struct {
	name   string
	script string
	want   string // an object among what was different; "" for any
}{
	{"namespace", `kubectl create ns a && kubectl create cm x -n a && kubectl label ns default team=x`, "namespaces default"},
	{"custom resource", crd("Widget", "widgets", "Namespaced", "size") + cr("Widget", "size"), "widgets.example.com default/x"},
	{"same definition, other scope and field", `! kubectl get widgets && ` + crd("Widget", "widgets", "Cluster", "colour") + cr("Widget", "colour") + `kubectl get widget x -o jsonpath={.spec.colour} | grep red`, "widgets.example.com x"},
	{"rights", `kubectl create clusterrole r --verb=get --resource=pods && kubectl create sa s && kubectl create clusterrolebinding rb --clusterrole=cluster-admin --serviceaccount=default:s && kubectl auth can-i delete nodes --as=system:serviceaccount:default:s`, "clusterrolebindings rb"},
	{"rights are gone", `kubectl auth can-i delete nodes --as=system:serviceaccount:default:s | grep no`, ""},
	{"webhook", `kubectl apply -f - <<'Y'
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: deny}
webhooks:
- name: deny.example.com
  clientConfig: {url: "https://127.0.0.1:1/"}
  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
  admissionReviewVersions: [v1]
  sideEffects: None
Y
for i in $(seq 100); do kubectl create cm c$i || exit 0; done; exit 1`, "validatingwebhookconfigurations deny"},
	{"webhook is gone", `kubectl create cm free`, "configmaps default/free"},
	{"policy", `kubectl apply -f - <<'Y'
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: deny}
spec:
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]}
  validations: [{expression: "false"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: deny}
spec: {policyName: deny, validationActions: [Deny]}
Y
for i in $(seq 100); do kubectl create cm c$i || exit 0; done; exit 1`, "validatingadmissionpolicies deny"},
	{"policy is gone", `kubectl create cm free`, "configmaps default/free"},
	{"quota", `kubectl create quota q --hard=configmaps=0 && for i in $(seq 100); do kubectl create cm c$i || exit 0; done; exit 1`, "resourcequotas default/q"},
	{"quota is gone", `kubectl create cm free`, "configmaps default/free"},
	{"workload", `kubectl create deploy web --image=nginx --replicas=5 && kubectl expose deploy web --type=NodePort --port=80 && kubectl create pdb p --selector=app=web --min-available=1 && kubectl autoscale deploy web --max=3 --cpu=50% && kubectl rollout status deploy/web`, "services default/web"},
	{"workload in the middle", `kubectl create deploy web --image=nginx --replicas=20 && kubectl create deploy web2 --image=nginx --replicas=20`, "deployments default/web"},
	{"job", `kubectl create job j --image=x && kubectl create cronjob cj --image=x --schedule='* * * * *' && kubectl wait --for=condition=complete job/j`, "jobs default/j"},
	{"token secret", `kubectl create sa bob && ` + tokenSecret, "secrets default/bobtok"},
	{"node", `kubectl label node node-1 disk=ssd && kubectl cordon node-1 && kubectl taint node node-1 a=b:NoSchedule`, "nodes node-1"},
	{"node is usable", `kubectl run p --image=x && kubectl wait --for=condition=ready pod/p --timeout=20s`, "pods default/p"},
	{"volume", `kubectl create -f - <<'Y'
{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "manual"}, "provisioner": "none"}
Y
` + boundVolume, "persistentvolumes pv"},
	{"namespace being deleted", `kubectl create ns gone && kubectl create deploy web --image=nginx --replicas=5 -n gone && kubectl rollout status deploy/web -n gone && kubectl delete ns gone --wait=false`, "namespaces gone"},
	{"things of the cluster deleted", `kubectl delete clusterrole view admin && kubectl delete svc kubernetes && kubectl delete priorityclass system-node-critical; kubectl delete ns kube-public; kubectl delete cm kube-root-ca.crt -n kube-system`, "clusterroles view"},
	{"API service", `kubectl apply -f - <<'Y'
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.nowhere.example.com}
spec: {group: nowhere.example.com, version: v1, groupPriorityMinimum: 1, versionPriority: 1, insecureSkipTLSVerify: true, service: {name: none, namespace: default}}
Y`, "apiservices v1.nowhere.example.com"},
	{"nothing", `kubectl get pods -A`, ""},
}

// Pages that run one after another on one cluster see nothing of each other.
func TestRewindLeavesNothing(t *testing.T) {
	t.Parallel() // with the others that mostly wait for their own cluster
	c := startCluster(t)
	if err := c.Mark(t.Context(), "base"); err != nil {
		t.Fatal(err)
	}
	before := newShell(t, c).objects(t)
	for _, page := range rewindPages {
		t.Run(page.name, func(t *testing.T) {
			s := newShell(t, c)
			s.must(t, page.script)
			start := time.Now()
			d, err := c.Rewind(t.Context(), "base")
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d added, %d changed, %d removed, undone in %s", len(d.Added), len(d.Changed), len(d.Removed), time.Since(start).Round(time.Millisecond))
			all := strings.Join(append(append(append([]string{""}, d.Added...), d.Changed...), d.Removed...), "\n")
			if page.want != "" && !strings.Contains(all+"\n", "\n"+page.want+"\n") {
				t.Errorf("%q is not in the difference %v", page.want, d)
			}
			if list := lasting(t, func() []string { return differences(before, newShell(t, c).objects(t)) }); len(list) > 0 {
				t.Errorf("after the rewind:\n%s", strings.Join(list, "\n"))
			}
		})
	}
}

// lasting gives what look finds again and again for a while: what a controller
// that lags behind still makes for a page is gone a moment after.
func lasting(t *testing.T, look func() []string) []string {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		if list := look(); len(list) == 0 || time.Now().After(end) {
			return list
		}
	}
}

// The garbage collector remembers which owners have gone. One that comes back with
// a rewind owns again what it owned.
func TestOwnersComeBack(t *testing.T) {
	t.Parallel() // with the others that mostly wait for their own cluster
	c := startCluster(t)
	s := newShell(t, c)
	const owners = `
owners() { # of the config map "owned", until they are those
	for i in $(seq 100); do
		found=$(kubectl get cm owned -o 'jsonpath={.metadata.ownerReferences[*].name}') || return 1
		if [ "$found" = "$1" ]; then return 0; fi
	done
	echo "owners: $found, want $1"
	return 1
}
uid() { kubectl get cm "$1" -o 'jsonpath={.metadata.uid}'; }
`
	s.must(t, owners+`kubectl create cm one && kubectl create cm two && kubectl create -f - <<Y
apiVersion: v1
kind: ConfigMap
metadata:
  name: owned
  ownerReferences:
  - {apiVersion: v1, kind: ConfigMap, name: one, uid: $(uid one)}
  - {apiVersion: v1, kind: ConfigMap, name: two, uid: $(uid two)}
Y`)
	if err := c.Mark(t.Context(), "setup"); err != nil {
		t.Fatal(err)
	}
	s.must(t, owners+`kubectl delete cm one && owners two`)
	if _, err := c.Rewind(t.Context(), "setup"); err != nil {
		t.Fatal(err)
	}
	s.must(t, owners+`owners "one two" && kubectl delete cm two && owners one`)
}

// The state after a setup script is a mark of its own beside the first one.
func TestMarksLiveSideBySide(t *testing.T) {
	t.Parallel() // with the others that mostly wait for their own cluster
	c := startCluster(t)
	s := newShell(t, c)
	ctx := t.Context()
	mark := func(name string) {
		t.Helper()
		if err := c.Mark(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	rewind := func(name string) Difference {
		t.Helper()
		d, err := c.Rewind(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	mark("base")
	base := s.objects(t)
	s.must(t, crd("Widget", "widgets", "Namespaced", "size")+cr("Widget", "size")+`kubectl create deploy web --image=x --replicas=3 && kubectl rollout status deploy/web`)
	mark("setup")
	setup := s.objects(t)
	s.must(t, `kubectl delete deploy web && kubectl wait --for=delete pod -l app=web && kubectl delete crd widgets.example.com && kubectl create cm x`)
	rewind("setup")
	// The workload lives on in this state, so its controllers may have something
	// to say of it and to it. What is there is the same.
	living := func(s string) bool { return strings.HasPrefix(s, "changed: ") || strings.HasPrefix(s, "left: Event ") }
	if list := lasting(t, func() []string { return slices.DeleteFunc(differences(setup, s.objects(t)), living) }); len(list) > 0 {
		t.Fatalf("after the rewind to setup:\n%s", strings.Join(list, "\n"))
	}
	s.must(t, `kubectl get widget x && kubectl rollout status deploy/web --timeout=20s && kubectl scale deploy web --replicas=4 && kubectl rollout status deploy/web --timeout=20s`)
	if d := rewind("base"); len(d.Added) == 0 || len(d.Removed) > 0 {
		t.Errorf("rewind to base: got %v, want only additions", d)
	}
	if list := lasting(t, func() []string { return differences(base, newShell(t, c).objects(t)) }); len(list) > 0 {
		t.Fatalf("after the rewind to base:\n%s", strings.Join(list, "\n"))
	}
	if d := rewind("setup"); len(d.Removed) == 0 || len(d.Added) > 0 {
		t.Errorf("rewind forward to setup: got %v, want only what is missing", d)
	}
	s.must(t, `kubectl get widget x && kubectl exec deploy/web -- true`)
	if _, err := c.Rewind(ctx, "nosuch"); err == nil || !strings.Contains(err.Error(), `no such mark: "nosuch"`) {
		t.Errorf("rewind to an unknown mark: got %v", err)
	}
}

// How long a cluster takes until it serves.
func BenchmarkStart(b *testing.B) {
	env := needCluster(b)
	for b.Loop() {
		c, err := Start(b.Context(), env, Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		c.Stop()
		b.StartTimer()
	}
}

// How long a rewind takes after a page with a deployment.
func BenchmarkRewind(b *testing.B) {
	c := startCluster(b)
	s := newShell(b, c)
	if err := c.Mark(b.Context(), "base"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		s.must(b, `kubectl create ns a && kubectl create deploy web --image=x --replicas=3 -n a && kubectl rollout status deploy/web -n a`)
		b.StartTimer()
		if _, err := c.Rewind(b.Context(), "base"); err != nil {
			b.Fatal(err)
		}
	}
}
