package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/report/canary"
	"github.com/probatum/probatum/internal/site"
)

// TestCanariesInSite builds a site with the results of runs with secrets in them
// and looks for the secrets in all files that the results have changed: what the
// pages themselves show stays, and no canary is in it.
func TestCanariesInSite(t *testing.T) {
	runs := 1000
	if testing.Short() {
		runs = 10
	}
	c := newCanarySite(t)
	placed, files, without, found := 0, 0, 0, 0
	for seed := range runs {
		r := canary.Make(uint64(seed))
		placed += len(r.Secrets)
		if seed < 100 { // a search that cannot find is worth nothing
			for _, text := range c.changed(&r.Run) {
				without += len(r.Found(text))
			}
		}
		r.Redact()
		for name, text := range c.changed(&r.Run) {
			files++
			for s, at := range r.Found(text) {
				found++
				t.Errorf("run %d: %s has the secret %q (%s): %.300q", seed, name, s.Value, s.Form, at)
			}
		}
		if found > 5 {
			t.FailNow()
		}
	}
	if without == 0 {
		t.Error("no secret is found in the sites of runs from which none was taken out")
	}
	t.Logf("%d secrets in %d runs: found %d times in %d files of their sites; %d times where none was taken out of the first runs", placed, runs, found, files, without)
}

// A canarySite is a project whose pages have the blocks of all runs of canary.
type canarySite struct {
	t     *testing.T
	p     *project.Project
	o     site.Options
	plain map[string][]byte // the site without results
}

func newCanarySite(t *testing.T) *canarySite {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "content"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("probatum.yaml", "title: T\n")
	for i := range canary.Files {
		write(canary.File(i), strings.Repeat("```bash\n"+canary.Text(i)+"```\n\n", canary.Blocks))
	}
	p, err := project.Load(t.Context(), os.DirFS(dir), project.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o, err := (&session{ctx: t.Context(), env: Env{Dir: dir}}).siteOptions(p, os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	c := &canarySite{t: t, p: p, o: o}
	c.plain = c.build(nil)
	return c
}

func (c *canarySite) build(marks site.Marks) map[string][]byte {
	c.t.Helper()
	out, o := &site.Memory{}, c.o
	o.Out, o.Marks = out, marks
	if _, err := site.Build(c.t.Context(), c.p.Set, o); err != nil {
		c.t.Fatal(err)
	}
	return out.Files
}

// changed gives the files that are others with the results of the run, which go
// by their file as "build -results" reads it.
func (c *canarySite) changed(r *report.Run) map[string]string {
	c.t.Helper()
	name := filepath.Join(c.t.TempDir(), "r.json")
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		c.t.Fatal(err)
	}
	marks, err := (&session{}).marks(name)
	if err != nil {
		c.t.Fatal(err)
	}
	files := map[string]string{}
	for name, data := range c.build(marks) {
		if plain, ok := c.plain[name]; !ok || !bytes.Equal(plain, data) {
			files[name] = string(data)
		}
	}
	for i := range r.Pages {
		for _, name := range []string{strings.TrimPrefix(strings.Replace(canary.File(i), ".md", "/index.html", 1), "content/"), "verified/index.html"} {
			if !strings.Contains(files[name], `class="proof failed"`) {
				c.t.Fatalf("the marks of %s are not in %s", r.Pages[i].File, name)
			}
		}
	}
	return files
}
