package match_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/probatum/probatum/internal/match"
)

// A sample is a command and what it has printed.
type sample struct{ name, command, text string }

// recorded reads what kubectl and curl have printed on one embedded cluster.
// testdata/record.sh has made the files: the same commands on two new clusters.
func recorded(t testing.TB, file string) []sample {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var all []sample
	for _, f := range txtar.Parse(data).Files {
		command, text, _ := strings.Cut(string(f.Data), "\n")
		all = append(all, sample{file + " " + f.Name, strings.TrimPrefix(command, "$ "), text})
	}
	return all
}

// real says which commands truly print something else on each cluster.
var real = map[string]string{
	"kubectl -n shop get events --sort-by=.metadata.creationTimestamp | head -20": "events of one second have no order",
	"kubectl get node -o yaml | head -60":                                         "the simulated kubelet takes any free port",
}

// What one new cluster prints is as another has printed it: what nobody has
// thought of when writing the matcher differs here too.
func TestTwoClusters(t *testing.T) {
	first, second := recorded(t, "cluster-1.txtar"), recorded(t, "cluster-2.txtar")
	if len(first) != len(second) || len(first) < 100 {
		t.Fatalf("%d and %d outputs", len(first), len(second))
	}
	for i, s := range first {
		if real[s.command] != "" {
			continue
		}
		o := match.Options{Ordered: match.Sorts(s.command)}
		if d := o.Compare(s.text, second[i].text); d != nil {
			t.Errorf("%s\n%s\n%s", s.command, d.Message, d.Text)
		}
	}
}
