// Package theme holds the look of a site: page templates, one style sheet, one
// script and the mark. It says in Page what a template can ask for; the site
// fills it in. A project replaces single templates by files of the same name.
package theme

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/colour"
	"github.com/probatum/probatum/internal/direct"
)

//go:embed templates/*.html assets
var builtin embed.FS

// Folder is where a site holds the theme's assets, relative to its root.
const Folder = "theme"

// A Theme is a set of templates and assets. It is not changed after Load and is
// safe for concurrent use.
type Theme struct {
	tmpl    *template.Template
	direct  map[string]*direct.Template // those of tmpl
	assets  []Asset
	version string
	asks    map[string]ask // what templates ask a page for
	parts   sync.Map       // what those have come to that ask for little: a sync.Map of template.HTML by name, by Site.key
}

// An Asset is a file that pages load. Name is relative to Folder.
type Asset struct {
	Name string
	Data []byte
}

// Settings are what a project changes without a template of its own. The zero
// Settings change nothing.
type Settings struct {
	Accent     string // #rrggbb, on light paper; "" the built-in one
	AccentDark string // on dark paper; "" made of Accent
	Logo       *Asset // takes the place of the mark; nil the built-in one
}

// Load returns the built-in theme with the settings and with the templates and
// assets of the user's folder, which replace built-in ones of the same name:
// "footer.html" is a template, "assets/style.css" an asset. A nil user means
// built-in only.
func Load(user fs.FS, set Settings) (*Theme, error) {
	t := &Theme{tmpl: template.New("")}
	files, err := fs.Sub(builtin, "templates")
	if err != nil {
		return nil, err
	}
	if err := t.parse(files); err != nil {
		return nil, err
	}
	if user != nil {
		if err := t.parse(user); err != nil {
			return nil, err
		}
	}
	if err := t.readAssets(user); err != nil {
		return nil, err
	}
	t.set(set)
	t.findAsks()
	t.direct = map[string]*direct.Template{}
	for _, tmpl := range t.tmpl.Templates() {
		t.direct[tmpl.Name()] = direct.New(tmpl, direct.DotOf[*Page](), nil)
	}
	hash := sha256.New()
	for _, a := range t.assets {
		fmt.Fprintf(hash, "%s %d\n%s", a.Name, len(a.Data), a.Data)
	}
	t.version = hex.EncodeToString(hash.Sum(nil))[:8]
	return t, nil
}

// set makes the settings a part of the assets: the site's policy allows no style
// in pages.
func (t *Theme) set(set Settings) {
	if set.Logo != nil {
		t.assets = append(t.assets, *set.Logo)
	}
	if set.Accent == "" && set.AccentDark == "" {
		return
	}
	for i := range t.assets {
		if t.assets[i].Name == "style.css" {
			t.assets[i].Data = slices.Concat(t.assets[i].Data, []byte(accents(set)))
		}
	}
}

// accents are the tokens that rest on the accent.
func accents(set Settings) string {
	light, ok := colour.Parse(set.Accent)
	dark, okDark := colour.Parse(set.AccentDark)
	if !ok {
		light, _ = colour.Parse(builtinAccent[0])
	}
	switch {
	case !okDark && ok:
		dark = colour.Dark(light)
	case !okDark:
		dark, _ = colour.Parse(builtinAccent[1])
	}
	return fmt.Sprintf(":root { --accent: light-dark(%s, %s); --accent-wash: light-dark(%s, %s); --accent-ink: light-dark(%s, %s); }\n",
		light, dark, colour.Wash(light, colour.Paper[0]), colour.Wash(dark, colour.Paper[1]), colour.Ink(light), colour.Ink(dark))
}

// builtinAccent is the accent of the style sheet, light and dark.
var builtinAccent = [2]string{"#0a6a58", "#66cfb2"}

func (t *Theme) parse(fsys fs.FS) error {
	names, err := fs.Glob(fsys, "*.html")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		if _, err := t.tmpl.New(name).Parse(string(text)); err != nil {
			return fmt.Errorf("theme/%s: %w", name, err)
		}
	}
	return nil
}

func (t *Theme) readAssets(user fs.FS) error {
	byName := map[string][]byte{}
	for _, fsys := range []fs.FS{builtin, user} {
		if fsys == nil {
			continue
		}
		err := fs.WalkDir(fsys, "assets", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(fsys, name)
			if fsys == fs.FS(builtin) {
				data = minified(name, data)
			}
			byName[strings.TrimPrefix(name, "assets/")] = data
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for name, data := range byName {
		t.assets = append(t.assets, Asset{name, data})
	}
	slices.SortFunc(t.assets, func(a, b Asset) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// Assets returns the files that pages load, by name.
func (t *Theme) Assets() []Asset { return t.assets }

// Version changes when an asset does. It stands in the assets' addresses, so
// that a browser does not show a new page with an old style sheet.
func (t *Theme) Version() string { return t.version }

// Append appends what the template of that name, "page.html" or "redirect.html",
// makes of a page. Where it fails b stays as it was.
func (t *Theme) Append(b []byte, name string, p *Page) ([]byte, error) {
	dot := *p
	dot.theme = t
	b, err := t.direct[name].Append(b, &dot)
	if err != nil {
		return b, fmt.Errorf("theme/%w", err)
	}
	return b, nil
}
