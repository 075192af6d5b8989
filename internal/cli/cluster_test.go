package cli

import (
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/cluster"
)

func TestClusterUsage(t *testing.T) {
	for _, test := range []struct {
		name       string
		args       []string
		code       int
		out, errsc string
	}{
		{"no command", nil, 2, "", "what to do is missing"},
		{"unknown command", []string{"burn"}, 2, "", `unknown command "burn"`},
		{"argument too many", []string{"stop", "now"}, 2, "", `unexpected argument "now"`},
		{"help", []string{"-help"}, 0, "Usage: probatum cluster", ""},
		{"status of nothing", []string{"status"}, 1, "not running", ""},
		{"stop of nothing", []string{"stop"}, 0, "", "no cluster is running"},
		{"start before build", []string{"start"}, 2, "", "hint: run once: probatum cluster build"},
		{"build without go", []string{"build"}, 2, "", "no go command in PATH"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out, errs strings.Builder
			code := Run(t.Context(), append([]string{"cluster"}, test.args...), Env{Cluster: cluster.Env{CacheDir: t.TempDir()}}, nil, &out, &errs)
			if code != test.code || !strings.Contains(out.String(), test.out) || !strings.Contains(errs.String(), test.errsc) {
				t.Errorf("got %d, %q, %q; want %d, %q, %q", code, out.String(), errs.String(), test.code, test.out, test.errsc)
			}
		})
	}
}

func TestBuildBarPrintsTenths(t *testing.T) {
	var w strings.Builder
	bar := &buildBar{w: &w, tenth: -1}
	bar.show(0, 0, "download a v1")
	bar.show(0, 0, "download b v1")
	for i := range 1001 {
		bar.show(i, 1000, "pkg")
	}
	bar.end()
	if got := strings.Count(w.String(), "\n"); got != 12 || !strings.HasSuffix(w.String(), "build 100 %  1000 of 1000 packages\n") {
		t.Errorf("got %d lines, want 12:\n%s", got, w.String())
	}
}
