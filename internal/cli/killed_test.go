package cli_test

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// siteIn reads the site in a folder; what starts with a dot is no part of it.
func siteIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	site := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(name, ".") && name != ".":
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir():
			data, err := os.ReadFile(filepath.Join(dir, name))
			site[name] = string(data)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return site
}

// A build that is killed at any moment leaves a whole site, the old or the new
// one. The moments are random, spread over all that a build does with files.
func TestBuildKilled(t *testing.T) {
	dir := t.TempDir()
	public := filepath.Join(dir, "public")
	content := func(version, pages int) {
		t.Helper()
		if err := os.RemoveAll(filepath.Join(dir, "content")); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(dir, "content"), 0o777); err != nil {
			t.Fatal(err)
		}
		for i := range pages {
			text := fmt.Sprintf("# Page %d\n\nThis is version %d.\n", i, version)
			if err := os.WriteFile(filepath.Join(dir, "content", fmt.Sprintf("p%d.md", i)), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "probatum.yaml"), []byte(title), 0o666); err != nil {
		t.Fatal(err)
	}
	build := func(out string) map[string]string {
		t.Helper()
		cmd := exec.Command(program, "build", "-C", dir, "-out", out)
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		return siteIn(t, out)
	}
	content(0, 80)
	old := build(public)
	left := map[string]int{}
	for i := range 10 {
		pages := 60 + rand.IntN(60)
		content(i+1, pages)
		want := build(filepath.Join(dir, "whole"))
		cmd := exec.Command(program, "build", "-C", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		killAt(t, cmd, public, i%3, rand.IntN(pages))
		switch got := siteIn(t, public); {
		case maps.Equal(got, want):
			left["new"]++
			old = want
		case maps.Equal(got, old):
			left["old"]++
		default:
			t.Fatalf("killed build %d: %d files, neither the %d old ones nor the %d new ones", i, len(got), len(old), len(want))
		}
	}
	t.Logf("after ten kills the site was %v", left)
	if got := build(public); !maps.Equal(got, build(filepath.Join(dir, "whole"))) {
		t.Error("the build after a killed one is not whole")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 5 { // settings, pages, two sites, cache
		t.Errorf("the project holds %v, %v", entries, err)
	}
}

// killAt kills a build when it has put n files aside (phase 0), when n are in the
// folder that takes the place of the site (1), or when that has come (2).
func killAt(t *testing.T, cmd *exec.Cmd, public string, phase, n int) {
	t.Helper()
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	twin := filepath.Join(filepath.Dir(public), ".public.probatum-new")
	for {
		select {
		case <-ended:
			return
		default:
		}
		entries, seen := []fs.DirEntry(nil), false
		switch phase {
		case 0:
			entries, _ = os.ReadDir(filepath.Join(public, ".probatum-new"))
		case 1:
			entries, _ = os.ReadDir(twin)
		case 2:
			_, err := os.Stat(filepath.Join(twin, ".probatum-new"))
			seen = err == nil // the old folder, with what was put aside
		}
		if seen || len(entries) > n {
			if err := cmd.Process.Kill(); err != nil {
				t.Log(err) // it has ended
			}
			<-ended
			return
		}
	}
}
