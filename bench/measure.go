package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A cost is what one run of a program took. Peak is the largest resident set
// in bytes.
type cost struct {
	cpu, wall time.Duration
	peak      int64
}

// A program is one side of a comparison. Before runs in front of each
// measured run and is not measured.
type program struct {
	name   string
	dir    string
	args   []string
	env    []string
	before func() error
	wrong  bool // exit status 1 is no failure: the pages have defects
}

// once runs the program one time.
func (p program) once(ctx context.Context) (cost, error) {
	if p.before != nil {
		if err := p.before(); err != nil {
			return cost{}, err
		}
	}
	cmd := exec.CommandContext(ctx, p.args[0], p.args[1:]...)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), p.env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if code := cmd.ProcessState.ExitCode(); err != nil && (code != 1 || !p.wrong) {
		return cost{}, fmt.Errorf("%s: %w\n%s", strings.Join(p.args, " "), err, tail(out.String(), 20))
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, fmt.Errorf("%s: no resource usage on this system", p.name)
	}
	return cost{
		cpu:  cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		wall: wall,
		peak: usage.Maxrss * 1024,
	}, nil
}

// alternate runs the programs in turn, A B A B, and gives the median of each:
// what else the machine does falls on both.
func alternate(ctx context.Context, runs int, programs ...program) ([]cost, error) {
	all := make([][]cost, len(programs))
	for range runs {
		for i, p := range programs {
			c, err := p.once(ctx)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], c)
		}
	}
	medians := make([]cost, len(programs))
	for i, costs := range all {
		medians[i] = cost{
			cpu:  median(costs, func(c cost) time.Duration { return c.cpu }),
			wall: median(costs, func(c cost) time.Duration { return c.wall }),
			peak: median(costs, func(c cost) int64 { return c.peak }),
		}
	}
	return medians, nil
}

func median[T ~int64](costs []cost, of func(cost) T) T {
	values := make([]T, len(costs))
	for i, c := range costs {
		values[i] = of(c)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
