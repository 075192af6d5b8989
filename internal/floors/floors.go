// Package floors holds the design as a table: which package stands on which
// floor, and which module belongs to which package. Imports only go down. Its
// test reads the imports of the whole tree and fails where they do not.
package floors

// Floors maps the folders of the module to their floors. A package may import
// packages of lower floors only; one that is not here may not exist.
var Floors = map[string]int{
	"internal/source":     0, // files, places, diagnostics
	"internal/nearest":    0, // which known word somebody may have meant
	"internal/versions":   0, // ranges of Kubernetes versions
	"internal/lazyregexp": 0, // regular expressions, compiled when they are used
	"internal/git":        0, // what git says of a folder
	"internal/oci":        0, // container images as archives
	"internal/floors":     0,
	"internal/colour":     0, // whether a colour can be read on another
	"internal/i18n":       0, // the program's own words in several languages
	"internal/search":     0, // the index that readers' browsers search
	"internal/watch":      0, // which files somebody has saved
	"internal/direct":     0, // templates, executed without looking up each name anew

	"theme":             1, // the built-in theme; one up, as it asks colour and i18n
	"shortcodes":        1, // the built-in shortcodes; one up, as they ask nearest and i18n
	"internal/cache":    1, // results on the disk, by what they rest on; one up, as it asks source to read files
	"internal/cluster":  1, // a Kubernetes API to run against; knows nothing of pages; asks oci
	"internal/redact":   1, // secrets, out of texts
	"internal/bundle":   1, // a site as an archive or as one file
	"internal/config":   1, // probatum.yaml
	"internal/manifest": 1, // YAML with places, removed APIs: plain text in, so below check, which asks it
	"internal/rules":    1, // rules of definitions, in CEL
	"internal/shell":    1, // where commands begin and end; site and check both ask it

	"internal/highlight": 2, // code as HTML
	"internal/markup":    2, // one file as a tree
	"internal/schema":    2, // what manifests and fragments may hold; asks manifest

	"internal/page": 3, // the document model

	"internal/project": 4, // a whole project folder: configuration, data, shortcodes, pages
	"internal/site":    4, // pages to the files of the site
	"internal/check":   4, // blocks to claims
	"internal/match":   4, // expected output against real output

	"internal/script": 5, // claims to testscript, and back
	"internal/report": 5, // results to text and JSON
	"internal/built":  5, // what builds have read and written
	"internal/doctor": 5, // what somebody else's folder needs

	"internal/report/canary": 6, // runs with secrets in them, for tests

	"internal/runner": 6, // runs scripts
	"internal/update": 6, // results to new text of the pages

	"internal/prove": 7, // from a project to results: what check and doctest share
	"internal/serve": 7, // live preview

	"internal/cli": 8,
	"doctest":      8,

	"cmd/probatum": 9,
	"bench":        9, // figures beside Hugo and beside the floor

	// Programs of the kind cluster: one prepares Docker, the others are in images.
	"cluster/docker/held":   9,
	"cluster/images/pack":   9,
	"cluster/images/echo":   9,
	"cluster/images/client": 9,
	"cluster/images/proxy":  9,
}

// Owners maps modules to the packages that may import them. A module that is
// not here may be imported by any package.
var Owners = map[string][]string{
	"github.com/adrg/frontmatter":                {"internal/markup"},
	"github.com/alecthomas/chroma/v2":            {"internal/highlight"},
	"github.com/rogpeppe/go-internal/testscript": {"internal/runner", "doctest"},
	"github.com/fsnotify/fsnotify":               {"internal/watch"},
	"mvdan.cc/sh/v3":                             {"internal/check", "internal/shell"},
	"golang.org/x/text":                          {"internal/check", "internal/search"},
	"cel.dev/cel-go":                             {"internal/rules"},
	"github.com/BurntSushi/toml":                 {"internal/markup", "internal/manifest", "internal/project"},
	"github.com/tdewolff/minify/v2":              {"theme"},
	"k8s.io":                                     {}, // the embedded cluster is a module of its own
	"github.com/probatum/probatum/cluster":       {},
}

// Apart lists packages that must not reach each other, in either direction, not
// even through others.
var Apart = [][2]string{
	{"internal/site", "internal/check"},
	{"internal/site", "internal/script"},
	{"internal/site", "internal/runner"},
}

// Never maps packages to what they must not reach, not even through others:
// somebody else's go test does not compile a theme.
var Never = map[string][]string{
	"doctest": {"internal/site", "internal/serve", "theme", "github.com/alecthomas/chroma/v2"},
}
