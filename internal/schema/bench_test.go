package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/manifest"
)

const benchFragment = "spec:\n  gateways:\n  - istio-system/gw\n  hosts:\n  - kiali.abccorp.net\n  http:\n  - headers:\n      request:\n        set: {X-Forwarded-Port: \"443\"}\n    route:\n    - destination:\n        host: kiali\n        port:\n          number: 20001\n"

func deployment(i int) string {
	return fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web-%d\nspec:\n  selector:\n    matchLabels: {app: web}\n  template:\n    metadata:\n      labels: {app: web}\n    spec:\n      containers:\n      - name: c\n        image: nginx:%d\n        ports:\n        - containerPort: 80\n        resources:\n          limits: {cpu: 100m, memory: 1Gi}\n", i, i)
}

// BenchmarkBlocks judges 1,000 blocks: half manifests, half fragments whose
// kind nothing tells.
func BenchmarkBlocks(b *testing.B) {
	s := istio(b)
	for b.Loop() {
		for i := range 500 {
			judge(s, deployment(i), Context{})
			judge(s, benchFragment, Context{})
		}
	}
}

// FuzzJudge: no text makes it panic, and every place lies in the text.
func FuzzJudge(f *testing.F) {
	for _, s := range []string{pod, benchFragment, deployment(1), "a: &a [*a]", "<<: {a: b}\n<<: [*x]\nkind: List\nitems: [1]", "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod}]", crdHead + "        type: object\n", "- - a\n- {}\n", "apiVersion: [v1]\nkind: {a: b}\nmetadata: x\n", "apiVersion: v1\nkind: Secret\ndata: {? [a]: b}\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		file := manifest.Parse(in)
		s := Default.With(in)
		for i := range file.Docs {
			for _, c := range []Context{{}, {Kind: "Deployment"}, {Texts: []string{in}}} {
				for _, p := range s.Judge(&file.Docs[i], c, strings.Contains(in, "x")).Problems {
					if p.At < 0 || p.At > len(in) {
						t.Fatalf("%+v is outside of %q", p, in)
					}
				}
			}
		}
	})
}
