package cli

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tend changes something that a build rests on, or what it has left.
func (g *garden) tend() []string {
	name := g.pages[g.rand.IntN(len(g.pages))]
	switch g.rand.IntN(24) {
	case 0: // nothing
		return nil
	case 1:
		return []string{g.write("theme/redirect.html", g.pick("<a href=\"{{.Target}}\">#N</a>\n")), g.write("theme/assets/a.txt", g.pick("#N"))}
	case 2:
		return []string{g.write("data/d.yaml", g.pick("a: #N\n", "a: [#N\n"))}
	case 3:
		return []string{g.write("i18n/en.yaml", g.pick("ui_next: Onward #N\n", "ui_prev: Back #N\n"))}
	case 4:
		return []string{g.write("static/s#N.txt", g.pick("static #N\n"))}
	case 5:
		return []string{g.write("r.json", `{"format": "probatum results", "version": 1, "pages": [{"file": "`+name+`", "blocks": [{"hash": "`+g.pick("h#N")+`", "status": "verified"}]}]}`)}
	case 6: // somebody has been at the site
		return []string{g.spoil("public")}
	case 7: // or at the cache
		return []string{g.spoil(".probatum/build")}
	case 8:
		for _, dir := range []string{"public", ".probatum"}[g.rand.IntN(2):] {
			if err := os.RemoveAll(filepath.Join(g.dir, dir)); err != nil {
				g.t.Fatal(err)
			}
		}
		return []string{"public or .probatum"}
	case 9:
		return []string{g.write("content/moved.md", g.header()+g.body())}
	case 10:
		os.Remove(filepath.Join(g.dir, "content", "moved.md")) // if it is there
		return []string{"content/moved.md"}
	}
	if g.rand.IntN(3) == 0 {
		return g.edit()
	}
	var names []string
	for range g.rand.IntN(3) + 1 { // the body of some pages
		name := g.pick("content/s/q#N.md", "content/s/q#N.md", "content/p#N.md") // those in s are not included by others
		old, _ := os.ReadFile(filepath.Join(g.dir, filepath.FromSlash(name)))    // it may be gone
		names = append(names, g.write(name, string(old)+"\n"+g.pick("Words #N.\n", "## More #N\n", "[link](p#N.md)\n", "[dead](x#N.md)\n",
			"<p style=\"width: #Npx\">x</p>\n", "{{< tip >}}\nT #N\n{{< /tip >}}\n", "{{< mine >}}\n", "`word#N`, word#N\n")))
	}
	return names
}

// spoil cuts, changes or removes a file of a folder.
func (g *garden) spoil(dir string) string {
	var names []string
	for name := range g.files(filepath.Join(g.dir, filepath.FromSlash(dir))) {
		names = append(names, filepath.Join(g.dir, filepath.FromSlash(dir), name))
	}
	if len(names) == 0 {
		return dir
	}
	name := names[g.rand.IntN(len(names))]
	data, err := os.ReadFile(name)
	if err != nil {
		g.t.Fatal(err)
	}
	switch n := g.rand.IntN(3); {
	case n == 0 && filepath.Base(name) != ".probatum-site":
		err = os.Remove(name)
	case n == 1 && len(data) > 0 && filepath.Base(name) != ".probatum-site":
		data[g.rand.IntN(len(data))] ^= 1
		err = os.WriteFile(name, data, 0o666)
	case filepath.Base(name) != ".probatum-site":
		err = os.WriteFile(name, data[:len(data)/2], 0o666)
	}
	if err != nil {
		g.t.Fatal(err)
	}
	return name
}

// files are those below a folder.
func (g *garden) files(dir string) map[string][]byte {
	files := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err == nil {
			files[filepath.ToSlash(rel)], err = os.ReadFile(name)
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		g.t.Fatal(err)
	}
	return files
}

// copied is the project in another folder, without what builds have made.
func (g *garden) copied() string {
	to := g.t.TempDir()
	for name, data := range g.files(g.dir) {
		if strings.HasPrefix(name, "public/") || strings.HasPrefix(name, ".probatum/") {
			continue
		}
		full := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			g.t.Fatal(err)
		}
		if err := os.WriteFile(full, data, 0o666); err != nil {
			g.t.Fatal(err)
		}
	}
	return to
}

