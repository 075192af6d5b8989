// Package shortcodes holds the templates of the built-in shortcodes, one HTML
// file each, and reads those that a project adds or replaces.
//
// What a shortcode is follows from what its template uses: a template with
// .Inner has a body of Markdown, one with .InnerText or .Code a body that is
// taken letter for letter (.Code: a block of code, which is also checked), and
// any other has no body. A template that starts with a block element such as
// <div> stands on its own between paragraphs; any other stands inside a line.
//
// A template that defines "file" takes its body from a file instead: what it
// writes there is the file's name, or one name per line, of which the first that
// is there counts. One that can have several kinds of body defines "body", which
// writes markdown, code, text or none for a call; one whose code is always in one
// language defines "lang". See include.go.
package shortcodes

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	text "text/template"
	"time"

	"github.com/probatum/probatum/internal/direct"
	"github.com/probatum/probatum/internal/i18n"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/nearest"
)

//go:embed *.html blocks tutorials
var builtin embed.FS

// A Body says what stands between a shortcode's opening and closing tag.
type Body int

// The kinds of body.
const (
	None     Body = iota // there is no closing tag
	Markdown             // Markdown, parsed in place
	Verbatim             // text, kept letter for letter
)

// A Shortcode is one template and what follows from it.
type Shortcode struct {
	Name         string
	Body         Body
	Code         bool // the body is a block of code
	Block        bool // stands between paragraphs, not inside a line
	Links        bool // writes addresses: href, src
	AsksText     bool // asks for InnerText
	AsksPosition bool // asks for Position
	tmpl         *direct.Template
	file         *text.Template // writes the name of the file that is the body; nil where the page holds it
	lang         string         // of a body of code, where the page does not say
	body         *text.Template // writes the kind of body of a call; nil where all are Body
}

// A Set holds shortcodes by name. It is not changed after Load and is safe for
// concurrent use.
type Set struct {
	byName map[string]*Shortcode
	names  []string
}

// Load returns the built-in shortcodes and those of the user's folder, which
// replace built-in ones of the same name. A nil user means built-in only; a
// user's folder that is not there is the same as an empty one.
func Load(user fs.FS) (*Set, error) {
	s := &Set{byName: map[string]*Shortcode{}}
	if err := s.add(builtin); err != nil {
		return nil, err
	}
	if user != nil {
		if err := s.add(user); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	for name := range s.byName {
		s.names = append(s.names, name)
	}
	slices.Sort(s.names)
	return s, nil
}

func (s *Set) add(fsys fs.FS) error {
	return fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(file) != ".html" {
			return err
		}
		source, err := fs.ReadFile(fsys, file)
		if err != nil {
			return err
		}
		code, err := newShortcode(strings.TrimSuffix(file, ".html"), string(source))
		if err != nil {
			return fmt.Errorf("shortcodes/%s: %w", file, err)
		}
		s.byName[code.Name] = code
		return nil
	})
}

var (
	usesInner    = lazyregexp.New(`\.Inner\b`)
	usesText     = lazyregexp.New(`\.InnerText\b`)
	usesCode     = lazyregexp.New(`\.Code\b`)
	comment      = lazyregexp.New(`(?s)\{\{-?\s*/\*.*?\*/\s*-?\}\}`)
	firstElement = lazyregexp.New(`^\s*(?:\{\{[^}]*\}\}\s*)*<([a-zA-Z][a-zA-Z0-9]*)`)
)

var blockElements = map[string]bool{
	"address": true, "article": true, "aside": true, "blockquote": true, "details": true, "div": true, "dl": true,
	"figure": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "hr": true, "iframe": true,
	"nav": true, "ol": true, "p": true, "pre": true, "section": true, "table": true, "ul": true, "video": true,
}

// Try reports whether a text can be the template of a shortcode; nil: it can.
func Try(name, text string) error {
	_, err := newShortcode(name, text)
	return err
}

