package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
)

func TestCollectLate(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	runtime.GC() // of what another run of the test has held
	collectLate()
	if got := heapGoal(); got < spare*9/10 || got > spare*11/10 {
		t.Errorf("the first collection starts at %d MB, want %d", got>>20, spare>>20)
	}
	held := make([]byte, 2*spare)
	// The finalizer runs on a goroutine of its own, some time after a collection.
	for debug.SetMemoryLimit(-1) < int64(len(held)) {
		runtime.GC()
		runtime.Gosched()
	}
	if got, want := heapGoal(), goal(int64(len(held))); got < want*9/10 || got > want*11/10 {
		t.Errorf("%d MB in use, but the next collection starts at %d MB, want %d", len(held)>>20, got>>20, want>>20)
	}
	runtime.KeepAlive(held)
}

// heapGoal is where the next collection starts, in bytes.
func heapGoal() int64 {
	s := []metrics.Sample{{Name: "/gc/heap/goal:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64())
}

func TestGoal(t *testing.T) {
	for _, c := range []struct{ inUse, want int64 }{{smallest, spare}, {spare / 2, spare}, {spare, spare + spare*2/5}, {spare * 3 / 2, 2*spare + spare*2/5}, {8 * spare, 8*spare + mostGarbage}} {
		if got := goal(c.inUse); got != c.want {
			t.Errorf("goal(%d) = %d, want %d", c.inUse, got, c.want)
		}
	}
}
