package site

import (
	"strings"
	"testing"
	"testing/fstest"
)

// What default-src 'self' forbids has another way to the reader, or a warning.
func TestPoliced(t *testing.T) {
	for name, tt := range map[string]struct{ md, want, never, says string }{
		"style becomes a class":       {`<p class="a" style="width: 40px">x</p>`, `<p class="a s-`, "style=", ""},
		"style element":               {"<style>.x { color: red }</style>\n\ny", `theme/page-`, "<style", ""},
		"frame of another host":       {`<iframe src="https://v.test/1?a&amp;b" title="Film"></iframe>`, `<a class="elsewhere" href="https://v.test/1?a&amp;b">Film <span>(v.test)</span></a>`, "iframe", "p.md:1:1: warning: a page of the site loads nothing from v.test"},
		"inline frame":                {`x <iframe src="//v.test/1">no</iframe> y`, "(v.test)</span></a>no y", "iframe", "loads nothing"},
		"own frame":                   {`x <iframe src="/own.html">no</iframe> y`, `<iframe src="../own.html">no</iframe>`, "elsewhere", ""},
		"image of another host":       {`![Chart](https://v.test/x.png)`, `href="https://v.test/x.png">Chart <span>(v.test)`, "<img", "p.md:1:1: warning"},
		"badge":                       {`[![Badge](https://v.test/x.png)](https://w.test/)`, `<a href="https://w.test/">Badge</a>`, "<img", "loads nothing"},
		"HTML image of another host":  {`<img src="https://v.test/x.png" alt="Chart">`, `>Chart <span>(v.test)`, "<img", "loads nothing"},
		"script":                      {"<script>alert(1)</script>\n\ny", "<p>y</p>", "alert", "a script in the page does not run"},
		"script of the site":          {`<script src="/own.js"></script>`, `<script src="../own.js"></script>`, "elsewhere", ""},
		"handler":                     {`<b onclick="x()">y</b>`, "<b>y</b>", "onclick", "the attribute onclick of <b> does nothing"},
		"more than declarations":      {`<b style="x: y} body { color: red">y</b>`, "<b>y</b>", "style=", "more than declarations"},
		"bytes are kept otherwise":    {"<IMG  SRC='a.png'  Alt=x><BR/><p>a < b &copy; on=1", `<IMG  SRC='a.png'  Alt=x><BR/><p>`, "elsewhere", ""},
		"text that looks like a tag":  {"`<iframe src=\"https://v.test/\">`", "&lt;iframe", "<iframe", ""},
		"attributes of a heading":     {"## H {style=\"color: red\"}\n", `class="s-`, "style=", ""},
		"several sources of an image": {`<img src="/a.png" srcset="https://v.test/b.png 2x">`, `<img src="../a.png">`, "v.test", ""},
	} {
		t.Run(name, func(t *testing.T) {
			files, r := build(t, fstest.MapFS{"content/p.md": {Data: []byte(tt.md)}, "static/own.html": {}, "static/own.js": {}, "static/a.png": {}}, Options{})
			html := string(files["p/index.html"])
			if !strings.Contains(html, tt.want) {
				t.Errorf("got\n%s\nwant %s", html[strings.Index(html, "<article>"):], tt.want)
			}
			if strings.Contains(html, tt.never) {
				t.Errorf("got\n%s\nwhich must not hold %s", html[strings.Index(html, "<article>"):], tt.never)
			}
			var said []string
			for _, d := range r.Diagnostics {
				said = append(said, d.String())
			}
			if got := strings.Join(said, "\n"); (tt.says == "") != (got == "") || !strings.Contains(got, tt.says) {
				t.Errorf("got the diagnostics %q, want %q", got, tt.says)
			}
		})
	}
}

// The page's own style sheet holds its styles, and pages with the same ones
// share it.
func TestPageStyles(t *testing.T) {
	text := []byte(`<p style="width: 40px">x</p><p style="width: 40px">y</p>`)
	files, _ := build(t, fstest.MapFS{"content/a.md": {Data: text}, "content/b.md": {Data: text}, "content/c.md": {Data: []byte("plain")}}, Options{})
	var sheets []string
	for name, data := range files {
		if strings.HasPrefix(name, "theme/page-") {
			sheets = append(sheets, string(data))
			if !strings.Contains(string(files["a/index.html"]), `<link rel="stylesheet" href="../`+name+`">`) {
				t.Errorf("a page with styles does not load %s", name)
			}
		}
	}
	if len(sheets) != 1 || strings.Count(sheets[0], "{ width: 40px }") != 1 {
		t.Errorf("got the style sheets %q, want one with one rule", sheets)
	}
	if strings.Contains(string(files["c/index.html"]), "theme/page-") {
		t.Error("a page without styles loads a style sheet of its own")
	}
}
