package match

import (
	"strings"
	"testing"
)

// agrees runs pairs of texts that must agree, or must not.
func agrees(t *testing.T, ok bool, tests [][3]string) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt[0], func(t *testing.T) {
			d := Compare("", tt[1], tt[2])
			if (d == nil) != ok {
				t.Errorf("want\n%s\ngot\n%s\nagree: %v, want %v: %+v", tt[1], tt[2], d == nil, ok, d)
			}
			if d != nil && (d.Message == "" || d.Text == "" || d.Line < 1) {
				t.Errorf("says nothing: %+v", d)
			}
		})
	}
}

const pods = `NAME                             READY   STATUS    RESTARTS   AGE
details-v1-558b8b4b76-qzqsg      2/2     Running   0          6m
productpage-v1-6987489c74-nc7tj  2/2     Running   0          6m
web-0                            1/1     Running   2          17h
`

// edited returns pods with one text in place of another.
func edited(t *testing.T, old, new string) string {
	t.Helper()
	if !strings.Contains(pods, old) {
		t.Fatalf("no %q in the table", old)
	}
	return strings.Replace(pods, old, new, 1)
}

// What the research has found that other tools are wrong about, and more of it.
func TestPods(t *testing.T) {
	agrees(t, true, [][3]string{
		{"itself", pods, pods},
		{"age and hash", pods, edited(t, "558b8b4b76-qzqsg      2/2     Running   0          6m", "6f4c9d7b8f-zz2x9      2/2     Running   0          3d4h")},
		{"restart times", pods, edited(t, "Running   0          6m", "Running   1 (5s ago) 6m")},
		{"more restarts", pods, edited(t, "Running   2 ", "Running   3 (1d ago) ")},
		{"other widths", pods, strings.ReplaceAll(pods, "   ", "      ")},
		{"other order", pods, "NAME                             READY   STATUS    RESTARTS   AGE\n" +
			"web-0                            1/1     Running   2          17h\n" +
			"productpage-v1-6987489c74-nc7tj  2/2     Running   0          6m\n" +
			"details-v1-558b8b4b76-qzqsg      2/2     Running   0          6m\n"},
		{"left out", "NAME                          READY   STATUS    RESTARTS   AGE\n...\nweb-0   1/1   Running   2   17h\n...", pods},
		{"cells left out", edited(t, "details-v1-558b8b4b76-qzqsg ", "details-v1-... "), pods},
		{"an age left out", edited(t, "17h", "..."), pods},
		{"an old cluster's names", "NAME                         READY   STATUS    RESTARTS   AGE\ndetails-v1-1520924117-48z17  2/2     Running   0          6m\n",
			"NAME                         READY   STATUS    RESTARTS   AGE\ndetails-v1-558b8b4b76-qzqsg  2/2     Running   0          6m\n"},
	})
	agrees(t, false, [][3]string{
		{"not ready", pods, edited(t, "2/2     Running   0", "0/2     CrashLoopBackOff   12 (5s ago)")},
		{"half ready", pods, edited(t, "2/2", "1/2")},
		{"status", pods, edited(t, "Running", "CrashLoopBackOff")},
		{"a part of a status", pods, edited(t, "Running", "Run")},
		{"another app", pods, edited(t, "details-v1", "details-broken")},
		{"another version", pods, edited(t, "details-v1", "details-v2")},
		{"no generated name", pods, edited(t, "details-v1-558b8b4b76-qzqsg", "details-v1-558b8b4b76-other")},
		{"another ordinal", pods, edited(t, "web-0", "web-1")},
		{"a row is missing", pods, edited(t, "web-0                            1/1     Running   2          17h\n", "")},
		{"a row too many", pods, pods + "web-1                            1/1     Running   2          17h\n"},
		{"a row twice", pods, pods + "web-0                            1/1     Running   2          17h\n"},
		{"a column is missing", pods, edited(t, "READY ", "")},
		{"columns swapped", pods, edited(t, "READY   STATUS ", "STATUS  READY  ")},
		{"cells swapped", pods, edited(t, "2/2     Running", "Running  2/2   ")},
		{"no age", pods, edited(t, "17h", "old")},
		{"restarts that the page shows", pods, edited(t, "Running   2 ", "Running   0 ")},
		{"no restarts", pods, edited(t, "Running   2 ", "Running   x ")},
		{"nothing", pods, "No resources found in default namespace.\n"},
		{"what is left out does not hide a status", "NAME   READY   STATUS   RESTARTS   AGE\n...\nweb-0   1/1   Completed   2   17h\n...", pods},
		{"what is left out does not hide a row", "NAME   READY   STATUS   RESTARTS   AGE\n...\nweb-1   1/1   Running   2   17h\n...", pods},
	})
}

