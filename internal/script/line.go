package script

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
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
	File string // in the archive, with the lines if it holds more: "commands.sh:2,5"; its text is guarded
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

// A flagged line has flags that are bound to it. They are made once and for all, as
// a page may have thousands of lines.
type flagged struct {
	Line
	flags *flag.FlagSet
}

var flaggedLines = sync.Pool{New: func() any {
	f := &flagged{}
	f.flags = f.Line.flagSet()
	return f
}}

// flagSet gives the words before the ID. Their order is that of the line.
func (l *Line) flagSet() *flag.FlagSet {
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	fs.BoolVar(&l.Read, "read", false, "")
	fs.BoolVar(&l.Nonempty, "nonempty", false, "")
	fs.BoolVar(&l.Fails, "fails", false, "")
	fs.IntVar(&l.Exit, "exit", 0, "")
	fs.BoolVar(&l.Background, "background", false, "")
	fs.StringVar(&l.Until, "until", "", "")
	fs.StringVar(&l.Sets, "sets", "", "")
	fs.BoolVar(&l.Keep, "keep", false, "")
	fs.StringVar(&l.Match, "match", "", "")
	fs.DurationVar(&l.Within, "within", 0, "")
	fs.DurationVar(&l.Timeout, "timeout", 0, "")
	return fs
}

// String writes the line as testscript reads it, flags in alphabetical order.
func (l Line) String() string {
	words := []string{l.Verb}
	fl := flaggedLines.Get().(*flagged)
	defer flaggedLines.Put(fl)
	fl.Line = l
	fl.flags.VisitAll(func(f *flag.Flag) {
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
	fl := flaggedLines.Get().(*flagged)
	defer flaggedLines.Put(fl)
	fl.Line = Line{Verb: verb}
	if err := fl.flags.Parse(words); err != nil {
		return Line{}, fmt.Errorf("%s: %w", verb, err)
	}
	l, rest, n := fl.Line, fl.flags.Args(), 2
	if verb == File {
		n = 3
	}
	if len(rest) != n {
		return Line{}, fmt.Errorf("%s: %d words after the flags, want %d", verb, len(rest), n)
	}
	if l.ID, l.File = rest[0], rest[1]; n == 3 {
		l.Name = rest[2]
	}
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
