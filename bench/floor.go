package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// floor reads each page, makes HTML of it with goldmark and writes it, on two
// cores: what no builder of pages can go below. No templates, no highlighting.
func floor(from, to string) error {
	files := make(chan string)
	errs := make(chan error, 2)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			md := goldmark.New(goldmark.WithExtensions(extension.GFM))
			for name := range files {
				if err := floorPage(md, from, to, name); err != nil {
					select {
					case errs <- err:
					default:
					}
				}
			}
		})
	}
	err := filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".md") {
			files <- name
		}
		return err
	})
	close(files)
	wg.Wait()
	close(errs)
	if err != nil {
		return err
	}
	return <-errs
}

func floorPage(md goldmark.Markdown, from, to, name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := md.Convert(text, &html); err != nil {
		return err
	}
	rel, err := filepath.Rel(from, name)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(to, strings.TrimSuffix(rel, ".md"), "index.html"), html.Bytes())
}
