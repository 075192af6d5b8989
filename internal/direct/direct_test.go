package direct

import (
	"errors"
	"html/template"
	"reflect"
	"strings"
	"testing"
)

// A thing has what dots have: fields, methods of both kinds, functions that fail.
type thing struct {
	Name, URL string
	Body      template.HTML
	Count     int
	Yes       bool
	Any       any
	Map       map[string]string
	List      []part
	Next      *thing
	Part      part
}

type part struct{ Name, URL string }

func (p *part) Loud() string                          { return strings.ToUpper(p.Name) }
func (p part) Quiet() string                          { return strings.ToLower(p.Name) }
func (t thing) Get(key any) string                    { return map[any]string{0: t.Name, "url": t.URL}[key] }
func (t *thing) Pointer(s string) template.HTML       { return template.HTML("<i>" + s + "</i>") }
func (t thing) Many(a string, b ...any) string        { return a + string(rune('0'+len(b))) }
func (t thing) Fails(s string) (string, error)        { return s, errors.New("failed on " + s) }
func (t thing) Works(s string) (template.HTML, error) { return template.HTML(s), nil }
func (t *thing) Page(s string) (template.HTML, error) { return template.HTML(s), errors.New("no " + s) }
func (t thing) Whole() template.HTML                  { return template.HTML(t.List[0].Name) }
func (t thing) Panics() string                        { panic("no") }
func (t thing) Anything() any                         { return t.Name }
func (t thing) Names(names ...string) *part           { return &part{Name: strings.Join(names, "+")} }

var funcs = template.FuncMap{"lower": strings.ToLower, "add": func(a, b int) int { return a + b }, "join": strings.Join}

// known are templates that are executed here; their outputs are those of
// html/template for any strings.
var known = []string{
	``, `text`, `{{ .Name }}`, `{{ .Body }}`, `{{ .Whole }}`, `{{ .Count }}`, `{{ .Yes }}`, `{{ $.Name }}{{ $ := .Part }}{{ $.Name }}`,
	`<a href="{{ .URL }}" title="{{ .Name }}">`, `<a href="/x/{{ .URL }}">`, `<a href="?q={{ .URL }}&amp;n={{ .Name }}">`, `<a href="#{{ .Name }}">`,
	`<title>{{ .Name }}</title>`, `<textarea>{{ .Name }}</textarea>`, `<meta http-equiv="refresh" content="0; url={{ .URL }}">`, `<p class="{{ .Count }}">`,
	`{{ if .Yes }}a{{ else if .Name }}b{{ else }}c{{ end }}`, `{{ with .Name }}{{ . }}{{ $.Count }}{{ else }}none{{ end }}`,
	`{{ with .Part }}{{ .Name }}{{ .Loud }}{{ .Quiet }}{{ end }}`, `{{ .Part.Loud }}{{ .Pointer "x" }}{{ .Pointer .Name }}`,
	`{{ range .List }}<{{ .Name }} {{ .Loud }} {{ $.Name }}>{{ else }}none{{ end }}`, `{{ range $p := .List }}{{ $p.Name }}{{ .URL }}{{ end }}`,
	`{{ range $i, $p := .List }}{{ $i }} {{ $p.Quiet }}{{ $i }}{{ end }}`, `{{ $n := .Name }}{{ range .List }}{{ $n }}{{ $n = .Name }}{{ end }}{{ $n }}`,
	`{{ $x := .Name }}{{ if .Yes }}{{ $x := .URL }}{{ $x }}{{ else }}{{ $x }}{{ end }}{{ $x }}`, `{{ if $x := .Name }}{{ $x }}{{ else }}-{{ $x }}{{ end }}`,
	`{{ .Get 0 }}{{ .Get "url" }}{{ .Get 3 }}`, `{{ .Many "a" }}{{ .Many "a" 1 .Name true }}`, `{{ .Works .Name }}{{ .Name | .Works }}{{ (.Names "a" .Name).Loud }}`,
	`{{ or .Name .URL "none" }}{{ and .Yes .Name }}{{ not .Name }}x`, `{{ or .Name .Body .Count }}`, `{{ if and .Next (not .Yes) }}{{ .Next.Name }}{{ end }}`,
	`{{ if eq .Name "a" }}a{{ else if ne .Name .URL }}b{{ end }}`, `{{ lower .Name | printf "%q %s" .URL }}{{ print .Name 1 2 .Count }}{{ add .Count -1 }}`,
	`{{ with .Next }}{{ .Name }}{{ with .Next }}{{ .Name }}{{ end }}{{ end }}`, `{{ with $t := .Next }}{{ $t.Part.Loud }}{{ end }}`,
	`{{ define "p" }}<b>{{ .Name }}{{ $.URL }}</b>{{ end }}{{ template "p" .Part }}{{ range .List }}{{ template "p" . }}{{ end }}{{ template "p" . }}`,
	`{{ block "own" .Part }}{{ .Name }}{{ end }}`, `{{ define "a" }}{{ $x := .URL }}{{ $x }}{{ end }}{{ $x := .Name }}{{ template "a" . }}{{ $x }}`,
	`{{/* a remark */}}{{- .Name -}} x`, `{{ "a<b" }}{{ 12 }}{{ (.Name) }}`,
}

