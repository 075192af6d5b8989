package site

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"path"
	"slices"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/search"
	"github.com/probatum/probatum/internal/source"
)

// ErrMore is what Again returns where single pages are not all that has to be
// made anew.
var ErrMore = errors.New("more than single pages has changed")

// A Keeper takes from Build what Again needs. Entries takes what search finds of
// the pages, which is as much as their text: the texts of each, and then where the
// words of all are. Past is complete when Build is. Err
// says that Entries could not take it; the site is good all the same.
type Keeper struct {
	Entries io.Writer
	Past    Past
	Err     error
	buf     []byte
}

// A Past is what is known of the last build. It can be written with
// encoding/gob.
type Past struct {
	Pages  []PastPage          // in reading order
	Single []source.Diagnostic // of no single page
	Late   []string            // files that rest on all pages
	Newer  map[int][]byte      // what search finds of pages that were made since all were, by their place in reading order
}

// A PastPage is what Past has of a page.
type PastPage struct {
	Style       string // name of its style sheet; "" it has none
	Diagnostics []source.Diagnostic
}

// page takes what came of the next page.
func (k *Keeper) page(out rendered) {
	if k.Err != nil {
		return
	}
	k.Past.Pages = append(k.Past.Pages, PastPage{out.style[0], out.diagnostics})
	const most = binary.MaxVarintLen64
	k.buf = out.entry.AppendTexts(append(k.buf[:0], make([]byte, most)...))
	var size [most]byte
	n := binary.PutUvarint(size[:], uint64(len(k.buf)-most))
	from := most - n
	copy(k.buf[from:], size[:n])
	_, k.Err = k.Entries.Write(k.buf[from:])
}

// words takes the words of a search index.
func (k *Keeper) words(data []byte) {
	if k.Err == nil {
		_, k.Err = k.Entries.Write(data)
	}
}

// end takes what is of no single page.
func (k *Keeper) end(b *builder) {
	k.Past.Single = slices.Clone(b.diagnostics)
	for name, who := range b.written {
		if who == searchOwner || who == llmsOwner {
			k.Past.Late = append(k.Past.Late, name)
		}
	}
}

// A Last is the last build: what a Keeper has taken, and the files that it has
// left in the folder, where they still are.
type Last struct {
	*Past
	Entries []byte
	Files   []FileState
	Folder  *Folder
}

// Again makes the changed pages of a set, and what rests on the texts of all
// pages, in the folder of the last build. The other pages of the set need no
// texts. The site is the one that Build would write, and last.Past is brought up
// to date. Where more has changed than it can see, it returns ErrMore and has
// written nothing.
func Again(ctx context.Context, set *page.Set, o Options, last Last, changed []*page.Page) (*Result, error) {
	o.Out = last.Folder
	b, err := newBuilder(set, o)
	if err != nil {
		return nil, err
	}
	a := &again{builder: b, last: last, made: map[int]rendered{}, own: map[string]bool{}}
	if len(b.order) != len(last.Pages) || o.Marks != nil || slices.ContainsFunc(last.Single, func(d source.Diagnostic) bool { return d.Rule == "file-taken" }) {
		return nil, ErrMore
	}
	if err := inTurn([]func() error{func() error { return a.make(changed) }, a.keep, a.texts, a.write, a.search, b.llms, ctx.Err}); err != nil {
		return nil, err
	}
	if len(b.diagnostics) > 0 { // names of files clash, which Build has to tell
		return nil, ErrMore
	}
	result, err := o.Out.Commit()
	if err != nil {
		return nil, err
	}
	result.Pages = len(b.order)
	result.Diagnostics = slices.Clone(last.Single)
	for _, p := range last.Pages {
		result.Diagnostics = append(result.Diagnostics, p.Diagnostics...)
	}
	result.Diagnostics = source.Sort(result.Diagnostics)
	return &result, nil
}

// An again is the state of one Again.
type again struct {
	*builder
	last   Last
	made   map[int]rendered // by the place in reading order
	own    map[string]bool  // names of files of the changed pages, and of style sheets that go
	styled map[string]bool  // names of style sheets in use
}

// make renders the changed pages.
func (a *again) make(changed []*page.Page) error {
	r := newRenderer(a.builder)
	for _, p := range changed {
		at, ok := a.place[p]
		if !ok {
			return ErrMore
		}
		out := r.render(p)
		if out.err != nil {
			return out.err
		}
		out.html = bytes.Clone(out.html)
		a.made[at] = out
		a.own[File(p.URL)] = true
		if u := a.twin(p); u != "" {
			a.own[u[1:]] = true
		}
		a.own[a.last.Pages[at].Style] = true
		a.last.Pages[at] = PastPage{out.style[0], out.diagnostics}
		if a.last.Newer == nil {
			a.last.Newer = map[int][]byte{}
		}
		a.last.Newer[at] = out.entry.Append(nil)
	}
	a.styled = map[string]bool{}
	for _, p := range a.last.Pages {
		a.styled[p.Style] = true
	}
	return nil
}

// keep leaves the files as they are that do not change.
func (a *again) keep() error {
	late := map[string]bool{}
	for _, name := range a.last.Late {
		late[name] = true
	}
	for _, f := range a.last.Files {
		if late[f.Name] || f.Name == manifestName || a.own[f.Name] && !a.styled[f.Name] {
			continue
		}
		a.last.Folder.keep(f)
		a.written[f.Name] = "the last build"
		for dir := path.Dir(f.Name); dir != "." && a.folders[dir] == ""; dir = path.Dir(dir) {
			a.folders[dir] = "the last build"
		}
	}
	return nil
}

// texts finds the text of the unchanged pages in the file that has all.
func (a *again) texts() error {
	sizes := map[string]int64{}
	for _, f := range a.last.Files {
		sizes[f.Name] = f.Size
	}
	full, err := a.last.Folder.root.ReadFile(llmsFull)
	if err != nil {
		return ErrMore // it was there a moment ago
	}
	a.text = map[*page.Page][]byte{}
	for _, p := range a.told() {
		size := int(sizes[a.twin(p)[1:]])
		if size+1 > len(full) {
			return ErrMore
		}
		if _, changed := a.made[a.place[p]]; !changed {
			a.text[p] = full[:size]
		}
		full = full[size+1:]
	}
	if len(full) > 0 {
		return ErrMore
	}
	return nil
}

// write writes the changed pages.
func (a *again) write() error {
	for _, at := range slices.Sorted(maps.Keys(a.made)) {
		out, p := a.made[at], a.order[at]
		if name := out.style[0]; name != "" && a.written[name] == "" {
			if err := a.put(name, stylesOwner, []byte(out.style[1])); err != nil {
				return err
			}
		}
		files, err := a.claimPage(p)
		if err != nil {
			return err
		}
		if _, err := a.writePage(p, files, out.html); err != nil {
			return err
		}
	}
	return nil
}

// search makes the index of all pages.
func (a *again) search() error {
	rest := a.last.Entries
	for at, p := range a.order {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return ErrMore
		}
		was, err := a.terms.ReadEntry(string(rest[n : n+int(size)]))
		rest = rest[n+int(size):]
		is := was
		if newer, ok := a.last.Newer[at]; ok && err == nil {
			is, err = a.terms.ReadEntry(string(newer))
		}
		if err != nil {
			return ErrMore
		}
		if err := a.indexOf(p).Renew(was, is); err != nil {
			return err
		}
		if was.Release(); is != was {
			is.Release()
		}
	}
	words := search.ReadKept(rest)
	for _, x := range a.indexes {
		x.Last = words
	}
	return a.builder.search()
}
