package match

import (
	"strings"
	"testing"
)

// A swap puts texts in place of others, in pairs, each once.
type swap []string

func (e swap) of(t *testing.T, text string) string {
	t.Helper()
	for i := 0; i < len(e); i += 2 {
		if !strings.Contains(text, e[i]) {
			t.Fatalf("no %q in\n%s", e[i], text)
		}
		text = strings.Replace(text, e[i], e[i+1], 1)
	}
	return text
}

// What many programs print, as a page shows it, with what another run may print
// and what it may not. No annotation says how to compare.
var programs = []struct {
	name, page        string
	harmless, harmful []swap
}{
	{"kubectl get pods -o wide", `NAME                     READY   STATUS    RESTARTS      AGE   IP            NODE           NOMINATED NODE   READINESS GATES
web-5d9c7bd5f4-x2x7k     2/2     Running   1 (3m ago)    12m   10.244.1.17   kind-worker2   <none>           <none>
cache-0                  1/1     Running   0             12m   10.244.2.4    kind-worker    <none>           <none>
`, []swap{
		{"5d9c7bd5f4-x2x7k ", "7b4f96dc58-9gmsr ", "12m   10.244.1.17", "3d2h  10.42.0.9  "},
		{"1 (3m ago) ", "4 (1s ago) "}, {"10.244.2.4 ", "10.42.0.13 "},
	}, []swap{
		{"1 (3m ago) ", "0          "}, {"cache-0", "cache-1"}, {"2/2", "1/2"}, {"Running   0 ", "Pending   0 "}, {"web-", "wep-"}, {"10.244.2.4 ", "<none>     "}, {"12m   10.244.2.4", "12m   kind-node "},
	}},
	{"kubectl get services", `NAME         TYPE           CLUSTER-IP      EXTERNAL-IP   PORT(S)                      AGE
kubernetes   ClusterIP      10.96.0.1       <none>        443/TCP                      5d
web          LoadBalancer   10.96.174.21    172.18.0.8    80:31380/TCP,443:30443/TCP   2m
`, []swap{{"31380", "32001", "30443", "31999"}, {"10.96.174.21", "10.43.7.8   ", "172.18.0.8", "10.0.0.77 "}, {"5d", "11m"}},
		[]swap{{"LoadBalancer", "NodePort    "}, {"80:31380", "81:31380"}, {"443/TCP   ", "443/UDP   "}, {",443:30443/TCP", "              "}}},
	{"kubectl describe pod", `Name:             web-5d9c7bd5f4-x2x7k
Namespace:        default
Priority:         0
Service Account:  default
Node:             kind-worker/172.18.0.3
Start Time:       Tue, 04 Mar 2025 10:11:12 +0000
Labels:           app=web
                  pod-template-hash=5d9c7bd5f4
Status:           Running
IP:               10.244.1.17
Containers:
  web:
    Container ID:   containerd://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    Image:          nginx:1.25
    Port:           80/TCP
    State:          Running
      Started:      Tue, 04 Mar 2025 10:11:14 +0000
    Ready:          True
    Restart Count:  0
Conditions:
  Type              Status
  Ready             True
Events:
  Type    Reason     Age   From               Message
  ----    ------     ----  ----               -------
  Normal  Scheduled  12s   default-scheduler  Successfully assigned default/web-5d9c7bd5f4-x2x7k to kind-worker
  Normal  Pulled     10s   kubelet            Successfully pulled image "nginx:1.25" in 1.234s
  Normal  Started    10s   kubelet            Started container web
`, []swap{
		{"5d9c7bd5f4-x2x7k", "7b4f96dc58-9gmsr", "5d9c7bd5f4\n", "7b4f96dc58\n", "5d9c7bd5f4-x2x7k", "7b4f96dc58-9gmsr"},
		{"Tue, 04 Mar 2025 10:11:12 +0000", "Wed, 12 Aug 2026 01:02:03 +0200", "Tue, 04 Mar 2025 10:11:14 +0000", "Wed, 12 Aug 2026 01:02:05 +0200"},
		{"0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"}, {"1.234s", "875.25ms"}, {"172.18.0.3", "172.19.0.2"}, {"12s ", "3m  "},
	}, []swap{
		{"Running\nIP", "Pending\nIP"}, {"nginx:1.25\n", "nginx:1.26\n"}, {"80/TCP", "8080/TCP"}, {"Ready:          True", "Ready:          False"},
		{"app=web", "app=wep"}, {"Normal  Pulled ", "Warning Failed "}, {"Started container web", "Error: ErrImagePull"},
	}},
	{"kubectl get events", `LAST SEEN   TYPE      REASON              OBJECT                      MESSAGE
42s         Normal    ScalingReplicaSet   deployment/web              Scaled up replica set web-5d9c7bd5f4 to 3
41s         Normal    SuccessfulCreate    replicaset/web-5d9c7bd5f4   Created pod: web-5d9c7bd5f4-x2x7k
12s         Warning   BackOff             pod/web-5d9c7bd5f4-x2x7k    Back-off restarting failed container
`, []swap{{"42s", "2m ", "41s", "2m ", "12s", "61s"}, {"web-5d9c7bd5f4 to", "web-7b4f96dc58 to", "web-5d9c7bd5f4  ", "web-7b4f96dc58  ", "web-5d9c7bd5f4-x2x7k", "web-7b4f96dc58-9gmsr", "web-5d9c7bd5f4-x2x7k", "web-7b4f96dc58-9gmsr"}},
		[]swap{{"to 3", "to 2"}, {"Warning   BackOff", "Normal    Pulled "}, {"ScalingReplicaSet", "FailedCreate     "}, {"deployment/web", "deployment/wep"}, {"Back-off restarting", "Liveness probe"}}},
	{"kubectl top", `NAME                   CPU(cores)   MEMORY(bytes)
web-5d9c7bd5f4-x2x7k   3m           12Mi
cache-0                250m         1024Mi
`, []swap{{"3m  ", "11m ", "12Mi", "14Mi"}, {"250m", "231m", "1024Mi", "998Mi "}}, []swap{{"cache-0", "cache-1"}, {"12Mi", "many"}, {"CPU(cores)   MEMORY(bytes)", "MEMORY(bytes)   CPU(cores)"}}},
	{"istioctl proxy-status", `NAME                                       CLUSTER        CDS        LDS        EDS        RDS        ECDS         ISTIOD                      VERSION
details-v1-558b8b4b76-qzqsg.default        Kubernetes     SYNCED     SYNCED     SYNCED     SYNCED     NOT SENT     istiod-6cf8d4f9cb-wm7x6     1.14.3
istio-ingressgateway-66c994c45c-cmb7x.ns   Kubernetes     SYNCED     SYNCED     SYNCED     NOT SENT   NOT SENT     istiod-6cf8d4f9cb-wm7x6     1.14.3
`, []swap{{"558b8b4b76-qzqsg", "6f4c9d7b8f-zz2x9", "6cf8d4f9cb-wm7x6", "7d4b87f9d6-lq5vk"}},
		[]swap{{"SYNCED     SYNCED     SYNCED     SYNCED", "SYNCED     STALE      SYNCED     SYNCED"}, {"SYNCED     NOT SENT   NOT SENT", "SYNCED     SYNCED     NOT SENT"}, {"1.14.3\n", "1.14.4\n"}, {"details", "ratings"}}},
	{"istioctl analyze", `Warning [IST0103] (Pod default/web-5d9c7bd5f4-x2x7k) The pod is missing the Istio proxy.
Error [IST0101] (VirtualService default/httpbin) Referenced gateway not found: "httpbin-gateway"
Error: Analyzers found issues when analyzing namespace: default.
`, []swap{{"5d9c7bd5f4-x2x7k", "7b4f96dc58-9gmsr"}},
		[]swap{{"IST0103", "IST0104"}, {"Error [", "Info ["}, {"httpbin-gateway", "bookinfo-gateway"}, {"namespace: default", "namespace: test"}}},
	{"curl -v", `*   Trying 10.96.174.21:80...
* Connected to web (10.96.174.21) port 80 (#0)
> GET /headers HTTP/1.1
> Host: web
> User-Agent: curl/7.88.1
>
< HTTP/1.1 200 OK
< server: envoy
< date: Tue, 04 Mar 2025 10:11:12 GMT
< content-type: application/json
< content-length: 527
< x-envoy-upstream-service-time: 3
<
`, []swap{{"10.96.174.21", "10.43.1.2", "10.96.174.21", "10.43.1.2"}, {"Tue, 04 Mar 2025 10:11:12", "Wed, 12 Aug 2026 01:02:03"}, {"service-time: 3", "service-time: 14"}},
		[]swap{{"200 OK", "503 Service Unavailable"}, {"/headers", "/header"}, {"server: envoy", "server: nginx"}, {"port 80", "port 8080"}, {"application/json", "text/html"}, {"< content-type: application/json\n", ""}}},
	{"jq", `{
  "name": "web",
  "replicas": 3,
  "uid": "6f1e0f0c-5b0c-4a61-9b1e-0c1f2a3b4c5d",
  "images": ["nginx:1.25", "redis:7"]
}
`, []swap{{"6f1e0f0c-5b0c-4a61-9b1e-0c1f2a3b4c5d", "11111111-2222-4333-8444-555555555555"}, {`  "name": "web",` + "\n", "", `"replicas": 3,`, `"replicas": 3, "name": "web",`}},
		[]swap{{"3,", "2,"}, {"nginx:1.25", "nginx:1.26"}, {`"replicas": 3`, `"replicas": "3"`}, {`"nginx:1.25", "redis:7"`, `"redis:7", "nginx:1.25"`}, {`  "replicas": 3,` + "\n", ""}}},
	{"helm list", "NAME \tNAMESPACE\tREVISION\tUPDATED                                \tSTATUS  \tCHART       \tAPP VERSION\n" +
		"kiali\tistio-system\t1       \t2025-03-04 10:11:12.123456789 +0000 UTC\tdeployed\tkiali-1.82.0\tv1.82.0    \n",
		[]swap{{"2025-03-04 10:11:12.123456789 +0000 UTC", "2026-08-12 01:02:03.987654321 +0200 CEST"}},
		[]swap{{"deployed", "failed  "}, {"kiali-1.82.0", "kiali-1.83.0"}, {"v1.82.0", "v1.83.0"}, {"istio-system", "default     "}, {"1       ", "2       "}}},
	{"helm install", `NAME: my-release
LAST DEPLOYED: Tue Mar  4 10:11:12 2025
NAMESPACE: default
STATUS: deployed
REVISION: 1
TEST SUITE: None
`, []swap{{"Tue Mar  4 10:11:12 2025", "Wed Aug 12 01:02:03 2026"}},
		[]swap{{"deployed", "failed"}, {"REVISION: 1", "REVISION: 2"}, {"my-release", "your-release"}}},
	{"kubectl rollout status", `Waiting for deployment "web" rollout to finish: 0 of 3 updated replicas are available...
deployment "web" successfully rolled out
`, []swap{{"0 of 3", "2 of 3"}}, []swap{{"successfully rolled out", "exceeded its progress deadline"}, {`deployment "web" succ`, `deployment "wep" succ`}}},
	{"kubectl get nodes", `NAME                 STATUS   ROLES           AGE   VERSION
kind-control-plane   Ready    control-plane   9d    v1.34.0
kind-worker          Ready    <none>          9d    v1.34.0
`, []swap{{"9d ", "4m "}}, []swap{{"Ready    <none>", "NotReady <none>"}, {"v1.34.0\nkind-w", "v1.33.0\nkind-w"}, {"<none>", "worker"}}},
	{"kubectl get hpa", `NAME   REFERENCE        TARGETS       MINPODS   MAXPODS   REPLICAS   AGE
web    Deployment/web   cpu: 0%/50%   1         10        1          18s
`, []swap{{"18s", "5m "}}, []swap{{"1         10", "2         10"}, {"Deployment/web", "Deployment/wep"}, {"/50%", "/80%"}, {"1          18s", "7          18s"}}},
	{"openssl x509", `Certificate:
    Data:
        Serial Number:
            4a:5b:6c:7d:8e:9f:00:11:22:33:44:55:66:77:88:99
        Issuer: O = cluster.local
        Validity
            Not Before: Mar  4 10:11:12 2025 GMT
            Not After : Mar  5 10:13:12 2025 GMT
        Subject: CN = web
`, []swap{{"4a:5b:6c", "99:88:77"}, {"Mar  4 10:11:12 2025", "Aug 12 01:02:03 2026", "Mar  5 10:13:12 2025", "Aug 13 01:04:03 2026"}},
		[]swap{{"CN = web", "CN = wep"}, {"cluster.local", "example.com"}, {"Not After : Mar  5 10:13:12 2025 GMT", "Not After : never"}}},
	{"a log line", `2025-03-04T10:11:12.123456Z	info	Envoy proxy is ready
2025-03-04T10:11:13.654321Z	warning	envoy config	gRPC config stream closed: 14
`, []swap{{"2025-03-04T10:11:12.123456Z", "2026-08-12T01:02:03.000001Z"}},
		[]swap{{"is ready", "is NOT ready"}, {"info", "error"}, {"closed: 14", "closed: 16"}, {"Envoy proxy is ready\n", ""}}},
}

func TestPrograms(t *testing.T) {
	for _, tt := range programs {
		t.Run(tt.name, func(t *testing.T) {
			for _, e := range append(tt.harmless, nil) {
				if d := Compare("", tt.page, e.of(t, tt.page)); d != nil {
					t.Errorf("%q is harmless: %s", e, d.Message)
				}
			}
			for _, e := range tt.harmful {
				if d := Compare("", tt.page, e.of(t, tt.page)); d == nil {
					t.Errorf("%q is taken for the same", e)
				}
			}
		})
	}
}
