// Package colour reckons with colours of the theme: whether people can read one
// on the other, and what lies between two.
package colour

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Colour is red, green and blue, each from 0 to 255.
type Colour [3]float64

// Parse reads #rgb or #rrggbb.
func Parse(s string) (Colour, bool) {
	hex, ok := strings.CutPrefix(s, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if !ok || err != nil || len(hex) != 6 {
		return Colour{}, false
	}
	return Colour{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}, true
}

// String gives #rrggbb.
func (c Colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(math.Round(c[0])), int(math.Round(c[1])), int(math.Round(c[2])))
}

// Mix is what a share of c from 0 to 1 and the rest of d give.
func (c Colour) Mix(share float64, d Colour) Colour {
	for i := range c {
		c[i] = c[i]*share + d[i]*(1-share)
	}
	return c
}

// Contrast is that of WCAG 2, from 1 to 21: text needs 4.5, the edge of a control 3.
func Contrast(a, b Colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func (c Colour) luminance() float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := c[i] / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}

// Readable is the contrast that text needs.
const Readable = 4.5

// Paper is what accents are read on: light and dark.
var Paper = [2]Colour{{255, 255, 255}, {0x0f, 0x15, 0x13}}

// Wash is the background of a chosen entry: some of the accent on paper.
func Wash(accent, paper Colour) Colour { return accent.Mix(0.14, paper) }

// Dark is an accent for dark paper: with as much white in it as it needs to be
// read on its own wash.
func Dark(accent Colour) Colour {
	for share := 1.0; share > 0; share -= 0.02 {
		c := accent.Mix(share, Colour{255, 255, 255})
		if Contrast(c, Wash(c, Paper[1])) >= 1.5*Readable {
			return c
		}
	}
	return Colour{255, 255, 255}
}

// Ink is what is written on a colour: white or nearly black.
func Ink(c Colour) Colour {
	white, black := Colour{255, 255, 255}, Colour{8, 20, 16}
	if Contrast(c, white) >= Contrast(c, black) {
		return white
	}
	return black
}
