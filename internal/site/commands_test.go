package site

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/page"
)

// pieces are the texts of a command's ranges.
func pieces(text string, c Command) []string {
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
		{"backslash", "sh", "$ a \\\n  b\nx\n", []string{"a \\\n  b\n"}},
		{"two backslashes", "sh", "$ a \\\\\nx\n", []string{"a \\\\\n"}},
		{"backslash at the end", "sh", "$ a \\\n  b \\\n", []string{"a \\\n  b \\\n"}},
		{"quote", "sh", "$ echo 'a\n$ b'\nx\n", []string{"echo 'a\n$ b'\n"}},
		{"double quote", "sh", "$ echo \"a \\\"\nb\"\nx\n", []string{"echo \"a \\\"\nb\"\n"}},
		{"quote never closed", "sh", "$ echo it's\nx\n", []string{"echo it's\n"}},
		{"comment with a quote", "sh", "$ a # isn't\nx\n", []string{"a # isn't\n"}},
		{"heredoc", "bash", "$ cat <<EOF | sh\n$ x\nEOF\ny\n", []string{"cat <<EOF | sh\n$ x\nEOF\n"}},
		{"quoted heredoc with tabs", "bash", "$ cat <<-'END'\n\tx\n\tEND\n", []string{"cat <<-'END'\n\tx\n\tEND\n"}},
		{"heredoc never closed", "bash", "$ cat <<EOF\nx\n", []string{"cat <<EOF\n"}},
		{"here-string", "bash", "$ cat <<< x\ny\n", []string{"cat <<< x\n"}},
		{"marks", "bash", "$ a -f @x/y.yaml@ me@b.c @z.y@\n", []string{"a -f x/y.yaml me@b.c z.y\n"}},
	} {
		b := &page.Block{Lang: tt.lang, Text: tt.text}
		var got []string
		for _, c := range Commands(b) {
			got = append(got, strings.Join(pieces(tt.text, c), ""))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q: got %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

func TestLocate(t *testing.T) {
	for _, tt := range []struct {
		text, command string
		at            int
		want          []string
	}{
		{"$ a\nx\n", "a", 2, []string{"a"}},
		{"$ a\nx\n", "a\n", 2, []string{"a\n"}},
		{"$ for a in b; do\n> echo\n> done\nx\n", "for a in b; do\necho\ndone", 2, []string{"for a in b; do\n", "echo\n", "done"}},
		{"$ for a in b; do\n$ echo\n$ done\nx\n", "for a in b; do\necho\ndone", 2, []string{"for a in b; do\n", "echo\n", "done"}},
		{"$ cat <<E\n> x\nE\n", "cat <<E\n> x\nE\n", 2, []string{"cat <<E\n> x\nE\n"}},
		{"$ a @b/c@ d\n", "a b/c d", 2, []string{"a ", "b/c", " d"}},
		{"$ a\n", "b", 2, nil},
		{"$ a\n", "a b", 2, nil},
		{"$ a\n", "a", 9, nil},
	} {
		c, ok := Locate(tt.text, tt.at, tt.command)
		if got := pieces(tt.text, c); !slices.Equal(got, tt.want) || ok != (tt.want != nil) {
			t.Errorf("Locate(%q, %d, %q) = %q, %v; want %q", tt.text, tt.at, tt.command, got, ok, tt.want)
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
		for _, c := range Commands(b) {
			for _, r := range c {
				if r.From < at || r.To < r.From || r.To > len(b.Text) {
					t.Fatalf("%q: ranges %v", b.Text, Commands(b))
				}
				at = r.To
			}
		}
		var w strings.Builder
		session(&w, b.Text, Commands(b), false)
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
