package source

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
)

func TestPos(t *testing.T) {
	f := NewFile("p.md", []byte("ab\n\ncäd"))
	for _, tt := range []struct {
		offset int
		want   string
	}{{0, "p.md:1:1"}, {2, "p.md:1:3"}, {3, "p.md:2:1"}, {4, "p.md:3:1"}, {7, "p.md:3:4"}, {8, "p.md:3:5"}, {99, "p.md:3:5"}, {-1, "p.md:1:1"}} {
		if got := f.Pos(tt.offset).String(); got != tt.want {
			t.Errorf("offset %d is at %s, want %s", tt.offset, got, tt.want)
		}
	}
	if f.LineStart(7) != 4 || f.LineEnd(4) != 8 || f.LineEnd(0) != 2 {
		t.Errorf("line of offset 7 is %d to %d, of 0 ends at %d", f.LineStart(7), f.LineEnd(4), f.LineEnd(0))
	}
	if s := (Pos{}).String(); s != "" {
		t.Errorf("no place is %q", s)
	}
}

func TestSort(t *testing.T) {
	a := Diagnostic{Pos: Pos{"a", 2, 1}, Rule: "r", Message: "m"}
	b := Diagnostic{Pos: Pos{"a", 1, 9}, Rule: "r", Message: "m"}
	if got := Sort([]Diagnostic{a, b, a}); !reflect.DeepEqual(got, []Diagnostic{b, a}) {
		t.Errorf("got %v", got)
	}
	if Errors([]Diagnostic{a, {Severity: Warning}}) != 1 {
		t.Error("warnings are no errors")
	}
}

func TestPrint(t *testing.T) {
	var b bytes.Buffer
	Print(&b, []Diagnostic{{Pos: Pos{"p.md", 4, 4}, Message: "m", Hint: "h"}, {Pos: Pos{File: "q.md"}, Severity: Warning, Message: "n"}, {Message: "o"}})
	if want := "p.md:4:4: m\n\thint: h\nq.md: warning: n\no\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

func TestDiagnosticAsJSON(t *testing.T) {
	in := Diagnostic{Pos: Pos{"p.md", 1, 2}, Severity: Warning, Rule: "r", Message: "m",
		Replacement: &Replacement{Pos{"p.md", 1, 2}, Pos{"p.md", 1, 4}, "t"}}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out Diagnostic
	if err := json.Unmarshal(text, &out); err != nil || !reflect.DeepEqual(out, in) {
		t.Errorf("got %+v, %v from %s", out, err, text)
	}
	if err := json.Unmarshal([]byte(`{"severity":"bad"}`), &out); err == nil {
		t.Error("bad is taken for a severity")
	}
}

func TestBinary(t *testing.T) {
	for in, want := range map[string]bool{"text": false, "grüße": false, "a\x00b": true, "\xff\xfe": true, "": false} {
		if Binary([]byte(in)) != want {
			t.Errorf("Binary(%q) = %v", in, !want)
		}
	}
	long := bytes.Repeat([]byte("ä"), 5000) // a letter stands across the 8 KiB
	if Binary(append([]byte("x"), long...)) {
		t.Error("a letter across the limit makes text binary")
	}
}
