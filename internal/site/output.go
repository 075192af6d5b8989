package site

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

const (
	manifestName = ".probatum-site" // lists the files that builds have written
	stagingName  = ".probatum-new"  // holds files until Commit
)

// Memory is an Output that keeps the files.
type Memory struct {
	Files map[string][]byte // while none is written
	mu    sync.Mutex
}

// WriteFile implements Output.
func (m *Memory) WriteFile(name string, data []byte) error {
	data = bytes.Clone(data)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Files == nil {
		m.Files = map[string][]byte{}
	}
	m.Files[name] = data
	return nil
}

// Commit implements Output.
func (m *Memory) Commit() (Result, error) { return Result{Written: len(m.Files)}, nil }

// A Folder is an Output that writes files below a folder. WriteFile puts what
// has changed aside; Commit puts the new site in the place of the old one, as
// replace tells, without what earlier builds have written and this one has not.
// Other files in the folder are left alone.
type Folder struct {
	root    *os.Root
	name    string
	earlier map[string]bool // by the manifest
	growing int             // how many files have been begun
	first   *first          // makes the site of a folder that was empty; nil for others
	// exchange makes two folders change places; tests have their own.
	exchange func(a, b string) error
	lock     *os.File // held against other builds; nil there is none

	mu      sync.Mutex // of what follows
	staged  []string
	staging bool // the folder for staged files is there
	same    int
	files   []FileState // as they were written, or found

	now    map[string]bool // the names of files, once these are complete; nil for a first site
	listed []byte          // and their manifest
}

// OpenFolder prepares a folder, which is made where it is not there. It waits for
// another build that writes there. Close it.
func OpenFolder(name string) (*Folder, error) {
	if err := os.MkdirAll(name, 0o777); err != nil {
		return nil, fmt.Errorf("open the output folder: %w", err)
	}
	f := &Folder{name: name, earlier: map[string]bool{}, exchange: exchange}
	real, err := realName(name)
	if err == nil {
		f.lock = lock(filepath.Dir(real))
		err = os.RemoveAll(twinOf(real)) // of a build that was killed
	}
	if err == nil {
		f.first, err = newFirst(real)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the output folder: %w", err), f.unlock())
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the output folder: %w", err), f.unlock())
	}
	f.root = root
	err = f.root.RemoveAll(stagingName) // of a build that was interrupted
	if err == nil {
		err = f.readManifest()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the output folder: %w", err), root.Close(), f.unlock())
	}
	return f, nil
}

// Close gives up what was not committed. The site stays as it was.
func (f *Folder) Close() error {
	if f.first != nil {
		return errors.Join(f.first.discard(), f.root.Close(), f.unlock())
	}
	return errors.Join(f.root.RemoveAll(stagingName), f.root.Close(), f.unlock())
}

// unlock lets other builds write.
func (f *Folder) unlock() error {
	if f.lock == nil {
		return nil
	}
	return f.lock.Close()
}

// realName is the name of a folder without symbolic links.
func realName(name string) (string, error) {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return "", err
	}
	return filepath.Abs(real)
}

func (f *Folder) readManifest() error {
	data, err := f.root.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for name := range strings.Lines(string(data)) {
		if name = strings.TrimSuffix(name, "\n"); fs.ValidPath(name) {
			f.earlier[name] = true
		}
	}
	return err
}

// manifest is the text that lists files.
func manifest(names []string) []byte {
	slices.Sort(names)
	return []byte(strings.Join(slices.Compact(names), "\n") + "\n")
}

// manifest is the one of the new site. Nothing is written to that any more.
func (f *Folder) manifest() []byte {
	if f.listed == nil {
		f.listed = manifest(f.names())
	}
	return f.listed
}

// names are those of the files of the new site.
func (f *Folder) names() []string {
	names := make([]string, len(f.files))
	for i := range f.files {
		names[i] = f.files[i].Name
	}
	return names
}

func (f *Folder) writeManifest(text []byte) error {
	if old, err := f.root.ReadFile(manifestName); err == nil && bytes.Equal(old, text) {
		return nil
	}
	if _, err := f.stage(stagingName+"/manifest", text); err != nil {
		return err
	}
	return f.root.Rename(stagingName+"/manifest", manifestName)
}

// WriteFile implements Output. A file that is there, differs, and comes from no
// earlier build is somebody's own: it is an error.
func (f *Folder) WriteFile(name string, data []byte) error {
	if f.first != nil {
		s, err := f.first.write(name, data)
		return f.note(name, sum(data), s, err)
	}
	info, err := f.unchanged(name, int64(len(data)), func() bool {
		old, err := f.root.ReadFile(name)
		return err == nil && bytes.Equal(old, data)
	})
	switch {
	case err != nil:
		return err
	case info != nil:
		f.countSame()
		return f.note(name, sum(data), stampOf(info), nil)
	}
	s, err := f.stage(f.nextStaged(name), data)
	return f.note(name, sum(data), s, err)
}

