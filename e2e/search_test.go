package e2e

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A wanted is a query and the pages of which one should come first.
type wanted struct {
	query string
	pages []string
	kind  string
}

func queries(t testing.TB, name string) []wanted {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "search", name+".tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var out []wanted
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); !strings.HasPrefix(line, "#") {
			out = append(out, wanted{f[0], strings.Fields(f[1]), f[2]})
		}
	}
	return out
}

// fromDisk is the address of a file in a folder.
func fromDisk(folder, name string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(folder, name))}).String()
}

// openSearch opens the search as somebody does who clicks.
func (tb *tab) openSearch() {
	tb.t.Helper()
	tb.click(".search-open")
	tb.await(`document.querySelector('#search').open`)
}

// arrive does what leads to another page, and waits until that is there.
func (tb *tab) arrive(leave chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	ctx, stop := context.WithTimeout(tb.ctx, 20*time.Second)
	defer stop()
	if _, err := chromedp.Run(ctx, chromedp.WaitEvent(page.LoadEventFired, nil, leave)); err != nil {
		tb.t.Fatalf("wait for a page: %v", err)
	}
}

// first are the addresses of the pages that a query finds, as the index has them.
func (tb *tab) first(query string) []string {
	tb.t.Helper()
	return eval[[]string](tb, "probatumSearch.find("+strconv.Quote(query)+", 8).then((r) => r.pages.map((p) => p[0].url.replace(/index\\.html$/, '')))")
}

// asked asks the queries of a list of a site that is opened from the disk, and
// returns how many there are and how often the right page comes first.
func asked(t *testing.T, site, list string) (right, all int) {
	t.Helper()
	tb := newTab(t, "file://")
	tb.visit(fromDisk(built(t, site, "-offline"), "index.html"))
	tb.openSearch()
	for _, w := range queries(t, list) {
		all++
		if got := tb.first(w.query); len(got) > 0 && slices.Contains(w.pages, got[0]) {
			right++
		} else {
			t.Logf("%s %q: want %s, got %s", w.kind, w.query, w.pages[0], strings.Join(got[:min(len(got), 3)], " "))
		}
	}
	return right, all
}

// Of 100 queries over real pages, from the disk, at least 95 have the right page
// first.
func TestSearchFinds(t *testing.T) {
	right, all := 0, 0
	for _, name := range []string{"istio-en", "istio-zh"} {
		t.Run(name, func(t *testing.T) {
			n, of := asked(t, name, name)
			right, all = right+n, all+of
		})
	}
	t.Logf("the right page is first for %d of %d queries", right, all)
	if all == 100 && right < 95 {
		t.Errorf("the right page is first for %d queries of %d, want 95", right, all)
	}
}

// Who asks in whole sentences finds the page that answers, too: four times of five
// it comes first.
func TestSearchAnswers(t *testing.T) {
	right, all := 0, 0
	for _, name := range []string{"istio-en", "kiali", "k8s-tasks"} {
		t.Run(name, func(t *testing.T) {
			n, of := asked(t, name, "questions/"+name)
			right, all = right+n, all+of
		})
	}
	t.Logf("the answer is first for %d of %d questions", right, all)
	if right*5 < all*4 {
		t.Errorf("the answer is first for %d questions of %d, want four of five", right, all)
	}
}

// searchBytes is how much a tab has read for its search: the script and the pieces
// of the index.
func (tb *tab) searchBytes() (bytes int, files []string) {
	tb.t.Helper()
	for _, src := range eval[[]string](tb, `[...document.scripts].map((s) => s.src).filter((s) => /\/search/.test(s))`) {
		u, err := url.Parse(src)
		if err != nil {
			tb.t.Fatal(err)
		}
		info, err := os.Stat(filepath.FromSlash(u.Path))
		if err != nil {
			tb.t.Fatal(err)
		}
		bytes += int(info.Size())
		files = append(files, fmt.Sprintf("%s %d", filepath.Base(u.Path), info.Size()))
	}
	return bytes, files
}

