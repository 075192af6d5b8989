package search

import (
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// realPages are Istio's, from their text, as a site has them often.
func realPages(b *testing.B) []Page {
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
	b.ReportAllocs()
	return pages
}

// BenchmarkIndex prints what the index of Istio's pages costs on one processor,
// from their text, and how large it is.
func BenchmarkIndex(b *testing.B) {
	pages := realPages(b)
	size, files := 0, 0
	for b.Loop() {
		size, files = 0, 0
		var all Words
		x := &Index{Pages: len(pages), Write: func(_ string, data []byte) error { size += len(data); files++; return nil }}
		for _, p := range pages {
			add(b, x, all.Read(p))
		}
		if err := x.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size)/1000, "kB")
	b.ReportMetric(float64(files), "files")
	b.ReportMetric(float64(len(pages)), "pages")
}

func add(b *testing.B, x *Index, e *Entry) {
	if err := x.Add(e); err != nil {
		b.Fatal(err)
	}
}

// The steps of it: pages are read, put into the index, and the words written.

func BenchmarkRead(b *testing.B) {
	pages := realPages(b)
	var all Words
	for b.Loop() {
		for _, p := range pages {
			all.Read(p)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	var all Words
	var entries []*Entry
	for _, p := range realPages(b) {
		entries = append(entries, all.Read(p))
	}
	for b.Loop() {
		x := &Index{Write: func(string, []byte) error { return nil }}
		for _, e := range entries {
			add(b, x, e)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	x := &Index{Write: func(string, []byte) error { return nil }}
	var words Words
	for _, p := range realPages(b) {
		add(b, x, words.Read(p))
	}
	all := words.all()
	for b.Loop() { // what Close does most
		if _, _, err := x.writeWords(&all); err != nil {
			b.Fatal(err)
		}
	}
}
