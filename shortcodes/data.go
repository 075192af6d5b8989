package shortcodes

import (
	"fmt"
	"strconv"
	"strings"
)

// Data returns a value of the site's data by its path: Data "args.version" is
// the key version of data/args.yml. A list is joined with commas. A value that
// is not there is an error: a page must not show a hole where a version belongs.
func (c Call) Data(path string) (string, error) {
	if c.Site != nil {
		if v, ok := lookup(c.Site.Data, path); ok {
			return asText(v), nil
		}
	}
	file, key, _ := strings.Cut(path, ".")
	return "", fmt.Errorf("shortcode %s needs %s in data/%s.yml", c.Name, key, file)
}

// Param returns a value of the page's front matter or else of the site's
// params. One that is in neither is an error.
func (c Call) Param(path string) (string, error) {
	if s := c.PageParam(path); s != "" {
		return s, nil
	}
	if c.Site != nil {
		if v, ok := lookup(c.Site.Params, path); ok {
			return asText(v), nil
		}
	}
	return "", fmt.Errorf("shortcode %s: no %q in the page's front matter or the site's params", c.Name, path)
}

// PageParam returns a value of the page's front matter, "" where there is none.
func (c Call) PageParam(path string) string {
	if c.Page == nil {
		return ""
	}
	v, _ := lookup(c.Page.Params, path)
	return asText(v)
}

// Skew returns the Kubernetes version which stands in the named relation to the
// one that the site's params give as version: latestVersion, prevMinorVersion,
// oldestMinorVersion (two before), nextMinorVersion, currentVersion, or
// latestVersionAddMinor and currentVersionAddMinor with a number.
func (c Call) Skew(relation, number string) (string, error) {
	version, err := c.Param("version")
	if err != nil {
		return "", err
	}
	major, minor, ok := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	n, err := strconv.Atoi(minor)
	if !ok || err != nil {
		return "", fmt.Errorf("shortcode skew: the site's version %q is not like v1.21", version)
	}
	switch relation {
	case "latestVersion", "currentVersion":
	case "prevMinorVersion":
		n--
	case "oldestMinorVersion":
		n -= 2
	case "nextMinorVersion":
		n++
	case "latestVersionAddMinor", "currentVersionAddMinor":
		add, err := strconv.Atoi(number)
		if err != nil {
			return "", fmt.Errorf("shortcode skew %s: %q is not a number", relation, number)
		}
		n += add
	default:
		return "", fmt.Errorf("shortcode skew: unknown version %q", relation)
	}
	return fmt.Sprintf("%s.%d", major, n), nil
}

// lookup follows a dotted path through maps. A key may hold dots itself.
func lookup(m map[string]any, path string) (any, bool) {
	if v, ok := m[path]; ok {
		return v, true
	}
	for i := range len(path) {
		if path[i] != '.' {
			continue
		}
		if sub, ok := m[path[:i]].(map[string]any); ok {
			return lookup(sub, path[i+1:])
		}
	}
	return nil, false
}

// asText is a value as a reader sees it.
func asText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = asText(e)
		}
		return strings.Join(parts, ", ")
	case []string:
		return strings.Join(v, ", ")
	}
	return fmt.Sprint(v)
}
