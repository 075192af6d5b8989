// Package page is the document model: what the site renders and what the
// checker runs. It takes the files of a content folder and gives a Set of pages
// with their blocks, headings and links; site and check both start from it, so
// the text that a reader sees and the text that is run are the same bytes.
package page

import (
	"sort"
	"time"

	"github.com/probatum/probatum/internal/markup"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
)

// A Set is all pages of a content folder. It is not changed after Load, or after
// Finish where it was loaded on demand, and is safe for concurrent use.
type Set struct {
	Pages       []*Page          // leaf pages and sections that have a file, by file name
	Root        *Page            // the home page: top of the tree that Parent and Children make
	ByURL       map[string]*Page // pages by URL; aliases are not in it
	Homes       []*Page          // the home page of each language, that of the main one first
	Redirects   []Redirect       // by From
	Resources   []Resource       // files that are not pages, by name
	Included    []string         // files that pages include, by name: counted from the project's folder where there is one, else from content
	Codes       *shortcodes.Set
	Site        *shortcodes.Site // what shortcodes can ask of the site
	Diagnostics []source.Diagnostic
	// Until is when the pages would be others although no file has changed: one is
	// published then, or expires. Zero: never, or Options.Now was zero.
	Until     time.Time
	own       []source.Diagnostic // those of Diagnostics that are of no single page
	again     func(name string) result
	resolves  *resolver              // while pages are pending, and of Replace; else nil
	jobs      int                    // Options.Jobs
	included  func(name string) bool // whether pages include the file of a page
	folder    string
	languages []string
	byFolder  bool                        // each language has its folder
	books     map[string]*shortcodes.Book // by language; what shortcodes see of other pages
}

// A Redirect sends an old URL to the page that has taken its place. Both are
// URLs that start with "/"; From also ends with one unless it names an .html file.
type Redirect struct{ From, To string }

// A Resource is a file beside the pages, such as an image.
type Resource struct {
	Name string // as it is shown to people
	URL  string // where the site puts it, with a leading slash
	path string // "/NAME" in the content folder, or URL
	read func() ([]byte, error)
}

// Read returns what the file holds.
func (r Resource) Read() ([]byte, error) { return r.read() }

// A Page is one Markdown file, or a folder that has none (then File is nil and
// Doc is an empty document, so that it can be rendered like any other).
type Page struct {
	Name     string       // of its file, relative to the content folder; "" for a folder without one
	File     *source.File // its name is the one that people see in places
	Matter   Matter
	URL      string  // "/docs/x/"; starts and ends with a slash
	Lang     string  // its language
	Section  bool    // a folder: _index.md or no file at all
	Parent   *Page   // nil for the home page
	Children []*Page // by weight (0 last), then title; sections and pages together
	Doc      *markup.Document
	Headings []Heading // in order
	Blocks   []*Block  // in order
	Links    []Link    // in order
	// Others are the same page in other languages, in the order of Homes.
	Others []*Page
	set    *Set
	path   string            // its file's place in its language: "docs/x", "" for the home page
	raw    []piece           // HTML of the author and of shortcodes
	hrefs  map[string]string // where addresses in it lead
	// outputs is what shortcodes without a body write, for Output.
	outputs map[*markup.Call]string
	// aliases is the place of the key in the front matter.
	aliases     source.Pos
	diagnostics []source.Diagnostic // of collect and of its links
	rawIDs      []string            // ids in HTML of the author and of shortcodes
	unknownCall bool                // it calls a shortcode that nobody knows, which may write ids, too
	anchored    []*Page             // pages that links name a part of
	pending     *pending            // what was not asked for yet; nil: all is known
	header      string              // the front matter of a page that was restored; "" of others
}

// Included returns the names of the files that the page includes, also through
// others, in the order in which they stand in it.
func (p *Page) Included() []string {
	var names []string
	for _, c := range p.Doc.Calls {
		if c.Region != nil {
			names = append(names, c.Region.Name)
		}
	}
	return names
}

// Home returns the home page of the page's language.
func (p *Page) Home() *Page {
	for p.Parent != nil {
		p = p.Parent
	}
	return p
}

