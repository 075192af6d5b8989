package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/probatum/probatum/internal/cli"
)

// gallery builds a small project that has everything a page can have, and
// returns the address of its site.
func gallery(t *testing.T, flags ...string) string {
	t.Helper()
	name := strings.Join(append([]string{"gallery"}, flags...), "_")
	folder := sites.once(t, name, func(dir string) error {
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "gallery"))); err != nil {
			return err
		}
		var log strings.Builder
		results := filepath.Join(dir, "results.json")
		if code := cli.Run(t.Context(), []string{"check", "-static", "-json", results, "-C", dir}, cli.Env{}, nil, &log, &log); code > 1 {
			return &buildError{log.String()}
		}
		log.Reset()
		if code := cli.Run(t.Context(), append([]string{"build", "-C", dir, "-results", results}, flags...), cli.Env{}, nil, &log, &log); code != 0 {
			return &buildError{log.String()}
		}
		return nil
	})
	return serveFolder(t, filepath.Join(folder, "public"), "/")
}

func TestTabs(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.visit(tb.home + "tabs/")
	shown := `[...document.querySelectorAll('.tab')].map((p) => p.querySelector('p:not(.tab-name)')).filter((p) => p.checkVisibility()).map((p) => p.textContent).join()`
	tb.want(shown, "linux one,linux two")
	tb.click("[role=tab]:nth-child(2)")
	tb.want(shown, "mac one,mac two")
	tb.want(`document.querySelector('[role=tab][aria-selected=true]').textContent`, "macOS")

	// The arrow keys walk them, and the choice holds on another page.
	tb.press(kb.ArrowLeft)
	tb.want(shown, "linux one,linux two")
	tb.want(`document.activeElement.textContent`, "Linux")
	tb.press(kb.ArrowLeft)
	tb.want(shown, "mac one,mac two")
	tb.visit(tb.home + "more/")
	tb.want(shown, "mac three")

	// The browser's own search finds text in a hidden tab, and shows it.
	tb.want(`document.querySelector('.tab[hidden]').hidden`, "until-found")
	eval[bool](tb, `document.querySelector('.tab[hidden]').dispatchEvent(new Event('beforematch', {bubbles: true}))`)
	tb.want(shown, "linux three")

	// So does a link into one.
	tb.visit(tb.home + "tabs/#in-mac")
	tb.await(`document.getElementById('in-mac').checkVisibility()`)
	tb.quiet()
}

// copied replaces the clipboard, which a test has none of, and gives what the
// button of each block puts into it.
const copied = `(async () => {
	const got = [];
	navigator.clipboard.writeText = (text) => { got.push(text); return Promise.resolve(); };
	for (const button of document.querySelectorAll('.code .copy')) {
		button.click();
		await null;
	}
	return got;
})()`

func TestCopyButton(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.visit(tb.home + "code/")
	want := []string{"kubectl get pods", "echo one \\\n  two\ncat <<EOF\nlist:\n- $ item\nEOF", "kind: Pod\n", "set -e\nmake\n"}
	got := eval[[]string](tb, copied)
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("button %d copies %q, want %q", i, got[i], want[i])
		}
	}
	tb.await(`document.querySelector('.copy').textContent === 'Copied'`)
	tb.quiet()
}

// A block with the name of a file can be saved under it, with what is run in it.
func TestDownload(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.visit(tb.home + "wide/")
	tb.want(`document.querySelectorAll('.save').length`, "1")
	got := eval[[]string](tb, `(async () => {
		let blob, name;
		URL.createObjectURL = (b) => { blob = b; return '#saved'; };
		HTMLAnchorElement.prototype.click = function () { name = this.download; };
		document.querySelector('.save').click();
		return [name, await blob.text()];
	})()`)
	if got[0] != "pod.yaml" || got[1] != "kind: Pod\n" {
		t.Errorf("saved %q", got)
	}
	tb.quiet()
}

func TestThemeSwitch(t *testing.T) {
	tb := newTab(t, gallery(t))
	paper := `getComputedStyle(document.body).backgroundColor`
	tb.colours("light")
	tb.visit(tb.home)
	light := tb.text(paper)
	tb.colours("dark")
	dark := tb.text(paper)
	if light == dark {
		t.Errorf("the system's choice does nothing: %s", light)
	}
	tb.click("[data-theme-to=light]")
	tb.want(paper, light)
	tb.want(`document.querySelector('[data-theme-to=light]').ariaPressed`, "true")
	tb.visit(tb.home + "code/")
	tb.want(paper, light)
	tb.click("[data-theme-to=system]")
	tb.want(paper, dark)
	tb.quiet()
}

