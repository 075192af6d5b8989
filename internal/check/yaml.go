package check

import (
	"cmp"
	"fmt"

	"github.com/probatum/probatum/internal/manifest"
	"github.com/probatum/probatum/internal/schema"
	"github.com/probatum/probatum/internal/shell"
	"github.com/probatum/probatum/internal/source"
	"go.yaml.in/yaml/v3"
)

func (w *work) yaml() {
	text := w.Block.Text
	f := manifest.Parse(text)
	if unreadable(f) && w.isShell(text) {
		return
	}
	w.Kind = Data
	for _, d := range f.Docs {
		if d.Root != nil && d.Root.Kind == yaml.MappingNode {
			w.Kind = Fragment
		}
	}
	w.manifest(f)
	switch w.Kind {
	case Fragment:
		w.static(cmp.Or(w.Schema, "a fragment (no apiVersion and kind): only its syntax was checked"))
	case Data:
		w.static("data: only its syntax was checked")
	}
}

func (w *work) json() {
	f := manifest.ParseJSON(w.Block.Text)
	if len(f.Problems) > 0 && w.isShell(w.Block.Text) {
		return
	}
	w.Kind = Data
	w.manifest(f)
	switch w.Kind {
	case Fragment:
		w.static(w.Schema)
	case Data:
		w.static("data: only its syntax was checked")
	}
}

func unreadable(f *manifest.File) bool {
	for _, d := range f.Docs {
		if d.Root == nil || d.Root.Kind == yaml.ScalarNode {
			return true
		}
	}
	return false
}

// isShell gives the verdict on a block of commands that says it is something
// else, or nothing. A prompt or a known program at its start tells.
func (w *work) isShell(text string) bool {
	kind := Session
	if !shell.Prompted(text) {
		kind = Script
		cmds := shell.Script(text)
		if first := firstWord(cmds); bad(cmds) || !tools[first] && !readers[first] {
			return false
		}
	}
	if w.lang() == "" {
		w.code()
	} else {
		w.wrongLanguage(kind, "shell commands", "bash")
	}
	return true
}

// manifest judges what was read of the block and makes it a Manifest or a
// ClientConfig where it holds whole ones.
func (w *work) manifest(f *manifest.File) {
	here := func(at int) int { return at }
	w.judge(f, here)
	w.bySchema(f, here, false)
	whole, client := 0, 0
	for _, d := range f.Docs {
		if d.Whole() {
			whole++
			if manifest.ClientConfig(d.APIVersion, d.Kind, w.o.Clients) {
				client++
			}
		}
	}
	if f.Template {
		w.static("a template: nothing can be said of it before it is filled in")
	}
	if f.Elided {
		w.static("a part is left out with ...; the rest: " + cmp.Or(w.Schema, "only its syntax was checked"))
	}
	switch {
	case whole == 0:
		return
	case client == whole:
		w.Kind = ClientConfig
		w.static("a configuration that no API server serves: only its syntax was checked")
		return
	}
	w.Kind = Manifest
	w.apply(f, whole, client)
}

// apply makes the claim that the API server takes the documents.
func (w *work) apply(f *manifest.File, whole, client int) {
	text := fill(w.Block.Text, w.vars)
	if missing := gaps(text, func(int) bool { return true }); len(missing) > 0 {
		w.static(noValue(missing[0]))
	}
	if whole < len(f.Docs) {
		w.static("a document in it has no apiVersion and kind: only its syntax was checked")
	}
	if client > 0 {
		w.static("a document in it is a configuration that no API server serves: only its syntax was checked")
	}
	c := Claim{Kind: Apply, Pos: w.Block.PosAt(0), Text: text, Keep: w.a.apply}
	w.options(&c)
	c.Fails, c.Exit = w.a.fails, w.a.exit
	w.Claims = append(w.Claims, c)
}

func noValue(gap string) string {
	return fmt.Sprintf("placeholder %s has no value: give it in check.vars", gap)
}

// judge reports what is wrong with YAML at its place in the block, and APIs that
// are gone for every Kubernetes that the page is about.
func (w *work) judge(f *manifest.File, toBlock func(int) int) {
	for _, p := range f.Problems {
		if f.Elided && p.Rule == "yaml" {
			continue // the part that is left out may be what it lacks
		}
		w.report(p, toBlock)
	}
	r := manifest.Reader{Newest: w.newest, Usual: schema.Usual}
	if w.schemas != nil {
		r.Serves = w.schemas.Defines
	}
	for _, p := range f.Removals(r) {
		w.report(p, toBlock)
	}
}

func (w *work) report(p manifest.Problem, toBlock func(int) int) {
	message := p.Message
	if p.Other >= 0 {
		message += fmt.Sprintf(", first on line %d", w.Block.PosAt(toBlock(p.Other)).Line)
	}
	w.problem(toBlock(p.At), p.Rule, message, p.Hint)
	d := &w.found[len(w.found)-1]
	if p.Warning {
		d.Severity = source.Warning
	}
	if p.Fix != nil {
		d.Replacement = w.replacement(toBlock(p.Fix.At), toBlock(p.Fix.End), p.Fix.Text)
	}
}

// replacement gives the place in the page of a text in the block; nil where the
// page does not hold it as it stands in the block, as with one that is included.
func (w *work) replacement(at, end int, text string) *source.Replacement {
	r := &source.Replacement{Pos: w.Block.PosAt(at), End: w.Block.PosAt(end), Text: text}
	if r.End.Line != r.Pos.Line || r.End.Col-r.Pos.Col != end-at {
		return nil
	}
	return r
}
