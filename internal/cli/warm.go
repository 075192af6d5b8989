package cli

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/probatum/probatum/internal/built"
	"github.com/probatum/probatum/internal/cache"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

// folderOfBuilds is where builds are remembered, in the project's folder.
const folderOfBuilds = ".probatum/build"

// A remembered is what a build knows of the last one, and tells the next one.
type remembered struct {
	*session
	memory *built.Memory
	seen   *cache.Recorder // the project's folder
	beside map[string]string
	start  time.Time
}

// remember begins a build that args ask for and that shows the named results.
func (s *session) remember(results string, args ...string) *remembered {
	r := &remembered{session: s, memory: built.Open(s.path(filepath.FromSlash(folderOfBuilds)), append(args, s.env.Dir)...),
		seen: cache.Record(os.DirFS(s.env.Dir)), start: time.Now(), beside: map[string]string{"git": s.folder().Head(s.ctx)}}
	if results != "" {
		data, err := os.ReadFile(s.path(results))
		r.beside["results"] = fmt.Sprintf("%x %v", sha256.Sum256(data), err)
	}
	return r
}

// same says once more what the last build has said, if nothing has changed since.
func (r *remembered) same() (code int, ok bool) {
	last := r.memory.Last()
	if last == nil || !last.Same(os.DirFS(r.env.Dir), r.path(last.Output), r.beside, r.start) {
		return 0, false
	}
	return r.built(last.Output, &site.Result{Pages: last.Pages, Unchanged: len(last.Files)}, last.Diagnostics), true
}

// keep tells the next build of this one.
func (r *remembered) keep(p *project.Project, files []site.FileState, pages int, ds []source.Diagnostic) {
	look := p.Config.Theme
	if !fs.ValidPath(path.Clean(look.Folder)) || look.Logo != "" && !fs.ValidPath(path.Clean(look.Logo)) {
		return // they are elsewhere, where nobody looks for changes
	}
	err := r.memory.Keep(&built.Build{Read: r.seen.Trace(), Beside: r.beside, Until: p.Set.Until, Start: r.start, End: time.Now(),
		Output: p.Config.Output, Files: files, Pages: pages, Diagnostics: ds})
	if err != nil {
		fmt.Fprintf(r.stderr, "probatum: warning: %v\n\thint: nothing is wrong but that the next build takes as long; %s has to be a folder that can be written to\n", err, folderOfBuilds)
	}
}
