package cluster

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A kindError is why kind could not make a cluster.
type kindError struct {
	text, hint string
	err        error
}

func (e *kindError) Error() string { return e.text }
func (e *kindError) Unwrap() error { return e.err }

// Hint says what to do.
func (e *kindError) Hint() string { return e.hint }

func hasHint(err error) bool {
	var h interface{ Hint() string }
	return errors.As(err, &h)
}

// taken finds that kind refuses a name.
var taken = lazyregexp.New(`already exist for a cluster with the name`)

// notPulled finds that there is no image for the nodes.
var notPulled = lazyregexp.New(`failed to pull image|pull access denied|manifest unknown|failed to do request`)

// diskFull finds that there is no room for a file.
var diskFull = lazyregexp.New(`no space left on device`)

// makeRoom gives an error that a disk is full a hint, which names what may be put in
// another folder.
func makeRoom(err error, what string) error {
	if !diskFull.MatchString(err.Error()) {
		return err
	}
	return &kindError{err.Error(), "make room, or name another folder for " + what, err}
}

// kindTroubles are the reasons that people can do something about, by what kind
// or what runs containers says. ENGINE in a hint stands for the program that does.
var kindTroubles = []struct {
	says       *lazyregexp.Regexp
	text, hint string
}{
	{diskFull, "the disk is full", "make room: ENGINE system prune"},
	{notPulled, "its node image is not here and cannot be pulled",
		"name another with $PROBATUM_NODE_IMAGE; without a registry: make kind-image in probatum's repository builds one"},
	{lazyregexp.New(`port is already allocated|address already in use`), "a port of its configuration is taken on this machine",
		"choose another hostPort in extraPortMappings"},
	{lazyregexp.New(`overlaps with other one on this address space`), "the addresses of its network are taken here, as by the network kind of Docker",
		"make a network with others for it: ENGINE network create kind"},
	{lazyregexp.New(`unsupported restart policy`), "containerd is too old for kind", "install containerd 1.7 or newer: ENGINE version tells which it is"},
	{taken, "there is such a cluster already", "choose another name"},
	{lazyregexp.New(`unable to apply caps|operation not permitted`), "containers may not be privileged here",
		"make docker in probatum's repository starts Docker so that it asks for no more than there is"},
}

// explain makes a readable error of what kind has said.
func (k *kind) explain(logs string, cause error) error {
	if hasHint(cause) {
		return cause
	}
	for _, t := range kindTroubles {
		if at := t.says.FindString(cause.Error()); at != "" {
			hint := strings.ReplaceAll(t.hint, "ENGINE", k.engineName())
			e := kindError{fmt.Sprintf("the cluster %s cannot be made: %s", k.name, t.text), hint, cause}
			if t.says == notPulled {
				return &NoNodeError{e}
			}
			return &e
		}
	}
	hint := ""
	if logs != "" {
		hint = "the logs of its nodes are in " + logs
	}
	return &kindError{fmt.Sprintf("the cluster %s cannot be made: %s", k.name, kindReason(cause)), hint, cause}
}

// kindReason is what matters of the output of kind.
func kindReason(err error) string {
	text, output, _ := strings.Cut(err.Error(), "\nCommand Output: ")
	for line := range strings.Lines(text) {
		reason, ok := strings.CutPrefix(strings.TrimPrefix(line, "kind: "), "ERROR: ")
		if !ok {
			continue
		}
		reason = strings.TrimSpace(reason)
		// What an engine says is short; what is run in a node says much, and its end
		// does not matter most.
		if step, command, ok := strings.Cut(reason, `command "`); ok && output != "" && !inNode.MatchString(command) {
			return step + lastOf(output)
		}
		return reason
	}
	return lastLine(err)
}

// inNode finds a command that is run in a node.
var inNode = lazyregexp.New(`^\S+ exec `)

// exited reports whether a tool ran and said no, rather than not at all.
func exited(err error) bool {
	var e *exec.ExitError
	return errors.As(err, &e)
}
