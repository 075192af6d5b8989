package prove

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/cache"
	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/report"
)

// Memory is where results are kept from one run to the next.
type Memory struct {
	Store   *cache.Store
	Cluster string   // identifies the program of the embedded cluster; "" it is not built
	Environ []string // of this process
	// Forget makes that nothing is recalled. What is found is kept all the same.
	Forget bool
	// Sure is false where verdicts may rest on what no key has in it, such as
	// schemas from an address.
	Sure bool
	// Last has what earlier runs of this process have found; nil: there are none.
	Last *Last

	known map[string]string // tools
}

// A pageKey is all that the verdicts on a page rest on.
type pageKey struct {
	Program, Cluster string
	Page             string // hash of the plan
	Files            string // hash of what lies in the working folder
	Within, Timeout  time.Duration
	Env, Redact      []string
	Tools            map[string]string
}

// environment are the variables of ours that commands see.
var environment = []string{"PATH", "USER", "LOGNAME", "TZ"}

func (m *Memory) env() []string {
	var all []string
	for _, name := range environment {
		all = append(all, name+"="+cache.Getenv(m.Environ, name))
	}
	return all
}

// Recall takes those plans out of Plans that need not be run: the cache has the
// results of the same page, verified on the same cluster with the same programs,
// or the last run of this process has. Remember puts them back.
func (p *Proof) Recall(m *Memory) {
	p.memory = m
	p.Plans = slices.DeleteFunc(slices.Clone(p.Plans), func(plan *check.Plan) bool {
		pg, ok := p.recall(plan)
		if ok {
			p.recalled[plan] = pg
		}
		return ok
	})
}

func (p *Proof) recall(plan *check.Plan) (report.Page, bool) {
	m := p.memory
	if pg, ok := m.Last.get(plan, p.keyed(plan)); ok {
		return pg, true
	}
	var pg report.Page
	if m.Forget || !m.Sure || cache.Program() == "" {
		return pg, false
	}
	key := p.key(plan)
	return pg, key != "" && m.Store.Get(key, &pg)
}

// key is that of a page in the cache; "" for a page that is not kept there: one
// that needs containers rests on images that no key has in it.
func (p *Proof) key(plan *check.Plan) string {
	if plan.Pods && plan.Skip == "" {
		return ""
	}
	return p.keyed(plan)
}

// keyed is a key that stands for all that is known of what the verdicts on a page
// rest on; "" where that cannot be told.
func (p *Proof) keyed(plan *check.Plan) string {
	c, m := p.Project.Config.Check, p.memory
	k := pageKey{Program: cache.Program(), Cluster: m.Cluster, Page: p.hash(plan), Files: p.filesHash(),
		Within: time.Duration(c.Within), Timeout: time.Duration(c.Timeout), Env: m.env(), Redact: patterns(c.Redact), Tools: m.tools(plan)}
	key, err := cache.Key(k)
	if err != nil || k.Page == "" || k.Files == "?" {
		return ""
	}
	return "page-" + key
}

func patterns(res []*regexp.Regexp) []string {
	var all []string
	for _, re := range res {
		all = append(all, re.String())
	}
	return all
}

// first finds words that may be programs: where a command may start. It finds too
// many, such as keys of YAML in a here-document, and that does no harm.
var first = lazyregexp.New("(?m)(?:^|[|;&({`]|\\b(?:do|then|else|sudo|xargs|exec|time|env|command)\\s)[ \\t]*([A-Za-z0-9_][A-Za-z0-9._+-]*)")

// tools identifies the programs that the claims of a plan may call. kubectl is that
// of the cluster.
func (m *Memory) tools(plan *check.Plan) map[string]string {
	tools := map[string]string{"bash": m.tool("bash")}
	for i := range plan.Items {
		for _, c := range plan.Items[i].Claims {
			for _, name := range c.Missing {
				tools[name] = m.tool(name)
			}
			for _, w := range first.FindAllStringSubmatch(c.Text, -1) {
				tools[w[1]] = m.tool(w[1])
			}
		}
	}
	return tools
}

// tool identifies a program, once.
func (m *Memory) tool(name string) string {
	id, ok := m.known[name]
	if !ok {
		if m.known == nil {
			m.known = map[string]string{}
		}
		id = cache.Tool(cache.Getenv(m.Environ, "PATH"), name)
		m.known[name] = id
	}
	return id
}

