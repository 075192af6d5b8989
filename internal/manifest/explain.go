package manifest

import (
	"sort"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"go.yaml.in/yaml/v3"
)

var errorLine = lazyregexp.New(`^yaml: (line \d+: )?`)

// explain turns an error of the YAML reader into a problem. The line that the
// reader names is often the one where the construct starts, or one off, so the
// place is found again: the first line without which everything above parses.
func explain(d *Doc, err error) Problem {
	line := badLine(d)
	p := Problem{Other: -1, Rule: "yaml", Message: "not YAML: " + errorLine.ReplaceAllString(err.Error(), "")}
	start := d.lines[line]
	end := len(d.text)
	if line+1 < len(d.lines) {
		end = d.lines[line+1]
	}
	text := strings.TrimRight(d.text[start:end], "\r\n")
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	p.At = d.At + start + indent
	for _, known := range mistakes {
		if at, hint, ok := known.find(text, p.Message); ok {
			p.At = d.At + start + at
			p.Rule, p.Hint = known.rule, hint
			if known.message != "" {
				p.Message = known.message
			}
			p.Fix = repair(p.Rule, text, at, d.At+start)
			return p
		}
	}
	return p
}

// badLine returns the index of the first line that spoils the document: the
// lines above it can be read, with it and every line after it they cannot.
//
// It looks from the end upwards. What would take long is halved instead, which is
// as good where a text can be read up to its mistake.
func badLine(d *Doc) int {
	last := len(d.lines) - 1
	reads := func(n int) bool {
		var v yaml.Node
		return yaml.Unmarshal([]byte(d.text[:d.lines[n]]), &v) == nil
	}
	n := last
	for cost := 0; n > 0 && cost < 4<<20; n-- {
		if reads(n) {
			return n
		}
		cost += d.lines[n]
	}
	return max(sort.Search(n+1, func(i int) bool { return !reads(i) })-1, 0)
}

// A mistake is a slip that people make. find returns its place in the line and
// what to write instead.
type mistake struct {
	rule, message string
	find          func(line, message string) (at int, hint string, ok bool)
}

// repair gives the replacement for a mistake at an offset of a line that starts
// at start; nil where what was meant is not known.
func repair(rule, line string, at, start int) *Fix {
	rest := line[at:]
	fix := func(n int, text string) *Fix { return &Fix{start + at, start + at + n, text} }
	switch rule {
	case "yaml-tab":
		n := len(rest) - len(strings.TrimLeft(rest, " \t"))
		return fix(n, strings.ReplaceAll(rest[:n], "\t", "  "))
	case "yaml-separator":
		return fix(len(strings.TrimRight(rest, " \t")), "---")
	case "curly-quotes":
		spans := curly.FindAllStringIndex(rest, -1)
		n := spans[len(spans)-1][1]
		return fix(n, straight(rest[:n]))
	case "long-dash":
		return fix(len(rest)-len(strings.TrimLeft(rest, "–—")), "--")
	case "yaml-alias":
		word, _, _ := strings.Cut(rest, " ")
		word = strings.TrimRight(word, ",]}")
		return fix(len(word), quote(word))
	}
	return nil
}

var (
	dashes    = lazyregexp.New(`^([-–—]{1,2}|[-–—]*[–—][-–—]*)[ \t]*$`)
	curly     = lazyregexp.New(`[“”‘’]`)
	star      = lazyregexp.New(`(?:^|[:\-] +|\[ *|, *)(\*)`)
	twoKeys   = lazyregexp.New(`^[ \t]*(?:- )*[^\s:#"']+:[ \t]+[^"'\[{|>].*?[ \t]([\w.-]+:)(?:[ \t]|$)`)
	bareKey   = lazyregexp.New(`^[ \t]*(?:- )*([\w.-]+)[ \t]*$`)
	noSpace   = lazyregexp.New(`^[ \t]*(?:- )*([\w.-]+:)[^\s/:]`)
	reserved  = lazyregexp.New("(?:^|[:\\-] +)([@`%])")
	longDash  = lazyregexp.New(`(?:^|[:\-\[,] *)([–—][A-Za-z])`)
	unescaped = lazyregexp.New(`^[ \t]*(?:- )*(?:[^\s:#"']+:[ \t]+)?[^"'\[{|>\s#][^#]*?(: )`)
)

var mistakes = []mistake{
	{"yaml-tab", "a tab is used for indentation", func(line, _ string) (int, string, bool) {
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		i := strings.IndexByte(indent, '\t')
		return i, "YAML allows only spaces there", i >= 0
	}},
	{"yaml-separator", "this is not a document separator", func(line, _ string) (int, string, bool) {
		return 0, "write ---, three hyphens", dashes.MatchString(line)
	}},
	{"curly-quotes", "curly quotes are no quotes in YAML", func(line, _ string) (int, string, bool) {
		i := curly.FindStringIndex(line)
		if i == nil {
			return 0, "", false
		}
		return i[0], `write straight quotes: " or '`, true
	}},
	{"long-dash", "a long dash stands where two hyphens are meant", at(longDash, "write --")},
	{"yaml-alias", "a value that starts with * is an alias in YAML", func(line, msg string) (int, string, bool) {
		i := star.FindStringSubmatchIndex(line)
		if i == nil || strings.Contains(msg, "mapping values") {
			return 0, "", false
		}
		word, _, _ := strings.Cut(line[i[2]:], " ")
		return i[2], "put it in quotes: " + quote(strings.TrimRight(word, ",]}")), true
	}},
	{"yaml-reserved", "a value cannot start with this character", at(reserved, "put the value in quotes")},
	{"yaml", "", func(line, msg string) (int, string, bool) {
		i := twoKeys.FindStringSubmatchIndex(line)
		if i == nil || !strings.Contains(msg, "mapping values") {
			return 0, "", false
		}
		return i[2], "two keys stand on one line: break the line before " + quote(line[i[2]:i[3]]), true
	}},
	{"yaml", "", func(line, msg string) (int, string, bool) {
		i := unescaped.FindStringSubmatchIndex(line)
		if i == nil || !strings.Contains(msg, "mapping values") {
			return 0, "", false
		}
		return i[2], "put a value that holds a colon and a blank in quotes", true
	}},
	{"yaml", "", func(line, msg string) (int, string, bool) {
		i := bareKey.FindStringSubmatchIndex(line)
		if i == nil || !strings.Contains(msg, "expected ':'") {
			return 0, "", false
		}
		return i[2], "a key ends with a colon: " + line[i[2]:i[3]] + ":", true
	}},
	{"yaml", "", at(noSpace, "a blank must follow the colon")},
}

func at(re *lazyregexp.Regexp, hint string) func(string, string) (int, string, bool) {
	return func(line, _ string) (int, string, bool) {
		i := re.FindStringSubmatchIndex(line)
		if i == nil {
			return 0, "", false
		}
		return i[2], hint, true
	}
}
