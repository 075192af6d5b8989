package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/cluster"
)

const clusterHelp = `Usage: probatum cluster build|start|stop|status|list|delete NAME

The embedded cluster is a Kubernetes API, scheduler and controllers with one
simulated node in a single process, for checking pages without a cluster of
one's own.

  build    make its program, once; needs Go 1.26 or later, downloads modules and
           takes minutes
  start    start a cluster that stays in the background; checks use it instead
           of starting their own
  stop     end the background cluster
  status   say whether there is a program and a background cluster
  list     print the clusters made with kind that are there: kept, in use, or left
           behind
  delete   delete those with these names

The program and the background cluster are in the user's cache folder.
$PROBATUM_KUBE names another program to use.

Example:

  probatum cluster build && probatum cluster start
`

// cluster is "probatum cluster".
func (s *session) cluster(args []string) int {
	fs := s.flags("cluster")
	names, code, done := s.parse(fs, clusterHelp, args)
	if done {
		return code
	}
	const which = "use one of build, start, stop, status, list, delete; see probatum cluster -h"
	switch {
	case len(names) == 0:
		return s.fail(&usageError{"cluster: what to do is missing", which})
	case names[0] == "delete":
		return s.clusterDelete(names[1:])
	case len(names) > 1:
		return s.fail(&usageError{fmt.Sprintf("cluster %s: unexpected argument %q", names[0], names[1]), which})
	}
	switch names[0] {
	case "build":
		return s.clusterBuild()
	case "start":
		return s.clusterStart()
	case "stop":
		return s.clusterStop()
	case "status":
		return s.clusterStatus()
	case "list":
		return s.clusterList()
	}
	return s.fail(&usageError{fmt.Sprintf("cluster: unknown command %q", names[0]), which})
}

func (s *session) clusterBuild() int {
	bar := &buildBar{w: s.stderr, terminal: s.env.Terminal, start: time.Now(), tenth: -1}
	program, err := cluster.Build(s.ctx, s.env.Cluster, bar.show)
	bar.end()
	if err != nil {
		return s.fail(err)
	}
	fmt.Fprintln(s.stdout, program)
	return exitFine
}

func (s *session) clusterStart() int {
	b, err := cluster.StartBackground(s.ctx, s.env.Cluster, nil)
	if err != nil {
		return s.fail(err)
	}
	printBackground(s.stdout, b)
	return exitFine
}

func (s *session) clusterStop() int {
	err := cluster.StopBackground(s.ctx, s.env.Cluster)
	if errors.Is(err, cluster.ErrNoBackground) {
		fmt.Fprintf(s.stderr, "probatum: %v\n", err)
		return exitFine // it is as it was asked for
	}
	if err != nil {
		return s.fail(err)
	}
	return exitFine
}

// clusterStatus exits with 1 where no cluster runs in the background.
func (s *session) clusterStatus() int {
	program, err := cluster.Program(s.env.Cluster)
	if _, missing := errors.AsType[*cluster.NotBuiltError](err); missing {
		program = "not built"
	} else if err != nil {
		return s.fail(err)
	}
	fmt.Fprintf(s.stdout, "program     %s\n", program)
	b, err := cluster.StatusBackground(s.ctx, s.env.Cluster)
	if errors.Is(err, cluster.ErrNoBackground) {
		fmt.Fprintf(s.stdout, "background  not running\n")
		return exitWrong
	}
	if err != nil {
		return s.fail(err)
	}
	printBackground(s.stdout, b)
	return exitFine
}

func printBackground(w io.Writer, b cluster.Background) {
	fmt.Fprintf(w, "background  Kubernetes %s, process %d, since %s\n", b.Kubernetes, b.PID, b.Started.Format(time.DateTime))
	fmt.Fprintf(w, "kubeconfig  %s\n", b.Kubeconfig)
	fmt.Fprintf(w, "kubectl     %s/kubectl\n", b.Bin)
	fmt.Fprintf(w, "log         %s\n", b.Log)
}

// buildBar shows how far a build is: one line that is drawn again on a terminal,
// a line at every tenth elsewhere.
type buildBar struct {
	w        io.Writer
	terminal bool
	start    time.Time
	drawn    bool   // the line has something in it
	last     string // printed last, where it is no terminal
	tenth    int    // printed last, where it is no terminal
}

// buildBarWidth is the number of cells of the bar. With the rest of the line it
// stays below 80 columns.
const buildBarWidth = 24

// show is the progress function of cluster.Build.
func (b *buildBar) show(done, total int, what string) {
	if b.terminal {
		b.draw(done, total, what)
		return
	}
	if total == 0 {
		b.phase(what)
		return
	}
	if tenth := done * 10 / total; tenth > b.tenth {
		b.tenth = tenth
		fmt.Fprintf(b.w, "build %3d %%  %d of %d packages\n", tenth*10, done, total)
	}
}

// phase prints what is being done before the number of packages is known. There
// are hundreds of modules to download: they are one phase.
func (b *buildBar) phase(what string) {
	if strings.HasPrefix(what, "download ") {
		what = "download modules"
	}
	if what != b.last {
		b.last = what
		fmt.Fprintln(b.w, what)
	}
}

// draw draws the line again.
func (b *buildBar) draw(done, total int, what string) {
	const most = 38
	if len(what) > most {
		what = "..." + what[len(what)-most+3:]
	}
	if total == 0 {
		fmt.Fprintf(b.w, "\r\x1b[K%s", what)
	} else {
		cells := done * buildBarWidth / total
		fmt.Fprintf(b.w, "\r\x1b[K%s%s %3d %% %5s  %s", strings.Repeat("█", cells), strings.Repeat("░", buildBarWidth-cells),
			done*100/total, time.Since(b.start).Round(time.Second), what)
	}
	b.drawn = true
}

// end takes the line away.
func (b *buildBar) end() {
	if b.drawn {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
