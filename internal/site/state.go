package site

import (
	"errors"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A FileState is a file of the output folder as a build has left it.
type FileState struct {
	Name string
	Size int64
	Time int64  // when it was changed, in nanoseconds since 1970; 0 counts as not known
	Sum  uint32 // of what it holds
}

// Files are those of the site and what else the folder has to have, as they were
// when they were written, or found to be the same. Call it after Commit.
func (f *Folder) Files() []FileState {
	text := f.manifest()
	return append(f.files, FileState{Name: manifestName, Size: int64(len(text)), Sum: sum(text)})
}

// keep leaves a file of the last build as it is.
func (f *Folder) keep(s FileState) {
	f.same++
	f.files = append(f.files, s)
}

// A stamp is what a disk says of a file, as FileState has it.
type stamp struct{ size, time int64 }

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime().UnixNano()} }

func (f *Folder) note(name string, sum uint32, s stamp, err error) error {
	if err == nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.files = append(f.files, FileState{Name: name, Size: s.size, Time: s.time, Sum: sum})
	}
	return err
}

func sum(data []byte) uint32 { return crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)) }

// Intact tells whether the output folder still has the files that a build left
// there at that time, and nothing of a build that was killed. Most files are told
// by their size and time. Those that were written just before the end are read: a
// change in the same tick of the clock would not show.
func Intact(folder string, files []FileState, end time.Time) bool {
	name, err := realName(folder)
	if err != nil || isThere(twinOf(name)) || isThere(filepath.Join(name, stagingName)) {
		return false
	}
	var path strings.Builder
	for i := range files {
		path.Reset()
		path.WriteString(name)
		path.WriteByte(filepath.Separator)
		path.WriteString(filepath.FromSlash(files[i].Name))
		if !files[i].intact(path.String(), end) {
			return false
		}
	}
	return true
}

func isThere(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

func (s *FileState) intact(name string, end time.Time) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() != s.Size {
		return false
	}
	if t := info.ModTime(); t.UnixNano() == s.Time && end.Sub(t) > tick(t) {
		return true
	}
	data, err := os.ReadFile(name)
	return err == nil && sum(data) == s.Sum
}

// tick is how far apart two changes of a file have to be to get different times.
// A disk that writes down no fractions of a second counts in two of them.
func tick(t time.Time) time.Duration {
	if t.Nanosecond() == 0 {
		return 2 * time.Second
	}
	return 50 * time.Millisecond
}

// createFlags are those of a file that is made, or replaced. Nothing waits for a regular file;
// saying so spares four questions to the system for each, as Go asks whether this is
// one, and a named pipe in the way is an error instead of a wait.
const createFlags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC | syscall.O_NONBLOCK

// writeFile makes a file, or replaces what it holds.
func writeFile(open func(name string, flag int, perm os.FileMode) (*os.File, error), name string, data []byte) (stamp, error) {
	file, err := open(name, createFlags, 0o666)
	if err != nil {
		return stamp{}, err
	}
	_, err = file.Write(data)
	info, statErr := file.Stat()
	if err = errors.Join(err, statErr, file.Close()); err != nil {
		return stamp{}, err
	}
	return stampOf(info), nil
}
