package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/cli"
)

// madeUp builds a site of so many pages, in parts of 25 sections of 25, and returns
// its folder. Each page is about as long as one of Istio's.
func madeUp(t *testing.T, pages int) string {
	t.Helper()
	return sites.once(t, fmt.Sprintf("made-up-%d", pages), func(dir string) error {
		random := rand.New(rand.NewPCG(1, 1)) // the same pages on each run
		text := func(words int) string {
			var b strings.Builder
			for range words {
				fmt.Fprintf(&b, "w%d ", int(random.ExpFloat64()*400))
			}
			return b.String()
		}
		for i := range pages {
			var b strings.Builder
			fmt.Fprintf(&b, "---\ntitle: Page %05d of many\ndescription: %s\n---\n", i, text(8))
			for s := range 6 {
				fmt.Fprintf(&b, "%s\n\n## Section %d\n\n%s\n\n```yaml\nkind: Pod\nmetadata:\n  name: p%d\n```\n\n", text(50), s, text(50), i)
			}
			name := fmt.Sprintf("content/part-%02d/section-%03d/page-%05d.md", i/625, i/25, i)
			if err := writeNew(filepath.Join(dir, name), b.String()); err != nil {
				return err
			}
		}
		if err := writeNew(filepath.Join(dir, "probatum.yaml"), "title: Many pages\n"); err != nil {
			return err
		}
		var log bytes.Buffer
		if code := cli.Run(t.Context(), []string{"build", "-C", dir}, cli.Env{}, nil, &log, &log); code != 0 {
			return &buildError{log.String()}
		}
		return nil
	}) + "/public"
}

func writeNew(name, text string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o666)
}

// average is how long the HTML of a page is, in bytes. Pages of sections are not
// counted: a larger site has more of them, and they are shorter.
func average(t *testing.T, folder, pattern string) float64 {
	t.Helper()
	sum, n := 0, 0
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Base(name) != "index.html" || !strings.HasPrefix(path.Base(path.Dir(name)), pattern) {
			return err
		}
		info, err := d.Info()
		sum += int(info.Size())
		n++
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("%d pages in %s, %v", n, folder, err)
	}
	return float64(sum) / float64(n)
}

// A page of a site of 10,000 pages is as light as one of 313: its HTML is not
// longer by a hundredth, and 30 KB at most, Istio's pages too.
func TestWeightOfHTML(t *testing.T) {
	few, many := average(t, madeUp(t, 313), "page-"), average(t, madeUp(t, 10000), "page-")
	grown := 100 * (many - few) / few
	t.Logf("%.0f bytes of 313 pages, %.0f of 10,000: %.2f %% more", few, many, grown)
	if grown >= 1 || many > 30<<10 {
		t.Errorf("%.0f bytes of 313 pages, %.0f of 10,000", few, many)
	}
	if _, err := os.Stat(corpora); err == nil {
		real := average(t, built(t, "istio-en"), "")
		t.Logf("%.0f bytes of Istio's", real)
		if real > 30<<10 {
			t.Errorf("%.0f bytes of Istio's pages", real)
		}
	}
}

// The first page of a reader asks for six files at most, 60 KB compressed, with 15
// KB of scripts; the search asks for what it needs when it is opened.
func TestWeightOfFirstLoad(t *testing.T) {
	name := "own"
	if _, err := os.Stat(corpora); err == nil {
		name = "istio-en"
	}
	for _, folder := range []string{built(t, name), madeUp(t, 10000)} {
		home := serveFolder(t, folder, "/")
		for _, p := range pages(t, folder)[:3] {
			tb := newTab(t, home)
			tb.visit(home + p)
			loaded := eval[[]string](tb, `[location.href, ...performance.getEntriesByType('resource').map((e) => e.name)]`)
			compressed, scripts := 0, 0
			for _, address := range loaded {
				u, err := url.Parse(address)
				if err != nil {
					t.Fatal(err)
				}
				file := strings.TrimPrefix(u.Path, "/")
				if file == "" || strings.HasSuffix(file, "/") {
					file += "index.html"
				}
				data, err := os.ReadFile(filepath.Join(folder, file))
				if err != nil {
					t.Fatal(err)
				}
				if path.Ext(file) == ".js" {
					scripts += len(data)
				}
				compressed += gzipped(t, data)
			}
			t.Logf("%s: %d requests, %d bytes compressed, %d of scripts", p, tb.requests, compressed, scripts)
			if tb.requests > 6 || compressed > 60<<10 || scripts > 15<<10 {
				t.Errorf("%s is too heavy: %v", p, loaded)
			}
		}
	}
}

func gzipped(t *testing.T, data []byte) int {
	t.Helper()
	var w bytes.Buffer
	z := gzip.NewWriter(&w)
	if _, err := io.Copy(z, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Len()
}
