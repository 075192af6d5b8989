package cache

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Program identifies this program: what another build of it has found is not
// taken over. "" means that it cannot be told.
var Program = sync.OnceValue(func() string {
	name, err := os.Executable()
	if err != nil {
		return ""
	}
	return buildID(name)
})

// buildID is the one that the linker has put into a program, or the hash of the
// whole of it.
func buildID(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	if id := noteOf(f); id != "" {
		return id
	}
	const mark = "\xff Go build ID: \""
	start := make([]byte, 64<<10)
	n, _ := io.ReadFull(f, start) // a short one has none
	if i := bytes.Index(start[:n], []byte(mark)); i >= 0 {
		if id, _, ok := bytes.Cut(start[i+len(mark):n], []byte(`"`)); ok && len(id) > 0 {
			return string(id)
		}
	}
	h := sha256.New()
	h.Write(start[:n])
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// noteOf is the build ID of a program of Linux and the like, which is in a note;
// "" there is none. Other programs have it near their start.
func noteOf(f io.ReaderAt) string {
	program, err := elf.NewFile(f)
	if err != nil {
		return ""
	}
	s := program.Section(".note.go.buildid")
	if s == nil {
		return ""
	}
	const head = 16 // three sizes, and the name Go
	note, err := s.Data()
	if err != nil || len(note) < head {
		return ""
	}
	id := note[head:]
	return string(id[:min(uint32(len(id)), program.ByteOrder.Uint32(note[4:]))])
}

// Tool identifies a program that is found in path, a list of folders as in $PATH:
// where it is, how large, and since when. "" means that there is none.
func Tool(path, name string) string {
	for _, dir := range filepath.SplitList(path) {
		file, err := exec.LookPath(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		if real, err := filepath.EvalSymlinks(file); err == nil {
			file = real
		}
		if info, err := os.Stat(file); err == nil {
			return fmt.Sprintf("%s %d %d", file, info.Size(), info.ModTime().UnixNano())
		}
	}
	return ""
}

// Getenv is a variable of an environment; the last one counts.
func Getenv(environ []string, name string) string {
	for i := len(environ) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(environ[i], name+"="); ok {
			return v
		}
	}
	return ""
}
