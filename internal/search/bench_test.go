package search

import (
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkIndex prints what the index of Istio's pages costs on one processor,
// from their text, and how large it is.
func BenchmarkIndex(b *testing.B) {
	var pages []Page
	dir := filepath.Join("..", "..", "..", "shared", "corpora", "istio-en", "content")
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".md" {
			return err
		}
		text, err := os.ReadFile(name)
		pages = append(pages, Page{URL: name[len(dir):], Title: d.Name(), Body: "<p>" + html.EscapeString(string(text))})
		return err
	})
	if err != nil {
		b.Skipf("no corpora here: %v", err)
	}
	size := 0
	b.ReportAllocs()
	for b.Loop() {
		size = 0
		x := &Index{Write: func(_ string, data []byte) error { size += len(data); return nil }}
		for _, p := range pages {
			if err := x.Add(Read(p)); err != nil {
				b.Fatal(err)
			}
		}
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size)/1000, "kB")
	b.ReportMetric(float64(len(pages)), "pages")
}
