package schema

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/probatum/probatum/internal/manifest"
	"github.com/probatum/probatum/internal/versions"
)

const istioAPI = "istio.io/api@v1.31.1"

// istioFiles gives Istio's definitions, as its module has them.
func istioFiles(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := Files(os.DirFS(download(t, istioAPI)), []string{"kubernetes/customresourcedefinitions.gen.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func istio(t testing.TB) *Set { return must(t, nil, istioFiles(t)) }

func must(t testing.TB, versions []string, crds map[string][]byte) *Set {
	t.Helper()
	s, err := New(versions, crds)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judge gives what a set says of a text: its problems as "LINE:COL MESSAGE
// [HINT]", or the reason of each document that has none.
func judge(s *Set, in string, c Context) string {
	f := manifest.Parse(in)
	var out []string
	for i := range f.Docs {
		v := s.Judge(&f.Docs[i], c, f.Elided)
		for _, p := range v.Problems {
			line, col := 1+strings.Count(in[:p.At], "\n"), p.At-strings.LastIndexByte(in[:p.At], '\n')
			msg := fmt.Sprintf("%d:%d %s", line, col, p.Message)
			if p.Hint != "" {
				msg += " [" + p.Hint + "]"
			}
			out = append(out, msg)
		}
		if len(v.Problems) == 0 {
			out = append(out, v.Reason)
		}
	}
	return strings.Join(out, "\n")
}

const pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n  - name: b\n"

func TestManifest(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"right", pod + "    image: c\n", "valid by its schema: Pod (v1)"},
		{"unknown field", pod + "    imagee: x\n", `8:5 an item of containers has no field "imagee" [write image]`},
		{"unknown field of another level", pod + "    containerPort: 80\n", `8:5 an item of containers has no field "containerPort" [containerPort is a field of ports: it stands too far to the left, or the line above it is missing]`},
		{"unknown field like no other", pod + "    frobnicate: 80\n", `8:5 an item of containers has no field "frobnicate" [kubectl explain pod.spec.containers lists its fields]`},
		{"case", pod + "    Image: x\n", `8:5 an item of containers has no field "Image" [write image]`},
		{"number for text", pod + "    image: 1\n", `8:12 image takes text, and not a whole number, "1" [put it in quotes: "1"]`},
		{"text for a number", pod + "    ports:\n    - containerPort: \"80\"\n", `9:22 containerPort takes a whole number, and not text, "80" [write it without quotes: 80]`},
		{"YAML 1.1 word", pod + "    env:\n    - name: a\n      value: yes\n", `10:14 value takes text, and not the word yes, which YAML reads as true or false [put it in quotes: "yes"]`},
		{"mapping for a list", pod + "    ports:\n      containerPort: 80\n", `8:5 ports takes a list, and not a mapping [start each of its items with "- "]`},
		{"enum", pod + "    imagePullPolicy: Allways\n", `8:22 imagePullPolicy cannot be "Allways" [write Always]`},
		{"required", "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  template: {}\n", "5:1 spec needs the field selector [add selector: below it]"},
		{"required in an item", strings.Replace(pod, "name: b", "image: b", 1), "7:5 an item of containers needs the field name [add name: below it]"},
		{"nothing is required where a remark leaves out", "apiVersion: apps/v1\nkind: Deployment\nspec:\n  # ...\n  replicas: 1\n", "valid by its schema: Deployment (apps/v1)"},
		{"no name", "apiVersion: v1\nkind: Namespace\nmetadata: {}\n", "3:1 metadata needs the field name [add name: below it]"},
		{"generated name", "apiVersion: v1\nkind: Namespace\nmetadata:\n  generateName: a-\n", "valid by its schema: Namespace (v1)"},
		{"quantity", pod + "    resources:\n      limits: {cpu: 0.5, memory: 1gb}\n", `9:34 memory cannot be "1gb": it takes a quantity [write a number with a unit, as 500m, 1Gi or 2]`},
		{"number or text", pod + "    livenessProbe:\n      httpGet: {port: http, path: 1}\n", `9:35 path takes text, and not a whole number, "1" [put it in quotes: "1"]`},
		{"base64", "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: pässword}\n", "4:11 a is not base64 [encode it, or give it as stringData where the kind has that]"},
		{"placeholders", pod + "    image: <image>\n    ports:\n    - containerPort: ${PORT}\n", "valid by its schema: Pod (v1)"},
		{"null stands for nothing", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, creationTimestamp: null}\nspec:\n", "valid by its schema: Pod (v1)"},
		{"kind that is misspelled", "apiVersion: apps/v1\nkind: Deploymnt\n", "2:7 apps/v1 has no kind Deploymnt [write Deployment]"},
		{"version that is not there", "apiVersion: apps/v2\nkind: Deployment\n", "1:13 Kubernetes 1.34 serves no Deployment in apps/v2 [write apps/v1]"},
		{"kind of another group", "apiVersion: v1\nkind: Deployment\n", "1:13 v1 has no kind Deployment [write apps/v1]"},
		{"group that is misspelled", "apiVersion: app/v1\nkind: Deployment\n", "1:13 Kubernetes 1.34 serves no app/v1 [write apps/v1]"},
		{"kind of others", "apiVersion: kiali.io/v1alpha1\nkind: Kiali\n", "no schema of Kiali (kiali.io/v1alpha1) is known: only its syntax was checked"},
		{"file of another program", "apiVersion: release-notes/v2\nkind: feature\n", "no schema of feature (release-notes/v2) is known: only its syntax was checked"},
		{"options of a request", "apiVersion: v1\nkind: DeleteOptions\npropagationPolicy: Orphan\n", "no schema of DeleteOptions (v1) is known: only its syntax was checked"},
		{"removed API", "apiVersion: extensions/v1beta1\nkind: Deployment\n", "its API is gone"},
		{"list", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: a}\n  spec: {b: 1}\n", `7:10 spec has no field "b" [it has finalizers]`},
		{"alias", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: &l {a: b}, annotations: *l}\n", "valid by its schema: ConfigMap (v1)"},
		{"merge", pod + "    env:\n    - &e {name: x, value: z}\n    - <<: *e\n      valu: z\n", `11:7 an item of env has no field "valu" [write value]`},
		{"JSON", `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": 1}}`, `1:64 name takes text, and not a whole number, "1" [put it in quotes: "1"]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judge(Default, tt.in, Context{}); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

const vs = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: a\nspec:\n"

func TestIstio(t *testing.T) {
	s := istio(t)
	tests := []struct{ name, in, want string }{
		{"right", vs + "  hosts: [a]\n", "valid by its schema: VirtualService (networking.istio.io/v1)"},
		{"unknown field", vs + "  http:\n  - route:\n    - destinaton:\n        host: a\n", `8:7 an item of route has no field "destinaton" [write destination]`},
		{"enum", "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a}\nspec: {mtls: {mode: STRICTT}}\n", `4:21 mode cannot be "STRICTT" [write STRICT]`},
		{"one of", "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nspec:\n  host: a\n  trafficPolicy:\n    loadBalancer:\n      simple: RANDOM\n      consistentHash: {useSourceIp: true}\n",
			"7:5 loadBalancer is several things at once: it takes only one of consistentHash, simple"},
		{"version that is not there", "apiVersion: networking.istio.io/v2\nkind: VirtualService\n", "1:13 its definition serves no VirtualService in networking.istio.io/v2 [write networking.istio.io/v1]"},
		{"kind that is misspelled", "apiVersion: networking.istio.io/v1\nkind: VirtualServices\n", "2:7 networking.istio.io/v1 has no kind VirtualServices [write VirtualService]"},
		{"free form", "apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: {name: a}\nspec: {configPatches: [{applyTo: CLUSTER, patch: {operation: ADD, value: {any: [thing]}}}]}\n", "valid by its schema: EnvoyFilter (networking.istio.io/v1alpha3)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judge(s, tt.in, Context{}); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestFragment(t *testing.T) {
	s := istio(t)
	const containers = "containers:\n- name: a\n  image: b\n  ports:\n  - containerPort: 80\n"
	const route = "http:\n- headers:\n    request:\n      set: {a: b}\n  route:\n  - destination:\n      host: kiali\n"
	tests := []struct {
		name, in string
		c        Context
		want     string
	}{
		{"list", containers, Context{}, "fragment of Pod.spec.containers (v1): valid by its schema"},
		{"list alone", "- name: a\n  image: b\n  ports:\n  - containerPort: 80\n", Context{}, "fragment of Pod.spec.containers[] (v1) or Pod.spec.ephemeralContainers[] (v1): valid by each schema"},
		{"deep", route, Context{}, "fragment of VirtualService.spec.http (networking.istio.io/v1): valid by its schema"},
		{"spec", "spec:\n  replicas: 3\n  minReadySeconds: 1\n", Context{}, "fragment of Deployment.spec (apps/v1) or 3 others: valid by each schema"},
		{"the text names a kind", "spec:\n  replicas: 3\n  minReadySeconds: 1\n", Context{Texts: []string{"Change the ReplicaSet:"}}, "fragment of ReplicaSet.spec (apps/v1): valid by its schema"},
		{"declared", "spec:\n  replicas: 3\n", Context{Kind: "apps/v1 StatefulSet"}, "fragment of StatefulSet.spec (apps/v1): valid by its schema"},
		{"declared and wrong", "spec:\n  replica: 3\n", Context{Kind: "StatefulSet"}, `2:3 spec has no field "replica": the nearest kind is StatefulSet (apps/v1) [write replicas]`},
		{"declared, of others", "spec:\n  a: 3\n", Context{Kind: "kiali.io/v1alpha1 Kiali"}, "a fragment of kiali.io/v1alpha1 Kiali, of which no schema is known: only its syntax was checked"},
		{"nearly", strings.Replace(route, "destination", "destinaton", 1) + "    weight: 1\n- timeout: 1s\n  match: [{uri: {prefix: /a}}]\n", Context{},
			`6:5 an item of route has no field "destinaton": the nearest kind is VirtualService.spec (networking.istio.io/v1) [write destination]`},
		{"half of a manifest", "kind: Service\nmetadata: {name: a}\nspec:\n  ports:\n  - number: 80\n", Context{}, `5:5 an item of ports has no field "number": the nearest kind is Service (v1) [it has appProtocol, name, nodePort, port, protocol, targetPort]`},
		{"reference", "kind: Secret\nname: a\nnamespace: b\nfieldPath: c\n", Context{}, "fragment of Binding.target (v1): valid by its schema"},
		{"too short to tell", "name: a\n", Context{}, "a fragment too short to tell what it is part of (Pod.metadata.name (v1) has these fields): only its syntax was checked"},
		{"Helm values", "replicaCount: 1\nimage:\n  repository: a\n  tag: b\nservice:\n  type: ClusterIP\n  port: 80\nresources: {limits: {cpu: 1}}\n", Context{}, "a fragment of no kind that is known: only its syntax was checked"},
		{"values with what containers have", "provider:\n  name: cloudflare\nenv:\n- name: A\n  valueFrom:\n    secretKeyRef: {name: a, key: b}\n- name: B\n  valueFrom:\n    secretKeyRef: {name: a, key: b}\n", Context{}, "a fragment that fits no known kind: only its syntax was checked"},
		{"a typo at the top", "imagee: a\nenv:\n- name: A\n  valueFrom:\n    secretKeyRef: {name: a, key: b}\nports:\n- containerPort: 80\n  protocol: TCP\n", Context{}, `1:1 containers has no field "imagee": the nearest kind is Pod.spec.containers[] (v1) [write image]`},
		{"conditions of an unknown kind", "status:\n  conditions:\n  - lastTransitionTime: \"2024-08-30T13:36:27Z\"\n    message: m\n    reason: R\n    severity: Info\n    status: \"False\"\n    type: T\n", Context{}, "a fragment too short to tell what it is part of (CustomResourceDefinition.spec.versions[].subresources.status (apiextensions.k8s.io/v1) has these fields): only its syntax was checked"},
		{"Compose", "services:\n  web:\n    image: a\n    ports: [\"80:80\"]\n    environment: {A: b}\nvolumes:\n  data: {}\n", Context{}, "a fragment that fits no known kind: only its syntax was checked"},
		{"Kiali", "spec:\n  auth:\n    strategy: anonymous\n  deployment:\n    replicas: 2\n    image_name: a\n    resources: {limits: {cpu: 1}}\n", Context{}, "a fragment that fits no known kind: only its syntax was checked"},
		{"our own configuration", "title: T\ndescription: d\ncheck:\n  within: 20s\n  kind: Pod\n", Context{}, "a fragment that fits no known kind: only its syntax was checked"},
		{"front matter", "title: T\nweight: 3\nkeywords: [a]\naliases: [/b]\n", Context{}, "a fragment of no kind that is known: only its syntax was checked"},
		{"list of words", "- a\n- b\n", Context{}, "a fragment that names no fields: only its syntax was checked"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := judge(s, tt.in, tt.c); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

// The page that the project started from holds a fragment of a VirtualService.
func TestSeed(t *testing.T) {
	data, err := os.ReadFile("../../../shared/seeds/kiali-faq-authentication.md")
	if err != nil {
		t.Skipf("no seed: %v", err)
	}
	_, in, _ := strings.Cut(string(data), "```yaml\n")
	in, _, _ = strings.Cut(in, "```")
	if got, want := judge(istio(t), in, Context{}), "fragment of VirtualService.spec (networking.istio.io/v1): valid by its schema"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestReleases(t *testing.T) {
	const podSecurityPolicy = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {unhealthyPodEvictionPolicy: AlwaysAllow}\n"
	for version, want := range map[string]string{
		"1.34": "valid by its schema: PodDisruptionBudget (policy/v1)",
		"1.23": `4:8 spec has no field "unhealthyPodEvictionPolicy" [it has maxUnavailable, minAvailable, selector]`,
	} {
		if got := judge(must(t, []string{version}, nil), podSecurityPolicy, Context{}); got != want {
			t.Errorf("%s: got %s, want %s", version, got, want)
		}
	}
	if got, want := judge(must(t, []string{"1.34", "v1.25.3", "1.29"}, nil), podSecurityPolicy, Context{}), `4:8 spec has no field "unhealthyPodEvictionPolicy" in Kubernetes 1.25 [it has maxUnavailable, minAvailable, selector]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := New([]string{"1.2"}, nil); err == nil {
		t.Error("there is a Kubernetes 1.2")
	}
	in := func(s *Set, text string) *Set {
		r, err := versions.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return s.In(r)
	}
	if s := in(Default, "<=1.29"); s.minors[0] != 29 || in(Default, "<1.6") != nil || in(Default, ">=1.20").minors != nil {
		t.Error("In of the usual release")
	}
	three := must(t, []string{"1.25", "1.30", "1.34"}, nil)
	if got := in(three, ">=1.26 <1.34").minors; !slices.Equal(got, []int{30}) || three.Newest() != 34 || Default.Newest() != 0 {
		t.Errorf("In of three releases: %v", got)
	}
	if got := must(t, []string{">=1.33", "v1.25.3"}, nil).minors; !slices.Equal(got, []int{36, 35, 34, 33, 25}) {
		t.Errorf("a range gives %v", got)
	}
}

const crdHead = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: foos.x.io\nspec:\n  group: x.io\n  names:\n    kind: Foo\n    plural: foos\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n"

func TestCRD(t *testing.T) {
	const foo = "apiVersion: x.io/v1\nkind: Foo\nmetadata: {name: a}\nspec: {size: 3, color: red}\n"
	tests := []struct{ name, schema, want string }{
		{"unknown field", "        type: object\n        properties:\n          spec: {type: object, properties: {size: {type: integer}}}\n", `4:17 spec has no field "color" [it has size]`},
		{"maximum", "        type: object\n        properties:\n          spec: {type: object, properties: {size: {type: integer, maximum: 2}, color: {type: string}}}\n", "4:14 size cannot be 3: the most is 2"},
		{"pattern", "        type: object\n        properties:\n          spec: {type: object, properties: {size: {type: integer}, color: {type: string, pattern: '^b'}}}\n", `4:24 color cannot be "red": it has to look like ^b`},
		{"object that takes nothing", "        type: object\n        properties:\n          spec: {type: object}\n", "4:8 spec has no field \"size\"\n4:17 spec has no field \"color\""},
		{"object that takes all", "        type: object\n        properties:\n          spec: {type: object, x-kubernetes-preserve-unknown-fields: true}\n", "valid by its schema: Foo (x.io/v1)"},
		{"not structural", "        type: object\n        properties:\n          spec: {properties: {size: {type: integer}}}\n",
			"only the syntax of Foo was checked: the schema of x.io/v1 Foo cannot be used: it is not structural: spec has no type"},
		{"reference", "        $ref: '#/definitions/x'\n", "only the syntax of Foo was checked: the schema of x.io/v1 Foo cannot be used: the schema of a CRD cannot refer to another, as #/definitions/x"},
		{"recursion", "        &a\n        type: object\n        properties: {spec: *a}\n", "only the syntax of Foo was checked: the CustomResourceDefinition cannot be read: anchor 'a' value contains itself"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for how, s := range map[string]*Set{"page": Default.With(crdHead + tt.schema), "file": must(t, nil, map[string][]byte{"a.yaml": []byte("# x\n---\n" + crdHead + tt.schema)})} {
				if got := judge(s, foo, Context{}); got != tt.want {
					t.Errorf("%s\n got %s\nwant %s", how, got, tt.want)
				}
			}
		})
	}
}

func TestFiles(t *testing.T) {
	files, err := Files(fstest.MapFS{"crds/a.yaml": {Data: []byte("a")}, "crds/b/c.json": {Data: []byte("c")}, "crds/README.md": {}, "x.crd": {Data: []byte("x")}}, []string{"crds/", "x.crd"})
	if err != nil || fmt.Sprint(files) != "map[crds/a.yaml:[97] crds/b/c.json:[99] x.crd:[120]]" {
		t.Error(files, err)
	}
	if _, err := Files(fstest.MapFS{}, []string{"none"}); err == nil {
		t.Error("a file that is not there has been read")
	}
}

// What would take long or never end is bounded, and says so.
func TestBounded(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx0: &x0 {}\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&bomb, "x%d: &x%d {a: *x%d, b: *x%d, c: *x%d}\n", i, i, i-1, i-1, i-1)
	}
	wide := strings.ReplaceAll(strings.ReplaceAll(strings.Replace(bomb.String(), "x0: &x0", "data: &x0", 1), "ConfigMap", "Foo"), "v1", "x.io/v1")
	long := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n" + strings.Repeat("", 1)
	var lines strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&lines, "  k%d: v\n", i)
	}
	tests := []struct{ name, in, want string }{
		{"100,000 lines", long + lines.String(), "valid by its schema"},
		{"100,000 wrong lines", long + strings.ReplaceAll(lines.String(), ": v", ": 1"), "5:7 k0 takes text"},
		{"1 MB of text", long + "  a: " + strings.Repeat("x", 1<<20) + "\n", "valid by its schema"},
		{"aliases", wide, "unfold to more than an API server takes"},
		{"nested", pod + "    x: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n", "has no field"},
		{"100,000 unknown fields of a fragment", "data:\n" + lines.String(), ""},
	}
	s := Default.With(crdHead + "        type: object\n        additionalProperties: {type: object, x-kubernetes-preserve-unknown-fields: true, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object, additionalProperties: {type: object}}}}}}}}}}}}}}\n")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			got := judge(s, tt.in, Context{})
			if !strings.Contains(got, tt.want) {
				t.Errorf("got %.300s, want %s", got, tt.want)
			}
			t.Log(time.Since(start))
		})
	}
}
