package page

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// BenchmarkLoad reads 100 pages: front matter, shortcodes, tree, blocks, headings
// and links.
func BenchmarkLoad(b *testing.B) {
	files := fstest.MapFS{}
	for i := range 100 {
		text := fmt.Sprintf("---\ntitle: Page %d\nweight: %d\n---\n", i, i) + strings.Repeat(`
## Apply the policy

Text with a [link](/docs/page1/), and one to [a heading](#apply-the-policy).

1.  Type:

    {{< text bash >}}
    $ kubectl get pods -n foo
    NAME      READY   STATUS    RESTARTS   AGE
    app-0     1/1     Running   0          12s
    {{< /text >}}

1.  The policy is:

    `+"```yaml"+`
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a
    `+"```"+`
`, 8)
		files[fmt.Sprintf("docs/page%d.md", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(b.Context(), files, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