// A page can be read and worked with by keyboard alone.
func TestKeyboard(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.visit(tb.home + "code/")
	tb.press("\t")
	tb.want(`document.activeElement.className`, "skip")
	tb.press(kb.Enter)
	tb.await(`location.hash === '#content'`)
	tb.press("\t")
	tb.want(`document.querySelector('main').contains(document.activeElement)`, "true")

	// Each stop is seen: it has an outline and stands inside the window.
	tb.media("prefers-reduced-motion", "reduce")
	tb.visit(tb.home + "code/")
	seen := map[string]bool{}
	for range 80 {
		tb.press("\t")
		at := tb.text(`(() => {
			const e = document.activeElement;
			if (e === document.body) return 'end';
			const s = getComputedStyle(e), r = e.getBoundingClientRect();
			const name = e.tagName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 20);
			if (s.outlineStyle === 'none') return 'no outline: ' + name;
			if (r.bottom <= 0 || r.top >= innerHeight) return 'out of sight: ' + name;
			return name;
		})()`)
		if at == "end" {
			break
		}
		if strings.HasPrefix(at, "no outline") || strings.HasPrefix(at, "out of sight") {
			t.Error(at)
		}
		seen[at] = true
	}
	for _, want := range []string{"A.brand Gallery", "BUTTON.copy Copy"} {
		if !seen[want] {
			t.Errorf("the tab key does not come to %q, only to %v", want, seen)
		}
	}
	tb.quiet()
}

// Without JavaScript all there is to read is there.
func TestNoJavaScript(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.noScript()
	tb.visit(tb.home + "tabs/")
	tb.want(`[...document.querySelectorAll('.tab')].every((p) => p.checkVisibility())`, "true")
	tb.want(`document.querySelectorAll('.copy, [role=tab]').length`, "0")
	tb.want(`document.querySelector('.sidebar [aria-current]').textContent`, "Tabs")
	tb.size(390, 800)
	tb.want(`document.querySelector('.sidebar').checkVisibility()`, "false")
	tb.click(".menu")
	tb.want(`document.querySelector('.sidebar').checkVisibility()`, "true")
	tb.quiet()
}

// On a phone nothing is wider than the window, and the contents are at hand.
func TestPhone(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.size(390, 800)
	for _, p := range []string{"", "code/", "tabs/", "wide/", "section/", "verified/", "nowhere/"} {
		tb.visit(tb.home + p)
		tb.want(`document.documentElement.scrollWidth <= innerWidth`, "true")
	}
	tb.missing()
	tb.visit(tb.home + "wide/")
	eval[bool](tb, `(document.getElementById('part-2').scrollIntoView({behavior: 'instant'}), true)`)
	tb.await(`document.querySelector('.here').textContent !== ''`)
	tb.want(`Math.round(document.querySelector('.contents-bar').getBoundingClientRect().top) <= 64`, "true")
	tb.click(".contents-bar")
	tb.want(`document.getElementById('contents').matches(':popover-open')`, "true")
	tb.press(kb.Escape)
	tb.want(`document.getElementById('contents').matches(':popover-open')`, "false")
	tb.quiet()
}

// The contents follow the scroll.
func TestContents(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.visit(tb.home + "wide/")
	tb.want(`document.querySelector('#contents [aria-current]').textContent`, "Wide")
	eval[bool](tb, `(document.getElementById('part-3').scrollIntoView({behavior: 'instant'}), true)`)
	tb.await(`document.querySelector('#contents [aria-current]').textContent === 'Part 3'`)
	tb.quiet()
}

// A language that is written from the right has its sidebar there.
func TestRightToLeft(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.visit(tb.home + "ar/")
	tb.want(`document.documentElement.dir`, "rtl")
	tb.want(`document.querySelector('.sidebar').getBoundingClientRect().left > 700`, "true")
	tb.want(`document.documentElement.scrollWidth <= innerWidth`, "true")
	tb.want(`getComputedStyle(document.querySelector('pre')).direction`, "ltr")
	tb.quiet()
}

// Who wants less motion gets none.
func TestReducedMotion(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.media("prefers-reduced-motion", "reduce")
	tb.visit(tb.home + "wide/")
	tb.want(`getComputedStyle(document.documentElement).scrollBehavior`, "auto")
	tb.want(`[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration) > 0.01).length`, "0")
	tb.quiet()
}

// What the first page loads stays small.
func TestFirstLoad(t *testing.T) {
	tb := newTab(t, gallery(t))
	tb.visit(tb.home + "code/")
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if tb.requests > 6 {
		t.Errorf("the first page makes %d requests, want at most 6", tb.requests)
	}
}
