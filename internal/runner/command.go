package runner

import (
	"fmt"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/match"
	"github.com/probatum/probatum/internal/script"
)

// session runs a command and looks at all but its output.
func (p *pageRun) session(l script.Line, ref script.Ref, text string) {
	if p.try = nil; p.held(ref) || p.err != nil {
		return
	}
	c := &p.plan.Items[ref.Item].Claims[ref.Claim]
	a := p.attempt(l)
	istio := c.HasWant && strings.HasPrefix(c.Match, "istio-")
	a.anyExit = istio && c.Match != "istio-not-contains"
	o := p.order(l, a, c, text)
	o.merged = istio
	a.again = l.Read && p.excuse(ref) == "" && (l.Within > 0 || p.jobs || calls(c, remote))
	if l.Within == 0 && !p.jobs && !p.changed && p.r.rewinds() {
		a.within = min(a.within, quiet)
	}
	a.run = func() (result, error) { return p.command(p.live(a, o, c.Pods), l.Sets) }
	p.try = a
	p.verdict(ref, p.until(a, a.fault))
	p.jobs = p.jobs || l.Background || inBackground.MatchString(text)
	if rc := p.claims[ref]; l.Background && o.ready == nil && rc.Status == check.Verified {
		rc.Status, rc.Message = check.Static, "runs in the background: only its start was checked"
	}
}

// order says how a command is run. One in the background is ready when it has
// printed what the page says, be it with until or as its output.
func (p *pageRun) order(l script.Line, a *attempt, c *check.Claim, text string) order {
	o := order{text: text, limit: a.limit}
	if !l.Background {
		return o
	}
	o.text, o.limit, o.patience = "{\n"+text+"} &\n", p.r.o.Timeout, a.limit
	switch {
	case l.Until != "":
		a.awaited = fmt.Sprintf("%q", l.Until)
		o.ready = func(stdout, stderr string) bool {
			return strings.Contains(stdout, l.Until) || strings.Contains(stderr, l.Until)
		}
	case c.HasWant:
		a.awaited = "what the page shows"
		o.ready = func(stdout, stderr string) bool {
			return differs(p.options(c), sofar(c.Want), result{Stdout: stdout, Stderr: stderr}) == nil
		}
	}
	return o
}

// sofar is what a job is to print, which may print more at any time.
func sofar(want string) string { return strings.TrimRight(want, "\n") + "\n...\n" }

// options says how the output of a claim is compared.
func (p *pageRun) options(c *check.Claim) match.Options {
	return match.Options{Rule: c.Match, Ordered: match.Sorts(c.Text)}
}

// inBackground finds an & that is neither && nor part of a redirection.
var inBackground = lazyregexp.New(`(^|[^&<>|])&([^&>]|$)`)

// command runs a command in the page's shell. If that goes well, it looks whether any
// of the variables sets, separated by commas, is empty.
func (p *pageRun) command(o order, sets string) (r result, err error) {
	if p.shell == nil {
		if p.shell, err = newSession(p.quick+"/shell", p.dir+"/work", p.env, p.r.mark); err != nil {
			return r, err
		}
	}
	r, err = p.shell.do(p.ctx, o)
	if err != nil || sets == "" || r.Exit != 0 || r.Gone {
		return r, err
	}
	var look strings.Builder
	for name := range strings.SplitSeq(sets, ",") {
		fmt.Fprintf(&look, "[ -n \"${%s-}\" ] || echo %s\n", name, name)
	}
	empty, err := p.shell.do(p.ctx, order{text: look.String(), limit: o.limit})
	if empty.TimedOut || empty.Gone { // so nobody knows
		r.TimedOut, r.Gone, r.Killed, r.Exit = empty.TimedOut, true, empty.Killed, -1
	}
	r.Empty, _, _ = strings.Cut(empty.Stdout, "\n")
	return r, err
}

// expect compares the output of the command before it.
func (p *pageRun) expect(l script.Line, ref script.Ref, want string) {
	rc := p.claims[ref]
	if p.try == nil || rc.Status != check.Verified {
		return
	}
	o := p.options(&p.plan.Items[ref.Item].Claims[ref.Claim])
	if l.Background {
		want = sofar(want)
	}
	p.verdict(ref, p.until(p.try, func(r result) *fault {
		if f := p.try.fault(r); f != nil {
			return f
		}
		return differs(o, want, r)
	}))
}
