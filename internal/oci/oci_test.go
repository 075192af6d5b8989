package oci

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func image(t *testing.T) Image {
	t.Helper()
	program := filepath.Join(t.TempDir(), "p")
	if err := os.WriteFile(program, []byte("program"), 0o755); err != nil {
		t.Fatal(err)
	}
	return Image{
		Names: []string{"example.com/a:1", "example.com/b:2"}, Entrypoint: []string{"/bin/p", "-x"}, Architecture: "amd64",
		Layers: []Layer{Folder("/tmp", 0o1777), Files(
			File{Path: "/bin/p", Source: program},
			File{Path: "/bin/q", Link: "p"},
			File{Path: "etc/p/config", Data: []byte("a: b\n")},
		)},
	}
}

// read gives the regular files of a tar archive, and all entries as lines.
func read(t *testing.T, data []byte) (map[string][]byte, []string) {
	t.Helper()
	files, entries := map[string][]byte{}, []string(nil)
	for r := tar.NewReader(bytes.NewReader(data)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files, entries
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = body
		entries = append(entries, fmt.Sprintf("%s %o %s", h.Name, h.Mode, h.Linkname))
	}
}

func TestWrite(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, image(t)); err != nil {
		t.Fatal(err)
	}
	files, _ := read(t, out.Bytes())
	for name, data := range files {
		if sum, ok := strings.CutPrefix(name, "blobs/sha256/"); ok && sum != fmt.Sprintf("%x", sha256.Sum256(data)) {
			t.Errorf("%s holds something else", name)
		}
	}
	var index struct{ Manifests []descriptor }
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	var config struct {
		Config struct{ Entrypoint, Env []string }
	}
	decode(t, files["index.json"], &index)
	if len(index.Manifests) != 2 || index.Manifests[1].Annotations["io.containerd.image.name"] != "example.com/b:2" {
		t.Errorf("index names %+v", index.Manifests)
	}
	decode(t, files[index.Manifests[0].blob()], &manifest)
	decode(t, files[manifest.Config.blob()], &config)
	if got := strings.Join(config.Config.Entrypoint, " "); got != "/bin/p -x" {
		t.Errorf("entrypoint is %q", got)
	}
	_, entries := read(t, files[manifest.Layers[1].blob()])
	want := "bin/ 755 |bin/p 755 |bin/q 777 p|etc/ 755 |etc/p/ 755 |etc/p/config 644 "
	if got := strings.Join(entries, "|"); got != want {
		t.Errorf("layer holds\n%s, want\n%s", got, want)
	}
	var docker []struct{ Layers []string }
	decode(t, files["manifest.json"], &docker)
	if len(docker) != 1 || len(docker[0].Layers) != 2 || files[docker[0].Layers[0]] == nil {
		t.Errorf("manifest.json for docker load is %s", files["manifest.json"])
	}
}

func decode(t *testing.T, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
}

func TestWriteIsTheSameTwice(t *testing.T) {
	img := image(t)
	var a, b bytes.Buffer
	if err := Write(&a, img); err != nil {
		t.Fatal(err)
	}
	if err := Write(&b, img); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two archives of the same image differ")
	}
}

func TestWriteErrors(t *testing.T) {
	dir := t.TempDir()
	for name, img := range map[string]Image{
		"no name":  {Layers: []Layer{Files()}},
		"no layer": {Names: []string{"a"}},
		"missing":  {Names: []string{"a"}, Layers: []Layer{Files(File{Path: "/a", Source: filepath.Join(dir, "gone")})}},
		"folder":   {Names: []string{"a"}, Layers: []Layer{Files(File{Path: "/a", Source: dir})}},
		"no tar":   {Names: []string{"a"}, Layers: []Layer{Tar(filepath.Join(dir, "gone"))}},
	} {
		if err := Write(io.Discard, img); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
