package runner

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/rogpeppe/go-internal/testscript"
)

// A scriptT is what testscript wants of a test, outside "go test".
type scriptT struct {
	log    bytes.Buffer
	failed bool
}

// errScript is how a script ends early.
var errScript = errors.New("the script has failed")

func (t *scriptT) Skip(args ...any)  { t.Fatal(append([]any{"skipped: "}, args...)...) } // a page is never skipped in silence
func (t *scriptT) Parallel()         {}
func (t *scriptT) Log(args ...any)   { fmt.Fprintln(&t.log, args...) }
func (t *scriptT) Verbose() bool     { return false }
func (t *scriptT) FailNow()          { t.failed = true; panic(errScript) }
func (t *scriptT) Fatal(args ...any) { t.Log(args...); t.FailNow() }

func (t *scriptT) Run(_ string, f func(testscript.T)) {
	defer func() {
		if e := recover(); e != nil && e != error(errScript) {
			panic(e)
		}
	}()
	f(t)
}

// runScript runs one script and waits for it.
func runScript(p testscript.Params) *scriptT {
	t := &scriptT{}
	t.Run("", func(testscript.T) { testscript.RunT(t, p) })
	return t
}