// filesHash is the hash of what check.files names: "" where that is nothing, "?"
// where it cannot be read.
func (p *Proof) filesHash() string {
	if p.files == nil {
		return ""
	}
	p.filesOnce.Do(func() {
		h := sha256.New()
		err := fs.WalkDir(p.files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				fmt.Fprintf(h, "%q %v\n", name, d.Type())
				return err
			}
			data, err := fs.ReadFile(p.files, name)
			fmt.Fprintf(h, "%q %x\n", name, sha256.Sum256(data))
			return err
		})
		if p.filesSum = fmt.Sprintf("%x", h.Sum(nil)); err != nil {
			p.filesSum = "?"
		}
	})
	return p.filesSum
}

// Remember puts the recalled pages into a run, in the order of the plans, and
// keeps the results of the others. Its origin has to be complete. The error says
// that results could not be kept; the run is good all the same.
func (p *Proof) Remember(run *report.Run) error {
	pages := map[string]report.Page{}
	var err error
	for _, pg := range run.Pages {
		pages[pg.File] = pg
	}
	for _, plan := range p.Plans {
		pg, ok := pages[plan.Page.File.Name]
		if ok && p.memory != nil {
			p.memory.Last.put(plan, p.keyed(plan), pg, run.Origin)
		}
		if m := p.memory; !ok || m == nil || !m.Sure || err != nil || !worthKeeping(run, &pg) {
			continue
		}
		if key := p.key(plan); key != "" && cache.Program() != "" {
			pg.Cached = &run.Origin
			err = p.memory.Store.Put(key, pg)
		}
	}
	for plan, pg := range p.recalled {
		pages[plan.Page.File.Name] = pg
	}
	p.Plans, run.Pages = p.chosen, run.Pages[:0:0]
	for _, plan := range p.chosen {
		if pg, ok := pages[plan.Page.File.Name]; ok {
			run.Pages = append(run.Pages, pg)
		}
	}
	for i := range run.Pages {
		run.Pages[i].Replace(p.secrets) // what another page has shown to be secret
	}
	return err
}

// worthKeeping reports whether a page's results say nothing that may be otherwise
// the next time: no failure is ever taken from the cache, nor what was found on a
// cluster that is not ours.
func worthKeeping(run *report.Run, pg *report.Page) bool {
	if run.Cluster != "" && run.Cluster != "embedded" || strings.HasPrefix(pg.Reason, "not run") {
		return false
	}
	return !slices.ContainsFunc(pg.Blocks, func(b report.Block) bool {
		return b.Status == check.Failed || b.Status == check.Blocked || b.By != nil
	})
}

// A whole run, and all that it rests on.
type wholeRun struct {
	Run   *report.Run
	Trace map[string]string // answers of the project's folder
	Tools map[string]string
	Until time.Time // when another page is published, or one expires; zero never
}

// RunKey is the key of a whole run that was asked for with args.
func (m *Memory) RunKey(args ...string) string {
	key, err := cache.Key([]any{cache.Program(), m.Cluster, m.env(), args})
	if err != nil || cache.Program() == "" {
		return ""
	}
	return "run-" + key
}

// RecallRun returns the results of a whole run: nothing that it has read has
// changed since, and none of its pages has failed. Nothing is parsed for that.
func (m *Memory) RecallRun(root fs.FS, key string, now time.Time) *report.Run {
	var w wholeRun
	if m.Forget || key == "" || !m.Store.Get(key, &w) || w.Run == nil || !w.Until.IsZero() && !now.Before(w.Until) {
		return nil
	}
	for name, id := range w.Tools {
		if m.tool(name) != id {
			return nil
		}
	}
	if !cache.Same(root, w.Trace) {
		return nil
	}
	origin := w.Run.Origin
	for i := range w.Run.Pages {
		if pg := &w.Run.Pages[i]; pg.Cached == nil {
			pg.Cached = &origin
		}
	}
	w.Run.Cluster, w.Run.Kubernetes = "", ""
	return w.Run
}

// RememberRun keeps a whole run, made from what the recorder has seen, if all of
// its pages could be recalled.
func (p *Proof) RememberRun(run *report.Run, seen *cache.Recorder, key string) error {
	if key == "" || !p.memory.Sure || run.Wrong() {
		return nil
	}
	w := wholeRun{Run: run, Tools: map[string]string{}, Until: p.Project.Set.Until}
	for _, plan := range p.Plans {
		if p.key(plan) == "" {
			return nil
		}
		maps.Copy(w.Tools, p.memory.tools(plan))
	}
	for i := range run.Pages {
		if !worthKeeping(run, &run.Pages[i]) {
			return nil
		}
	}
	w.Trace = seen.Trace()
	return p.memory.Store.Put(key, w)
}
