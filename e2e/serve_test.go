package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/cli"
)

// The preview reloads the page in its place, says over it what is wrong, stays up
// through broken edits, and shows marks as they come.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	long := "---\ntitle: P\n---\n" + strings.Repeat("A paragraph of some words.\n\n", 120) + "```yaml\na: 1\n```\n"
	writeFile(t, dir, "probatum.yaml", "title: T\n")
	writeFile(t, dir, "content/p.md", long)
	tb := newTab(t, served(t, dir, "-results", filepath.Join(dir, "r.json")))
	tb.visit(tb.home + "p/")
	eval[bool](tb, `(scrollTo({top: 1200, behavior: 'instant'}), true)`)
	tb.await(`scrollY === 1200`)

	writeFile(t, dir, "content/p.md", strings.Replace(long, "A paragraph", "The first paragraph", 1))
	tb.await(`document.querySelector('.text p')?.textContent.startsWith('The first')`)
	tb.await(`scrollY === 1200`)

	writeFile(t, dir, "content/p.md", long+"\n[dead](nowhere.md)\n")
	tb.await(`document.querySelector('.probatum-live')?.textContent.includes('content/p.md:248:1')`)
	tb.want(`document.querySelector('.probatum-live strong').textContent`, "1 problem")

	writeFile(t, dir, "probatum.yaml", "titel: T\n")
	tb.await(`document.querySelector('.probatum-live')?.textContent.includes('unknown key titel')`)
	tb.want(`document.querySelector('h1').textContent`, "P")

	writeFile(t, dir, "probatum.yaml", "title: T\n")
	writeFile(t, dir, "content/p.md", long)
	tb.await(`!document.querySelector('.probatum-live')`)

	var log strings.Builder
	if code := cli.Run(t.Context(), []string{"check", "-static", "-C", dir, "-json", filepath.Join(dir, "r.json")}, cli.Env{}, nil, &log, &log); code > 1 {
		t.Fatal(log.String())
	}
	tb.await(`document.querySelector('.code .proof')?.classList.contains('static')`)
	writeFile(t, dir, "content/p.md", strings.Replace(long, "a: 1", "a: 2", 1))
	tb.await(`document.querySelector('.code .proof')?.classList.contains('stale')`)
	tb.quiet()

	// A page that a reader writes anew is there, and one that is gone is not.
	if err := os.Rename(filepath.Join(dir, "content", "p.md"), filepath.Join(dir, "content", "q.md")); err != nil {
		t.Fatal(err)
	}
	tb.await(`document.querySelector('h1')?.textContent === 'Page not found'`)
	tb.visit(tb.home + "q/")
	tb.want(`document.querySelector('h1').textContent`, "P")
}

// What "probatum check -watch" finds shows on the open page, round after round.
func TestServeFollowsChecks(t *testing.T) {
	dir := t.TempDir()
	results := filepath.Join(dir, "r.json")
	page := func(command string) string { return "---\ntitle: P\n---\n```bash\n$ " + command + "\n```\n" }
	writeFile(t, dir, "probatum.yaml", "title: T\n")
	writeFile(t, dir, "content/p.md", page("true"))
	tb := newTab(t, served(t, dir, "-results", results))
	tb.visit(tb.home + "p/")

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var out strings.Builder // read when it has ended
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, []string{"check", "-watch", "-C", dir, "-json", results}, cli.Env{}, nil, &out, &out)
	}()
	mark := func(state string) {
		tb.await(`document.querySelector('.code .proof')?.classList.contains('` + state + `')`)
	}
	mark("verified")
	writeFile(t, dir, "content/p.md", page("false"))
	mark("failed")
	writeFile(t, dir, "content/p.md", page("echo right"))
	mark("verified")
	stop()
	if code := <-ended; code != 0 {
		t.Errorf("check -watch ended with %d:\n%s", code, out.String())
	}
	tb.quiet()
}
