package shortcodes

import (
	"html/template"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

var site = &Site{
	Title:  "Docs",
	Params: map[string]any{"version": "v1.21", "buildCondition": "Beta", "links": map[string]any{"home": "https://x.test"}},
	Data: map[string]any{"args": map[string]any{
		"version": "1.10", "full_version": "1.10.0", "previous_version": "1.9", "source_branch_name": "master",
		"supported_kubernetes_versions":   []any{"1.19", "1.20"},
		"istio_full_version_release_year": "2021", "k8s_gateway_api_version": "v1.0", "k8s_gateway_api_inference_extension_version": "v0.3",
	}, "compatibility": map[string]any{
		"istio":         map[string]any{"versionRange": []any{map[string]any{"meshVersion": "1.24", "kialiMinimumVersion": "2.0.0", "kialiMaximumVersion": "", "notes": "<n>"}}},
		"maistra":       map[string]any{"versionRange": []any{map[string]any{"maistraVersion": "2.6", "smcpCRVersion": "2.5", "kialiVersion": "1.73"}}},
		"ossmc":         map[string]any{"versionRange": []any{map[string]any{"ocpVersion": "4.15+", "minOSSMCVersion": "1.84", "notes": nil}}},
		"supportStatus": []any{map[string]any{"version": "1.9", "supported": "Yes", "k8sVersions": []any{"1.17", "1.18"}}},
	}, "security": map[string]any{"cve": map[string]any{"versionRange": []any{map[string]any{"cve": "CVE-1", "notes": "none"}, map[string]any{"cve": "CVE-2"}}}}},
}

var book = &Book{
	Pages: []*Page{{Title: "Old", URL: "/old/", Date: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)}, {Title: "None", URL: "/none/"},
		{Title: "New", URL: "/new/", Date: time.Date(2021, 1, 2, 0, 0, 0, 0, time.UTC)}},
	Terms: []*Page{{Title: "Pod", URL: "/docs/reference/glossary/pod/"}},
}

