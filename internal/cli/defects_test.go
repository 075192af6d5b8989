package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var corpora = filepath.Join("..", "..", "..", "shared", "corpora")

// needsCluster are the defects that only a run can show.
var needsCluster = map[string]string{
	"seed-token":    "the command prints nothing on Kubernetes 1.24 and later",
	"kiali-token2":  "the same",
	"k8s-token1":    "the same",
	"k8s-token2":    "the same",
	"injection-api": "what the command prints has changed",
}

// beside are defects that are reported on the line beside that of the list.
var beside = map[string]string{
	"seed-policy": "the list counts one line too many",
	"wronglang1":  "the list names the opening tag, the report the first line of the block",
	"wronglang3":  "the list names the second line of the block, the report the first",
}

// TestDefects runs the program over real pages: each defect that people have
// read out of them is reported at its file and line.
func TestDefects(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 20 s")
	}
	data, err := os.ReadFile(filepath.Join(corpora, "defects.json"))
	if err != nil {
		t.Skipf("no corpora here: %v", err)
	}
	var defects []struct {
		ID, Cls, File string
		Line          int
	}
	if err := json.Unmarshal(data, &defects); err != nil {
		t.Fatal(err)
	}
	reports := map[string]string{}
	found := 0
	for _, d := range defects {
		folder, file, _ := strings.Cut(d.File, "/content/")
		if rest, ok := strings.CutPrefix(d.File, "../seeds/"); ok {
			folder, file = "../seeds", rest
		}
		if _, ok := reports[folder]; !ok {
			reports[folder] = report(t, folder)
		}
		if why := needsCluster[d.ID]; why != "" {
			continue
		}
		lines := []int{d.Line}
		if beside[d.ID] != "" {
			lines = []int{d.Line - 1, d.Line + 1}
		}
		hit := false
		for _, n := range lines {
			hit = hit || strings.Contains(reports[folder], fmt.Sprintf("\ncontent/%s:%d:", file, n))
		}
		if !hit {
			t.Errorf("%s (%s): nothing is reported at %s:%d", d.ID, d.Cls, d.File, d.Line)
			continue
		}
		found++
	}
	t.Logf("%d of %d found, %d need a cluster", found, len(defects), len(needsCluster))
}

// report is what build and check -static print of a corpus.
func report(t *testing.T, folder string) string {
	dir := t.TempDir()
	link := func(from, to string) {
		from, err := filepath.Abs(filepath.Join(corpora, from))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(from); err != nil {
			return
		}
		if err := os.Symlink(from, filepath.Join(dir, to)); err != nil {
			t.Fatal(err)
		}
	}
	content := filepath.Join(folder, "content")
	if folder == "../seeds" {
		content = folder
	}
	link(content, "content")
	link(filepath.Join(folder, "data"), "data")
	if err := os.WriteFile(filepath.Join(dir, "probatum.yaml"), []byte("title: T\nparams: {version: v1.21}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	all := "\n"
	for _, args := range [][]string{{"build"}, {"check", "-static"}} {
		cmd := exec.Command(program, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
			t.Fatalf("%s: %v: %v\n%s", folder, args, err, out)
		}
		all += string(out)
	}
	return all
}
