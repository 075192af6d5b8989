#!/bin/sh
# Writes bench/steps.txt: what benchstat makes of the hot steps of a build, of an
# older commit and of what is here, measured in turn with one processor. A step
# that was not measured then has no figure there.
#
#	BENCHSTAT=golang.org/x/perf/cmd/benchstat@VERSION bench/steps.sh [COMMIT]
#
# On a machine that does other things, BEFORE="chrt -f 1" lets nothing interrupt
# them.
set -eu
base=$(git rev-parse --short "${1:-5cc4210}")
head=$(git describe --always --dirty)
here=$PWD
tmp=$(mktemp -d)
trap 'git worktree remove --force "$tmp/old"; rm -r "$tmp"' EXIT
trap 'exit 1' INT TERM
git worktree add --quiet --detach "$tmp/old" "$base"
ln -s "$here" "$tmp/new"
[ ! -d ../shared ] || ln -s "$(cd ../shared && pwd)" "$tmp/shared" # the corpora
packages="internal/markup internal/page internal/highlight theme internal/site internal/search internal/check internal/match"
steps='^Benchmark(Header|Shortcodes|Tree|Load|HTML|Page|Build|Read|Add|Write|Index|New|Outputs)$'
for side in old new; do
	for p in $packages; do
		(cd "$tmp/$side" && go test -trimpath -c -o "$tmp/$side-$(basename "$p")" "./$p")
	done
done
# The benchmark of the matcher made tables first, for minutes, up to this commit.
skip=
git merge-base --is-ancestor "$base" 16360db && skip=internal/match
for _ in 1 2 3 4 5 6 7 8 9 10; do
	for p in $packages; do
		for side in old new; do
			[ "$side $p" = "old $skip" ] && continue
			(cd "$tmp/$side/$p" && GOMAXPROCS=1 ${BEFORE:-} "$tmp/$side-$(basename "$p")" -test.run '^$' -test.bench "$steps" -test.benchmem -test.benchtime 0.1s) >>"$tmp/$side.txt"
		done
	done
done
{
	echo "The hot steps, GOMAXPROCS=1: $base and $head. make steps BASE=$base"
	echo
	go run "$BENCHSTAT" -ignore pkg -filter '.unit:(sec/op OR B/op OR allocs/op)' "$base=$tmp/old.txt" "here=$tmp/new.txt"
} >bench/steps.txt
