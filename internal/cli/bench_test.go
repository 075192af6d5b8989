package cli_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// BenchmarkUnchangedSite prints the CPU time of "probatum check" of 1,000 pages
// that have not changed since they were checked, as a process of its own. The goal
// is 300 ms.
func BenchmarkUnchangedSite(b *testing.B) {
	dir := b.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "content"), 0o777); err != nil {
		b.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			b.Fatal(err)
		}
	}
	write("probatum.yaml", "title: T\n")
	for i := range 1000 {
		var text strings.Builder
		fmt.Fprintf(&text, "---\ntitle: Page %d\n---\n\nSome *text* with a [link](p%d.md).\n", i, (i+1)%1000)
		for j := range 3 {
			fmt.Fprintf(&text, "\n## Step %d\n\nA paragraph on what one can do.\n\n```bash\n$ echo hello %d %d\nhello %d %d\n```\n", j, i, j, i, j)
		}
		write(fmt.Sprintf("content/p%d.md", i), text.String())
	}
	check := func() (cpu float64, out string) {
		cmd := exec.Command(program, "check")
		cmd.Dir = dir
		text, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v\n%s", err, text)
		}
		return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), string(text)
	}
	first, _ := check()
	var cpu float64
	for b.Loop() {
		took, out := check()
		if !strings.Contains(out, "3000 verified (3000 cached)") {
			b.Fatal(out)
		}
		cpu += took
	}
	b.ReportMetric(first*1000, "first-cpu-ms")
	b.ReportMetric(cpu/float64(b.N)*1000, "cpu-ms/op")
}
