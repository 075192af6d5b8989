// Command bench prints how fast Probatum is beside Hugo, the fastest builder
// that people use, and beside the floor: reading the pages, goldmark, and
// writing. It exits with 1 when a ratio is worse than the limit beside it, so
// that it can gate a release.
//
//	go run ./bench -probatum ./probatum
//
// Both build the same content; what runs is alternated, and the medians count.
// CPU seconds say more than wall time on a machine that does other things.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
)

// hugoVersion is what we compare ourselves with; it comes through the Go
// module proxy.
const hugoVersion = "github.com/gohugoio/hugo@v0.165.0"

// A bench is one run of this command.
type bench struct {
	dir, probatum, hugo string
	corpus              string // Istio's pages; "" without
	runs, pages, big    int
	lines               []line
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == "floor" {
		if err := floor(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(2)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	missed, err := run(ctx)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	case len(missed) > 0:
		fmt.Fprintf(os.Stderr, "bench: worse than their limits:\n\t%s\n", strings.Join(missed, "\n\t"))
		os.Exit(1)
	}
}

func run(ctx context.Context) (missed []string, err error) {
	b := &bench{}
	flag.StringVar(&b.probatum, "probatum", "./probatum", "the program to measure")
	flag.StringVar(&b.hugo, "hugo", "", "Hugo; without it, it is built through the module proxy")
	flag.StringVar(&b.corpus, "corpus", filepath.Join("..", "shared", "corpora", "istio-en"), "Istio's pages, left out where they are not there")
	flag.IntVar(&b.runs, "runs", 3, "how often each program runs")
	flag.IntVar(&b.pages, "pages", 10000, "pages of the synthetic site")
	flag.IntVar(&b.big, "big", 50000, "pages of the big synthetic site")
	only := flag.String("only", "", "one step: program, check, istio, synthetic, warm, serve, big")
	flag.Parse()
	if b.dir, err = os.MkdirTemp("", "probatum-bench"); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.programs(ctx); err != nil {
		return nil, err
	}
	for _, s := range steps {
		if *only == "" || *only == s.name {
			fmt.Fprintln(os.Stderr, "bench:", s.name)
			if err := s.run(b, ctx); err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	return write(os.Stdout, b.lines), nil
}

// programs finds what is measured.
func (b *bench) programs(ctx context.Context) (err error) {
	if b.probatum, err = exec.LookPath(b.probatum); err != nil {
		return fmt.Errorf("%w\n\thint: make build", err)
	}
	if b.probatum, err = filepath.Abs(b.probatum); err != nil {
		return err
	}
	if b.hugo == "" {
		b.hugo = filepath.Join(b.dir, "bin", "hugo")
		cmd := exec.CommandContext(ctx, "go", "install", hugoVersion)
		cmd.Env = append(os.Environ(), "GOBIN="+filepath.Dir(b.hugo), "GOFLAGS=-mod=mod", "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("build Hugo: %w", err)
		}
	}
	b.hugo, err = filepath.Abs(b.hugo)
	return err
}
