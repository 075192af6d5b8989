package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"strings"
	"testing"
	"testing/fstest"
)

func mark(text string, state State, reason string) Mark {
	sum := sha256.Sum256([]byte(text))
	return Mark{Hash: hex.EncodeToString(sum[:]), State: state, Reason: reason,
		Origin: Origin{Cluster: "embedded", Kubernetes: "v1.34.4", Commit: "0123456789abcdef", Date: "2026-11-21T10:00:00Z"}}
}

// Each block says how it was checked; one whose text has changed is never
// verified, nor is one that came later.
func TestMarks(t *testing.T) {
	page := "---\ntitle: P\n---\n```bash\n$ same\n```\n```bash\n$ changed now\n```\n```bash\n$ same\n```\n```yaml\na: 1\n```\n```go\nx\n```\n```bash\n$ new\n```\n```bash\n$ bad\n```\n"
	files, r := build(t, fstest.MapFS{"content/p.md": {Data: []byte(page)}, "content/q.md": {Data: []byte("```bash\n$ q\n```\n")}}, Options{Marks: Marks{"p.md": {
		mark("$ same\n", Verified, ""), mark("$ changed\n", Verified, ""), mark("a: 1\n", Static, "needs <pods>"),
		mark("x\n", Unchecked, ""), mark("$ same\n", Verified, ""), mark("$ bad\n", Failed, "line 3: exit status 1")}}})
	if len(r.Diagnostics) > 0 {
		t.Error(r.Diagnostics)
	}
	html := string(files["p/index.html"])
	var bars []string
	for _, part := range strings.Split(html, `<figcaption class="code-bar">`)[1:] {
		bar, _, _ := strings.Cut(part, "</figcaption>")
		bars = append(bars, bar)
	}
	want := []string{
		`<a class="proof verified" href="../verified/#page-p" title="Verified on Kubernetes 1.34.4 (embedded), commit 0123456, 2026-11-21">Verified<span> on Kubernetes 1.34.4</span></a>`,
		`<a class="proof stale"`, `<a class="proof verified"`, `>Not run:<span> needs &lt;pods&gt;</span></a>`, "", `<a class="proof fresh"`, `<a class="proof failed"`,
	}
	if len(bars) != len(want) {
		t.Fatalf("got %d bars, want %d", len(bars), len(want))
	}
	for i, bar := range bars {
		if want[i] == "" && strings.Contains(bar, "proof") || !strings.Contains(bar, want[i]) {
			t.Errorf("block %d: got %s, want %s", i, bar, want[i])
		}
	}
	if sum := "2 of 6 blocks verified, 1 not run, 1 not checked yet, 1 changed since, 1 failed"; !strings.Contains(html, `<a class="proof failed" href="../verified/#page-p">`+sum+`</a>`) {
		t.Errorf("the page does not say %q", sum)
	}
	if strings.Contains(string(files["q/index.html"]), `class="proof`) {
		t.Error("a page that was not checked has marks")
	}
	all := string(files["verified/index.html"])
	for _, want := range []string{`<b>2</b> of 6 blocks`, `<a href="../p/#block-2">P</a>, line 8: <code>$ changed now</code>`, `checked before on Kubernetes 1.34.4`,
		`<th scope="row">1.34.4</th><td>embedded</td><td class="right">2</td>`, `line 3: exit status 1`, `<h2 id="never">`, `<li id="page-p">`} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in\n%s", want, all[strings.Index(all, "<article>"):])
		}
	}
	badge := files["verified/badge.svg"]
	if err := xml.Unmarshal(badge, new(struct{ XMLName xml.Name })); err != nil || !strings.Contains(string(badge), "2 of 6 verified") {
		t.Errorf("the badge is %s, %v", badge, err)
	}
}

func TestNoMarks(t *testing.T) {
	files, _ := build(t, fstest.MapFS{"content/p.md": {Data: []byte("```bash\n$ a\n```\n")}}, Options{})
	for name, data := range files {
		if strings.HasPrefix(name, "verified") || strings.Contains(string(data), `class="proof`) || strings.HasSuffix(name, ".html") && strings.Contains(string(data), "verified/") {
			t.Errorf("%s speaks of a check that nobody made", name)
		}
	}
}

// With a page's verdicts all good, it says on what.
func TestAllVerified(t *testing.T) {
	files, _ := build(t, fstest.MapFS{"content/p.md": {Data: []byte("```bash\n$ a\n```\n```bash\n$ b\n```\n")}},
		Options{Marks: Marks{"p.md": {mark("$ a\n", Verified, ""), mark("$ b\n", Verified, "")}}})
	if want := "All 2 blocks verified on Kubernetes 1.34.4"; !strings.Contains(string(files["p/index.html"]), want) {
		t.Errorf("the page does not say %q", want)
	}
}

// Marks and the page of the whole state speak the language of their page.
func TestMarksInLanguages(t *testing.T) {
	files, _ := build(t, fstest.MapFS{
		"content/en/p.md": {Data: []byte("---\ntitle: P\n---\n```bash\n$ a\n```\n")},
		"content/zh/p.md": {Data: []byte("---\ntitle: P\n---\n```bash\n$ a\n```\n```bash\n$ b\n```\n")},
	}, Options{Language: "en", Marks: Marks{"en/p.md": {mark("$ a\n", Verified, "")}, "zh/p.md": {mark("$ a\n", Verified, ""), mark("$ b\n", Failed, "")}}})
	for name, want := range map[string][]string{
		"p/index.html":        {">Its block is verified on Kubernetes 1.34.4</a>", ">Verified<span> on Kubernetes 1.34.4</span></a>"},
		"zh/p/index.html":     {">2 个代码块中 1 个已验证, 1 个失败</a>", ">已验证<span> （Kubernetes 1.34.4）</span></a>", `title="已验证 （Kubernetes 1.34.4） (embedded), 提交 0123456, 2026-11-21"`},
		"verified/index.html": {"<b>2</b> of 3 blocks verified", "<th>Section</th>"},
	} {
		for _, w := range want {
			if !strings.Contains(string(files[name]), w) {
				t.Errorf("%s: no %s", name, w)
			}
		}
	}
}
