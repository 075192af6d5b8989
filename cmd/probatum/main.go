// Command probatum builds a help site from Markdown pages, and proves on a
// Kubernetes cluster that what the pages tell a reader to type still works.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/probatum/probatum/internal/cli"
	"github.com/probatum/probatum/internal/cluster"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		if len(os.Args) > 1 && os.Args[1] == "build" {
			hugePages()
		}
		collectLate()
	}
	// A second signal ends the program at once: whoever presses Ctrl-C twice
	// does not want to wait for the clean-up.
	context.AfterFunc(ctx, stop)
	code := cli.Run(ctx, os.Args[1:], environment(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// environment is the one place that reads it.
func environment() cli.Env {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	return cli.Env{
		Dir:      dir,
		Cluster:  cluster.Env{Kube: os.Getenv("PROBATUM_KUBE"), CacheDir: cache, Environ: os.Environ()},
		Terminal: isTerminal(os.Stderr),
	}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
