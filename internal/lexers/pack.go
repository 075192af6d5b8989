//go:build ignore

// This program packs chroma's lexers. What it cannot write down is left out, and
// named; lexers that are code in chroma differ as far as patches tells.
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unsafe"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// A patch has rules instead of one that is code in chroma: that of the lexer whose
// pattern begins so.
type patch struct {
	lexer, pattern string
	rules          []chroma.Rule
}

var patches = []patch{
	// chroma looks for actions of templates in them, too.
	{"Go", "(`)([^`]*)(`)", []chroma.Rule{{"`[^`]*`", chroma.LiteralString, nil}}},
	{"HTTP", `([^\s:]+)( *)(:)`, []chroma.Rule{{`([^\s:]+)( *)(:)( *)([^\r\n]+)(\r?\n|\Z)`,
		chroma.ByGroups(chroma.Name, chroma.Text, chroma.Operator, chroma.Text, chroma.Literal, chroma.Text), nil}}},
	{"HTTP", `([\t ]+)`, []chroma.Rule{{`([\t ]+)([^\r\n]+)(\r?\n|\Z)`, chroma.ByGroups(chroma.Text, chroma.Literal, chroma.Text), nil}}},
	// chroma goes by the content type.
	{"HTTP", `.+`, []chroma.Rule{{`\s*[\[{].*`, chroma.Using("JSON"), nil}, {`\s*<(?:!doctype\s+|)html.*`, chroma.Using("HTML"), nil},
		{`\s*<.*`, chroma.Using("XML"), nil}, {`.+`, chroma.Text, nil}}},
	// chroma gives parts of the text out twice.
	{"Caddyfile", heredoc, heredocs},
	{"Caddyfile Directives", heredoc, heredocs},
	// chroma gives them to the lexers of their languages.
	{"reStructuredText", `^( *\.\.)(\s*)((?:source)?code`, nil},
	// chroma cuts the front matter off; this comes in front of the first rule.
	{"markdown", `<!--`, []chroma.Rule{{`\A---\r?\n(?:[^\n]*\n)*?---\r?\n`, chroma.Using("YAML"), nil}, {`<!--[\w\W]*?-->`, chroma.CommentMultiline, nil}}},
}

const heredoc = `(<<([a-zA-Z0-9_-]+))`

var heredocs = []chroma.Rule{{`(<<)([a-zA-Z0-9_-]+)(\n[\w\W]*)(\s*)(\2)`,
	chroma.ByGroups(chroma.StringHeredoc, chroma.StringHeredoc, chroma.String, chroma.String, chroma.StringHeredoc), nil}}

// A definition is what package lexers reads.
type definition struct {
	chroma.Config
	Rules string
	Root  *definition `json:",omitempty"`
}

func main() {
	log.SetFlags(0)
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	var definitions []*definition
	for i, l := range lexers.GlobalLexerRegistry.Lexers {
		switch d, err := pack(archive, fmt.Sprintf("%03d", i), l); {
		case errors.Is(err, chroma.ErrNotSerialisable):
			log.Printf("left out: %s: %v", l.Config().Name, err)
		case err != nil:
			log.Fatal(err)
		default:
			definitions = append(definitions, d)
		}
	}
	text, err := json.Marshal(definitions)
	err = errors.Join(err, write(archive, "definitions.json", text), licence(archive), archive.Close(), os.WriteFile("lexers.zip", out.Bytes(), 0o666))
	if err != nil {
		log.Fatal(err)
	}
}

// pack writes the rules of a lexer, and of those that it is made of.
func pack(archive *zip.Writer, name string, l chroma.Lexer) (*definition, error) {
	d := &definition{Config: *l.Config(), Rules: name + ".xml"}
	d.Analyse = nil // nobody guesses a language
	var err error
	switch fmt.Sprintf("%T", l) {
	case "*chroma.delegatingLexer":
		d.Root, err = pack(archive, name+"-root", field(l, "root"))
		l = field(l, "language")
	case "*chroma.remappingLexer":
		l = field(l, "lexer")
	case "*chroma.RegexLexer":
	default:
		l = field(l, "Lexer")
	}
	return d, errors.Join(err, writeRules(archive, d.Rules, l))
}

// field is a lexer that another one has.
func field(l chroma.Lexer, name string) chroma.Lexer {
	v := reflect.ValueOf(l).Elem().FieldByName(name)
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem().Interface().(chroma.Lexer)
}

var state = regexp.MustCompile(`(?s) *<state .*?</state>\n`)

// writeRules writes the rules of a lexer, patched, their states in order.
func writeRules(archive *zip.Writer, name string, l chroma.Lexer) error {
	all, err := l.(*chroma.RegexLexer).Rules()
	if err != nil {
		return err
	}
	all = all.Clone()
	for _, p := range patches {
		if p.lexer == l.Config().Name {
			p.apply(all)
		}
	}
	patched, err := chroma.NewLexer(&chroma.Config{Name: l.Config().Name}, func() chroma.Rules { return all })
	if err != nil {
		return err
	}
	text, err := chroma.Marshal(patched)
	if err != nil {
		return err
	}
	states := state.FindAll(text, -1)
	slices.SortFunc(states, bytes.Compare)
	begin, end := bytes.Index(text, []byte("    <state ")), bytes.LastIndex(text, []byte("</state>\n"))+len("</state>\n")
	return write(archive, name, slices.Concat(text[:begin], slices.Concat(states...), text[end:]))
}

func (p patch) apply(all chroma.Rules) {
	for state, rules := range all {
		i := slices.IndexFunc(rules, func(r chroma.Rule) bool { return strings.HasPrefix(r.Pattern, p.pattern) })
		if i >= 0 && (p.lexer != "markdown" || state == "root") {
			all[state] = slices.Replace(rules, i, i+1, p.rules...)
		}
	}
}

func write(archive *zip.Writer, name string, text []byte) error {
	w, err := archive.Create(name)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// licence writes chroma's.
func licence(archive *zip.Writer) error {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/alecthomas/chroma/v2").Output()
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "COPYING"))
	return errors.Join(err, write(archive, "COPYING", text))
}
