package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeGo gives an environment whose go command is a shell script. In it, $out is
// the argument of -o and $verb the first argument.
func fakeGo(t *testing.T, script string) Env {
	t.Helper()
	bin := t.TempDir()
	head := "#!/bin/sh\nverb=$1\nfor a; do [ \"$last\" = -o ] && out=$a; last=$a; done\n"
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(head+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return Env{CacheDir: t.TempDir(), Environ: append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))}
}

const goodGo = `
case $verb in
list) echo 'go: downloading k8s.io/api v1' >&2; echo a; echo b; echo main ;;
build) [ "$CGO_ENABLED$GOFLAGS" = 0 ] && [ -f go.mod ] && [ -f internal/plane/plane.go ] || exit 1
	echo a >&2; echo b >&2; echo main >&2; mkdir -p "$(dirname "$out")"; echo '#!/bin/sh' >"$out"; chmod +x "$out" ;;
esac`

func TestBuild(t *testing.T) {
	env := fakeGo(t, goodGo)
	var steps []string
	path, err := Build(t.Context(), env, func(done, total int, what string) {
		steps = append(steps, fmt.Sprintf("%d/%d %s", done, total, what))
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "0/0 look for what has to be compiled, 0/0 download k8s.io/api v1, 0/4 compile, 1/4 a, 2/4 b, 3/4 link, 4/4 done"
	if got := strings.Join(steps, ", "); got != want {
		t.Errorf("progress:\ngot  %s\nwant %s", got, want)
	}
	if found, err := Program(env); found != path || err != nil {
		t.Errorf("Program() = %q, %v; want %q", found, err, path)
	}
	if target, err := os.Readlink(filepath.Join(filepath.Dir(path), "kubectl")); target != "kube" {
		t.Errorf("kubectl beside the program: %q, %v", target, err)
	}
	noBuildLeft(t, env)
}

// noBuildLeft checks that a build has left no folder of its own.
func noBuildLeft(t *testing.T, env Env) {
	t.Helper()
	if files, _ := filepath.Glob(filepath.Join(env.dir(), "build-*")); len(files) > 0 {
		t.Errorf("left: %v", files)
	}
}

func TestBuildTwiceAtOnce(t *testing.T) {
	env := fakeGo(t, `[ $verb = build ] && { mkdir "$COUNT" || exit 1; }`+goodGo)
	env.Environ = append(env.Environ, "COUNT="+filepath.Join(t.TempDir(), "built"))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := Build(t.Context(), env, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	noBuildLeft(t, env)
}

func TestBuildCancelled(t *testing.T) {
	env := fakeGo(t, `echo a; [ $verb = build ] || exit 0; echo a >&2; sleep 1000 & sleep 1000`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := Build(ctx, env, func(done, total int, what string) {
		if done == 1 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want that it was cancelled", err)
	}
	noBuildLeft(t, env)
	if _, err := Program(env); err == nil {
		t.Error("there is a program")
	}
	bin, _, _ := strings.Cut(env.Environ[len(env.Environ)-1][len("PATH="):], ":")
	eventually(t, "no process is left", func() bool { return len(running(t, bin)) == 0 })
}

func TestBuildTrouble(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"too old", `echo 'go: go.mod requires go >= 1.26 (running go 1.21.0; GOTOOLCHAIN=local)' >&2; exit 1`, "the go command is too old: go: go.mod requires go >= 1.26"},
		{"no network", `echo 'go: k8s.io/api@v1: Get "https://proxy": dial tcp: lookup proxy: no such host' >&2; exit 1`, "modules cannot be downloaded: go: k8s.io/api@v1"},
		{"does not compile", `[ $verb = list ] && exit 0; echo '# a' >&2; echo 'x.go:1:1: no such thing' >&2; exit 1`, "build the program of the embedded cluster: exit status 1: # a\n\tx.go:1:1: no such thing"},
		{"says nothing", `exit 3`, "exit status 3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			env := fakeGo(t, test.script)
			_, err := Build(t.Context(), env, nil)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q in it", err, test.want)
			}
			noBuildLeft(t, env)
		})
	}
}

func TestPrune(t *testing.T) {
	env := Env{CacheDir: t.TempDir()}
	now := time.Now()
	for name, age := range map[string]time.Duration{"kube-old": 2 * unused, "kube-new": unused / 2, "background": 2 * unused, filepath.Base(programFolder(env)): 2 * unused} {
		folder := filepath.Join(env.dir(), name)
		if err := os.MkdirAll(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(folder, now, now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	prune(env, now.Add(-unused))
	entries, err := os.ReadDir(env.dir())
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 3 || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "kube-old" }) {
		t.Errorf("left are %v", entries)
	}
}
