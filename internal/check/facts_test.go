package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/shell"
)

// told shows the facts of a command in words.
func told(text string) string {
	f, bad, _ := shell.Parse(text)
	if bad != nil {
		return "bad: " + bad.Message
	}
	st := shellState{map[string]bool{}}
	x := st.facts(f, text, DefaultCommands)
	var s []string
	for word, on := range map[string]bool{"read": x.read, "pods": x.pods, "tty": x.tty, "elided": x.elided} {
		if on {
			s = append(s, word)
		}
	}
	if x.read && x.empty {
		s = append(s, "empty")
	}
	if len(x.sets) > 0 {
		s = append(s, fmt.Sprint("sets", x.sets))
	}
	if x.hangs != "" {
		s = append(s, "("+x.hangs+")")
	}
	slices.Sort(s)
	return strings.Join(s, " ")
}

func TestFacts(t *testing.T) {
	tests := []struct{ in, want string }{
		// Reads and mutations.
		{"kubectl get pods", "read"},
		{"kubectl -n a --context=b get pods -o name | grep x | wc -l", "read"},
		{"kubectl --context \"$C\" get pods", "read"},
		{"kubectl apply -f a.yaml", ""},
		{"kubectl apply -f a.yaml --dry-run=server", "read"},
		{"kubectl get pod x -o yaml > x.yaml", ""},
		{"kubectl get pod x -o yaml > /dev/null", "empty read"},
		{"kubectl get pod x 2>&1", "read"},
		{"kubectl get pod x --ignore-not-found", "empty read"},
		{"kubectl diff -f a.yaml", "empty read"},
		{"kubectl rollout status deploy/a", "read"},
		{"kubectl rollout restart deploy/a", ""},
		{"kubectl config view", "read"},
		{"kubectl config use-context x", ""},
		{"kubectl auth can-i get pods", "read"},
		{"kubectl create token x", "read"},
		{"kubectl get pods | xargs kubectl delete pod", ""},
		{"kubectl get pods; kubectl delete pod x", ""},
		{"kubectl get pods && kubectl get svc", "read"},
		{"kubectl get secret $(kubectl get sa x -o name) -o json | jq .data | base64 -d", "read"},
		{"kubectl get secret $(kubectl create sa x -o name)", ""},
		{"kubectl get pods | grep -q x", "empty read"},
		{"kubectl get pods | tee x", ""},
		{"sed -i s/a/b/ x", ""},
		{"sed s/a/b/ x", "read"},
		{"curl -s https://$API/api/v1/pods", "read"},
		{"curl -sI -H 'a: b' http://x/", "pods read"},
		{"curl -X POST http://x/", "pods"},
		{"curl -XGET http://x/", "pods read"},
		{"curl -d a=b http://x/", "pods"},
		{"curl -sLO https://dl.k8s.io/kubectl", ""},
		{"curl -s -o /dev/null -w '%{http_code}' http://x/", "pods read"},
		{"curl -s -o /dev/null http://x/", "empty pods read"},
		{"istioctl proxy-status", "pods read"},
		{"istioctl analyze", "read"},
		{"istioctl install -y", ""},
		{"helm list", "read"},
		{"helm install a b", ""},
		{"! kubectl get pod x", ""},
		{"while ! kubectl get pod x; do sleep 1; done", ""},
		{"for i in 1 2; do kubectl get pod $i; done", "read"},
		{"sleep 5", "empty read"},
		{"sudo cat /x", "read"},
		{"unknown x", ""},
		// Variables.
		{"X=$(kubectl get pods -o name)", "empty read sets[X]"},
		{"export X=$(kubectl get pods -o name) Y=1", "empty read sets[X]"},
		{"X=$(kubectl create sa x -o name)", "sets[X]"},
		{"X=$(kubectl get pods -o name) helm install a b", "sets[X]"},
		{"X=1", ""},
		{"X=$(kubectl get pods -o name); echo $X", "read sets[X]"},
		// Containers.
		{"kubectl logs x", "pods read"},
		{"kubectl exec x -- curl -s http://y/", "pods read"},
		{"kubectl exec x -- rm -r /y", "pods"},
		{"X=$(kubectl exec x -- hostname)", "empty pods read sets[X]"},
		{"f() { kubectl logs x; }", "pods"},
		{"curl http://localhost:8080/productpage", "pods read"},
		{"curl http://localhost:8001/api/v1/nodes", "read"},
		{"curl https://istio.io/latest", "read"},
		{"curl http://httpbin.example.com/x", "pods read"},
		{"curl http://$INGRESS_HOST/x", "pods read"},
		{"curl file:///x", "read"},
		{"ping -c 1 10.0.0.1", "read"},
		{"helm test x", "pods"},
		// What never ends.
		{"kubectl get pods -w", "(kubectl get --watch never ends) read"},
		{"kubectl get pods --watch=false", "read"},
		{"kubectl rollout status -w deploy/x", "read"},
		{"kubectl logs -f x", "(kubectl logs -f never ends) pods read"},
		{"timeout 5 kubectl logs -f x", "pods read"},
		{"kubectl port-forward svc/a 80", "(kubectl port-forward never ends) pods"},
		{"kubectl port-forward svc/a 80 &", "pods"},
		{"kubectl port-forward svc/a 80 >/dev/null 2>&1 &", "pods"},
		{"f() { kubectl port-forward svc/a 80; }", "pods"},
		{"kubectl exec -it x -- sh", "(kubectl exec -t waits for somebody at a terminal) pods tty"},
		{"kubectl exec -it x -- sh -c 'ls'", "pods"},
		{"kubectl exec -it x -- ls", "empty pods read"},
		{"kubectl exec -ti x bash", "(kubectl exec -t waits for somebody at a terminal) pods tty"},
		{"kubectl run -it x --image=y", "(kubectl run -t waits for somebody at a terminal) pods tty"},
		{"kubectl edit x", "(kubectl edit opens an editor) tty"},
		{"watch kubectl get pods", "(watch never ends)"},
		{"istioctl dashboard kiali", "(istioctl dashboard never ends) pods"},
		{"tail -f x", "(tail -f never ends) read"},
		{"minikube tunnel", "(minikube tunnel never ends)"},
		{"while true; do date; sleep 1; done", "(the loop never ends)"},
		{"while true; do date && break; done", ""},
		{"while sleep 1; do date; done &", ""},
		// Left out.
		{"kubectl get ...", "elided read"},
		{"helm install a b --set x=...", "elided"},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			if got := told(tt.in); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

// What one block defines is known in the next.
func TestFunctionNeedsPods(t *testing.T) {
	p := plan(t, fence("bash", "get() { kubectl exec a -- curl -s $1; }\n")+fence("bash", "get x\n"), Options{})
	if !p.Items[1].Claims[0].NeedsPods || len(p.Items[1].Claims[0].Missing) > 0 {
		t.Errorf("claim %+v", p.Items[1].Claims[0])
	}
}

func TestMissing(t *testing.T) {
	p := plan(t, fence("bash", "istioctl version | grep x && kubectl get $(helm ls) && kubectl get y | mytool\n"), Options{Commands: []string{"mytool"}})
	if got := fmt.Sprint(p.Items[0].Claims[0].Missing); got != "[istioctl kubectl helm mytool]" {
		t.Errorf("missing %s", got)
	}
}

func TestTokenHint(t *testing.T) {
	const since = "since Kubernetes 1.24 a service account has no token Secret; use: kubectl create token "
	tests := []struct{ in, want string }{
		{`kubectl get secret -n istio-system $(kubectl get sa kiali-service-account -n istio-system -o "jsonpath={.secrets[0].name}") -o jsonpath={.data.token} | base64 -d`, since + "kiali-service-account -n istio-system"},
		{`kubectl -n a get -o jsonpath='{.secrets[*].name}' serviceaccounts b`, since + "b -n a"},
		{`kubectl get serviceaccount/b --namespace=a -o json | jq -r '.secrets[].name'`, since + "b -n a"},
		{`S=$(kubectl get sa default -o go-template='{{range .secrets}}{{.name}}{{end}}')`, since + "default"},
		{`kubectl get sa $SA -o go-template='{{(index .secrets 0).name}}'`, since + "$SA"},
		{`kubectl describe secret $(kubectl get secret | grep default-token | awk '{print $1}')`, since + "default"},
		{`kubectl get sa default`, ""},
		{`kubectl get pod x -o jsonpath='{.spec.volumes[0].secrets}'`, ""},
		{`kubectl get secret x-token -o yaml`, ""},
	}
	for _, tt := range tests {
		c := plan(t, fence("bash", tt.in+"\n"), Options{}).Items[0].Claims[0]
		if c.Hint != tt.want {
			t.Errorf("%s\n got %q\nwant %q", tt.in, c.Hint, tt.want)
		}
	}
}

func TestStaticCommands(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"placeholder", fence("bash", "kubectl logs <pod-name> -c x\n"), "script static: placeholder <pod-name> has no value: give it in check.vars [1]"},
		{"placeholder at the end", fence("bash", "$ kubectl logs <pod name>\nx\n"), "session static: placeholder <pod name> has no value: give it in check.vars [1]"},
		{"placeholder in quotes", fence("bash", "a --b=\"<your-token>\"\n"), "script static: placeholder <your-token> has no value: give it in check.vars [1]"},
		{"placeholder in a heredoc", fence("bash", "a <<EOF\nx: <name>\nEOF\n"), "script static: placeholder <name> has no value: give it in check.vars [1]"},
		{"placeholder with a comma", fence("bash", "A=<the version you're at, for example v1.4>\nb $A\n"), "script static: placeholder <the version you're at, for example v1.4> has no value: give it in check.vars [2]"},
		{"placeholder with brackets", fence("bash", "a --x <IMAGE [IMAGE]>\n"), "script static: placeholder <IMAGE [IMAGE]> has no value: give it in check.vars [1]"},
		{"placeholder that is a path", fence("bash", "a --from-file=b=</path/to/key> \\\n  -f </path/to/it>\n"), "script static: placeholder </path/to/key> has no value: give it in check.vars [1]"},
		{"numbered placeholder", fence("bash", "ssh <node 1> a\nssh <node 2>:80\n"), "script static: placeholder <node 1> has no value: give it in check.vars [2]"},
		{"redirections without blanks are none", fence("bash", "a <in 2>&1\nb <in.txt 2>/dev/null\nc </etc/hosts>b\nd </etc/hosts> b\n"), "script [4]"},
		{"the end of an element is none", fence("bash", "a | grep \"<b>x</b>\" </etc/hosts\n"), "script [1]"},
		{"markup is none", fence("bash", "a | grep -o \"<title>.*</title>\"\n"), "script [1]"},
		{"what kubectl prints is none", fence("bash", "a | grep '<none>'\n"), "script [1]"},
		{"redirections are none", fence("bash", "a <in >out\nb < in > out 2>&1\ncat <<EOF >x\nEOF\n"), "script [3]"},
		{"filled", fence("bash {vars=\"<pod>=x\"}", "a <pod>\n"), "script [1]"},
		{"elided", fence("bash", "$ helm install a ...\n"), "session static: a part of the command is left out with ... [1]"},
		{"elided manifest", fence("bash", "kubectl apply -f - <<EOF\napiVersion: v1\nkind: Pod\n...\nEOF\n"), "script static: a part of the manifest is left out with ... [1]"},
		{"file that is not there", fence("bash", "kubectl apply -f @samples/a.yaml@\n"), "script static: needs the file samples/a.yaml, which is not in the page's working folder [1]"},
		{"file that a block has written", fence("text {file=a/b.yaml}", "x\n") + fence("bash", "cat @a/b.yaml@\n"), "file [1]\nscript [1]"},
		{"no links", "{{< text syntax=bash expandlinks=\"false\" >}}\n$ curl a@b.c@d\n{{< /text >}}\n", "session [1]"},
		{"never ends", fence("bash", "kubectl port-forward a 1\n"), "script static: kubectl port-forward never ends: add {background until=\"what it prints when it is ready\"} to run it beside the commands after it [1]"},
		{"ready when it says so", fence("bash {until=Forwarding}", "kubectl port-forward a 1\n"), "script [1]"},
		{"in the background", fence("bash {background}", "kubectl port-forward a 1\n"), "script [1]"},
		{"interactive", fence("bash", "kubectl edit a\n"), `script static: kubectl edit opens an editor: give it a command that ends, or say {skip="why"} [1]`},
		{"inside a shell in a container", fence("bash", "kubectl exec -it a -- sh\n") + fence("bash", "rm -r /data\n") + fence("bash", "exit\n") + fence("bash", "echo b\n"),
			"script static: kubectl exec -t waits for somebody at a terminal: give it a command that ends, or say {skip=\"why\"} [1]\n" +
				"script static: it is typed into the shell that a block before has opened (kubectl exec -t waits for somebody at a terminal) [1]\n" +
				"script static: it is typed into the shell that a block before has opened (kubectl exec -t waits for somebody at a terminal) [1]\nscript [1]"},
		{"after an editor", fence("bash", "vi x\n") + fence("bash", "cat x\n"), `script static: vi waits for somebody at a terminal: give it a command that ends, or say {skip="why"} [1]` + "\nscript [1]"},
		{"prompt of another machine", fence("bash", "root@web-0:/# ls\n"), "script static: the prompt root@web-0:/# is not one of the reader's own shell [1]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := verdicts(plan(t, tt.in, Options{})); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestPodNames(t *testing.T) {
	for in, want := range map[string]string{
		"kubectl logs x-1 -c y": "x-1", "kubectl logs -f pod/x-1 y": "x-1", "kubectl logs deploy/x": "", "kubectl logs -l app=x": "",
		"kubectl exec -it x-1 -c y -- ls z-1": "x-1", "kubectl get pod x-1 y-1 -o yaml": "x-1 y-1", "kubectl get pods": "",
		"kubectl get rs x-1": "", "kubectl get po/x-1 svc/y": "x-1", "kubectl describe pods x-1": "x-1", "kubectl delete pod x-1 --now": "x-1",
		"kubectl label pod x-1 a=b": "x-1 a=b", "kubectl cp x-1:/a b": "x-1", "kubectl cp b ns/x-1:/a -c c": "x-1", "kubectl top pod x-1": "x-1",
		"kubectl port-forward x-1 80": "x-1 ", "kubectl wait --for=condition=Ready pod/x-1": "x-1", "P=$(kubectl get pod x-1 -o name)": "x-1",
		"istioctl pc routes x-1.default -o json": "x-1", "istioctl proxy-status x-1.istio-system": "x-1", "istioctl proxy-status": "",
		"istioctl x describe pod x-1": "x-1", "istioctl analyze x-1": "", "istioctl dashboard envoy x-1": "x-1", "kubectl exec $POD -- ls": "$POD",
	} {
		got := strings.Join(plan(t, fence("bash", in+"\n"), Options{}).Items[0].Claims[0].Pods, " ")
		if strings.TrimSpace(want) == "x-1" && strings.HasPrefix(got, "x-1 ") { // a word that is no name does no harm
			got = "x-1"
		}
		if got != strings.TrimSpace(want) {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

// Only the command that holds up the shell goes to the background.
func TestBackground(t *testing.T) {
	p := plan(t, fence("bash {background}", "a\nkubectl port-forward b 1\nc\n"), Options{})
	for i, c := range p.Items[0].Claims {
		if c.Background != (i == 1) {
			t.Errorf("claim %d: background %t", i, c.Background)
		}
	}
}
