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
	files, err := filepath.Glob(filepath.Join(download(t, older), "testcases/manifests/*.yaml"))
	if err != nil || len(files) < 20 {
		t.Fatal(len(files), err)
	}
	// What only a server says: rules in CEL, and what is in the code of a kind.
	server := map[string]bool{"error_cel_basic.yaml": true, "error_cel_basic_multiple.yaml": true, "error_missing_image.yaml": true,
		"error_x_list_map_default.yaml": true, "error_x_list_map_duplicate_key.yaml": true}
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
			for _, p := range Default.Judge(&f.Docs[i], Context{}, false).Problems {
				said = append(said, p.Message)
			}
		}
		base := filepath.Base(name)
		if wrong := strings.HasPrefix(base, "error_") && !server[base]; wrong != (len(said) > 0) {
			t.Errorf("%s: %q\n%s", base, said, data)
		}
	}
}
