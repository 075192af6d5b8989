package report_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/probatum/probatum/internal/cache"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/report/canary"
	"github.com/probatum/probatum/internal/source"
)

// TestCanaries makes runs with secrets of every sort, in every encoding and at
// every place of a report, writes all reports and the cache, and looks for the
// secrets in them with decoders of its own.
func TestCanaries(t *testing.T) {
	runs := 1000
	if testing.Short() {
		runs = 20
	}
	found, placed := 0, 0
	for seed := range runs {
		r := canary.Make(uint64(seed))
		placed += len(r.Secrets)
		r.Redact()
		for format, text := range written(t, &r.Run) {
			for s, at := range r.Found(text) {
				found++
				t.Errorf("run %d: %s has the secret %q (%s): %.300q", seed, format, s.Value, s.Form, at)
			}
		}
		if t.Failed() && found > 5 {
			t.FailNow()
		}
	}
	t.Logf("%d secrets in %d runs: found %d times in text, JSON, JUnit, SARIF, annotations and cache", placed, runs, found)
}

// TestCanariesAreFound holds that the search finds what is not taken out: a check
// that cannot fail is worth nothing.
func TestCanariesAreFound(t *testing.T) {
	missed, runs := 0, 100
	if testing.Short() {
		runs = 10
	}
	for seed := range runs {
		r := canary.Make(uint64(seed))
		found := r.Found(written(t, &r.Run)["JSON"])
		for _, s := range r.Secrets {
			if found[s] == "" {
				missed++
				t.Logf("run %d: %q as %s is not found", seed, s.Value, s.Form)
			}
		}
	}
	if missed > 0 {
		t.Errorf("%d secrets were overlooked", missed)
	}
}

// written is everything that a run is written as.
func written(t *testing.T, r *report.Run) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"text":   func(b *bytes.Buffer) error { return r.Text(b) },
		"JSON":   func(b *bytes.Buffer) error { return r.JSON(b) },
		"JUnit":  func(b *bytes.Buffer) error { return r.JUnit(b) },
		"SARIF":  func(b *bytes.Buffer) error { return r.SARIF(b, report.Tree{}, "v1") },
		"GitHub": func(b *bytes.Buffer) error { return r.GitHub(b, report.Tree{}) },
		"log":    func(b *bytes.Buffer) error { source.Print(b, r.Diagnostics); return nil },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.String()
	}
	dir := t.TempDir()
	for i := range r.Pages {
		if err := cache.Open(dir).Put(fmt.Sprint(i), r.Pages[i]); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%d.json", i)))
		if err != nil {
			t.Fatal(err)
		}
		out["cache"] += string(data)
	}
	return out
}
