package e2e

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/probatum/probatum/internal/cli"
	"golang.org/x/net/html"
)

// bundled packs a project and unpacks it again: help/ and help.html are in the
// folder, and log.txt holds what was said.
func bundled(t *testing.T, name string) string {
	t.Helper()
	dir := projectDir(t, name)
	return sites.once(t, "bundle-"+name, func(out string) error {
		var log bytes.Buffer
		if code := cli.Run(t.Context(), []string{"bundle", "-C", dir, "-o", out}, cli.Env{}, nil, &log, &log); code > 1 {
			return &buildError{log.String()}
		}
		z, err := zip.OpenReader(filepath.Join(out, "help.zip"))
		if err != nil {
			return err
		}
		defer z.Close()
		if err := os.CopyFS(out, z); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(out, "log.txt"), log.Bytes(), 0o666)
	})
}

// A linked is what the links of a file ask for and what it offers to those of
// others.
type linked struct {
	links []string
	loads []string // what a browser loads by itself
	ids   map[string]bool
}

func linksOf(t *testing.T, name string) *linked {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	l := &linked{ids: map[string]bool{"": true, "top": true}}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id" || a.Key == "name" && n.Data == "a":
				l.ids[a.Val] = true
			case a.Key == "href" && (n.Data == "a" || n.Data == "area"):
				l.links = append(l.links, a.Val)
			case a.Key == "src" || a.Key == "poster" || a.Key == "href" && n.Data == "link":
				l.loads = append(l.loads, a.Val)
			case a.Key == "http-equiv" && a.Val == "refresh":
				for _, c := range n.Attr {
					if _, to, ok := strings.Cut(c.Val, "url="); ok {
						l.links = append(l.links, to)
					}
				}
			}
		}
	}
	return l
}

// elsewhere tells whether an address leads to another site.
func elsewhere(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme != "" && u.Scheme != "file" || u.Host != "")
}

// Every link of every page of the unpacked archive leads to a file, and to a place
// in it that is there. What the pages themselves have wrong, which the build says,
// is wrong in the archive, too: that is counted, and in our own site none.
func TestZipLinks(t *testing.T) {
	for _, name := range []string{"own", "istio-en"} {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(bundled(t, name), "help")
			pages := map[string]*linked{}
			err := filepath.WalkDir(folder, func(file string, d fs.DirEntry, err error) error {
				if err == nil && filepath.Ext(file) == ".html" {
					pages[file] = linksOf(t, file)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			checked, dead := 0, deadLinks(t, name)
			for file, p := range pages {
				for _, address := range append(p.links, p.loads...) {
					if elsewhere(address) {
						continue
					}
					checked++
					from, err := filepath.Rel(folder, file)
					if err != nil {
						t.Fatal(err)
					}
					if problem := follow(pages, file, address); problem != "" && !dead(path.Dir(filepath.ToSlash(from)), address) {
						t.Errorf("%s: %s %s", from, address, problem)
					}
				}
			}
			t.Logf("%d files, %d links", len(pages), checked)
		})
	}
}

// follow goes where an address in the file leads and says what is wrong there.
func follow(pages map[string]*linked, file, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return err.Error()
	}
	to := file
	if u.Path != "" {
		to = filepath.Join(filepath.Dir(file), filepath.FromSlash(u.Path))
	}
	if strings.HasPrefix(u.Path, "/") {
		return "starts at the top of the disk"
	}
	info, err := os.Stat(to)
	switch {
	case err != nil:
		return "is not there"
	case info.IsDir():
		return "is a folder"
	case pages[to] != nil && !pages[to].ids[u.Fragment]:
		return "names a place that is not there"
	}
	return ""
}

// deadLinks tells which addresses, seen from a folder of the site, are wrong in the
// pages: the build has reported them, or they name a place on a page that has no
// file and is a list alone.
func deadLinks(t *testing.T, name string) func(from, address string) bool {
	t.Helper()
	content := filepath.Join(projectDir(t, name), "content")
	log, err := os.ReadFile(filepath.Join(bundled(t, name), "log.txt"))
	if err != nil {
		t.Fatal(err)
	}
	reported := map[string]bool{}
	for line := range strings.Lines(string(log)) {
		for word := range strings.FieldsSeq(line) {
			word = strings.Trim(word, "\"',:")
			if u, err := url.Parse(word); err == nil && word != "" {
				reported[path.Base(strings.TrimSuffix(u.Path, "/"))+"#"+u.Fragment] = true
			}
		}
	}
	return func(from, address string) bool {
		u, err := url.Parse(address)
		if err != nil {
			return false
		}
		to := path.Join(from, strings.TrimSuffix(u.Path, "index.html"))
		base := path.Base(to)
		if reported[base+"#"+u.Fragment] || reported[base+"#"] || reported[".#"+u.Fragment] {
			return true
		}
		files, err := filepath.Glob(filepath.Join(content, to, "*index.*"))
		return err == nil && len(files) == 0 && u.Fragment != ""
	}
}

