package markup

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/source"
	"github.com/yuin/goldmark/ast"
)

func TestMayLinkify(t *testing.T) {
	for text, want := range map[string]answer{
		"see http://x.y":              yes,
		"(www.x.y)":                   yes,
		"me@x.y":                      yes,
		"[a b](https://x.y/z#c) d":    no,
		"![a b](https://x.y/z.png)":   no,
		"[ab](https://www.x.y)":       no,
		"<https://x.y>":               unsure,
		"xhttp: and httpd and www":    no,
		"[x](http://x.y)":             unsure, // a box to tick, in a list
		"[^ab](http://x.y)":           unsure,
		"\\[ab](http://x.y)":          unsure,
		"a   \nb":                     yes,
		"ab](http://x.y)":             unsure,
		"[ab [c](/d) e](http://x.y)":  unsure, // no link is in a link
		"[ab](http://x.y z)":          unsure,
		"[a`b](http://x.y) `":         unsure,
		"[ab](http://x.y/a_(b))":      unsure,
		"[ab](http://x.y":             unsure,
		"a\n[b](/c)[de](ftp://x.y/)f": no,
	} {
		if got := mayLinkify([]byte(text)); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// FuzzLinkify states that a text of which mayLinkify does not say yes has the tree
// that it has with a parser which looks for links, whatever pieces its text is cut into.
func FuzzLinkify(f *testing.F) {
	for _, s := range []string{"a [b c](http://d.e) f", "- [xx](http://d.e)", "[a](http://b)`c`http://d", "| a[b | cd](http://e) |\n|-|-|\n", "*[ab](www.c.de)*www.f.gh",
		"~http://a.b", "[ab]\n[cd](http://e.f)", "[[ab](http://c.d)", "[^ab](http://c.d)\n\n[^ab]: x", "<a [bc](http://d.e)", "{{< gloss >}}[ab](http://c.d){{< /gloss >}}",
		"[ab](http://c.d)\n---\n", "# [ab](http://c.d) {#e}", "![ab](http://c.d)", "&#91;ab](http://c.d)", "[ab]: http://c.d\n\n[ab](http://e.f)",
		"`http://a.b` [`c`](http://d.e)", "`a [b`](http://c.d)", "[a\nb](http://c.d)", "<a b=\"http://c.d\">\n", "[http://a.b c"} {
		f.Add(s)
	}
	codes := builtin(f)
	f.Fuzz(func(t *testing.T, in string) {
		sameLinks(t, Parse(source.NewFile("p.md", []byte(in)), codes))
	})
}

// TestLinkifyPieces is the same of texts of what links are made of.
func TestLinkifyPieces(t *testing.T) {
	pieces := strings.Split("[ab](http://c.d) ~[ab](http://c.d) ~[ab](http://c.d) ~[ab]( ~http://c.d ~www.e.f ~www.e.f~http:~/~[ab](https://www.c.d/) ~<http://a.b/>~![gh](/i) ~[ab]~[~]~(~)~](~*~**~_~~~`~``~<~>~|~\\~!~^~: ~# ~> ~- ~1. ~\n~\n\n~ab ~ab~ ~\"~'~{#~}~{{< gloss >}}~{{< /gloss >}}~{{< istio_version >}}~|-|-|\n~<!-- ~ -->~<b a=\"~&#91;~[^~    ~$", "~")
	codes := builtin(t)
	random := rand.New(rand.NewPCG(1, 2))
	checked := 0
	for range 20_000 {
		var b strings.Builder
		for range 1 + random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		if sameLinks(t, Parse(source.NewFile("p.md", []byte(b.String())), codes)) {
			checked++
		}
	}
	if checked < 5_000 {
		t.Errorf("only %d texts were parsed without links", checked)
	}
}

// sameLinks tells whether the text is parsed without looking for links, and fails
// where that makes a difference.
func sameLinks(t *testing.T, d *Document) bool {
	t.Helper()
	masked := d.without(0, d.own)
	may := mayLinkify(masked)
	if may == yes {
		return false
	}
	want, got := shape(d, d.parse(linkified, masked, 0)), shape(d, d.tree(0, d.own))
	if got != want {
		t.Fatalf("%q\ngot  %s\nwant %s", d.File.Data, got, want)
	}
	return may == no || !addressInText(d.parse(unlinked, masked, 0), masked)
}

// shape is a tree with its text joined.
func shape(d *Document, n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); !ok {
			fmt.Fprintf(&b, "[%s %v]", n.Kind(), entering)
		} else if entering {
			fmt.Fprintf(&b, "%s", t.Segment.Value(d.Masked()))
			if t.SoftLineBreak() || t.HardLineBreak() {
				fmt.Fprintf(&b, "[%v]\n", t.HardLineBreak())
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}
