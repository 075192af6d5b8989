package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/oci"
)

// An ImageSource says where an image that pages use comes from.
type ImageSource struct {
	Name string // as manifests name it: "example.com/echo:1"
	// From is a Dockerfile, or a folder with one; a folder with a Go program; or the
	// reference of an image, which is pulled where it is not here. Files and folders
	// start with a dot or a slash.
	From string
}

// Images makes archives of images in the folder to, for KindOptions. Files are
// relative to dir.
func Images(ctx context.Context, env Env, sources []ImageSource, dir, to string, progress func(string)) ([]string, error) {
	var archives []string
	var e *tool // found when it is needed: Go programs need none
	for i, s := range sources {
		if err := s.problem(); err != nil {
			return nil, err
		}
		if progress != nil {
			progress("make the image " + s.Name)
		}
		archive := filepath.Join(to, fmt.Sprintf("%d-%s.tar", i+1, strings.NewReplacer("/", "_", ":", "_").Replace(s.Name)))
		err := s.pack(ctx, env, &e, dir, archive)
		if err != nil {
			return nil, makeRoom(fmt.Errorf("make the image %s from %s: %w", s.Name, s.From, err), "temporary files: TMPDIR=/var/tmp")
		}
		archives = append(archives, archive)
	}
	return archives, nil
}

// problem says why pods could not use the image.
func (s ImageSource) problem() error {
	name := s.Name[strings.LastIndex(s.Name, "/")+1:]
	if _, tag, ok := strings.Cut(name, ":"); !ok || tag == "latest" {
		return &kindError{text: fmt.Sprintf("check.images: %s has no tag", s.Name),
			hint: "give it one, here and on the page, as " + strings.TrimSuffix(s.Name, ":latest") + ":1: nodes pull an image without a tag, or with latest, every time"}
	}
	return nil
}

// isFile reports whether From is a file or folder and no reference.
func (s ImageSource) isFile() bool {
	return strings.HasPrefix(s.From, ".") || filepath.IsAbs(s.From)
}

func (s ImageSource) pack(ctx context.Context, env Env, e **tool, dir, archive string) error {
	from := s.From
	if s.isFile() && !filepath.IsAbs(from) {
		from = filepath.Join(dir, from)
	}
	dockerfile := from
	if s.isFile() {
		info, err := os.Stat(from)
		if err != nil {
			return err
		}
		if info.IsDir() {
			dockerfile = filepath.Join(from, "Dockerfile")
		}
		if _, err := os.Stat(dockerfile); errors.Is(err, fs.ErrNotExist) {
			return s.goProgram(ctx, env, from, archive)
		}
	}
	if *e == nil {
		found, err := engine(ctx, env)
		if err != nil {
			return err
		}
		*e = &found
	}
	return s.container(ctx, **e, dockerfile, archive)
}

// container has the engine build or fetch the image.
func (s ImageSource) container(ctx context.Context, e tool, dockerfile, archive string) error {
	name := fullReference(s.Name) // podman would take a short one for localhost/…
	steps := [][]string{{"build", "-q", "-t", name, "-f", dockerfile, filepath.Dir(dockerfile)}}
	if !s.isFile() {
		steps = nil
		if _, err := e.run(ctx, "image", "inspect", s.From); err != nil {
			steps = [][]string{{"pull", "-q", s.From}}
		}
		steps = append(steps, []string{"tag", s.From, name})
	}
	for _, args := range append(steps, []string{"save", "-o", archive, name}) {
		if _, err := e.run(ctx, args...); err != nil && noBuilder.MatchString(err.Error()) {
			return &kindError{"nerdctl finds no BuildKit, which builds its images",
				"install BuildKit and start buildkitd: https://github.com/moby/buildkit; a folder with a Go program and no Dockerfile needs none", err}
		} else if err != nil {
			return err
		}
	}
	return nil
}

// noBuilder finds that nerdctl cannot build images.
var noBuilder = lazyregexp.New(`no buildkit host is available`)

// goProgram builds the program of a folder and packs it alone.
func (s ImageSource) goProgram(ctx context.Context, env Env, dir, archive string) error {
	found, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(found) == 0 {
		return errors.New("there is neither a Dockerfile nor a Go program in this folder")
	}
	command, err := goCommand(env)
	if err != nil {
		return err
	}
	program := archive + ".program"
	defer os.Remove(program)
	build := tool{path: command, dir: dir, environ: append(slices.Clone(env.Environ), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=", "PWD="+dir)}
	if _, err := build.run(ctx, "build", "-trimpath", "-ldflags=-s -w", "-o", program, "."); err != nil {
		return err
	}
	arch, err := build.run(ctx, "env", "GOARCH")
	if err != nil {
		return err
	}
	name := "/" + programOf(s.Name)
	f, err := os.Create(archive)
	if err != nil {
		return err
	}
	return errors.Join(oci.Write(f, oci.Image{
		Names: []string{fullReference(s.Name)}, Entrypoint: []string{name}, Architecture: strings.TrimSpace(arch),
		Layers: []oci.Layer{oci.Folder("/tmp", 0o1777), oci.Files(oci.File{Path: name, Source: program})},
	}), f.Close())
}

// programOf is what an image's program is called in it: the last word of its name.
func programOf(name string) string {
	name, _, _ = strings.Cut(name[strings.LastIndex(name, "/")+1:], ":")
	return name
}

// registry finds names that say where the image is from.
var registry = lazyregexp.New(`^(localhost|[^/]*[.:][^/]*)/`)

// fullReference is a name as nodes know it: httpbin:1 is
// docker.io/library/httpbin:1.
func fullReference(name string) string {
	switch {
	case registry.MatchString(name):
		return name
	case strings.Contains(name, "/"):
		return "docker.io/" + name
	}
	return "docker.io/library/" + name
}
