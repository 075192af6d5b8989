package cli

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

// A garden is a project that is edited at random.
type garden struct {
	t     *testing.T
	dir   string
	rand  *rand.Rand
	pages []string // relative to the project
}

// newGarden makes a project with pages; the same seeds make the same ones.
func newGarden(t *testing.T, seed1, seed2 uint64) *garden {
	t.Helper()
	g := &garden{t: t, dir: t.TempDir(), rand: rand.New(rand.NewPCG(seed1, seed2))}
	g.write("probatum.yaml", "title: Garden\n")
	g.pages = []string{"content/_index.md", "content/s/_index.md"}
	for i := range 6 {
		g.pages = append(g.pages, fmt.Sprintf("content/p%d.md", i), fmt.Sprintf("content/s/q%d.md", i))
	}
	for _, name := range g.pages {
		g.write(name, g.header()+g.body())
	}
	return g
}

func (g *garden) write(name, text string) string {
	g.t.Helper()
	full := filepath.Join(g.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		g.t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
		g.t.Fatal(err)
	}
	return full
}

// pick is one of the texts, with numbers in it that differ.
func (g *garden) pick(texts ...string) string {
	text := texts[g.rand.IntN(len(texts))]
	for strings.Contains(text, "#N") {
		text = strings.Replace(text, "#N", fmt.Sprint(g.rand.IntN(6)), 1)
	}
	return text
}

func (g *garden) body() string {
	var b strings.Builder
	for range g.rand.IntN(8) + 1 {
		b.WriteString(g.pick("Words #N.\n", "## Part #N\n", "### Below #N\n", "[link](p#N.md#part-#N)\n", "[dead](x#N.md)\n", "[up](/s/q#N/)\n",
			"```bash\n$ kubectl get n#N\n```\n", "<p style=\"width: #Npx\" id=\"raw#N\">x</p>\n", "[raw](/p#N/#raw#N)\n", "{{< tip >}}\nT #N\n{{< /tip >}}\n",
			"{{< mine >}}\n", "{{< unknown#N >}}\n", "![i](https://v.test/#N.png)\n", "{{< readfile file=\"p#N.md\" >}}\n", "- [ ] do #N\n") + "\n")
	}
	return b.String()
}

func (g *garden) header() string {
	return g.pick("---\ntitle: T#N\n---\n", "---\ntitle: T\nweight: #N\n---\n", "---\ntitle: D\ndescription: About #N.\naliases: [/old#N/]\n---\n", "")
}

// edit changes something and returns the names of the files that it changed.
func (g *garden) edit() []string {
	name := g.pages[g.rand.IntN(len(g.pages))]
	full := filepath.Join(g.dir, filepath.FromSlash(name))
	old, err := os.ReadFile(full)
	if err != nil {
		return []string{g.write(name, g.header()+g.body())}
	}
	switch n := g.rand.IntN(20); {
	case n < 12: // the body alone
		head := ""
		if strings.HasPrefix(string(old), "---\n") {
			head = string(old[:strings.Index(string(old[4:]), "---\n")+8])
		}
		return []string{g.write(name, head+g.body())}
	case n < 14:
		return []string{g.write(name, g.header()+g.body())}
	case n < 15 && name != "content/_index.md":
		if err := os.Remove(full); err != nil {
			g.t.Fatal(err)
		}
		return []string{full}
	case n < 16:
		return []string{g.write("content/s/file.txt", g.pick("text #N"))}
	case n < 17:
		return []string{g.write("shortcodes/mine.html", g.pick("<b>mine #N</b>"))}
	case n < 18:
		return []string{g.write("probatum.yaml", g.pick("title: Garden #N\n", "title: Garden\ndescription: About #N\n", "title: Garden\nwrong: 1\n"))}
	}
	other := g.pages[g.rand.IntN(len(g.pages))]
	return []string{full, g.write(other, g.header()+g.body()), g.write(name, string(old)+"\nMore.\n")}
}

// After each of 200 random edits the preview has, byte for byte, what a clean
// build has, and says the same of it.
func TestPreviewIsCleanBuild(t *testing.T) {
	edits := 200
	if testing.Short() {
		edits = 60
	}
	g := newGarden(t, 7, 11)
	v := &preview{session: &session{ctx: t.Context(), env: Env{Dir: g.dir}}}
	var changed []string
	single := 0
	for i := range edits {
		was := v.project
		r, err := v.build(t.Context(), changed)
		if was != nil && was == v.project {
			single++
		}
		want, ds, wantErr := cleanBuild(t, g.dir)
		switch {
		case (err == nil) != (wantErr == nil):
			t.Fatalf("edit %d of %v: got error %v, a clean build %v", i, changed, err, wantErr)
		case err == nil:
			got, err := v.live.Files()
			if err != nil {
				t.Fatal(err)
			}
			compare(t, i, changed, got, want)
			// The texts of all pages are asked for now, so that what they say counts, too.
			if r = v.result(false, nil); !slices.EqualFunc(r.Diagnostics, ds, func(a, b source.Diagnostic) bool { return a.String() == b.String() }) {
				t.Fatalf("edit %d of %v: got the diagnostics\n%v\na clean build has\n%v", i, changed, r.Diagnostics, ds)
			}
		}
		changed = g.edit()
	}
	t.Logf("%d of %d edits were made in place", single, edits)
	if single < edits/10 {
		t.Errorf("only %d of %d edits were made in place", single, edits)
	}
}

