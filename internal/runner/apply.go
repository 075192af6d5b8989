package runner

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/script"
	"github.com/probatum/probatum/internal/source"
)

// settling is how long a dry run is tried again when the server says that it
// does not know a kind which the page may just have taught it.
const settling = 5 * time.Second

// dryRun names the mark under which the cluster is put back after a dry run.
const dryRun = "dry run"

// manifest gives a manifest to the API server: a dry run unless the line says
// that it is to keep it.
func (p *pageRun) manifest(l script.Line, ref script.Ref, text string) {
	if p.try = nil; l.Keep && p.held(ref) {
		return
	}
	k := &kubectl{p: p, file: filepath.Join(p.quick, "manifest.yaml")}
	if p.err = os.WriteFile(k.file, []byte(text), 0o600); p.err != nil {
		return
	}
	a := p.attempt(l)
	a.again, a.within = !l.Keep && p.changed, min(a.within, settling)
	a.run = func() (result, error) { return k.apply(a) }
	p.try = a
	p.verdict(ref, p.until(a, func(r result) *fault { return rejected(a, r) }))
}

// A kubectl gives a file to the API server, in a process of its own.
type kubectl struct {
	p    *pageRun
	file string
}

// noNamespace is what the server says where the namespace of an object is not
// there: nothing else of the object has been looked at then.
var noNamespace = lazyregexp.New(`namespaces? "([^"]+)" not found`)

func (k *kubectl) apply(a *attempt) (result, error) {
	args := []string{"apply", "--server-side=false", "--validate=strict", "-f", k.file}
	if a.line.Keep {
		return k.run(a.limit, args...)
	}
	args = append(args, "--dry-run=server")
	r, err := k.run(a.limit, args...)
	m := noNamespace.FindStringSubmatch(r.Stderr)
	if err != nil || r.Exit == 0 || m == nil || !k.p.r.rewinds() {
		return r, err
	}
	// A manifest says how an object looks, not that its namespace is there. So
	// there is one for the length of the dry run, and the report says so.
	c := k.p.r.o.Cluster
	if err := c.Mark(k.p.ctx, dryRun); err != nil {
		return r, k.p.r.clusterError(k.p.ctx, err)
	}
	if r, err = k.run(a.limit, "create", "namespace", m[1]); err == nil && r.Exit == 0 {
		r, err = k.run(a.limit, args...)
		a.remark = fmt.Sprintf("the namespace %q is not there: it was made for this check alone", m[1])
	}
	if _, rewound := c.Rewind(k.p.ctx, dryRun); rewound != nil && err == nil {
		err = k.p.r.clusterError(k.p.ctx, rewound)
	}
	return r, err
}

// run runs kubectl as the page would. Its process group ends with it.
func (k *kubectl) run(limit time.Duration, args ...string) (r result, err error) {
	ctx, cancel := context.WithTimeout(k.p.ctx, limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, k.p.r.look("kubectl"), args...)
	cmd.Dir, cmd.Env = filepath.Join(k.p.dir, "work"), append(k.p.env[:len(k.p.env):len(k.p.env)], k.p.r.mark)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr, cmd.WaitDelay = ownSession(), time.Second
	if err := cmd.Start(); err != nil {
		return r, fmt.Errorf("run kubectl: %w", err)
	}
	cmd.Wait() // how it went is in the state
	if k.p.ctx.Err() != nil {
		return r, context.Cause(k.p.ctx)
	}
	r.TimedOut, r.Exit = ctx.Err() != nil, exitStatus(cmd.ProcessState)
	r.Stdout, r.Stderr = k.plain(stdout.String()), k.plain(stderr.String())
	return r, nil
}

// plain leaves out the name of our file.
func (k *kubectl) plain(text string) string {
	if k.file == "" {
		return text
	}
	text = strings.ReplaceAll(text, ` when creating "`+k.file+`"`, "")
	text = strings.ReplaceAll(text, ` from "`+k.file+`"`, "")
	return strings.ReplaceAll(text, k.file, "manifest.yaml")
}

