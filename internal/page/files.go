package page

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/source"
)

// maxText is the size of the largest page. Books fit into it; a file that was
// put among the pages by mistake does not, and would take memory without end.
const maxText = 4 << 20

var errSize = fmt.Errorf("it is larger than %d MB", maxText>>20)

// A folder reads files and never one outside of the project, whatever names and
// symbolic links say. It is safe for concurrent use.
type folder struct {
	fsys    fs.FS
	content string // where the pages are; "." where there is nothing else
	trusted []string
	listed  map[string]bool // files that list has come to, so through no link that is not trusted
	mu      sync.Mutex
	shown   string                  // what people see before names
	texts   map[string]*source.File // included files by name
	plain   map[string]bool         // folders that are no links, and what is trusted
	missing map[string]error        // what is not there, while the pages are read for the first time; then nil
}

func newFolder(content fs.FS, o Options) *folder {
	f := &folder{fsys: content, content: ".", shown: o.Folder, listed: map[string]bool{}, texts: map[string]*source.File{}, plain: map[string]bool{}, missing: map[string]error{}}
	if o.Project != nil {
		f.fsys, f.content, f.shown = o.Project, path.Clean(o.Folder), ""
		// The project's owner may have put these folders elsewhere. Inside of
		// them anybody may have put a link.
		f.trusted = []string{f.content, path.Clean(o.Static)}
		for _, lang := range o.Languages {
			f.trusted = append(f.trusted, path.Join(f.content, lang))
		}
	}
	return f
}

// resolve follows the symbolic links of a name, which counts from the project's
// folder, and refuses what leads out.
func (f *folder) resolve(name string) (string, error) {
	if f.listed[name] {
		return name, nil
	}
	links := 0
	for at := 0; at < len(name); {
		end := strings.IndexByte(name[at:], '/')
		if end < 0 {
			end = len(name) - at
		}
		head, rest := name[:at+end], name[at+end:]
		at += end + 1
		linked, err := f.isLink(head)
		if err != nil {
			return "", err
		}
		if !linked {
			continue
		}
		if links++; links > 40 {
			return "", errors.New("its symbolic links go round in a circle")
		}
		target, err := fs.ReadLink(f.fsys, head)
		if err != nil {
			return "", err
		}
		name = path.Join(path.Dir(head), target) + rest
		if path.IsAbs(target) || !fs.ValidPath(name) {
			return "", markup.ErrOutside
		}
		at = 0
	}
	return name, nil
}

// notThere remembers a name: many pages ask for the same file in the same places.
func (f *folder) notThere(name string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.missing != nil && errors.Is(err, fs.ErrNotExist) {
		f.missing[name] = err
	}
}

// forgetMissing ends that: files come and go from now on.
func (f *folder) forgetMissing() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.missing = nil
}

// isLink tells whether a name is a symbolic link that is not trusted. Folders are
// asked once: each page would ask for all those above it.
func (f *folder) isLink(name string) (bool, error) {
	f.mu.Lock()
	plain, err := f.plain[name], f.missing[name]
	f.mu.Unlock()
	if plain || err != nil {
		return false, err
	}
	info, err := fs.Lstat(f.fsys, name)
	if err != nil {
		f.notThere(name, err)
		return false, err
	}
	if info.Mode()&fs.ModeSymlink != 0 && !f.isTrusted(name) {
		return true, nil
	}
	if !info.Mode().IsRegular() {
		f.mu.Lock()
		f.plain[name] = true
		f.mu.Unlock()
	}
	return false, nil
}

func (f *folder) isTrusted(name string) bool {
	for _, t := range f.trusted {
		if t == name || strings.HasPrefix(t, name+"/") {
			return true
		}
	}
	return false
}

// text reads a file that should be text.
func (f *folder) text(name string) (data []byte, err error) {
	if name, err = f.resolve(name); err != nil {
		return nil, err
	}
	file, err := f.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	size := int64(512)
	if info, err := file.Stat(); err == nil {
		size = info.Size()
	}
	if size > maxText {
		return nil, errSize
	}
	if read, ok := file.(interface{ Bytes() []byte }); ok { // it was read already
		data = read.Bytes()
	} else {
		data, err = source.ReadAll(io.LimitReader(file, maxText+1), int(size))
	}
	if len(data) > maxText {
		return nil, errSize
	}
	return data, err
}

// bytes reads any file.
func (f *folder) bytes(name string) ([]byte, error) {
	name, err := f.resolve(name)
	if err != nil {
		return nil, err
	}
	return fs.ReadFile(f.fsys, name)
}

// opener returns what finds the files that the page of that name includes.
func (f *folder) opener(page, language string) func(names []string) (*source.File, error) {
	return func(names []string) (*source.File, error) {
		failed := fs.ErrNotExist
		for _, name := range names {
			for _, place := range f.places(page, language, name) {
				file, err := f.included(place)
				if err == nil {
					return file, nil
				}
				if !errors.Is(err, fs.ErrNotExist) {
					failed = err
				}
			}
		}
		return nil, failed
	}
}

// places is where a name of an included file may be: beside the page, at the top
// of its language, of all pages, and of the project.
func (f *folder) places(page, language, name string) []string {
	dirs := []string{path.Join(f.content, path.Dir(page)), path.Join(f.content, language), f.content, "."}
	if strings.HasPrefix(name, "/") {
		dirs = []string{".", path.Join(f.content, language), f.content}
	}
	var places []string
	for _, dir := range dirs {
		places = append(places, path.Join(dir, name))
	}
	return places
}