func files(part string) string { return map[string]string{"sunset": "/p/sunset.jpg"}[part] }

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
	{"tab", Call{Named: map[string]string{"codelang": "sh"}, Code: "<pre>x</pre>"}, Markdown, true, `<section class="tab"><p class="tab-name">Tab 1</p>` + "\n<pre>x</pre></section>"},
	{"boilerplate", Call{Inner: "<p>x</p>"}, Markdown, true, `<p>x</p>`},
	{"include", Call{Inner: "<p>x</p>"}, Markdown, true, `<p>x</p>`},
	{"readfile", Call{Inner: "<p>x</p>"}, Markdown, true, `<p>x</p>`},
	{"readfile", Call{Named: map[string]string{"code": "true"}, Code: "<pre>x</pre>"}, Markdown, true, `<pre>x</pre>`},
	{"codenew", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"code_sample", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"text_import", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"text_import", named("url", "https://x.test/a.yaml"), Verbatim, true, `<p class="elsewhere"><a href="https://x.test/a.yaml">https://x.test/a.yaml</a></p>`},
	{"glossary_definition", Call{Named: map[string]string{"prepend": "It is"}, Inner: "<p>x</p>"}, Markdown, true, `<div class="definition"><p>It is x</p></div>`},
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
	{"gloss", Call{Params: []string{"node"}, Inner: "nodes"}, Markdown, false, `<span class="gloss" title="node">nodes</span>`},
	{"glossary_tooltip", named("term_id", "node", "text", "Nodes"), None, false, `<span class="gloss">Nodes</span>`},
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
	{"heading", positional("whatsnext"), None, false, `What&#39;s next`},
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
	{"vimeo", positional("1"), None, true, `<p class="elsewhere"><a href="https://vimeo.com/1">Watch the video <span>(vimeo.com)</span></a></p>`},
	{"x", named("user", "me", "id", "1"), None, true, `<p class="elsewhere"><a href="https://x.com/me/status/1">@me <span>(x.com)</span></a></p>`},
	{"twitter", named("user", "me", "id", "1"), None, true, `<p class="elsewhere"><a href="https://x.com/me/status/1">@me <span>(x.com)</span></a></p>`},
	{"tweet", positional("1"), None, true, `<p class="elsewhere"><a href="https://x.com/i/status/1">1 <span>(x.com)</span></a></p>`},
	{"instagram", positional("1"), None, true, `<p class="elsewhere"><a href="https://www.instagram.com/p/1/">1 <span>(instagram.com)</span></a></p>`},
	{"iframe", named("src", "https://x.test/"), None, true, `<p class="elsewhere"><a href="https://x.test/">https://x.test/</a></p>`},
	{"redoc", positional("api.yaml"), None, true, `<p class="elsewhere"><a href="api.yaml">api.yaml <span>(OpenAPI)</span></a></p>`},
	{"swaggerui", named("src", "api.yaml"), None, true, `<p class="elsewhere"><a href="api.yaml">api.yaml <span>(OpenAPI)</span></a></p>`},
	{"conditional-text", Call{Named: map[string]string{"include-if": "Beta"}, Inner: "x"}, Markdown, true, `x`},
	{"conditional-text", Call{Named: map[string]string{"exclude-if": "beta"}, Inner: "x"}, Markdown, true, ``},
	{"imgproc", Call{Params: []string{"sunset", "Fill", "600x300"}, Inner: "<p>A <em>sunset</em></p>"}, Markdown, true, `<figure class="picture"><img src="/p/sunset.jpg" alt="A sunset" loading="lazy"><figcaption><p>A <em>sunset</em></p></figcaption></figure>`},
	{"mermaid", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"code", Call{Code: "<pre>x</pre>"}, Verbatim, true, `<pre>x</pre>`},
	{"card-code", Call{Named: map[string]string{"header": "*H*"}, Code: "<pre>x</pre>"}, Verbatim, true, "<div class=\"card\"><p class=\"card-over\"><em>H</em></p>\n<pre>x</pre></div>"},
	{"data-table", named("data", "security.cve.versionRange", "columns", "cve=CVE, none=None, notes"), None, true, "<div class=\"table\"><table><thead><tr><th>CVE</th><th>notes</th></tr></thead>\n<tbody>\n<tr><td>CVE-1</td><td>none</td></tr>\n<tr><td>CVE-2</td><td></td></tr>\n</tbody></table></div>"},
	{"compat-table-istio", Call{}, None, true, "<div class=\"table\"><table><thead><tr><th>Istio</th><th>Kiali (minimum)</th><th>Kiali (maximum)</th><th>Notes</th></tr></thead>\n<tbody>\n<tr><td>1.24</td><td>2.0.0</td><td></td><td>&lt;n&gt;</td></tr>\n</tbody></table></div>"},
	{"compat-table-maistra", Call{}, None, true, "<div class=\"table\"><table><thead><tr><th>Maistra</th><th>SMCP CR</th><th>Kiali</th></tr></thead>\n<tbody>\n<tr><td>2.6</td><td>2.5</td><td>1.73</td></tr>\n</tbody></table></div>"},
	{"compat-table-ossmc", Call{}, None, true, "<div class=\"table\"><table><thead><tr><th>OpenShift</th><th>OSSMC (minimum)</th><th>Notes</th></tr></thead>\n<tbody>\n<tr><td>4.15+</td><td>1.84</td><td></td></tr>\n</tbody></table></div>"},
	{"security-cve-table", Call{}, None, true, "<div class=\"table\"><table><thead><tr><th>CVE</th><th>Notes</th></tr></thead>\n<tbody>\n<tr><td>CVE-1</td><td>none</td></tr>\n<tr><td>CVE-2</td><td></td></tr>\n</tbody></table></div>"},
	{"support_status_table", Call{}, None, true, "<div class=\"table\"><table><thead><tr><th>Version</th><th>Currently supported</th><th>Supported Kubernetes versions</th></tr></thead>\n<tbody>\n<tr><td>1.9</td><td>Yes</td><td>1.17, 1.18</td></tr>\n</tbody></table></div>"},
	{"change_log", Call{}, None, true, "<div class=\"table\"><table><thead><tr><th>When</th><th>Page</th></tr></thead>\n<tbody>\n<tr><td><time datetime=\"2021-01-02\">2021-01-02</time></td><td><a href=\"/new/\">New</a></td></tr>\n<tr><td><time datetime=\"2020-01-02\">2020-01-02</time></td><td><a href=\"/old/\">Old</a></td></tr>\n</tbody></table></div>"},
	{"istio_full_version_revision", Call{}, None, false, `1-10-0`},
	{"istio_previous_version_revision", Call{}, None, false, `1-9`},
	{"istio_full_version_release_year", Call{}, None, false, `2021`},
	{"k8s_gateway_api_version", Call{}, None, false, `v1.0`},
	{"k8s_gateway_api_inference_extension_version", Call{}, None, false, `v0.3`},
	{"github_raw", Call{}, None, false, `https://raw.githubusercontent.com/istio/istio/master`},
	{"branch_name", Call{}, None, false, `master`},
	{"info_icon", Call{}, None, false, `<span class="sign sign-tip" role="img" aria-label="info">i</span>`},
	{"latest-version", Call{}, None, false, `v1.21`},
	{"latest-semver", Call{}, None, false, `1.21`},
	{"release-branch", Call{}, None, false, `release-1.21`},
	{"toc", Call{}, None, true, ``},
	{"site-searchbar", Call{}, None, true, ``},
	{"legacy-repos-deprecation", Call{}, None, true, "<div class=\"note note-note\" role=\"note\"><p class=\"note-title\">Note</p>\n<p>The package repositories apt.kubernetes.io and yum.kubernetes.io are frozen and no longer offered; use those of pkgs.k8s.io.</p></div>"},
	{"text_dynamic", named("url", "https://x.test/a.yaml", "downloadas", "a.yaml"), None, true, `<p class="elsewhere"><a href="https://x.test/a.yaml">a.yaml</a></p>`},
	{"feature_block", Call{Named: map[string]string{"header": "H", "url": "/x/"}, Inner: "x"}, Markdown, true, "<section class=\"card\"><p class=\"card-title\">H</p>\nx<p><a href=\"/x/\">Read more</a></p></section>"},
	{"multi_block", Call{Named: map[string]string{"header": "H", "url": "/x/"}, Inner: "x"}, Markdown, true, "<section class=\"card\"><p class=\"card-title\">H</p>\nx<p><a href=\"/x/\">Read more</a></p></section>"},
	{"involve_block", Call{Named: map[string]string{"title": "T", "subtitle": "S"}, Inner: "x"}, Markdown, true, "<section class=\"card\"><p class=\"card-title\">T</p>\n<p class=\"card-over\">S</p>\nx</section>"},
	{"content_panel", named("title", "T", "text", "x", "url", "/x/", "button", "Go"), None, true, `<section class="card"><p class="card-title">T</p><p>x</p><p><a href="/x/">Go</a></p></section>`},
	{"centered_block", Call{Inner: "x"}, Markdown, true, `<div class="block">x</div>`},
	{"link", named("text", "T", "url", "/x/"), None, false, `<a href="/x/">T</a>`},
	{"api-reference", named("page", "workload-resources/pod-v1", "anchor", "PodSpec"), None, false, `<a href="/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec">PodSpec</a>`},
	{"feature-gate-description", Call{Named: map[string]string{"name": "X"}, Inner: "<p>x</p>"}, Markdown, true, "<div class=\"definition\"><p><code>X</code></p>\n<p>x</p></div>"},
	{"tutorials/modules", Call{Inner: "x"}, Markdown, true, `<div class="cards">x</div>`},
	{"tutorials/module", named("path", "/x/", "title", "T", "image", "a.svg", "alt", "A"), None, true, `<div class="card"><a href="/x/"><img src="a.svg" alt="A" loading="lazy"> T</a></div>`},
	{"gloss", Call{Inner: "<em>Pods</em>", Params: []string{"pod"}}, Markdown, false, `<a class="gloss" href="/docs/reference/glossary/pod/"><em>Pods</em></a>`},
	{"gloss", Call{Inner: "pod", Linked: true}, Markdown, false, `<span class="gloss">pod</span>`},
	{"glossary_tooltip", named("term_id", "pod"), None, false, `<a class="gloss" href="/docs/reference/glossary/pod/">Pod</a>`},
	{"glossary_definition", Call{Named: map[string]string{"length": "short", "prepend": "A Pod is"}, Inner: "<p>The <em>unit</em>.</p>\n<p>More.</p>"}, Markdown, true, `<div class="definition"><p>A Pod is the <em>unit</em>.</p></div>`},
	{"glossary_definition", Call{Named: map[string]string{"length": "all", "prepend": "A CRD:"}, Inner: "<p>API of your own.</p>\n<p>More.</p>"}, Markdown, true, "<div class=\"definition\"><p>A CRD: API of your own.</p>\n<p>More.</p></div>"},
}

