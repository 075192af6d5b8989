package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkBuildSeeds prints the CPU time of "probatum build" of the two seed
// pages into a new folder, as a process of its own. The goal is 50 ms.
func BenchmarkBuildSeeds(b *testing.B) {
	seeds, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "seeds", "*.md"))
	if err != nil || len(seeds) == 0 {
		b.Skip("the seeds are not here")
	}
	dir := b.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "content"), 0o777); err != nil {
		b.Fatal(err)
	}
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			b.Fatal(err)
		}
	}
	write("probatum.yaml", []byte("title: Seeds\n"))
	for _, seed := range seeds {
		data, err := os.ReadFile(seed)
		if err != nil {
			b.Fatal(err)
		}
		write(filepath.Join("content", filepath.Base(seed)), data)
	}
	var cpu float64
	for b.Loop() {
		os.RemoveAll(filepath.Join(dir, "public"))
		cmd := exec.Command(program, "build")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		cpu += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	}
	b.ReportMetric(cpu/float64(b.N)*1000, "cpu-ms/op")
}
