package shortcodes

import (
	"html/template"
	"strings"
	"testing"
	"testing/fstest"
)

var site = &Site{
	Title:  "Docs",
	Params: map[string]any{"version": "v1.21", "links": map[string]any{"home": "https://x.test"}},
	Data: map[string]any{"args": map[string]any{
		"version": "1.10", "full_version": "1.10.0", "previous_version": "1.9", "source_branch_name": "master",
		"supported_kubernetes_versions": []any{"1.19", "1.20"},
	}},
}

var page = &Page{Title: "P", Params: map[string]any{
	"release": "1.9.1", "cves": []any{"CVE-1", "CVE-2"}, "cvss": 9.0, "min-kubernetes-server-version": "v1.19",
}}

func named(pairs ...string) Call {
	c := Call{Named: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		c.Named[pairs[i]] = pairs[i+1]
	}
	return c
}

func positional(params ...string) Call { return Call{Params: params} }

// Each built-in shortcode stands here at least once: TestEveryBuiltin counts.
var builtins = []struct {
	name  string
	call  Call
	body  Body
	block bool
	want  string
}{
	{"text", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"highlight", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"note", Call{Inner: "<p>a</p>"}, Markdown, true, "<div class=\"note note-note\" role=\"note\"><p class=\"note-title\">Note</p>\n<p>a</p></div>"},
	{"tip", positional("Try <this>"), Markdown, true, `<div class="note note-tip" role="note"><p class="note-title">Try &lt;this&gt;</p>` + "\n</div>"},
	{"idea", Call{}, Markdown, true, `<div class="note note-idea" role="note"><p class="note-title">Idea</p>` + "\n</div>"},
	{"warning", named("title", "Mind"), Markdown, true, `<div class="note note-warning" role="note"><p class="note-title">Mind</p>` + "\n</div>"},
	{"caution", Call{}, Markdown, true, `<div class="note note-caution" role="note"><p class="note-title">Caution</p>` + "\n</div>"},
	{"alert", named("color", "danger", "title", "T"), Markdown, true, `<div class="note note-caution" role="note"><p class="note-title">T</p>` + "\n</div>"},
	{"alert", named("color", "success"), Markdown, true, `<div class="note note-tip" role="note"></div>`},
	{"alert", Call{}, Markdown, true, `<div class="note note-note" role="note"></div>`},
	{"pageinfo", Call{Inner: "x"}, Markdown, true, `<div class="note note-page" role="note">x</div>`},
	{"quote", positional("Who"), Markdown, true, `<figure class="quote"><blockquote></blockquote><figcaption>Who</figcaption></figure>`},
	{"tabset", named("category-name", "os"), Markdown, true, `<div class="tabs" data-tabs="os"></div>`},
	{"tabs", Call{Inner: "x"}, Markdown, true, `<div class="tabs">x</div>`},
	{"tabpane", Call{Inner: "x"}, Markdown, true, `<div class="tabs">x</div>`},
	{"tab", named("name", "Linux", "category-value", "l"), Markdown, true, `<section class="tab" data-tab="l"><p class="tab-name">Linux</p>` + "\n</section>"},
	{"tab", named("header", "Mac"), Markdown, true, `<section class="tab"><p class="tab-name">Mac</p>` + "\n</section>"},
	{"tab", Call{Named: map[string]string{"codelang": "sh"}, Code: "<pre>x</pre>"}, Markdown, true, `<section class="tab"><p class="tab-name">Tab</p>` + "\n<pre>x</pre></section>"},
	{"boilerplate", Call{Inner: "<p>x</p>"}, Markdown, true, `<p>x</p>`},
	{"include", Call{Inner: "<p>x</p>"}, Markdown, true, `<p>x</p>`},
	{"readfile", Call{Inner: "<p>x</p>"}, Markdown, true, `<p>x</p>`},
	{"readfile", Call{Named: map[string]string{"code": "true"}, Code: "<pre>x</pre>"}, Markdown, true, `<pre>x</pre>`},
	{"codenew", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"code_sample", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"text_import", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"text_import", named("url", "https://x.test/a.yaml"), Verbatim, true, `<p class="elsewhere"><a href="https://x.test/a.yaml">https://x.test/a.yaml</a></p>`},
	{"glossary_definition", Call{Named: map[string]string{"prepend": "It is"}, Inner: "<p>x</p>"}, Markdown, true, "<div class=\"definition\"><p>It is:</p>\n<p>x</p></div>"},
	{"latest-release-notes", Call{Site: site}, None, false, `https://git.k8s.io/kubernetes/CHANGELOG/CHANGELOG-1.21.md`},
	{"kat-button", Call{}, None, true, `<p class="elsewhere">The terminal that this page started in the browser is no longer offered; use a cluster of your own.</p>`},
	{"blocks/cover", Call{Named: map[string]string{"title": "T"}, Inner: "x"}, Markdown, true, "<section class=\"block block-cover\"><p class=\"block-title\">T</p>\nx</section>"},
	{"blocks/lead", Call{Inner: "x"}, Markdown, true, `<section class="block block-lead">x</section>`},
	{"blocks/section", Call{Inner: "x"}, Markdown, true, `<section class="block">x</section>`},
	{"blocks/feature", Call{Named: map[string]string{"url": "/a/"}, Inner: "x"}, Markdown, true, `<section class="card">x<p><a href="/a/">Read more</a></p></section>`},
	{"blocks/link-down", Call{}, None, true, ``},
	{"image", named("link", "./a.svg", "caption", "A & B", "width", "75%"), None, true,
		`<figure class="picture"><img src="./a.svg" alt="A &amp; B" width="75%" loading="lazy"><figcaption>A &amp; B</figcaption></figure>`},
	{"image", named("link", "javascript:alert(1)"), None, true, `<figure class="picture"><img src="#ZgotmplZ" alt="" loading="lazy"></figure>`},
	{"figure", named("src", "a.png", "link", "/x/", "title", "T", "attr", "Me", "attrlink", "/me/"), None, true,
		`<figure class="picture"><a href="/x/"><img src="a.png" alt="T" loading="lazy"></a><figcaption><strong>T</strong>  <a href="/me/">Me</a></figcaption></figure>`},
	{"details", named("summary", "More", "open", "true"), Markdown, true, `<details class="fold" open><summary>More</summary>` + "\n</details>"},
	{"gloss", Call{Params: []string{"pod"}, Inner: "pods"}, Markdown, false, `<span class="gloss" title="pod">pods</span>`},
	{"glossary_tooltip", named("term_id", "pod", "text", "Pods"), None, false, `<span class="gloss">Pods</span>`},
	{"table", named("caption", "C"), Markdown, true, `<figure class="table-figure"><figcaption>C</figcaption></figure>`},
	{"comment", Call{InnerText: "secret"}, Verbatim, true, ``},
	{"github_file", Call{}, None, false, `https://raw.githubusercontent.com/istio/istio/master`},
	{"github_tree", Call{}, None, false, `https://github.com/istio/istio/tree/master`},
	{"github_blob", Call{}, None, false, `https://github.com/istio/istio/blob/master`},
	{"source_branch_name", Call{}, None, false, `master`},
	{"istio_version", Call{}, None, false, `1.10`},
	{"istio_full_version", Call{}, None, false, `1.10.0`},
	{"istio_previous_version", Call{}, None, false, `1.9`},
	{"istio_release_name", Call{}, None, false, `Istio 1.10`},
	{"istioctl", Call{}, None, false, `<code>istioctl</code>`},
	{"supported_kubernetes_versions", Call{}, None, false, `1.19, 1.20`},
	{"param", positional("links.home"), None, false, `https://x.test`},
	{"param", positional("release"), None, false, `1.9.1`},
	{"ref", positional("a.md#b"), None, false, `a.md#b`},
	{"relref", positional("a.md"), None, false, `a.md`},
	{"checkmark_icon", Call{}, None, false, `<span class="sign sign-yes" role="img" aria-label="yes">&#10003;</span>`},
	{"cancel_icon", Call{}, None, false, `<span class="sign sign-no" role="img" aria-label="no">&#10005;</span>`},
	{"warning_icon", Call{}, None, false, `<span class="sign sign-warning" role="img" aria-label="warning">!</span>`},
	{"tip_icon", Call{}, None, false, `<span class="sign sign-tip" role="img" aria-label="tip">&#10003;</span>`},
	{"idea_icon", Call{}, None, false, `<span class="sign sign-idea" role="img" aria-label="idea">*</span>`},
	{"company_logo", named("link", "https://x.test", "logo", "x.svg", "alt", "X"), None, false,
		`<a class="company-logo" href="https://x.test"><img src="x.svg" alt="X" loading="lazy"></a>`},
	{"relnote", Call{}, None, true, `<p class="relnote"><a href="https://github.com/istio/istio/releases/tag/1.9.1">Download Istio 1.9.1</a></p>`},
	{"security_bulletin", Call{}, None, true, "<table class=\"bulletin\"><tbody>\n<tr><th scope=\"row\">CVE</th><td>CVE-1, CVE-2</td></tr>\n" +
		"<tr><th scope=\"row\">CVSS score</th><td>9</td></tr>\n</tbody></table>"},
	{"heading", positional("whatsnext"), None, false, `What's next`},
	{"heading", positional("other"), None, false, `other`},
	{"feature-state", named("state", "beta", "for_k8s_version", "v1.20"), None, true,
		`<p class="feature-state"><strong>Feature state:</strong> Kubernetes v1.20 [beta]</p>`},
	{"version-check", Call{}, None, false, `Your Kubernetes server must be at or later than version v1.19. To check the version, enter <code>kubectl version</code>.`},
	{"skew", positional("latestVersion"), None, false, `1.21`},
	{"skew", positional("prevMinorVersion"), None, false, `1.20`},
	{"skew", positional("latestVersionAddMinor", "-4"), None, false, `1.17`},
	{"thirdparty-content", Call{}, None, true, "<div class=\"note note-note\" role=\"note\"><p class=\"note-title\">Note</p>\n" +
		"<p>This section links to third-party projects. The authors of this site are not responsible for them.</p></div>"},
	{"youtube", positional("abc"), None, true, `<p class="elsewhere"><a href="https://www.youtube.com/watch?v=abc">Watch the video <span>(youtube.com)</span></a></p>`},
	{"gist", positional("me", "1"), None, true, `<p class="elsewhere"><a href="https://gist.github.com/me/1">Gist 1 <span>(gist.github.com)</span></a></p>`},
	{"cardpane", Call{Inner: "x"}, Markdown, true, `<div class="cards">x</div>`},
	{"card", Call{Named: map[string]string{"title": "T"}, Inner: "x"}, Markdown, true, `<div class="card"><p class="card-title">T</p>` + "\nx</div>"},
}

