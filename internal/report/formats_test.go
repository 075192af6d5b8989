package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// hardRun is testRun with what is hard to write.
func hardRun() *Run {
	r := testRun()
	r.Date = "2026-01-02T03:04:05Z"
	r.Pages[0].Cached = &Origin{Cluster: "kind", Date: "2025-01-02T03:04:05Z"}
	r.Diagnostics = []source.Diagnostic{
		{Pos: source.Pos{File: "content/p.md", Line: 2, Col: 8}, Rule: "prose-quote", Message: "isn’t <b>, 50% \"of\" a, b: c\r\n::error::x", Hint: "]]> & more\x00\x1b",
			Replacement: &source.Replacement{Pos: source.Pos{File: "content/p.md", Line: 2, Col: 8}, End: source.Pos{File: "content/p.md", Line: 2, Col: 11}, Text: "’"}},
		{Pos: source.Pos{File: "content/p.md"}, Rule: "link-dead", Severity: source.Warning, Message: "w"},
		{Pos: source.Pos{File: "content/a b:c,d.md"}, Rule: "file-unreadable", Message: "m"},
		{Rule: "config", Message: "no place at all"},
	}
	return r
}

// tree knows one line, in which the byte 8 is the character 4.
var tree = Tree{Prefix: "docs/", Line: func(file string, line int) string {
	if file == "content/p.md" && line == 2 {
		return "你好 – x"
	}
	return ""
}}

// sarifSchema is the one that OASIS has published, as it is in the testdata.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSARIF(t *testing.T) {
	schema := sarifSchema(t)
	for name, r := range map[string]*Run{"nothing": {}, "all": hardRun()} {
		var b bytes.Buffer
		if err := r.SARIF(&b, tree, "v1.2.3"); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		doc, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
		if name == "all" {
			sarifSays(t, text)
		}
	}
}

func sarifSays(t *testing.T, text string) {
	t.Helper()
	for _, want := range []string{
		`"ruleId": "vacuous"`, `"id": "link-dead"`, `"level": "warning"`, `"uri": "docs/content/a%20b:c,d.md"`, `"text": "’"`,
		"\"startLine\": 2,\n\t\t\t\t\t\t\t\t\t\"startColumn\": 4\n", `"endColumn": 5`, `kubectl get ns`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

// TestJUnit holds the rules of the usual schemas of JUnit's XML: which elements
// and attributes there are and have to be, their order, and the sums.
func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	r := hardRun()
	if err := r.JUnit(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	elements(t, text)
	var doc junitSuites
	if err := xml.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Suites) != 4 { // two pages, a file that is none, no file
		t.Fatalf("%d suites\n%s", len(doc.Suites), text)
	}
	for i, s := range doc.Suites {
		var got [3]int
		for _, c := range s.Cases {
			for j, is := range []bool{c.Failure != nil, c.Error != nil, c.Skipped != nil} {
				if is {
					got[j]++
				}
			}
		}
		if s.ID != i || len(s.Cases) != s.Tests || got != [3]int{s.Failures, s.Errors, s.Skipped} {
			t.Errorf("suite %d: %+v, counted %v", i, s, got)
		}
	}
	s := doc.Suites[0]
	if s.Tests != 11 || s.Failures != 4 || s.Skipped != 6 || s.Time != "1.540" || s.Props.All[len(s.Props.All)-1].Name != "cached" {
		t.Errorf("got %+v", s)
	}
	if doc.Suites[1].Errors != 1 || s.Cases[1].Failure.Type != "exit" || s.Cases[5].Skipped.Message != "static: needs pods" {
		t.Errorf("got %s", text)
	}
}

// allowed says what may be in which element, with the attributes that have to be
// there; those and no others may.
var allowed = map[string]struct {
	in    string
	attrs string
}{
	"testsuites": {"", ""},
	"testsuite":  {"testsuites", "name id package timestamp hostname tests failures errors skipped time"},
	"properties": {"testsuite", ""},
	"property":   {"properties", "name value"},
	"testcase":   {"testsuite", "name classname time"},
	"skipped":    {"testcase", "message"},
	"error":      {"testcase", "message type"},
	"failure":    {"testcase", "message type"},
}

func elements(t *testing.T, text string) {
	t.Helper()
	var stack []string
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			rule, ok := allowed[e.Name.Local]
			in := ""
			if len(stack) > 0 {
				in = stack[len(stack)-1]
			}
			var attrs []string
			for _, a := range e.Attr {
				attrs = append(attrs, a.Name.Local)
			}
			if !ok || in != rule.in || strings.Join(attrs, " ") != rule.attrs {
				t.Errorf("%s in %q with %v", e.Name.Local, in, attrs)
			}
			stack = append(stack, e.Name.Local)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

// TestGitHub reads what was written as the runner of GitHub Actions does.
func TestGitHub(t *testing.T) {
	var b bytes.Buffer
	if err := hardRun().GitHub(&b, tree); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if want := len(hardRun().findings()); len(lines) != want {
		t.Errorf("%d lines, want %d\n%s", len(lines), want, b.String())
	}
	command := regexp.MustCompile(`^::(error|warning) (file=[^,:]+,line=\d+,col=\d+,)?title=([^,:]+)::([^\r\n]+)$`)
	for _, l := range lines {
		if !command.MatchString(l) {
			t.Errorf("no command: %q", l)
		}
	}
	for _, want := range []string{
		"::error file=docs/content/p.md,line=2,col=4,title=prose-quote::isn’t <b>, 50%25 \"of\" a, b: c%0D%0A::error::x%0Ahint: ]]>",
		"::error file=docs/content/a b%3Ac%2Cd.md,line=1,col=1,title=file-unreadable::m",
		"::warning file=docs/content/p.md,line=1,col=1,title=link-dead::w",
	} {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, want) }) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

// TestQuiet holds that no line of a text is a command, and that commands work
// again after it.
func TestQuiet(t *testing.T) {
	var b bytes.Buffer
	Quiet(&b, "a\n\t::set-env name=x::y\n")
	got := strings.Split(b.String(), "\n")
	word := strings.TrimPrefix(got[0], "::stop-commands::")
	if len(got) != 5 || word == got[0] || got[3] != "::"+word+"::" {
		t.Errorf("got %q", got)
	}
	b.Reset()
	if Quiet(&b, "a\n"); b.String() != "a\n" {
		t.Errorf("got %q", b.String())
	}
}

// ExampleRun_findings shows that a block which failed without a claim is said.
func ExampleRun_findings() {
	r := Run{Pages: []Page{{Blocks: []Block{{Pos: source.Pos{File: "p.md", Line: 3, Col: 1}, Status: check.Failed, Reason: "why"}}}}}
	fmt.Println(r.findings()[0].Diagnostic)
	// Output: p.md:3:1: why
}
