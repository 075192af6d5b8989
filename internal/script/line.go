package script

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"time"
)

// The verbs of the lines.
const (
	Session  = "session"  // run the file in the page's shell
	Expect   = "expect"   // its output is as in the file
	Manifest = "manifest" // give the file to the API server
	File     = "file"     // write the file into the working folder as Name
)

// Verbs lists them all.
var Verbs = []string{Session, Expect, Manifest, File}

// A Line is one line of a script and says all that decides how it is tried.
type Line struct {
	Verb string
	ID   string // LINE:COL in the page
	File string // in the archive; its text is guarded
	Name string // File: the name to write to

	Read       bool // changes nothing: may be tried again
	Nonempty   bool // has to print something
	Fails      bool // must not exit 0; Exit then says which status, 0 any
	Exit       int
	Background bool
	Until      string // Background: wait until it has printed this
	Sets       string // variables that must not be empty after it, separated by commas
	Keep       bool   // Manifest: not only a dry run
	Match      string
	Within     time.Duration // 0: the default of the run
	Timeout    time.Duration // 0: the default of the run
}

// flags are the words before the ID. Their order is that of the line.
func (l *Line) flags() *flag.FlagSet {
	fs := flag.NewFlagSet(l.Verb, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	fs.BoolVar(&l.Read, "read", l.Read, "")
	fs.BoolVar(&l.Nonempty, "nonempty", l.Nonempty, "")
	fs.BoolVar(&l.Fails, "fails", l.Fails, "")
	fs.IntVar(&l.Exit, "exit", l.Exit, "")
	fs.BoolVar(&l.Background, "background", l.Background, "")
	fs.StringVar(&l.Until, "until", l.Until, "")
	fs.StringVar(&l.Sets, "sets", l.Sets, "")
	fs.BoolVar(&l.Keep, "keep", l.Keep, "")
	fs.StringVar(&l.Match, "match", l.Match, "")
	fs.DurationVar(&l.Within, "within", l.Within, "")
	fs.DurationVar(&l.Timeout, "timeout", l.Timeout, "")
	return fs
}

// String writes the line as testscript reads it, flags in alphabetical order.
func (l Line) String() string {
	words := []string{l.Verb}
	l.flags().VisitAll(func(f *flag.Flag) {
		switch v := f.Value.String(); v {
		case "", "false", "0", "0s":
		case "true":
			words = append(words, "-"+f.Name)
		default:
			words = append(words, quote("-"+f.Name+"="+v))
		}
	})
	words = append(words, l.ID, l.File)
	if l.Verb == File {
		words = append(words, quote(l.Name))
	}
	return strings.Join(words, " ")
}

// Parse is the way back from the words that follow verb on a line.
func Parse(verb string, words []string) (Line, error) {
	l := Line{Verb: verb}
	fs := l.flags()
	if err := fs.Parse(words); err != nil {
		return l, fmt.Errorf("%s: %w", verb, err)
	}
	n := 2
	if verb == File {
		n = 3
		l.Name = fs.Arg(2)
	}
	if fs.NArg() != n {
		return l, fmt.Errorf("%s: %d words after the flags, want %d", verb, fs.NArg(), n)
	}
	l.ID, l.File = fs.Arg(0), fs.Arg(1)
	return l, nil
}

// quote makes one word of s for testscript, in which nothing is replaced. What
// no line can hold becomes "?".
func quote(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return '?'
		}
		return r
	}, s)
	if s != "" && !strings.ContainsAny(s, " '#$") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}
