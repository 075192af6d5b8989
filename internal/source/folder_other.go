//go:build !unix

package source

import (
	"io/fs"
	"os"
)

// Folder is os.DirFS.
func Folder(dir string) fs.FS { return os.DirFS(dir) }
