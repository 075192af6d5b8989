package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// A section of the synthetic site has 50 pages, a part 20 sections.
const (
	perSection = 50
	perPart    = 20 * perSection
)

// A writer makes up pages: headings, prose, lists with indented text blocks,
// fenced YAML, a table, links. The same seed gives the same bytes, and no two
// blocks of code are the same. A page has 4.6 KB, a quarter of it code.
type writer struct {
	rand  *rand.Rand
	zipf  *rand.Zipf
	words []string
	pages int
	bytes.Buffer
}

func newWriter(pages int) *writer {
	r := rand.New(rand.NewPCG(1, 2))
	w := &writer{rand: r, zipf: rand.NewZipf(r, 1.1, 4, 3999), pages: pages}
	seen := map[string]bool{}
	for len(w.words) < 4000 {
		word := makeWord(r)
		if !seen[word] {
			seen[word] = true
			w.words = append(w.words, word)
		}
	}
	return w
}

// makeWord puts syllables together: real words would compress as real prose
// does, but nobody needs to own them.
func makeWord(r *rand.Rand) string {
	const onset, vowel, coda = "bcdfghklmnprstvw", "aeiou", "lmnrst"
	var b strings.Builder
	for range 1 + r.IntN(3) {
		b.WriteByte(onset[r.IntN(len(onset))])
		b.WriteByte(vowel[r.IntN(len(vowel))])
		if r.IntN(2) == 0 {
			b.WriteByte(coda[r.IntN(len(coda))])
		}
	}
	return b.String()
}

func (w *writer) word() string { return w.words[w.zipf.Uint64()] }

func (w *writer) phrase(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.word())
	}
	return b.String()
}

// title is a phrase with a capital letter.
func (w *writer) title(n int) string {
	p := w.phrase(n)
	return strings.ToUpper(p[:1]) + p[1:]
}

// prose writes sentences with now and then a code span, bold text or a link.
func (w *writer) prose(sentences int) {
	for range sentences {
		w.WriteString(w.title(6 + w.rand.IntN(6)))
		switch w.rand.IntN(6) {
		case 0:
			fmt.Fprintf(w, " `--%s`", w.word())
		case 1:
			fmt.Fprintf(w, " **%s**", w.phrase(2))
		case 2:
			fmt.Fprintf(w, " [%s](%s)", w.phrase(3), pageURL(w.rand.IntN(w.pages)))
		}
		w.WriteString(" " + w.phrase(3) + ".\n")
	}
	w.WriteString("\n")
}

func pageURL(i int) string {
	return fmt.Sprintf("/part%02d/s%02d/p%06d/", i/perPart, i%perPart/perSection, i)
}

// page is page number i.
func (w *writer) page(i int) []byte {
	w.Reset()
	fmt.Fprintf(w, "---\ntitle: %s\ndescription: %s.\nweight: %d\n", w.title(3), w.title(9), i%perSection+1)
	if i%10 == 0 {
		fmt.Fprintf(w, "aliases:\n  - /old/p%06d/\n", i)
	}
	w.WriteString("---\n\n")
	w.prose(3)
	w.section("##", w.yaml)
	w.section("##", w.steps)
	w.section("###", func() { w.table(); w.yaml() })
	w.section("##", w.commands)
	w.section("###", func() { w.prose(1) })
	return bytes.Clone(w.Bytes())
}

func (w *writer) section(level string, body func()) {
	fmt.Fprintf(w, "%s %s\n\n", level, w.title(3))
	w.prose(5)
	body()
}

func (w *writer) yaml() {
	n := w.word()
	fmt.Fprintf(w, "```yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: %s-%d\n  labels:\n    app: %s # %s\nspec:\n  replicas: %d\n  template:\n    spec:\n      containers:\n      - name: %s\n        image: \"%s/%s:%d.%d\"\n        ports:\n        - containerPort: %d\n        env:\n        - name: MODE\n          value: '%s'\n```\n\n",
		n, w.rand.IntN(1e6), n, w.phrase(3), w.rand.IntN(9), w.word(), w.word(), w.word(), w.rand.IntN(9), w.rand.IntN(90), w.rand.IntN(9000), w.phrase(2))
}

func (w *writer) steps() {
	for i := range 3 {
		fmt.Fprintf(w, "%d.  %s\n\n", i+1, w.title(8))
		name := fmt.Sprintf("%s-%d", w.word(), w.rand.IntN(1e6))
		fmt.Fprintf(w, "    {{< text bash >}}\n    $ kubectl get deployment %s -n %s\n    NAME   READY   UP-TO-DATE\n    %s   1/1   1\n    {{< /text >}}\n\n", name, w.word(), name)
	}
}

func (w *writer) table() {
	w.WriteString("| Field | Type | Meaning |\n|---|---|---|\n")
	for range 5 {
		fmt.Fprintf(w, "| `%s` | %s | %s |\n", w.word(), w.word(), w.phrase(6))
	}
	w.WriteString("\n")
}

func (w *writer) commands() {
	fmt.Fprintf(w, "```bash\nexport NAME_%d=\"%s\"\nfor i in 1 2 3; do\n  curl -s \"http://$NAME_%d/%s?n=$i\" | grep -c '%s'\ndone\n```\n\n",
		w.rand.IntN(1e6), w.word(), w.rand.IntN(1e6), w.word(), w.phrase(2))
}

// writePages makes the content folder of a synthetic site.
func writePages(dir string, pages int) error {
	w := newWriter(pages)
	for i := range pages {
		file := filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(pageURL(i), "/")+".md"))
		section := filepath.Dir(file)
		if i%perPart == 0 {
			if err := w.index(filepath.Dir(section), i/perPart+1); err != nil {
				return err
			}
		}
		if i%perSection == 0 {
			if err := w.index(section, i%perPart/perSection+1); err != nil {
				return err
			}
		}
		if err := writeFile(file, w.page(i)); err != nil {
			return err
		}
	}
	return w.index(dir, 1)
}

// index writes the page of a section.
func (w *writer) index(dir string, weight int) error {
	text := fmt.Sprintf("---\ntitle: %s\nweight: %d\n---\n\n%s.\n", w.title(2), weight, w.title(12))
	return writeFile(filepath.Join(dir, "_index.md"), []byte(text))
}

func writeFile(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, text, 0o666)
}
