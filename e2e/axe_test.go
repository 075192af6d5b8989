package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// axe is the program that looks for what keeps people from reading a page.
func axe(t *testing.T) string {
	t.Helper()
	program, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("no axe-core here: %v\n\thint: make axe", err)
	}
	return string(program)
}

// accessible fails the test for what axe finds on the page as it is now.
func (tb *tab) accessible(program, what string) {
	tb.t.Helper()
	if tb.text("typeof axe") == "undefined" {
		eval[string](tb, program+"; 'loaded'")
	}
	found := eval[[]string](tb, `axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then((r) =>
		r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + v.help + ' in ' + n.target + ' ' + n.html.slice(0, 160) + ' ' + n.any.map((c) => c.message))))`)
	for _, f := range found {
		tb.t.Errorf("%s: %s", what, f)
	}
}

// No page type has anything that axe-core finds, by WCAG 2.2 AA and by what is
// good practice, in light and in dark.
func TestAccessible(t *testing.T) {
	program := axe(t)
	site := gallery(t)
	types := map[string]string{"home": site, "code": site + "code/", "tabs": site + "tabs/", "tables and notes": site + "wide/", "section": site + "section/",
		"right to left": site + "ar/", "what is verified": site + "verified/", "not found": site + "404.html"}
	if _, err := os.Stat(corpora); err == nil {
		istio := serveFolder(t, built(t, "istio-en"), "/")
		types["an Istio task"] = istio + "docs/tasks/security/authorization/authz-http/"
		types["an Istio reference"] = istio + "docs/ops/configuration/mesh/app-health-check/"
		types["Istio's home"] = istio
	}
	for name, url := range types {
		for _, colours := range []string{"light", "dark"} {
			t.Run(fmt.Sprint(name, " ", colours), func(t *testing.T) {
				tb := newTab(t, url)
				tb.media("prefers-reduced-motion", "reduce")
				tb.visit(url)
				tb.click("[data-theme-to=" + colours + "]")
				tb.accessible(program, url)
			})
		}
	}
}

// Nor has what opens over a page.
func TestAccessibleOpened(t *testing.T) {
	program := axe(t)
	for _, colours := range []string{"light", "dark"} {
		t.Run(colours, func(t *testing.T) {
			tb := newTab(t, gallery(t))
			tb.visit(tb.home + "wide/")
			tb.click("[data-theme-to=" + colours + "]")
			tb.openSearch()
			tb.press("code")
			tb.await(`document.querySelector('#search-list').childElementCount > 0`)
			tb.accessible(program, "the search")
			tb.press(kb.Escape)
			tb.size(390, 800)
			tb.accessible(program, "a phone")
			tb.click(".menu")
			tb.accessible(program, "a phone with its menu open")
		})
	}
}

// A check that cannot fail is worse than none.
func TestAxeFinds(t *testing.T) {
	folder := t.TempDir()
	writeFile(t, folder, "index.html", `<!doctype html><html><title>x</title><img src="a.png"><p>text`)
	tb := newTab(t, serveFolder(t, folder, "/"))
	tb.visit(tb.home)
	eval[string](tb, axe(t)+"; 'loaded'")
	if n := eval[int](tb, `axe.run().then((r) => r.violations.length)`); n < 2 {
		t.Errorf("axe finds %d violations on a bad page, want some", n)
	}
}