func (f *folder) included(name string) (*source.File, error) {
	if !fs.ValidPath(name) {
		return nil, markup.ErrOutside
	}
	f.mu.Lock()
	file := f.texts[name]
	f.mu.Unlock()
	if file != nil {
		return file, nil
	}
	data, err := f.text(name)
	if err != nil {
		return nil, cause(err)
	}
	if source.Binary(data) {
		return nil, errors.New("it is not text in UTF-8")
	}
	file = source.NewFile(path.Join(f.shown, name), data)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.texts[name] = file
	return file, nil
}

// cause is an error without the name of the file, which a diagnostic gives.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// list returns the names of what may be pages, and fills Resources.
func (s *Set) list(ctx context.Context, f *folder) ([]string, error) {
	var names []string
	var visit fs.WalkDirFunc
	visit = func(full string, d fs.DirEntry, err error) error {
		name := strings.TrimPrefix(strings.TrimPrefix(full, f.content), "/")
		if full == f.content {
			return err
		}
		if f.content == "." {
			name = full
		}
		if err == nil && hidden(d) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case err != nil:
			s.unreadable(name, err)
		case d.Type()&fs.ModeSymlink != 0 && f.isTrusted(full) && isDir(f.fsys, full):
			return fs.WalkDir(f.fsys, full, visit) // a language that is somewhere else
		case d.IsDir() || d.Type()&fs.ModeSymlink != 0 && !s.linked(f, full, name):
		case path.Ext(name) == ".md" || path.Ext(name) == ".html":
			names = append(names, name)
			f.listed[full] = d.Type().IsRegular()
		default:
			s.resource(f, name)
		}
		return nil
	}
	ahead, err := readAhead(ctx, f.fsys, f.content, s.jobs)
	if err != nil {
		return nil, err
	}
	err = fs.WalkDir(ahead, f.content, visit)
	return names, err
}

// listings is a file system whose folders were read ahead, several at a time.
type listings struct {
	fs.FS
	read map[string]listing
}

type listing struct {
	entries []fs.DirEntry
	err     error
}

// readAhead reads a folder and those below it that pages may be in.
func readAhead(ctx context.Context, fsys fs.FS, root string, jobs int) (*listings, error) {
	l := &listings{fsys, map[string]listing{}}
	for level := []string{root}; len(level) > 0; {
		read := make([]listing, len(level))
		err := each(ctx, len(level), jobs, func(i int) { read[i].entries, read[i].err = fs.ReadDir(fsys, level[i]) })
		if err != nil {
			return nil, err
		}
		var below []string
		for i, r := range read {
			l.read[level[i]] = r
			for _, d := range r.entries {
				if d.IsDir() && !hidden(d) {
					below = append(below, path.Join(level[i], d.Name()))
				}
			}
		}
		level = below
	}
	return l, nil
}

func hidden(d fs.DirEntry) bool { return strings.HasPrefix(d.Name(), ".") }

// ReadDir implements fs.ReadDirFS.
func (l *listings) ReadDir(name string) ([]fs.DirEntry, error) {
	if r, ok := l.read[name]; ok {
		return r.entries, r.err
	}
	return fs.ReadDir(l.FS, name)
}

// Stat implements fs.StatFS.
func (l *listings) Stat(name string) (fs.FileInfo, error) { return fs.Stat(l.FS, name) }

func isDir(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.IsDir()
}

func (s *Set) resource(f *folder, name string) {
	full := path.Join(f.content, name)
	s.Resources = append(s.Resources, Resource{Name: name, path: "/" + name, read: func() ([]byte, error) { return f.bytes(full) }})
}

// linked tells whether a symbolic link among the pages stands for a file.
func (s *Set) linked(f *folder, full, name string) bool {
	target, err := f.resolve(full)
	if errors.Is(err, markup.ErrOutside) {
		s.Diagnostics = append(s.Diagnostics, source.Diagnostic{Pos: source.Pos{File: path.Join(s.folder, name)}, Rule: "file-unreadable",
			Message: "is a symbolic link that leads out of the project", Hint: "put the file or folder itself here; the content folder as a whole, and the folders that languages names, may be links"})
		return false
	}
	if err != nil {
		s.unreadable(name, err)
		return false
	}
	info, err := fs.Stat(f.fsys, target)
	if err != nil {
		s.unreadable(name, err)
		return false
	}
	if info.IsDir() {
		s.Diagnostics = append(s.Diagnostics, source.Diagnostic{Pos: source.Pos{File: path.Join(s.folder, name)}, Rule: "folder-linked",
			Severity: source.Warning, Message: "is a symbolic link to a folder, which is not followed", Hint: "put the folder itself here"})
		return false
	}
	return true
}

// static adds the files of the folder whose files keep their names on the site.
func (s *Set) static(f *folder, o Options) error {
	if o.Project == nil || o.Static == "" {
		return nil
	}
	dir := path.Clean(o.Static)
	err := fs.WalkDir(f.fsys, dir, func(full string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && full == dir:
			return err
		case err != nil:
			s.Diagnostics = append(s.Diagnostics, unreadable(full, err))
		case d.IsDir():
		default:
			if _, err := f.resolve(full); err != nil {
				s.Diagnostics = append(s.Diagnostics, unreadable(full, err))
				return nil
			}
			s.Resources = append(s.Resources, Resource{Name: full, URL: strings.TrimPrefix(full, dir),
				read: func() ([]byte, error) { return f.bytes(full) }})
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (s *Set) unreadable(name string, err error) {
	s.Diagnostics = append(s.Diagnostics, unreadable(path.Join(s.folder, name), err))
}

func unreadable(name string, err error) source.Diagnostic {
	return source.Diagnostic{Pos: source.Pos{File: name}, Rule: "file-unreadable", Message: "cannot be read: " + cause(err).Error()}
}