// left are templates that html/template executes.
var left = []string{
	`{{ .Any }}`, `{{ .Anything }}`, `{{ .Map.key }}`, `{{ index .Map "key" }}`, `{{ len .Name }}`, `{{ range 3 }}a{{ end }}`, `{{ range .Map }}a{{ end }}`,
	`{{ range .List }}{{ break }}{{ end }}`, `{{ range $p := .List }}{{ else }}{{ $p }}{{ end }}`, `<script>var a = {{ .Name }};</script>`, `<a href={{ .URL }}>`, `<p {{ .Name }}>`,
	`<p style="width: {{ .Count }}">`, `<img srcset="{{ .URL }}">`, `<p title="{{ .Body }}">`, `{{ $x := .Name }}{{ $x = .Count }}{{ $x }}`, `{{ 1.5 }}{{ 0x10 }}{{ 'a' }}`,
	`{{ .Missing }}`, `{{ .Name.Missing }}`, `{{ .Get }}`, `{{ .Fails 1 }}`, `{{ nil }}`, `{{ template "none" }}`, `{{ template "none" . }}`, `<a href="{{ if .Yes }}">{{ end }}`, `{{ .Name | html }}`,
	`{{ define "r" }}{{ with .Next }}{{ template "r" . }}{{ end }}{{ end }}{{ template "r" . }}`, `{{ eq .Count 1 }}`, `{{ call .Any }}`, `{{ lower .Body }}`, `{{ .Count.Name }}`,
	`{{ define "a" }}{{ . }}{{ end }}<p title="{{ template "a" .Name }}">`, `{{ .Name 1 }}`, `{{ (.Name) 1 }}`, `{{ printf }}`, `{{ join .List "" }}`,
}

// failing are templates that html/template executes once more, to say what is wrong.
var failing = []string{`{{ .Fails .Name }}`, `a{{ .Panics }}`, `{{ .Next.Next.Next.Name }}`, `{{ .Next.Get 0 }}`, `{{ .Page .Name }}`, `{{ .Next.Next.Page .Name }}`, `{{ range .List }}{{ $.Fails .Name }}{{ end }}`}

func TestKnown(t *testing.T) {
	for _, text := range known {
		for _, dot := range []Dot{DotOf[*thing](), DotOf[thing]()} {
			p := parsed(t, text, dot)
			p.compare(t, `<a href='x' + "y">&amp;`, "javascript:alert(1)", 1)
			needsAddress := strings.Contains(text, "Pointer") || strings.Contains(text, "Part }}")
			if !p.direct.Known() && (dot.Kind() == reflect.Pointer || !needsAddress) {
				t.Errorf("%s on %v is left to html/template", text, dot)
			}
		}
	}
}

func TestLeft(t *testing.T) {
	for _, text := range left {
		p := parsed(t, text, DotOf[*thing]())
		p.compare(t, "a", "b", 1)
		if p.direct.Known() {
			t.Errorf("%s is not left to html/template", text)
		}
	}
	for _, text := range failing {
		parsed(t, text, DotOf[*thing]()).compare(t, "a", "b", 1)
	}
}

// A pair is a template twice.
type pair struct {
	text   string
	html   *template.Template
	direct *Template
}

func parsed(t testing.TB, text string, dot Dot) pair {
	t.Helper()
	html := func() *template.Template {
		h, err := template.New("t").Funcs(funcs).Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	return pair{text, html(), New(html(), dot, funcs)}
}

// compare executes both on some dots with these strings.
func (p pair) compare(t *testing.T, name, url string, count int) {
	t.Helper()
	full := thing{Name: name, URL: url, Body: template.HTML(name), Count: count, Any: count, Map: map[string]string{"key": name},
		List: []part{{name, url}, {url, name}}, Next: &thing{Name: url}, Part: part{name, url}}
	other := full
	other.Yes, other.List, other.Next = true, nil, nil
	for _, x := range []thing{full, other, {}} {
		dot := any(x)
		if p.direct.dot.Kind() == reflect.Pointer {
			dot = &x
		}
		var want strings.Builder
		wantErr := p.html.Execute(&want, dot)
		got, err := p.direct.Append([]byte("before "), dot)
		if wantErr != nil {
			if err == nil || err.Error() != wantErr.Error() || string(got) != "before " {
				t.Errorf("%s on %+v: got %q, %v, want the error %v", p.text, x, got, err, wantErr)
			}
		} else if err != nil || string(got) != "before "+want.String() {
			t.Errorf("%s on %+v: got %q, %v, want %q", p.text, x, got, err, want.String())
		}
	}
}

// Whatever the strings are, the output is that of html/template.
func FuzzKnown(f *testing.F) {
	var pairs []pair
	for _, text := range known {
		pairs = append(pairs, parsed(f, text, DotOf[*thing]()), parsed(f, text, DotOf[thing]()))
	}
	for _, s := range []string{"", "a", "<b>'+&\"\x00", "\xff\xfe", "héllo wörld", "%41%4%zz", "a:b/c", "HTTPS://x?a=b&c=[d]#e", "javascript:x", "/a b/(c)"} {
		f.Add(s, "../x/?"+s, len(s))
	}
	f.Fuzz(func(t *testing.T, name, url string, count int) {
		for _, p := range pairs {
			p.compare(t, name, url, count)
		}
	})
}
