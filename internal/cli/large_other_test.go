//go:build !linux

package cli_test

import "os"

// peakMemory is 0: only Linux counts it in units that are known.
func peakMemory(*os.ProcessState) float64 { return 0 }