func TestBuiltins(t *testing.T) {
	set, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range builtins {
		c, ok := set.Lookup(tt.name)
		if !ok {
			t.Errorf("%s: no such shortcode", tt.name)
			continue
		}
		if c.Body != tt.body || c.Block != tt.block {
			t.Errorf("%s: body %v, block %v; want %v, %v", tt.name, c.Body, c.Block, tt.body, tt.block)
		}
		call := tt.call
		call.Name, call.Page, call.Site = tt.name, page, site
		var b strings.Builder
		if err := c.Execute(&b, call); err != nil || b.String() != tt.want {
			t.Errorf("%s %v %v: got %q, %v\nwant %q", tt.name, tt.call.Params, tt.call.Named, b.String(), err, tt.want)
		}
	}
}

func TestEveryBuiltin(t *testing.T) {
	set, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for _, tt := range builtins {
		tested[tt.name] = true
	}
	for _, name := range set.Names() {
		if !tested[name] {
			t.Errorf("shortcode %s has no test", name)
		}
		file, err := builtin.ReadFile(name + ".html")
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"style=", "<script", "<style", "onclick", "<iframe"} {
			if strings.Contains(string(file), bad) {
				t.Errorf("shortcode %s holds %s, which default-src 'self' does not allow", name, bad)
			}
		}
		if !strings.HasPrefix(string(file), "{{/* ") {
			t.Errorf("shortcode %s does not start with a comment that says how it is used", name)
		}
	}
}