func init() {
	for _, name := range []string{"cleanup", "objectives", "options", "prerequisites", "seealso", "synopsis", "whatsnext"} {
		for _, sep := range []string{"-", "_"} {
			b := builtins[0]
			b.name, b.call, b.body, b.block, b.want = name+sep+"heading", Call{}, None, false, template.HTMLEscapeString((Call{}).T(name+"_heading"))
			builtins = append(builtins, b)
		}
	}
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
		call.Name, call.Page, call.Site, call.Book, call.Files = tt.name, page, site, book, files
		if got, err := c.HTML(call); err != nil || string(got) != tt.want {
			t.Errorf("%s %v %v: got %q, %v\nwant %q", tt.name, tt.call.Params, tt.call.Named, got, err, tt.want)
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
		if c, _ := set.Lookup(name); !c.tmpl.Known() {
			t.Errorf("shortcode %s is left to html/template, which takes four times as long", name)
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
		_, err := c.HTML(tt.call)
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
	if got, err := c.HTML(Call{Inner: template.HTML("x")}); err != nil || got != "<p>x</p>" {
		t.Errorf("got %q, %v; want <p>x</p>", got, err)
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
		{"txet", "text"}, {"wraning", "warning"}, {"tips", "tip"}, {"cat-picture", ""}, {"q", ""},
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

// What costs time for each call is there for those that ask for it, in any of
// their definitions.
func TestAsks(t *testing.T) {
	for source, want := range map[string][2]bool{
		`{{ .Code }}`: {}, `{{/* InnerText and Position */}}{{ .Inner }}`: {},
		`{{ .InnerText }}`: {true, false}, `{{ with . }}{{ .Parent.Position }}{{ end }}`: {false, true},
		`{{ .Code }}{{ define "file" }}{{ $.InnerText }}{{ end }}{{ define "body" }}{{ .Position }}code{{ end }}`: {true, true},
	} {
		set, err := Load(fstest.MapFS{"x.html": {Data: []byte(source)}})
		if err != nil {
			t.Fatal(err)
		}
		if c, _ := set.Lookup("x"); c.AsksText != want[0] || c.AsksPosition != want[1] {
			t.Errorf("%s: asks for the text %v, for the position %v, want %v", source, c.AsksText, c.AsksPosition, want)
		}
	}
}
