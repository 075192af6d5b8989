package cluster

import (
	"os"
	"strconv"
	"strings"
)

// What a cluster needs of memory at its most, with the programs that pages start
// on it: in bytes, with room to spare.
const (
	EmbeddedMemory = 512 << 20
	KindMemory     = 1 << 30
)

// FreeMemory is how much memory programs can still have on this machine, in bytes;
// 0 where it does not tell.
func FreeMemory() int64 {
	data, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	return available(string(data))
}

// available reads the text of /proc/meminfo.
func available(text string) int64 {
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemAvailable:" {
			n, _ := strconv.ParseInt(f[1], 10, 64) // else it is 0: not told
			return n << 10
		}
	}
	return 0
}