// Matter is the front matter that Probatum knows. Keys it does not know are in
// Params.
type Matter struct {
	Title       string
	LinkTitle   string // for navigation; Title where the page gives none
	Description string
	Weight      int // 0: no weight, after all others
	Aliases     []string
	Keywords    []string
	Draft       bool
	URL         string // replaces the path of the file
	Slug        string // replaces the last part of the path
	TOC         bool   // show "On this page"; true unless the page says toc: false
	Headless    bool   // not a page, nor is anything in its folder; shortcodes can include it
	NoRender    bool   // as Headless, for the file alone
	NoList      bool   // a page that no list and no menu shows
	Layout      string
	Outputs     []string
	Menus       []Menu
	Date        time.Time // zero where the page gives none; so are the next three
	PublishDate time.Time // a page of the future is left out
	Lastmod     time.Time
	ExpiryDate  time.Time // a page that is past it is left out
	Check       Check
	Params      map[string]any
}

// Check is the front matter's check key: how the page wants to be checked.
type Check struct {
	Pos        source.Pos // of the key; zero where there is none
	Setup      []string   // testscripts/setup/NAME.txtar
	Needs      string     // "api" (also "") or "pods"
	Kubernetes string     // versions for which the page claims to be true; "" all
	Kind       string     // what its fragments are part of; "" find out
	Vars       map[string]string
	Timeout    string // a Go duration for one command; "" the default
	Skip       string // why the whole page is not checked; "" check it
}

// A Heading is one heading. Text is without markup.
type Heading struct {
	Level int // 1 to 6
	ID    string
	Text  string
	Pos   source.Pos
}

// A Link is a link or an image of the page.
type Link struct {
	Dest  string // as it was written, shortcodes expanded
	URL   string // where it leads: a URL of this site for a link inside it, else Dest
	Image bool
	Ref   bool // written with ref or relref
	Pos   source.Pos
}

// A Block is a piece of the page that is shown as code: a fenced or indented
// code block or a shortcode such as text. Its Text is what the reader sees: the
// indentation of its place removed, shortcodes in it expanded, lines ended by
// "\n".
type Block struct {
	Page    *Page
	Index   int        // counts the blocks of the page from 0
	Pos     source.Pos // of the first byte of Text
	Open    source.Pos // of the fence or the opening tag
	Lang    string     // lower case; "" where none was given
	Attrs   []Attr     // in the order they were written, without the language
	Text    string
	Lead    string // text of the paragraph before it, "" where there is none
	Heading string // text of the nearest heading above it
	// Shortcode is the name of the shortcode that holds the block, "" for a fence
	// and for an indented block.
	Shortcode string
	spans     []span
}

// An Attr is one attribute of a block: {skip="why"} on a fence or a named
// parameter of a shortcode. A word without a value, as {apply}, has an empty
// Value.
type Attr struct {
	Name, Value string
	Pos         source.Pos
}

// Attr returns the value of an attribute and whether it is there.
func (b *Block) Attr(name string) (string, bool) {
	for _, a := range b.Attrs {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// span says that Text from offset at on comes from the file's byte from on, up
// to the next span. A fixed span is all one place: the value of a shortcode.
type span struct {
	at, from int32
	fixed    bool
}

// Source returns where Text[at:end], a line without its newline, stands in the
// page's File: its bytes from from up to to. Before them Text has pad blanks that
// are the rest of a tab. Made is set where a shortcode has written a part of it.
func (b *Block) Source(at, end int) (from, to, pad int, made bool) {
	from = -1
	i := max(sort.Search(len(b.spans), func(i int) bool { return int(b.spans[i].at) > at })-1, 0)
	for ; i < len(b.spans) && int(b.spans[i].at) <= end; i++ {
		s, last := b.spans[i], i+1 == len(b.spans) || int(b.spans[i+1].at) > end
		next := end
		if !last {
			next = int(b.spans[i+1].at)
		}
		if s.fixed && !last && b.spans[i+1].from == s.from {
			pad = next - int(s.at)
			continue
		}
		if from < 0 {
			from = int(s.from)
			if !s.fixed {
				from += at + pad - int(s.at)
			}
		}
		if made = made || s.fixed; !s.fixed {
			to = int(s.from) + next - int(s.at)
		}
	}
	return from, max(from, to), pad, made
}

// PosAt returns the place in the page's file of the byte of Text at offset.
func (b *Block) PosAt(offset int) source.Pos {
	if len(b.spans) == 0 {
		return b.Pos
	}
	i := sort.Search(len(b.spans), func(i int) bool { return int(b.spans[i].at) > offset })
	s := b.spans[max(i-1, 0)]
	if s.fixed {
		return b.Page.File.Pos(int(s.from))
	}
	return b.Page.File.Pos(int(s.from) + offset - int(s.at))
}
