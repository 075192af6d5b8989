package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// steps are the comparisons, in the order of their cost.
var steps = []struct {
	name string
	run  func(*bench, context.Context) error
}{
	{"program", (*bench).program},
	{"check", (*bench).check},
	{"istio", (*bench).istio},
	{"synthetic", (*bench).synthetic},
	{"warm", (*bench).warm},
	{"serve", (*bench).serve},
	{"big", (*bench).bigSite},
}

// program measures what a start costs.
func (b *bench) program(ctx context.Context) error {
	costs, err := alternate(ctx, 2*b.runs+1, program{name: "probatum", dir: b.dir, args: []string{b.probatum, "version"}})
	if err != nil {
		return err
	}
	info, err := os.Stat(b.probatum)
	if err != nil {
		return err
	}
	b.lines = append(b.lines,
		within("probatum version, wall", "ms", ms(costs[0].wall), 20),
		within("probatum version, CPU", "ms", ms(costs[0].cpu), 20),
		within("size of the program", "MB", mb(info.Size()), 40))
	return nil
}

// check measures the static checks of Istio's pages.
func (b *bench) check(ctx context.Context) error {
	s, err := b.istioSite(1)
	if err != nil || s.pages == 0 {
		return err
	}
	costs, err := alternate(ctx, b.runs, program{
		name: "probatum", dir: s.dir, wrong: true, before: s.remove(".probatum"),
		args: []string{b.probatum, "check", "-static"},
	})
	if err != nil {
		return err
	}
	b.lines = append(b.lines, within(fmt.Sprintf("check -static, istio-en (%d pages), CPU", s.pages), "s", costs[0].cpu.Seconds(), 1.5))
	return os.RemoveAll(s.dir)
}

// istio compares builds of Istio's pages, 25 times over, and gives the figures
// of one time.
func (b *bench) istio(ctx context.Context) error {
	one, err := b.istioSite(1)
	if err != nil || one.pages == 0 {
		return err
	}
	costs, err := alternate(ctx, b.runs, one.probatum(b, true))
	if err != nil {
		return err
	}
	b.lines = append(b.lines, within(fmt.Sprintf("istio-en (%d pages), CPU", one.pages), "s", costs[0].cpu.Seconds(), 2))
	s, err := b.istioSite(25)
	if err != nil {
		return err
	}
	floor, err := s.floor()
	if err != nil {
		return err
	}
	if costs, err = alternate(ctx, b.runs, s.probatum(b, true), s.hugo(b, true), floor); err != nil {
		return err
	}
	if err := s.samePages(); err != nil {
		return err
	}
	what := fmt.Sprintf("istio-en x 25 (%d pages)", s.pages)
	b.lines = append(b.lines, against(what, "hugo", costs[0], costs[1], 0.20, 0.20, 0.25)...)
	b.lines = append(b.lines,
		aboveFloor(what, costs[0], costs[2]),
		within(what+", CPU", "s", costs[0].cpu.Seconds(), 45),
		within(what+", peak memory", "MB", mb(costs[0].peak), 1000))
	return os.RemoveAll(s.dir)
}

// istioSite makes a site of Istio's pages; it has no pages where the corpus is
// not there.
func (b *bench) istioSite(times int) (site, error) {
	if _, err := os.Stat(b.corpus); err != nil {
		fmt.Fprintf(os.Stderr, "bench: %s is not there: its figures are left out\n", b.corpus)
		return site{}, nil
	}
	pages := 0
	s, err := newSite(filepath.Join(b.dir, fmt.Sprintf("istio-%d", times)), 0, func(content string) (err error) {
		pages, err = repeat(filepath.Join(b.corpus, "content"), content, times)
		return err
	})
	if err == nil {
		err = os.CopyFS(filepath.Join(s.dir, "data"), os.DirFS(filepath.Join(b.corpus, "data")))
	}
	s.pages, s.wrong = pages, true
	return s, err
}

