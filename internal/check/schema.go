package check

import (
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/manifest"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/schema"
	"github.com/probatum/probatum/internal/shell"
	"github.com/probatum/probatum/internal/versions"
	"go.yaml.in/yaml/v3"
)

// applies finds commands that give manifests to an API server.
var applies = lazyregexp.New(`\b(kubectl|oc)\b.*\b(apply|create|replace)\b`)

// schemas gives those for one page: of the releases that it is about, and of
// the definitions that it shows.
func schemas(p *page.Page, s *schema.Set, about versions.Range) *schema.Set {
	for _, b := range p.Blocks {
		if !strings.Contains(b.Text, "CustomResourceDefinition") {
			continue
		}
		for _, text := range manifests(b.Text) {
			s = s.With(text)
		}
	}
	return s.In(about)
}

// manifests gives the texts in a block that may be manifests: those that
// commands carry, else all of it.
func manifests(text string) []string {
	if !strings.Contains(text, "<<") {
		return []string{text}
	}
	cmds := shell.Script(text)
	if shell.Prompted(text) {
		cmds = shell.Session(text)
	}
	var found []string
	for _, c := range cmds {
		if c.File == nil {
			continue
		}
		for _, h := range heredocs(c.Text, c.File) {
			found = append(found, h.text)
		}
	}
	return found
}

// bySchema holds manifests and fragments against their schemas. What can be
// said of the block then is in w.Schema.
//
// Partial says that nothing can be missing in them: a text that is not applied
// may be a patch.
func (w *work) bySchema(f *manifest.File, toBlock func(int) int, partial bool) {
	if w.schemas == nil || f.Template {
		return
	}
	kind, ok := w.Block.Attr("kind")
	if !ok {
		kind = w.plan.Page.Matter.Check.Kind
	}
	c := schema.Context{Kind: kind, Texts: []string{w.Block.Lead, w.Block.Heading}}
	for i := range f.Docs {
		d := &f.Docs[i]
		if d.Root == nil || manifest.ClientConfig(d.APIVersion, d.Kind, w.o.Clients) ||
			!d.Whole() && !dataLangs[w.lang()] || d.Root.Kind == yaml.ScalarNode {
			continue
		}
		v := w.schemas.Judge(d, c, partial || f.Elided)
		if w.patchy() && lacking(v.Problems) {
			v = w.schemas.Judge(d, c, true)
			w.static("a patch: " + v.Reason)
		}
		if !d.Whole() && kind == "" && w.lang() == "json" && len(v.Problems) > 0 {
			// Programs write JSON of their own; a slip in it cannot be told from that.
			v = schema.Verdict{Reason: "a fragment that fits no known kind: only its syntax was checked"}
		}
		for _, p := range v.Problems {
			if !w.filledIn(toBlock(p.At)) {
				w.report(p, toBlock)
			}
		}
		if v.Checked && !d.Whole() && w.Kind == Data {
			w.Kind = Fragment // a list of what a manifest holds
		}
		if w.Schema == "" || !v.Checked {
			w.Schema = v.Reason
		}
	}
}

var patch = lazyregexp.New(`(?i)\b(patch(es|ed|ing)?|overlays?|strategic merge|kustomiz\w+)\b`)

// patchy reports whether the text around a block calls it a change to something:
// its lead, its heading, or a name in its first line.
func (w *work) patchy() bool {
	first, _, _ := strings.Cut(w.Block.Text, "\n")
	if !strings.HasPrefix(first, "#") {
		first = ""
	}
	return patch.MatchString(w.Block.Lead) || patch.MatchString(w.Block.Heading) || patch.MatchString(strings.NewReplacer("_", " ").Replace(first))
}

// lacking reports whether something is not there.
func lacking(ps []manifest.Problem) bool {
	return slices.ContainsFunc(ps, func(p manifest.Problem) bool { return p.Rule == "schema-required" })
}

// filledIn reports whether the reader, and check.vars, put something else on the
// line from an offset of the block on.
func (w *work) filledIn(at int) bool {
	line, _, _ := strings.Cut(w.Block.Text[min(at, len(w.Block.Text)):], "\n")
	return fill(line, w.vars) != line
}
