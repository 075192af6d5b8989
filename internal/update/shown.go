package update

import (
	"bytes"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/match"
	"github.com/probatum/probatum/internal/page"
)

// A shown is a piece of expected output where it stands in the page.
type shown struct {
	block   *page.Block
	session bool   // commands may follow it
	data    []byte // of the page, with all that it includes
	file    string // the file that it stands in
	text    []byte // of that file
	off     int    // of that text in data
	lines   []place
	gone    [2]int // what goes where all of it goes
}

// A place is one line of output: its bytes in data without its line end.
type place struct {
	from, to int
	pad      int
	made     bool
}

func newShown(plan *check.Plan, c *check.Claim) *shown {
	it := &plan.Items[c.WantIn]
	s := &shown{block: it.Block, session: it.Kind == check.Session || it.Kind == check.Guessed, data: plan.Page.File.Data}
	at := c.WantAt
	for l := range strings.Lines(strings.TrimRight(c.Want, "\n")) {
		s.lines = append(s.lines, s.place(at, at+len(strings.TrimSuffix(l, "\n"))))
		at += len(l)
	}
	var in int
	s.file, s.text, in = plan.Page.File.Part(s.from())
	s.off = s.from() - in
	return s
}

func (s *shown) place(at, end int) (p place) {
	p.from, p.to, p.pad, p.made = s.block.Source(at, end)
	return p
}

func (s *shown) from() int { return s.lines[0].from }
func (s *shown) to() int   { return s.lines[len(s.lines)-1].to }

// at turns an offset of data into one of the file.
func (s *shown) at(offset int) int { return offset - s.off }

func (s *shown) lineStart(offset int) int { return bytes.LastIndexByte(s.data[:offset], '\n') + 1 }

// prefix is what stands before a line and belongs to its place: indentation and
// quote marks. ok is false where there is more.
func (s *shown) prefix(p place) (prefix string, ok bool) {
	prefix = string(s.data[max(s.lineStart(p.from), s.off):p.from])
	return prefix, strings.Trim(prefix, " \t>\ufeff") == ""
}

// eol is the line end behind offset; "" where the file ends.
func (s *shown) eol(offset int) string {
	rest := s.data[offset:]
	if n := bytes.IndexByte(rest, '\n'); n >= 0 {
		if n > 0 && rest[n-1] == '\r' {
			return "\r\n"
		}
		return "\n"
	}
	return ""
}

var (
	onTagLine = &reason{"the output shares a line with other text of the page", "put it on lines of its own"}
	inPieces  = &reason{"the output does not stand in one piece", "update it by hand"}
	byCode    = &reason{"a shortcode writes a part of this output", "update it by hand"}
)

// write returns the text for the bytes from from() to to() of data, or for gone
// where there are no lines.
func (s *shown) write(lines []match.Line) (string, *reason) {
	for i := 1; i < len(s.lines); i++ {
		if p, q := s.lines[i-1], s.lines[i]; q.from < p.to || bytes.Count(s.data[p.to:q.from], []byte("\n")) != 1 {
			return "", inPieces
		}
	}
	if len(lines) == 0 {
		return "", s.remove()
	}
	var b strings.Builder
	for n, l := range lines {
		if n > 0 {
			between, why := s.between(lines, n)
			if why != nil {
				return "", why
			}
			b.WriteString(between)
		}
		text, why := s.line(l)
		if why != nil {
			return "", why
		}
		before := b.String()
		if n == 0 {
			before = string(s.data[:s.from()])
		}
		if !l.Kept && s.block.Shortcode == "" && strings.HasSuffix(before, ">") && strings.Trim(text[:min(1, len(text))], " \t") == "" && text != "" {
			b.WriteByte(' ') // a quote mark takes one
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// line is the text of one line without what belongs to its place.
func (s *shown) line(l match.Line) (string, *reason) {
	if l.At < 0 {
		return l.Text, nil
	}
	p := s.lines[l.At]
	if l.Kept {
		return string(s.data[p.from:p.to]), nil
	}
	blanks := strings.Repeat(" ", p.pad)
	if p.made || !strings.HasPrefix(l.Text, blanks) {
		return "", byCode
	}
	return l.Text[p.pad:], nil
}

// between is what stands before line n, up from the end of the line before.
func (s *shown) between(lines []match.Line, n int) (string, *reason) {
	l := lines[n]
	if l.At > 0 {
		between := string(s.data[s.lines[l.At-1].to:s.lines[l.At].from])
		if !l.Kept {
			between = s.trimmed(between, l)
		}
		return between, nil
	}
	near := max(lines[n-1].At, 0) // the lines of the page around it, the nearest first
	for d := range len(s.lines) {
		for _, k := range []int{near - d, near + d} {
			if k < 0 || k >= len(s.lines) || s.lines[k].pad > 0 {
				continue
			}
			prefix, ok := s.prefix(s.lines[k])
			if ok && (s.lines[k].to > s.lines[k].from || len(s.lines) == 1) { // an empty line may have lost its indentation
				return s.newline() + s.trimmed(prefix, l), nil
			}
		}
	}
	if prefix, ok := s.commandPrefix(); ok {
		return s.newline() + s.trimmed(prefix, l), nil
	}
	return "", onTagLine
}

// trimmed leaves no blanks at the end of an empty line.
func (s *shown) trimmed(prefix string, l match.Line) string {
	if l.Text == "" {
		return strings.TrimRight(prefix, " \t")
	}
	return prefix
}

// newline is how lines end around here.
func (s *shown) newline() string {
	for k := range s.lines {
		if eol := s.eol(s.lines[k].to); eol != "" {
			return eol
		}
	}
	if at := s.lineStart(s.from()); at > 1 && s.data[at-2] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// commandPrefix is the prefix of the line before the output.
func (s *shown) commandPrefix() (string, bool) {
	at := s.lineStart(s.from())
	if at == 0 {
		return "", false
	}
	line := s.data[s.lineStart(at-1):at]
	n := len(line) - len(bytes.TrimLeft(line, " \t>"))
	return string(line[:n]), n > 0 && s.session
}

// remove finds the whole lines that go where nothing is left to show.
func (s *shown) remove() *reason {
	start := s.lineStart(s.from())
	_, clean := s.prefix(s.lines[0])
	end := s.to()
	eol := s.eol(end)
	if !clean || !s.session || eol == "" || len(bytes.Trim(s.data[end:end+bytes.IndexByte(s.data[end:], '\n')], " \t\r")) > 0 {
		return noOutput
	}
	s.gone = [2]int{start, end + bytes.IndexByte(s.data[end:], '\n') + 1}
	return nil
}

// closes reports whether a line would end the block's fence.
func (s *shown) closes(line string) bool {
	open := s.block.Open
	if s.block.Shortcode != "" || open.File != s.file {
		return false
	}
	var fence string
	n := 0
	for l := range strings.Lines(string(s.text)) {
		if n++; n == open.Line {
			fence = l
			break
		}
	}
	m := fenceMarks.FindString(strings.TrimLeft(fence[min(max(open.Col-1, 0), len(fence)):], " \t"))
	line = strings.TrimSpace(line)
	return m != "" && len(line) >= len(m) && strings.Trim(line, m[:1]) == ""
}

var fenceMarks = lazyregexp.New("^(?:```+|~~~+)")
