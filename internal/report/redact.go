package report

import (
	"github.com/probatum/probatum/internal/redact"
	"github.com/probatum/probatum/internal/source"
)

// Redact takes out of the page all secrets that r knows or that it learns from
// the page's own texts.
func (p *Page) Redact(r *redact.Redactor) {
	r.Learn(p.texts()...)
	p.Replace(r)
}

// Replace takes out of the page all secrets that r knows.
func (p *Page) Replace(r *redact.Redactor) {
	p.each(func(s *string) { *s = r.Replace(*s) })
	for i := range p.Blocks {
		Diagnostics(r, p.Blocks[i].Problems)
	}
}

// Replace takes out of the whole run all secrets that r knows, also what only a
// later page has shown to be one, and those of its diagnostics.
func (r *Run) Replace(red *redact.Redactor) {
	Diagnostics(red, r.Diagnostics)
	for i := range r.Pages {
		r.Pages[i].Replace(red)
	}
}

func (p *Page) texts() []string {
	var all []string
	p.each(func(s *string) {
		if *s != "" {
			all = append(all, *s)
		}
	})
	return all
}

// each calls f for every text that may hold what a page or a command says, but
// for those of diagnostics. Names, places, hashes and words of ours are left out.
func (p *Page) each(f func(*string)) {
	f(&p.Title)
	f(&p.Reason)
	for i := range p.Leaks {
		f(&p.Leaks[i])
	}
	for i := range p.Blocks {
		b := &p.Blocks[i]
		f(&b.Reason)
		for j := range b.Releases {
			f(&b.Releases[j].Reason)
		}
		for j := range b.Leaks {
			f(&b.Leaks[j])
		}
		for j := range b.Claims {
			c := &b.Claims[j]
			for _, s := range []*string{&c.Text, &c.Message, &c.Hint, &c.Stdout, &c.Stderr, &c.Want, &c.Diff, &c.Pods} {
				f(s)
			}
		}
	}
}

// Diagnostics takes secrets out of diagnostics. A replacement with a secret in
// it would write the mark into a page: there is none then.
func Diagnostics(r *redact.Redactor, ds []source.Diagnostic) {
	for i := range ds {
		d := &ds[i]
		d.Message, d.Hint = r.Text(d.Message), r.Text(d.Hint)
		if d.Replacement != nil && r.Text(d.Replacement.Text) != d.Replacement.Text {
			d.Replacement = nil
		}
	}
}
