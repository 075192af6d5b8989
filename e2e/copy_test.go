package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/shell"
)

// runs is what the checker runs of a block of a shell: the commands of a session,
// one after another, and a script as it stands. ok is false for any other block.
func runs(item *check.Item) (text string, ok bool) {
	b := item.Block
	if item.Kind != check.Session && item.Kind != check.Script {
		return "", false
	}
	if !shell.Prompted(b.Text) {
		return b.Text, true
	}
	var commands []string
	for i := range item.Claims {
		if c := &item.Claims[i]; c.Kind == check.Command {
			commands = append(commands, c.Text)
		}
	}
	return strings.Join(commands, "\n"), len(commands) > 0 // not a block of what needs no checking
}

// What the copy button gives is, byte for byte, what the checker runs, on every
// block of a shell.
func TestCopyIsWhatRuns(t *testing.T) {
	folder := built(t, "istio-en")
	p, err := project.Load(t.Context(), os.DirFS(projectDir(t, "istio-en")), project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	home := serveFolder(t, folder, "/")
	tb := newTab(t, home)
	blocks, pages := 0, 0
	for _, pg := range p.Set.Pages {
		plan := check.New(pg, check.Options{})
		want := map[int]string{}
		var shown []*page.Block
		for i := range plan.Items {
			item := &plan.Items[i]
			if _, hidden := item.Block.Attr("hidden"); hidden {
				continue
			}
			if text, ok := runs(item); ok {
				want[len(shown)] = text
			}
			shown = append(shown, item.Block)
		}
		if len(want) == 0 {
			continue
		}
		tb.visit(home + strings.TrimPrefix(pg.URL, "/"))
		got := eval[[]string](tb, copied)
		if len(got) != len(shown) {
			t.Errorf("%s: %d copy buttons for %d blocks", pg.Name, len(got), len(shown))
			continue
		}
		pages++
		for i, text := range want {
			blocks++
			if got[i] != text {
				t.Errorf("%s: copied\n%q\nthe checker runs\n%q", shown[i].Pos, got[i], text)
			}
		}
	}
	t.Logf("%d blocks of a shell on %d pages", blocks, pages)
	if blocks < 500 {
		t.Errorf("only %d blocks were compared", blocks)
	}
}
