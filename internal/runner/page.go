package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/match"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/script"
	"github.com/probatum/probatum/internal/source"
	"github.com/rogpeppe/go-internal/testscript"
)

// A pageRun is one run of one page.
type pageRun struct {
	r    *Runner
	ctx  context.Context
	plan *check.Plan
	// warnings are what the API server says of manifests that it takes, by item.
	warnings map[int][]source.Diagnostic
	claims   map[script.Ref]*report.Claim // the verdicts; those that are settled before the run are in it
	script   *script.Script
	shell    *session
	env      []string
	dir      string // the page's folders; work is the working folder
	quick    string // the script, and the shell's own files
	blocked  string // why later commands are not run; "" they are
	missed   *missed
	jobs     bool // something may go on in the background
	changed  bool // something that changes the cluster has been run
	steps    []step
	try      *attempt
	err      error // ends the run: ours, not the page's
}

// clients are programs that are of no use without a cluster.
var clients = []string{"kubectl", "oc", "helm", "istioctl", "cilium", "linkerd", "argocd", "flux", "calicoctl", "kapp",
	"skaffold", "stern", "velero", "kubeadm"}

// settle gives the verdict on what cannot be run here.
func (p *pageRun) settle() {
	p.claims, p.warnings = map[script.Ref]*report.Claim{}, map[int][]source.Diagnostic{}
	for i := range p.plan.Items {
		it := &p.plan.Items[i]
		for j := range it.Claims {
			c := &it.Claims[j]
			rc := &report.Claim{Pos: c.Pos, Kind: c.Kind, Text: c.Text, Want: c.Want}
			p.claims[script.Ref{Item: i, Claim: j}] = rc
			why := it.Reason
			if p.runs(it) {
				rc.Status, rc.Message = p.unable(c)
				why = rc.Message
			}
			p.miss(script.Ref{Item: i, Claim: j}, why)
		}
	}
}

// A missed command was not run although later ones may rest on it.
type missed struct {
	ref script.Ref
	why string
}

// miss notes the first command that is not run, for whatever reason but that
// the author wants it so or that it needs pods.
func (p *pageRun) miss(ref script.Ref, why string) {
	it := &p.plan.Items[ref.Item]
	c := &it.Claims[ref.Claim]
	static := it.Status == check.Static || it.Status == check.Failed || it.Status == "" && p.claims[ref].Status != ""
	if p.plan.Skip == "" && p.missed == nil && static && c.Changes() && !c.NeedsPods {
		p.missed = &missed{ref, place(c.Pos) + " was not run: " + why}
	}
}

// excuse says why a failure may not be the page's: what it rests on was not run.
func (p *pageRun) excuse(ref script.Ref) string {
	if p.missed == nil || ref.Item < p.missed.ref.Item || ref.Item == p.missed.ref.Item && ref.Claim < p.missed.ref.Claim {
		return ""
	}
	return p.missed.why
}

// runs reports whether anything of the item may be run.
func (p *pageRun) runs(it *check.Item) bool { return p.plan.Skip == "" && it.Status == "" }

// unable says why a claim is not run here; the status is "" where it can be.
func (p *pageRun) unable(c *check.Claim) (check.Status, string) {
	programs := c.Missing
	if c.Kind == check.Apply {
		programs = []string{"kubectl"}
	}
	cluster := p.r.o.Cluster
	for _, name := range programs {
		if cluster == nil && slices.Contains(clients, name) {
			return check.Static, "no cluster"
		}
		if !p.r.installed(name) {
			return check.Static, name + " is not installed"
		}
	}
	switch {
	case c.NeedsPods && cluster == nil:
		return check.Static, "no cluster"
	case c.NeedsPods && !cluster.Pods:
		return check.Static, "needs pods"
	case c.HasWant && !match.Known(c.Match):
		return check.Static, "match=" + c.Match + " is not known to this version"
	case c.Kind == check.Write && !filepath.IsLocal(c.Name):
		return check.Failed, fmt.Sprintf("%q is not the name of a file in the working folder", c.Name)
	}
	return "", ""
}

