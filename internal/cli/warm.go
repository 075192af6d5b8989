package cli

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/built"
	"github.com/probatum/probatum/internal/cache"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

// folderOfBuilds is where builds are remembered, in the project's folder.
const folderOfBuilds = ".probatum/build"

// A remembered is what a build knows of the last one, and tells the next one.
type remembered struct {
	*session
	flags  buildOptions
	memory *built.Memory
	seen   *cache.Recorder // the project's folder
	beside map[string]string
	start  time.Time
	kept   *site.Keeper // what the next build needs to make single pages; nil nothing
	found  *cache.Writer
}

// remember begins a build with these flags and this configuration.
func (s *session) remember(o buildOptions, config string) *remembered {
	r := &remembered{session: s, flags: o, seen: cache.Record(source.Folder(s.env.Dir)), start: time.Now(),
		memory: built.Open(s.path(filepath.FromSlash(folderOfBuilds)), config, fmt.Sprintf("%+v", o), s.env.Dir),
		beside: map[string]string{"git": s.folder().Head(s.ctx)}}
	if o.results != "" {
		data, err := os.ReadFile(s.path(o.results))
		r.beside["results"] = fmt.Sprintf("%x %v", sha256.Sum256(data), err)
	}
	return r
}

// options are those of the site of a project.
func (r *remembered) options(p *project.Project) (site.Options, error) {
	if r.flags.base != "" {
		p.Config.BaseURL = r.flags.base
	}
	if r.flags.out != "" {
		p.Config.Output = r.flags.out
	}
	o, err := r.siteOptions(p, r.seen)
	o.Offline = r.flags.offline
	return o, err
}

// again makes the site with what the last build has left. It says once more what
// that has said where nothing has changed. ok is false where the site has to be
// built; nothing is written or said then.
func (r *remembered) again(flags *flag.FlagSet) (code int, ok bool) {
	last := r.memory.Last()
	if last == nil {
		return 0, false
	}
	changed, ok := last.Changes(os.DirFS(r.env.Dir), r.path(last.Output), r.beside, r.start)
	switch {
	case !ok:
		return 0, false
	case len(changed) == 0:
		return r.built(last.Output, &site.Result{Pages: last.Pages, Unchanged: len(last.Files)}, last.Diagnostics), true
	}
	facts, found := r.memory.Facts(last)
	if facts == nil || r.flags.results != "" {
		return 0, false
	}
	r.days, r.dated = facts.Days, true
	defer func() { r.dated = ok }()
	p, pages := r.restore(flags, facts, changed)
	if p == nil {
		return 0, false
	}
	o, err := r.options(p)
	if err != nil || !last.Agrees(r.seen.Trace(), changed) {
		return 0, false
	}
	res, files, err := r.write(p, func(f *site.Folder) (*site.Result, error) {
		if now := r.memory.Last(); now == nil || now.Facts != last.Facts {
			return nil, site.ErrMore // another build has written meanwhile
		}
		return site.Again(r.ctx, p.Set, o, site.Last{Past: facts.Past, Entries: found, Files: last.Files, Folder: f}, pages)
	})
	if err != nil {
		return 0, false // a build will tell
	}
	ds := source.Sort(append(p.Diagnostics, res.Diagnostics...))
	facts.Set = p.Set.Keep()
	r.warn(r.end(p, last.Read, facts, files, res.Pages, ds))
	return r.built(p.Config.Output, res, ds), true
}

// restore reads the project with the pages of the last build, and those again that
// the answers to the changed questions are. It returns nil where more has changed.
func (r *remembered) restore(flags *flag.FlagSet, facts *built.Facts, changed []string) (*project.Project, []*page.Page) {
	for _, question := range changed {
		if !strings.HasPrefix(question, "read ") {
			return nil, nil
		}
	}
	o := reading(flags, r.flags.drafts)
	o.Kept = facts.Set
	p, err := project.Load(r.ctx, r.seen, o)
	if err != nil || p.Set == nil {
		return nil, nil
	}
	var pages []*page.Page
	for _, question := range changed {
		pg := p.Replace(strings.TrimPrefix(question, "read "))
		if pg == nil {
			return nil, nil
		}
		pages = append(pages, pg)
	}
	return p, pages
}

// keeper takes what the next build needs to make single pages alone; nil where
// that is not worth it: what a check has found of a page is on others, too.
func (r *remembered) keeper(p *project.Project, marks site.Marks) *site.Keeper {
	if marks != nil || elsewhere(p) {
		return nil
	}
	r.found = r.memory.Entries()
	r.kept = &site.Keeper{Entries: r.found}
	return r.kept
}

// forget gives up what a build that has failed would tell the next one.
func (r *remembered) forget() {
	if r.found != nil {
		_ = r.found.Discard() // else it goes with its age
	}
}

// keep tells the next build of this one. The error says that it could not; the build
// is good all the same.
func (r *remembered) keep(p *project.Project, o site.Options, files []site.FileState, pages int, ds []source.Diagnostic) error {
	var facts *built.Facts
	var err error
	if r.kept != nil {
		facts = &built.Facts{Set: p.Set.Keep(), Past: &r.kept.Past, Days: o.Dates}
		if err = r.kept.Err; err == nil {
			err = r.found.Close()
		}
	}
	if err != nil {
		r.forget()
		return err
	}
	return r.end(p, nil, facts, files, pages, ds)
}

// end remembers the build. It rests on what was read, and on what the last build
// has read where this one has not.
func (r *remembered) end(p *project.Project, before map[string]string, facts *built.Facts, files []site.FileState, pages int, ds []source.Diagnostic) error {
	if elsewhere(p) {
		return nil
	}
	read := r.seen.Trace()
	for question, answer := range before {
		if _, asked := read[question]; !asked {
			read[question] = answer
		}
	}
	return r.memory.Keep(&built.Build{Read: read, Beside: r.beside, Until: p.Set.Until, Start: r.start, End: time.Now(),
		Output: p.Config.Output, Files: files, Pages: pages, Diagnostics: ds}, facts)
}

// elsewhere tells whether files of the site are outside of the project's folder,
// where nobody looks for changes.
func elsewhere(p *project.Project) bool {
	look := p.Config.Theme
	return !fs.ValidPath(path.Clean(look.Folder)) || look.Logo != "" && !fs.ValidPath(path.Clean(look.Logo))
}

func (r *remembered) warn(err error) {
	if err != nil {
		fmt.Fprintf(r.stderr, "probatum: warning: %v\n\thint: nothing is wrong but that the next build takes as long; %s has to be a folder that can be written to\n", err, folderOfBuilds)
	}
}
