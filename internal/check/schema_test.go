package check

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/schema"
)

const istioAPI = "istio.io/api@v1.31.1"

// moduleDir gives the folder of a module that is in the cache or is fetched.
func moduleDir(t testing.TB, module string) string {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	var m struct{ Dir, Error string }
	if json.Unmarshal(out, &m) != nil || m.Dir == "" {
		t.Skipf("go mod download %s: %v %s", module, err, m.Error)
	}
	return m.Dir
}

// istioSchemas gives a set that knows the definitions of Istio, as a project
// that lists them has it.
func istioSchemas(t testing.TB) *schema.Set {
	t.Helper()
	files, err := schema.Files(os.DirFS(moduleDir(t, istioAPI)), []string{"kubernetes/customresourcedefinitions.gen.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := schema.New(nil, files)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What the schemas find in pages that nobody here wrote: each place was read by
// hand, and each is a mistake of the page.
const schemaFindings = `
istio-en blog/2018/egress-https/index.md:126         sni_hosts: the field is sniHosts
istio-en docs/ops/configuration/traffic-management/protocol-selection/index.md:63  the port of a Service has no number, but port
istio-en docs/ops/configuration/traffic-management/protocol-selection/index.md:66  the same
istio-en docs/ops/integrations/prometheus/index.md:116      volumeMounts is a list
istio-en docs/tasks/policy-enforcement/rate-limit/index.md:197  listener belongs into match
istio-en docs/tasks/policy-enforcement/rate-limit/index.md:252  the same
istio-en docs/tasks/security/authorization/authz-custom/index.md:143  name stands beside metadata and not in it
istio-zh blog/2018/aws-nlb/index.md:114              selector, its label and type stand in a port
istio-zh blog/2018/aws-nlb/index.md:115              the same
istio-zh blog/2018/aws-nlb/index.md:116              the same
istio-zh blog/2018/egress-https/index.md:115         sni_hosts: the field is sniHosts
istio-zh blog/2018/v1alpha3-routing/index.md:277     a DestinationRule has a host
istio-zh blog/2018/v1alpha3-routing/index.md:278     and no name
istio-zh docs/concepts/traffic-management/index.md:176   match is a list
istio-zh docs/ops/configuration/traffic-management/protocol-selection/index.md:43  the port of a Service has no number, but port
istio-zh docs/ops/configuration/traffic-management/protocol-selection/index.md:45  the same
istio-zh docs/setup/additional-setup/sidecar-injection/index.md:160  a Deployment without a selector
istio-zh docs/tasks/traffic-management/ingress/ingress-sni-passthrough/index.md:204  sni_hosts: the field is sniHosts
k8s-tasks extend-kubernetes/setup-konnectivity.md:43  containers is a list
k8s-tasks manage-kubernetes-objects/kustomization.md:116  data is a mapping, not FOO=Bar
`

// The schemas find these mistakes and raise no false alarm, with Istio's
// definitions; without them they find a part of the same.
func TestCorporaSchema(t *testing.T) {
	want := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(schemaFindings)) {
		f := strings.Fields(line)
		want[f[0]+" "+f[1]] = true
	}
	for name, s := range map[string]*schema.Set{"istio": istioSchemas(t), "kubernetes": nil} {
		found, reasons := map[string]bool{}, map[string]int{}
		for _, folder := range []string{"istio-en", "istio-zh", "kiali", "k8s-tasks"} {
			for _, p := range corpus(t, folder+"/content").Pages {
				for _, it := range New(p, Options{Guess: true, Schemas: s}).Items {
					for _, d := range it.Problems {
						if at := fmt.Sprintf("%s %s:%d", folder, d.Pos.File, d.Pos.Line); strings.HasPrefix(d.Rule, "schema-") {
							if found[at] = true; !want[at] {
								t.Errorf("%s: %s %s", name, folder, d)
							}
						}
					}
					if it.Kind == Fragment || it.Kind == Manifest {
						reasons[string(it.Kind)+" "+string(it.Status)+" "+it.Reason]++
					}
				}
			}
		}
		for at := range want {
			if name == "istio" && !found[at] {
				t.Errorf("not found: %s", at)
			}
		}
		t.Log(name, len(found), "found", table(reasons))
	}
}

// What is found beside that in the blocks of the same pages, by place and rule:
// each was read by hand, and each is a mistake of the page.
const blockFindings = `
istio-en blog/2018/export-logs-through-stackdriver/index.md:235 yaml  metadata and spec on one line
istio-en blog/2020/show-source-ip/index.md:187 yaml  declared yaml, but what curl prints
istio-en blog/2020/show-source-ip/index.md:260 yaml  declared yaml, but what curl prints
istio-en blog/2021/migrate-alpha-policy/index.md:268 yaml-separator  two hyphens between documents
istio-en docs/concepts/observability/index.md:62 json  declared json, but lines of metrics
istio-en docs/concepts/observability/index.md:88 json  declared json, but lines of metrics
istio-en docs/ops/common-problems/injection/index.md:193 backslash-keyword  a backslash before done
istio-en docs/ops/common-problems/injection/index.md:197 backslash-keyword  a backslash before done
istio-en docs/ops/common-problems/validation/index.md:169 backslash-keyword  a backslash before done
istio-en docs/ops/common-problems/validation/index.md:218 backslash-keyword  a backslash before done
istio-en docs/ops/common-problems/validation/index.md:224 backslash-keyword  a backslash before done
istio-en docs/ops/configuration/mesh/app-health-check/index.md:89 wrong-language  declared yaml, but kubectl
istio-en docs/ops/integrations/certmanager/index.md:69 yaml-spelling  Kind for kind
istio-en docs/reference/config/analysis/ist0113/index.md:46 yaml-alias  a star without quotes
istio-en docs/tasks/observability/distributed-tracing/lightstep/index.md:103 yaml  a key without its colon
istio-en docs/tasks/security/cert-management/custom-ca-k8s/index.md:149 shell  the EOF is indented
istio-en docs/tasks/security/cert-management/custom-ca-k8s/index.md:35 shell  the EOF is indented
istio-zh blog/2018/export-logs-through-stackdriver/index.md:201 yaml  metadata and spec on one line
istio-zh blog/2018/v1alpha3-routing/index.md:262 yaml  ports is indented under hosts
istio-zh docs/concepts/observability/index.md:44 json  declared json, but lines of metrics
istio-zh docs/concepts/observability/index.md:68 json  declared json, but lines of metrics
istio-zh docs/ops/common-problems/injection/index.md:168 backslash-keyword  a backslash before done
istio-zh docs/ops/common-problems/injection/index.md:172 backslash-keyword  a backslash before done
istio-zh docs/ops/common-problems/validation/index.md:143 backslash-keyword  a backslash before done
istio-zh docs/ops/common-problems/validation/index.md:187 backslash-keyword  a backslash before done
istio-zh docs/ops/common-problems/validation/index.md:193 backslash-keyword  a backslash before done
istio-zh docs/reference/config/analysis/ist0113/index.md:40 yaml-alias  a star without quotes
k8s-tasks access-application-cluster/configure-access-multiple-clusters.md:119 wrong-language  declared shell, but a kubeconfig
k8s-tasks access-application-cluster/configure-access-multiple-clusters.md:54 wrong-language  declared shell, but a kubeconfig
k8s-tasks administer-cluster/kubeadm/adding-windows-nodes.md:72 json  declared json, but a part of a ConfigMap
k8s-tasks configure-pod-container/configure-pod-configmap.md:402 shell  declared shell, but what kubectl prints, too
k8s-tasks manage-kubernetes-objects/kustomization.md:159 wrong-language  declared yaml, but a heredoc
k8s-tasks network/validate-dual-stack.md:189 shell  declared shell, but what kubectl prints
k8s-tasks network/validate-dual-stack.md:233 shell  declared shell, but what kubectl prints
kiali en/docs/Configuration/p8s-jaeger-grafana/tracing/tempo.md:166 wrong-language  declared yaml, but kubectl
kiali en/docs/Installation/installation-guide/example-install.md:88 wrong-language  declared json, but kubectl
`

// Blocks of pages that nobody here wrote raise no false alarm. What schemas find
// has a test of its own; that an API was removed stands in a table of releases.
func TestCorporaBlocks(t *testing.T) {
	want, found := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(blockFindings)) {
		f := strings.Fields(line)
		want[strings.Join(f[:3], " ")] = true
	}
	for _, folder := range []string{"istio-en", "istio-zh", "kiali", "k8s-tasks"} {
		for _, p := range corpus(t, folder+"/content").Pages {
			for _, it := range New(p, Options{Guess: true}).Items {
				for _, d := range it.Problems {
					at := fmt.Sprintf("%s %s:%d %s", folder, d.Pos.File, d.Pos.Line, d.Rule)
					if strings.HasPrefix(d.Rule, "schema-") || d.Rule == "removed-api" {
						continue
					}
					if found[at] = true; !want[at] {
						t.Errorf("%s: %s", folder, d)
					}
				}
			}
		}
	}
	for at := range want {
		if !found[at] {
			t.Errorf("not found: %s", at)
		}
	}
}

// What the schemas say decides the status of a block, and its reason.
func TestSchema(t *testing.T) {
	const head = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n"
	const spec = "spec:\n  replicas: COUNT\n  selector: {matchLabels: {a: b}}\n  template: {metadata: {labels: {a: b}}}\n"
	const crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: foos.x.io}\nspec:\n  group: x.io\n  names: {kind: Foo, plural: foos}\n  scope: Cluster\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema: {type: object, properties: {size: {type: integer}}}\n"
	tests := []struct{ name, in, want, problems string }{
		{"wrong manifest", fence("yaml", head+spec), `manifest failed: replicas takes a whole number, and not text, "COUNT" [1]`, `p.md:7:13: replicas takes a whole number, and not text, "COUNT"`},
		{"on purpose", fence("yaml {fails}", head+spec), "manifest [1]", ""},
		{"a variable fills it", "---\ncheck:\n  vars: {COUNT: 3}\n---\n" + fence("yaml", head+spec), "manifest [1]", ""},
		{"fragment", fence("yaml", "spec:\n  replicas: 3\n  revisionHistoryLimit: 2\n"), "fragment static: fragment of Deployment.spec (apps/v1) or StatefulSet.spec (apps/v1): valid by each schema", ""},
		{"the text says of what", "Change the `StatefulSet`:\n\n" + fence("yaml", "spec:\n  replicas: 3\n"), "fragment static: fragment of StatefulSet.spec (apps/v1): valid by its schema", ""},
		{"the block says of what", fence("yaml {kind=\"StatefulSet\"}", "spec:\n  replica: 3\n"), `fragment failed: spec has no field "replica": the nearest kind is StatefulSet (apps/v1)`, `p.md:3:3: spec has no field "replica": the nearest kind is StatefulSet (apps/v1)`},
		{"the page says of what", "---\ncheck:\n  kind: apps/v1 StatefulSet\n---\n" + fence("yaml", "spec:\n  replica: 3\n"), `fragment failed: spec has no field "replica": the nearest kind is StatefulSet (apps/v1)`, `p.md:7:3: spec has no field "replica": the nearest kind is StatefulSet (apps/v1)`},
		{"the page is about an old release", "---\ncheck:\n  kubernetes: \"<1.25\"\n---\n" + fence("yaml", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {podFailurePolicy: {}, template: {spec: {containers: []}}}\n"), "manifest failed: spec has no field \"podFailurePolicy\" [1]", `p.md:9:8: spec has no field "podFailurePolicy"`},
		{"definition in the page", fence("yaml", crd) + fence("yaml", "apiVersion: x.io/v1\nkind: Foo\nmetadata: {name: a}\nsize: big\n"), "manifest [1]\nmanifest failed: size takes a whole number, and not text, \"big\" [1]", `p.md:20:7: size takes a whole number, and not text, "big"`},
		{"definition in a heredoc", fence("bash", "$ kubectl apply -f - <<EOF\n"+crd+"EOF\n") + fence("yaml", "apiVersion: x.io/v1\nkind: Foo\nmetadata: {name: a}\nsize: big\n"), "session [1]\nmanifest failed: size takes a whole number, and not text, \"big\" [1]", `p.md:22:7: size takes a whole number, and not text, "big"`},
		{"heredoc in a list", "1. Do:\n\n    ```bash\n    $ kubectl apply -f - <<EOF\n    " + strings.ReplaceAll(strings.TrimSpace(strings.Replace(head+spec, "replicas: COUNT", "replica: 1", 1)), "\n", "\n    ") + "\n    EOF\n    ```\n", "session failed: spec has no field \"replica\" [1]", `p.md:10:7: spec has no field "replica"`},
		{"heredoc that only writes a patch", fence("bash", "cat > patch.yaml <<EOF\n"+head+"spec: {replicas: 2}\nEOF\n"), "script [1]", ""},
		{"patch", "Write a patch:\n\n" + fence("yaml", head+"spec: {replicas: 2}\n"), "manifest static: a patch: valid by its schema: Deployment (apps/v1) [1]", ""},
		{"patch with a mistake", "Write a patch:\n\n" + fence("yaml", head+"spec: {replica: 2}\n"), "manifest failed: spec has no field \"replica\" [1]", `p.md:8:8: spec has no field "replica"`},
		{"named as a patch", fence("yaml", "# web-patch.yaml\n"+head+"spec: {replicas: 2}\n"), "manifest static: a patch: valid by its schema: Deployment (apps/v1) [1]", ""},
		{"no patch", fence("yaml", head+"spec: {replicas: 2}\n"), "manifest failed: spec needs the field selector [1]", "p.md:6:1: spec needs the field selector\np.md:6:1: spec needs the field template"},
		{"template", fence("yaml", head+"spec: {{ .Values.spec }}\n"), "manifest static: a template: nothing can be said of it before it is filled in [1]", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := plan(t, tt.in, Options{Guess: true})
			var problems []string
			for _, it := range p.Items {
				for _, d := range it.Problems {
					d.Hint = ""
					problems = append(problems, d.String())
				}
			}
			if got := verdicts(p); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
			}
			if got := strings.Join(problems, "\n"); got != tt.problems {
				t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.problems)
			}
		})
	}
}
