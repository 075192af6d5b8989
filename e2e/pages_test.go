package e2e

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
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

// A site that is hosted below a path works there, its page for wrong addresses
// and its search too.
func TestBelowAPath(t *testing.T) {
	const below = "/some/where/"
	home := serveFolder(t, built(t, "own", "-base-url", "https://example.org"+below), below)
	for _, page := range []string{"", "start/", "no/such/page/"} {
		tb := newTab(t, home)
		if page == "no/such/page/" {
			tb.visit(home + page)
			tb.mu.Lock()
			tb.console = nil // the browser says 404
			tb.mu.Unlock()
		} else {
			tb.visit(home + page)
		}
		tb.want(`getComputedStyle(document.querySelector('header.top')).position`, "sticky")
		for _, address := range eval[[]string](tb, `[...document.querySelectorAll('a[href], link[href], script[src]')].map((e) => e.href || e.src)`) {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(address, strings.TrimSuffix(home, below)) && !strings.HasPrefix(u.Path, below) {
				t.Errorf("%s: %s leaves the site", page, address)
			}
		}
		tb.openSearch()
		tb.press("configuration")
		tb.await(`document.querySelectorAll('#search [role=option]').length > 1`)
		tb.arrive(chromedp.KeyEvent(kb.Enter))
		tb.want(`location.pathname`, below+"configuration/")
		tb.quiet()
	}
}
