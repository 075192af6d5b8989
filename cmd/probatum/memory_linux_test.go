package main

import (
	"os"
	"strings"
	"testing"
)

// The heap has room for which the system was asked for huge pages.
func TestHugePages(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("this system has no huge pages")
	}
	hugePages()
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(maps), " hg ") {
		t.Errorf("no memory has the flag hg of madvise:\n%s", maps)
	}
}
