package git

import (
	"maps"
	"testing"
)

// The newest commit of a file counts, whatever its name holds.
func TestDates(t *testing.T) {
	got := dates("\x002026-02-03\x00\na b.md\x00c.md\x00\x002026-01-01\x00\nc.md\x00d.md\x00")
	want := map[string]string{"a b.md": "2026-02-03", "c.md": "2026-02-03", "d.md": "2026-01-01"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
