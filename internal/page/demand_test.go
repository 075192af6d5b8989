package page

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
)

// linked are pages whose links name parts of each other, in both directions, one
// that is not there, one that another address has, and one in raw HTML.
var linked = fstest.MapFS{
	"_index.md": {Data: []byte("---\ntitle: Home\n---\n[a](/a/#one) [b](/b/#raw) [gone](/b/#gone)\n")},
	"a.md":      {Data: []byte("---\ntitle: A\n---\n## One\n\n[b](/b/#two) [own](#one) ![x](x.png)\n\n```bash\n$ ls\n```\n")},
	"b.md":      {Data: []byte("---\ntitle: B\n---\n## Two\n\n<p id=\"raw\"><a href=\"/a/#none\">a</a></p>\n\n[a](/a/#one) [c](/c/)\n")},
	"x.png":     {Data: []byte("x")},
}

func shownOf(p *Page) string {
	blocks := ""
	for _, b := range p.Blocks {
		blocks += fmt.Sprintf("%v %s %q\n", b.Pos, b.Lang, b.Text)
	}
	return fmt.Sprintf("%s %v %v %v %v\n%s", p.URL, p.Headings, p.Links, p.hrefs, p.rawIDs, blocks)
}

// In whatever order and by however many goroutines its trees are asked for, a set
// that is loaded on demand is in the end the one that Load gives.
func TestOnDemand(t *testing.T) {
	want, err := Load(t.Context(), linked, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Diagnostics) != 3 {
		t.Fatalf("the pages should have three defects: %v", want.Diagnostics)
	}
	for seed := range uint64(20) {
		got, err := Load(t.Context(), linked, Options{OnDemand: true})
		if err != nil {
			t.Fatal(err)
		}
		if !got.Pending() || len(got.Pages[1].Headings) > 0 {
			t.Error("pages were read before somebody asked for them")
		}
		var wg sync.WaitGroup
		for _, i := range rand.New(rand.NewPCG(seed, 0)).Perm(len(got.Pages))[:seed%4] {
			wg.Go(func() { got.Pages[i].Tree() })
		}
		wg.Wait()
		if err := got.Finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, p := range got.Pages {
			if a, b := shownOf(p), shownOf(want.Pages[i]); a != b {
				t.Errorf("seed %d: got %s, want %s", seed, a, b)
			}
		}
		if got.Pending() || !slices.Equal(got.Diagnostics, want.Diagnostics) {
			t.Errorf("seed %d: got %v, want %v", seed, got.Diagnostics, want.Diagnostics)
		}
	}
}

// A page that lost its text still is what other pages see of it.
func TestRelease(t *testing.T) {
	want, err := Load(t.Context(), linked, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Load(t.Context(), linked, Options{OnDemand: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range got.Pages {
		p.Tree()
		p.Release()
		if len(p.File.Data) > 0 || p.Blocks != nil || p.Links != nil {
			t.Errorf("%s: something is left", p.Name)
		}
	}
	if err := got.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Diagnostics, want.Diagnostics) {
		t.Errorf("got %v, want %v", got.Diagnostics, want.Diagnostics)
	}
	if a, b := fmt.Sprint(got.Keep()), fmt.Sprint(want.Keep()); a != b {
		t.Errorf("got %s, want %s", a, b)
	}
}
