package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"go.yaml.in/yaml/v3"
)

// quote writes a text as YAML wants it in one line.
func quote(v any) string {
	text, err := yaml.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%q", fmt.Sprint(v))
	}
	return strings.TrimSpace(string(text))
}

var (
	missingParam = lazyregexp.New(`^shortcode (\S+): no "([^"]+)" in`)
	missingData  = lazyregexp.New(`^shortcode \S+ needs (?:the list )?(\S+) in (?:data/(\S+)\.yml|the folder data)$`)
)

// sampleParams writes the site's params and, as remarks, those that are missing.
func (r *Report) sampleParams(b *strings.Builder) {
	asked, data := map[string]string{}, map[string]int{}
	for _, t := range r.Problems {
		if m := missingParam.FindStringSubmatch(t.What); m != nil {
			asked[m[2]] = fmt.Sprintf("for shortcode %s in %s", m[1], count(len(t.Places), "place"))
		}
		if m := missingData.FindStringSubmatch(t.What); m != nil && m[2] != "" {
			data["data/"+m[2]+".yml has to say "+m[1]+": …"] += len(t.Places)
		}
	}
	if len(r.Config.Params)+len(asked) > 0 {
		b.WriteString("params:\n")
	}
	for _, key := range slices.Sorted(maps.Keys(r.Config.Params)) {
		fmt.Fprintf(b, "  %s: %s\n", quote(key), quote(r.Config.Params[key]))
	}
	for _, key := range slices.Sorted(maps.Keys(asked)) {
		fmt.Fprintf(b, "  %s: %s # %s\n", quote(key), example(key), asked[key])
	}
	for _, line := range slices.Sorted(maps.Keys(data)) {
		fmt.Fprintf(b, "# %s (in %s)\n", line, count(data[line], "place"))
	}
}

// example is a value that a param of the name may have.
func example(key string) string {
	switch {
	case strings.EqualFold(key, "version"), strings.EqualFold(key, "latest"):
		return "v1.34"
	case strings.Contains(strings.ToLower(key), "version"):
		return "v1.34.0"
	case strings.Contains(strings.ToLower(key), "branch"):
		return "main"
	}
	return `"…"`
}

// sampleCheck writes what the checker needs for these pages.
func (r *Report) sampleCheck(b *strings.Builder) {
	if r.HasConfig {
		return
	}
	b.WriteString("check:\n  guess: static # do not run blocks without a language, only read them\n")
	if len(r.Blocks.Kinds) > 0 {
		var groups []string
		for _, k := range r.Blocks.Kinds[:min(4, len(r.Blocks.Kinds))] {
			groups = append(groups, k.Name)
		}
		fmt.Fprintf(b, "  crds: [] # files or folders with the definitions of %s\n", strings.Join(groups, ", "))
	}
}
