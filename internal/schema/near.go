package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/nearest"
)

// near gives a hint with the name that is most like another; "" where none is.
func near(name string, names []string, format string) string {
	best, least := "", 1+min(max(1, len(name)/3), 3)
	for _, n := range slices.Sorted(slices.Values(names)) {
		if strings.EqualFold(n, name) && n != name {
			return fmt.Sprintf(format, n)
		}
		if d := nearest.Distance(name, n); d < least && n != name {
			best, least = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(format, best)
}