func cleanBuild(t *testing.T, dir string) (map[string][]byte, []source.Diagnostic, error) {
	t.Helper()
	p, err := project.Load(t.Context(), os.DirFS(dir), project.Options{})
	if err != nil {
		return nil, nil, err
	}
	if p.Set == nil {
		return nil, nil, os.ErrInvalid
	}
	out := &site.Memory{}
	o, err := (&session{ctx: t.Context(), env: Env{Dir: dir}}).siteOptions(p, os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	o.Out, o.BaseURL = out, ""
	r, err := site.Build(t.Context(), p.Set, o)
	if err != nil {
		t.Fatal(err)
	}
	return out.Files, source.Sort(slices.Concat(p.Diagnostics, r.Diagnostics)), nil
}

func compare(t *testing.T, edit int, changed []string, got, want map[string][]byte) {
	t.Helper()
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			a, b := strings.Split(string(got[name]), "\n"), strings.Split(string(want[name]), "\n")
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Fatalf("edit %d of %v: line %d of %s is\n%s\na clean build writes\n%s", edit, changed, i+1, name, a[i], b[i])
				}
			}
			t.Fatalf("edit %d of %v: %s has %d lines, a clean build writes %d", edit, changed, name, len(a), len(b))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Fatalf("edit %d of %v: there is %s, which a clean build does not write", edit, changed, name)
		}
	}
}

// BenchmarkPreviewEdit prints the CPU time of a body edit in a project of 10,000
// pages: reading it again, building, and giving the page to the browser. The goal
// is 100 ms.
func BenchmarkPreviewEdit(b *testing.B) {
	manual, err := filepath.Glob(filepath.Join("..", "..", "content", "*.md"))
	if err != nil || len(manual) == 0 {
		b.Fatal("no manual", err)
	}
	dir := b.TempDir()
	name := func(i int) string {
		return filepath.Join(dir, "content", fmt.Sprintf("s%d", i/100), fmt.Sprintf("p%d.md", i))
	}
	for i := range 10000 {
		text, err := os.ReadFile(manual[i%len(manual)])
		if err == nil && i%100 == 0 {
			err = os.MkdirAll(filepath.Dir(name(i)), 0o777)
		}
		if err == nil {
			err = os.WriteFile(name(i), text, 0o666)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "probatum.yaml"), []byte("title: Large\n"), 0o666); err != nil {
		b.Fatal(err)
	}
	v := &preview{session: &session{ctx: b.Context(), env: Env{Dir: dir}}}
	if _, err := v.build(b.Context(), nil); err != nil {
		b.Fatal(err)
	}
	was, i := v.project, 4242
	start := cpu(b)
	for b.Loop() {
		text, err := os.ReadFile(name(i))
		if err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name(i), append(text, "\nAnother paragraph.\n"...), 0o666); err != nil {
			b.Fatal(err)
		}
		r, err := v.build(b.Context(), []string{name(i)})
		if err != nil || !r.Changed || v.project != was {
			b.Fatal("the edit was not made in place", err)
		}
		if data, ok := r.Site.File(fmt.Sprintf("s%d/p%d/index.html", i/100, i)); !ok || !bytes.Contains(data, []byte("Another paragraph.")) {
			b.Fatal("the page does not show the edit")
		}
		i = (i + 37) % 10000
	}
	b.ReportMetric((cpu(b)-start)/float64(b.N)*1000, "cpu-ms/op")
}

// cpu is the CPU time of this process so far, in seconds.
func cpu(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// A results file that is still being written, or cut, is said over the pages,
// which are there all the same; it counts as soon as it is whole.
func TestPreviewResults(t *testing.T) {
	g := &garden{t: t, dir: t.TempDir()}
	g.write("probatum.yaml", "title: Garden\n")
	g.write("content/p.md", "# P\n")
	v := &preview{session: &session{ctx: t.Context(), env: Env{Dir: g.dir}}, results: "r.json"}
	var changed []string
	for _, tt := range []struct{ results, want string }{
		{"", ""},
		{"{\n\t\"format\": \"probatum results\",\n\t\"version\": 1,\n", "warning: results r.json: it ends in the middle: it has been cut"},
		{`{"format": "probatum results", "version": 1, "pages": []}`, ""},
	} {
		if tt.results != "" {
			changed = []string{g.write("r.json", tt.results)}
		}
		r, err := v.build(t.Context(), changed)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := r.Site.File("p/index.html"); !ok {
			t.Errorf("%q: the page is not there", tt.results)
		}
		var got string
		for _, d := range r.Diagnostics {
			got += d.String()
		}
		if got != tt.want && (tt.want == "" || !strings.Contains(got, tt.want)) {
			t.Errorf("%q: got %q, want %q", tt.results, got, tt.want)
		}
	}
}
