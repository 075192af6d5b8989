package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// BenchmarkBuildIstio prints the CPU time and the peak of memory of "probatum
// build" over Istio's English pages, once and 25 times over, as a process of its
// own into a new folder. The goals are 2 s for 421 files, and 45 s and 1 GB for
// 10,525.
func BenchmarkBuildIstio(b *testing.B) {
	content := filepath.Join(corpora, "istio-en", "content")
	if _, err := os.Stat(content); err != nil {
		b.Skip("the corpora are not here")
	}
	for _, copies := range []int{1, 25} {
		b.Run(fmt.Sprintf("x%d", copies), func(b *testing.B) {
			dir := b.TempDir()
			data, err := filepath.Abs(filepath.Join(corpora, "istio-en", "data"))
			if err == nil {
				err = os.Symlink(data, filepath.Join(dir, "data"))
			}
			for i := range copies {
				if err == nil {
					err = os.CopyFS(filepath.Join(dir, "content", fmt.Sprintf("c%d", i)), os.DirFS(content))
				}
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, "probatum.yaml"), []byte("title: Istio\n"), 0o666)
			}
			if err != nil {
				b.Fatal(err)
			}
			measureBuilds(b, dir)
		})
	}
}

// BenchmarkBuildMany prints the CPU time and the peak of memory of "probatum
// build" over 100,000 small pages, as a process of its own.
func BenchmarkBuildMany(b *testing.B) {
	dir := b.TempDir()
	for i := range 100_000 {
		section := filepath.Join(dir, "content", fmt.Sprint(i/5000), fmt.Sprint(i/100))
		if i%100 == 0 {
			if err := os.MkdirAll(section, 0o777); err != nil {
				b.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(section, fmt.Sprintf("p%d.md", i)), fmt.Appendf(nil, "# Page %d\n\nText of page.\n", i), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "probatum.yaml"), []byte("title: Many\n"), 0o666); err != nil {
		b.Fatal(err)
	}
	measureBuilds(b, dir)
}

// measureBuilds builds the project in dir into a new folder each time.
func measureBuilds(b *testing.B, dir string) {
	var cpu, peak float64
	for i := 0; b.Loop(); i++ {
		cmd := exec.Command(program, "build", "-out", fmt.Sprintf("public%d", i))
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 1 {
			b.Fatalf("%v\n%s", err, out)
		}
		cpu += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
		peak = max(peak, peakMemory(cmd.ProcessState))
	}
	b.ReportMetric(cpu/float64(b.N), "cpu-s/op")
	if peak > 0 {
		b.ReportMetric(peak, "peak-MB")
	}
}
