package markup

import (
	"iter"
	"strings"
)

// An Address is the value of an attribute of HTML that loads something or leads
// somewhere, as it is written there.
type Address struct {
	Name       string // href, src or poster
	Text       string // between the quotes
	Start, End int    // of Text in the HTML
}

// Addresses lists the quoted addresses in HTML, in order. It looks at attributes
// alone and does not ask in which element they stand.
func Addresses(html string) iter.Seq[Address] {
	return func(yield func(Address) bool) {
		for at := 0; ; {
			i := strings.IndexByte(html[at:], '=')
			if i < 0 {
				return
			}
			i += at
			at = i + 1
			name := addressName(strings.TrimRight(html[:i], htmlSpace))
			if name == "" {
				continue
			}
			value := strings.TrimLeft(html[at:], htmlSpace)
			if value == "" || value[0] != '"' && value[0] != '\'' {
				continue
			}
			end := strings.IndexByte(value[1:], value[0])
			if end < 0 {
				continue
			}
			start := len(html) - len(value) + 1
			at = start + end + 1
			if !yield(Address{name, html[start : start+end], start, start + end}) {
				return
			}
		}
	}
}

const htmlSpace = " \t\n\f\r"

// addressName is the name of the attribute that the text ends with, if its value
// is an address; else "".
func addressName(before string) string {
	for _, name := range [...]string{"href", "src", "poster"} {
		if rest, ok := strings.CutSuffix(before, name); ok && (rest == "" || strings.IndexByte(htmlSpace, rest[len(rest)-1]) >= 0) {
			return name
		}
	}
	return ""
}
