package theme

import (
	"html/template"
	"sync"

	"github.com/probatum/probatum/internal/i18n"
)

// A Page is the dot of a page template. All addresses are relative to the page.
type Page struct {
	Site        Site
	Title       string // the heading of the page
	Description string
	Home        bool          // the first page of the site
	NotFound    bool          // the page that a server gives for a wrong address
	Canonical   string        // the full address; "" where the site's is not known
	Body        template.HTML // the text without its title
	Crumbs      []Link        // the sections above the page, from the top
	Nav         Nav           // the sidebar: the home page, the top level and the branch of the page
	Contents    Contents      // what "On this page" shows
	Children    []Link        // the pages of a section
	Prev, Next  *Link         // in reading order
	Languages   []Language    // the page in all its languages, itself among them; none where there is one
	Proof       *Proof        // how its blocks were checked; nil where nothing is known
	Style       string        // address of the page's own style sheet; "" it has none
	Edit        string        // address where the page is edited; "" not known
	Changed     string        // day of the last change, 2026-11-21; "" not known
	Markdown    string        // address of its text as Markdown; "" there is none
	Feed        string        // address of the feed of its section; "" there is none
	Data        template.JS   // what search engines read, as JSON-LD; "" where the site's address is not known
	Target      string        // of a redirect

	theme *Theme    // that executes templates on it
	parts *sync.Map // of the theme, as they are for Site; nil not asked for yet
}

// A Site is what the pages have in common.
type Site struct {
	Title    string
	Language string // "en"
	Dir      string // "ltr" or "rtl"
	Root     string // address of the home page
	Assets   string // address of the assets' folder, with a slash at its end
	Version  string // of the assets
	Search   string // address of the folder of the search index
	Verified string // address of the state of the documentation; "" there is none
	Name     string // in the header
	Logo     string // address of the project's own picture; "" the mark
	Footer   string // the text of the footer
	Links    []Link // in the header
	Versions []Link // of the site; the one without an address is this
	// Words gives the program's words in the language of the page; nil: the built-in ones.
	Words func(key string, about ...any) string
}

// T returns a word in the language of the page.
func (s Site) T(key string, about ...any) string {
	if s.Words != nil {
		return s.Words(key, about...)
	}
	return builtinWords().Text(s.Language, key, about...)
}

// Many is a word about a number that only a script knows: % stands for it.
func (s Site) Many(key string) string { return s.T(key, map[string]any{"Count": "%"}) }

var builtinWords = sync.OnceValue(func() *i18n.Words {
	w, err := i18n.New()
	if err != nil {
		panic(err) // the embedded files are wrong: a test fails on that
	}
	return w
})

// A Proof says how the blocks of a page were checked.
type Proof struct {
	State string // "verified", "static", "stale", "blocked" or "failed": what is worst
	Text  string
	URL   string // of the state of the documentation
}

// A Language is one version of a page.
type Language struct {
	Code    string // "pt-br"
	Name    string // in the language itself
	URL     string
	Full    string // the full address, or URL where the site's is not known; "" where the page has no such version
	Current bool
}

// A Link leads to another page.
type Link struct {
	Title       string
	Description string
	URL         string
}

// A Nav is one entry of the sidebar. Items are shown below it; where More is
// not 0, that many others were left out, and URL leads to all of them.
type Nav struct {
	Title   string
	URL     string
	Current bool // this is the page itself
	Section bool
	Items   []Nav
	Before  int // entries left out before Items
	More    int // entries left out after Items
	// BeforeText and MoreText say how many these are, in the language of the page.
	BeforeText, MoreText string
}

// Contents are the entries of "On this page".
type Contents []Heading

// A Heading is an entry of "On this page". Depth is 0, or 1 for one below it.
type Heading struct {
	Title string
	ID    string
	Depth int
}