func TestTables(t *testing.T) {
	services := `NAME         TYPE           CLUSTER-IP       EXTERNAL-IP     PORT(S)                      AGE
gateway      LoadBalancer   172.21.109.129   130.211.10.121  80:31380/TCP,443:31390/TCP   17h
web          ClusterIP      10.0.0.31        <none>          9080/TCP                     6m
headless     ClusterIP      None             <none>          53/UDP                       6m
`
	as := func(old, new string) string { return strings.Replace(services, old, new, 1) }
	agrees(t, true, [][3]string{
		{"addresses and node ports", services, as("172.21.109.129   130.211.10.121  80:31380/TCP,443:31390/TCP", "10.96.1.2        34.75.71.237    80:30001/TCP,443:32000/TCP")},
		{"an address instead of none yet", as("130.211.10.121", "<pending>     "), services},
		{"a name for an address", services, as("130.211.10.121 ", "a1b2.elb.amazonaws.com")},
		{"a port cell left out", as("80:31380/TCP,443:31390/TCP", "...                       "), services},
		{"two tables", services + "\n" + pods, services + "\n" + pods},
		{"text before a table", "pod \"web-0\" deleted\n" + pods, "pod \"web-0\" deleted\n" + pods},
		{"everything between tables", services + "...\n" + pods, services + "\nother  text\n\n" + pods},
		{"empty cells", "NAMESPACE      NAME      REVISION   STATUS    AGE\nistio-system   example              HEALTHY   11m\n",
			"NAMESPACE      NAME      REVISION   STATUS    AGE\nistio-system   example              HEALTHY   1s\n"},
		{"an empty first cell", "CURRENT   NAME   CLUSTER\n*         a      x\n          b      y\n", "CURRENT   NAME   CLUSTER\n          b      y\n*         a      x\n"},
		{"tabs", "NAME\tREVISION\tUPDATED                                \tAPP VERSION\nkiali\t1       \t2021-09-14 18:00:45.320351026 -0500 CDT\tv1.40.0\n",
			"NAME  REVISION  UPDATED                                   APP VERSION\nkiali 1         2026-11-21 18:00:45.1 +0000 UTC           v1.40.0\n"},
		{"single blanks", "ADDRESS       PORT  MATCH      DESTINATION\n10.100.93.102 15012 ALL        Cluster: outbound|15012||istiod\n0.0.0.0       80    App: HTTP  Route: 80\n",
			"ADDRESS   PORT  MATCH      DESTINATION\n0.0.0.0   80    App: HTTP  Route: 80\n10.1.2.3  15012 ALL        Cluster: outbound|15012||istiod\n"},
		{"measured values", "NAME   CPU(cores)   MEMORY(bytes)\nweb    1m           10Mi\n", "NAME   CPU(cores)   MEMORY(bytes)\nweb    250m         1Gi\n"},
		{"a scaler's target", "NAME   TARGETS   MINPODS\nweb    0%/50%    1\n", "NAME   TARGETS    MINPODS\nweb    305%/50%   1\n"},
		{"labels", "NAME   AGE   LABELS\nweb-558b8b4b76-qzqsg   5m   app=web,pod-template-hash=558b8b4b76\n", "NAME   AGE   LABELS\nweb-6f4c9d7b8f-zz2x9   1s   app=web,pod-template-hash=6f4c9d7b8f\n"},
		{"single words in columns", "NAME READY AGE\nweb 1/1 5m\n", "NAME   READY   AGE\nweb    1/1     1s\n"},
		{"events", "LAST SEEN   TYPE     REASON    OBJECT\n5m (x3 over 10m)   Normal   Pulled    pod/web-0\n", "LAST SEEN   TYPE     REASON    OBJECT\n1s          Normal   Pulled    pod/web-0\n"},
		{"an indented table", "  NAME   AGE\n  web    1s\n", "NAME   AGE\nweb    5m\n"},
		{"every row left out", "NAME   AGE\n...\n", "NAME   AGE\nweb    5m\n"},
		{"names of an old cluster", "NAME   READY\na-1307768864-69308   1/1\na-1307768864-c86dc   1/1\n", "NAME   READY\na-1307768864-c86dc   1/1\na-1307768864-69308   1/1\n"},
		{"rows that one could take for the other", "NAME   AGE\na...   1s\nab...  1s\n", "NAME   AGE\nabc    1s\nad     1s\n"},
	})
	agrees(t, false, [][3]string{
		{"pending for an address", services, as("130.211.10.121", "<pending>     ")},
		{"none for an address", services, as("130.211.10.121", "<none>        ")},
		{"headless", services, as("None     ", "10.1.2.3 ")},
		{"no longer headless", services, as("10.0.0.31", "None     ")},
		{"a port", services, as("9080/TCP", "9081/TCP")},
		{"the port before a node port", services, as("80:31380", "81:31380")},
		{"no node port", services, as("80:31380/TCP", "80/TCP")},
		{"a node port that is none", services, as("31380", "8080 ")},
		{"a type", services, as("LoadBalancer", "NodePort    ")},
		{"the second of two tables", services + "\n" + pods, services + "\n" + strings.Replace(pods, "1/1", "0/1", 1)},
		{"a table too few", services + "\n" + pods, services},
		{"an empty cell is filled", "NAMESPACE      NAME      REVISION   STATUS    AGE\nistio-system   example              HEALTHY   11m\n",
			"NAMESPACE      NAME      REVISION   STATUS    AGE\nistio-system   example   canary     HEALTHY   1s\n"},
		{"every address", "ADDRESS    PORT\n0.0.0.0    80\n", "ADDRESS    PORT\n10.1.2.3   80\n"},
		{"an external name", "NAME   TYPE   EXTERNAL-IP\nx      ExternalName   db.example.com\n", "NAME   TYPE   EXTERNAL-IP\nx      ExternalName   dc.example.com\n"},
		{"a scaler's aim", "NAME   TARGETS   MINPODS\nweb    0%/50%    1\n", "NAME   TARGETS    MINPODS\nweb    0%/80%   1\n"},
		{"a label", "NAME   LABELS\nweb   app=web,pod-template-hash=558b8b4b76\n", "NAME   LABELS\nweb   app=wib,pod-template-hash=558b8b4b76\n"},
		{"a setting in a column", "NAME   TIMEOUT\nweb    5s\n", "NAME   TIMEOUT\nweb    6s\n"},
		{"two rows for one", "NAME   AGE\na...   1s\n", "NAME   AGE\nabc    1s\nad     1s\n"},
		{"a version", "NAME   VERSION\nnode   v1.34.4\n", "NAME   VERSION\nnode   v1.35.0\n"},
	})
}

