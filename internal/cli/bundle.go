package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/probatum/probatum/internal/bundle"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

const bundleHelp = `Usage: probatum bundle [flags]

Packs the site for readers without a server: help.zip, a folder whose pages open
from a disk, and help.html, the whole site in one file. Search works in both.

  -zip            help.zip alone
  -html           help.html alone
  -o DIR          where to, instead of the project's folder
  -name NAME      NAME.zip and NAME.html instead of help
  -results FILE   show on each block what "probatum check -json FILE" has found
  -drafts         pack drafts, pages of the future and expired ones, too
  -C DIR          work in this folder
  -config FILE    instead of probatum.yaml

Exit status: 0 fine, 1 a page is wrong (the files are written all the same) or FILE
holds no results (they are not), 2 they could not be written. Example:

  probatum bundle -zip -o dist
`

func (s *session) bundle(args []string) (code int) {
	fs := s.flags("bundle")
	zip, html := fs.Bool("zip", false, ""), fs.Bool("html", false, "")
	dir, name := fs.String("o", ".", ""), fs.String("name", "help", "")
	drafts := fs.Bool("drafts", false, "")
	results := fs.String("results", "", "")
	p, code, ok := s.open(fs, bundleHelp, args, drafts)
	if !ok {
		return code
	}
	if filepath.Base(*name) != *name || *name == "." || *name == ".." {
		return s.fail(&usageError{fmt.Sprintf("bundle: -name %s is not the name of a file", *name), "name the folder with -o"})
	}
	marks, err := s.marks(*results)
	if err != nil {
		s.fail(err)
		return exitWrong
	}
	var wrong []source.Diagnostic
	for _, kind := range []struct {
		wanted  bool
		file    string
		offline bool
		pack    func(w io.Writer, files map[string][]byte) error
	}{
		{*zip || !*html, *name + ".zip", true, func(w io.Writer, files map[string][]byte) error { return bundle.Zip(w, *name, files) }},
		{*html || !*zip, *name + ".html", false, func(w io.Writer, files map[string][]byte) error { return bundle.HTML(w, files, navOf(p.Set)) }},
	} {
		if !kind.wanted {
			continue
		}
		o, err := s.siteOptions(p, os.DirFS(s.env.Dir))
		if err != nil {
			return s.fail(err)
		}
		o.ForPeople = true
		o.Offline, o.BaseURL, o.Marks = kind.offline, "", marks // it is not hosted anywhere
		files, res, err := siteFiles(s.ctx, p, o)
		if err == nil {
			var packed bytes.Buffer
			if err = kind.pack(&packed, files); err == nil {
				err = s.writeBundle(filepath.Join(*dir, kind.file), packed.Bytes(), res)
			}
		}
		if err != nil {
			return s.fail(fmt.Errorf("pack the site: %w", err))
		}
		wrong = res.Diagnostics
	}
	return s.wrong(source.Sort(append(p.Diagnostics, wrong...)))
}

// writeBundle writes the file and says how large it is.
func (s *session) writeBundle(name string, data []byte, res *site.Result) error {
	if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o777); err != nil {
		return err
	}
	err := writeFile(s.path(name), func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err == nil {
		fmt.Fprintf(s.stdout, "%s: %s, %.1f MB\n", filepath.ToSlash(name), count(res.Pages, "page"), float64(len(data))/1e6)
	}
	return err
}

// siteFiles builds the site of a project and keeps its files.
func siteFiles(ctx context.Context, p *project.Project, o site.Options) (map[string][]byte, *site.Result, error) {
	out := &site.Memory{}
	o.Out = out
	res, err := site.Build(ctx, p.Set, o)
	return out.Files, res, err
}

// navOf is the tree of the pages.
func navOf(set *page.Set) []bundle.Nav {
	var nav []bundle.Nav
	for _, home := range set.Homes {
		nav = append(nav, navBelow(home))
	}
	return nav
}

func navBelow(p *page.Page) bundle.Nav {
	n := bundle.Nav{Title: p.Matter.LinkTitle, File: site.File(p.URL)}
	for _, c := range p.Children {
		n.Items = append(n.Items, navBelow(c))
	}
	return n
}
