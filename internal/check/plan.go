package check

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/manifest"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/schema"
	"github.com/probatum/probatum/internal/shell"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/internal/versions"
)

// DefaultCommands are the first words that make a block without a language a
// guess where Options.Commands is nil.
var DefaultCommands = []string{"kubectl", "helm", "istioctl", "kind"}

// New makes the plan of a page. It never fails: what is wrong with a block is in
// its item. The same page and options give the same plan.
func New(p *page.Page, o Options) *Plan {
	if o.Commands == nil {
		o.Commands = DefaultCommands
	}
	if o.Schemas == nil {
		o.Schemas = schema.Default
	}
	b := &builder{
		plan: &Plan{Page: p, Setup: union(o.Setup, p.Matter.Check.Setup)},
		o:    o, st: shellState{map[string]bool{}}, written: map[string]bool{},
		vars: maps.Clone(o.Vars),
	}
	b.settings(&p.Matter)
	b.schemas = schemas(p, b.o.Schemas, b.plan.Kubernetes)
	for _, block := range p.Blocks {
		b.add(block)
	}
	b.skipPage(&p.Matter)
	return b.plan
}

// A builder makes the items of one page in order, because a block may rest on
// those before it: files and functions, and the command whose output it is.
type builder struct {
	plan    *Plan
	o       Options
	st      shellState
	vars    map[string]string
	written map[string]bool // files that blocks have written
	timeout time.Duration
	heading string      // above the block that set opened
	opened  string      // the command before that leaves the reader in a shell of its own
	schemas *schema.Set // nil where none is right
	newest  int         // minor version of the last Kubernetes that the page is about; 0 none
}

