package match

import (
	"fmt"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// istioRules are the comparators of Istio's own test suite, byte for byte: they
// are not ours to improve. What came has lost the white space at the end of its
// lines and its carriage returns; the page's text stands as it is.
var istioRules = map[string]func(o Options, want, got string) bool{
	"same":     func(_ Options, want, got string) bool { return want == got },
	"contains": func(_ Options, want, got string) bool { return strings.Contains(got, want) },
	"not-contains": func(_ Options, want, got string) bool {
		return !strings.Contains(got, want)
	},
	"elided": istioElided,
	"first-line": func(_ Options, want, got string) bool {
		w, _, _ := strings.Cut(want, "\n")
		g, _, _ := strings.Cut(got, "\n")
		return strings.ReplaceAll(w, "\r", "") == g
	},
	"lines": istioLines,
	"like":  istioLike,
}

// istio compares by one of them. The empty lines behind the page's text are the
// block's, not the output's.
func (o Options) istio(name, want, got string) *Difference {
	ls := strings.Split(strings.ReplaceAll(got, "\r", ""), "\n")
	for i, l := range ls {
		ls[i] = strings.TrimRight(l, " \t")
	}
	got = strings.TrimRight(strings.Join(ls, "\n"), "\n")
	want = strings.TrimRight(want, "\n")
	if istioRules[name](o, want, got) {
		return nil
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	d := diff(w, g, func(i int) bool { return name == "elided" && strings.TrimSpace(w[i]) == dots },
		func(i, j int) bool { return w[i] == g[j] || name == "like" && istioLike(o, w[i], g[j]) })
	if d.Text == "" {
		d.Line = 1
		d.Text = "- " + w[0] + "\n+ " + g[0] + "\n"
	}
	d.Message = fmt.Sprintf("the output is not as istio-%s wants it", name)
	return d
}

// istioElided wants each part between lines of "..." somewhere, in any order.
func istioElided(_ Options, want, got string) bool {
	var part []string
	ok := true
	flush := func() {
		for len(part) > 0 && part[0] == "" {
			part = part[1:]
		}
		ok = ok && strings.Contains(got, strings.Join(part, "\n"))
		part = nil
	}
	for l := range strings.SplitSeq(want, "\n") {
		if strings.TrimSpace(l) == dots {
			flush()
			continue
		}
		part = append(part, l)
	}
	flush()
	return ok
}

// istioLines reads "+ TEXT" and "- TEXT": it is there, it is not.
func istioLines(_ Options, want, got string) bool {
	for l := range strings.SplitSeq(want, "\n") {
		if text, ok := strings.CutPrefix(l, "+ "); ok && !strings.Contains(got, text) {
			return false
		}
		if text, ok := strings.CutPrefix(l, "- "); ok && strings.Contains(got, text) {
			return false
		}
	}
	return true
}

var (
	istioElapsed = lazyregexp.New(`^(?:[0-9]+[smhd])+$`)
	istioAddress = lazyregexp.New(`^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$`)
	istioPrefix  = lazyregexp.New(`^(?:[a-zA-Z0-9_]+-)+`)
)

// istioLike compares line by line and word by word.
func istioLike(o Options, want, got string) bool {
	if want == got {
		return true
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	if len(w) != len(g) {
		return false
	}
	for i := range w {
		ws, gs := istioWords(w[i]), istioWords(g[i])
		if len(ws) != len(gs) {
			return false
		}
		for j := range ws {
			if !o.istioWord(ws[j], gs[j]) {
				return false
			}
		}
	}
	return true
}

// istioWords splits as bash's read does, which takes a backslash for itself.
func istioWords(line string) []string {
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		if line[i] == '\\' {
			if i++; i == len(line) {
				break
			}
		}
		b.WriteByte(line[i])
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return r == ' ' || r == '\t' })
}

func (o Options) istioWord(want, got string) bool {
	switch {
	case want == got, want == dots:
		return true
	case istioElapsed.MatchString(want) && istioElapsed.MatchString(got):
		return true
	case istioAddress.MatchString(want):
		if istioAddress.MatchString(got) || o.Pending && got == "<pending>" || o.None && got == "<none>" {
			return true
		}
	}
	n := 0
	for n < len(want) && n < len(got) && want[n] == got[n] {
		n++
	}
	return n == len(got) && n < len(want) || istioPrefix.MatchString(want[:n])
}
