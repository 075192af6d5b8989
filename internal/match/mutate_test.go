package match_test

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/match"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/shortcodes"
)

// The measure of the matcher: real outputs are changed in ways that a reader
// would not notice (harmless) and in ways that make the page wrong (harmful).
// What is harmless is written down here a second time, in other words than the
// matcher's, and no change knows how the matcher decides.
//
//	go test ./internal/match -run Mutations -v     the tables
//	go test ./internal/match -run Mutations -v -show "status"   what was decided wrongly
//	go test ./internal/match -run Mutations -v -changes 5       more changes
//
// The matcher was written looking at the first two sets. The last two are held
// out: only figures are printed of them, whatever -show says. They were opened
// once, when the matcher was done (2026-11-21: 3 false alarms on 5,571 harmless
// changes, 20 of 12,916 harmful ones missed). One miss was the matcher's, and two
// alarms. The 19 that are left are no harm, which the generator does not see:
// YAML in the output of commands that do not ask for it, and remarks in YAML.

var showFlag = flag.String("show", "", "print what was decided wrongly of changes whose name contains this")

// every says to take only every so many outputs.
var every = 1

// A set is where outputs come from.
type set struct {
	name    string
	heldOut bool
	samples func(t testing.TB) []sample
}

var sets = []set{
	{"recorded from clusters of ours", false, func(t testing.TB) []sample {
		return append(recorded(t, "cluster-1.txtar"), recorded(t, "cluster-2.txtar")...)
	}},
	{"istio-en and kiali", false, func(t testing.TB) []sample { return corpus(t, "istio-en/content", "kiali/content") }},
	{"k8s-tasks, held out", true, func(t testing.TB) []sample { return corpus(t, "k8s-tasks/content") }},
	{"istio-zh, held out", true, func(t testing.TB) []sample { return corpus(t, "istio-zh/content") }},
}

// corpus takes the outputs that pages show; none where the pages are not there.
func corpus(t testing.TB, folders ...string) []sample {
	t.Helper()
	var all []sample
	for _, folder := range folders {
		dir := filepath.Join("../../../shared/corpora", folder)
		if _, err := os.Stat(dir); err != nil {
			t.Logf("no corpus: %v", err)
			continue
		}
		pages, err := page.Load(t.Context(), os.DirFS(dir), page.Options{Site: &shortcodes.Site{}})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pages.Pages {
			for _, item := range check.New(p, check.Options{Guess: true}).Items {
				for _, c := range item.Claims {
					if c.HasWant {
						all = append(all, sample{fmt.Sprint(folder, "/", c.WantPos), c.Text, c.Want})
					}
				}
			}
		}
	}
	return all
}

// A tally counts what was decided, and what wrongly, by kind of change.
type tally struct{ harmless, harmful map[string]*[2]int }

func newTally() tally { return tally{map[string]*[2]int{}, map[string]*[2]int{}} }

func (c tally) add(m mutation, wrong bool) {
	in := c.harmless
	if m.harmful {
		in = c.harmful
	}
	if in[m.name] == nil {
		in[m.name] = new([2]int)
	}
	in[m.name][0]++
	if wrong {
		in[m.name][1]++
	}
}

func total(in map[string]*[2]int) (n, wrong int) {
	for _, c := range in {
		n, wrong = n+c[0], wrong+c[1]
	}
	return n, wrong
}

func (c tally) String() string {
	var b strings.Builder
	part := func(title, wrong string, in map[string]*[2]int) {
		n, bad := total(in)
		fmt.Fprintf(&b, "  %-34s %6d %6d %-12s %6.2f %%\n", title, n, bad, wrong, 100*float64(bad)/float64(max(n, 1)))
		var names []string
		for name := range in {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			fmt.Fprintf(&b, "    %-32s %6d %6d\n", name, in[name][0], in[name][1])
		}
	}
	part("harmless changes", "false alarms", c.harmless)
	part("harmful changes", "missed", c.harmful)
	return b.String()
}

var changesFlag = flag.Int("changes", 1, "make at most this many changes of one kind of one output")