func TestOrdered(t *testing.T) {
	table := "NAME   AGE\na      1s\nb      2s\nc      3s\n"
	swapped := "NAME   AGE\nb      1s\na      2s\nc      3s\n"
	for _, tt := range []struct {
		want, got string
		ok        bool
	}{
		{table, table, true},
		{table, swapped, false},
		{"NAME   AGE\na      1s\n...\nc      3s\n", table, true},
		{"NAME   AGE\nc      1s\n...\na      3s\n", table, false},
		{"NAME   AGE\n...\nb      1s\n...\n", table, true},
	} {
		if d := (Options{Ordered: true}).Compare(tt.want, tt.got); (d == nil) != tt.ok {
			t.Errorf("want\n%sgot\n%sagree: %v, want %v: %+v", tt.want, tt.got, d == nil, tt.ok, d)
		}
	}
	for command, want := range map[string]bool{
		"kubectl get pods --sort-by=.metadata.name": true, "kubectl get pods | sort": true, "kubectl get pods -w": true,
		"kubectl get pods": false, "kubectl get pods -l app=sort": false, "istioctl proxy-status": false,
	} {
		if Sorts(command) != want {
			t.Errorf("Sorts(%q) = %v", command, !want)
		}
	}
}

func TestValues(t *testing.T) {
	agrees(t, true, [][3]string{
		{"RFC 3339", "at 2020-03-05T23:43:21.621339Z info", "at 2026-11-21T00:00:00Z info"},
		{"HTTP date", "date: Tue, 25 Feb 2020 20:25:52 GMT", "date: Sat, 21 Nov 2026 18:00:00 GMT"},
		{"date(1)", "one Mon Nov 12 23:24:57 UTC 2018", "one Sat Nov  7 23:24:57 UTC 2026"},
		{"certificate", "  start date: May 27 14:18:47 2020 GMT", "  start date: Nov  7 14:18:47 2026 GMT"},
		{"access log date", `[07/Mar/2018:19:02:43 +0000] "GET`, `[21/Nov/2026:19:02:43 +0000] "GET`},
		{"Go log", "2021/01/07 22:55:47 Starting", "2026/11/21 01:02:03 Starting"},
		{"klog", "I0901 10:00:00.123456       1 main.go:12] x", "E1121 11:00:00.123456      77 main.go:12] x"},
		{"UUID", "id b993bae7-4288-9241-81a5-4cde93b2e3a6", "id 00000000-4288-9241-81a5-4cde93b2e3a6"},
		{"hash", "Hash=68bbaedefe01ef4cb99e17358ff63e92;", "Hash=00bbaedefe01ef4cb99e17358ff63e92;"},
		{"all digits", "span 5983108bf6d05603", "span 5983108000000000"},
		{"image digest", "nginx@sha256:" + strings.Repeat("0a", 32), "nginx@sha256:" + strings.Repeat("b1", 32)},
		{"start of a hash", "sha256:0a1b2c3d4...", "sha256:" + strings.Repeat("b1", 32)},
		{"address", "remote 10.1.2.3:9080", "remote 192.168.1.1:9080"},
		{"source port", "from 10.1.2.3:46520 to", "from 10.1.2.3:50000 to"},
		{"source port of this machine", "127.0.0.1:41854 x", "127.0.0.1:50854 x"},
		{"node port in a URL", "http://192.168.99.100:31380/x", "http://172.18.0.2:32000/x"},
		{"address in a name", "http://httpbin.10.1.2.3.nip.io", "http://httpbin.10.1.2.4.nip.io"},
		{"IPv6", "at fd00:10:244::5 x", "at fd00:10:244::9 x"},
		{"elapsed", "real    0m2.315s", "real    1m12.001s"},
		{"in brackets", "Ready (5s)", "Ready (1m5s)"},
		{"long ago", "Up 5 minutes ago", "Up About an hour ago"},
		{"pod in a sentence", `pod "reviews-v2-79c8c8c7c5-4p4mn" deleted`, `pod "reviews-v2-6f4c9d7b8f-zz2x9" deleted`},
		{"pod with a namespace", "details-v1-558b8b4b76-qzqsg.default", "details-v1-6f4c9d7b8f-zz2x9.default"},
		{"replica set", "replicaset.apps/reviews-v1-545db77b95 created", "replicaset.apps/reviews-v1-6f4c9d7b8f created"},
		{"daemon set", "pod/kube-proxy-x2x7k", "pod/kube-proxy-bcdfg"},
		{"job", "pod/hello-28123456-x2x7k", "pod/hello-29123456-bcdfg"},
		{"token volume", "from default-token-4wm8n (ro)", "from default-token-bbbbb (ro)"},
		{"access log", `[2018-08-09T11:32:58.171Z] "GET / HTTP/1.1" 200 - 0 1050 264 264 "-" "x"`, `[2026-08-09T11:32:58.171Z] "GET / HTTP/1.1" 200 - 0 1050 1 7 "-" "x"`},
		{"new access log", `"GET / HTTP/1.1" 418 - via_upstream - "-" 0 135 4 3 "-" "x"`, `"GET / HTTP/1.1" 418 - via_upstream - "-" 0 135 11 1 "-" "x"`},
		{"service time", "< x-envoy-upstream-service-time: 36", "< x-envoy-upstream-service-time: 4"},
		{"etag", `etag: "5e5f-1a"`, `etag: W/"abc"`},
		{"thread", "[2018-07-26 20:39:18.060][152][debug][rbac] x", "[2026-07-26 20:39:18.060][7][debug][rbac] x"},
		{"token", "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6IkRIRmJwb0lVcXJZOHQyenBBMnFYZkNtcjVWTzVaRXI0UnpIVV8tZW52dlEi.x9", "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSM"},
		{"start of a token", "token: eyJhbGciOiJSUzI1NiIsImtpZCI6...", "token: eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSM"},
		{"blanks between words", "Name:         web", "Name:  web"},
		{"resource version", "Resource Version:  12", "Resource Version:  345678"},
		{"epoch", "at 1532389700 x", "at 1763748000 x"},
		{"serial number", "SERIAL 138092480869518152837211547060273851586", "SERIAL 28855309025862430117037155112"},
		{"key=value", "msg=done elapsed=5.2ms", "msg=done elapsed=91ms"},
	})
	agrees(t, false, [][3]string{
		{"another way to write a time", "at 2020-03-05T23:43:21Z", "at Thu Mar  5 23:43:21 UTC 2020"},
		{"level after a time", "2020-01-01 10:00:00 INFO x", "2020-01-01 10:00:00 WARN x"},
		{"a number", "3 rows", "4 rows"},
		{"a version", "client version: 1.7.0", "client version: 1.8.0"},
		{"a version of four numbers", "version v1.2.3.4", "version v1.2.3.5"},
		{"a status code", "HTTP/1.1 200 OK", "HTTP/1.1 503 OK"},
		{"a shorter hash", "Hash=68bbaedefe01ef4cb99e17358ff63e92;", "Hash=68bbaedefe01ef4cb99e;"},
		{"a word that is hexadecimal", "facade", "decade"},
		{"this machine", "at 127.0.0.1:80", "at 10.1.2.3:80"},
		{"another machine", "at 10.1.2.3:80", "at 127.0.0.1:80"},
		{"a port", "10.1.2.3:9080", "10.1.2.3:9081"},
		{"a port that is none", "10.1.2.3:46520", "10.1.2.3:80"},
		{"a setting", "timeout: 5s", "timeout: 6s"},
		{"a probe", "delay=0s timeout=1s period=10s", "delay=0s timeout=1s period=11s"},
		{"a request", "cpu: 100m", "cpu: 200m"},
		{"no time", "took 5s", "took long"},
		{"http2", "port/gateway-http2", "port/gateway-https"},
		{"a name", "pod/web-proxy-x2x7k", "pod/web-prixy-x2x7k"},
		{"bytes sent", `"GET / HTTP/1.1" 200 - 0 1050 264 264 "-"`, `"GET / HTTP/1.1" 200 - 0 1051 264 264 "-"`},
		{"a truncated word", "deployment.apps/web created", "deployment.apps/web create"},
		{"a content length", "content-length: 586", "content-length: 587"},
	})
}

