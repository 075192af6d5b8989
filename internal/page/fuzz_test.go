package page

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/shortcodes"
)

// FuzzLoad reads a page with another that it may include. Whatever it holds:
// Load does not panic, every place lies inside a file, and what is shown as code
// is what stands at its place.
func FuzzLoad(f *testing.F) {
	for _, text := range []string{
		"---\ntitle: T\n---\n1. a\n\n    {{< text bash >}}\n    $ x {{< istio_version >}}\n    {{< /text >}}\n",
		"{{< include \"i.md\" >}}\n\n> {{< include \"i.md\" >}}\n> b\n", "- {{< readfile file=\"i.md\" code=\"true\" >}}\n",
		"{{< tabs >}}{{< tab name=\"a\" codelang=\"sh\" >}}x{{< /tab >}}{{% tab %}}*y*{{% /tab %}}{{< /tabs >}}",
		"| a {{< include \"i.md\" >}} |\n|---|\n| {{% tip %}}x{{% /tip %}} |\n", "# {{< include \"i.md\" >}}\n\n`{{< include \"i.md\" >}}`",
		"<div {{< include \"i.md\" >}}>\n\n[a]({{< ref \"i.md\" >}} \"{{< tip >}}\")\n", "```sh {a=\"{{< x >}}\"}\n\ty\n```\r\n",
		"a[^1]\n\n[^1]: b\n\n\t{{< include \"i.md\" >}}", "+++\nx = 1\n+++\n<<< tip >>>\nx\n<<< /tip >>>\n",
	} {
		f.Add([]byte(text), []byte("## H\n\n{{< text sh >}}\nx\n{{< /text >}}\n\n[^1]\n\n[^1]: n\n"))
	}
	codes, err := shortcodes.Load(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, included []byte) {
		files := map[string][]byte{"content/p.md": text, "content/i.md": included}
		fsys := fstest.MapFS{}
		for name, data := range files {
			fsys[strings.TrimPrefix(name, "content/")] = &fstest.MapFile{Data: data}
		}
		s, err := Load(t.Context(), fsys, Options{Codes: codes, Folder: "content"})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range s.Diagnostics {
			if d.Pos.Line > strings.Count(string(files[d.Pos.File]), "\n")+1 {
				t.Fatalf("outside of the file: %v", d)
			}
		}
		for _, p := range s.Pages {
			for _, b := range p.Blocks {
				kept(t, b, files)
			}
		}
	})
}

// kept holds the text of a block against the files.
func kept(t *testing.T, b *Block, files map[string][]byte) {
	for at := range len(b.Text) {
		pos := b.PosAt(at)
		lines := strings.SplitAfter(string(files[pos.File]), "\n")
		if pos.Line < 1 || pos.Line > len(lines) || pos.Col < 1 || pos.Col > len(lines[pos.Line-1])+1 {
			t.Fatalf("block %q: byte %d is at %v, which is nowhere", b.Text, at, pos)
		}
		if rest := lines[pos.Line-1][pos.Col-1:]; !strings.HasPrefix(rest, b.Text[at:at+1]) && b.Text[at] != '\n' && !fixed(b, at) {
			t.Fatalf("block %q: byte %d is at %v, where %q stands", b.Text, at, pos, rest)
		}
	}
}

// fixed tells whether the byte is the value of a shortcode or stands for a tab.
func fixed(b *Block, at int) bool {
	for i := len(b.spans) - 1; i >= 0; i-- {
		if int(b.spans[i].at) <= at {
			return b.spans[i].fixed
		}
	}
	return true
}
