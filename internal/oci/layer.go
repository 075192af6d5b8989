package oci

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// A File is one file of a layer; its folders are made.
type File struct {
	Path   string // in the image
	Source string // on this machine; its permissions are kept
	Data   []byte // the content, where there is no Source
	Mode   int64  // permissions, where there is no Source; 0 means 0644
	Link   string // it is a symbolic link to this; the others do not count then
}

// Files is a layer of files, in the order of their paths.
func Files(files ...File) Layer {
	return func(w io.Writer) error {
		sorted := slices.Clone(files)
		for i := range sorted {
			sorted[i].Path = strings.TrimPrefix(path.Clean("/"+sorted[i].Path), "/")
		}
		slices.SortFunc(sorted, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
		tw := tar.NewWriter(w)
		made := map[string]bool{".": true}
		for _, f := range sorted {
			if err := folders(tw, path.Dir(f.Path), made); err != nil {
				return err
			}
			if err := f.write(tw); err != nil {
				return fmt.Errorf("/%s: %w", f.Path, err)
			}
		}
		return tw.Close()
	}
}

// Tar is a layer that is an archive already, uncompressed.
func Tar(name string) Layer {
	return func(w io.Writer) error {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	}
}

// Folder is a layer with one empty folder: /tmp, for a program that needs it.
func Folder(name string, mode int64) Layer {
	return func(w io.Writer) error {
		tw := tar.NewWriter(w)
		if err := tw.WriteHeader(header(tar.TypeDir, strings.TrimPrefix(name, "/")+"/", mode)); err != nil {
			return err
		}
		return tw.Close()
	}
}

// folders writes a folder and those that it is in, once.
func folders(tw *tar.Writer, dir string, made map[string]bool) error {
	if made[dir] {
		return nil
	}
	if err := folders(tw, path.Dir(dir), made); err != nil {
		return err
	}
	made[dir] = true
	return tw.WriteHeader(header(tar.TypeDir, dir+"/", 0o755))
}

func (f File) write(tw *tar.Writer) error {
	switch {
	case f.Link != "":
		h := header(tar.TypeSymlink, f.Path, 0o777)
		h.Linkname = f.Link
		return tw.WriteHeader(h)
	case f.Source == "":
		mode := f.Mode
		if mode == 0 {
			mode = 0o644
		}
		return entry(tw, f.Path, mode, int64(len(f.Data)), bytes.NewReader(f.Data))
	}
	from, err := os.Open(f.Source)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", f.Source)
	}
	return entry(tw, f.Path, int64(info.Mode().Perm()), info.Size(), from)
}

// entry writes one regular file.
func entry(tw *tar.Writer, name string, mode, size int64, from io.Reader) error {
	h := header(tar.TypeReg, name, mode)
	h.Size = size
	if err := tw.WriteHeader(h); err != nil {
		return err
	}
	_, err := io.Copy(tw, from)
	return err
}

func header(kind byte, name string, mode int64) *tar.Header {
	return &tar.Header{Typeflag: kind, Name: name, Mode: mode, ModTime: epoch, Format: tar.FormatPAX}
}
