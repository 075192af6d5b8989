package report

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"github.com/probatum/probatum/internal/source"
)

// The parts of SARIF 2.1.0 that are written.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version,omitempty"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"` // none: about no file
		Fixes     []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI    string `json:"uri"`
		BaseID string `json:"uriBaseId"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine,omitempty"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// SARIF writes what is wrong as a SARIF 2.1.0 log, for code scanning and
// editors. Rules have the names that diagnostics have; what to write instead is
// a fix. A run in which nothing is wrong has no results.
func (r *Run) SARIF(w io.Writer, t Tree, version string) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{Name: "probatum", Version: version, InformationURI: "https://github.com/probatum/probatum", Rules: []sarifRule{}}},
		// Columns count characters, or bytes where the line is not known.
		ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
	}
	index := map[string]int{}
	for _, f := range r.findings() {
		i, ok := index[f.Rule]
		if !ok {
			i = len(index)
			index[f.Rule] = i
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{f.Rule, sarifText{ruleText(f.Rule)}})
		}
		run.Results = append(run.Results, f.sarif(t, i))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	return e.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func (f *finding) sarif(t Tree, rule int) sarifResult {
	text := f.text()
	if f.detail != "" {
		text += "\n" + f.detail
	}
	at := t.place(f.Pos)
	res := sarifResult{RuleID: f.Rule, RuleIndex: rule, Level: f.Severity.String(), Message: sarifText{text}}
	if f.Pos.File != "" {
		res.Locations = []sarifLocation{{sarifPhysical{artifact(at), sarifRegion{StartLine: at.Line, StartColumn: at.Col}}}}
	}
	if n := f.Replacement; n != nil {
		from, to := t.place(n.Pos), t.place(n.End)
		res.Fixes = []sarifFix{{sarifText{f.Message}, []sarifChange{{artifact(from), []sarifReplacement{{
			sarifRegion{from.Line, from.Col, to.Line, to.Col}, sarifText{n.Text}}}}}}}
	}
	return res
}

func artifact(p source.Pos) sarifArtifact {
	return sarifArtifact{(&url.URL{Path: p.File}).EscapedPath(), "%SRCROOT%"}
}

// rules say what the rules of claims are about. Others say it by their names.
var rules = map[string]string{
	"exit":     "a command has to exit with the status that the page says, 0 by default",
	"output":   "a command has to print what the page shows",
	"vacuous":  "a command that only reads has to print something",
	"timeout":  "a command has to end within its time",
	"shell":    "the page's shell has to live as long as its commands",
	"manifest": "the API server has to take a manifest",
	"file":     "a file of the page has to be written",
	"not-run":  "a page has to be run",
	"block":    "a block has to be right",
	"claim":    "what a page claims has to be right",
}

func ruleText(rule string) string {
	if text, ok := rules[rule]; ok {
		return text
	}
	return strings.ReplaceAll(rule, "-", " ")
}
