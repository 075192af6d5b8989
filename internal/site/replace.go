package site

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// replace puts the new site in the place of the old one. A reader of the folder
// finds one of them whole at any moment, also when this is killed:
//
//  1. A twin of the folder is made beside it, of links to the files of the new site.
//  2. The two change places in one step: now the new site is there.
//  3. The folder itself, which is beside its place, gets the new files.
//  4. They change places again. So the folder is the same as before for those that
//     have it open: a shell, a web server, a container.
//
// Where that cannot be done, as on a disk that has no links or when the folder is
// a disk of its own, the files are moved one by one.
func (f *Folder) replace() error {
	name, err := realName(f.name)
	twin := twinOf(name)
	if err == nil {
		err = f.makeTwin(name, twin)
	}
	if err == nil {
		err = f.exchange(name, twin)
	}
	if err != nil {
		return errors.Join(f.inPlace(), os.RemoveAll(twin))
	}
	if err := f.inPlace(); err != nil {
		return err // the twin has the new site
	}
	if err := f.exchange(name, twin); err != nil {
		return err
	}
	return os.RemoveAll(twin)
}

// twinOf is where the twin of a folder is made: on the same disk.
func twinOf(name string) string {
	return filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+".probatum-new")
}

// makeTwin makes the folder as it is to be.
func (f *Folder) makeTwin(name, twinName string) error {
	if err := os.RemoveAll(twinName); err != nil { // of a build that was killed
		return err
	}
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if err := os.Mkdir(twinName, info.Mode().Perm()|0o700); err != nil {
		return err
	}
	t := &twin{folder: f, name: name, to: twinName, staged: map[string]bool{}}
	for _, s := range f.staged {
		t.staged[s] = true
	}
	if err := t.old(""); err != nil {
		return err
	}
	for i, s := range f.staged {
		to := filepath.Join(twinName, filepath.FromSlash(s))
		err := t.made.make(filepath.Dir(to))
		if err == nil {
			err = os.Link(filepath.Join(name, filepath.FromSlash(stagedName(i))), to)
		}
		if err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(twinName, manifestName), f.manifest(), 0o666)
}

// A twin is a folder that is being made like another one.
type twin struct {
	folder   *Folder
	name, to string
	made     madeFolders
	staged   map[string]bool // files that come new
}

// old takes over the files of a folder that stay, and a folder with nothing in it.
// Names have no need to be cleaned: there are as many as the site has files.
func (t *twin) old(folder string) error {
	entries, err := os.ReadDir(t.name + folder)
	if err == nil && len(entries) == 0 {
		err = t.made.make(t.to + folder)
	}
	if err != nil {
		return err
	}
	for _, d := range entries {
		name := folder + string(filepath.Separator) + d.Name()
		at := filepath.ToSlash(name[1:])
		switch {
		case at == stagingName:
		case d.IsDir():
			err = t.old(name)
		case at == manifestName || t.staged[at] || t.folder.earlier[at] && !t.folder.now[at]:
		default:
			if err = t.made.make(t.to + folder); err == nil {
				err = link(t.name+name, t.to+name, d)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// madeFolders are folders that are there. Its zero value has none; it is safe for
// concurrent use.
type madeFolders struct{ made sync.Map }

// make makes a folder and those above it that are not made yet. Unlike
// os.MkdirAll it asks the disk for nothing that is known.
func (m *madeFolders) make(dir string) error {
	if _, known := m.made.Load(dir); known {
		return nil
	}
	err := os.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrNotExist) {
		if err = m.make(filepath.Dir(dir)); err == nil {
			err = os.Mkdir(dir, 0o777)
		}
	}
	if err != nil && !isDirectory(dir) { // another goroutine may have made it
		return err
	}
	m.made.Store(dir, true)
	return nil
}

func isDirectory(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// link makes a second name for a file, and another symbolic link for one.
func link(file, to string, d fs.DirEntry) error {
	if d.Type()&fs.ModeSymlink == 0 {
		return os.Link(file, to)
	}
	target, err := os.Readlink(file)
	if err != nil {
		return err
	}
	return os.Symlink(target, to)
}
