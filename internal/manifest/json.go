package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/probatum/probatum/internal/lazyregexp"
)

// What stands for something left out of JSON, which has no comments.
var elidedJSON = lazyregexp.New(`\.{3}|…|(?m)^[ \t]*(//|#)`)

// ParseJSON reads JSON: one value or several one after another. The documents
// have places like those of YAML.
func ParseJSON(text string) *File {
	at, err := jsonError(text)
	if err != nil && members(text) {
		return &File{Docs: []Doc{{text: text, lines: lineStarts(text)}}}
	}
	if err == nil {
		f := Parse(text)
		f.Elided, f.Template = false, false
		f.Problems = keep(f.Problems, "yaml-duplicate")
		return f
	}
	f := &File{Elided: elidedJSON.MatchString(jsonStrings.ReplaceAllString(text, `""`)), Template: strings.Contains(text, "{{")}
	f.Docs = []Doc{{text: text, lines: lineStarts(text)}}
	if f.Elided || f.Template {
		return f
	}
	p := Problem{At: at, Other: -1, Rule: "json", Message: "not JSON: " + err.Error()}
	switch {
	case strings.ContainsRune("“”‘’", firstRune(text[at:])):
		p.Rule, p.Message, p.Hint = "curly-quotes", "curly quotes are no quotes in JSON", `write straight quotes: "`
	case strings.TrimSpace(text[:at]) == "":
		p.Hint = "give the block another language if it is none"
	case trailingComma(text, at):
		p.Hint = "remove the comma before it: JSON has none after the last value"
	}
	f.Problems = []Problem{p}
	return f
}

var jsonStrings = lazyregexp.New(`"(?:[^"\\\n]|\\.)*"`)

func jsonError(text string) (int, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	for {
		var v json.RawMessage
		err := dec.Decode(&v)
		var syntax *json.SyntaxError
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			return 0, nil
		case errors.As(err, &syntax):
			return min(max(int(syntax.Offset)-1, 0), len(text)), errors.New(strings.TrimPrefix(err.Error(), "json: "))
		}
		return len(text), errors.New("it ends too early")
	}
}

// members reports whether the text is the inside of an object: "key": value, as
// pages show a line to add.
func members(text string) bool {
	_, err := jsonError("{" + strings.TrimSuffix(strings.TrimSpace(text), ",") + "}")
	return err == nil && strings.HasPrefix(strings.TrimSpace(text), `"`)
}

func trailingComma(text string, at int) bool {
	before := strings.TrimRight(text[:at], " \t\r\n")
	return at < len(text) && (text[at] == '}' || text[at] == ']') && strings.HasSuffix(before, ",")
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func keep(ps []Problem, rule string) []Problem {
	var out []Problem
	for _, p := range ps {
		if p.Rule == rule {
			out = append(out, p)
		}
	}
	return out
}

// ParseTOML reads TOML for its syntax; there are no documents in the File.
func ParseTOML(text string) *File {
	var v map[string]any
	_, err := toml.NewDecoder(bytes.NewReader([]byte(text))).Decode(&v)
	var bad toml.ParseError
	switch {
	case err == nil:
		return &File{}
	case errors.As(err, &bad):
		return &File{Problems: []Problem{{At: min(max(bad.Position.Start, 0), len(text)), Other: -1, Rule: "toml", Message: "not TOML: " + bad.Message}}}
	}
	return &File{Problems: []Problem{{Other: -1, Rule: "toml", Message: "not TOML: " + err.Error()}}}
}
