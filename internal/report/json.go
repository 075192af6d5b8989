package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// JSON writes the run for programs: the record. Read reads it back.
func (r *Run) JSON(w io.Writer) error {
	whole := *r
	whole.Format, whole.Version = Format, Version
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	return e.Encode(&whole)
}

// A FileError says why a file cannot be used as results, and what to do.
type FileError struct {
	Name string
	Err  error
	hint string
}

// Error implements error.
func (e *FileError) Error() string { return fmt.Sprintf("results %s: %v", e.Name, e.Err) }

// Hint says what to do.
func (e *FileError) Hint() string { return e.hint }

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

// again is the hint for a file that holds no whole record.
const again = `write it again with "probatum check -json FILE"`

// Read reads the record in the named file. The error is a *FileError: the file
// is not there, ends in the middle, is something else, or is of a version that
// is newer than this program. What is of no use is refused as a whole.
func Read(name string) (*Run, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, &FileError{name, err, again}
	}
	r, err := Parse(data)
	if fe, ok := err.(*FileError); ok {
		fe.Name = name
	}
	return r, err
}

// Parse is Read for a file that has been read; the name in its error is "".
func Parse(data []byte) (*Run, error) {
	var head struct {
		Format  string
		Version int
	}
	switch err := json.NewDecoder(bytes.NewReader(data)).Decode(&head); {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, &FileError{Err: errors.New("the file is empty"), hint: again}
	case errors.Is(err, io.ErrUnexpectedEOF) && begins(data):
		return nil, &FileError{Err: errors.New("it ends in the middle: it has been cut"), hint: again}
	case err != nil || head.Format != Format || head.Version < 1:
		return nil, &FileError{Err: errors.New(`it holds no results of "probatum check"`), hint: again}
	case head.Version > Version:
		return nil, &FileError{Err: fmt.Errorf("it is of version %d, and this program reads version %d", head.Version, Version), hint: "use the probatum that wrote it, or a newer one"}
	}
	r := &Run{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, &FileError{Err: fmt.Errorf(`it holds no results of "probatum check": %w`, err), hint: again}
	}
	return r, nil
}

// begins reports whether the text begins as a record does.
func begins(data []byte) bool {
	start := []byte("{\n\t\"format\": \"" + Format + "\"")
	n := min(len(start), len(data))
	return bytes.Equal(data[:n], start[:n])
}
