package match_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/match"
)

// A page may leave out any lines of an output, and what it shows must then still
// be there.
func TestLeftOut(t *testing.T) {
	samples := append(recorded(t, "cluster-1.txtar"), corpus(t, "istio-en/content", "kiali/content")...)
	left, caught, seen := 0, 0, 0
	for i, s := range samples {
		if i%every > 0 || strings.Contains(s.text, "...") || strings.Count(s.text, "\n") < 3 {
			continue
		}
		r := rand.New(rand.NewPCG(1, uint64(len(s.text))))
		ls := strings.Split(strings.TrimRight(s.text, "\n"), "\n")
		for range 4 {
			from := r.IntN(len(ls))
			to := from + 1 + r.IntN(min(len(ls)-from, 5))
			in := ls[from][:len(ls[from])-len(strings.TrimLeft(ls[from], " "))]
			page := append(append(append([]string(nil), ls[:from]...), pick(r, "", in)+"..."), ls[to:]...)
			o := match.Options{Ordered: match.Sorts(s.command)}
			want := strings.Join(page, "\n")
			left++
			if d := o.Compare(want, s.text); d != nil {
				t.Errorf("%s: lines %d to %d left out: %s\n$ %s\n%s\n%s", s.name, from+1, to, d.Message, s.command, d.Text, want)
				continue
			}
			// A word of a line that is shown becomes another.
			shown := r.IntN(len(ls))
			if shown >= from && shown < to || strings.HasPrefix(strings.TrimSpace(ls[shown]), "#") {
				continue
			}
			words := wordText.FindAllStringIndex(ls[shown], -1)
			if len(words) == 0 {
				continue
			}
			w := pick(r, words...)
			if !steady(unsteady.FindAllStringIndex(ls[shown], -1), w[0], w[1]) {
				continue
			}
			other := append([]string(nil), ls...)
			other[shown] = ls[shown][:w[0]] + "wrong" + ls[shown][w[1]:]
			seen++
			if o.Compare(want, strings.Join(other, "\n")) != nil {
				caught++
			} else if testing.Verbose() {
				t.Logf("%s: lines %d to %d left out, not noticed:\n- %s\n+ %s", s.name, from+1, to, ls[shown], other[shown])
			}
		}
	}
	t.Logf("%d outputs with lines left out; %d of %d changes of what is shown noticed", left, caught, seen)
	if caught*100 < 99*seen {
		t.Errorf("only %d of %d changes of what is shown noticed", caught, seen)
	}
}
