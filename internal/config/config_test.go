package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestLoad(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"right", "title: T\ncheck:\n  setup: [a]\n  within: 5s\n  guess: static\n", ""},
		{"unknown key", "titel: T\n", "probatum.yaml:1:1: unknown key titel"},
		{"unknown key below", "check:\n  stup: [a]\n", "probatum.yaml:2:3: unknown key check.stup"},
		{"nearest key", "check:\n  setups: [a]\n", "did you mean setup?"},
		{"guess", "check:\n  guess: x\n", `probatum.yaml:2:10: check.guess is "x", neither run nor static`},
		{"duration", "check: {timeout: -1s}\n", `probatum.yaml:1:18: check.timeout is "-1s", not a duration such as 90s or 2m`},
		{"wrong type", "title: T\ncheck:\n  setup: {a: b}\n", "probatum.yaml:3:1: cannot unmarshal !!map into []string"},
		{"theme", "theme:\n  accent: \"#7a1fa2\"\n  links: [{title: Blog, url: https://x.test/}]\n  edit: https://x.test/{path}\n", ""},
		{"colour", "theme:\n  accent: red\n", `probatum.yaml:2:11: theme.accent is "red", not a colour such as "#0a6a58", in quotes`},
		{"pale colour", "theme: {accent: \"#ffdd00\"}\n", "probatum.yaml:1:17: theme.accent #ffdd00 has a contrast of 1."},
		{"dark colour on dark", "theme: {accentDark: \"#222\"}\n", "hint: take a lighter one"},
		{"edit", "theme: {edit: https://x.test/}\n", "not an address with {path} in it"},
		{"link", "theme:\n  links:\n  - {title: A, url: x}\n", `probatum.yaml:3:21: theme.links.url is "x", neither an address`},
		{"key of a link", "theme:\n  versions:\n  - {titel: A}\n", "probatum.yaml:3:6: unknown key theme.versions.titel\n\thint: did you mean title?"},
		{"no mapping", "- a\n", "probatum.yaml:1:1: the configuration is not a list of keys and values"},
		{"syntax", "title: [a\n", "probatum.yaml:1:1: did not find expected ',' or ']'"},
		{"key twice", "title: a\ntitle: b\n", `mapping key "title" already defined at line 1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, ds, err := Load(fstest.MapFS{Name: {Data: []byte(tt.in)}}, Name)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range ds {
				got = append(got, d.String())
			}
			all := strings.Join(got, "\n")
			if tt.want == "" && all != "" || !strings.Contains(all, tt.want) {
				t.Errorf("got %q, want %q", all, tt.want)
			}
		})
	}
}

func TestDefaultsStand(t *testing.T) {
	c, _, err := Load(fstest.MapFS{Name: {Data: []byte("check:\n  within: 5s\n")}}, Name)
	if err != nil {
		t.Fatal(err)
	}
	if time.Duration(c.Check.Within) != 5*time.Second || time.Duration(c.Check.Timeout) != 2*time.Minute || c.Content != "content" {
		t.Errorf("got %+v", c)
	}
	if _, _, err := Load(fstest.MapFS{}, Name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// The manual's page on the configuration names every key, and none that is not.
func TestManual(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "content", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	example, _, ok := strings.Cut(rest, "```\n")
	if !ok {
		t.Fatal("no example in the manual")
	}
	_, ds, err := Load(fstest.MapFS{Name: {Data: []byte(example)}}, Name)
	if err != nil || len(ds) > 0 {
		t.Errorf("%v %v", err, ds)
	}
	for _, of := range []reflect.Type{reflect.TypeFor[Config](), reflect.TypeFor[Check](), reflect.TypeFor[Theme]()} {
		for field := range of.Fields() {
			if key := field.Tag.Get("yaml"); !strings.Contains(example, key+":") {
				t.Errorf("the manual has nothing on %s", key)
			}
		}
	}
}
