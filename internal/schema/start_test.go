//go:build unix

package schema

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// TestStart judges a first manifest and a first fragment in three releases and
// with Istio's definitions, in a process of its own.
func TestStart(t *testing.T) {
	if os.Getenv("SCHEMA_START") == "" {
		download(t, istioAPI)
		cmd := exec.Command(os.Args[0], "-test.run=^TestStart$", "-test.v")
		cmd.Env = append(os.Environ(), "SCHEMA_START=1")
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		if err != nil {
			t.Error(err)
		}
		return
	}
	files := istioFiles(t)
	start, cpu := time.Now(), cpuTime()
	s := must(t, []string{"1.25", "1.30", "1.34"}, files)
	t.Logf("New: %v", time.Since(start))
	judge(s, deployment(1), Context{})
	t.Logf("a first manifest: %v, %v of CPU", time.Since(start), cpuTime()-cpu)
	judge(s, benchFragment, Context{})
	wall, used := time.Since(start), cpuTime()-cpu
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("and a first fragment: %v, %v of CPU, %d MB of the system", wall, used, m.Sys>>20)
	if used > 3*time.Second || m.Sys > 150<<20 { // -race takes ten times as long
		t.Error("too much")
	}
	for i := range 500 {
		judge(s, deployment(i), Context{})
		judge(s, benchFragment, Context{})
	}
	t.Logf("1,000 blocks in three releases: %v of CPU", cpuTime()-cpu-used)
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
