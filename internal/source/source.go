// Package source holds files and places in them, and what is wrong at a place.
// It is the lowest step: every later step says where with a Pos and what with a
// Diagnostic.
package source

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"sort"
	"unicode/utf8"
)

// A Pos is a place in a file. Line and Col count from 1; Col counts bytes.
// The zero Pos means "no place known"; a Pos with a File alone means the file
// as a whole.
type Pos struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	Col  int    `json:"col,omitempty"`
}

// String gives FILE:LINE:COL, FILE where no line is known, and "" for the zero Pos.
func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.File == "":
		return fmt.Sprintf("%d:%d", p.Line, p.Col)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Compare orders places by file, line and column.
func (p Pos) Compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// A File is the text of one file and its lines. It is safe for concurrent use
// unless Append changes it.
type File struct {
	Name  string // slash-separated, as it is shown to people
	Data  []byte
	line  []int32 // offset of the first byte of each line
	parts []part  // what Append has put behind the file's own text
}

// A part is the text of another file, from offset at on.
type part struct {
	at   int
	file *File
}

var newline = []byte{'\n'}

// NewFile returns a File over data, which must not be changed afterwards.
func NewFile(name string, data []byte) *File {
	f := &File{Name: name, Data: data, line: make([]int32, 1, 1+bytes.Count(data, newline))}
	for i := 0; ; {
		n := bytes.IndexByte(data[i:], '\n')
		if n < 0 {
			return f
		}
		i += n + 1
		f.line = append(f.line, int32(i))
	}
}

// ReadAll reads r up to its end. Where size is right it takes no more memory than
// what is read.
func ReadAll(r io.Reader, size int) ([]byte, error) {
	data := make([]byte, 0, size+1)
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return data, err
		}
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
	}
}

// Append puts the text of g behind that of f, on a line of its own, and returns
// the offset of its first byte. A place in it names g. So a page and the files
// that it includes have one range of offsets, and each place its own file.
func (f *File) Append(g *File) int {
	if len(f.parts) == 0 {
		f.Data = slices.Clone(f.Data) // the caller's
	}
	f.Data = append(f.Data, '\n')
	at := len(f.Data)
	f.Data = append(f.Data, g.Data...)
	for _, start := range g.line {
		f.line = append(f.line, int32(at)+start)
	}
	f.parts = append(f.parts, part{at, g})
	return at
}

// Release lets go of the text; the name stays.
func (f *File) Release() { f.Data, f.line, f.parts = nil, []int32{0}, nil }

// Part returns the name and the own text of the file that the byte at offset
// comes from, and its offset there. An offset outside gives the nearest inside.
func (f *File) Part(offset int) (name string, text []byte, at int) {
	offset = min(max(offset, 0), len(f.Data))
	if i := sort.Search(len(f.parts), func(i int) bool { return f.parts[i].at > offset }); i > 0 {
		return f.parts[i-1].file.Part(offset - f.parts[i-1].at)
	}
	text = f.Data
	if len(f.parts) > 0 {
		text = text[:f.parts[0].at-1]
	}
	return f.Name, text, offset
}

// Included returns the names of the files that Append has put behind the text, in
// order, each as often as it has been.
func (f *File) Included() []string {
	var names []string
	for _, p := range f.parts {
		names = append(names, p.file.Name)
	}
	return names
}

// Pos returns the place of the byte at offset. An offset outside the file gives
// the nearest place inside.
func (f *File) Pos(offset int) Pos {
	offset = min(max(offset, 0), len(f.Data))
	if i := sort.Search(len(f.parts), func(i int) bool { return f.parts[i].at > offset }); i > 0 {
		return f.parts[i-1].file.Pos(offset - f.parts[i-1].at)
	}
	i := f.lineOf(offset)
	return Pos{f.Name, i + 1, offset - int(f.line[i]) + 1}
}

// LineStart returns the offset of the first byte of the line that holds offset.
func (f *File) LineStart(offset int) int {
	offset = min(max(offset, 0), len(f.Data))
	return int(f.line[f.lineOf(offset)])
}

// LineEnd returns the offset of the newline that ends the line that holds
// offset, or the length of the file.
func (f *File) LineEnd(offset int) int {
	i := f.lineOf(min(max(offset, 0), len(f.Data))) + 1
	if i == len(f.line) {
		return len(f.Data)
	}
	return int(f.line[i]) - 1
}

// lineOf is the index of the line that holds the offset, which is in the file.
func (f *File) lineOf(offset int) int {
	i, ok := slices.BinarySearch(f.line, int32(offset))
	if ok {
		return i
	}
	return i - 1
}

// Binary reports whether data is not text: it holds a NUL byte or, in its first
// 8 KiB, is not UTF-8.
func Binary(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return true
	}
	head := data
	if len(head) > 8<<10 {
		head = head[:8<<10]
		for i := 0; i < utf8.UTFMax && len(head) > 0 && !utf8.RuneStart(data[len(head)]); i++ {
			head = head[:len(head)-1]
		}
	}
	return !utf8.Valid(head)
}

// A Severity says what a diagnostic means for the exit code.
type Severity int

// An Error makes the documents wrong; a Warning is shown and lets them pass.
const (
	Error Severity = iota
	Warning
)

// String gives "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText gives the severity its name in JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Severity) UnmarshalText(text []byte) error {
	switch string(text) {
	case "error":
		*s = Error
	case "warning":
		*s = Warning
	default:
		return fmt.Errorf("%q is no severity", text)
	}
	return nil
}

// A Diagnostic says what is wrong at a place in the documents, and what to do
// about it. Rule is a stable name such as "shortcode-unclosed"; Hint may be "".
type Diagnostic struct {
	Pos      Pos      `json:"pos"`
	Severity Severity `json:"severity"`
	Rule     string   `json:"rule"`
	Message  string   `json:"message"`
	Hint     string   `json:"hint,omitempty"`
	// Replacement is what can be written instead, nil where that is not known.
	Replacement *Replacement `json:"replacement,omitempty"`
}

// A Replacement is text that puts a mistake right, for editors and reviewers: it
// is a proposal, and nothing writes it. The bytes from Pos up to End, where the
// first byte that stays is, stand in one line of one file; where both are the
// same place, Text is put in there.
type Replacement struct {
	Pos  Pos    `json:"pos"`
	End  Pos    `json:"end"`
	Text string `json:"text"`
}

// Sort orders diagnostics by place, then rule and message, and drops those that
// say the same at the same place.
func Sort(ds []Diagnostic) []Diagnostic {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(ds, func(a, b Diagnostic) bool {
		return a.Pos == b.Pos && a.Rule == b.Rule && a.Message == b.Message
	})
}

// Errors counts the diagnostics that are not warnings.
func Errors(ds []Diagnostic) int {
	n := 0
	for _, d := range ds {
		if d.Severity == Error {
			n++
		}
	}
	return n
}

// Print writes each diagnostic as "PLACE: message" with its hint on a line below.
func Print(w io.Writer, ds []Diagnostic) {
	b := bufio.NewWriterSize(w, 64<<10)
	for _, d := range ds {
		fmt.Fprintln(b, d)
	}
	_ = b.Flush() // who writes to a terminal that is gone has nobody to tell
}

// String gives the text that Print writes, without the last newline.
func (d Diagnostic) String() string {
	s := d.Message
	if d.Severity == Warning {
		s = "warning: " + s
	}
	if p := d.Pos.String(); p != "" {
		s = p + ": " + s
	}
	if d.Hint != "" {
		s += "\n\thint: " + d.Hint
	}
	return s
}
