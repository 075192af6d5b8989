package runner

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/match"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/script"
)

// A fault is why a claim does not hold.
type fault struct {
	rule, message, hint string
	diff                string
	field               string // of a manifest, as "spec.replicas"; "" not known
	final               bool   // waiting will not help
}

// An attempt is something that is being tried, perhaps more than once.
type attempt struct {
	line   script.Line
	run    func() (result, error)
	again  bool // it only reads what may change by itself
	limit  time.Duration
	within time.Duration
	over   time.Time // when within is over; zero before the first try
	begun  time.Time // by the clock of the run, which may jump: for the report alone
	result result    // the last one, once times is not 0
	times  int
	late   bool   // within is over: no further try
	remark string // what to say although it went well

	anyExit bool   // only what it prints counts, as in Istio's own tests
	awaited string // what a job in the background has to print
	unknown string // a workload of which no pod is there
}

func (p *pageRun) attempt(l script.Line) *attempt {
	return &attempt{line: l, limit: cmp.Or(l.Timeout, p.r.o.Timeout), within: cmp.Or(l.Within, p.r.o.Within), begun: p.r.o.now()}
}

// remote are programs whose answer may change without a command of the page.
var remote = append([]string{"curl", "wget", "docker", "podman", "kind", "minikube", "dig", "nslookup", "ping", "nc", "grpcurl"}, clients...)

// calls reports whether the claim calls one of programs by name.
func calls(c *check.Claim, programs []string) bool {
	return slices.ContainsFunc(c.Missing, func(name string) bool { return slices.Contains(programs, name) })
}

// Delays between two tries of a read, and how long it is tried where the page
// has changed nothing yet: a cluster is marked when all is quiet in it.
const (
	firstDelay = 100 * time.Millisecond
	mostDelay  = 2 * time.Second
	quiet      = 2 * time.Second
)

// until runs the attempt, once or until judge finds no fault in it or its time
// is over. A result that is there already is judged first. The answer counts
// only as long as p.err is nil.
func (p *pageRun) until(a *attempt, judge func(result) *fault) *fault {
	if a.over.IsZero() {
		a.over = time.Now().Add(a.within)
	}
	for delay := firstDelay; ; delay = min(2*delay, mostDelay) {
		if a.times == 0 || delay > firstDelay {
			if p.err = p.once(a); p.err != nil {
				return nil
			}
		}
		f := judge(a.result)
		// What fails because the cluster has ended is not the page's fault, nor
		// does it prove that something fails as it should.
		if p.err = p.r.ended(p.ctx); p.err != nil || f == nil {
			return nil
		}
		if f.final || !a.again || a.result.Gone || a.late {
			return f
		}
		if p.err = p.wait(a, delay); p.err != nil {
			return nil
		}
	}
}

// once runs the attempt once.
func (p *pageRun) once(a *attempt) (err error) {
	if err := p.r.ended(p.ctx); err != nil {
		return err
	}
	a.times++
	a.result, err = a.run()
	if errors.Is(err, errGone) { // a background job has ended it
		a.result, err = result{Exit: -1, Gone: true}, nil
	}
	return err
}

// wait waits for the next try, unless the run or the cluster ends before. When
// within is over there is one more try, and no more.
func (p *pageRun) wait(a *attempt, d time.Duration) error {
	left := time.Until(a.over)
	a.late = left <= d
	timer := time.NewTimer(min(d, left))
	defer timer.Stop()
	var ended <-chan struct{}
	if p.r.o.Cluster != nil {
		ended = p.r.o.Cluster.Done
	}
	select {
	case <-timer.C:
	case <-p.ctx.Done():
	case <-ended:
	}
	return p.r.ended(p.ctx)
}

// fault judges all but the output.
func (a *attempt) fault(r result) *fault {
	l := a.line
	switch {
	case r.Unready && r.TimedOut:
		return &fault{rule: "timeout", final: true, message: fmt.Sprintf("did not print %s within %v", a.awaited, a.limit),
			hint: "what it has printed is above; give it more time with {timeout=…}"}
	case r.Unready:
		return &fault{rule: "exit", final: true, message: "ended without printing " + a.awaited, hint: "what it has printed is above"}
	case r.TimedOut:
		return &fault{rule: "timeout", final: true, message: fmt.Sprintf("did not end within %v", a.limit),
			hint: "give it more time with {timeout=…}, or say {background} if it is meant to go on"}
	case r.Gone && r.Exit < 0:
		return &fault{rule: "shell", message: "the shell had ended before"}
	case r.Killed: // which proves nothing, not even that it fails as it should
		return &fault{rule: "shell", message: fmt.Sprintf("the shell was killed (exit status %d)", r.Exit), final: true}
	case l.Fails && r.Exit == 0:
		return &fault{rule: "exit", message: "exit status 0, but the page says that it fails"}
	case l.Fails && l.Exit != 0 && r.Exit != l.Exit:
		return &fault{rule: "exit", message: fmt.Sprintf("exit status %d, want %d", r.Exit, l.Exit)}
	case !l.Fails && r.Exit != 0 && a.anyExit && !r.Gone:
		return nil
	case !l.Fails && r.Exit != 0:
		return &fault{rule: "exit", message: fmt.Sprintf("exit status %d", r.Exit), final: hopeless(r)}
	case l.Nonempty && silent(r):
		return &fault{rule: "vacuous", message: "it succeeds and prints nothing"}
	case r.Empty != "":
		return &fault{rule: "vacuous", message: "it succeeds, but leaves the variable " + r.Empty + " empty"}
	}
	return nil
}

// usage is what programs say when they have not understood their words.
var usage = lazyregexp.New(`(?m)^error: unknown (flag|shorthand flag|command)|^Error: unknown (flag|command)|: syntax error`)

// hopeless reports whether no waiting helps: there is no such program, or it
// does not know its flags.
func hopeless(r result) bool {
	return r.Exit == 126 || r.Exit == 127 || usage.MatchString(r.Stderr)
}

// silent reports whether the reader is left with nothing.
func silent(r result) bool {
	said := strings.TrimSpace(r.Stderr)
	return strings.TrimSpace(r.Stdout) == "" && (said == "" || strings.HasPrefix(said, "No resources found"))
}

// differs compares the output with the page's. A terminal shows both streams,
// and a page may show errors; so what was printed to stderr counts where stdout
// alone is not what the page shows.
func differs(o match.Options, want string, r result) *fault {
	first := o.Compare(want, r.Stdout)
	if first == nil {
		return nil
	}
	if r.Stderr != "" {
		for _, both := range []string{r.Stdout + r.Stderr, r.Stderr + r.Stdout} {
			if o.Compare(want, both) == nil {
				return nil
			}
		}
		if strings.TrimSpace(r.Stdout) == "" {
			first = o.Compare(want, r.Stderr)
		}
	}
	message := "the output differs: " + first.Message
	if first.Message == "" {
		message = fmt.Sprintf("the output differs in line %d", first.Line)
	}
	return &fault{rule: "output", message: message, diff: first.Text}
}

// note copies what happened into the report.
func (p *pageRun) note(a *attempt, rc *report.Claim) {
	r := a.result
	rc.Exit, rc.Stdout, rc.Stderr = r.Exit, r.Stdout, r.Stderr
	rc.Time, rc.Tries = max(0, p.r.o.now().Sub(a.begun).Milliseconds()), a.times
}
