// Package report holds the results of a run and writes them: for people on a
// terminal, for programs as JSON.
package report

import (
	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
)

// A Run is one run of the checker: the stable record that other tools and
// "probatum build --results" read.
type Run struct {
	Version     int                 `json:"version"`              // of this format: 1
	Cluster     string              `json:"cluster,omitempty"`    // provider; "" no cluster was needed
	Kubernetes  string              `json:"kubernetes,omitempty"` // version of the API server
	Pages       []Page              `json:"pages"`
	Diagnostics []source.Diagnostic `json:"diagnostics"` // about the pages themselves
}

// A Page is the result of one page.
type Page struct {
	File   string   `json:"file"`
	Title  string   `json:"title"`
	Reason string   `json:"reason,omitempty"` // why it was not run, or what ended it
	Blocks []Block  `json:"blocks"`
	Leaks  []string `json:"leaks,omitempty"` // objects that it left behind and that were removed
}

// A Block is the verdict on one block. Hash is the SHA-256 of its text, in hex,
// so that a later build can tell whether the block is still what was run.
type Block struct {
	Pos      source.Pos          `json:"pos"`
	Index    int                 `json:"index"`
	Kind     check.Kind          `json:"kind"`
	Lang     string              `json:"lang,omitempty"`
	Hash     string              `json:"hash"`
	Status   check.Status        `json:"status"`
	Reason   string              `json:"reason,omitempty"`
	Problems []source.Diagnostic `json:"problems,omitempty"`
	Claims   []Claim             `json:"claims,omitempty"`
}

// A Claim is what came of one claim. Time is in milliseconds.
type Claim struct {
	Pos     source.Pos      `json:"pos"`
	Kind    check.ClaimKind `json:"kind"`
	Text    string          `json:"text"`
	Status  check.Status    `json:"status"`
	Where   *source.Pos     `json:"where,omitempty"`   // what is wrong inside, where that is known
	Message string          `json:"message,omitempty"` // what is wrong, without place: "exit status 1"; or a remark
	Rule    string          `json:"rule,omitempty"`    // stable name: "exit", "output", "vacuous", "timeout", …
	Hint    string          `json:"hint,omitempty"`
	Exit    int             `json:"exit"`
	Stdout  string          `json:"stdout,omitempty"`
	Stderr  string          `json:"stderr,omitempty"`
	Want    string          `json:"want,omitempty"`
	Diff    string          `json:"diff,omitempty"`  // lines start with "  ", "- " expected, "+ " came
	Tries   int             `json:"tries,omitempty"` // how often it was run
	Time    int64           `json:"ms"`
}