// A value that is missing must not leave a hole in the page.
func TestMissingValue(t *testing.T) {
	set, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		call Call
		want string
	}{
		{"istio_version", Call{}, "shortcode istio_version needs version in data/args.yml"},
		{"istio_version", Call{Site: &Site{}}, "shortcode istio_version needs version in data/args.yml"},
		{"param", Call{Params: []string{"x"}, Site: &Site{}}, `no "x" in the page's front matter or the site's params`},
		{"skew", Call{Params: []string{"latestVersion"}, Site: &Site{Params: map[string]any{"version": "next"}}}, `version "next" is not like v1.21`},
		{"skew", Call{Params: []string{"oldVersion"}, Site: site}, `unknown version "oldVersion"`},
	} {
		c, _ := set.Lookup(tt.name)
		tt.call.Name = tt.name
		err := c.Execute(&strings.Builder{}, tt.call)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got error %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestUserReplaces(t *testing.T) {
	set, err := Load(fstest.MapFS{
		"tip.html":          {Data: []byte("<p>{{ .Inner }}</p>")},
		"blocks/cover.html": {Data: []byte("<div>{{ .Inner }}</div>")},
		"README.md":         {Data: []byte("no template")},
	})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := set.Lookup("tip")
	var b strings.Builder
	if err := c.Execute(&b, Call{Inner: template.HTML("x")}); err != nil || b.String() != "<p>x</p>" {
		t.Errorf("got %q, %v; want <p>x</p>", b.String(), err)
	}
	if _, ok := set.Lookup("blocks/cover"); !ok {
		t.Errorf("no shortcode blocks/cover in %v", set.Names())
	}
	if _, err := Load(fstest.MapFS{"bad.html": {Data: []byte("{{ .Inner")}}); err == nil || !strings.HasPrefix(err.Error(), "shortcodes/bad.html: ") {
		t.Errorf("got error %v, want one that names shortcodes/bad.html", err)
	}
}

func TestNearest(t *testing.T) {
	set, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, want string }{
		{"txet", "text"}, {"wraning", "warning"}, {"tips", "tip"}, {"cat-picture", ""}, {"x", ""},
	} {
		if got := set.Nearest(tt.name); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Which file a call includes, and as what, follows from its parameters.
func TestFileAndBody(t *testing.T) {
	set, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	pane := &Call{Name: "tabpane"}
	for _, tt := range []struct {
		name  string
		call  Call
		files string
		body  Body
		code  bool
	}{
		{"boilerplate", positional("a"), "boilerplates/a.md a.md", Markdown, false},
		{"boilerplate", Call{}, "", Markdown, false},
		{"include", positional("a.md"), "a.md includes/a.md", Markdown, false},
		{"readfile", named("file", "/a&b.md"), "/a&b.md", Markdown, false},
		{"readfile", named("file", "a.yaml", "code", "true"), "a.yaml", Verbatim, true},
		{"codenew", named("file", "pods/a.yaml"), "examples/pods/a.yaml pods/a.yaml", Verbatim, true},
		{"text_import", named("file", "a.sh"), "a.sh", Verbatim, true},
		{"text_import", named("url", "https://x.test"), "", None, false},
		{"tab", named("name", "x"), "", Markdown, false},
		{"tab", named("include", "x.md"), "x.md", Markdown, false},
		{"tab", Call{Parent: pane}, "", Verbatim, true},
		{"tab", Call{Parent: pane, Markdown: true}, "", Markdown, false},
		{"tab", Call{Parent: pane, Named: map[string]string{"text": "true"}}, "", Markdown, false},
		{"tab", Call{Parent: &Call{Name: "tabset"}}, "", Markdown, false},
		{"tip", Call{}, "", Markdown, false},
	} {
		c, _ := set.Lookup(tt.name)
		files, err := c.Files(tt.call)
		body, code, err2 := c.BodyOf(tt.call)
		if err != nil || err2 != nil || strings.Join(files, " ") != tt.files || body != tt.body || code != tt.code {
			t.Errorf("%s %v: got %q, %v, %v, %v, %v; want %q, %v, %v", tt.name, tt.call.Named, files, body, code, err, err2, tt.files, tt.body, tt.code)
		}
	}
	if _, err := Load(fstest.MapFS{"x.html": {Data: []byte(`{{ define "body" }}html{{ end }}`)}}); err == nil || !strings.Contains(err.Error(), `its body is "html"`) {
		t.Errorf("a wrong kind of body: %v", err)
	}
}
