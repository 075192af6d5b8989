package theme

import (
	"strings"
	"testing"
	"testing/fstest"
)

// What a template asks a page for decides whether pages may share it: one that
// shows something of the page has that of each page, also a user's own one.
func TestCommon(t *testing.T) {
	for text, want := range map[string]ask{
		`{{ .Site.Title }}`:                                        theSite,
		`{{ range .Languages }}{{ .Name }}{{ end }}`:               theLanguages,
		`{{ if .Site.Links }}{{ len $.Languages }}{{ end }}`:       theLanguages,
		`{{ .Languages }}{{ .Title }}`:                             more,
		`{{ with .Site }}{{ .Title }}{{ end }}`:                    theSite,
		`{{ $s := .Site }}{{ $s.Title }}`:                          theSite,
		`{{ template "mark.html" . }}`:                             theSite,
		`{{ printf "%s" $.Site.Root }}`:                            theSite,
		`{{ .Title }}`:                                             more,
		`{{ or .Site.Name .Title }}`:                               more,
		`{{ printf "%s" .Title }}`:                                 more,
		`{{ (printf "%s" .Title) }}`:                               more,
		`{{ with .Site }}{{ $.Title }}{{ end }}`:                   more,
		`{{ range .Crumbs }}{{ .URL }}{{ end }}`:                   more,
		`{{ with .Site }}a{{ else }}{{ .Title }}{{ end }}`:         more,
		`{{ if .Site }}{{ .Title }}{{ end }}`:                      more,
		`{{ $p := . }}{{ $p.Title }}`:                              more,
		`{{ template "article.html" . }}`:                          more,
		`{{ with .Site }}{{ template "article.html" $ }}{{ end }}`: more,
		`{{ .Part "article.html" }}`:                               more,
	} {
		th, err := Load(fstest.MapFS{"header.html": {Data: []byte(text)}}, Settings{})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := th.asks["header.html"]; got != want {
			t.Errorf("%s: asks %v, want %v", text, got, want)
		}
	}
}

// A header that shows the title of its page shows that of each page; one that does
// not is made once, and again where the site is seen from another place.
func TestPart(t *testing.T) {
	for _, header := range []string{`[{{ .Title }} {{ .Site.Root }}]`, `[{{ .Site.Root }}]`} {
		th, err := Load(fstest.MapFS{"header.html": {Data: []byte(header)}}, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []Page{{Title: "One", Site: Site{Root: "../"}}, {Title: "Two", Site: Site{Root: "../"}}, {Title: "Two", Site: Site{Root: "./"}}} {
			want := strings.NewReplacer("{{ .Title }}", p.Title, "{{ .Site.Root }}", p.Site.Root).Replace(header)
			html, err := th.Append(nil, "page.html", &p)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(html), want) {
				t.Errorf("%s: no %s in the page", header, want)
			}
		}
	}
}

// Sites that differ in anything have different keys.
func TestSiteKey(t *testing.T) {
	base := Site{Title: "T", Links: []Link{{Title: "a", URL: "b"}}}
	for _, other := range []Site{
		{Title: "T"}, {Title: "U", Links: base.Links}, {Title: "T", Versions: base.Links},
		{Title: "T", Links: []Link{{Title: "ab"}}}, {Title: "T", Links: []Link{{Title: "a", Description: "b"}}},
		{Title: "T", Links: base.Links, Root: "./"}, {Title: "T", Links: base.Links, Assets: "./"},
	} {
		if base.key() == other.key() {
			t.Errorf("%+v and %+v have one key", base, other)
		}
	}
}