// Every link of the one file leads to a place in it, and it loads nothing.
func TestHTMLLinks(t *testing.T) {
	for _, name := range []string{"own", "istio-en"} {
		t.Run(name, func(t *testing.T) {
			p := linksOf(t, filepath.Join(bundled(t, name), "help.html"))
			dead := deadLinks(t, name)
			for _, address := range p.links {
				id, inside := strings.CutPrefix(address, "#")
				if plain, err := url.PathUnescape(id); err == nil {
					id = plain
				}
				if !inside && !elsewhere(address) || inside && !p.ids[id] && !dead("", strings.Replace(id, "~", "#", 1)) {
					t.Errorf("%s leads nowhere", address)
				}
			}
			for _, address := range p.loads {
				if !strings.HasPrefix(address, "data:") && !elsewhere(address) {
					t.Errorf("%s is loaded", address)
				}
			}
			t.Logf("%d links", len(p.links))
		})
	}
}

// The archive and the one file are opened from the disk, and read and searched.
func TestBundleOpens(t *testing.T) {
	folder := bundled(t, "own")
	t.Run("zip", func(t *testing.T) {
		tb := newTab(t, "file://")
		tb.visit(fromDisk(folder, "help/index.html"))
		tb.want(`getComputedStyle(document.querySelector('header.top')).position`, "sticky")
		tb.openSearch()
		tb.press("configuration")
		tb.await(`document.querySelectorAll('#search [role=option]').length > 1`)
		tb.arrive(chromedp.KeyEvent(kb.Enter))
		tb.want(`/configuration\/index\.html$/.test(location.pathname)`, "true")
		tb.quiet()
	})
	t.Run("html", func(t *testing.T) {
		const shown = `[...document.querySelectorAll('main')].filter((m) => m.checkVisibility()).map((m) => m.id).join()`
		tb := newTab(t, "file://")
		tb.visit(fromDisk(folder, "help.html"))
		tb.want(`getComputedStyle(document.querySelector('header.top')).position`, "sticky")
		tb.want(shown, "./")
		tb.click(`.sidebar a[href="#start/"]`)
		tb.await(shown + ` === 'start/'`)
		tb.want(`document.querySelector('.sidebar [aria-current]').hash`, "#start/")
		tb.await(`/^Start|First/.test(document.title) || document.title.includes('·')`)
		tb.openSearch()
		tb.press("configuration")
		tb.await(`document.querySelectorAll('#search [role=option]').length > 1`)
		tb.press(kb.Enter)
		tb.await(shown + ` === 'configuration/'`)
		tb.want(`document.querySelector('#search').open`, "false")
		eval[string](tb, `history.back(); ''`)
		tb.await(shown + ` === 'start/'`)
		tb.quiet()
	})
	t.Run("html without script", func(t *testing.T) {
		const shown = `[...document.querySelectorAll('main')].filter((m) => m.checkVisibility()).map((m) => m.id).join()`
		tb := newTab(t, "file://")
		tb.noScript()
		tb.visit(fromDisk(folder, "help.html"))
		tb.want(shown, "./")
		tb.click(`.sidebar a[href="#start/"]`)
		tb.want(shown, "start/")
	})
}

// TestBundleTimes prints how long the one file of a large site takes to open and
// to turn a page. It asks nothing of the figures: they are those of the machine.
func TestBundleTimes(t *testing.T) {
	tb := newTab(t, "file://")
	tb.visit(fromDisk(bundled(t, "istio-en"), "help.html"))
	t.Logf("%s elements; read after %s ms, all done after %s ms", tb.text(`document.querySelectorAll('*').length`),
		tb.text(`Math.round(performance.getEntriesByType('navigation')[0].domInteractive)`), tb.text(`Math.round(performance.getEntriesByType('navigation')[0].duration)`))
	t.Logf("another page after %.0f ms", eval[float64](tb, `new Promise((done) => {
		const from = performance.now();
		addEventListener('hashchange', () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - from))), { once: true });
		location.hash = '#docs/concepts/security/';
	})`))
}

// Nothing keeps people from reading the one file, in light and in dark.
func TestBundleAccessible(t *testing.T) {
	program := axe(t)
	for _, colours := range []string{"light", "dark"} {
		tb := newTab(t, "file://")
		tb.media("prefers-reduced-motion", "reduce")
		tb.visit(fromDisk(bundled(t, "own"), "help.html"))
		tb.click("[data-theme-to=" + colours + "]")
		tb.accessible(program, "help.html, "+colours)
		tb.click(`.sidebar a[href="#configuration/"]`)
		tb.await(`document.title.startsWith('Configuration')`)
		tb.accessible(program, "help.html#configuration/, "+colours)
	}
}
