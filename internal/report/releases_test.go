package report

import (
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/check"
)

// pageOn is a page with blocks of these verdicts.
func pageOn(statuses ...check.Status) Page {
	p := Page{File: "p.md"}
	for i, s := range statuses {
		b := Block{Pos: at(10 * (i + 1)), Status: s, Hash: "x"}
		if s == check.Failed {
			b.Claims = []Claim{{Pos: b.Pos, Status: s, Message: "exit status 1"}}
		}
		p.Blocks = append(p.Blocks, b)
	}
	return p
}

// A block counts as what it is on the release where it is worst, and says so.
func TestAlso(t *testing.T) {
	older, newer := Origin{Cluster: "kind", Kubernetes: "v1.33.7"}, Origin{Cluster: "kind", Kubernetes: "v1.34.4"}
	p := pageOn(check.Verified, check.Verified, check.Static, check.Failed)
	other := pageOn(check.Verified, check.Failed, check.Skipped, check.Verified)
	for i := range other.Blocks {
		other.Blocks[i].By = &newer
	}
	p.Also(older, other, newer)
	for i, want := range []struct {
		status check.Status
		by     *Origin
	}{{check.Verified, nil}, {check.Failed, &newer}, {check.Static, nil}, {check.Failed, nil}} {
		b := p.Blocks[i]
		if b.Status != want.status || b.By != want.by || len(b.Releases) != 2 || b.Releases[0].Origin != older || b.Releases[1].Origin != newer {
			t.Errorf("block %d is %s by %v with %v, want %s by %v", i, b.Status, b.By, b.Releases, want.status, want.by)
		}
	}
	run := Run{Origin: older, Pages: []Page{p}}
	if !run.Wrong() {
		t.Error("a failure on one release is none")
	}
	var text strings.Builder
	if err := run.Text(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\tfailed on Kubernetes v1.34.4 (kind), verified on Kubernetes v1.33.7 (kind)\n",
		"\tfailed on Kubernetes v1.33.7 (kind), verified on Kubernetes v1.34.4 (kind)\n",
		"4 blocks: 1 verified, 2 failed, 1 static, on Kubernetes v1.33.7 (kind) and v1.34.4 (kind)\n" +
			"\ton Kubernetes v1.33.7 (kind): 4 blocks: 2 verified, 1 failed, 1 static\n" +
			"\ton Kubernetes v1.34.4 (kind): 4 blocks: 2 verified, 1 failed, 1 skipped\n",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, &text)
		}
	}
}

func TestLeft(t *testing.T) {
	p := pageOn(check.Verified)
	p.Blocks[0].Leaks = []string{"namespaces a"}
	p.Leaks = []string{"clusterroles b", "namespaces a"}
	var text strings.Builder
	(&Run{Pages: []Page{p}}).Left(&text)
	want := p.Blocks[0].Pos.String() + ": left behind, and removed: namespaces a\np.md: left behind, and removed: clusterroles b\n"
	if text.String() != want {
		t.Errorf("got %q, want %q", &text, want)
	}
}
