package theme

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"github.com/probatum/probatum/internal/colour"
)

func TestWeight(t *testing.T) {
	th, err := Load(nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	limits := map[string]int{"style.css": 28 << 10, "script.js": 15 << 10, "search.js": 8 << 10, "mark.svg": 1 << 10}
	for _, a := range th.Assets() {
		if limit := limits[a.Name]; len(a.Data) > limit {
			t.Errorf("%s has %d bytes, want at most %d", a.Name, len(a.Data), limit)
		}
	}
	if len(th.Assets()) != len(limits) {
		t.Errorf("got %d assets, want %d", len(th.Assets()), len(limits))
	}
}

// default-src 'self' allows no inline style or script and no address elsewhere.
func TestPolicy(t *testing.T) {
	bad := regexp.MustCompile(`(?i)\sstyle=|<style|\son[a-z]+=|<script>|https?://|data:|@import`)
	for _, folder := range []string{"templates", "assets"} {
		files, err := builtin.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			data, err := builtin.ReadFile(folder + "/" + f.Name())
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(string(data), `xmlns="http://www.w3.org/2000/svg"`, "")
			if m := bad.FindString(text); m != "" {
				t.Errorf("%s/%s holds %q", folder, f.Name(), m)
			}
		}
	}
}

// Text needs a contrast of 4.5 to 1, edges of controls 3 to 1 (WCAG 2.2 AA).
func TestContrast(t *testing.T) {
	css, err := builtin.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	colours := map[string][2]string{}
	for _, m := range regexp.MustCompile(`--([a-z0-9-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)`).FindAllStringSubmatch(string(css), -1) {
		colours[m[1]] = [2]string{m[2], m[3]}
	}
	pairs := []struct {
		on   string
		ink  string
		want float64
	}{
		{"paper", "ink ink-2 ink-3 accent note idea warning caution", 4.5},
		{"wash", "ink ink-2 ink-3 accent code-key code-string code-number code-keyword code-name code-comment caution", 4.5},
		{"accent-wash", "ink accent", 4.5},
		{"accent", "accent-ink", 4.5},
		{"note-wash", "ink note accent", 4.5},
		{"idea-wash", "ink idea accent", 4.5},
		{"warning-wash", "ink warning accent", 4.5},
		{"caution-wash", "ink caution accent", 4.5},
		{"paper", "edge", 3},
		{"wash", "edge", 3},
	}
	for i, mode := range []string{"light", "dark"} {
		for _, p := range pairs {
			for ink := range strings.FieldsSeq(p.ink) {
				a, b := colours[p.on][i], colours[ink][i]
				if a == "" || b == "" {
					t.Errorf("no token --%s or --%s", p.on, ink)
				} else if got := contrast(t, a, b); got < p.want {
					t.Errorf("%s: --%s on --%s has a contrast of %.2f, want %.1f", mode, ink, p.on, got, p.want)
				}
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, ok := colour.Parse("#" + a)
	y, ok2 := colour.Parse("#" + b)
	if !ok || !ok2 {
		t.Fatalf("%s or %s is no colour", a, b)
	}
	return colour.Contrast(x, y)
}

// Any accent that can be read in light can be read in dark, and written on.
func TestAccents(t *testing.T) {
	for _, accent := range []string{"#7a1fa2", "#b00020", "#0a6a58", "#000000", "#1a237e", "#5d4037"} {
		css := accents(Settings{Accent: accent})
		for i, m := range regexp.MustCompile(`--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)`).FindAllStringSubmatch(css, -1) {
			for mode := range 2 {
				light := regexp.MustCompile(`--accent: light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)`).FindStringSubmatch(css)
				if c := contrast(t, light[mode+1], m[mode+2]); i > 0 && c < colour.Readable {
					t.Errorf("%s: a contrast of %.1f to --%s in %s", accent, c, m[1], css)
				}
			}
		}
	}
}

func TestUserReplaces(t *testing.T) {
	plain, err := Load(nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	th, err := Load(fstest.MapFS{
		"footer.html":      {Data: []byte("<footer>mine {{ .Site.Title }}</footer>")},
		"assets/extra.svg": {Data: []byte("<svg/>")},
	}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	html, err := th.Append(nil, "page.html", &Page{Site: Site{Title: "T"}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(html), "<footer>mine T</footer>") {
		t.Errorf("the user's footer is not in the page:\n%s", html)
	}
	if th.Version() == plain.Version() {
		t.Errorf("version %s did not change with the assets", th.Version())
	}
	if _, err := Load(fstest.MapFS{"head.html": {Data: []byte("{{ if }}")}}, Settings{}); err == nil || !strings.HasPrefix(err.Error(), "theme/head.html: ") {
		t.Errorf("got error %v, want one that names theme/head.html", err)
	}
}

// What a reader reads on every page comes from the words of the page's language:
// the templates have none of their own, but for the names of keys.
func TestNoWords(t *testing.T) {
	names, err := fs.Glob(builtin, "templates/*.html")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	action, key := regexp.MustCompile(`\{\{.*?\}\}`), regexp.MustCompile(`<kbd[^>]*>[^<]*</kbd>`)
	said := regexp.MustCompile(`(?:aria-label|title|placeholder|alt|data-[a-z-]+)="([^"]*)"|>([^<]*)<`)
	for _, name := range names {
		text, err := fs.ReadFile(builtin, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(key.ReplaceAllString(action.ReplaceAllString(string(text), ""), "<kbd></kbd>"), -1) {
			if word := strings.TrimSpace(m[1] + m[2]); strings.IndexFunc(word, unicode.IsLetter) >= 0 && !strings.HasPrefix(m[0], "data-theme-to") && !strings.HasPrefix(m[0], "data-search") && !strings.HasPrefix(m[0], "data-index") {
				t.Errorf("%s: %q is in one language only", name, word)
			}
		}
	}
}

// Each template of ours writes what html/template makes of it, and none is left to
// html/template, which takes four times as long.
func TestDirect(t *testing.T) {
	th, err := Load(nil, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	const odd = `a+b: "c" <d> & 'e' %41 é ?f#g`
	link := Link{Title: odd, Description: odd, URL: odd}
	full := Page{Title: odd, Description: odd, Canonical: odd, Body: odd, Crumbs: []Link{link}, Children: []Link{link, {}}, Prev: &link, Next: &link, Nav: Nav{Items: []Nav{{Title: odd, URL: odd}}},
		Contents: Contents{{Title: odd, ID: odd}}, Languages: []Language{{Code: "en", Name: odd, URL: odd, Current: true}, {Code: "de", URL: odd}}, Style: odd, Edit: odd, Markdown: odd, Target: "javascript:" + odd,
		Site: Site{Title: odd, Language: "en", Dir: "rtl", Root: odd, Assets: odd, Version: odd, Search: odd, Verified: odd, Name: odd, Logo: odd, Footer: odd, Links: []Link{link}, Versions: []Link{link, {Title: odd}}}}
	plain := full
	plain.Home, plain.Style, plain.Children, plain.Languages, plain.Contents = true, "", nil, nil, nil
	plain.Site.Logo, plain.Site.Name, plain.Site.Footer, plain.Site.Verified, plain.Site.Links, plain.Site.Versions, plain.Target = "", "", "", "", nil, nil, "../a/"
	for name, tmpl := range th.direct {
		if name == "" {
			continue
		}
		if !tmpl.Known() {
			t.Errorf("%s is left to html/template", name)
		}
		for _, p := range []Page{{}, full, plain} {
			p.theme = th
			var want strings.Builder
			if err := th.tmpl.ExecuteTemplate(&want, name, &p); err != nil {
				t.Fatal(err)
			}
			if got, err := tmpl.HTML(&p); err != nil || string(got) != want.String() {
				t.Errorf("%s of %s: got %s, %v, want %s", name, p.Title, got, err, want.String())
			}
		}
	}
}
