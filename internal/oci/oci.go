// Package oci writes container images as archives that "ctr images import",
// "kind load image-archive" and "docker load" read. It takes files and gives one
// tar file; it needs no daemon and no registry. Equal input gives equal bytes.
package oci

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// epoch is the time of everything in an image.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// An Image is what a container is made of.
type Image struct {
	Names        []string // references, with registry and tag; at least one
	Entrypoint   []string
	Env          []string // NAME=value, after a PATH
	User         string   // "" is root
	Architecture string   // as GOARCH
	Layers       []Layer  // the lowest first; at least one
}

// A Layer writes its files as a tar archive.
type Layer func(io.Writer) error

const (
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeIndex    = "application/vnd.oci.image.index.v1+json"
	typeLayer    = "application/vnd.oci.image.layer.v1.tar"
)

// descriptor is how the parts of an image name each other.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Platform    map[string]string `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// blob is the file of the archive that holds what the descriptor describes.
func (d descriptor) blob() string { return "blobs/" + strings.Replace(d.Digest, ":", "/", 1) }

// Write writes the archive. Layers go through temporary files.
func Write(w io.Writer, img Image) (err error) {
	if len(img.Names) == 0 || len(img.Layers) == 0 {
		return errors.New("an image needs a name and a layer")
	}
	a := &archive{tar: tar.NewWriter(w)}
	defer func() { err = errors.Join(err, a.close()) }()
	for i, layer := range img.Layers {
		if err := a.layer(layer); err != nil {
			return fmt.Errorf("layer %d of %s: %w", i+1, img.Names[0], err)
		}
	}
	return a.write(img)
}

// archive is an archive on its way.
type archive struct {
	tar    *tar.Writer
	layers []descriptor
	files  []*os.File // of the layers
}

// layer writes a layer to a file: its size has to be known before it goes into
// the archive.
func (a *archive) layer(l Layer) error {
	f, err := os.CreateTemp("", "probatum-layer-")
	if err != nil {
		return err
	}
	a.files = append(a.files, f)
	sum := sha256.New()
	if err := l(io.MultiWriter(f, sum)); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	a.layers = append(a.layers, descriptor{MediaType: typeLayer, Digest: fmt.Sprintf("sha256:%x", sum.Sum(nil)), Size: size})
	_, err = f.Seek(0, io.SeekStart)
	return err
}

// write writes all there is in the archive.
func (a *archive) write(img Image) error {
	config, err := json.Marshal(img.config(a.layers))
	if err != nil {
		return err
	}
	configAt := describe(typeConfig, config)
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": typeManifest, "config": configAt, "layers": a.layers,
	})
	if err != nil {
		return err
	}
	index, err := json.Marshal(img.index(describe(typeManifest, manifest)))
	if err != nil {
		return err
	}
	docker, err := json.Marshal(img.docker(configAt, a.layers))
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{
		{"oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)},
		{"index.json", index},
		{"manifest.json", docker},
		{configAt.blob(), config},
		{describe(typeManifest, manifest).blob(), manifest},
	} {
		if err := entry(a.tar, f.name, 0o644, int64(len(f.data)), bytes.NewReader(f.data)); err != nil {
			return err
		}
	}
	for i, l := range a.layers {
		if err := entry(a.tar, l.blob(), 0o644, l.Size, a.files[i]); err != nil {
			return err
		}
	}
	return nil
}

func (a *archive) close() error {
	for _, f := range a.files {
		f.Close()
		os.Remove(f.Name())
	}
	return a.tar.Close()
}

// config is what a container runtime wants to know.
func (img Image) config(layers []descriptor) any {
	var ids []string
	for _, l := range layers {
		ids = append(ids, l.Digest)
	}
	run := map[string]any{"Env": append([]string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, img.Env...)}
	if len(img.Entrypoint) > 0 {
		run["Entrypoint"] = img.Entrypoint
	}
	if img.User != "" {
		run["User"] = img.User
	}
	return map[string]any{
		"architecture": img.Architecture, "os": "linux", "created": epoch, "config": run,
		"rootfs": map[string]any{"type": "layers", "diff_ids": ids},
	}
}

// index names the image, once for each of its names.
func (img Image) index(manifest descriptor) any {
	manifest.Platform = map[string]string{"architecture": img.Architecture, "os": "linux"}
	var entries []descriptor
	for _, name := range img.Names {
		manifest.Annotations = map[string]string{
			"io.containerd.image.name":          name,
			"org.opencontainers.image.ref.name": name[strings.LastIndex(name, ":")+1:],
		}
		entries = append(entries, manifest)
	}
	return map[string]any{"schemaVersion": 2, "mediaType": typeIndex, "manifests": entries}
}

// docker is the index that "docker load" of old daemons reads.
func (img Image) docker(config descriptor, layers []descriptor) any {
	var names []string
	for _, l := range layers {
		names = append(names, l.blob())
	}
	return []any{map[string]any{"Config": config.blob(), "RepoTags": img.Names, "Layers": names}}
}

func describe(mediaType string, data []byte) descriptor {
	return descriptor{MediaType: mediaType, Digest: fmt.Sprintf("sha256:%x", sha256.Sum256(data)), Size: int64(len(data))}
}
