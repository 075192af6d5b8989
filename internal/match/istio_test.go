package match

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const corpora = "../../../shared/corpora"

// Istio's own comparators say of each case what ours say.
func TestIstioVerdicts(t *testing.T) {
	f, err := os.Open(corpora + "/istio-compare.jsonl")
	if err != nil {
		t.Skipf("no corpus: %v", err)
	}
	defer f.Close()
	same, total := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); total++ {
		var c struct {
			Fn, Out, Expected, Note string
			Env                     map[string]string
			Match                   bool
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		o := Options{
			Rule:    "istio-" + strings.ReplaceAll(c.Fn, "_", "-"),
			Pending: c.Env["CMP_MATCH_IP_PENDING"] == "true", None: c.Env["CMP_MATCH_IP_NONE"] == "true",
		}
		if !Known(o.Rule) {
			t.Fatalf("%s is not known", o.Rule)
		}
		d := o.Compare(c.Expected, c.Out)
		if (d == nil) != c.Match {
			t.Errorf("%s: %q, want %q: match is %v, Istio's %v (%s)", c.Fn, c.Out, c.Expected, d == nil, c.Match, c.Note)
			continue
		}
		if d != nil && (d.Text == "" || d.Message == "" || d.Line == 0) {
			t.Errorf("%s: %q, want %q: says nothing: %+v", c.Fn, c.Out, c.Expected, d)
		}
		same++
	}
	if same != total || total == 0 {
		t.Errorf("%d of %d cases as Istio has them", same, total)
	}
	t.Logf("%d of %d cases as Istio has them", same, total)
}
