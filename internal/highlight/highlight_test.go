package highlight

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// own gives the tokens of our scanner; false where it leaves the text to chroma.
func own(lang, text string) ([]chroma.Token, bool) {
	var got []chroma.Token
	s := &scanner{text: text, emit: func(t chroma.TokenType, v string) { got = append(got, chroma.Token{Type: t, Value: v}) }}
	return got, plain(text) && scanners[lang](s)
}

// differs says where our tokens are not chroma's; "" nowhere.
func differs(t testing.TB, lang, text string) string {
	got, ok := own(lang, text)
	if !ok {
		return ""
	}
	next, err := lexers.Get(lang).Tokenise(nil, text)
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for want := next(); want != chroma.EOF; want = next() {
		if want.Value == "" {
			continue
		}
		if i == len(got) {
			return fmt.Sprintf("token %d is missing, chroma has %v", i, want)
		}
		if got[i] != want {
			return fmt.Sprintf("token %d is %v, chroma has %v", i, got[i], want)
		}
		i++
	}
	if i < len(got) {
		return fmt.Sprintf("chroma ends in front of %v", got[i])
	}
	return ""
}

var samples = map[string][]string{
	"YAML": {
		"a: 1\nb:\n- c: \"d\\\"e\"\n- 'f' # g\n", "a: |\n  x\n\n   y\n z\nb: >-\n  t", "- - a\n? b\n: c", "a: 10m\nb: 1.5Gi\nc: 1e5\nd: -1\ne: 0x1f g\nf: .5",
		"a: 2020-01-02T03:04:05.6Z\nb: 2020-01-02 c", "---\na: &x b\nc: *x\n...\n", "x: \"open\ny: 'open\n", "x: 'it\\'s open\n", "http://x: y // z\n{a: b, \"c\": d}\n",
		"a: no\nb: nothing\nc: on # x  # y\n", "%include a\n", "!!str a\n!x: y\n-a: b\n-\n- \n", ":\n: \n", "a:|\n b", "\"a\": \"b: \"c\": d\n", "1.2.3: 1.x\n", "a: 0xZ 0o17\n1.e3",
	},
	"Bash": {
		"kubectl get pods -n foo | grep -c 'x y' && echo \"$A ${B:-c} $(d `e`)\"\n", "A=1 B+=2 C = 3\n", "cat <<EOF\na\nEOF\nb <<-'X' c X\nd <<Y", "if [ $# -gt 0 ]; then\n  done\nfi\ndone\n\n$ x",
		"#!/bin/sh\n#x\na#b\n", "echo $((1+0x2*16#ff-3# ))", "echo \"a\\\"b\" $\"c\" $'d\\'e' $ \\", "\\\n 12 12a 12; 1", "'open\nx", "\"open $x\ny", "$(a ${b", "export\nexport)`cd", "<<<x <y <<\"Q\"", "a=(1 2) {a..b}", ")) } ]", "${#a[@]}${a:?b}${c//d/'e'}", "\x01\v",
	},
}

func TestOwnTokens(t *testing.T) {
	for lang, texts := range samples {
		for _, text := range texts {
			if d := differs(t, lang, text); d != "" {
				t.Errorf("%s %q: %s", lang, text, d)
			}
		}
	}
}

func FuzzOwnTokens(f *testing.F) {
	for lang, texts := range samples {
		for _, text := range texts {
			f.Add(lang == "YAML", text)
		}
	}
	f.Fuzz(func(t *testing.T, isYAML bool, text string) {
		lang := map[bool]string{true: "YAML", false: "Bash"}[isYAML]
		if d := differs(t, lang, text); d != "" {
			t.Errorf("%s %q: %s", lang, text, d)
		}
	})
}

var block = regexp.MustCompile("(?s)(?:```|\\{\\{< text )[ ]*(\\w+)[^\n]*\n(.*?)(?:```|\\{\\{< /text >\\}\\})")

// Every block of the corpora that is shell or YAML, also those that are not
// indented any more once the page is parsed.
func TestOwnTokensOfCorpora(t *testing.T) {
	root := filepath.Join("..", "..", "..", "shared", "corpora")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the corpora are not here:", err)
	}
	names := map[string]string{"yaml": "YAML", "yml": "YAML", "bash": "Bash", "sh": "Bash", "shell": "Bash", "console": "Bash"}
	blocks, ours := 0, 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".md") {
			return err
		}
		text, err := os.ReadFile(name)
		for _, m := range block.FindAllStringSubmatch(string(text), -1) {
			lang, ok := names[m[1]]
			if !ok {
				continue
			}
			body := m[2]
			blocks++
			if _, ok := own(lang, body); ok {
				ours++
			}
			if d := differs(t, lang, body); d != "" {
				t.Errorf("%s: %s: %s:\n%s", name, lang, d, body)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d blocks, %d of them by our own scanners", blocks, ours)
	if blocks < 2000 || ours < blocks*8/10 {
		t.Errorf("%d blocks, %d of them ours: the test looks at too few", blocks, ours)
	}
}

func BenchmarkHTML(b *testing.B) {
	for lang, texts := range samples {
		text := strings.Join(texts[:2], "\n")
		b.Run(lang, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				w := writer{text: text}
				tokens(lexer(strings.ToLower(lang)), text, w.token)
			}
		})
	}
}
