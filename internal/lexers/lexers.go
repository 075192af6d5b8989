// Package lexers has the lexers of chroma, read when a language is first asked for.
// chroma's own package of them reads the heads of 279 files before main begins,
// which is 6 of the 20 milliseconds that a start of this program would take.
//
// What is here is chroma's, written to an archive by go generate: what is missing
// or differs there is said in pack.go, and a test compares the rest.
package lexers

import (
	"archive/zip"
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"io/fs"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
)

//go:generate go run pack.go

// packed is the archive: definitions, and the rules of each as a file.
//
//go:embed lexers.zip
var packed string

// A definition is a lexer without its rules.
type definition struct {
	chroma.Config
	Rules string      // name of their file
	Root  *definition // what the language is inside of, as a template in HTML; nil nothing
}

// Get returns the lexer of a language by its name, an alias or the ending of its
// files; nil where there is none. It is safe for concurrent use.
func Get(name string) chroma.Lexer { return registry().Get(name) }

// registry has all lexers. What is packed is part of the program, and right.
var registry = sync.OnceValue(func() *chroma.LexerRegistry {
	all := chroma.NewLexerRegistry()
	archive, definitions, err := open()
	if err != nil {
		return all // code is plain then; a test would tell
	}
	for i := range definitions {
		if l, err := definitions[i].lexer(archive); err == nil {
			all.Register(l)
		}
	}
	return all
})

func open() (archive fs.FS, definitions []definition, err error) {
	if archive, err = zip.NewReader(strings.NewReader(packed), int64(len(packed))); err != nil {
		return nil, nil, err
	}
	text, err := fs.ReadFile(archive, "definitions.json")
	if err == nil {
		err = json.Unmarshal(text, &definitions)
	}
	return archive, definitions, err
}

func (d *definition) lexer(archive fs.FS) (chroma.Lexer, error) {
	l, err := chroma.NewLexer(&d.Config, func() chroma.Rules { return rules(archive, d.Rules) })
	if err != nil || d.Root == nil {
		return l, err
	}
	root, err := d.Root.lexer(archive)
	return chroma.DelegatingLexer(root, l), err
}

// rules reads a file. Without rules a lexer gives an error.
func rules(archive fs.FS, name string) chroma.Rules {
	var lexer struct {
		Rules chroma.Rules `xml:"rules"`
	}
	text, err := fs.ReadFile(archive, name)
	if err == nil {
		err = xml.Unmarshal(text, &lexer)
	}
	if err != nil {
		return nil
	}
	return lexer.Rules
}
