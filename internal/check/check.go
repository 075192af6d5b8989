// Package check says what a page claims: each block becomes one Item with one
// kind, and what can be tried in it becomes Claims, in the order in which a
// reader would type them. What can be judged without running anything, such as
// a removed API, is judged here. Nothing is run here.
package check

import (
	"io/fs"
	"time"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/schema"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/internal/versions"
)

// A Kind says what a block is. Every block has exactly one.
type Kind string

// The kinds of block.
const (
	Session      Kind = "session"  // commands behind "$ ", with or without output
	Script       Kind = "script"   // shell text without prompts
	Guessed      Kind = "guessed"  // no language, but it reads as commands
	Output       Kind = "output"   // what the command before it prints
	Manifest     Kind = "manifest" // YAML or JSON with apiVersion and kind
	Fragment     Kind = "fragment" // a part of a manifest
	ClientConfig Kind = "client config"
	File         Kind = "file"
	Data         Kind = "data"
	Code         Kind = "code" // nothing that can be checked
)

// A Status is the verdict on a block or a claim.
type Status string

// The statuses. Verified is given only to what was run or fully validated.
const (
	Verified  Status = "verified"
	Failed    Status = "failed"
	Skipped   Status = "skipped" // the author said so, with a reason
	Blocked   Status = "blocked" // an earlier block of the page failed
	Static    Status = "static"  // only syntax and schema could be checked
	Unchecked Status = "unchecked"
)

// A Plan is what one page claims.
type Plan struct {
	Page  *page.Page
	Setup []string // names of setup scripts, in order
	Skip  string   // why the whole page is not run; "" run it
	Pods  bool     // the page says that it needs containers
	// Kubernetes holds the versions for which the page claims to be true.
	Kubernetes versions.Range
	Items      []Item // one for each block, in page order
}

// An Item is one block and what it claims.
type Item struct {
	Block *page.Block
	Kind  Kind
	// Status is set where the verdict is known without running: failed (then
	// Problems says why), skipped, static, unchecked. "" means that the claims
	// decide.
	Status   Status
	Reason   string
	Problems []source.Diagnostic
	Claims   []Claim
	// Schema is what could be said of the manifests and fragments in it without a
	// server, as "valid by its schema: Pod (v1)"; "" nothing.
	Schema string
	// Of is, for an Output, the index of the item whose last claim prints it;
	// that claim's Want is this block, and its verdict the verdict of both.
	Of int
	// Setup is run before the rest of the page, wherever the block stands; if it
	// fails, nothing else is run. Cleanup is run at the end, whatever has failed
	// before, and in a new shell if the page's own has ended.
	Setup, Cleanup bool
}

// A ClaimKind says how a claim is tried.
type ClaimKind string

// The kinds of claim.
const (
	Command ClaimKind = "command" // run Text in the page's shell
	Apply   ClaimKind = "apply"   // give Text to the API server; a dry run unless Keep
	Write   ClaimKind = "write"   // write Text to the file Name in the working folder
)

// A Claim is one thing to try. Durations of 0 mean the default of the run.
type Claim struct {
	Kind ClaimKind
	Pos  source.Pos // of the first byte of Text in the page
	At   int        // offset of Text in the block
	Text string
	Name string // of the file to write

	Keep    bool   // Apply: really apply it, later claims see it
	Want    string // expected output, as it stands in the page; "" see HasWant
	HasWant bool
	WantPos source.Pos
	WantIn  int    // the item in whose block Want stands
	WantAt  int    // offset of Want in the text of that block
	Match   string // comparison rule; "" the default

	Fails      bool // must not exit 0; Exit then says which status, 0 any
	Exit       int
	Empty      bool     // printing nothing is right
	Read       bool     // only reads, so it may be repeated: printing nothing at all proves nothing
	NeedsPods  bool     // rests on the output of a container
	Missing    []string // programs that it calls by name (first words), for "not installed"
	Sets       []string // variables that must not be empty after it, as they take the output of a command
	Pods       []string // words that stand where the name of a pod does
	Background bool
	Until      string        // Background: it is ready when it has printed this; "" as soon as it runs
	Within     time.Duration // retry a read until it is as expected
	Timeout    time.Duration
	Hint       string // what to say when it prints nothing or fails; "" nothing known
}

// Changes reports whether something after the claim may rest on what it does:
// a file, an object, a variable.
func (c *Claim) Changes() bool {
	switch c.Kind {
	case Apply:
		return c.Keep
	case Command:
		return !c.Read || len(c.Sets) > 0
	}
	return true
}

// Options is what the configuration says about checking.
type Options struct {
	Commands []string // first words that make a block without language a guess
	Guess    bool     // run guesses; otherwise they are static
	Setup    []string // setup scripts of every page
	Vars     map[string]string
	// Clients names more manifests that no API server serves, as "GROUP" or
	// "GROUP KIND".
	Clients []string
	// Files is what lies in a page's working folder before its first block; nil
	// means nothing.
	Files fs.FS
	// Schemas is what manifests and fragments are held against; nil means
	// schema.Default.
	Schemas *schema.Set
}
