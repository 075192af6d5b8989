package site

import (
	"regexp"
	"testing"
)

// suspected is what suspect has to find, as a regular expression says it.
var suspected = regexp.MustCompile(`(?i)[\s"'/](?:style|srcset|on[a-z]+)\s*=|<(?:script|style|iframe|frame|object|embed|img|video|audio|source|track|link|base|meta)\b`)

func FuzzSuspect(f *testing.F) {
	for _, s := range []string{
		`<p style="x">`, `<p STYLE = "x">`, `<img src=x>`, `<IMG/>`, `<imgs>`, `<a onclick=x>`, `<a data-style="x">`, `<a on="x">`, `<a/onclick=x>`,
		`<source-x>`, `<p class="style">`, `a style=`, `style=`, `<link`, `< link`, `<p title='x'onload=y>`, `<p srcset
		= "x">`, `<iframe_x>`, `<metadata>`, `x=y`, `<svg onLoad =`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range s {
			if r >= 0x80 {
				return // a browser folds no case but that of ASCII
			}
		}
		if got, want := suspect(s), suspected.MatchString(s); got != want {
			t.Errorf("%q: suspect is %v, want %v", s, got, want)
		}
	})
}