// made makes a synthetic site, once.
func (b *bench) made(pages int) (site, error) {
	dir := filepath.Join(b.dir, fmt.Sprintf("synthetic-%d", pages))
	if _, err := os.Stat(dir); err == nil {
		return site{dir: dir, pages: pages}, nil
	}
	return newSite(dir, pages, func(content string) error { return writePages(content, pages) })
}

// synthetic compares cold builds with Hugo and with the floor.
func (b *bench) synthetic(ctx context.Context) error {
	s, err := b.made(b.pages)
	if err != nil {
		return err
	}
	floor, err := s.floor()
	if err != nil {
		return err
	}
	costs, err := alternate(ctx, b.runs, s.probatum(b, true), s.hugo(b, true), floor)
	if err != nil {
		return err
	}
	if err := s.samePages(); err != nil {
		return err
	}
	what := fmt.Sprintf("%d synthetic pages", s.pages)
	b.lines = append(b.lines, against(what, "hugo", costs[0], costs[1], 0.30, 0.30, 0.25)...)
	b.lines = append(b.lines, aboveFloor(what, costs[0], costs[2]))
	return s.remove("floor")()
}

// warm compares builds of a site that has been built: unchanged, and with one
// page changed.
func (b *bench) warm(ctx context.Context) error {
	s, err := b.made(b.pages)
	if err != nil {
		return err
	}
	if _, err := alternate(ctx, 1, s.probatum(b, true), s.hugo(b, true)); err != nil {
		return err
	}
	costs, err := alternate(ctx, b.runs, s.probatum(b, false), s.hugo(b, false))
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%d pages, unchanged", s.pages)
	b.lines = append(b.lines, against(what, "hugo", costs[0], costs[1], 0.06, 0, 0)...)
	edited := s.probatum(b, false)
	edited.before = s.edit(b.pages / 2)
	one, err := alternate(ctx, b.runs, edited)
	if err != nil {
		return err
	}
	most := 0.06*costs[1].cpu.Seconds() + 0.05
	b.lines = append(b.lines, within(fmt.Sprintf("%d pages, one changed, CPU", s.pages), "s", one[0].cpu.Seconds(), most))
	return nil
}

// edit gives a function that changes one word of a page, each time another.
func (s site) edit(page int) func() error {
	n := 0
	name := filepath.Join(s.dir, "content", filepath.FromSlash(pageURL(page)[1:len(pageURL(page))-1]+".md"))
	return func() error {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		n++
		text = append(bytes.TrimRight(text, "\n"), fmt.Sprintf("\nChanged-%d.\n", n)...)
		return os.WriteFile(name, text, 0o666)
	}
}

// bigSite compares what a page costs in a big site and in a small one.
func (b *bench) bigSite(ctx context.Context) error {
	small, err := b.made(1000)
	if err != nil {
		return err
	}
	big, err := b.made(b.big)
	if err != nil {
		return err
	}
	smallCost, err := alternate(ctx, 2*b.runs+1, small.probatum(b, true))
	if err != nil {
		return err
	}
	bigCost, err := alternate(ctx, max(1, b.runs/2), big.probatum(b, true))
	if err != nil {
		return err
	}
	each := func(c cost, pages int) float64 { return ms(c.cpu) / float64(pages) }
	b.lines = append(b.lines,
		line{fmt.Sprintf("CPU of a page among %d", b.big), each(bigCost[0], b.big), each(smallCost[0], 1000), "ms", "among 1000", 1.15},
		within(fmt.Sprintf("%d pages, peak memory", b.big), "MB", mb(bigCost[0].peak), 1200))
	return os.RemoveAll(big.dir)
}

// medianOf is the middle one of the durations.
func medianOf(all []time.Duration) time.Duration {
	costs := make([]cost, len(all))
	for i, d := range all {
		costs[i].wall = d
	}
	return median(costs, func(c cost) time.Duration { return c.wall })
}
