package site

import (
	"regexp"
	"strings"
	"testing"
)

// suspected is what suspect has to find, as regular expressions say it: the second
// where an address of another host may be.
var suspected = [2]*regexp.Regexp{
	regexp.MustCompile(`(?i)[\s"'/](?:style|srcset|on[a-z]+)\s*=|<(?:script|style|base|meta)\b`),
	regexp.MustCompile(`(?i)<(?:iframe|frame|object|embed|img|video|audio|source|track|link)\b`),
}

func FuzzSuspect(f *testing.F) {
	for _, s := range []string{
		`<p style="x">`, `<p STYLE = "x">`, `<img src=x>`, `<IMG/>`, `<imgs>`, `<a onclick=x>`, `<a data-style="x">`, `<a on="x">`, `<a/onclick=x>`,
		`<source-x>`, `<p class="style">`, `a style=`, `style=`, `<link`, `< link`, `<p title='x'onload=y>`, `<p srcset
		= "x">`, `<iframe_x>`, `<metadata>`, `x=y`, `<svg onLoad =`, `<img src="//x">`, `<LINK href=&#47;/x>`, `<imgs src="//x">`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range s {
			if r >= 0x80 {
				return // a browser folds no case but that of ASCII
			}
		}
		want := suspected[0].MatchString(s) || suspected[1].MatchString(s) && (strings.Contains(s, "//") || strings.Contains(s, "&"))
		if got := suspect(s); got != want {
			t.Errorf("%q: suspect is %v, want %v", s, got, want)
		}
	})
}
