package runner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/internal/versions"
	"github.com/rogpeppe/go-internal/testscript"
)

// base is the mark of the cluster as it was found.
const base = "base"

// setupLimit is how long one setup script may take.
const setupLimit = 10 * time.Minute

// A setup is the state after some setup scripts, made once.
type setup struct {
	mark  string
	wrong string // why there is no such state; "" there is
}

func (r *Runner) rewinds() bool {
	return r.o.Cluster != nil && r.o.Cluster.Mark != nil && r.o.Cluster.Rewind != nil
}

func (r *Runner) markBase(ctx context.Context) error {
	if !r.rewinds() {
		return nil
	}
	r.state = base
	return r.clusterError(ctx, r.o.Cluster.Mark(ctx, base))
}

// clusterError says that the cluster has ended where that is why.
func (r *Runner) clusterError(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if why := r.ended(ctx); why != nil {
		return why
	}
	return err
}

// rewind puts the cluster to a mark, unless it is there.
func (r *Runner) rewind(ctx context.Context, mark string) (added []string, err error) {
	if !r.rewinds() || r.state == mark {
		return nil, nil
	}
	added, err = r.o.Cluster.Rewind(ctx, mark)
	if err != nil {
		r.state = ""
		return nil, r.clusterError(ctx, err)
	}
	r.state = mark
	return added, nil
}

// forThisCluster gives the plan, skipped where the page does not claim to be true
// for the version of the cluster.
func (r *Runner) forThisCluster(p *check.Plan) *check.Plan {
	c := r.o.Cluster
	if c == nil || p.Skip != "" || p.Kubernetes.Has(c.Kubernetes) {
		return p
	}
	other := *p
	other.Skip = fmt.Sprintf("the page is for Kubernetes %v, the cluster has %s", p.Kubernetes, c.Kubernetes)
	return &other
}

// condition says whether [k8s:RANGE], [cluster:PROVIDER] or [pods] holds for the
// cluster. Scripts have testscript's own conditions beside these.
func (r *Runner) condition(cond string) (bool, error) {
	c := r.o.Cluster
	if c == nil {
		c = &Cluster{}
	}
	switch name, value, _ := strings.Cut(cond, ":"); name {
	case "pods":
		return c.Pods, nil
	case "cluster":
		return value == c.Provider, nil
	case "k8s":
		r, err := versions.Parse(value)
		if err != nil {
			return false, fmt.Errorf("%w; write [k8s:>=1.24] or [k8s:>=1.24,<1.30]", err)
		}
		return r.Has(c.Kubernetes), nil
	}
	return false, errors.New("known are [k8s:>=1.24], [cluster:kind], [cluster:embedded], [pods] and those of testscript")
}

// prepare brings the cluster to the state that the page asks for. It returns why
// the page cannot be run if a setup script is wrong; the error is ours.
func (r *Runner) prepare(ctx context.Context, p *check.Plan) (why string, err error) {
	if r.o.Cluster == nil {
		return "", nil
	}
	s, err := r.setup(ctx, p)
	if err != nil || s.wrong != "" {
		return s.wrong, err
	}
	_, err = r.rewind(ctx, s.mark)
	r.state = "" // the page will change it
	return "", err
}

// setup gives the state after the page's setup scripts, and makes it if this is
// the first page that asks for it.
func (r *Runner) setup(ctx context.Context, p *check.Plan) (*setup, error) {
	if len(p.Setup) == 0 {
		return &setup{mark: base}, nil
	}
	key := strings.Join(p.Setup, ",")
	if s := r.setups[key]; s != nil {
		return s, nil
	}
	s := &setup{mark: "setup " + key}
	if _, err := r.rewind(ctx, base); err != nil {
		return s, err
	}
	r.state = ""
	for _, name := range p.Setup {
		d, err := r.runSetup(ctx, p, name)
		if err != nil {
			return s, err
		}
		if d != nil {
			r.wrong = append(r.wrong, *d)
			s.wrong = "setup " + name + " failed: " + d.Pos.String()
			break
		}
	}
	if s.wrong == "" && r.rewinds() {
		if err := r.o.Cluster.Mark(ctx, s.mark); err != nil {
			return s, r.clusterError(ctx, err)
		}
		r.state = s.mark
	}
	r.setups[key] = s
	return s, nil
}

