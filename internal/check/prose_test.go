package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/source"
)

func TestProse(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"apostrophe", "If it isnâ€™t set", "1:7: isnâ€™t -> isn’t"},
		{"dash between words", "a â€“ b", "1:3: â€“ -> –"},
		{"quotation marks", "an â€œexampleâ€\u009d here", "1:4: â€œexampleâ€\u009d -> “example”"},
		{"accent at the end of a word", "voilÃ\u00a0 tout", "1:1: voilÃ\u00a0 -> voilà"},
		{"accent inside a word", "dÃ©jÃ\u00a0 vu", "1:1: dÃ©jÃ\u00a0 -> déjà"},
		{"umlaut", "fÃ¼r GrÃ¶ÃŸe", "1:1: fÃ¼r -> für|1:8: GrÃ¶ÃŸe -> Größe"},
		{"capital umlaut", "Ãœber", "1:1: Ãœber -> Über"},
		{"blank that does not break", "10Â\u00a0km, 5Â°C", "1:1: 10Â\u00a0km -> 10\u00a0km|1:11: 5Â°C -> 5°C"},
		{"chinese", "ä¸\u00adæ–‡", "1:1: ä¸\u00adæ–‡ -> 中文"},
		{"twice", "isnÃ¢â‚¬â„¢t", "1:1: isnÃ¢â‚¬â„¢t -> isn’t"},
		{"emoji", "ok ðŸ˜€", "1:4: ðŸ˜€ -> 😀"},
		{"right french", "« Café » à l’été, «CAFÉ», voilà\u00a0« déjà\u00a0» — l’Île", ""},
		{"right german", "„Ä“ »CAFÉ« Größe, Übermaß – für 5 °C", ""},
		{"right portuguese", "“MANHÃ” e «MANHû NÃO, SÃO Ã", ""},
		{"right spanish", "¿Qué? ¡Ñandú! «É»", ""},
		{"right chinese", "服务网格（Istio）……“你好”—é", ""},
		{"right polish and turkish", "Zażółć gęślą jaźń, İstanbul, Ğ", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range Prose(source.NewFile("", []byte(tt.in))) {
				wrong, _, _ := strings.Cut(d.Message, " was UTF-8")
				got = append(got, d.Pos.String()+": "+wrong+" -> "+strings.TrimPrefix(d.Hint, "write "))
			}
			if g := strings.Join(got, "|"); strings.ReplaceAll(g, "\u00a0", " ") != strings.ReplaceAll(tt.want, "\u00a0", " ") {
				t.Errorf("Prose(%q)\n got %q\nwant %q", tt.in, g, tt.want)
			}
		})
	}
}

// The only garbled text in the corpora stands in the seed that was damaged on
// its way here.
func TestProseCorpus(t *testing.T) {
	if _, err := os.Stat(corpora); err != nil {
		t.Skipf("no corpus: %v", err)
	}
	var got []string
	for _, dir := range []string{"istio-en", "istio-zh", "kiali", "k8s-tasks", "../seeds"} {
		err := filepath.WalkDir(filepath.Join(corpora, dir), func(name string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(name) != ".md" {
				return err
			}
			data, err := os.ReadFile(name)
			for _, d := range Prose(source.NewFile(filepath.Base(name), data)) {
				got = append(got, d.String())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	want := "istio-end-user-auth.md:14:17: warning: isnâ€™t was UTF-8 and has been read as Windows-1252\n\thint: write isn’t"
	if g := strings.Join(got, "\n"); g != want {
		t.Errorf("got %d:\n%s\nwant:\n%s", len(got), g, want)
	}
}
