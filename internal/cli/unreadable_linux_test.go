package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is the number of the user and group without rights.
const nobody = 65534

// A folder and a file that may not be read are reported, and the rest is built.
// Root may read anything: then the program runs as another user.
func TestUnreadable(t *testing.T) {
	dir := projectForAll(t)
	write := func(name string, mode os.FileMode) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("title: T\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("probatum.yaml", 0o644)
	write("content/p.md", 0o644)
	write("content/secret.md", 0)
	write("content/locked/x.md", 0o644)
	locked := filepath.Join(dir, "content", "locked")
	if err := os.Chmod(locked, 0); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(locked, 0o777)
	binary, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "probatum"), binary, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(dir, "probatum"), "build")
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody, NoSetGroups: true}}
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatalf("start a process of another user: %v", err)
	}
	for _, want := range []string{"content/locked: cannot be read: permission denied\n", "content/secret.md: cannot be read: permission denied\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("not in the output: %s", want)
		}
	}
	if code := cmd.ProcessState.ExitCode(); code != 1 {
		t.Errorf("exit status %d", code)
	}
	if _, err := os.Stat(filepath.Join(dir, "public", "p", "index.html")); err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
}

// projectForAll makes a folder that every user may enter and write to.
func projectForAll(t *testing.T) string {
	dir, err := os.MkdirTemp("", "probatum-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}
