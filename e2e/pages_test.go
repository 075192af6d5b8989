package e2e

import (
	"testing"
)

// Every page of a site keeps to the policy and asks no other host for anything.
func TestPolicy(t *testing.T) {
	for _, name := range []string{"own", "istio-en"} {
		t.Run(name, func(t *testing.T) {
			folder := built(t, name)
			home := serveFolder(t, folder, "/")
			tb := newTab(t, home)
			all := pages(t, folder)
			if len(all) < 5 {
				t.Fatalf("only %d pages in %s", len(all), folder)
			}
			for _, p := range all {
				tb.visit(home + p)
			}
			t.Logf("%d pages, %d requests", len(all), tb.requests)
			if name != "own" {
				tb.missing() // the corpora hold no images
			}
			tb.quiet()
		})
	}
}

// A check that cannot fail is worse than none: a tab sees what it is for.
func TestTabSees(t *testing.T) {
	folder := t.TempDir()
	writeFile(t, folder, "index.html", `<!doctype html><title>Bad</title><body style="color:red"><script>throw 1</script><img src="http://localhost:1/x.png">`)
	tb := newTab(t, serveFolder(t, folder, "/"))
	tb.visit(tb.home)
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if len(tb.violations) != 3 || len(tb.console) < 3 {
		t.Errorf("got violations %q and console %q, want 3 and more", tb.violations, tb.console)
	}
}
