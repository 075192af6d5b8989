//go:build race

package match

import "time"

const slow time.Duration = 20 // as the race detector makes it
