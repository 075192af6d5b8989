package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/manifest"
)

// The cases that kubectl-validate is tested with: what it refuses is wrong, what
// it accepts is right.
func TestOutside(t *testing.T) {
	dir := filepath.Join(download(t, older), "testcases")
	definitions, err := Files(os.DirFS(dir), []string{"crds"})
	if err != nil {
		t.Fatal(err)
	}
	s := must(t, nil, definitions)
	files, err := filepath.Glob(filepath.Join(dir, "manifests/*.yaml"))
	if err != nil || len(files) < 20 {
		t.Fatal(len(files), err)
	}
	// The same port twice is
	// a warning there.
	server := map[string]bool{"error_x_list_map_duplicate_key.yaml": true}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f := manifest.Parse(string(data))
		var said []string
		for _, p := range f.Problems {
			said = append(said, p.Message)
		}
		for i := range f.Docs {
			for _, p := range s.Judge(&f.Docs[i], Context{}, false).Problems {
				said = append(said, p.Message)
			}
		}
		base := filepath.Base(name)
		if wrong := strings.HasPrefix(base, "error_") && !server[base]; wrong != (len(said) > 0) {
			t.Errorf("%s: %q\n%s", base, said, data)
		}
	}
}

const gatewayAPI = "sigs.k8s.io/gateway-api@v1.3.0"

// The examples that the Gateway API is tested with: those that its API server
// test refuses are wrong, the others and those of its documentation are right.
func TestGateway(t *testing.T) {
	dir := download(t, gatewayAPI)
	for _, channel := range []string{"standard", "experimental"} {
		files, err := Files(os.DirFS(dir), []string{"config/crd/" + channel})
		if err != nil {
			t.Fatal(err)
		}
		s := must(t, nil, files)
		if ds := s.Diagnostics(); len(ds) > 0 {
			t.Errorf("%v", ds)
		}
		wrong := judgeFiles(t, s, filepath.Join(dir, "hack/invalid-examples", channel))
		right := judgeFiles(t, s, filepath.Join(dir, "examples", channel))
		if len(wrong) < 1 || len(right) < 5 {
			t.Fatal(channel, len(wrong), len(right))
		}
		for name, said := range wrong {
			if said == "" {
				t.Errorf("%s is taken", name)
			}
		}
		for name, said := range right {
			if said != "" {
				t.Errorf("%s: %s", name, said)
			}
		}
	}
}

// judgeFiles tells what is said of each file below a folder.
func judgeFiles(t *testing.T, s *Set, dir string) map[string]string {
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(name)
		f, said := manifest.Parse(string(data)), ""
		for i := range f.Docs {
			for _, p := range s.Judge(&f.Docs[i], Context{}, false).Problems {
				said += p.Message + "; "
			}
		}
		found[name] = said
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
