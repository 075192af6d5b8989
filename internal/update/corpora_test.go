package update_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/match"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/update"
)

// Pages of real documentations are updated from outputs that differ a little: a
// second update changes nothing, and all lines that change are of expected output.
func TestCorpora(t *testing.T) {
	for _, name := range []string{"kiali/content", "istio-en/content", "k8s-tasks/content"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join("..", "..", "..", "shared", "corpora", filepath.FromSlash(name))
			if _, err := os.Stat(dir); err != nil {
				t.Skip("no corpus: ", err)
			}
			if testing.Short() && name != "kiali/content" {
				t.Skip("takes long")
			}
			corpus(t, os.DirFS(dir))
		})
	}
}

func corpus(t *testing.T, folder fs.FS) {
	texts := map[string][]byte{}
	once := func() (*update.Update, int) {
		root := update.Overlay(folder, texts)
		ps, pages := plans(t, root)
		results, differ := differing(ps)
		u, err := update.New(ps, results, update.Options{Content: ".", Pages: pages, Reload: func(more map[string][]byte) ([]*check.Plan, error) {
			again, _ := plans(t, update.Overlay(root, more))
			return again, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range u.Files {
			onlyOutput(t, ps, &f)
			texts[f.Name] = f.New
		}
		return u, differ
	}
	u, differ := once()
	again, left := once()
	t.Logf("%d outputs differ: %d updated in %d files, %d refused", differ, len(u.Done), len(u.Files), len(u.Refused))
	for _, d := range u.Refused {
		t.Log(d)
	}
	if len(again.Files) > 0 || len(again.Done) > 0 {
		t.Errorf("the second update changes %d files, %d outputs", len(again.Files), len(again.Done))
	}
	if left != differ-len(u.Done) {
		t.Errorf("%d outputs differ after the update, %d were refused", left, differ-len(u.Done))
	}
	if len(u.Refused)*20 > differ {
		t.Errorf("%d of %d refused", len(u.Refused), differ)
	}
}

// came makes of each command an output that differs from the page's in one word;
// the command alone decides which, so that it is the same the next time.
var came = map[string]string{}

func differing(ps []*check.Plan) (results []report.Page, differ int) {
	for _, p := range ps {
		pg := report.Page{File: p.Page.File.Name}
		for i := range p.Items {
			it := &p.Items[i]
			b := report.Block{Status: it.Status}
			for j, c := range it.Claims {
				key := strings.Join([]string{pg.File, string(rune(i)), string(rune(j))}, "\x00")
				if _, ok := came[key]; !ok && c.HasWant {
					came[key] = another(c.Want)
				}
				rc := report.Claim{Text: c.Text, Stdout: came[key], Status: check.Verified}
				o := match.Options{Rule: c.Match, Ordered: match.Sorts(c.Text)}
				if c.HasWant && o.Compare(c.Want, came[key]) != nil {
					differ++
					rc.Status, rc.Rule = check.Failed, "output"
				}
				b.Claims = append(b.Claims, rc)
			}
			pg.Blocks = append(pg.Blocks, b)
		}
		results = append(results, pg)
	}
	return results, differ
}

// another changes one word of a text, and fills in what is left out.
func another(text string) string {
	r := rand.New(rand.NewPCG(uint64(len(text)), 7))
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	var full []int
	for i, l := range lines {
		if strings.Trim(l, " .#") == "" {
			lines[i] = strings.TrimSpace(strings.ReplaceAll(l, "...", "filled in"))
			continue
		}
		full = append(full, i)
	}
	if len(full) == 0 {
		return strings.Join(lines, "\n") + "\n"
	}
	i := full[r.IntN(len(full))]
	word := strings.Fields(lines[i])
	at := word[r.IntN(len(word))]
	lines[i] = strings.Replace(lines[i], at, at+pick(r, "-other", "x", "2"), 1)
	return strings.Join(lines, "\n") + "\n"
}

// onlyOutput looks whether the lines that are gone from a file are all of
// expected output.
func onlyOutput(t *testing.T, ps []*check.Plan, f *update.File) {
	t.Helper()
	shown := map[string]bool{}
	for _, p := range ps {
		for i := range p.Items {
			for _, c := range p.Items[i].Claims {
				for l := range strings.Lines(c.Want) {
					shown[strings.TrimSpace(l)] = true
				}
			}
		}
	}
	count := func(text []byte) map[string]int {
		n := map[string]int{}
		for _, l := range bytes.Split(text, []byte("\n")) {
			n[string(l)]++
		}
		return n
	}
	now := count(f.New)
	for l, n := range count(f.Old) {
		if text := strings.TrimSpace(l); now[l] < n && !shown[text] && !shown[strings.TrimLeft(text, "> ")] {
			t.Errorf("%s: a line that is no output is gone: %s", f.Name, l)
		}
	}
}
