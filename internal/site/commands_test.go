package site

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/theme"
)

// pieces are the texts of a command's ranges.
func pieces(text string, c command) []string {
	var out []string
	for _, r := range c {
		out = append(out, text[r.From:r.To])
	}
	return out
}

func TestCommands(t *testing.T) {
	for _, tt := range []struct {
		name, lang, text string
		want             []string
	}{
		{"one", "bash", "$ a\n", []string{"a\n"}},
		{"without newline at the end", "bash", "$ a", []string{"a"}},
		{"no prompt", "bash", "a\n", nil},
		{"no shell", "yaml", "$ a\n", nil},
		{"output", "bash", "$ a\nx\n$ b\ny\n", []string{"a\n", "b\n"}},
		{"continuation prompts", "bash", "$ for a in b; do\n> echo\n> done\nx\n", []string{"for a in b; do\necho\ndone\n"}},
		{"no language", "", "$ a\nx\n", []string{"a\n"}},
		{"marks", "bash", "$ a -f @x/y.yaml@ me@b.c @z.y@\n", []string{"a -f x/y.yaml me@b.c z.y\n"}},
	} {
		b := &page.Block{Lang: tt.lang, Text: tt.text}
		var got []string
		for _, c := range commands(b) {
			got = append(got, strings.Join(pieces(tt.text, c), ""))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q: got %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

// Whatever the text is, ranges lie inside it, in order, and the page shows all
// letters but the marks around @path@.
func FuzzCommands(f *testing.F) {
	for _, s := range []string{"$ a\nb\n$ c <<E\nx\nE\n", "$ a \\\n\n\n$ 'b", "$ @a/b@ @c@\n@d/e@\n", "$ \n$ \n", "$ <<E"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b := &page.Block{Lang: "bash", Text: "$ " + strings.ToValidUTF8(strings.ReplaceAll(s, "\r", ""), "")}
		at := 0
		for _, c := range commands(b) {
			for _, r := range c {
				if r.From < at || r.To < r.From || r.To > len(b.Text) {
					t.Fatalf("%q: ranges %v", b.Text, commands(b))
				}
				at = r.To
			}
		}
		var w strings.Builder
		session(&w, theme.Site{Language: "en"}, b.Text, commands(b), false)
		got := strings.ReplaceAll(w.String(), `<p class="code-out">Output</p>`, "")
		got = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&amp;", "&").Replace(tag.ReplaceAllString(got, ""))
		if squeeze(got) != squeeze(b.Text) {
			t.Errorf("got  %q\nwant %q", got, b.Text)
		}
	})
}

var tag = regexp.MustCompile(`</?[a-z][^>]*>|\d+ more lines`)

// squeeze leaves out what folding and marks change.
func squeeze(s string) string { return strings.NewReplacer("\n", "", " ", "", "@", "").Replace(s) }
