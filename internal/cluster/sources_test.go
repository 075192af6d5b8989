package cluster

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite kube.txtar from cluster/kube")

// The archive is what users build: it has to be what we test.
func TestSourcesAreTheModule(t *testing.T) {
	archive := &txtar.Archive{Comment: []byte("Generated from cluster/kube by go test ./internal/cluster -run Sources -update; do not edit.\n")}
	root := os.DirFS("../../cluster/kube")
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !wanted(name) {
			return err
		}
		data, err := fs.ReadFile(root, name)
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: data})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := txtar.Format(archive)
	for i, f := range txtar.Parse(want).Files {
		if !bytes.Equal(f.Data, archive.Files[i].Data) {
			t.Fatalf("%s does not survive the archive: it needs a line end, and no line like \"-- x --\"", f.Name)
		}
	}
	if *update {
		if err := os.WriteFile("kube.txtar", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(sources, want) {
		t.Error("kube.txtar differs from cluster/kube: run go test ./internal/cluster -run Sources -update, then probatum cluster build")
	}
}

// wanted says whether a file of the module is needed to build the program.
func wanted(name string) bool {
	base := path.Base(name)
	return base == "go.mod" || base == "go.sum" ||
		strings.HasSuffix(base, ".go") && !strings.HasSuffix(base, "_test.go")
}

// Without its version a control plane says v0.0.0 and kubectl warns of skew.
func TestSourcesStampVersion(t *testing.T) {
	for _, want := range []string{"/version.gitVersion=v1.", "/version.gitMajor=1", "/version.gitMinor="} {
		if got := linkerFlags(); strings.Count(got, want) != 2 {
			t.Errorf("linkerFlags() = %q, want %q twice", got, want)
		}
	}
}
