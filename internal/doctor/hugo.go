package doctor

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/project"
)

// A hugo is what a site says about itself in the files of Hugo.
type hugo struct {
	file   string // the first one that was read
	values map[string]any
}

var hugoFiles = []string{"hugo", "config", "config/_default/hugo", "config/_default/config"}

// readHugo reads the configuration of Hugo, wherever it stands.
func readHugo(root fs.FS) hugo {
	h := hugo{values: map[string]any{}}
	for _, base := range hugoFiles {
		for _, ext := range []string{".toml", ".yaml", ".yml", ".json"} {
			if m, ok := readMap(root, base+ext); ok && h.file == "" {
				h.file, h.values = base+ext, m
			}
		}
	}
	for _, part := range []string{"params", "languages", "menus"} {
		for _, ext := range []string{".toml", ".yaml", ".yml", ".json"} {
			name := "config/_default/" + part + ext
			if m, ok := readMap(root, name); ok {
				h.values[part] = m
				if h.file == "" {
					h.file = name
				}
			}
		}
	}
	return h
}

func readMap(root fs.FS, name string) (map[string]any, bool) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, false
	}
	v, err := project.Decode(name, text)
	m, ok := v.(map[string]any)
	return m, err == nil && ok
}

// get returns a value whatever the case of its key: Hugo's keys know none.
func get(m map[string]any, key string) any {
	for k, v := range m {
		if strings.EqualFold(k, key) {
			return v
		}
	}
	return nil
}

func (h hugo) text(key string) string {
	s, _ := get(h.values, key).(string)
	return s
}

func (h hugo) table(key string) map[string]any {
	m, _ := get(h.values, key).(map[string]any)
	return m
}

// propose is the configuration that the site would have.
func (h hugo) propose(root fs.FS) *config.Config {
	c := config.Default()
	c.Title = h.text("title")
	c.BaseURL = h.text("baseURL")
	if !strings.Contains(c.BaseURL, "://") {
		c.BaseURL = ""
	}
	for key, to := range map[string]*string{"contentDir": &c.Content, "dataDir": &c.Data, "i18nDir": &c.I18n, "staticDir": &c.Static, "defaultContentLanguage": &c.Language} {
		if v := h.text(key); v != "" {
			*to = v
		}
	}
	h.languages(root, c)
	if !isDir(root, c.Content) {
		c.Content = contentFolder(root)
	}
	for key, v := range h.table("params") {
		switch v := v.(type) {
		case string, bool, int, int64, float64:
			if c.Params == nil {
				c.Params = map[string]any{}
			}
			c.Params[key] = v
		}
	}
	if c.Title == "" {
		c.Title = "Documentation"
	}
	return c
}

// languages sets the folders of the languages: content/en and content/zh, as
// most sites have them.
func (h hugo) languages(root fs.FS, c *config.Config) {
	type language struct {
		name   string
		weight float64
	}
	var found []language
	for name, v := range h.table("languages") {
		m, _ := v.(map[string]any)
		dir, _ := get(m, "contentDir").(string)
		if dir == "" {
			dir = path.Join(c.Content, name)
		}
		if path.Base(dir) == name && isDir(root, dir) {
			c.Content = path.Dir(path.Clean(dir))
			weight, _ := number(get(m, "weight"))
			found = append(found, language{name, weight})
		}
		if title, ok := get(m, "title").(string); ok && (c.Title == "" || name == c.Language) {
			c.Title = title
		}
	}
	slices.SortFunc(found, func(a, b language) int {
		switch {
		case (a.name == c.Language) != (b.name == c.Language):
			if a.name == c.Language {
				return -1
			}
			return 1
		case a.weight != b.weight:
			return int(a.weight - b.weight)
		}
		return strings.Compare(a.name, b.name)
	})
	for _, l := range found {
		c.Languages = append(c.Languages, l.name)
	}
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// contentFolder is the folder that holds most of the pages, "content" where there
// is none.
func contentFolder(root fs.FS) string {
	best, most := "content", 0
	entries, _ := fs.ReadDir(root, ".")
	for _, e := range entries {
		if name := e.Name(); e.IsDir() && !strings.HasPrefix(name, ".") && name != "node_modules" && name != "vendor" {
			if n := pagesIn(root, name); n > most || n > 0 && name == "docs" {
				best, most = name, n
			}
			if best == "docs" {
				break
			}
		}
	}
	return best
}

func pagesIn(root fs.FS, dir string) int {
	n := 0
	_ = fs.WalkDir(root, dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		case path.Ext(name) == ".md" && !strings.EqualFold(path.Base(name), "README.md"):
			n++
		}
		return nil
	})
	return n
}

// theme names the theme that Hugo's files ask for, "" where there is none.
func (h hugo) theme() string {
	switch v := get(h.values, "theme").(type) {
	case string:
		return v
	case []any:
		return strings.Trim(fmt.Sprint(v), "[]")
	}
	module := h.table("module")
	imports, _ := get(module, "imports").([]any)
	for _, v := range imports {
		if m, ok := v.(map[string]any); ok {
			return fmt.Sprint(get(m, "path"))
		}
	}
	return ""
}
