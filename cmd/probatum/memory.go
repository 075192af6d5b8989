package main

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// Below spare bytes nobody misses the memory: a build that stays under them
// never looks for garbage, which is a quarter of its work.
const spare = 256 << 20

// The garbage of a large site takes at most this many bytes.
const mostGarbage = 320 << 20

// collectLate lets the garbage collector start only when the heap has spare bytes, or
// two fifths more than what is in use; what is in use beyond spare bytes counts in
// full, as it is looked through each time. What is known of all pages of a large site
// stays in memory; with the usual rule, twice what is in use, half of what a large
// site takes would be garbage.
//
// That is said as a percentage. A limit of memory counts what is free between
// objects, too: of the room for garbage it left a quarter, and a build of 50,000
// pages looked for garbage 208 times. It is there for the moment in which the
// percentage is still that of a heap which was much smaller.
func collectLate() {
	collectAt(0)
	afterCollection()
}

// afterCollection sets them anew after each collection: the finalizer of something
// that nobody holds runs then.
func afterCollection() {
	runtime.SetFinalizer(&collected{}, func(*collected) {
		collectAt(inUse())
		afterCollection()
	})
}

type collected struct{ _ [16]byte }

// collectAt says where the next collection starts, by what is in use now.
func collectAt(inUse int64) {
	inUse = max(inUse, smallest)
	goal := goal(inUse)
	debug.SetGCPercent(int((goal - inUse) * 100 / inUse))
	debug.SetMemoryLimit(goal + goal/2)
}

// smallest is what the runtime takes for in use at least.
const smallest = 4 << 20

// goal is how large the heap may be.
func goal(inUse int64) int64 {
	garbage := min(inUse, spare)*2/5 + max(inUse-spare, 0)
	return max(spare, inUse+min(garbage, mostGarbage))
}

// inUse is what the last collection left on the heap, and what else the runtime
// counts for that.
func inUse() int64 {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(samples)
	var sum uint64
	for _, s := range samples {
		if s.Value.Kind() == metrics.KindUint64 {
			sum += s.Value.Uint64()
		}
	}
	return int64(min(sum, 1<<62))
}
