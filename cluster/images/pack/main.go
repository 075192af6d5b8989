// Command pack writes files as an image archive:
//
//	pack -o pause.tar -name registry.example/pause:1 -entrypoint /pause ./pause:/pause
//
// Each argument is SOURCE:PATH, or link=TARGET:PATH for a symbolic link.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/probatum/probatum/internal/oci"
)

func main() {
	out := flag.String("o", "", "archive to write")
	names := flag.String("name", "", "references of the image, separated by commas")
	entrypoint := flag.String("entrypoint", "", "program and arguments, separated by spaces")
	layer := flag.String("layer", "", "tar file to put below the files")
	arch := flag.String("arch", runtime.GOARCH, "architecture")
	temp := flag.Bool("tmp", false, "with a folder /tmp")
	flag.Parse()
	img := oci.Image{Names: strings.Split(*names, ","), Entrypoint: strings.Fields(*entrypoint), Architecture: *arch}
	if *layer != "" {
		img.Layers = append(img.Layers, oci.Tar(*layer))
	}
	if *temp {
		img.Layers = append(img.Layers, oci.Folder("/tmp", 0o1777))
	}
	if err := write(*out, img, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func write(name string, img oci.Image, args []string) error {
	var files []oci.File
	for _, arg := range args {
		source, path, ok := strings.Cut(arg, ":")
		if !ok {
			return fmt.Errorf("%s: neither SOURCE:PATH nor link=TARGET:PATH", arg)
		}
		f := oci.File{Path: path, Source: source}
		if target, ok := strings.CutPrefix(source, "link="); ok {
			f = oci.File{Path: path, Link: target}
		}
		files = append(files, f)
	}
	img.Layers = append(img.Layers, oci.Files(files...))
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(oci.Write(f, img), f.Close()); err != nil {
		os.Remove(name)
		return err
	}
	return nil
}
