package colour

import (
	"math"
	"testing"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{"#fff": "#ffffff", "#0A6a58": "#0a6a58", "#12345": "", "red": "", "#gggggg": "", "": "", "#": ""} {
		c, ok := Parse(in)
		if ok != (want != "") || ok && c.String() != want {
			t.Errorf("%q: got %v, %v, want %q", in, c, ok, want)
		}
	}
}

// The values are those of the definition's own examples.
func TestContrast(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"#fff", "#000", 21}, {"#fff", "#fff", 1}, {"#777777", "#ffffff", 4.48}, {"#0000ff", "#ffffff", 8.59}} {
		a, _ := Parse(tt.a)
		b, _ := Parse(tt.b)
		if got := Contrast(a, b); math.Abs(got-tt.want) > 0.01 || got != Contrast(b, a) {
			t.Errorf("%s on %s: got %.2f, want %.2f", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestMix(t *testing.T) {
	white, _ := Parse("#fff")
	black, _ := Parse("#000")
	if got := white.Mix(0.2, black).String(); got != "#333333" {
		t.Errorf("got %s, want #333333", got)
	}
}