// mutate makes the changes of a sample and counts what the matcher says.
func mutate(t testing.TB, s sample, all tally, quiet bool) {
	d := prepare(s)
	o := match.Options{Ordered: sorting(s.command)}
	if bad := o.Compare(d.want, d.text()); bad != nil {
		all.add(mutation{name: "no change"}, true)
		complain(t, quiet, "no change", s, d.text(), bad)
		return // what else is said of it says nothing
	}
	all.add(mutation{name: "no change"}, false)
	for _, m := range mutations {
		r := rand.New(rand.NewPCG(uint64(len(s.text)), uint64(len(m.name))))
		seen := map[string]bool{d.text(): true}
		for range 3 * *changesFlag {
			got, ok := m.change(r, d)
			if !ok || len(seen) > *changesFlag {
				break
			}
			if seen[got] {
				continue
			}
			seen[got] = true
			diff := o.Compare(d.want, got)
			wrong := (diff != nil) != m.harmful
			all.add(m, wrong)
			if wrong {
				complain(t, quiet, m.name, s, got, diff)
			}
		}
	}
}

func complain(t testing.TB, quiet bool, name string, s sample, got string, d *match.Difference) {
	if quiet || *showFlag == "" || !strings.Contains(name, *showFlag) {
		return
	}
	if d != nil {
		t.Logf("false alarm: %s: %s\n$ %s\n%s\n%s", name, s.name, s.command, d.Message, d.Text)
		return
	}
	t.Logf("missed: %s: %s\n$ %s\n%s", name, s.name, s.command, firstChange(s.text, got))
}

// firstChange shows the first line that a change has changed.
func firstChange(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if strings.TrimRight(w[i], " ") != strings.TrimRight(g[i], " ") {
			return "- " + w[i] + "\n+ " + g[i]
		}
	}
	return fmt.Sprintf("%d lines, then %d", len(w), len(g))
}

// Of harmless changes at most one in 200 is an alarm; of harmful ones at most
// one in a hundred goes unnoticed. That is so for each set of outputs by itself.
func TestMutations(t *testing.T) {
	sum, heldOut := newTally(), newTally()
	for _, set := range sets {
		samples := set.samples(t)
		if len(samples) == 0 {
			continue
		}
		one := newTally()
		slices.SortStableFunc(samples, func(a, b sample) int { return cmp.Compare(a.name, b.name) })
		for i, s := range samples {
			if i%every == 0 {
				mutate(t, s, one, set.heldOut)
			}
		}
		t.Logf("%s: %d outputs\n%s", set.name, len(samples), one)
		judge(t, set.name, one)
		for name, in := range map[*tally]bool{&sum: true, &heldOut: set.heldOut} {
			if in {
				name.merge(one)
			}
		}
	}
	t.Logf("all sets\n%s", sum)
	h, alarms := total(heldOut.harmless)
	g, missed := total(heldOut.harmful)
	t.Logf("held out: %d false alarms on %d harmless changes, %d of %d harmful ones missed", alarms, h, missed, g)
	n, _ := total(sum.harmless)
	m, _ := total(sum.harmful)
	if every == 1 && (n < 1000 || m < 1000) {
		t.Errorf("only %d harmless and %d harmful changes", n, m)
	}
}

func (c tally) merge(o tally) {
	for _, pair := range [][2]map[string]*[2]int{{c.harmless, o.harmless}, {c.harmful, o.harmful}} {
		for name, n := range pair[1] {
			if pair[0][name] == nil {
				pair[0][name] = new([2]int)
			}
			pair[0][name][0] += n[0]
			pair[0][name][1] += n[1]
		}
	}
}

func judge(t *testing.T, name string, c tally) {
	t.Helper()
	if every > 1 {
		return // too few to say
	}
	if n, wrong := total(c.harmless); wrong*1000 > 5*n {
		t.Errorf("%s: %d false alarms on %d harmless changes", name, wrong, n)
	}
	if n, wrong := total(c.harmful); wrong*100 > n {
		t.Errorf("%s: %d of %d harmful changes missed", name, wrong, n)
	}
}

// BenchmarkOutputs compares an output with its page.
func BenchmarkOutputs(b *testing.B) {
	var samples []sample
	for _, set := range sets {
		samples = append(samples, set.samples(b)...)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		s := samples[n%len(samples)]
		match.Compare("", s.text, s.text)
		n++
	}
}