// said is what a command prints and how it ends.
func said(t *testing.T, dir string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := Run(t.Context(), args, Env{Dir: dir}, nil, &stdout, &stderr)
	return fmt.Sprintf("exit %d\n%s%s", code, written.ReplaceAllString(stdout.String(), ""), stderr.String())
}

// A clean build writes more files than another.
var written = regexp.MustCompile(`, \d+ files? written`)

// TestWarmIsCleanBuild holds that after any change a build has, byte for byte,
// what a clean one of the same files has, and says the same.
func TestWarmIsCleanBuild(t *testing.T) {
	edits := 200
	if testing.Short() {
		edits = 40
	}
	g := newGarden(t, 3, 5)
	g.write("r.json", `{"format": "probatum results", "version": 1}`)
	var changed []string
	single := 0
	for i := range edits {
		args := []string{"build"}
		if i/10%4 == 3 {
			args = append(args, "-results", "r.json", "-base-url", "https://example.org/")
		}
		facts, found := g.kept("facts-*"), g.kept("found-*")
		got := said(t, g.dir, args...)
		if found != "[]" && found == g.kept("found-*") && facts != g.kept("facts-*") {
			single++
		}
		clean := g.copied()
		if want := said(t, clean, args...); got != want {
			t.Fatalf("edit %d of %v: got\n%s\na clean build says\n%s", i, changed, got, want)
		}
		if !strings.HasPrefix(got, "exit 2") { // else the site stays as it was
			compare(t, i, changed, g.files(filepath.Join(g.dir, "public")), g.files(filepath.Join(clean, "public")))
		}
		changed = g.tend()
	}
	t.Logf("%d of %d builds made single pages", single, edits)
	if single < edits/20 {
		t.Errorf("only %d of %d builds made single pages", single, edits)
	}
}

// kept are the names of files in the cache.
func (g *garden) kept(pattern string) string {
	names, err := filepath.Glob(filepath.Join(g.dir, ".probatum", "build", pattern))
	if err != nil {
		g.t.Fatal(err)
	}
	return fmt.Sprint(names)
}

// TestSameBuild holds that nothing is built where nothing has changed.
func TestSameBuild(t *testing.T) {
	g := &garden{t: t, dir: t.TempDir()}
	g.write("probatum.yaml", "title: Garden\n")
	name := g.write("content/p.md", "# P\n")
	first := said(t, g.dir, "build")
	again := func() (ok bool, said string) {
		var out bytes.Buffer
		s := &session{ctx: t.Context(), env: Env{Dir: g.dir}, stdout: &out, stderr: &out}
		_, ok = s.remember(buildOptions{}, "").again(s.flags("build"))
		return ok, out.String()
	}
	if ok, out := again(); !ok || out != "public: 2 pages, 0 files written\n" {
		t.Errorf("unchanged: got %v, %q after %q", ok, out, first)
	}
	if err := os.WriteFile(name, []byte("# P\nmore\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if ok, out := again(); !ok || !strings.HasPrefix(out, "public: 2 pages, ") {
		t.Errorf("one page: got %v, %q", ok, out)
	}
	for _, tt := range []struct {
		what   string
		change func() error
	}{
		{"page", func() error { return os.WriteFile(name, []byte("# Q\n"), 0o666) }},
		{"new page", func() error { return os.WriteFile(filepath.Join(g.dir, "content", "q.md"), nil, 0o666) }},
		{"theme", func() error { return os.Mkdir(filepath.Join(g.dir, "theme"), 0o777) }},
		{"site", func() error { return os.Remove(filepath.Join(g.dir, "public", "p", "index.html")) }},
		{"list of the site", func() error { return os.Remove(filepath.Join(g.dir, "public", ".probatum-site")) }},
		{"killed build", func() error { return os.Mkdir(filepath.Join(g.dir, "public", ".probatum-new"), 0o777) }},
		{"cache", func() error { return os.RemoveAll(filepath.Join(g.dir, ".probatum")) }},
	} {
		said(t, g.dir, "build")
		if err := tt.change(); err != nil {
			t.Fatal(err)
		}
		if ok, _ := again(); ok {
			t.Errorf("%s: nothing has changed", tt.what)
		}
	}
}
