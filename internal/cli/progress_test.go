package cli

import (
	"bytes"
	"strings"
	"testing"
)

// TestProgress holds that what is shown is taken away again, that it is one line,
// and that there is nothing where there is no terminal.
func TestProgress(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		var b bytes.Buffer
		p := &progress{w: &b, shown: terminal}
		p.say("start the control plane")
		p.page("content/first.md", 0, 3)
		p.page("content/"+strings.Repeat("long/", 30)+"second.md", 1, 3)
		p.page("", 3, 3)
		p.end()
		p.end()
		got := b.String()
		if !terminal {
			if got != "" {
				t.Errorf("not on a terminal: got %q", got)
			}
			continue
		}
		for _, want := range []string{"start the control plane", "content/first.md", "(1/3", "second.md"} {
			if !strings.Contains(got, want) {
				t.Errorf("no %q in %q", want, got)
			}
		}
		last := got[strings.LastIndex(strings.TrimRight(got, "\r"), "\r")+1:]
		if strings.TrimSpace(strings.TrimPrefix(last, "\x1b[K")) != "" || strings.Contains(got, "\n") {
			t.Errorf("something stays: %q", got)
		}
	}
}
