package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestScreenshots writes eight views for people to look at, where -screenshots
// names a folder. Elsewhere it sees that the views come up.
func TestScreenshots(t *testing.T) {
	home := gallery(t)
	article := home + "code/"
	if _, err := os.Stat(corpora); err == nil {
		istio := serveFolder(t, built(t, "istio-en"), "/")
		article = istio + "docs/tasks/security/authorization/authz-http/"
	}
	own := serveFolder(t, built(t, "own"), "/")
	views := []struct {
		name, url, colours string
		width, height      int64
		do                 func(*tab)
	}{
		{"1-home", own, "light", 1400, 1000, nil},
		{"2-article", article, "light", 1400, 1400, nil},
		{"3-article-dark", article, "dark", 1400, 1400, nil},
		{"4-tables-and-notes", home + "wide/", "light", 1400, 1200, nil},
		{"5-what-is-verified", home + "verified/", "light", 1400, 1200, nil},
		{"6-search", own, "light", 1400, 900, func(tb *tab) {
			tb.openSearch()
			tb.press("cluster")
			tb.await(`document.querySelector('#search-list').childElementCount > 0`)
		}},
		{"7-phone", article, "light", 390, 844, func(tb *tab) { eval[bool](tb, `(scrollTo({top: 900, behavior: 'instant'}), true)`) }},
		{"8-phone-menu", own + "start/", "dark", 390, 844, func(tb *tab) { tb.click(".menu") }},
	}
	for _, v := range views {
		tb := newTab(t, v.url)
		tb.media("prefers-reduced-motion", "reduce")
		tb.size(v.width, v.height)
		tb.visit(v.url)
		if v.width > 600 {
			tb.click("[data-theme-to=" + v.colours + "]")
		} else {
			eval[bool](tb, `(document.documentElement.dataset.theme = '`+v.colours+`', true)`)
		}
		if v.do != nil {
			v.do(tb)
		}
		picture, err := chromedp.Run(tb.ctx, chromedp.CaptureScreenshot())
		if err != nil || len(picture) == 0 {
			t.Fatalf("%s: %v", v.name, err)
		}
		if *screenshots == "" {
			continue
		}
		if err := os.MkdirAll(*screenshots, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(*screenshots, v.name+".png"), picture, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
