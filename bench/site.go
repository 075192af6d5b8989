package main

import (
	"bufio"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// hugoSite is a site for Hugo that does what ours does: a sidebar with one
// branch open (made once per section), the way up, contents, highlighting by
// chroma with classes, data for a search (titles, descriptions and headings;
// ours indexes the text as well), aliases, a sitemap, a Markdown file for each page
// (the source as it is; ours has expanded its shortcodes). Ours checks links and
// finds the blocks to prove besides.
//
//go:embed all:hugo
var hugoSite embed.FS

// A site is a folder that both programs build: content/ is the same files.
type site struct {
	dir   string
	pages int
	wrong bool // its pages have defects
}

// newSite prepares a folder; fill writes its content.
func newSite(dir string, pages int, fill func(content string) error) (site, error) {
	s := site{dir: dir, pages: pages}
	config := "title: Help\nbaseURL: https://help.example.org/\n"
	if err := writeFile(filepath.Join(dir, "probatum.yaml"), []byte(config)); err != nil {
		return s, err
	}
	hugo, err := fs.Sub(hugoSite, "hugo")
	if err != nil {
		return s, err
	}
	return s, errors.Join(os.CopyFS(dir, hugo), fill(filepath.Join(dir, "content")))
}

// repeat fills a content folder with a corpus and copies of it, c01, c02 and
// so on. The aliases of a copy go into the copy; its links stay, so they lead
// to the first one.
func repeat(corpus, content string, times int) (pages int, err error) {
	err = filepath.WalkDir(corpus, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(corpus, name)
		if err != nil {
			return err
		}
		n := times
		if strings.HasPrefix(rel, "boilerplates"+string(filepath.Separator)) {
			n = 1
		}
		for i := range n {
			copied, to := text, rel
			if i > 0 {
				prefix := fmt.Sprintf("c%02d", i)
				copied, to = moveAliases(text, "/"+prefix), filepath.Join(prefix, rel)
			}
			if err := writeFile(filepath.Join(content, to), copied); err != nil {
				return err
			}
		}
		if strings.HasSuffix(rel, ".md") || strings.HasSuffix(rel, ".html") {
			pages += n
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	added, err := addSections(content)
	return pages + added, err
}

// addSections makes each folder with pages a section with a page of its own, and
// tells how many pages there are more. Of a folder with an index.md Hugo writes
// that page and none of the others, and for one without it none; ours writes all.
func addSections(content string) (added int, err error) {
	sections := map[string]bool{}
	err = filepath.WalkDir(content, func(name string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && isHeadless(name) {
			return filepath.SkipDir // nobody writes what is in there
		}
		if err != nil || filepath.Ext(name) != ".md" && filepath.Ext(name) != ".html" {
			return err
		}
		dir := filepath.Dir(name)
		if d.Name() == "index.md" {
			dir = filepath.Dir(dir) // alone it is no section
		}
		for ; len(dir) >= len(content); dir = filepath.Dir(dir) {
			sections[dir] = true
		}
		return nil
	})
	for dir := range sections {
		own := filepath.Join(dir, "_index.md")
		if _, there := os.Stat(own); there == nil || err != nil {
			continue
		}
		if err = os.Rename(filepath.Join(dir, "index.md"), own); errors.Is(err, fs.ErrNotExist) {
			added++
			err = writeFile(own, fmt.Appendf(nil, "---\ntitle: %s\n---\n", filepath.Base(dir)))
		}
	}
	return added, err
}

func isHeadless(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "index.md"))
	return err == nil && bytes.Contains(text, []byte("\nheadless: true\n"))
}

// moveAliases puts a prefix in front of the absolute paths that are list
// items of a page's front matter.
func moveAliases(page []byte, prefix string) []byte {
	if !bytes.HasPrefix(page, []byte("---")) {
		return page
	}
	var out bytes.Buffer
	fences := 0
	lines := bufio.NewScanner(bytes.NewReader(page))
	lines.Buffer(nil, len(page)+1)
	for lines.Scan() {
		line := lines.Text()
		if line == "---" {
			fences++
		}
		if trimmed := strings.TrimSpace(line); fences == 1 && strings.HasPrefix(trimmed, "- /") {
			line = strings.Replace(line, "- /", "- "+prefix+"/", 1)
		}
		out.WriteString(line + "\n")
	}
	return out.Bytes()
}

// probatum and hugo are the two builders of the site. Clean removes what the
// last run left, the cache included.
func (s site) probatum(b *bench, clean bool) program {
	p := program{
		name: "probatum", dir: s.dir, wrong: s.wrong,
		args: []string{b.probatum, "build"},
	}
	if clean {
		p.before = s.remove("public", ".probatum")
	}
	return p
}

func (s site) hugo(b *bench, clean bool) program {
	p := program{
		name: "hugo", dir: s.dir,
		args: []string{b.hugo, "--destination", "hugo-public", "--cacheDir", filepath.Join(s.dir, "hugo-cache"), "--noBuildLock"},
	}
	if clean {
		p.before = s.remove("hugo-public", "hugo-cache", "resources")
	}
	return p
}

// samePages is an error if one of the two has written a page that the other has
// not: then they did not do the same work.
func (s site) samePages() error {
	ours, err := pagesIn(filepath.Join(s.dir, "public"))
	if err != nil {
		return err
	}
	theirs, err := pagesIn(filepath.Join(s.dir, "hugo-public"))
	if err != nil {
		return err
	}
	delete(ours, "404.html")
	for name := range ours {
		if !theirs[name] {
			return fmt.Errorf("%s: only probatum has written %s (%d pages, hugo %d)", s.dir, name, len(ours), len(theirs))
		}
	}
	if len(theirs) > len(ours) {
		return fmt.Errorf("%s: hugo has written %d pages, probatum %d", s.dir, len(theirs), len(ours))
	}
	return nil
}

// pagesIn are the pages and their Markdown in a folder.
func pagesIn(dir string) (map[string]bool, error) {
	found := map[string]bool{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if ext := path.Ext(name); ext == ".html" || ext == ".md" {
			found[name] = true
		}
		return err
	})
	return found, err
}

// floor is this program as the floor of the site.
func (s site) floor() (program, error) {
	self, err := os.Executable()
	return program{
		name: "floor", dir: s.dir, before: s.remove("floor"),
		args: []string{self, "floor", "content", "floor"},
	}, err
}

func (s site) remove(names ...string) func() error {
	return func() error {
		var errs []error
		for _, name := range names {
			errs = append(errs, os.RemoveAll(filepath.Join(s.dir, name)))
		}
		return errors.Join(errs...)
	}
}