// runSetup runs testscripts/setup/NAME.txtar as testscript does. The diagnostic
// says what is wrong with it.
func (r *Runner) runSetup(ctx context.Context, p *check.Plan, name string) (*source.Diagnostic, error) {
	shown := r.o.SetupDir + "/" + name + ".txtar"
	text, err := r.readSetup(name)
	if errors.Is(err, fs.ErrNotExist) {
		at := p.Page.Matter.Check.Pos
		if at.Line == 0 {
			at.File = p.Page.File.Name
		}
		return &source.Diagnostic{Pos: at, Rule: "setup-missing", Message: "no setup script " + shown,
			Hint: "write it as a testscript, or take " + name + " out of check.setup"}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", shown, err)
	}
	dir, quick, err := r.folder()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(quick, "setup.txtar")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	env, err := r.environ(dir)
	if err != nil {
		return nil, err
	}
	// testscript knows nothing of ctx: what it waits for is ended from outside.
	stop := context.AfterFunc(ctx, func() { sweep(0, r.mark) })
	defer stop()
	t := runScript(testscript.Params{
		Files: []string{file}, WorkdirRoot: quick, Condition: r.condition, Deadline: time.Now().Add(setupLimit),
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, slices.Concat(r.setupEnviron(), env, []string{r.mark})...)
			return nil
		},
	})
	sweep(0, r.mark)
	if err := r.ended(ctx); err != nil || !t.failed {
		return nil, err
	}
	return t.diagnostic(file, shown), nil
}

func (r *Runner) readSetup(name string) ([]byte, error) {
	if r.o.Setup == nil {
		return nil, fs.ErrNotExist
	}
	return fs.ReadFile(r.o.Setup, name+".txtar")
}

// cleanUp puts back the state before the page and tells what it had left.
func (r *Runner) cleanUp(ctx context.Context, p *check.Plan) ([]string, error) {
	if !r.rewinds() {
		return nil, nil
	}
	s, err := r.setup(ctx, p)
	if err != nil {
		return nil, err
	}
	added, err := r.rewind(ctx, s.mark)
	return leaks(added), err
}

// derived are what controllers make of other objects.
var derived = regexp.MustCompile(`^(pods|replicasets(\.apps)?|controllerrevisions(\.apps)?|endpoints|endpointslices(\.\S+)?) `)

// leaks leaves out what goes with something else: what is in a namespace that
// was added, and what a controller has made.
func leaks(added []string) []string {
	var left []string
	for _, key := range added {
		_, object, _ := strings.Cut(key, " ")
		namespace, _, ok := strings.Cut(object, "/")
		gone := ok && slices.Contains(added, "namespaces "+namespace)
		if !gone && !derived.MatchString(key) {
			left = append(left, key)
		}
	}
	slices.Sort(left)
	return left
}

// failure finds "FAIL: FILE:LINE: MESSAGE" in the log of a testscript.
var failure = regexp.MustCompile(`(?m)^FAIL: (.*):(\d+): (.*)$`)

// diagnostic says where and why the script in file failed; people know it as
// shown. What its command has printed is more than testscript's own message.
func (t *scriptT) diagnostic(file, shown string) *source.Diagnostic {
	d := &source.Diagnostic{Pos: source.Pos{File: shown}, Rule: "setup", Message: "the setup script failed"}
	log := t.log.String()
	m := failure.FindStringSubmatchIndex(log)
	if m == nil {
		d.Hint = lastLines(log)
		return d
	}
	d.Pos.Line, _ = strconv.Atoi(log[m[4]:m[5]])
	d.Pos.Col = 1
	d.Message += ": " + strings.ReplaceAll(log[m[6]:m[7]], file, shown)
	if i := strings.LastIndex(log[:m[0]], "[stderr]\n"); i >= 0 {
		d.Message += ": " + lastLines(log[i+len("[stderr]\n"):m[0]])
	}
	return d
}

// lastLines is the end of a text, on one line.
func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "; ")
}
