//go:build linux

package main

import (
	"encoding/json"
	"testing"
)

func TestSpecification(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--root", "/r", "create", "--bundle", "/b", "id"}, "/b/config.json"},
		{[]string{"run", "id"}, "config.json"},
		{[]string{"exec", "--process=/p.json", "id"}, "/p.json"},
		{[]string{"delete", "--force", "id"}, ""},
	} {
		if got := specification(tt.args); got != tt.want {
			t.Errorf("specification(%q) = %q, want %q", tt.args, got, tt.want)
		}
	}
}

func TestDropCapabilities(t *testing.T) {
	var process map[string]any
	spec := `{"capabilities": {"bounding": ["CAP_KILL", "CAP_SYS_RESOURCE"], "ambient": []}}`
	if err := json.Unmarshal([]byte(spec), &process); err != nil {
		t.Fatal(err)
	}
	dropCapabilities(process, map[string]bool{"CAP_KILL": true})
	got, _ := json.Marshal(process)
	if want := `{"capabilities":{"ambient":[],"bounding":["CAP_KILL"]}}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
