//go:build linux

package cli_test

import (
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFaults breaks what is around the command: none of it gives exit status 0,
// or leaves anything behind. The faults below the command line are in
// internal/runner.
func TestFaults(t *testing.T) {
	right := map[string]string{"probatum.yaml": title, "content/p.md": "```bash\n$ echo a\na\n```\n"}
	with := func(name, text string) map[string]string {
		files := maps.Clone(right)
		files[name] = text
		return files
	}
	tests := []struct {
		name  string
		files map[string]string
		shell string // runs probatum as "$@"
		args  string
		says  string // in what it prints
	}{
		{"results on a full disk", right, `ln -s /dev/full r.json; "$@"`, "check -json r.json", "no space left"},
		{"results in no folder", right, `"$@"`, "check -json nosuch/r.json", "no such file"},
		{"results over a folder", with("r.json/x", ""), `"$@"`, "check -json r.json", "r.json"},
		{"stdout on a full disk", right, `"$@" >/dev/full`, "check", "no space left"},
		{"JSON to a full stdout", right, `"$@" >/dev/full`, "check -json -", "no space left"},
		{"results are cut", with("r.json", `{"version":1,"pages":[{"file":"content/p.md","blo`), `"$@"`, "build -results r.json", "r.json"},
		{"results are empty", with("r.json", ""), `"$@"`, "build -results r.json", "r.json"},
		{"results of another format", with("r.json", `{"version":99,"pages":[]}`), `"$@"`, "build -results r.json", "r.json"},
		{"no room for files", right, `ulimit -f 0; "$@"`, "check", ""},
		{"few open files", right, `ulimit -n 8; "$@"`, "check", ""},
		{"no memory", right, `ulimit -v 20000; "$@"`, "check", ""},
		{"no bash", right, `PATH=/nosuch "$@"`, "check", "bash"},
		{"no folder for temporary files", right, `TMPDIR=$PWD/nosuch "$@"`, "check", "no such file"},
		{"the project's folder is gone", right, `mkdir gone; cd gone; rmdir ../gone; "$@"`, "check", ""},
		{"the configuration is a folder", map[string]string{"probatum.yaml/x": "", "content/p.md": "# A\n"}, `"$@"`, "check", "probatum.yaml"},
		{"a page is a folder", map[string]string{"probatum.yaml": title, "content/p.md/x": "\n"}, `"$@"`, "check", "no"},
		{"killed at once", right, `"$@" & kill -KILL $!; wait $!`, "check", ""},
		{"hung up in a command", map[string]string{"probatum.yaml": title, "content/p.md": "```bash\n$ echo >$LOGNAME; sleep 1000\n```\n"},
			`mkfifo go; export LOGNAME=$PWD/go; "$@" & read x <go; kill -HUP $!; wait $!`, "check", ""},
		{"terminated in a command", map[string]string{"probatum.yaml": title, "content/p.md": "```bash\n$ echo >$LOGNAME; sleep 1000\n```\n"},
			`mkfifo go; export LOGNAME=$PWD/go; "$@" & read x <go; kill -TERM $!; wait $!`, "check", "interrupted"},
		{"killed in a command", map[string]string{"probatum.yaml": title, "content/p.md": "```bash\n$ echo >$LOGNAME; sleep 1000\n```\n"},
			`mkfifo go; export LOGNAME=$PWD/go; "$@" & read x <go; kill -KILL $!; wait $!`, "check", ""},
	}
	// Started by nohup, the tests would pass on that a hang-up is to be ignored.
	hangUp := make(chan os.Signal, 1)
	signal.Notify(hangUp, syscall.SIGHUP)
	defer signal.Stop(hangUp)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := begin(t, tt.files, nil, "bash", append([]string{"-c", tt.shell, "sh", program}, strings.Fields(tt.args)...)...)
			p.cmd.Wait()
			said := p.stdout.String() + p.stderr.String()
			if code := p.cmd.ProcessState.ExitCode(); code == 0 {
				t.Errorf("exit status 0\n%s", said)
			}
			if !strings.Contains(said, tt.says) {
				t.Errorf("got %s\nwant %q in it", said, tt.says)
			}
			if name := filepath.Join(p.dir, "r.json.new"); exists(name) {
				t.Errorf("%s is left", name)
			}
			// What was killed leaves the clearing to its guard.
			p.await("end of all that it started", func() bool { return len(p.left()) == 0 })
		})
	}
}

func exists(name string) bool { _, err := os.Stat(name); return err == nil }
