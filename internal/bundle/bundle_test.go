package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
)

// wrap is a page as themes write them.
func wrap(title, head, main string) []byte {
	return []byte(`<!doctype html><html lang="en"><head><title>` + title + `</title><link rel="stylesheet" href="/theme/style.css?v=1">` + head +
		`<script src="/theme/script.js?v=1"></script></head><body><a class="skip" href="#content">Skip</a><header><a class="brand" href="/">T</a>` +
		`<dialog class="search" id="search" data-index="/search/en/"></dialog></header>` +
		`<div class="layout"><nav class="sidebar" id="nav"><button>x</button><ul><li><a href="/a/">A</a></li></ul></nav>` +
		`<main id="content">` + main + `</main></div></body></html>`)
}

func testSite() (map[string][]byte, []Nav) {
	return map[string][]byte{
		"index.html":        wrap("T", "", `<h1>Home</h1><a href="a/#in">in</a><a href="a/">a</a>`),
		"a/index.html":      wrap("A", `<link rel="stylesheet" href="/own.css">`, `<h1>Page A</h1><h2 id="in">In</h2><a href="#in">self</a><a href="#content">top</a><a href="../old/#in">moved</a><a href="https://example.org/x">out</a><a href="../no/">no</a><a href="b.yaml">b</a><img src="p.png"><img src="no.png"><label for="f">l</label><button popovertarget="in">p</button><svg><g fill="url(#in)"></g><use href="#in"></use></svg>`),
		"old/index.html":    []byte(`<!doctype html><meta http-equiv="refresh" content="0; url=../a/">`),
		"404.html":          wrap("No", "", "<h1>404</h1>"),
		"a/b.yaml":          []byte("b: 1\n"),
		"a/p.png":           []byte("\x89PNG\r\n\x1a\n"),
		"theme/style.css":   []byte("#contents{color:red}#content{x:y}body{background:url(../a/p.png)}"),
		"own.css":           []byte(".own{}"),
		"theme/script.js":   []byte("let a='</script>';\r\nlet b;"),
		"theme/search.js":   []byte("find()"),
		"search/en/root.js": []byte("probatumSearch(\"root\",{\"a\":\"</script><!--\"})\n"),
		"robots.txt":        []byte("x"),
	}, []Nav{{"T", "index.html", []Nav{{"A & B", "a/index.html", nil}}}}
}

func one(t *testing.T) string {
	t.Helper()
	files, nav := testSite()
	var w bytes.Buffer
	if err := HTML(&w, files, nav); err != nil {
		t.Fatal(err)
	}
	return w.String()
}

func TestHTML(t *testing.T) {
	got := one(t)
	for name, want := range map[string]string{
		"first page":           `<main id="./" class="first" data-title="Home">`,
		"other page":           `<main id="a/" data-title="Page A">`,
		"link to a place":      `<a href="#a/~in">in</a><a href="#a/">a</a>`,
		"link on the page":     `<a href="#a/~in">self</a><a href="#a/">top</a>`,
		"link to a redirect":   `<a href="#a/~in">moved</a>`,
		"link elsewhere":       `<a href="https://example.org/x">out</a>`,
		"dead link":            `<a>no</a>`,
		"file":                 `<a href="data:text/plain;charset=utf-8;base64,YjogMQo=" download="b.yaml">b</a>`,
		"image":                `<img src="data:image/png;base64,iVBORw0KGgo="/><img src="data:,"/>`,
		"ids":                  `<h2 id="a/~in">In</h2>`,
		"references to ids":    `<label for="a/~f">l</label><button popovertarget="a/~in">`,
		"ids in drawings":      `<g fill="url(#a/~in)"></g><use href="#a/~in">`,
		"sidebar":              `<nav class="sidebar" id="nav"><button>x</button><ul><li><a href="#a/">A &amp; B</a></li></ul></nav>`,
		"header":               `<a class="brand" href="#./">`,
		"style":                `.contents>nav{color:red}#content{x:y}body{background:url("data:image/png;base64,`,
		"style of other pages": `.own{}`,
		"script":               `<script>let a='<\/script>';` + "\n" + `let b;</script>`,
		"index":                `<script type="application/json" id="search/en/root">{"a":"<\/script><\u0021--"}</script>`,
		"search":               `data-index="search/en/" data-single=""`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: want %s in\n%s", name, want, got)
		}
	}
	for _, bad := range []string{"404", "Skip", "theme/style.css", "theme/script.js", "#contents"} {
		if strings.Contains(got, bad) {
			t.Errorf("%s is in\n%s", bad, got)
		}
	}
	if again := one(t); again != got {
		t.Error("two bundles of the same site differ")
	}
}

// The policy allows each script and style of the file, by its hash, and nothing
// else.
func TestPolicy(t *testing.T) {
	got := one(t)
	policy := regexp.MustCompile(`content="(default-src[^"]*)"`).FindStringSubmatch(got)
	if policy == nil || !strings.HasPrefix(policy[1], "default-src &#39;none&#39;; ") {
		t.Fatalf("no policy in %s", got)
	}
	found := 0
	for _, m := range regexp.MustCompile(`(?s)<(?:script|style)>(.*?)</(?:script|style)>`).FindAllStringSubmatch(got, -1) {
		sum := sha256.Sum256([]byte(m[1]))
		if !strings.Contains(policy[1], base64.StdEncoding.EncodeToString(sum[:])) {
			t.Errorf("the policy does not know %.60s", m[1])
		}
		found++
	}
	if n := strings.Count(policy[1], "sha256-"); n != found || n != 4 {
		t.Errorf("%d hashes for %d scripts and styles", n, found)
	}
}

func TestNoPage(t *testing.T) {
	if err := HTML(io.Discard, map[string][]byte{"x.txt": nil}, nil); err == nil {
		t.Error("a site without a page gives no error")
	}
	if err := HTML(io.Discard, map[string][]byte{"x.html": []byte("x")}, nil); err == nil || err.Error() != "x.html has no <main>" {
		t.Errorf("a page without a main part: %v", err)
	}
}

func TestZip(t *testing.T) {
	files, _ := testSite()
	pack := func() []byte {
		var w bytes.Buffer
		if err := Zip(&w, "help", files); err != nil {
			t.Fatal(err)
		}
		return w.Bytes()
	}
	data := pack()
	if !bytes.Equal(data, pack()) {
		t.Error("two archives of the same files differ")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	last, n := "", 0
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(text, files[strings.TrimPrefix(f.Name, "help/")]) {
			t.Errorf("%s holds %q, %v", f.Name, text, err)
		}
		if f.Name <= last || !f.Modified.Equal(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)) || f.Mode() != 0o644 {
			t.Errorf("%s after %s, from %v, mode %v", f.Name, last, f.Modified, f.Mode())
		}
		last = f.Name
		n++
	}
	if n != len(files)-2 { // what a server wants is not in it
		t.Errorf("%d files of %d", n, len(files))
	}
}
