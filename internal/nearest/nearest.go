// Package nearest finds the known word that somebody may have meant, for hints.
package nearest

import "slices"

// Word returns the known word that is most like a word: at most two letters
// apart, and not all of them. It is "" where there is none; of two that are as
// near, the first one in the alphabet counts.
func Word(word string, known []string) string {
	best, least := "", 3
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := Distance(word, k); d < least && d < min(len(word), len(k)) {
			best, least = k, d
		}
	}
	return best
}

// Distance counts the letters to change, to add, to drop or to swap; long names
// are as far apart as they are long.
func Distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 || max(len(a)-len(b), len(b)-len(a)) > 3 {
		return max(len(a), len(b))
	}
	var rows [3][65]int
	for j := 0; j <= len(b); j++ {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		now, last, older := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], older[j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
