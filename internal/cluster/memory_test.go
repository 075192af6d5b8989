package cluster

import "testing"

func TestAvailable(t *testing.T) {
	for text, want := range map[string]int64{
		"MemTotal:       24000000 kB\nMemAvailable:    1048576 kB\n": 1 << 30,
		"MemTotal:       24000000 kB\n":                              0,
		"MemAvailable: much kB\n":                                    0,
		"":                                                           0,
	} {
		if got := available(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}
