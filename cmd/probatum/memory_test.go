package main

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestCollectLate(t *testing.T) {
	percent := debug.SetGCPercent(100)
	defer debug.SetGCPercent(percent)
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	collectLate()
	held := make([]byte, 2*spare)
	// The finalizer runs on a goroutine of its own, some time after a collection.
	for debug.SetMemoryLimit(-1) < int64(len(held)) {
		runtime.GC()
		runtime.Gosched()
	}
	if got := debug.SetMemoryLimit(-1); got > 4*spare {
		t.Errorf("%d MB in use, but the next collection starts at %d MB", len(held)>>20, got>>20)
	}
	runtime.KeepAlive(held)
}

func TestLimit(t *testing.T) {
	for _, c := range []struct{ inUse, want int64 }{{0, spare}, {spare / 2, spare}, {spare * 9 / 10, spare*9/10 + spare*9/10*7/10}, {8 * spare, 8*spare + mostGarbage}} {
		if got := limit(c.inUse); got != c.want {
			t.Errorf("limit(%d) = %d, want %d", c.inUse, got, c.want)
		}
	}
}
