package markup

import (
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/source"
)

// benchPage is a page like most: 4.5 KB, a quarter of it code.
var benchPage = func() []byte {
	section := `
## Enable mutual TLS {#enable}

Before you begin, set up Istio by following the instructions in the
[installation guide](/docs/setup/), and read about **identity** and ` + "`PeerAuthentication`" + `.

1.  Create the namespace and apply the policy:

    {{< text bash >}}
    $ kubectl create ns foo
    $ kubectl apply -n foo -f - <<EOF
    apiVersion: security.istio.io/v1
    kind: PeerAuthentication
    metadata:
      name: default
    spec:
      mtls:
        mode: STRICT
    EOF
    peerauthentication.security.istio.io/default created
    {{< /text >}}

1.  Look at what it says. It is {{< gloss >}}mutual TLS{{< /gloss >}} from now on.

| Field | Meaning |
|-------|---------|
| mode  | ` + "`STRICT` or `PERMISSIVE`" + ` |
| port  | where it holds |

{{< tip >}}
Traffic from outside of the mesh does not get in any more.
{{< /tip >}}
`
	return []byte("---\ntitle: Mutual TLS\ndescription: How to turn it on.\nweight: 20\nkeywords: [security, mutual-tls]\naliases:\n    - /docs/tasks/mtls/\nowner: istio/wg-security\ntest: yes\n---\n" + strings.Repeat(section, 5))
}()

// BenchmarkHeader reads front matter.
func BenchmarkHeader(b *testing.B) {
	header, _, _ := strings.Cut(string(benchPage), "\n## ")
	set := builtin(b)
	b.SetBytes(int64(len(header)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(source.NewFile("x.md", []byte(header)), set)
	}
}

// BenchmarkShortcodes finds the shortcodes of a page and masks them.
func BenchmarkShortcodes(b *testing.B) {
	set := builtin(b)
	b.SetBytes(int64(len(benchPage)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(source.NewFile("x.md", benchPage), set)
	}
}

// BenchmarkTree parses the Markdown of a page.
func BenchmarkTree(b *testing.B) {
	d := Parse(source.NewFile("x.md", benchPage), builtin(b))
	b.SetBytes(int64(len(benchPage)))
	b.ReportAllocs()
	for b.Loop() {
		d.Tree(nil)
	}
}