func union(lists ...[]string) []string {
	var all []string
	for _, l := range lists {
		for _, s := range l {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

func (b *builder) settings(m *page.Matter) {
	if b.vars == nil {
		b.vars = map[string]string{}
	}
	maps.Copy(b.vars, m.Check.Vars)
	b.timeout, _ = time.ParseDuration(m.Check.Timeout) // page.Load has looked at it
	b.plan.Pods = m.Check.Needs == "pods"
	b.plan.Kubernetes, _ = versions.Parse(m.Check.Kubernetes) // page.Load has looked at it
	b.newest = b.plan.Kubernetes.Newest()
	if last := b.o.Schemas.Newest(); b.newest == 0 || last > 0 && last < b.newest {
		b.newest = last
	}
}

// skipPage gives the page's own word to everything that is not decided yet. The
// page's check settings count more than Istio's "test", which a page may carry
// for other tools.
func (b *builder) skipPage(m *page.Matter) {
	why := m.Check.Skip
	if test := fmt.Sprint(m.Params["test"]); why == "" && m.Check.Pos.Line == 0 {
		switch test {
		case "no", "false":
			why = "the page says test: no"
		case "n/a":
			why = "the page says test: n/a"
		}
	}
	if b.plan.Skip = why; why == "" {
		return
	}
	for i := range b.plan.Items {
		it := &b.plan.Items[i]
		if it.Status == "" || m.Check.Skip != "" && it.Status != Unchecked {
			it.Status, it.Reason = Skipped, why
		}
	}
}

// add makes the item of a block.
func (b *builder) add(block *page.Block) {
	a := readAttrs(block)
	it := Item{Block: block, Setup: a.setup, Cleanup: a.cleanup}
	w := &work{builder: b, Item: &it, a: a, vars: b.vars}
	if len(a.vars) > 0 {
		w.vars = maps.Clone(b.vars)
		maps.Copy(w.vars, a.vars)
	}
	w.classify()
	w.unmeant()
	w.finish()
	b.plan.Items = append(b.plan.Items, it)
}

// work is one item in the making.
type work struct {
	*builder
	*Item
	a     attrs
	vars  map[string]string
	found []source.Diagnostic // about the block's content
	why   string              // the block is not run, because
}

func (w *work) problem(at int, rule, message, hint string) {
	w.found = append(w.found, source.Diagnostic{Pos: w.Block.PosAt(at), Rule: rule, Message: message, Hint: hint})
}

// static says why the block is not run. The first reason counts.
func (w *work) static(reason string) {
	if w.why == "" {
		w.why = reason
	}
}

// finish gives the verdict that needs no run.
func (w *work) finish() {
	if w.a.skip != "" {
		w.Status, w.Reason, w.Claims = Skipped, w.a.skip, nil
		return
	}
	if !w.a.fails { // it shows a mistake on purpose
		w.Problems = append(w.Problems, w.found...)
	}
	w.Problems = source.Sort(w.Problems)
	switch {
	case source.Errors(w.Problems) > 0:
		w.Status, w.Reason = Failed, firstError(w.Problems)
	case w.Status != "":
	case w.why != "":
		w.Status, w.Reason = Static, w.why
	}
}

func firstError(ds []source.Diagnostic) string {
	for _, d := range ds {
		if d.Severity == source.Error {
			return d.Message
		}
	}
	return ""
}

// lang returns the language alone: Istio writes syntax="bash yaml", with the one
// of the output after it.
func (w *work) lang() string {
	lang, _, _ := strings.Cut(strings.TrimSpace(w.Block.Lang), " ")
	return lang
}

// classify finds the one kind of the block and what it claims.
func (w *work) classify() {
	text, lang := w.Block.Text, w.lang()
	switch {
	case w.a.output:
		w.output(true)
	case shell.Lang(lang) && isManifestText(text) && !shell.Prompted(text):
		w.wrongLanguage(Manifest, "a manifest", "yaml")
	case shell.Lang(lang) && w.a.file != "":
		w.Kind = File
	case shell.Lang(lang) && shell.Prompted(text):
		w.shell(Session, shell.Session(text))
	case lang == "console" && w.saysOutput(), shell.Lang(lang) && w.saysOutput() && !w.startsWithCommand():
		w.output(false)
	case shell.Lang(lang):
		w.shell(Script, shell.Script(text))
	case dataLangs[lang] && w.printsIt():
		w.output(false)
	case lang == "yaml" || lang == "yml":
		w.yaml()
	case lang == "json" || lang == "jsonc" || lang == "json5":
		w.json()
	case lang == "toml":
		w.Kind = Data
		w.manifest(manifest.ParseTOML(text))
		w.static("TOML: only its syntax was checked")
	case textLangs[lang]:
		w.plain()
	default:
		w.code()
	}
	w.file()
}

var (
	dataLangs  = words2set("yaml yml json")
	textLangs  = map[string]bool{"": true, "text": true, "plain": true, "plaintext": true, "none": true, "txt": true, "output": true}
	manifested = lazyregexp.New(`(?m)^apiVersion:[ \t]*\S`)
	ofKind     = lazyregexp.New(`(?m)^kind:[ \t]*\S`)
	fenced     = lazyregexp.New("^\\s*(```|~~~)[^`\n]*\n")
	jsonKind   = lazyregexp.New(`(?s)^\s*\{.*"apiVersion"\s*:`)
)

func isManifestText(s string) bool {
	return manifested.MatchString(s) && ofKind.MatchString(s) && !strings.Contains(s, "<<")
}

// plain sorts a block without a language, or with one that says nothing.
func (w *work) plain() {
	text := w.Block.Text
	cmds := shell.Script(text)
	if shell.Prompted(text) {
		cmds = shell.Session(text)
	}
	guess := w.lang() == "" && slices.Contains(w.o.Commands, firstWord(cmds))
	switch {
	case w.a.file != "":
		w.Kind = File
	case fenced.MatchString(text):
		w.code()
		w.Reason = "its fence stands four blanks or more too far to the right: it is shown as text"
	case guess && !bad(cmds):
		w.shell(Guessed, cmds)
		if !w.o.Guess {
			w.static("no language is given; that it is commands is a guess, which check.guess does not run")
		}
	case w.lang() == "" && isManifestText(text):
		w.yaml()
	case w.lang() == "" && jsonKind.MatchString(text):
		w.json()
	case w.saysOutput():
		w.output(false)
	default:
		w.code()
	}
}

func (w *work) code() {
	w.Kind, w.Status = Code, Unchecked
	if w.lang() == "" {
		w.Reason = "no language is given"
		return
	}
	w.Reason = "nothing is known of " + w.lang()
}

func bad(cmds []shell.Command) bool {
	return slices.ContainsFunc(cmds, func(c shell.Command) bool { return c.Bad != nil })
}

// firstWord returns the first program that the commands run, after settings and
// changes of folder.
func firstWord(cmds []shell.Command) string {
	for _, c := range cmds {
		if c.File == nil {
			return ""
		}
		for _, k := range calls(c.File) {
			if n := k.name(); n != "cd" && n != "export" && n != "set" {
				return n
			}
		}
	}
	return ""
}

// startsWithCommand reports whether the block reads as something to type, and
// not as what a program has printed.
func (w *work) startsWithCommand() bool {
	cmds := shell.Script(w.Block.Text)
	first := firstWord(cmds)
	return !bad(cmds) && (tools[first] || readers[first] || slices.Contains(w.o.Commands, first) || first == "")
}

// How a text announces what a command prints: it names it, and it leads up to
// the block with a colon or starts with it. What "if you see" comes after is
// what should not be printed.
var (
	leadIn = lazyregexp.New(`(?i)\b(outputs?|prints?|printed|responses?|responds?|similar to|looks? like|something like|should (see|get|look|be|return)|(will|can|you) see|displays?|displayed|returns?|returned|shows?|results?)\b|输出|结果|显示|类似|响应|返回`)
	opens  = lazyregexp.New(`(?i)^((in|the|this|following|sample|example|expected|verify|text) )*output\b`)
	unless = lazyregexp.New(`(?i)^if (the (output|result|response) |you (see|get) |.*\bfails?\b)`)
)

// saysOutput reports whether the block stands after a command and the text
// before it announces what the command prints.
func (w *work) saysOutput() bool {
	n, lead := len(w.plan.Items), strings.TrimSpace(w.Block.Lead)
	colon := strings.HasSuffix(lead, ":") || strings.HasSuffix(lead, "：")
	if n == 0 || !opens.MatchString(lead) && !(colon && leadIn.MatchString(lead)) || unless.MatchString(lead) {
		return false
	}
	switch w.plan.Items[n-1].Kind {
	case Session, Script, Guessed:
		return true
	}
	return false
}

var theOutput = lazyregexp.New(`(?i)\boutput\b|similar to|输出`)

// printsIt reports whether YAML or JSON is what the command before it prints,
// and not something for the reader to apply.
func (w *work) printsIt() bool {
	if !w.saysOutput() || !theOutput.MatchString(w.Block.Lead) {
		return false
	}
	claims := w.plan.Items[len(w.plan.Items)-1].Claims
	return len(claims) > 0 && claims[len(claims)-1].Read
}

// output ties the block to the command before it.
func (w *work) output(said bool) {
	w.Kind, w.Of = Output, len(w.plan.Items)-1
	if w.Of >= 0 && w.plan.Items[w.Of].Status == Skipped {
		w.Status, w.Reason = Skipped, "its command is not run: "+w.plan.Items[w.Of].Reason
		return
	}
	if w.Of < 0 || len(w.plan.Items[w.Of].Claims) == 0 {
		if said {
			w.problem(0, "output-without-command", "output of no command: the block before it runs nothing", "put it after the command, or remove {output}")
		} else {
			w.static("the output of a command that is not run")
		}
		return
	}
	of := &w.plan.Items[w.Of]
	c := &of.Claims[len(of.Claims)-1]
	switch {
	case of.Status != "":
		w.Status, w.Reason = Static, "its command is not run: "+of.Reason
	case c.HasWant:
		w.static("the command before it shows its output already")
	default:
		want, at := trimBlankLines(w.Block.Text)
		c.Want, c.HasWant, c.WantPos = want, strings.TrimSpace(want) != "", w.Block.PosAt(at)
		c.WantIn, c.WantAt = len(w.plan.Items), at
		if w.a.match != "" {
			c.Match = w.a.match
		}
		if w.a.within > 0 {
			c.Within = w.a.within
		}
	}
}

func (w *work) wrongLanguage(k Kind, what, lang string) {
	w.Kind = k
	w.problem(0, "wrong-language", fmt.Sprintf("the block is declared %s, but it is %s", w.lang(), what), "write "+lang)
}

// file adds the claim that writes the block into the working folder. What else
// the block claims comes after it.
func (w *work) file() {
	if w.a.file == "" || w.Kind == Output {
		return
	}
	switch w.Kind {
	case Manifest, ClientConfig:
		w.Status = ""
	default:
		w.Kind, w.Status, w.why = File, "", ""
	}
	write := Claim{Kind: Write, Pos: w.Block.PosAt(0), Text: fill(w.Block.Text, w.vars), Name: w.a.file}
	w.Claims = append([]Claim{write}, w.Claims...)
	w.written[w.a.file] = true
}
