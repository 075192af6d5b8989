package floors

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/probatum/probatum/"

// imports maps each package of the module, test files left out, to what it
// imports. Packages of the module are named by their folders.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	root := filepath.Join("..", "..")
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, inner := os.Stat(filepath.Join(name, "go.mod"))
			if name != root && (inner == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		found[dir] = append(found[dir], []string{}...)
		for _, i := range f.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			found[dir] = append(found[dir], strings.TrimPrefix(p, module))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFloors(t *testing.T) {
	for pkg, list := range imports(t) {
		floor, ok := Floors[pkg]
		if !ok {
			t.Errorf("package %s has no floor: add it to Floors and say why in the commit", pkg)
		}
		for _, i := range list {
			if below, ok := Floors[i]; ok && below >= floor {
				t.Errorf("package %s (floor %d) imports %s (floor %d): imports only go down", pkg, floor, i, below)
			}
			for m, owners := range Owners {
				if (i == m || strings.HasPrefix(i, m+"/")) && !slices.Contains(owners, pkg) {
					t.Errorf("package %s imports %s, which belongs to %v", pkg, i, owners)
				}
			}
		}
	}
}

// The table names nothing that is gone.
func TestTableIsCurrent(t *testing.T) {
	found := imports(t)
	for pkg := range Floors {
		if _, ok := found[pkg]; !ok {
			t.Errorf("package %s is in Floors and not in the tree", pkg)
		}
	}
}

func TestReach(t *testing.T) {
	found := imports(t)
	reach := func(from string) map[string]bool {
		seen := map[string]bool{}
		var visit func(p string)
		visit = func(p string) {
			for _, i := range found[p] {
				if !seen[i] {
					seen[i] = true
					visit(i)
				}
			}
		}
		visit(from)
		return seen
	}
	for _, pair := range Apart {
		if reach(pair[0])[pair[1]] || reach(pair[1])[pair[0]] {
			t.Errorf("packages %s and %s reach each other", pair[0], pair[1])
		}
	}
	for pkg, never := range Never {
		for seen := range reach(pkg) {
			for _, n := range never {
				if seen == n || strings.HasPrefix(seen, n+"/") {
					t.Errorf("package %s reaches %s", pkg, seen)
				}
			}
		}
	}
}

// A check that cannot fail is worse than none: the rules see what they are for.
func TestRulesBite(t *testing.T) {
	if Floors["internal/markup"] >= Floors["internal/page"] || len(Owners["k8s.io"]) != 0 {
		t.Error("the table lost its meaning")
	}
	if path.Base(module) != "probatum" {
		t.Error("the module has another name")
	}
}
