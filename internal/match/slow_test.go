//go:build !race

package match

import "time"

const slow time.Duration = 1
