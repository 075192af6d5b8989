package update

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/page"
)

// share keeps the edits that all pages agree on that show the same text of a
// file, as one edit each.
func (u *updater) share() {
	shows := u.showing()
	type part struct {
		file     string
		from, to int
	}
	views := map[part][]view{}
	var order []part
	for _, v := range u.views {
		k := part{v.file, v.from, v.to}
		if views[k] == nil {
			order = append(order, k)
		}
		views[k] = append(views[k], v)
	}
	for _, k := range order {
		vs := views[k]
		i := slices.IndexFunc(vs, func(v view) bool { return v.edit != nil })
		if i < 0 {
			continue
		}
		if why := u.alone(vs, shows[k.file]); why != nil {
			u.refuse(vs[i].pos, why)
			continue
		}
		e := vs[0].edit
		for _, v := range vs[1:] {
			e.refs = append(e.refs, v.ref)
		}
		u.edits = append(u.edits, e)
	}
}

// showing lists the pages that show each file.
func (u *updater) showing() map[string][]*page.Page {
	shows := map[string][]*page.Page{}
	add := func(name string, p *page.Page) {
		if !slices.Contains(shows[name], p) {
			shows[name] = append(shows[name], p)
		}
	}
	for _, p := range u.o.Pages {
		if p.File == nil {
			continue
		}
		add(p.File.Name, p)
		for _, name := range p.Included() {
			add(name, p)
		}
	}
	return shows
}

// alone says why an edit must not be made, though one page asks for it: what it
// changes is also of others.
func (u *updater) alone(vs []view, shows []*page.Page) *reason {
	file := vs[0].file
	content := path.Clean(u.o.Content)
	if own := u.plans[vs[0].ref.Page].Page.File.Name == file; !own && content != "." && !strings.HasPrefix(file, content+"/") {
		return &reason{fmt.Sprintf("it stands in %s, which is not in %s", file, content), "update that file by hand: other programs may read it"}
	}
	for _, p := range shows {
		if _, ok := u.runs[p.File.Name]; !ok {
			return &reason{fmt.Sprintf("%s is shown by %s, too, which was not run", file, p.File.Name), "check both pages at once"}
		}
	}
	for _, v := range vs {
		other := u.plans[v.ref.Page].Page.File.Name
		switch {
		case v.edit == nil && v.verdict == check.Verified:
			return &reason{fmt.Sprintf("in %s the same text of %s is right", other, file), "show it from two files, or leave out with ... what differs"}
		case v.edit == nil:
			return &reason{fmt.Sprintf("%s shows the same text of %s, but its command was not run to its end", other, file), "correct that page first"}
		case v.edit.text != vs[slices.IndexFunc(vs, func(v view) bool { return v.edit != nil })].edit.text:
			return &reason{fmt.Sprintf("%s shows the same text of %s, where something else came", other, file), "show it from two files, or leave out with ... what differs"}
		}
	}
	return nil
}

// files applies edits.
func (u *updater) files(edits []*edit) []File {
	byFile := map[string][]*edit{}
	for _, e := range edits {
		byFile[e.file] = append(byFile[e.file], e)
	}
	var files []File
	for name, es := range byFile {
		slices.SortFunc(es, func(a, b *edit) int { return cmp.Compare(a.from, b.from) })
		f := File{Name: name, Old: es[0].old, Outputs: len(es)}
		at := 0
		for _, e := range es {
			f.New = append(append(f.New, f.Old[at:e.from]...), e.text...)
			at = e.to
		}
		if f.New = append(f.New, f.Old[at:]...); !bytes.Equal(f.Old, f.New) {
			files = append(files, f)
		}
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Name, b.Name) })
	return files
}
