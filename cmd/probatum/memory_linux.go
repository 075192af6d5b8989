package main

import (
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// hugePages asks the system for huge pages for the first spare bytes of the heap,
// which it gives where they are used. Else a build of 10,000 pages is handed 90,000
// small ones, each when it is first touched, which is a twentieth of its time. Go
// does not ask: a program that runs for long gives memory back, and huge pages
// stand in the way of that.
//
// Call it before collectLate.
func hugePages() {
	probe, err := unix.Mmap(-1, 0, spare, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return // a limit that make would not survive
	}
	_ = unix.Munmap(probe)
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	room := make([]byte, spare)
	_ = unix.Madvise(room, unix.MADV_HUGEPAGE) // a system that does not know them has small ones
	runtime.GC()                               // room is free for others now, and nothing of it was touched
}
