package doctest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/probatum/probatum/doctest"
)

// stranger copies somebody else's module, as the go command has to write to its
// go.mod, and runs "go test" in it.
func stranger(t *testing.T, args ...string) (string, error) {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/stranger")); err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, error) {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("mod", "edit", "-replace=github.com/probatum/probatum="+root); err != nil {
		t.Fatal(out)
	}
	return run(append([]string{"test", "-short", "-v"}, args...)...)
}

func TestStrangerGood(t *testing.T) {
	out, err := stranger(t, "-run", "TestDocs/docs/good.md")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{"--- PASS: TestDocs/docs/good.md/6", "--- PASS: TestDocs/docs/good.md/14",
		"--- SKIP: TestDocs/docs/good.md/23", "docs/good.md:23:1: static: no cluster", "--- SKIP: TestDocs/docs/good.md/27"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestStrangerBad(t *testing.T) {
	out, err := stranger(t)
	if err == nil {
		t.Error("a wrong page passes")
	}
	for _, want := range []string{`(?m)^ +docs/bad\.md:10:7: the output differs: line 1: got "hello", want "goodbye"$`, `\t- goodbye`, `\t\+ hello`,
		`(?m)^ +docs/bad\.md:17:7: exit status 1$`, `--- SKIP: TestDocs/docs/bad.md/23`, `line 17 failed`, `--- FAIL: TestDocs/docs/bad.md/8`, `--- PASS: TestDocs/docs/good.md`} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

func ExampleRun() {
	var t *testing.T // of func TestDocs(t *testing.T)
	_ = func() { doctest.Run(t, doctest.Params{Content: "docs"}) }
}
