package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Below spare bytes nobody misses the memory: a build that stays under them
// never looks for garbage, which is a quarter of its work.
const spare = 384 << 20

// The garbage of a large site takes at most this many bytes.
const mostGarbage = 256 << 20

// collectLate lets the garbage collector start only when the program takes
// spare bytes, or seven tenths more than what is in use. What is known of all pages of a
// large site stays in memory; with the usual rule, twice what is in use, half of
// what a large site takes would be garbage.
func collectLate() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(spare)
	afterCollection()
}

// afterCollection sets the limit anew after each collection: the finalizer of
// something that nobody holds runs then.
func afterCollection() {
	runtime.SetFinalizer(&collected{}, func(*collected) {
		debug.SetMemoryLimit(limit(inUse()))
		afterCollection()
	})
}

type collected struct{ _ [16]byte }

// limit is where the next collection starts, in bytes.
func limit(inUse int64) int64 { return max(spare, inUse+min(inUse*7/10, mostGarbage)) }

// inUse is what the last collection left on the heap, and what the runtime
// takes besides it.
func inUse() int64 {
	samples := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}, {Name: "/memory/classes/metadata/other:bytes"},
	}
	metrics.Read(samples)
	var sum uint64
	for _, s := range samples {
		if s.Value.Kind() == metrics.KindUint64 {
			sum += s.Value.Uint64()
		}
	}
	return int64(min(sum, 1<<62))
}
