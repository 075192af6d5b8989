package match

import (
	"fmt"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	tests := []struct {
		name, rule, want, got string
		line                  int // of the difference, 0 none
	}{
		{"equal", "", "a\nb\n", "a\nb\n", 0},
		{"both empty", "", "", "", 0},
		{"trailing white space", "", "a  \nb\t\n", "a\nb\r\n", 0},
		{"empty lines at the end", "", "a\n\n\n", "a", 0},
		{"empty lines inside count", "", "a\n\nb", "a\nb", 2},
		{"a page may indent as a whole", "", "  a\n    b", "a\n  b", 0},
		{"leading white space counts", "", "a\n  b", "a\nb", 2},
		{"order counts", "", "a\nb", "b\na", 1},
		{"a line is missing", "", "a\nb\nc", "a\nc", 2},
		{"a line too many", "", "a\nb", "a\nx\nb", 2},
		{"more at the end", "", "a", "a\nb", 2},
		{"nothing came", "", "a", "", 1},
		{"nothing was expected", "", "", "a", 1},
		{"any lines", "", "a\n...\nz", "a\nb\nc\nz", 0},
		{"any lines, none", "", "a\n...\nz", "a\nz", 0},
		{"any lines, indented", "", "a\n   ...\nz", "a\nz", 0},
		{"any lines at the end", "", "a\n...", "a\nb\nc", 0},
		{"any lines at the start", "", "...\nz", "a\nz", 0},
		{"any lines alone", "", "...", "x\ny", 0},
		{"after any lines the end counts", "", "a\n...\nz", "a\nz\nb", 4},
		{"runs keep their order", "", "...\nb\n...\na\n...", "a\nb", 2},
		{"a run is one piece", "", "...\na\nb\n...", "a\nx\nb", 3},
		{"first and last do not share a line", "", "a\n...\na", "a", 3},
		{"any text", "", "pod/x-... created", "pod/x-f7a created", 0},
		{"any text twice", "", "a...b...c", "a1b2b3c", 0},
		{"any text is not any line", "", "a...b", "a\nb", 1},
		{"parts do not overlap", "", "ab...bc", "abc", 1},
		{"dots that are dots", "", "Pulling...", "Pulling...", 0},
		{"exact takes dots as they are", "exact", "a...b", "axb", 1},
		{"exact lines of dots", "exact", "...\n", "...\n", 0},
		{"none", "none", "a", "b", 0},
		{"a status is a status", "", "x 1/1 Running", "x 1/1 CrashLoopBackOff", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			line := 0
			d := Compare(tt.rule, tt.want, tt.got)
			if d != nil {
				line = d.Line
				if d.Text == "" || !strings.ContainsAny(d.Text, "-+") {
					t.Errorf("no diff: %q", d.Text)
				}
			}
			if line != tt.line {
				t.Errorf("Compare(%q, %q, %q) differs at line %d, want %d\n%+v", tt.rule, tt.want, tt.got, line, tt.line, d)
			}
		})
	}
}

func TestDifferenceText(t *testing.T) {
	d := Compare("", "Name  Status\n...\nb  Running\nc  Running", "Name  Status\na  Running\nb  Error\nc  Running")
	want := "  Name  Status\n  ...\n- b  Running\n+ b  Error\n  c  Running\n"
	if d == nil || d.Text != want || d.Want != "b  Running" || d.Got != "b  Error" {
		t.Errorf("got %+v, want text\n%s", d, want)
	}
}

// What is long and nearly right must not take long: this ends in well under a
// second, or the test binary's time limit says so.
func TestCompareLong(t *testing.T) {
	got := strings.Repeat("a\n", 50_000)
	if d := Compare("", strings.Repeat("...\na\n", 5_000)+"b", got); d == nil {
		t.Error("a missing last line was not noticed")
	}
	long := strings.Repeat("a", 100_000)
	if d := Compare("", strings.Repeat("a...", 20_000)+"b", long); d == nil {
		t.Error("a missing last letter was not noticed")
	}
	if d := Compare("", got+"b", got+"c"); d == nil || d.Line != 50_001 {
		t.Errorf("got %+v, want line 50001", d)
	}
}

// Properties: text equals itself; a text equals itself with any line replaced
// by "..."; a changed line without dots is noticed and the diff is never empty.
func FuzzCompare(f *testing.F) {
	f.Add("a\nb\nc\n", 1)
	f.Add("...\nx...y\n\n", 0)
	f.Fuzz(func(t *testing.T, text string, at int) {
		if d := Compare("exact", text, text); d != nil {
			t.Fatalf("text differs from itself: %+v", d)
		}
		if d := Compare("", text, text); d != nil {
			t.Fatalf("text differs from itself: %+v", d)
		}
		ls := strings.Split(text, "\n")
		at = (at%len(ls) + len(ls)) % len(ls)
		old := ls[at]
		ls[at] = "..."
		if d := Compare("", strings.Join(ls, "\n"), text); d != nil {
			t.Fatalf("%q at line %d as any lines: %+v", text, at, d)
		}
		ls[at] = old + "#"
		changed := strings.Join(ls, "\n")
		if d := Compare("exact", changed, text); d == nil || d.Text == "" {
			t.Fatalf("%q and %q do not differ: %+v", changed, text, d)
		}
	})
}

func ExampleCompare() {
	d := Compare("", "NAME   READY\nweb-...   2/2\n", "NAME   READY\nweb-1   1/2\n")
	fmt.Print(d.Text)
	// Output:
	//   NAME      READY
	// - web-...   2/2
	// + web-1     1/2
}

// Properties of every rule: nothing makes it panic or take long, and what
// differs is said. Of "smart": what came is as it is, and as it is with any line
// left out.
func FuzzRules(f *testing.F) {
	f.Add(pods, strings.Replace(pods, "2/2", "1/2", 1), "", 2)
	f.Add(object1, "{\"a\": [1, ...]}\n...", "json", 3)
	f.Add(manifest, manifest+"\n---\na: &x [*x]", "yaml", 7)
	f.Add("  Type  Status\n  ----  ------\n  A     b\n", "10.1.2.3:46520 5m (x3 over 2h)", "like", 1)
	f.Add("[2018-07-26 20:39:18.060][152][debug] x...y", "HTTP/1.1 200 OK\ncontent-length: 5\n\n{}", "contains", 0)
	f.Fuzz(func(t *testing.T, want, got, rule string, at int) {
		if d := Compare(rule, want, got); d != nil && (d.Line < 1 || d.Text == "" || d.Message == "") {
			t.Fatalf("%s: %q, want %q: says nothing: %+v", rule, got, want, d)
		}
		if d := Compare("", got, got); d != nil {
			t.Fatalf("%q differs from itself: %+v", got, d)
		}
		ls := strings.Split(got, "\n")
		at = (at%len(ls) + len(ls)) % len(ls)
		ls[at] = "..."
		if d := Compare("", strings.Join(ls, "\n"), got); d != nil {
			t.Fatalf("%q with line %d left out: %+v", got, at, d)
		}
	})
}
