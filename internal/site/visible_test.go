package site

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
	"go.yaml.in/yaml/v3"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// mounts is a file system of folders that are somewhere else.
type mounts map[string]fs.FS

func (m mounts) Open(name string) (fs.File, error) {
	dirs := fstest.MapFS{}
	for dir, fsys := range m {
		if name == dir {
			return fsys.Open(".")
		}
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok {
			return fsys.Open(rest)
		}
		dirs[dir] = &fstest.MapFile{Mode: fs.ModeDir | 0o777}
	}
	return dirs.Open(name)
}

var corpora = filepath.Join("..", "..", "..", "shared", "corpora")

// data reads one of Kiali's files of data.
func data(t *testing.T, name string) (v any) {
	text, err := os.ReadFile(filepath.Join(corpora, "kiali", "data", name+".yaml"))
	if err == nil {
		err = yaml.Unmarshal(text, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// corporaSites builds the corpora as their own sites lay them out.
func corporaSites(t *testing.T, use func(t *testing.T, set *page.Set, files map[string][]byte)) {
	if _, err := os.Stat(corpora); err != nil {
		t.Skipf("no corpora here: %v", err)
	}
	dir := func(name string) fs.FS { return os.DirFS(filepath.Join(corpora, name)) }
	for name, m := range map[string]mounts{
		"istio-en":            {"content": dir("istio-en/content")},
		"istio-en + istio-zh": {"content/en": dir("istio-en/content"), "content/zh": dir("istio-zh/content")},
		"kiali":               {"content": dir("kiali/content")},
		"k8s-tasks":           {"content/en/docs/tasks": dir("k8s-tasks/content")},
	} {
		if testing.Short() && strings.HasPrefix(name, "istio") {
			continue // the race detector has enough to look at in the others
		}
		t.Run(name, func(t *testing.T) {
			content, err := fs.Sub(m, "content")
			if err != nil {
				t.Fatal(err)
			}
			set, err := page.Load(t.Context(), content, page.Options{Project: m, Folder: "content", Site: &shortcodes.Site{Title: "D",
				Params: map[string]any{"version": "v1.21", "fullversion": "v1.21.0", "githubbranch": "main"},
				Data: map[string]any{"args": map[string]any{"version": "1.10", "full_version": "1.10.0", "previous_version": "1.9",
					"source_branch_name": "master", "supported_kubernetes_versions": "1.20"},
					"compatibility": map[string]any{"istio": data(t, "compatibility/istio"), "maistra": data(t, "compatibility/maistra"), "ossmc": data(t, "compatibility/ossmc")},
					"security":      map[string]any{"cve": data(t, "security/cve")}}}})
			if err != nil {
				t.Fatal(err)
			}
			var out Memory
			r, err := Build(t.Context(), set, Options{Out: &out})
			if err != nil || source.Errors(r.Diagnostics) > 0 {
				t.Fatal(err, r.Diagnostics)
			}
			use(t, set, out.Files)
		})
	}
}

var (
	header     = regexp.MustCompile(`(?s)^\s*---\n.*?\n---(?:\n|$)`)
	hidden     = regexp.MustCompile(`(?s)<!--.*?-->|\{\{< comment >\}\}.*?\{\{< /comment >\}\}`)
	escapedTag = regexp.MustCompile(`(?s)\{\{([<%])/\*(.*?)\*/([>%])\}\}`)
	anyTag     = regexp.MustCompile("(?s)\\{\\{[<%](?:`[^`]*`|\"(?:[^\"\\\\]|\\\\.)*\"|[^`\"])*?[>%]\\}\\}")
	targets    = regexp.MustCompile(`(?s)\]\([^()]*(?:\([^()]*\)[^()]*)*\)|(?m)^ {0,3}\[[^\]\n]+\]:.*$`)
	htmlTag    = regexp.MustCompile(`(?s)</?[a-zA-Z][^<>]*>`)
	headingID  = regexp.MustCompile(`(?m)\{#[^}]*\}\s*$|\[\^\w+\]:?`)
	fence      = regexp.MustCompile("(?m)^[ \t>]*(?:[-*+] +|[0-9]+[.)] +)*(?:```|~~~).*$")
	word       = regexp.MustCompile(`[\p{Latin}\p{N}]{2,}|\p{Han}`)
)

// shownBySource is what a reader of the source would expect to see: another way
// through the text than that of the renderer, by patterns alone.
func shownBySource(text string) string {
	text = strings.ReplaceAll(text, "\r", "")
	text = strings.TrimPrefix(text, "\ufeff")
	text = header.ReplaceAllString(text, "")
	text = hidden.ReplaceAllString(text, " ")
	text = escapedTag.ReplaceAllString(text, " $2 ")
	text = anyTag.ReplaceAllString(text, " ")
	text = targets.ReplaceAllString(text, " ")
	text = fence.ReplaceAllString(text, " ")
	text = headingID.ReplaceAllString(text, " ")
	text = strings.ReplaceAll(text, "\\\n", " \n")
	return html.UnescapeString(text)
}

// notShown are words of a source that are rightly not on its page, with the
// reason.
var notShown = map[string]string{
	"en/docs/FAQ/general.md":                   "a row has more cells than its table; Load reports it",
	"en/docs/Features/validations.md protocol": "<protocol> in a heading is an HTML element to every reader of Markdown",
}

// TestVisibleText holds the words that a page shows against those of its source.
// Differences have a reason: what the patterns take for text or for a tag.
func TestVisibleText(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 10 s")
	}
	corporaSites(t, func(t *testing.T, set *page.Set, files map[string][]byte) {
		pages, missing := 0, 0
		for _, p := range set.Pages {
			pages++
			source := shownBySource(string(p.File.Data[:p.Doc.Own()]))
			data := files[File(p.URL)]
			shown, spaced := count(bodyText(t, data, false)+" "+p.Matter.Title), count(bodyText(t, data, true)+" "+p.Matter.Title)
			source = htmlTag.ReplaceAllStringFunc(source, func(tag string) string {
				if name := strings.Trim(tag, "</>"); shown[name] > 0 && atom.Lookup([]byte(name)) == 0 { // <NAME> in code is text
					return tag
				}
				return " "
			})
			for w, n := range count(source) {
				if max(shown[w], spaced[w]) < n && notShown[p.Name+" "+w]+notShown[p.Name] == "" {
					missing++
					t.Errorf("%s: %q stands %d times in the source, %d times on the page", p.Name, w, n, shown[w])
				}
			}
		}
		t.Logf("%d pages, %d words missing", pages, missing)
	})
}

var inline = map[string]bool{"a": true, "b": true, "code": true, "em": true, "i": true, "span": true, "strong": true, "sub": true, "sup": true}

func count(text string) map[string]int {
	words := map[string]int{}
	for _, w := range word.FindAllString(text, -1) {
		words[w]++
	}
	return words
}

// bodyText is the text of the page's article.
func bodyText(t *testing.T, page []byte, spaced bool) string {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && !inline[n.Data] {
			b.WriteByte(' ') // a word ends where a block does
		}
		for _, a := range n.Attr {
			if a.Key == "alt" {
				b.WriteString(a.Val)
			}
		}
		if n.Type != html.TextNode {
			continue
		}
		for a := range n.Ancestors() {
			if a.Data == "article" {
				around := ""
				if spaced && n.Parent.Data != "span" { // spans stand inside words of code
					around = " "
				}
				b.WriteString(around + n.Data + around)
				break
			}
		}
	}
	return b.String()
}
