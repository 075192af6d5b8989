package update_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/match"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/update"
	"github.com/probatum/probatum/shortcodes"
)

var (
	casesFlag = flag.Int("cases", 10000, "how many pages TestGenerated makes")
	showFlag  = flag.String("show", "", "print the pages with refusals that contain this")
	seedFlag  = flag.Uint64("seed", 1, "of the first of them")
)

var builtin = sync.OnceValue(func() *shortcodes.Set {
	codes, err := shortcodes.Load(nil)
	if err != nil {
		panic(err)
	}
	return codes
})

// plans plans pages.
func plans(t testing.TB, folder fs.FS) ([]*check.Plan, []*page.Page) {
	t.Helper()
	set, err := page.Load(context.Background(), folder, page.Options{Jobs: 1, Codes: builtin()})
	if err != nil {
		t.Fatal(err)
	}
	var ps []*check.Plan
	for _, p := range set.Pages {
		ps = append(ps, check.New(p, check.Options{}))
	}
	return ps, set.Pages
}

var number = regexp.MustCompile(`\bno\d+\b`)

// tried gives the results of a page whose commands print what live says.
func tried(p *check.Plan, live map[string]string) report.Page {
	pg := report.Page{File: p.Page.File.Name}
	for i := range p.Items {
		it := &p.Items[i]
		b := report.Block{Pos: it.Block.Pos, Kind: it.Kind, Status: it.Status}
		for _, c := range it.Claims {
			came := live[number.FindString(c.Text)]
			rc := report.Claim{Pos: c.Pos, Kind: c.Kind, Text: c.Text, Want: c.Want, Stdout: came, Status: check.Verified}
			if c.HasWant && (match.Options{Rule: c.Match}).Compare(c.Want, came) != nil {
				rc.Status, rc.Rule, b.Status = check.Failed, "output", check.Failed
			}
			b.Claims = append(b.Claims, rc)
		}
		pg.Blocks = append(pg.Blocks, b)
	}
	return pg
}

// updated runs the update of one page, and returns its text after it.
func updated(t testing.TB, text []byte, live map[string]string) ([]byte, *update.Update) {
	t.Helper()
	folder := fstest.MapFS{"p.md": {Data: text}}
	ps, pages := plans(t, folder)
	var results []report.Page
	for _, p := range ps {
		results = append(results, tried(p, live))
	}
	u, err := update.New(ps, results, update.Options{Content: ".", Pages: pages, Reload: func(texts map[string][]byte) ([]*check.Plan, error) {
		again, _ := plans(t, update.Overlay(folder, texts))
		return again, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range u.Files {
		if f.Name != "p.md" || !bytes.Equal(f.Old, text) {
			t.Fatalf("%s is to be written", f.Name)
		}
		text = f.New
	}
	return text, u
}

// Pages in all notations, at all places, are updated from what came: a second
// update changes nothing, what was updated agrees, and not a byte outside of
// expected output is another.
func TestGenerated(t *testing.T) {
	n := *casesFlag
	if testing.Short() {
		n /= 20
	}
	var sum struct{ outputs, updated, refused, unshown int }
	reasons := map[string]int{}
	for i := range n {
		seed := *seedFlag + uint64(i)
		m := makePage(rand.New(rand.NewPCG(seed, 0)))
		now, u := updated(t, []byte(m.text), m.live)
		sum.outputs += len(m.outputs)
		sum.updated += len(u.Done)
		sum.refused += len(u.Refused)
		for _, d := range u.Refused {
			reasons[d.Message[:min(len(d.Message), 60)]]++
			if *showFlag != "" && strings.Contains(d.Message, *showFlag) {
				t.Logf("-seed %d -cases 1: %s\n%s\n%q", seed, d, m.text, m.live)
			}
		}
		if wrong := judge(t, &m, string(now), u); wrong != "" {
			t.Errorf("-seed %d -cases 1: %s\n--- before\n%s\n--- after\n%s\n--- refused %v\n--- live\n%q", seed, wrong, m.text, now, u.Refused, m.live)
			if t.Failed() {
				break
			}
		}
	}
	t.Logf("%d pages, %d outputs: %d updated, %d refused", n, sum.outputs, sum.updated, sum.refused)
	for r, k := range reasons {
		t.Logf("%6d %s", k, r)
	}
	if sum.updated*3 < sum.outputs || sum.refused*2 > sum.updated {
		t.Error("the generator makes too little to update")
	}
}

// judge says what is wrong with an update.
func judge(t *testing.T, m *made, now string, u *update.Update) string {
	again, u2 := updated(t, []byte(now), m.live)
	if string(again) != now {
		return "the second update changes something:\n" + string(again)
	}
	if len(u2.Done) > 0 || len(u2.Refused) != len(u.Refused) {
		return fmt.Sprintf("the second update finds %d to do and %d to refuse: %v", len(u2.Done), len(u2.Refused), u2.Refused)
	}
	ps, _ := plans(t, fstest.MapFS{"p.md": {Data: []byte(now)}})
	open := 0
	for _, b := range tried(ps[0], m.live).Blocks {
		for _, c := range b.Claims {
			if c.Status == check.Failed {
				open++
			}
		}
	}
	if open != len(u.Refused) {
		return fmt.Sprintf("%d outputs differ after the update, %d were refused", open, len(u.Refused))
	}
	return outside(m, now)
}

// outside compares what stands around the outputs, and how their lines start and
// end.
func outside(m *made, now string) string {
	at, from := 0, 0
	for i := 0; i <= len(m.outputs); i++ {
		o := shownAt{from: len(m.text), to: len(m.text)}
		if i < len(m.outputs) {
			o = m.outputs[i]
		}
		fixed := m.text[min(from, len(m.text)):min(o.from, len(m.text))]
		k := strings.Index(now[at:], fixed)
		if i == len(m.outputs) && strings.HasSuffix(now[at:], fixed) {
			k = len(now) - at - len(fixed)
		}
		if i == 0 && k != 0 || k < 0 {
			return fmt.Sprintf("what stands before output %d is another", i)
		}
		if i > 0 {
			if wrong := lines(m, &m.outputs[i-1], now[at:at+k]); wrong != "" {
				return wrong
			}
		}
		at += k + len(fixed)
		from = o.to
	}
	if at != len(now) {
		return "something stands at the end"
	}
	return ""
}

// lines looks at the lines of one output.
func lines(m *made, o *shownAt, now string) string {
	old := m.text[o.from:min(o.to, len(m.text))]
	if o.tame && now != old {
		return fmt.Sprintf("output %s was right and is another:\n%s\n%s", o.id, old, now)
	}
	if now == "" {
		return ""
	}
	if !strings.HasSuffix(now, m.eol) || (strings.Count(now, "\r\n") != strings.Count(now, "\n")) != (m.eol == "\n") {
		return fmt.Sprintf("output %s has other line ends", o.id)
	}
	for _, l := range strings.Split(strings.TrimSuffix(now, m.eol), m.eol) {
		if !strings.HasPrefix(l, o.prefix) && strings.TrimRight(l, " ") != strings.TrimRight(o.prefix, " \t") {
			return fmt.Sprintf("output %s: line %q does not start with %q", o.id, l, o.prefix)
		}
	}
	return ""
}
