package doctest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/probatum/probatum/doctest"
	"github.com/probatum/probatum/internal/cluster"
)

// binary builds the tests of somebody else's module, in a copy, as the go
// command has to write to its go.mod.
var binary = sync.OnceValues(func() (name string, err error) {
	root, err := filepath.Abs("..")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "stranger-")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, os.DirFS("testdata/stranger")); err != nil {
		return "", err
	}
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600); err != nil {
		return "", err
	}
	for _, args := range [][]string{{"mod", "edit", "-replace=github.com/probatum/probatum=" + root}, {"test", "-trimpath", "-c", "-o", "stranger.test"}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", &exec.Error{Name: string(out), Err: err}
		}
	}
	return filepath.Join(dir, "stranger.test"), nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if name, err := binary(); err == nil {
		os.RemoveAll(filepath.Dir(name))
	}
	os.Exit(code)
}

// A stranger runs the tests of somebody else's module.
type stranger struct {
	dir string // of its pages
	env []string
}

func newStranger(t *testing.T) *stranger {
	t.Helper()
	s := &stranger{dir: t.TempDir()}
	if err := os.CopyFS(s.dir, os.DirFS("testdata/stranger")); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stranger) test(t *testing.T, args ...string) (string, error) {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(name, append([]string{"-test.v"}, args...)...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), s.env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// has looks for lines that match.
func has(t *testing.T, out string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !regexp.MustCompile(`(?m)` + want).MatchString(out) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

func TestGood(t *testing.T) {
	out, err := newStranger(t).test(t, "-test.run", "TestDocs/docs/good.md")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	has(t, out, `--- PASS: TestDocs/docs/good\.md/6`, `--- PASS: TestDocs/docs/good\.md/14`,
		`--- SKIP: TestDocs/docs/good\.md/23`, `docs/good\.md:23:1: skipped: it takes a day`, `--- SKIP: TestDocs/docs/good\.md/27`)
	if strings.Contains(out, "bad.md") {
		t.Errorf("pages that were not chosen are there:\n%s", out)
	}
}

func TestBad(t *testing.T) {
	out, err := newStranger(t).test(t, "-test.run", "TestDocs/docs/bad.md")
	if err == nil {
		t.Error("a wrong page passes")
	}
	has(t, out, `^ +docs/bad\.md:10:7: the output differs: line 1: got "hello", want "goodbye"$`, `\t- goodbye`, `\t\+ hello`,
		`^ +docs/bad\.md:17:7: exit status 1$`, `--- SKIP: TestDocs/docs/bad.md/23`, `line 17 failed`, `--- FAIL: TestDocs/docs/bad.md/8`)
}

// A block that is chosen alone does not pass because what it rests on has failed.
func TestChosenBlock(t *testing.T) {
	out, err := newStranger(t).test(t, "-test.run", "TestDocs/docs/bad.md/23")
	if err == nil {
		t.Error("a block that was not run passes")
	}
	has(t, out, `--- FAIL: TestDocs/docs/bad.md/23`, `docs/bad\.md:23:5: not run: line 17 failed`, `docs/bad\.md:17:7: exit status 1`)
	if strings.Contains(out, "bad.md/8") {
		t.Errorf("blocks that were not chosen are there:\n%s", out)
	}
}

// Only the page of the chosen block is run, with what the block rests on; what
// comes after it does not count.
func TestChosen(t *testing.T) {
	s := newStranger(t)
	log := filepath.Join(t.TempDir(), "log")
	s.logTo(t, log)
	if out, err := s.test(t, "-test.run", "TestDocs/docs/good.md"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, err := os.Stat(log); err == nil {
		t.Error("a page that was not chosen was run")
	}
	out, err := s.test(t, "-test.run", "TestDocs/docs/selected.md/11")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	has(t, out, `--- PASS: TestDocs/docs/selected\.md/11`)
	if text, err := os.ReadFile(log); err != nil || string(text) != "run\n" {
		t.Errorf("the block before was run %q times: %v", text, err)
	}
}

// logTo tells the page selected.md where to write that it was run.
func (s *stranger) logTo(t *testing.T, log string) {
	t.Helper()
	name := filepath.Join(s.dir, "docs", "selected.md")
	text, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, []byte(strings.Replace(string(text), "$STRANGER_LOG", log, 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestShort(t *testing.T) {
	s := newStranger(t)
	log := filepath.Join(t.TempDir(), "log")
	s.logTo(t, log)
	out, err := s.test(t, "-test.run", "TestDocs", "-test.short")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	has(t, out, `--- SKIP: TestDocs/docs/good\.md/6`, `docs/good\.md:6:1: static: not run, as -short asks`)
	if _, err := os.Stat(log); err == nil {
		t.Error("a command was run")
	}
	out, err = s.test(t, "-test.run", "TestDocs", "-test.short", "-doctest.update")
	if err == nil {
		t.Error("-short and -doctest.update go together")
	}
	has(t, out, `doctest: -short runs nothing, so there is nothing to update`)
}

// The flag of doctest and that of the stranger both put what came into the pages.
func TestUpdate(t *testing.T) {
	for _, flag := range []string{"-doctest.update", "-update"} {
		t.Run(flag, func(t *testing.T) {
			s := newStranger(t)
			out, err := s.test(t, "-test.run", "TestDocs/docs/stale.md", flag)
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			has(t, out, `docs/stale\.md: updated, 1 of its outputs`, `--- PASS: TestDocs/docs/stale\.md/8`)
			text, err := os.ReadFile(filepath.Join(s.dir, "docs", "stale.md"))
			if err != nil || !strings.Contains(string(text), "\n  web    Pending   3d\n") {
				t.Errorf("%v\n%s", err, text)
			}
			if out, err := s.test(t, "-test.run", "TestDocs/docs/stale.md"); err != nil {
				t.Errorf("the page is not right after it: %v\n%s", err, out)
			}
		})
	}
}

func TestParallel(t *testing.T) {
	for _, n := range []string{"1", "4"} {
		out, err := newStranger(t).test(t, "-test.run", "TestParallel", "-test.parallel", n)
		if err == nil {
			t.Error("wrong pages pass")
		}
		has(t, out, `--- PASS: TestParallel/docs/good\.md/14`, `--- FAIL: TestParallel/docs/bad\.md/8`, `--- FAIL: TestParallel/docs/stale\.md`, `=== PAUSE TestParallel/docs/good\.md`)
	}
}

// Two tests share one cluster, page after page, whatever -parallel says; it ends
// with the binary, also when that panics.
func TestCluster(t *testing.T) {
	kube := needCluster(t)
	s := newStranger(t)
	temp := t.TempDir()
	s.env = []string{"PROBATUM_KUBE=" + kube, "TMPDIR=" + temp, "XDG_CACHE_HOME=" + t.TempDir()}
	for _, n := range []string{"1", "4"} {
		out, err := s.test(t, "-test.run", "TestCluster", "-test.parallel", n)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		has(t, out, `--- PASS: TestCluster/cluster/a\.md/8`, `--- PASS: TestCluster/cluster/b\.md/15`, `--- PASS: TestClusterToo/cluster/a\.md/15`, `--- PASS: TestClusterToo/cluster/b\.md/8`)
	}
	s.env = append(s.env, "STRANGER_PANIC=yes")
	out, err := s.test(t, "-test.run", "TestClusterPanic")
	if err == nil {
		t.Error("a panic passes")
	}
	has(t, out, `panic: after the page`, `--- PASS: TestClusterPanic/cluster/a\.md/8`)
	for left(temp) {
		// it ends as soon as it sees that the binary has; the test's own time is the limit
	}
}

// left reports whether anything is left of a cluster.
func left(temp string) bool {
	names, _ := filepath.Glob(filepath.Join(temp, "probatum-*"))
	return len(names) > 0
}

// needCluster returns the embedded cluster's program, unless the test is to be
// short.
func needCluster(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a cluster")
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	program, err := cluster.Program(cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: dir, Environ: os.Environ()})
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func ExampleRun() {
	var t *testing.T // of func TestDocs(t *testing.T)
	_ = func() { doctest.Run(t, doctest.Params{Content: "docs"}) }
}

// needKind skips where nobody has asked for containers: make test does.
func needKind(t *testing.T) {
	t.Helper()
	if os.Getenv("PROBATUM_KIND_TEST") == "" {
		t.Skip("needs containers: make test")
	}
}

func TestKind(t *testing.T) {
	needKind(t)
	s := newStranger(t)
	s.env = []string{"STRANGER_PODS=1", "KUBECONFIG=" + filepath.Join(s.dir, "none")}
	out, err := s.test(t, "-test.run=^TestPods$")
	if err != nil || strings.Count(out, "--- PASS") != 3 || strings.Contains(out, "--- SKIP") {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "none")); err == nil {
		t.Error("the user's kubeconfig was written")
	}
}

// Where containers cannot be run, what needs them is skipped with the reason.
func TestKindMissing(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a cluster; -short is set")
	}
	s := newStranger(t)
	s.env = []string{"STRANGER_NO_PODS=1", "PROBATUM_KIND=" + filepath.Join(s.dir, "none")}
	out, err := s.test(t, "-test.run=^TestPodsWithout$")
	if err != nil || !strings.Contains(out, "static: needs pods") || !strings.Contains(out, "hint: correct PROBATUM_KIND") {
		t.Errorf("%v\n%s", err, out)
	}
}
