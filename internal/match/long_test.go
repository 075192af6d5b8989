package match

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What is long, or made to be slow, ends soon: a matcher that goes back and forth
// would take years with the first of these. On an idle machine each takes less
// than a tenth of what is allowed.
func TestLong(t *testing.T) {
	const limit = 10 * time.Second
	rows := func(name string, n int) string {
		var b strings.Builder
		b.WriteString("NAME      READY   STATUS\n")
		for i := range n {
			b.WriteString(strings.ReplaceAll(name, "N", fmt.Sprintf("%06d", i)) + "   1/1   Running\n")
		}
		return b.String()
	}
	repeat := strings.Repeat
	keys := func(from, to int) string {
		var b strings.Builder
		for i := from; i != to; {
			if from > to {
				i--
			}
			fmt.Fprintf(&b, `"k%d": 1, `, i)
			if from < to {
				i++
			}
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, want, got string
		ok              bool
	}{
		{"parts of a line", repeat("a...", 20_000) + "b", repeat("a", 100_000), false},
		{"parts that nearly fit", repeat("aab...", 2_000) + "c", repeat("aaab", 50_000), false},
		{"values in parts", repeat("5m...", 5_000) + "x", repeat("5m ", 50_000), false},
		{"values and text in parts", repeat("... 5m 10.0.0.1 x", 500) + "y", repeat(" 5m 10.0.0.1 x", 20_000), false},
		{"one long number", "...12345 67...", repeat("1", 1_000_000), false},
		{"one long number at the end", "x ...12345678901234567890", "x " + repeat("1", 1_000_000), true},
		{"blanks", "...a b...", repeat(" ", 1_000_000), false},
		{"runs of lines", repeat("...\na\n", 5_000) + "b", repeat("a\n", 50_000), false},
		{"a run that nearly fits", "...\n" + repeat("a\n", 1_000) + "b\n...", repeat("a\n", 10_000), false},
		{"a run of values that nearly fits", "...\n" + repeat("a 5m\n", 500) + "b\n...", repeat("a 7m\n", 20_000), false},
		{"rows", rows("pod-N", 5_000), rows("pod-N", 5_000), true},
		{"rows, one differs", rows("pod-N", 5_000), rows("pod-N", 4_999) + "pod-x   1/1   Running\n", false},
		{"rows of one name", rows("web-558b8b4b76-x2x7k", 5_000), rows("web-6f4c9d7b8f-bcdfg", 5_000), true},
		{"rows with parts left out", rows("pod...N", 1_500), rows("pod-N", 1_500), true},
		{"rows that fit many", rows("pod...", 1_500), rows("pod-N", 1_500), true},
		{"rows that fit many, one too many", rows("pod...", 700), rows("pod-N", 699) + "web-1   1/1   Running\n", false},
		{"tables", repeat("...\nNAME   AGE\na   1s\n\n", 2_000) + "b", repeat("NAME   AGE\na   5s\n\n", 4_000), false},
		{"brackets", repeat("[", 200_000), repeat("[", 200_001), false},
		{"lines of brackets", repeat("[\n", 20_000), repeat("[\n", 20_001), false},
		{"lines of braces", repeat("{\"a\": [\n", 20_000), repeat("{\"a\": [\n", 20_001), false},
		{"elements left out", "[" + repeat("..., 1, ", 2_000) + "2]", "[" + repeat("1, ", 20_000) + "1]", false},
		{"elements left out in elements", repeat("[..., ", 100) + "1" + repeat(", ...]", 100), repeat("[2, ", 100) + "2" + repeat(", 2]", 100), false},
		{"keys", "{" + keys(0, 30_000) + `"z": 1}`, "{" + keys(30_000, 0) + `"z": 1}`, true},
		{"YAML", "spec:\n" + repeat("  - a: 1\n    b: [1, 2]\n", 5_000), "spec:\n" + repeat("  - b: [1, 2]\n    a: 1\n", 5_000), true},
		{"YAML left out", "spec:\n" + repeat("  - a: 1\n  ...\n", 1_000) + "  - c: 1\n", "spec:\n" + repeat("  - b: 2\n    a: 1\n", 2_000), false},
		{"anchors", "a: &a [x, x]\nb: &b [*a, *a]\nc:\n  d: [*b, *b]\n", "a: &a [x, x]\nb: &b [*a, *a]\nc:\n  d: [*b, *a]\n", false},
		{"words", repeat("x", 50_000) + "\n" + repeat("b ", 50_000) + "c", repeat("x", 50_000) + "\n" + repeat("b ", 50_000) + "d", false},
		{"times", repeat("2020-01-01 10:00:00 ", 5_000) + "a", repeat("2026-01-01 10:00:00 ", 5_000) + "b", false},
		{"many lines", repeat("a 5m\n", 60_000), repeat("a 7m\n", 60_000), true},
		{"many lines left out", "a 5m\n...\nb", repeat("a 7m\n", 300_000) + "b", true},
		{"many lines, the last differs", "a 5m\n...\nb", repeat("a 7m\n", 300_000) + "c", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			if d := Compare("", tt.want, tt.got); (d == nil) != tt.ok {
				t.Errorf("agree: %v, want %v: %.500s", d == nil, tt.ok, fmt.Sprintf("%+v", d))
			}
			took := time.Since(start)
			t.Logf("%v", took.Round(time.Millisecond))
			if took > limit*slow {
				t.Errorf("took %v", took)
			}
		})
	}
}
