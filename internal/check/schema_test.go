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

// istioSchemas gives a set that knows the definitions of Istio, as a project
// that lists them has it.
func istioSchemas(t testing.TB) *schema.Set {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", istioAPI)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	var m struct{ Dir, Error string }
	if json.Unmarshal(out, &m) != nil || m.Dir == "" {
		t.Skipf("go mod download %s: %v %s", istioAPI, err, m.Error)
	}
	files, err := schema.Files(os.DirFS(m.Dir), []string{"kubernetes/customresourcedefinitions.gen.yaml"})
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