// anything reports whether there is something to run.
func (p *pageRun) anything() bool {
	for ref, rc := range p.claims {
		if rc.Status == "" && p.runs(&p.plan.Items[ref.Item]) {
			return true
		}
	}
	return false
}

// block says of all that was to be run why it is not.
func (p *pageRun) block(why string) {
	for ref, rc := range p.claims {
		if rc.Status == "" && p.runs(&p.plan.Items[ref.Item]) {
			rc.Status, rc.Message = check.Blocked, why
		}
	}
}

// run writes the script of the page and runs it.
func (p *pageRun) run() (err error) {
	if p.dir, p.quick, err = p.r.folder(); err != nil {
		return fmt.Errorf("make folders for the page: %w", err)
	}
	if p.env, err = p.r.environ(p.dir); err == nil {
		err = p.lay()
	}
	if err != nil {
		return fmt.Errorf("prepare the page: %w", err)
	}
	p.script = script.Make(p.plan, func(ref script.Ref) string {
		return p.claims[ref].Message
	})
	file := filepath.Join(p.quick, "page.txtar")
	if err := os.WriteFile(file, p.script.Text, 0o600); err != nil {
		return fmt.Errorf("write the script: %w", err)
	}
	defer func() {
		if p.shell != nil {
			p.shell.close()
		}
	}()
	t := runScript(testscript.Params{
		Files: []string{file}, WorkdirRoot: p.quick, Cmds: p.commands(), Condition: p.r.condition, ContinueOnError: true, RequireUniqueNames: true,
	})
	if p.err != nil {
		return p.err
	}
	return p.agree(t)
}

// agree looks whether the script has tried each claim and whether testscript
// says of the page what we say. If not, the verdicts are worth nothing.
func (p *pageRun) agree(t *scriptT) error {
	failed := false
	for ref, rc := range p.claims {
		if rc.Status == "" && p.runs(&p.plan.Items[ref.Item]) {
			return fmt.Errorf("%s was not reached: a fault of probatum\n%s", rc.Pos, t.log.String())
		}
	}
	for _, ref := range p.script.Claims {
		failed = failed || p.claims[ref].Status != check.Verified && p.claims[ref].Status != check.Static
	}
	if failed != t.failed {
		return fmt.Errorf("%s: the script and the report do not agree: a fault of probatum\n%s", p.plan.Page.File.Name, t.log.String())
	}
	return nil
}

// commands are the verbs of the script for testscript.
func (p *pageRun) commands() map[string]func(*testscript.TestScript, bool, []string) {
	cmds := map[string]func(*testscript.TestScript, bool, []string){}
	for verb, do := range map[string]func(script.Line, script.Ref, string){
		script.Session:  p.session,
		script.Expect:   p.expect,
		script.Manifest: p.manifest,
		script.File:     p.file,
	} {
		cmds[verb] = func(ts *testscript.TestScript, neg bool, args []string) {
			if neg {
				ts.Fatalf("%s cannot be negated", verb)
			}
			l, err := script.Parse(verb, args)
			ts.Check(err)
			ref, ok := p.script.Claims[l.ID]
			if !ok {
				ts.Fatalf("no claim %s", l.ID)
			}
			if p.err == nil {
				do(l, ref, p.script.Files[l.File]) // as testscript has unpacked it, without asking the disk
			}
			ts.Check(p.err)
			if rc := p.claims[ref]; rc.Status == check.Failed || rc.Status == check.Blocked {
				ts.Fatalf("%s: %s", rc.Pos, rc.Message)
			}
		}
	}
	return cmds
}

// held reports whether an earlier failure keeps the claim from being run. What
// cleans up is always run, in a new shell where the page's own has ended.
func (p *pageRun) held(ref script.Ref) bool {
	switch {
	case p.blocked == "":
		return false
	case !p.plan.Items[ref.Item].Cleanup, p.r.o.Kept != nil:
		p.claims[ref].Status, p.claims[ref].Message = check.Blocked, p.blocked
		return true
	}
	if p.shell != nil && p.shell.gone() {
		p.err = p.again()
	}
	return false
}

