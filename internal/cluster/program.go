package cluster

import (
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// sources are the files of cluster/kube, the module of the program kube, as a
// text archive: go:embed does not reach into another module. After a change
// there, "go test ./internal/cluster -run Sources -update" writes it anew.
//
//go:embed kube.txtar
var sources []byte

// programName is the file name of the program that holds the control plane and
// kubectl.
const programName = "kube"

// A NotBuiltError says that the program of the embedded cluster is missing.
type NotBuiltError struct {
	Path string // where it was looked for
	Set  bool   // Path was set by hand ($PROBATUM_KUBE)
}

func (e *NotBuiltError) Error() string {
	if e.Set {
		return fmt.Sprintf("no program of the embedded cluster at %s, which $PROBATUM_KUBE names", e.Path)
	}
	return fmt.Sprintf("the program of the embedded cluster has not been built yet: there is no %s", e.Path)
}

// Hint says what to do.
func (e *NotBuiltError) Hint() string {
	if e.Set {
		return "correct PROBATUM_KUBE, or unset it and run: probatum cluster build"
	}
	return "run once: probatum cluster build"
}

// Program gives the absolute path of the program kube: the one that the environment
// names, or the one that Build has made from the sources in this program. The
// error is a *NotBuiltError if there is none.
func Program(env Env) (string, error) {
	path, set := env.Kube, env.Kube != ""
	if !set {
		path = filepath.Join(programFolder(env), programName)
	}
	path, err := filepath.Abs(path) // a bare name would be looked up in PATH
	if err != nil {
		return "", fmt.Errorf("find the program of the embedded cluster: %w", err)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", &NotBuiltError{path, set}
	case err != nil:
		return "", fmt.Errorf("find the program of the embedded cluster: %w", err)
	case !info.Mode().IsRegular() || info.Mode()&0o111 == 0:
		return "", &NotBuiltError{path, set}
	}
	return path, nil
}

// programFolder is where Build puts the program of these sources.
func programFolder(env Env) string {
	return filepath.Join(env.dir(), "kube-"+sourcesKey())
}

// sourcesKey tells one state of the sources from another.
func sourcesKey() string {
	return fmt.Sprintf("%x", sha256.Sum256(sources))[:12]
}
