// Command kube holds Kubernetes programs in one file and is called by name, as
// busybox is: linked as kubectl it is kubectl, and "kube kubectl ..." is the
// same. One program shares what would otherwise be linked, stored and built
// several times.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// applets are the programs by name. Each reads os.Args, where Args[0] is its
// own name, and returns the exit code.
var applets = map[string]func() int{
	"controlplane": controlplane,
	"kubectl":      kubectl,
}

func main() {
	if run, ok := applets[calledAs()]; ok {
		os.Exit(run())
	}
	if len(os.Args) > 1 {
		os.Args = os.Args[1:]
		if run, ok := applets[calledAs()]; ok {
			os.Exit(run())
		}
	}
	names := slices.Sorted(maps.Keys(applets))
	fmt.Fprintf(os.Stderr, "usage: kube PROGRAM [arguments]\nprograms: %s\n", strings.Join(names, ", "))
	os.Exit(2)
}

// calledAs gives the name in Args[0] without folder.
func calledAs() string {
	return strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
}