// again makes room for a new shell in the same working folder.
func (p *pageRun) again() error {
	p.shell.close()
	p.shell = nil
	dir := p.quick + "/shell"
	return errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700))
}

// file writes a file into the working folder.
func (p *pageRun) file(l script.Line, ref script.Ref, text string) {
	rc := p.claims[ref]
	name := filepath.Join(p.dir, "work", filepath.FromSlash(l.Name))
	err := os.MkdirAll(filepath.Dir(name), 0o700)
	if err == nil {
		err = os.WriteFile(name, []byte(text), 0o600)
	}
	if rc.Status = check.Verified; err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		rc.Status, rc.Rule, rc.Message = check.Failed, "file", fmt.Sprintf("%s cannot be written: %v", l.Name, err)
	}
}

// verdict notes what came of a claim, and what that means for those after it.
func (p *pageRun) verdict(ref script.Ref, f *fault) {
	if p.err != nil {
		return
	}
	if p.try.result.Gone && p.blocked == "" {
		defer func() { p.blocked = "the shell has ended at " + place(p.claims[ref].Pos) }()
	}
	rc, it := p.claims[ref], &p.plan.Items[ref.Item]
	c := &it.Claims[ref.Claim]
	p.note(p.try, rc)
	if !c.Read {
		p.changed = true
		p.r.learnSecrets(p.ctx)
		p.step(ref)
	}
	switch excuse := p.excuse(ref); {
	case f == nil:
		rc.Status, rc.Message = check.Verified, p.try.remark
		if c.Kind == check.Apply {
			p.warnings[ref.Item] = append(p.warnings[ref.Item], warned(it, c, p.try.result.Stderr)...)
		}
		return
	case excuse != "" && f.rule != "timeout":
		rc.Status, rc.Message = check.Blocked, f.message+", but "+excuse
	default:
		p.failed(rc, c, f)
	}
	rc.Rule, rc.Diff = f.rule, f.diff
	if at, ok := fieldAt(c.Text, f.field); ok {
		where := it.Block.PosAt(c.At + at)
		rc.Where = &where
	}
	if p.r.o.Update && f.rule == "output" {
		return
	}
	if p.blocked == "" && (c.Changes() || it.Setup || p.r.o.FailFast || p.r.o.Kept != nil) {
		p.blocked = place(c.Pos) + " failed"
	}
}

// failed notes why a claim does not hold, and what may be said beside that.
func (p *pageRun) failed(rc *report.Claim, c *check.Claim, f *fault) {
	rc.Status, rc.Message, rc.Hint = check.Failed, f.message, cmp.Or(f.hint, c.Hint, p.try.noPod())
	if p.try.remark != "" {
		rc.Message += "; " + p.try.remark
	}
	rc.Pods = p.trouble(c)
}

// trouble tells what the pods of a cluster say to the failure of a claim.
func (p *pageRun) trouble(c *check.Claim) string {
	cluster := p.r.o.Cluster
	if cluster == nil || cluster.Trouble == nil || !c.NeedsPods && !calls(c, remote) && c.Kind != check.Apply {
		return ""
	}
	return cluster.Trouble(p.ctx)
}

// place is a place in the page for a message about the same page.
func place(p source.Pos) string { return fmt.Sprintf("line %d", p.Line) }

// NeedsCluster reports whether anything of the plans cannot be run without a
// cluster.
func NeedsCluster(plans []*check.Plan) bool {
	for _, p := range plans {
		for i := range p.Items {
			it := &p.Items[i]
			if p.Skip != "" || it.Status != "" {
				continue
			}
			for j := range it.Claims {
				if c := &it.Claims[j]; c.Kind == check.Apply || c.NeedsPods || calls(c, clients) {
					return true
				}
			}
		}
	}
	return false
}
