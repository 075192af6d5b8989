package nearest

import "testing"

func TestWord(t *testing.T) {
	known := []string{"setup", "skip", "timeout", "title", "a"}
	for in, want := range map[string]string{"setpu": "setup", "stup": "setup", "timeouts": "timeout", "tilte": "title", "zzz": "", "b": "", "sk": "", "skp": "skip"} {
		if got := Word(in, known); got != want {
			t.Errorf("Word(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"ab", "ba", 1}, {"abc", "adc", 1}, {"abc", "abcd", 1}, {"kitten", "sitting", 3}} {
		if got := Distance(tt.a, tt.b); got != tt.want || Distance(tt.b, tt.a) != tt.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
