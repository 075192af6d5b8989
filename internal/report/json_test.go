package report

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/source"
)

func TestRecord(t *testing.T) {
	r := testRun()
	r.Date, r.Commit = "2026-01-02T03:04:05Z", "abc+"
	r.Pages[0].Cached = &Origin{Cluster: "kind", Date: "2025-01-02T03:04:05Z"}
	r.Pages[0].Blocks[4].By = &Origin{Cluster: "kind", Kubernetes: "v1.33.0"}
	r.Diagnostics = []source.Diagnostic{{Pos: at(3), Severity: source.Warning, Message: "m", Replacement: &source.Replacement{Pos: at(3), End: at(4), Text: "x"}}}
	file := filepath.Join(t.TempDir(), "r.json")
	var b bytes.Buffer
	if err := r.JSON(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	back, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	r.Format, r.Version = Format, Version
	if !reflect.DeepEqual(back, r) {
		t.Errorf("got %+v\nwant %+v", back, r)
	}
}

func TestOriginOf(t *testing.T) {
	r := testRun()
	p := &r.Pages[0]
	if got := r.OriginOf(p, &p.Blocks[0]); got != r.Origin {
		t.Errorf("own: got %v", got)
	}
	p.Cached = &Origin{Date: "d"}
	if got := r.OriginOf(p, &p.Blocks[0]); got.Date != "d" {
		t.Errorf("cached: got %v", got)
	}
	p.Blocks[0].By = &Origin{Cluster: "kind"}
	if got := r.OriginOf(p, &p.Blocks[0]); got.Cluster != "kind" {
		t.Errorf("brought: got %v", got)
	}
}

// TestReadRefuses holds files that are no whole record of a version we know.
func TestReadRefuses(t *testing.T) {
	var b bytes.Buffer
	if err := testRun().JSON(&b); err != nil {
		t.Fatal(err)
	}
	whole := b.String()
	for name, tt := range map[string]struct{ text, want string }{
		"empty":              {"", "the file is empty"},
		"other":              {`{"version": 1, "pages": []}`, "no results of"},
		"no object":          {`[1]`, "no results of"},
		"text":               {"hello", "no results of"},
		"garbage":            {whole + "x", "no results of"},
		"no pages":           {`{"format": "probatum results", "version": 1, "pages": 3}`, "no results of"},
		"newer":              {strings.Replace(whole, `"version": 1`, `"version": 2`, 1), "it is of version 2, and this program reads version 1"},
		"newer, other pages": {`{"format": "probatum results", "version": 7, "pages": 3}`, "it is of version 7"},
	} {
		if _, err := Parse([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
	last := len(strings.TrimRight(whole, "\n"))
	for n := 1; n < last; n += 7 {
		if _, err := Parse([]byte(whole[:n])); err == nil || !strings.Contains(err.Error(), "it has been cut") {
			t.Fatalf("cut after %d bytes: got %v\n%q", n, err, whole[max(0, n-60):n])
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.json")); err == nil || !strings.HasSuffix(err.Error(), "none.json: no such file or directory") {
		t.Errorf("no file: got %v", err)
	}
}
