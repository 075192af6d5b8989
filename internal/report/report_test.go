package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
)

func at(line int) source.Pos { return source.Pos{File: "content/p.md", Line: line, Col: 3} }

// testRun has one block of each status.
func testRun() *Run {
	field := at(21)
	return &Run{Origin: Origin{Cluster: "embedded", Kubernetes: "v1.34.4"}, Pages: []Page{{File: "content/p.md", Title: "P", Blocks: []Block{
		{Pos: at(1), Kind: check.Session, Status: check.Verified, Claims: []Claim{{Pos: at(1), Kind: check.Command, Text: "true", Status: check.Verified}}},
		{Pos: at(10), Kind: check.Session, Status: check.Failed, Claims: []Claim{
			{Pos: at(10), Kind: check.Command, Text: "kubectl get ns\\\n  x", Status: check.Failed, Rule: "exit", Message: "exit status 1", Exit: 1,
				Stdout: strings.Repeat("line\n", 22), Stderr: "Error: \x1b[31mred\x1b[0m\n", Tries: 3, Time: 1540},
			{Pos: at(12), Kind: check.Command, Text: "cat <<EOF\na\nEOF", Status: check.Failed, Rule: "output", Message: "the output differs in line 1",
				Stdout: "a\n", Diff: "- b\n+ a\n"},
			{Pos: at(15), Kind: check.Command, Text: "true", Status: check.Failed, Rule: "vacuous", Message: "it succeeds and prints nothing", Hint: "do otherwise"},
		}},
		{Pos: at(20), Kind: check.Manifest, Status: check.Failed, Claims: []Claim{
			{Pos: at(20), Kind: check.Apply, Text: "a", Status: check.Failed, Rule: "manifest", Message: `unknown field "spec.a"`, Where: &field}}},
		{Pos: at(30), Kind: check.Manifest, Status: check.Failed, Reason: "gone", Problems: []source.Diagnostic{{Pos: at(30), Message: "gone", Hint: "write this"}}},
		{Pos: at(40), Status: check.Static, Reason: "needs pods"}, {Pos: at(41), Status: check.Static, Reason: "needs pods"},
		{Pos: at(42), Status: check.Static, Reason: "no cluster"},
		{Pos: at(50), Status: check.Skipped, Reason: "why not"}, {Pos: at(60), Status: check.Blocked, Reason: "line 10 failed"},
		{Pos: at(70), Status: check.Unchecked, Reason: "no language is given"},
	}}, {File: "content/q.md", Reason: "not run: the cluster has ended", Blocks: []Block{{Pos: at(1), Status: check.Blocked, Reason: "not run"}}}}}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := testRun().Text(&b); err != nil {
		t.Fatal(err)
	}
	want := "content/p.md:10:3: exit status 1, after 3 tries in 1.5 s\n    kubectl get ns\\\n      x\n\t[2 lines more]\n" + strings.Repeat("\tline\n", 20) +
		"\tError: \uFFFD[31mred\uFFFD[0m\n" + `content/p.md:12:3: the output differs in line 1
cat <<EOF
a
EOF
	- b
	+ a
content/p.md:15:3: vacuous: it succeeds and prints nothing
    true
	hint: do otherwise
content/p.md:21:3: unknown field "spec.a"
content/p.md:30:3: gone
	hint: write this
content/q.md: not run: the cluster has ended
11 blocks: 1 verified, 3 failed, 2 blocked, 3 static, 1 skipped, 1 unchecked, on Kubernetes v1.34.4 (embedded)
	coverage is 10.0 %, 1 of 10 blocks that can be checked
	1 blocked: line 10 failed (content/p.md:60:3)
	1 blocked: not run (content/p.md:1:3)
	2 static: needs pods (content/p.md:40:3 and 1 more)
	1 static: no cluster (content/p.md:42:3)
	1 skipped: why not (content/p.md:50:3)
`
	if got := b.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextQuiet(t *testing.T) {
	r := &Run{Pages: []Page{{Blocks: []Block{{Status: check.Verified}}}}}
	var b bytes.Buffer
	r.Text(&b)
	if b.String() != "1 block: 1 verified\n" || r.Wrong() {
		t.Errorf("got %q, wrong %v", b.String(), r.Wrong())
	}
}

func TestWrong(t *testing.T) {
	for _, tt := range []struct {
		run  Run
		want bool
	}{
		{Run{}, false},
		{Run{Pages: []Page{{Blocks: []Block{{Status: check.Failed}}}}}, true},
		{Run{Pages: []Page{{Blocks: []Block{{Status: check.Blocked}, {Status: check.Static}}}}}, true},
		{Run{Pages: []Page{{Blocks: []Block{{Status: check.Static}, {Status: check.Skipped}}}}}, false},
		{Run{Diagnostics: []source.Diagnostic{{Message: "x"}}}, true},
		{Run{Diagnostics: []source.Diagnostic{{Message: "x", Severity: source.Warning}}}, false},
	} {
		if got := tt.run.Wrong(); got != tt.want {
			t.Errorf("%+v: wrong %v, want %v", tt.run, got, tt.want)
		}
	}
}