// The first query of a reader reads at most 150 KB, whatever it is, the script
// included.
func TestSearchReads(t *testing.T) {
	folder := built(t, "istio-en", "-offline")
	tb := newTab(t, "file://")
	most, sum := 0, 0
	all := queries(t, "istio-en")
	for _, w := range all {
		tb.visit(fromDisk(folder, "index.html"))
		tb.openSearch()
		tb.first(w.query)
		n, files := tb.searchBytes()
		if n > 150<<10 {
			t.Errorf("%q reads %d bytes: %s", w.query, n, strings.Join(files, ", "))
		}
		most, sum = max(most, n), sum+n
	}
	t.Logf("a first query reads %d bytes, %d at most", sum/len(all), most)
}

// The whole search by keyboard, under our policy.
func TestSearchKeys(t *testing.T) {
	tb := newTab(t, serveFolder(t, built(t, "own"), "/"))
	tb.visit(tb.home + "start/")
	tb.await(`!document.querySelector('.search-open').hidden`)
	tb.press("/")
	tb.await(`document.querySelector('#search').open`)
	tb.want(`document.activeElement === document.querySelector('#search input')`, "true")
	tb.want(`document.querySelector('#search input').ariaExpanded`, "false")
	tb.press("configuration")
	tb.await(`document.querySelectorAll('#search [role=option]').length > 1`)
	tb.want(`document.querySelector('#search [role=option] b').textContent`, "Configuration")
	tb.want(`document.querySelector('#search [role=option] mark').textContent`, "Configuration")
	tb.want(`/^\d+ pages?$/.test(document.querySelector('.search-status').textContent)`, "true")
	tb.want(`document.querySelector('#search input').getAttribute('aria-activedescendant')`, "found-0")
	tb.press(kb.ArrowDown)
	tb.want(`document.querySelector('#search [aria-selected=true]').id`, "found-1")
	tb.press(kb.ArrowUp)
	tb.press(kb.ArrowUp)
	tb.want(`document.querySelector('#search [aria-selected=true]').id === [...document.querySelectorAll('#search [role=option]')].at(-1).id`, "true")
	tb.press(kb.ArrowDown)
	tb.arrive(chromedp.KeyEvent(kb.Enter))
	tb.want(`location.pathname`, "/configuration/")
	tb.press("k", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	tb.await(`document.querySelector('#search').open`)
	tb.press("qqqqzzzz")
	tb.await(`/Nothing found/.test(document.querySelector('.search-status').textContent)`)
	tb.press(kb.Escape)
	tb.await(`!document.querySelector('#search').open`)
	tb.quiet()
}

// Without JavaScript there is no search, and nothing that looks like it.
func TestSearchNeedsScript(t *testing.T) {
	tb := newTab(t, serveFolder(t, built(t, "own"), "/"))
	tb.noScript()
	tb.visit(tb.home)
	tb.want(`getComputedStyle(document.querySelector('.search-open')).display + getComputedStyle(document.querySelector('#search')).display`, "nonenone")
}

// How long a query takes: with nothing read yet, and with all it needs read. It
// prints figures and asks nothing of them: they are those of the machine.
func TestSearchTimes(t *testing.T) {
	folder := built(t, "istio-en", "-offline")
	tb := newTab(t, "file://")
	var cold, warm []float64
	for _, w := range queries(t, "istio-en") {
		tb.visit(fromDisk(folder, "index.html"))
		tb.openSearch()
		took := fmt.Sprintf("(async () => { const from = performance.now(); await probatumSearch.find(%q, 8); return performance.now() - from; })()", w.query)
		cold = append(cold, eval[float64](tb, took))
		warm = append(warm, eval[float64](tb, took))
	}
	slices.Sort(cold)
	slices.Sort(warm)
	n := len(cold)
	t.Logf("cold: %.1f ms in the middle, %.1f for 95 of 100; warm: %.1f and %.1f ms", cold[n/2], cold[n*95/100], warm[n/2], warm[n*95/100])
}
