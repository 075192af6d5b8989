// Package bundle packs a site for readers without a server: as an archive whose
// pages open from a disk, or as one HTML file. It takes the files of a site and
// knows nothing of where they come from.
package bundle

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"time"
)

// served are files that mean something to a web server alone. The links of
// 404.html start at its top.
var served = map[string]bool{"404.html": true, "robots.txt": true, "sitemap.xml": true}

// packed are the files that get no smaller.
var packed = map[string]bool{".gif": true, ".gz": true, ".jpeg": true, ".jpg": true, ".mp4": true, ".png": true, ".webm": true, ".webp": true, ".woff2": true, ".zip": true}

// Zip writes the files of a site as an archive with one folder. The same files
// give the same bytes: they are sorted, and have no time.
func Zip(w io.Writer, folder string, files map[string][]byte) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if served[name] {
			continue
		}
		h := &zip.FileHeader{Name: path.Join(folder, name), Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
		h.SetMode(0o644)
		if packed[path.Ext(name)] {
			h.Method = zip.Store
		}
		f, err := z.CreateHeader(h)
		if err == nil {
			_, err = f.Write(files[name])
		}
		if err != nil {
			return fmt.Errorf("pack %s: %w", name, err)
		}
	}
	return z.Close()
}
