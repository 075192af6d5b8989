package check

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/shortcodes"
	"go.yaml.in/yaml/v3"
)

// A snippet is what Istio's own test files hold for one block.
type snippet struct {
	Name    string
	Kind    string
	Command string
	Output  *string `json:"output_raw"`
}

// What is found in Istio's pages is what Istio's own extractor found, except
// where the table says why not.
func TestIstioSnippets(t *testing.T) {
	pages := istio(t)
	f, err := os.Open(filepath.Join(corpora, "istio-snips.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	same, total, differ := 0, 0, map[string]bool{}
	for lines.Scan() {
		var doc struct {
			MD       string
			Snippets []snippet
		}
		if err := json.Unmarshal(lines.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		p := pages[strings.TrimPrefix(doc.MD, "content/en/")]
		if p == nil {
			t.Errorf("no page %s", doc.MD)
			continue
		}
		blocks := New(p, Options{Guess: true}).Items
		for _, s := range doc.Snippets {
			total++
			key := filepath.Base(filepath.Dir(doc.MD)) + " " + s.Name
			if find(blocks, s) {
				same++
			} else if differ[key] = true; deliberate[key] == "" {
				t.Errorf("%s %s: not found\n%q\n%s", doc.MD, s.Name, s.Command, output(s))
			}
		}
	}
	for key := range deliberate {
		if !differ[key] {
			t.Errorf("%s is in the table of differences, but is the same", key)
		}
	}
	t.Logf("%d of %d snippets the same", same, total)
}

// deliberate says where we do not want what Istio's extractor finds.
var deliberate = map[string]string{
	"istioctl-analyze snip_analyze_suppress_frod_0107_baz": "a remark at the prompt is no command",
	"virtual-machine snip_prepare_the_guide_environment_2": "a remark at the prompt is no command",
}

func output(s snippet) string {
	if s.Output == nil {
		return ""
	}
	return *s.Output
}

func find(items []Item, s snippet) bool {
	for _, it := range items {
		if s.Kind != "bash" {
			return true // their files hold no text of it
		}
		var command, out string
		for _, c := range it.Claims {
			if c.Kind == Command {
				command += c.Text + "\n"
				if c.WantPos.Line < it.Block.Pos.Line+strings.Count(it.Block.Text, "\n") {
					out += c.Want // and not that of an output block behind it
				}
			}
		}
		if tidy(command) == tidy(s.Command) && tidy(out) == tidy(output(s)) {
			return true
		}
	}
	return false
}

// tidy drops what Istio's files lose: blanks at the ends of lines and around the
// whole, and the marks of linked files in outputs.
func tidy(s string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		b.WriteString(strings.TrimRight(l, " \t\r\n") + "\n")
	}
	return linked.ReplaceAllString(strings.Trim(b.String(), "\n \t"), "$1$2")
}

// istio loads the English pages with the data that their shortcodes read.
func istio(t *testing.T) map[string]*page.Page {
	dir := filepath.Join(corpora, "istio-en")
	site := &shortcodes.Site{Data: map[string]any{}}
	for _, name := range []string{"args.yml", "versions.yml"} {
		raw, err := os.ReadFile(filepath.Join(dir, "data", name))
		if err != nil {
			t.Skipf("no corpus: %v", err)
		}
		var v any
		if err := yaml.Unmarshal(raw, &v); err != nil {
			t.Fatal(err)
		}
		site.Data[strings.TrimSuffix(name, filepath.Ext(name))] = v
	}
	set, err := page.Load(t.Context(), os.DirFS(filepath.Join(dir, "content")), page.Options{Site: site})
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]*page.Page{}
	for _, p := range set.Pages {
		pages[p.File.Name] = p
	}
	return pages
}
