package page

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/shortcodes"
)

var corpora = filepath.Join("..", "..", "..", "shared", "corpora")

// mounts is a file system of folders that are somewhere else.
type mounts map[string]fs.FS

func (m mounts) Open(name string) (fs.File, error) {
	dirs := fstest.MapFS{}
	for dir, fsys := range m {
		if name == dir {
			return fsys.Open(".")
		}
		if rest, ok := strings.CutPrefix(name, dir+"/"); ok {
			return fsys.Open(rest)
		}
		dirs[dir] = &fstest.MapFile{Mode: fs.ModeDir | 0o777}
	}
	return dirs.Open(name)
}

// sites are the corpora as their own sites lay them out.
func sites(t *testing.T) map[string]mounts {
	t.Helper()
	if _, err := os.Stat(corpora); err != nil {
		t.Skipf("no corpora here: %v", err)
	}
	dir := func(name string) fs.FS { return os.DirFS(path.Join(corpora, name)) }
	all := map[string]mounts{
		"kiali":     {"content": dir("kiali/content")},
		"k8s-tasks": {"content/en/docs/tasks": dir("k8s-tasks/content")},
	}
	if !testing.Short() { // the race detector has enough to look at in these two
		all["istio-en"] = mounts{"content": dir("istio-en/content"), "data": dir("istio-en/data")}
		all["istio-en + istio-zh"] = mounts{"content/en": dir("istio-en/content"), "content/zh": dir("istio-zh/content")}
	}
	return all
}

// TestDiagnosticsOfCorpora holds every dead link that Load reports in real pages
// against the files, in another way: there is no file of that name, and no
// heading of that name in it. Links to parts of the sites that the corpora leave
// out are rightly reported.
func TestDiagnosticsOfCorpora(t *testing.T) {
	for name, m := range sites(t) {
		t.Run(name, func(t *testing.T) {
			content, err := fs.Sub(m, "content")
			if err != nil {
				t.Fatal(err)
			}
			s, err := Load(t.Context(), content, Options{Project: m, Folder: "content", Static: "static", Site: &shortcodes.Site{
				Params: map[string]any{"version": "v1.21", "fullversion": "v1.21.0", "githubbranch": "main"},
				Data: map[string]any{"args": map[string]any{"version": "1.9", "full_version": "1.9.0", "previous_version": "1.8",
					"source_branch_name": "master", "supported_kubernetes_versions": "1.20"}}}})
			if err != nil {
				t.Fatal(err)
			}
			files := list(t, content)
			rules := map[string]int{}
			for _, d := range s.Diagnostics {
				kind := d.Rule
				if d.Rule == "link-dead" {
					kind += checkDead(t, content, files, d.Pos.File, d.Message)
				}
				rules[kind]++
			}
			t.Logf("%d pages, %d resources: %v", len(s.Pages), len(s.Resources), rules)
		})
	}
}

func list(t *testing.T, fsys fs.FS) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(fsys, ".", func(name string, _ fs.DirEntry, err error) error {
		names = append(names, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

var (
	deadPath   = regexp.MustCompile(`^(link|image) (\S+) leads nowhere$`)
	deadAnchor = regexp.MustCompile(`^link \S+: (.*) has no heading #(.*)$`)
)

// checkDead says what kind of dead link a message is about, and fails where it
// is none.
func checkDead(t *testing.T, content fs.FS, files []string, file, message string) string {
	t.Helper()
	file = strings.TrimPrefix(file, "content/")
	if m := deadAnchor.FindStringSubmatch(message); m != nil {
		if target := strings.TrimPrefix(m[1], "content/"); m[1] != "this page" {
			file = target
		}
		data, err := fs.ReadFile(content, file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(strings.TrimSpace(line), "#") && strings.Contains(slugged(line), slugged(m[2])) && strings.Contains(line, "{#"+m[2]+"}") {
				t.Errorf("%s: %s, but: %s", file, message, line)
			}
			if strings.Contains(line, `id="`+m[2]+`"`) || strings.Contains(line, `name="`+m[2]+`"`) || strings.HasPrefix(line, "#") && slugged(line) == slugged(m[2]) {
				t.Errorf("%s: %s, but: %s", file, message, line)
			}
		}
		return " anchor"
	}
	m := deadPath.FindStringSubmatch(message)
	if m == nil {
		t.Errorf("%s: what is this? %s", file, message)
		return ""
	}
	dest, _, _ := strings.Cut(m[2], "#")
	dest, _, _ = strings.Cut(dest, "?")
	bases := []string{path.Dir(file), strings.TrimSuffix(file, ".md")}
	if strings.HasPrefix(dest, "/") {
		bases = []string{"", "en", "zh"}
	}
	for _, base := range bases {
		want := strings.ToLower(strings.TrimSuffix(path.Join(base, dest), ".md"))
		i := slices.IndexFunc(files, func(f string) bool {
			f = strings.ToLower(f)
			return f == want || slices.Contains([]string{want + ".md", want + "/index.md", want + "/_index.md"}, f)
		})
		if i >= 0 {
			t.Errorf("%s: %s, but there is %s", file, message, files[i])
		}
	}
	return " " + m[1]
}

var signs = regexp.MustCompile(`\{#.*|[^\p{L}\p{N}]+`)

func slugged(s string) string { return strings.ToLower(signs.ReplaceAllString(s, "")) }
