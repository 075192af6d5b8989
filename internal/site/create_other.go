//go:build !unix

package site

import "os"

// create makes a file, or replaces what it holds.
func create(name string, data []byte) (stamp, error) {
	return writeFile(os.OpenFile, name, data)
}