func (f *Folder) countSame() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.same++
}

// nextStaged is where a file waits that gets its name with Commit.
func (f *Folder) nextStaged(name string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.staged = append(f.staged, name)
	return stagedName(len(f.staged) - 1)
}

// stagedName is where the file that is staged as number i waits. Staging needs
// no folders of its own: making them is what takes time.
func stagedName(i int) string { return fmt.Sprintf("%s/%d", stagingName, i) }

func (f *Folder) stage(name string, data []byte) (stamp, error) {
	if err := f.makeStaging(); err != nil {
		return stamp{}, err
	}
	return writeFile(f.root.OpenFile, name, data)
}

func (f *Folder) makeStaging() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.staging {
		return nil
	}
	f.staging = true
	return f.root.MkdirAll(stagingName, 0o777)
}

// unchanged returns the file of that name if it has that size and is the same,
// else nil.
func (f *Folder) unchanged(name string, size int64, same func() bool) (fs.FileInfo, error) {
	info, err := f.root.Lstat(name)
	if err != nil {
		return nil, nil // not there, or not to be reached: writing will tell
	}
	if info.Mode().IsRegular() && info.Size() == size && same() {
		return info, nil
	}
	if !f.earlier[name] && !info.IsDir() {
		return nil, fmt.Errorf("%s/%s is there and no earlier build wrote it; remove it or choose another output folder", f.name, name)
	}
	return nil, nil
}

// Commit implements Output.
func (f *Folder) Commit() (Result, error) {
	if f.first != nil {
		return Result{Written: len(f.files)}, f.first.commit(f.manifest())
	}
	f.now = make(map[string]bool, len(f.files))
	for i := range f.files {
		f.now[f.files[i].Name] = true
	}
	r := Result{Written: len(f.staged), Unchanged: f.same, Removed: len(f.gone())}
	if r.Written == 0 && r.Removed == 0 {
		return r, f.writeManifest(f.manifest())
	}
	return r, f.replace()
}

// gone are the files of earlier builds that this one has not written.
func (f *Folder) gone() []string {
	var names []string
	for name := range f.earlier {
		if !f.now[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// inPlace moves the new files into the folder, one by one.
func (f *Folder) inPlace() error {
	// From here on until the end the manifest names old and new files, so that
	// none is forgotten when this is interrupted.
	if err := f.writeManifest(manifest(slices.AppendSeq(f.names(), maps.Keys(f.earlier)))); err != nil {
		return err
	}
	for i, name := range f.staged {
		if err := f.place(stagedName(i), name); err != nil {
			return err
		}
	}
	for _, name := range f.gone() {
		if err := f.remove(name); err != nil {
			return err
		}
	}
	if err := f.writeManifest(f.manifest()); err != nil {
		return err
	}
	return f.root.RemoveAll(stagingName)
}

// place moves a file to where it belongs. A stale file may stand where a folder
// is needed now, and the other way round.
func (f *Folder) place(from, name string) error {
	err := f.root.Rename(from, name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		if err := f.clearWay(path.Dir(name)); err != nil {
			return err
		}
		if err := f.root.MkdirAll(path.Dir(name), 0o777); err != nil {
			return err
		}
		err = f.root.Rename(from, name)
	}
	if info, statErr := f.root.Lstat(name); err != nil && statErr == nil && info.IsDir() {
		for old := range f.earlier {
			if strings.HasPrefix(old, name+"/") && !f.now[old] {
				if err := f.remove(old); err != nil {
					return err
				}
			}
		}
		err = f.root.Rename(from, name)
	}
	return err
}

// clearWay removes the stale file that stands where one of the folders of dir
// has to be.
func (f *Folder) clearWay(dir string) error {
	for ; dir != "."; dir = path.Dir(dir) {
		info, err := f.root.Lstat(dir)
		if err == nil && !info.IsDir() && f.earlier[dir] && !f.now[dir] {
			return f.root.Remove(dir)
		}
	}
	return nil
}

// remove deletes a file that an earlier build wrote, and the folders that are
// empty without it. What has become a folder in the meantime is not that file.
func (f *Folder) remove(name string) error {
	info, err := f.root.Lstat(name)
	if err != nil || info.IsDir() {
		return nil // gone already
	}
	if err := f.root.Remove(name); err != nil {
		return err
	}
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if f.root.Remove(dir) != nil {
			break // not empty
		}
	}
	return nil
}
