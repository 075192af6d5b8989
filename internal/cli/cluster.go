package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/cluster"
)

const clusterHelp = `usage: probatum cluster build|start|stop|status

The embedded cluster is a Kubernetes API, scheduler and controllers with one
simulated node in a single process, for checking pages without a cluster of
one's own.

  build    make its program, once; needs Go 1.26 or later, downloads modules and
           takes minutes
  start    start a cluster that stays in the background; checks use it instead
           of starting their own
  stop     end the background cluster
  status   say whether there is a program and a background cluster

The program and the background cluster are in the user's cache folder.
$PROBATUM_KUBE names another program to use.

Example:

  probatum cluster build && probatum cluster start
`

// runCluster is "probatum cluster": args are what follows, and the exit code is
// 0, or 2 if it could not be done; status gives 1 if no cluster is running.
func runCluster(ctx context.Context, env cluster.Env, args []string, stdout, stderr io.Writer) int {
	if len(args) == 1 {
		switch args[0] {
		case "build":
			return clusterBuild(ctx, env, stdout, stderr)
		case "start":
			return clusterStart(ctx, env, stdout, stderr)
		case "stop":
			return clusterStop(ctx, env, stderr)
		case "status":
			return clusterStatus(ctx, env, stdout, stderr)
		case "-h", "-help", "--help", "help":
			fmt.Fprint(stdout, clusterHelp)
			return 0
		}
	}
	switch {
	case len(args) == 0:
		fmt.Fprintln(stderr, "probatum: cluster: what to do is missing")
	case len(args) > 1:
		fmt.Fprintf(stderr, "probatum: cluster %s: unexpected argument %q\n", args[0], args[1])
	default:
		fmt.Fprintf(stderr, "probatum: cluster: unknown command %q\n", args[0])
	}
	fmt.Fprintln(stderr, "\thint: use one of build, start, stop, status; see probatum cluster -help")
	return 2
}

// clusterTrouble prints an error, with its hint if it has one.
func clusterTrouble(stderr io.Writer, err error) int {
	fmt.Fprintf(stderr, "probatum: %v\n", err)
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		fmt.Fprintf(stderr, "\thint: %s\n", hinted.Hint())
	}
	return 2
}

func clusterBuild(ctx context.Context, env cluster.Env, stdout, stderr io.Writer) int {
	bar := newBuildBar(stderr)
	program, err := cluster.Build(ctx, env, bar.show)
	bar.end()
	if err != nil {
		return clusterTrouble(stderr, err)
	}
	fmt.Fprintln(stdout, program)
	return 0
}

func clusterStart(ctx context.Context, env cluster.Env, stdout, stderr io.Writer) int {
	b, err := cluster.StartBackground(ctx, env, nil)
	if err != nil {
		return clusterTrouble(stderr, err)
	}
	printBackground(stdout, b)
	return 0
}

func clusterStop(ctx context.Context, env cluster.Env, stderr io.Writer) int {
	err := cluster.StopBackground(ctx, env)
	if errors.Is(err, cluster.ErrNoBackground) {
		fmt.Fprintf(stderr, "probatum: %v\n", err)
		return 0 // it is as it was asked for
	}
	if err != nil {
		return clusterTrouble(stderr, err)
	}
	return 0
}

func clusterStatus(ctx context.Context, env cluster.Env, stdout, stderr io.Writer) int {
	if program, err := cluster.Program(env); err == nil {
		fmt.Fprintf(stdout, "program     %s\n", program)
	} else if _, missing := errors.AsType[*cluster.NotBuiltError](err); missing {
		fmt.Fprintf(stdout, "program     not built\n")
	} else {
		return clusterTrouble(stderr, err)
	}
	b, err := cluster.StatusBackground(ctx, env)
	if errors.Is(err, cluster.ErrNoBackground) {
		fmt.Fprintf(stdout, "background  not running\n")
		return 1
	}
	if err != nil {
		return clusterTrouble(stderr, err)
	}
	printBackground(stdout, b)
	return 0
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

func newBuildBar(w io.Writer) *buildBar {
	bar := &buildBar{w: w, start: time.Now(), tenth: -1}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		bar.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return bar
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
