// Package report holds the results of a run and writes them: for people on a
// terminal, for programs as JSON.
package report

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
)

// Version is the version of the record that this program writes. It reads none
// that is newer.
const Version = 1

// Format names the record in its file.
const Format = "probatum results"

// A Run is one run of the checker: the stable record that other tools and
// "probatum build --results" read. Fields are added to a version, never taken
// away or given another meaning.
type Run struct {
	Format      string              `json:"format"`  // Format
	Version     int                 `json:"version"` // of the record: Version
	Origin                          // of the verdicts of this run
	Pages       []Page              `json:"pages"`
	Diagnostics []source.Diagnostic `json:"diagnostics"` // about the pages themselves
}

// An Origin says when, where and for which state of the pages a verdict was
// found. All fields are "" where they are not known.
type Origin struct {
	Cluster    string `json:"cluster,omitempty"`    // provider: "embedded", "kind", "kubeconfig"; "" no cluster was needed
	Kubernetes string `json:"kubernetes,omitempty"` // version of the API server: "v1.34.4"
	// Commit is that of git for the project's folder, in full, with "+" behind
	// it if there was something in the folder that was not committed.
	Commit string `json:"commit,omitempty"`
	Date   string `json:"date,omitempty"` // when the run began: RFC 3339, UTC
}

// A Page is the result of one page.
type Page struct {
	File   string   `json:"file"`
	Title  string   `json:"title"`
	Reason string   `json:"reason,omitempty"` // why it was not run, or what ended it
	Blocks []Block  `json:"blocks"`
	Leaks  []string `json:"leaks,omitempty"` // objects that it left behind and that were removed
	// Cached says that the page was not run, because nothing that its verdicts
	// rest on has changed since the run that this is the origin of; nil it was.
	Cached *Origin `json:"cached,omitempty"`
	// Hash is the SHA-256 of all that the page gives to its verdicts: its blocks
	// and settings, what it includes, its setup scripts. "" not known.
	Hash string `json:"hash,omitempty"`
}

// A Block is the verdict on one block. Hash is the SHA-256 of its text, in hex,
// so that a later build can tell whether the block is still what was run.
type Block struct {
	Pos    source.Pos   `json:"pos"`
	Index  int          `json:"index"`
	Kind   check.Kind   `json:"kind"`
	Lang   string       `json:"lang,omitempty"`
	Hash   string       `json:"hash"`
	Status check.Status `json:"status"`
	Reason string       `json:"reason,omitempty"`
	// By is the origin of a verdict that another results file has brought, or that
	// was found on another cluster than the run's; nil it is this page's own.
	By       *Origin             `json:"by,omitempty"`
	Problems []source.Diagnostic `json:"problems,omitempty"`
	Claims   []Claim             `json:"claims,omitempty"`
	// Releases are the verdicts on all clusters, where it was run on several: the
	// block's own is the one that counts, a failure before a success.
	Releases []Verdict `json:"releases,omitempty"`
	// Leaks are those of the page's that this block has made, as far as that can be
	// told.
	Leaks []string `json:"leaks,omitempty"`
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
	Pods    string          `json:"pods,omitempty"`  // of a failure: pods in trouble, their events and logs
	Tries   int             `json:"tries,omitempty"` // how often it was run
	Time    int64           `json:"ms"`
}

// HashOf is the Hash of a block with this text.
func HashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// OriginOf says where the verdict of a block is from: the run itself, the cache,
// or another results file.
func (r *Run) OriginOf(p *Page, b *Block) Origin {
	switch {
	case b.By != nil:
		return *b.By
	case p.Cached != nil:
		return *p.Cached
	}
	return r.Origin
}

// Stamp says when the run began and for which commit, also of the verdicts that it
// has found on other clusters than its own.
func (r *Run) Stamp(began time.Time, commit string) {
	date := began.UTC().Format(time.RFC3339)
	r.Date, r.Commit = date, commit
	for _, p := range r.Pages {
		for _, b := range p.Blocks {
			if b.By != nil && b.By.Date == "" {
				b.By.Date, b.By.Commit = date, commit
			}
			for i := range b.Releases {
				if v := &b.Releases[i]; v.Date == "" {
					v.Date, v.Commit = date, commit
				}
			}
		}
	}
}

// Take takes over what another run has verified and this one could not, such as
// blocks that need pods: those of pages that are the same in both. Such a verdict
// names its origin.
func (r *Run) Take(other *Run) {
	byFile := map[string]*Page{}
	for i := range other.Pages {
		byFile[other.Pages[i].File] = &other.Pages[i]
	}
	for i := range r.Pages {
		p := &r.Pages[i]
		from := byFile[p.File]
		if from == nil || from.Hash == "" || from.Hash != p.Hash || len(from.Blocks) != len(p.Blocks) {
			continue
		}
		for j := range p.Blocks {
			b, found := &p.Blocks[j], &from.Blocks[j]
			if b.Status == check.Static && found.Status == check.Verified && found.Hash == b.Hash {
				o := other.OriginOf(from, found)
				*b = *found
				b.By = &o
			}
		}
	}
}