func TestDescribe(t *testing.T) {
	want := `Name:         web-558b8b4b76-qzqsg
Namespace:    default
Start Time:   Tue, 01 Sep 2020 10:00:00 -0700
Status:       Running
IP:           10.1.2.3
Containers:
  nginx:
    Container ID:   docker://` + strings.Repeat("0a", 32) + `
    Image:          nginx:1.19
    Port:           80/TCP
Events:
  Type    Reason     Age   From               Message
  ----    ------     ----  ----               -------
  Normal  Scheduled  10s   default-scheduler  Successfully assigned default/web-558b8b4b76-qzqsg to node
  Normal  Pulled     9s    kubelet            Successfully pulled image "nginx:1.19" in 1.2s
`
	got := `Name:             web-6f4c9d7b8f-zz2x9
Namespace:        default
Start Time:       Sat, 21 Nov 2026 18:00:00 +0000
Status:           Running
IP:               10.244.0.9
Containers:
  nginx:
    Container ID:   docker://` + strings.Repeat("b1", 32) + `
    Image:          nginx:1.19
    Port:           80/TCP
Events:
  Type    Reason     Age                From               Message
  ----    ------     ----               ----               -------
  Normal  Scheduled  5m                 default-scheduler  Successfully assigned default/web-6f4c9d7b8f-zz2x9 to node
  Normal  Pulled     4m (x3 over 10m)   kubelet            Successfully pulled image "nginx:1.19" in 721ms
`
	agrees(t, true, [][3]string{{"the same pod again", want, got}})
	as := func(old, new string) string { return strings.Replace(got, old, new, 1) }
	agrees(t, false, [][3]string{
		{"status", want, as("Running", "Pending")},
		{"image", want, as("1.19", "1.20")},
		{"reason", want, as("Pulled ", "Failed ")},
		{"an event is missing", want, as("  Normal  Scheduled  5m                 default-scheduler  Successfully assigned default/web-6f4c9d7b8f-zz2x9 to node\n", "")},
		{"a section is missing", want, as("    Port:           80/TCP\n", "")},
		{"further in", want, as("    Port:", "  Port:")},
		{"order", " Name:       web\n Namespace:  default\n Containers:\n  nginx:\n   Image:  nginx\n", " Namespace:  default\n Name:       web\n Containers:\n  nginx:\n   Image:  nginx\n"},
	})
}