func newShortcode(name, source string) (*Shortcode, error) {
	tmpl, err := template.New(name).Funcs(funcs).Parse(strings.TrimRight(source, "\n"))
	if err != nil {
		return nil, err
	}
	c := &Shortcode{Name: name, tmpl: direct.New(tmpl, direct.DotOf[Call](), funcs)}
	if err := c.definitions(source); err != nil {
		return nil, err
	}
	plain := comment.ReplaceAllString(source, "")
	c.AsksText, c.AsksPosition = strings.Contains(plain, "InnerText"), strings.Contains(plain, "Position")
	c.Links = strings.Contains(plain, "href=") || strings.Contains(plain, "src=")
	switch {
	case usesCode.MatchString(plain):
		c.Body, c.Code, c.Block = Verbatim, true, true
	case usesText.MatchString(plain):
		c.Body = Verbatim
	case usesInner.MatchString(plain):
		c.Body = Markdown
	}
	if c.body != nil {
		if c.Body, c.Code, err = c.BodyOf(Call{}); err != nil {
			return nil, err
		}
	}
	if m := firstElement.FindStringSubmatch(plain); m != nil && blockElements[strings.ToLower(m[1])] || c.file != nil {
		c.Block = true
	}
	return c, nil
}

// Lookup returns the shortcode of that name.
func (s *Set) Lookup(name string) (*Shortcode, bool) {
	c, ok := s.byName[name]
	return c, ok
}

// Names returns all names, sorted.
func (s *Set) Names() []string { return slices.Clone(s.names) }

// Nearest returns the known name that is most like name, or "" where none is
// within two letters.
func (s *Set) Nearest(name string) string { return nearest.Word(name, s.names) }

// A Call is one use of a shortcode: the dot of its template.
type Call struct {
	Name      string
	Params    []string          // positional parameters, in order
	Named     map[string]string // named ones; never both in one call
	Inner     template.HTML     // the rendered body
	InnerText string            // the body as it was written, without the indentation of its place; "" where AsksText is false
	Code      template.HTML     // the rendered block of code
	Page      *Page
	Site      *Site
	Book      *Book                    // nil where nobody knows the other pages
	Files     func(part string) string // the address of the file beside the page whose name holds part
	Linked    bool                     // stands inside a link, so it must not be one
	Ordinal   int                      // counts the calls of one parent, or of the page, from 0
	Parent    *Call                    // nil outside other shortcodes
	Markdown  bool                     // written as {{% name %}}
	Position  string                   // "" where AsksPosition is false
}

// A Page is what a template can ask of the page that it stands on, or of another.
type Page struct {
	Title, URL, File string
	Description      string
	Lang             string
	Date             time.Time // of the last change, else of publication; zero where the page gives none
	Params           map[string]any
}

// A Book is the pages of one language. Terms are those of folders named glossary.
// It does not change once it is in use.
type Book struct {
	Pages, Terms []*Page

	once    sync.Once
	byTerms map[string]*Page // in small letters
	sorted  sync.Once
	newest  []*Page // that have a date
}

// term is the page about a term; nil there is none.
func (b *Book) term(name string) *Page {
	b.once.Do(func() {
		b.byTerms = make(map[string]*Page, 2*len(b.Terms))
		for _, p := range b.Terms {
			for _, name := range []string{path.Base(p.URL), p.Title} {
				if name = strings.ToLower(name); b.byTerms[name] == nil {
					b.byTerms[name] = p
				}
			}
		}
	})
	return b.byTerms[strings.ToLower(name)]
}

// A Site is what a template can ask of the whole site: Params comes from the
// params key of probatum.yaml, Data from the files of data/ by their names, Words
// from those of i18n/ (nil: the built-in ones).
type Site struct {
	Title  string
	Params map[string]any
	Data   map[string]any
	Words  *i18n.Words
}

// Get returns a parameter by name (a string) or by position (a number), and ""
// where there is none.
func (c Call) Get(key any) string {
	switch key := key.(type) {
	case string:
		return c.Named[key]
	case int:
		if key >= 0 && key < len(c.Params) {
			return c.Params[key]
		}
	}
	return ""
}

// Has reports whether the parameter was given.
func (c Call) Has(key string) bool {
	_, ok := c.Named[key]
	return ok
}

// Either returns the named parameter, or the positional one where the call has
// no named parameters: "text bash" and "text syntax=bash" mean the same.
func (c Call) Either(name string, position int) string {
	return cmp.Or(c.Get(name), c.Get(position))
}

// HTML is what the template writes for one call.
func (c *Shortcode) HTML(call Call) (template.HTML, error) { return c.tmpl.HTML(call) }