var (
	// saidBy is what kubectl puts before what the server says.
	saidBy = lazyregexp.New(`(?m)^(?:error: |Error from server(?: \([^)]*\))?: )(?:error(?: when [^:]*)?: |resource mapping not found for name: "[^"]*" namespace: "[^"]*": )?`)
	// unknownKind may pass: a definition needs a moment to be served.
	unknownKind = lazyregexp.New(`no matches for kind|ensure CRDs are installed first|could not find the requested resource`)
	// fields are the ways in which the server names a field.
	fields = []*lazyregexp.Regexp{
		lazyregexp.New(`(?:unknown|duplicate) field "([^"]+)"`),
		lazyregexp.New(`ValidationError\(([^)]+)\)`),
		lazyregexp.New(`(?m)is invalid: ([\w./\[\]-]+): `),
		lazyregexp.New(`(?m)^\* ([\w./\[\]-]+): `),
	}
)

// rejected says why the server has not taken the manifest.
func rejected(a *attempt, r result) *fault {
	switch {
	case r.TimedOut:
		return a.fault(r)
	case a.line.Fails && r.Exit == 0:
		return &fault{rule: "manifest", message: "the API server takes it, but the page says that it does not", final: true}
	case r.Exit == 0 && strings.TrimSpace(r.Stdout) == "":
		return &fault{rule: "manifest", message: "kubectl apply has said nothing of it", final: true,
			hint: "is the kubectl in PATH the real one?"}
	case a.line.Fails && r.Exit > 128: // ended by a signal
		return &fault{rule: "manifest", message: fmt.Sprintf("kubectl apply was killed (exit status %d)", r.Exit)}
	case a.line.Fails, r.Exit == 0:
		return nil
	}
	said := strings.TrimSpace(saidBy.ReplaceAllString(r.Stderr, ""))
	if said == "" {
		said = fmt.Sprintf("kubectl apply: exit status %d", r.Exit)
	}
	f := &fault{rule: "manifest", message: strings.ReplaceAll(said, "\n", "; "), final: !unknownKind.MatchString(said)}
	for _, re := range fields {
		if m := re.FindStringSubmatch(said); m != nil && f.field == "" {
			f.field = m[1]
		}
	}
	if unknownKind.MatchString(said) && strings.Contains(said, "ensure CRDs") {
		f.message, _, _ = strings.Cut(f.message, "; ensure CRDs")
		f.hint = "the API server does not serve this kind: is a setup script missing that installs it?"
	}
	return f
}

var (
	warning = lazyregexp.New(`(?m)^Warning: (.*)$`)
	// ofKubectl is what kubectl warns of by itself: how it applies, and not what.
	ofKubectl = lazyregexp.New(`is missing the kubectl\.kubernetes\.io/|resource mapping|server-side apply`)
)

// warned gives the warnings that came with a manifest which the API server
// takes, but for what is known of it without a server.
func warned(it *check.Item, c *check.Claim, stderr string) []source.Diagnostic {
	known := slices.ContainsFunc(it.Problems, func(d source.Diagnostic) bool { return d.Rule == "deprecated-api" })
	var ds []source.Diagnostic
	for _, m := range warning.FindAllStringSubmatch(stderr, -1) {
		if ofKubectl.MatchString(m[1]) || known && strings.Contains(m[1], " is deprecated") {
			continue
		}
		d := source.Diagnostic{Pos: c.Pos, Severity: source.Warning, Rule: "server-warning", Message: "the API server warns: " + m[1]}
		if f := warnedField.FindString(m[1]); f != "" {
			if at, ok := fieldAt(c.Text, f); ok {
				d.Pos = it.Block.PosAt(c.At + at)
			}
		}
		ds = append(ds, d)
	}
	return ds
}

// warnedField is the path of a field at the start of a warning, or in quotes.
var warnedField = lazyregexp.New(`^(?:spec|metadata)[\w.\[\]-]+`)

var lastKey = lazyregexp.New(`([A-Za-z_][\w-]*)(?:\[[^\]]*\])*$`)

// fieldAt finds the key that a path such as spec.http[0].route ends in, where
// the text has it once.
func fieldAt(text, path string) (at int, ok bool) {
	m := lastKey.FindStringSubmatch(path)
	if m == nil {
		return 0, false
	}
	key := regexp.MustCompile(`(?m)(?:^|[\s{,-])["']?(` + regexp.QuoteMeta(m[1]) + `)["']?\s*:`)
	found := key.FindAllStringSubmatchIndex(text, 2)
	if len(found) != 1 {
		return 0, false
	}
	return found[0][2], true
}
