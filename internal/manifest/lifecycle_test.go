package manifest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// lifecycles is where Kubernetes says since when each version of a kind is
// deprecated, and gone.
const lifecycles = "k8s.io/api@v0.36.3"

var (
	groupName = regexp.MustCompile(`GroupName = "([^"]*)"`)
	lifecycle = regexp.MustCompile(`func \(in \*(\w+)\) APILifecycle(Removed|Deprecated)\(\) .*\{\n\treturn 1, (\d+)\n`)
)

// The table agrees with the lifecycle methods of k8s.io/api, as far as these go.
func TestLifecycle(t *testing.T) {
	cmd := exec.Command("go", "mod", "download", "-json", lifecycles)
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	var m struct{ Dir, Error string }
	if json.Unmarshal(out, &m) != nil || m.Dir == "" {
		t.Skipf("go mod download %s: %v %s", lifecycles, err, m.Error)
	}
	files, err := filepath.Glob(filepath.Join(m.Dir, "*/*/zz_generated.prerelease-lifecycle.go"))
	if err != nil || len(files) < 20 {
		t.Fatal(len(files), err)
	}
	seen := 0
	for _, f := range files {
		register, err := os.ReadFile(filepath.Join(filepath.Dir(f), "register.go"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		version := string(groupName.FindSubmatch(register)[1]) + "/" + filepath.Base(filepath.Dir(f))
		for _, l := range lifecycle.FindAllStringSubmatch(string(text), -1) {
			kind, release := l[1], "Kubernetes 1."+l[3]
			if strings.HasSuffix(kind, "List") || minor(release) > 36 && l[2] == "Deprecated" {
				continue
			}
			a, ok := Removed(version, kind)
			switch got := map[string]string{"Removed": a.In, "Deprecated": a.Since}[l[2]]; {
			case l[2] == "Removed" && minor(release) > 38, l[2] == "Deprecated" && a.Since == "" && minor(a.In) > 0:
			case !ok || got != release && version != "extensions/v1beta1":
				t.Errorf("%s %s: %s in %s, the table says %q", version, kind, l[2], release, got)
			default:
				seen++
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d compared", seen)
	}
}
