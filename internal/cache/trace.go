package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/probatum/probatum/internal/source"
)

// A Recorder is a file system that notes what is asked of it and what it answers:
// all that something which was made from files alone rests on, also that a file
// was looked for and is not there. It is safe for concurrent use.
type Recorder struct {
	fsys fs.FS
	mu   sync.Mutex
	seen map[string]string
}

// Record makes a Recorder of a file system.
func Record(fsys fs.FS) *Recorder { return &Recorder{fsys: fsys, seen: map[string]string{}} }

// Trace is what was asked and answered so far. Answers are short: of a file there
// is its hash.
func (r *Recorder) Trace() map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.seen)
}

// Same reports whether a file system still gives all the answers of a trace.
func Same(fsys fs.FS, trace map[string]string) bool {
	for question, answer := range trace {
		kind, name, _ := strings.Cut(question, " ")
		ask := questions[kind]
		if ask == nil || ask(fsys, name) != answer {
			return false
		}
	}
	return true
}

// Changes are the questions of a trace to which a file system gives other answers
// now, such as "read content/a.md", sorted.
func Changes(fsys fs.FS, trace map[string]string) []string {
	var changed []string
	for question, answer := range trace {
		kind, name, _ := strings.Cut(question, " ")
		if ask := questions[kind]; ask == nil || ask(fsys, name) != answer {
			changed = append(changed, question)
		}
	}
	slices.Sort(changed)
	return changed
}

// questions are what can be asked of a file, by the names that they have in a
// trace.
var questions = map[string]func(fs.FS, string) string{
	"read": func(fsys fs.FS, name string) string { return readAnswer(fs.ReadFile(fsys, name)) },
	"list": func(fsys fs.FS, name string) string { return listAnswer(fs.ReadDir(fsys, name)) },
	"stat": func(fsys fs.FS, name string) string { return infoAnswer(fs.Stat(fsys, name)) },
	"look": func(fsys fs.FS, name string) string { return infoAnswer(fs.Lstat(fsys, name)) },
	"link": func(fsys fs.FS, name string) string { return linkAnswer(fs.ReadLink(fsys, name)) },
}

func readAnswer(data []byte, err error) string {
	if err != nil {
		return failed(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func listAnswer(entries []fs.DirEntry, err error) string {
	if err != nil {
		return failed(err)
	}
	h := sha256.New()
	var line []byte
	for _, e := range entries {
		line = strconv.AppendQuote(line[:0], e.Name())
		line = append(append(append(line, ' '), e.Type().String()...), '\n')
		h.Write(line)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func infoAnswer(info fs.FileInfo, err error) string {
	switch {
	case err != nil:
		return failed(err)
	case info.Mode().IsRegular(): // what it holds is another question
		return "file"
	}
	return info.Mode().Type().String()
}

func linkAnswer(target string, err error) string {
	if err != nil {
		return failed(err)
	}
	return "to " + target
}

func failed(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return "error: " + err.Error()
}

func (r *Recorder) note(kind, name, answer string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[kind+" "+name] = answer
}

// Open implements fs.FS. A file is read at once.
func (r *Recorder) Open(name string) (fs.File, error) {
	f, err := r.fsys.Open(name)
	if err != nil {
		r.note("read", name, readAnswer(nil, err))
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		r.note("stat", name, infoAnswer(info, err))
		return f, err
	}
	defer f.Close()
	data, err := source.ReadAll(f, int(info.Size()))
	r.note("read", name, readAnswer(data, err))
	if err != nil {
		return nil, err
	}
	return &file{bytes.NewReader(data), data, info}, nil
}

// A file is one that has been read.
type file struct {
	*bytes.Reader
	data []byte
	info fs.FileInfo
}

// Bytes returns all of the file, which is the caller's then.
func (f *file) Bytes() []byte { return f.data }

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

var _ io.ReadSeeker = (*file)(nil)

// ReadFile implements fs.ReadFileFS.
func (r *Recorder) ReadFile(name string) ([]byte, error) {
	data, err := fs.ReadFile(r.fsys, name)
	r.note("read", name, readAnswer(data, err))
	return data, err
}

// ReadDir implements fs.ReadDirFS.
func (r *Recorder) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.fsys, name)
	r.note("list", name, listAnswer(entries, err))
	return entries, err
}

// Stat implements fs.StatFS.
func (r *Recorder) Stat(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(r.fsys, name)
	r.note("stat", name, infoAnswer(info, err))
	return info, err
}

// Lstat implements fs.ReadLinkFS.
func (r *Recorder) Lstat(name string) (fs.FileInfo, error) {
	info, err := fs.Lstat(r.fsys, name)
	r.note("look", name, infoAnswer(info, err))
	return info, err
}

// ReadLink implements fs.ReadLinkFS.
func (r *Recorder) ReadLink(name string) (string, error) {
	target, err := fs.ReadLink(r.fsys, name)
	r.note("link", name, linkAnswer(target, err))
	return target, err
}
