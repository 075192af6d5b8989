package markup

import "bytes"

// verbatimLines cuts the body of c into lines and takes off what belongs to the
// place and not to the text: the rest of the tags' own lines, the container's
// quote marks, the tag's indentation unless the first line has less, and
// indentation that all lines share.
func (d *Document) verbatimLines(c *Call) []Segment {
	data := d.File.Data
	prefix := data[d.File.LineStart(c.Start):c.Start]
	quotes := bytes.Count(prefix, []byte(">"))
	prefix = prefix[bytes.LastIndexByte(prefix, '>')+1:] // how far in it stands behind them
	lines := make([]Segment, 0, bytes.Count(data[c.TagEnd:c.BodyEnd], []byte("\n"))+1)
	for i := c.TagEnd; i < c.BodyEnd; {
		end := min(d.File.LineEnd(i)+1, c.BodyEnd)
		lines = append(lines, Segment{Start: i, Stop: end})
		i = end
	}
	blankLine := func(s Segment) bool {
		s = trimQuotes(data, s, quotes)
		return len(bytes.TrimSpace(data[s.Start:s.Stop])) == 0
	}
	if len(lines) > 1 && blankLine(lines[0]) {
		lines = lines[1:]
	}
	if n := len(lines); n > 0 && blankLine(lines[n-1]) && data[lines[n-1].Stop-1] != '\n' {
		lines = lines[:n-1]
	}
	if len(lines) == 1 && blankLine(lines[0]) {
		return []Segment{}
	}
	indent := -1 // of the tag, or of a first line that stands further left
	for i := range lines {
		if lines[i].Start <= c.TagEnd {
			continue
		}
		lines[i] = trimQuotes(data, lines[i], quotes)
		if text := data[lines[i].Start:lines[i].Stop]; indent < 0 && len(bytes.TrimSpace(text)) > 0 {
			indent = min(width(prefix), width(text[:len(text)-len(bytes.TrimLeft(text, " \t"))]))
		}
		lines[i] = trimIndent(data, lines[i], max(indent, 0))
	}
	return trimShared(data, lines)
}

// trimQuotes takes up to n quote marks off the front.
func trimQuotes(data []byte, s Segment, n int) Segment {
	for ; n > 0; n-- {
		i := s.Start
		for i < s.Stop && (data[i] == ' ' || data[i] == '\t') {
			i++
		}
		if i >= s.Stop || data[i] != '>' {
			return s
		}
		s.Start = i + 1
	}
	return s
}

// trimIndent takes up to w columns of white space off the front.
func trimIndent(data []byte, s Segment, w int) Segment {
	col := 0
	for s.Start < s.Stop && col < w {
		switch data[s.Start] {
		case ' ':
			col++
		case '\t':
			col += 4 - col%4
		default:
			return s
		}
		s.Start++
	}
	s.Padding = max(col-w, 0)
	return s
}

// trimShared takes off the spaces that every line with text starts with.
func trimShared(data []byte, lines []Segment) []Segment {
	shared := -1
	for _, s := range lines {
		text := data[s.Start:s.Stop]
		if trimmed := bytes.TrimLeft(text, " "); len(bytes.TrimSpace(text)) > 0 && (shared < 0 || len(text)-len(trimmed) < shared) {
			shared = len(text) - len(trimmed)
		}
	}
	for i := range lines {
		lines[i] = trimIndent(data, lines[i], shared)
	}
	return lines
}

// width is the column after prefix, counting from 0.
func width(prefix []byte) int {
	col := 0
	for _, c := range prefix {
		if c == '\t' {
			col += 4 - col%4
		} else {
			col++
		}
	}
	return col
}
