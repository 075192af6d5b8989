package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The figures of two days can be compared only where the pages are the same.
func TestPagesAreTheSame(t *testing.T) {
	a, b := newWriter(500), newWriter(500)
	size, code := 0, 0
	seen := map[string]bool{}
	for i := range 500 {
		page := a.page(i)
		if !bytes.Equal(page, b.page(i)) {
			t.Fatalf("page %d differs from itself", i)
		}
		size += len(page)
		for _, block := range blocks(string(page)) {
			if seen[block] {
				t.Errorf("page %d: a block stands twice:\n%s", i, block)
			}
			seen[block] = true
			code += len(block)
		}
	}
	if mean := size / 500; mean < 4400 || mean > 4800 {
		t.Errorf("a page has %d bytes, want 4.6 KB", mean)
	}
	if share := 100 * code / size; share < 20 || share > 30 {
		t.Errorf("%d %% of a page are code, want a quarter", share)
	}
}

// blocks are the texts of the fences and of the text shortcodes.
func blocks(page string) (all []string) {
	for i, part := range strings.Split(page, "```") {
		if i%2 == 1 {
			all = append(all, part)
		}
	}
	for _, part := range strings.Split(page, "{{< text bash >}}")[1:] {
		body, _, _ := strings.Cut(part, "{{< /text >}}")
		all = append(all, body)
	}
	return all
}

func TestRepeat(t *testing.T) {
	corpus, content := t.TempDir(), t.TempDir()
	page := "---\ntitle: P\naliases:\n    - /old/\n---\n- /docs/ stays\n"
	for _, name := range []string{"docs/p.md", "boilerplates/b.md"} {
		if err := writeFile(filepath.Join(corpus, name), []byte(page)); err != nil {
			t.Fatal(err)
		}
	}
	pages, err := repeat(corpus, content, 2)
	if err != nil || pages != 8 {
		t.Fatalf("got %d pages, %v; want p twice, b, and the sections home, docs, c01, c01/docs and boilerplates", pages, err)
	}
	got, err := os.ReadFile(filepath.Join(content, "c01", "docs", "p.md"))
	if want := strings.Replace(page, "- /old/", "- /c01/old/", 1); err != nil || string(got) != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

// Both programs write the same pages of a folder.
func TestAddSections(t *testing.T) {
	content := t.TempDir()
	if err := writeFile(filepath.Join(content, "parts/index.md"), []byte("---\nheadless: true\n---\n")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"parts/one.md", "index.md", "leaf/index.md", "leaf/code.yaml", "terms/index.md", "terms/a.md", "outer/index.md", "outer/in/b.html", "named/_index.md", "named/c.md"} {
		if err := writeFile(filepath.Join(content, name), nil); err != nil {
			t.Fatal(err)
		}
	}
	added, err := addSections(content)
	if err != nil || added != 1 {
		t.Errorf("%d pages more, %v; want one for outer/in", added, err)
	}
	var names []string
	err = filepath.WalkDir(content, func(name string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			names = append(names, strings.TrimPrefix(filepath.ToSlash(name), filepath.ToSlash(content)+"/"))
		}
		return err
	})
	want := "_index.md leaf/code.yaml leaf/index.md named/_index.md named/c.md outer/_index.md outer/in/_index.md outer/in/b.html parts/index.md parts/one.md terms/_index.md terms/a.md"
	if got := strings.Join(names, " "); err != nil || got != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

// Who writes fewer pages than the other has less to do.
func TestSamePages(t *testing.T) {
	for _, test := range []struct{ ours, theirs, want string }{
		{"a.html a.md 404.html x.css", "a.html a.md sitemap.xml", ""},
		{"a.html b/c.html", "a.html", "only probatum has written b/c.html"},
		{"a.html", "a.html a.md", "hugo has written 2 pages, probatum 1"},
	} {
		s := site{dir: t.TempDir()}
		for dir, names := range map[string]string{"public": test.ours, "hugo-public": test.theirs} {
			for _, name := range strings.Fields(names) {
				if err := writeFile(filepath.Join(s.dir, dir, name), nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		err := s.samePages()
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q beside %q: got %v, want %q", test.ours, test.theirs, err, test.want)
		}
	}
	if err := (site{dir: t.TempDir()}).samePages(); err == nil {
		t.Error("nobody has written anything, and that is the same")
	}
}

// A figure that is worse than its limit, and a program that fails, must show.
func TestMissed(t *testing.T) {
	lines := []line{within("good", "s", 1, 2), within("bad", "s", 3, 2), {"any", 9, 1, "s", "floor", 0}}
	var out bytes.Buffer
	if missed := write(&out, lines); strings.Join(missed, ", ") != "bad" || strings.Count(out.String(), "MISSED") != 1 {
		t.Errorf("got %q missed:\n%s", missed, out.String())
	}
	if missed := write(io.Discard, against("x", "hugo", cost{2, 2, 2}, cost{4, 4, 4}, 0.4, 0.6, 0)); strings.Join(missed, ", ") != "x, CPU" {
		t.Errorf("got %q missed, want the CPU time only", missed)
	}
	_, err := program{name: "false", args: []string{"sh", "-c", "echo why; exit 3"}}.once(context.Background())
	if err == nil || !strings.Contains(err.Error(), "why") {
		t.Errorf("got %v, want what the program printed", err)
	}
}

func TestAlternate(t *testing.T) {
	var order []string
	side := func(name string) program {
		return program{name: name, args: []string{"true"}, before: func() error { order = append(order, name); return nil }}
	}
	if _, err := alternate(context.Background(), 2, side("a"), side("b")); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, ""); got != "abab" {
		t.Errorf("ran %s, want abab", got)
	}
	if m := medianOf([]time.Duration{5, 1, 9}); m != 5 {
		t.Errorf("median %d, want 5", m)
	}
}
