package script

import (
	"flag"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/source"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func at(line, col int) source.Pos { return source.Pos{File: "ops/auth.md", Line: line, Col: col} }

// testPlan has one of everything.
func testPlan() *check.Plan {
	p := &page.Page{File: source.NewFile("ops/auth.md", nil)}
	block := func(line int) *page.Block { return &page.Block{Page: p, Pos: at(line, 1)} }
	return &check.Plan{Page: p, Items: []check.Item{
		{Block: block(16), Kind: check.Session, Claims: []check.Claim{
			{Kind: check.Command, Pos: at(16, 3), Text: "kubectl get pods $(echo -A) | cat", Read: true, HasWant: true, Want: "NAME\n..."},
			{Kind: check.Command, Pos: at(18, 3), Text: "cat <<EOF\n-- x --\nEOF\n", Read: true},
			{Kind: check.Command, Pos: at(21, 3), Text: "false", Fails: true, Exit: 1, Timeout: time.Minute},
			{Kind: check.Command, Pos: at(21, 3), Text: "sleep 100", Background: true},
			{Kind: check.Command, Pos: at(22, 3), Text: "istioctl version"},
		}},
		{Block: block(24), Kind: check.Manifest, Claims: []check.Claim{
			{Kind: check.Apply, Pos: at(24, 1), Text: "apiVersion: v1\nkind: Namespace\n", Keep: true}}},
		{Block: block(30), Kind: check.File, Claims: []check.Claim{
			{Kind: check.Write, Pos: at(30, 1), Text: "no end of line", Name: "a b's.txt"}}},
		{Block: block(40), Kind: check.Fragment, Status: check.Static, Reason: "only its syntax\ncould be checked"},
		{Block: block(50), Kind: check.Code, Status: check.Unchecked},
		{Block: block(60), Kind: check.Manifest, Status: check.Failed,
			Problems: []source.Diagnostic{{Message: "authentication.istio.io/v1alpha1 is gone"}}},
	}}
}

func notInstalled(r Ref) string {
	if r == (Ref{0, 4}) {
		return "istioctl is not installed"
	}
	return ""
}

func TestMakeGolden(t *testing.T) {
	// The script stands in a txtar file itself, so each line is indented.
	got := "\t" + strings.ReplaceAll(string(Make(testPlan(), notInstalled).Text), "\n", "\n\t")
	const name = "testdata/page.golden"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// From every line of the script back to its claim and its text.
func TestMakeAndBack(t *testing.T) {
	plan := testPlan()
	s := Make(plan, nil)
	a := txtar.Parse(s.Text)
	files := map[string]string{}
	for _, f := range a.Files {
		files[f.Name] = string(f.Data)
	}
	seen := map[Ref]bool{}
	for _, text := range strings.Split(string(a.Comment), "\n") {
		if text == "" || text[0] == '#' {
			continue
		}
		words := strings.Fields(text)
		if words[0] == File {
			words = append(words[:3], "a b's.txt")
		}
		l, err := Parse(words[0], words[1:])
		if err != nil {
			t.Fatal(err)
		}
		ref, ok := s.Claims[l.ID]
		if !ok {
			t.Fatalf("%q: no claim %s", text, l.ID)
		}
		seen[ref] = true
		c := plan.Items[ref.Item].Claims[ref.Claim]
		want := c.Text
		if l.Verb == Expect {
			want = c.Want
		}
		got := Unguard(lines(t, files, l.File))
		if strings.TrimSuffix(got, "\n") != strings.TrimSuffix(want, "\n") || got != s.Files[l.File] {
			t.Errorf("%q: got %q and %q, want %q", text, got, s.Files[l.File], want)
		}
		if l.Verb == File && got != c.Text {
			t.Errorf("%q: got %q, want %q, with no newline at its end", text, got, c.Text)
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d claims on lines, want 7", len(seen))
	}
}

// lines gives the text that a line of the script names: a file, or lines of one.
func lines(t *testing.T, files map[string]string, name string) string {
	t.Helper()
	name, part, some := strings.Cut(name, ":")
	text, ok := files[name]
	if !ok {
		t.Fatalf("no file %s", name)
	}
	if !some {
		return text
	}
	from, to, ok := strings.Cut(part, ",")
	if !ok {
		to = from
	}
	first, err := strconv.Atoi(from)
	if err != nil {
		t.Fatal(err)
	}
	last, err := strconv.Atoi(to)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.SplitAfter(text, "\n")[first-1:last], "")
}

func TestMakeSkippedPage(t *testing.T) {
	plan := testPlan()
	plan.Skip = "needs a load balancer"
	s := Make(plan, nil)
	if len(s.Claims) != 0 || !strings.Contains(string(s.Text), "# skipped: needs a load balancer\n") {
		t.Errorf("got %s", s.Text)
	}
}

func TestLineRoundTrip(t *testing.T) {
	for _, l := range []Line{
		{Verb: Session, ID: "1:1", File: "cmd/1-1.sh"},
		{Verb: Session, ID: "1:1.2", File: "cmd/1-1.2.sh", Read: true, Nonempty: true, Fails: true, Exit: 3,
			Background: true, Within: time.Minute, Timeout: 90 * time.Second},
		{Verb: Expect, ID: "1:1", File: "out/1-1.txt", Match: "a 'b' $c #d"},
		{Verb: Manifest, ID: "1:1", File: "yaml/1-1.yaml", Keep: true},
	} {
		got, err := Parse(l.Verb, words(l.String())[1:])
		if err != nil || !reflect.DeepEqual(got, l) {
			t.Errorf("%s: got %+v, %v, want %+v", l, got, err, l)
		}
	}
	for _, bad := range []string{"session 1:1", "session -no 1:1 a", "file 1:1 a", "expect 1:1 a b"} {
		if _, err := Parse(words(bad)[0], words(bad)[1:]); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// words splits a line as testscript does, without variables.
func words(line string) (ws []string) {
	quoted, word, in := false, "", false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'' && quoted && i+1 < len(line) && line[i+1] == '\'':
			word, i = word+"'", i+1
		case c == '\'':
			quoted, in = !quoted, true
		case c == ' ' && !quoted:
			if in {
				ws = append(ws, word)
			}
			word, in = "", false
		default:
			word, in = word+string(c), true
		}
	}
	if in {
		ws = append(ws, word)
	}
	return ws
}

// Properties: what is guarded stays one file of an archive, and comes back
// as it was.
func FuzzGuard(f *testing.F) {
	for _, s := range []string{"", "\n", "a", "-- x --\n", "\\-- x --", "\\ No newline at end of file", "\\ No newline at end of file\n",
		"a\r\n-- x --\r\n", "\\\\-- y --\n\\", "--  --", " No newline at end of file\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		guarded := Guard(text)
		a := txtar.Parse(txtar.Format(&txtar.Archive{Files: []txtar.File{{Name: "f", Data: []byte(guarded)}, {Name: "g"}}}))
		if len(a.Files) != 2 || a.Files[1].Name != "g" || len(a.Comment) != 0 {
			t.Fatalf("%q does not stay one file: %q", text, guarded)
		}
		if got := Unguard(string(a.Files[0].Data)); got != text {
			t.Fatalf("%q came back as %q over %q", text, got, guarded)
		}
	})
}
