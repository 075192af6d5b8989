package versions

import "testing"

func TestHas(t *testing.T) {
	tests := []struct {
		text, in, out string // versions, one in the range and one not; "" none such
		newest        int
	}{
		{"", "v1.34.4", "", 0},
		{">=1.24", "v1.24.0", "v1.23.17", 0},
		{">= 1.24", "1.34.4", "1.9.9", 0},
		{">1.24", "1.25.0", "1.24.9", 0},
		{"<1.25", "1.24.9", "1.25.0", 24},
		{"<1.25.3", "1.25.2", "1.25.3", 25},
		{"<=1.25", "1.25.9", "1.26.0", 25},
		{"1.25", "v1.25.9", "1.26.0", 25},
		{"=1.25.3", "v1.25.3-gke.100", "1.25.4", 25},
		{"!=1.25", "1.26.1", "1.25.1", 0},
		{">=1.24 <1.30", "1.29.9", "1.30.0", 29},
		{">=v1.24, <1.30", "1.24.0", "1.23.0", 29},
		{">=1.24.2", "1.24.2", "1.24", 0},
		{">=1.2", "", "unknown", 0},
	}
	for _, tt := range tests {
		r, err := Parse(tt.text)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if tt.in != "" && !r.Has(tt.in) || tt.out != "" && r.Has(tt.out) {
			t.Errorf("%q: has %s %v, want true; has %s %v, want false", tt.text, tt.in, r.Has(tt.in), tt.out, r.Has(tt.out))
		}
		if again, err := Parse(r.String()); err != nil || again.String() != r.String() {
			t.Errorf("%q: String gives %q, and that %v, %v", tt.text, r, again, err)
		}
		if got := r.Newest(); got != tt.newest {
			t.Errorf("%q: newest %d, want %d", tt.text, got, tt.newest)
		}
	}
	for _, text := range []string{"1", "latest", ">=", "~1.24", "1.24+", "1.24 - 1.26", ">=1.24 || 1.20", "1.2.3.4"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q: no error", text)
		}
	}
}
