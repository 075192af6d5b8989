package report

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
)

// GitHub writes what is wrong as workflow commands of GitHub Actions, which
// shows them beside the lines of the pages.
func (r *Run) GitHub(w io.Writer, t Tree) error {
	b := bufio.NewWriter(w)
	for _, f := range r.findings() {
		at := t.place(f.Pos)
		text := f.text()
		if f.detail != "" {
			text += "\n" + f.detail
		}
		where := fmt.Sprintf("file=%s,line=%d,col=%d,", property(at.File), at.Line, at.Col)
		if f.Pos.File == "" {
			where = ""
		}
		fmt.Fprintf(b, "::%s %stitle=%s::%s\n", f.Severity, where, property(f.Rule), data(text))
	}
	return b.Flush()
}

var (
	data     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace
	property = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace
)

// Quiet writes text so that GitHub Actions takes none of it for a workflow
// command: what a page's command prints must not set anything there.
func Quiet(w io.Writer, text string) error {
	if !strings.Contains(text, "::") && !strings.Contains(text, "##[") {
		_, err := io.WriteString(w, text)
		return err
	}
	word := fmt.Sprintf("probatum-%x", sha256.Sum256([]byte(text)))
	_, err := fmt.Fprintf(w, "::stop-commands::%s\n%s::%s::\n", word, text, word)
	return err
}
