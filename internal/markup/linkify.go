package markup

import "bytes"

// addressStarts are what a text is made a link for where it stands at the start of
// a word; "@" in it makes it one, too, as the address of a mailbox.
var addressStarts = [][]byte{[]byte("http:"), []byte("https:"), []byte("ftp:"), []byte("www.")}

// mayLinkify tells whether text may hold an address that becomes a link by itself:
// where it says no, looking for such makes no difference.
// The parser that makes such links stops at each word, which takes a third of the
// time of a page. Most pages have no address but as [words](address).
func mayLinkify(text []byte) bool {
	if bytes.IndexByte(text, '@') >= 0 {
		return true
	}
	for _, start := range addressStarts {
		for at := 0; ; {
			i := bytes.Index(text[at:], start)
			if i < 0 {
				break
			}
			if at += i; !insideWord(text[:at]) && !inLink(text, at) {
				return true
			}
			at += len(start)
		}
	}
	return blanksAtEnd(text)
}

// blanksAtEnd tells whether a line with text ends with more blanks than a line
// break needs. Cutting the text into words leaves some of them in it.
func blanksAtEnd(text []byte) bool {
	for line := range bytes.Lines(text) {
		if n := len(line); n > 4 && line[n-4] <= ' ' && len(bytes.TrimSpace(line[n-4:])) == 0 && len(bytes.TrimSpace(line)) > 0 {
			return true
		}
	}
	return false
}

// insideWord tells whether what follows the text goes on with a word of it.
func insideWord(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	c := text[len(text)-1]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// inLink tells whether the address at an offset is that of a link or an image
// for certain: [words](address) on one line, without a sign that could mean
// something else before the link is one.
func inLink(text []byte, at int) bool {
	label, ok := bytes.CutSuffix(text[:at], []byte("]("))
	if !ok {
		return false
	}
	open := bytes.LastIndexAny(label, "[]<>|`\\\n\r\x1a")
	switch {
	case open < 0 || label[open] != '[' || open > 0 && label[open-1] == '\\':
		return false
	case len(label)-open < 3 || label[open+1] == '^': // a box to tick, a footnote
		return false
	}
	end := bytes.IndexAny(text[at:], "()<>|`\\\"\n\r\t \x1a")
	return end >= 0 && text[at+end] == ')'
}
