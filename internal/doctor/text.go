package doctor

import (
	"fmt"
	"io"
	"strings"

	"github.com/probatum/probatum/internal/config"
)

// shown is how many places of a topic Print names.
const shown = 3

// Print writes the report for a person. all names every place.
func (r *Report) Print(w io.Writer, all bool) {
	limit := shown
	if all {
		limit = 1 << 30
	}
	r.summary(w)
	r.printTopics(w, r.Problems, limit)
	if len(r.Problems) == 0 {
		fmt.Fprint(w, "\nNothing is missing: probatum build has nothing to report.\n")
	}
	if len(r.Templates) > 0 {
		fmt.Fprint(w, "\nWhat only templates of the site gave\n")
		for _, t := range r.Templates {
			t.print(w, limit)
		}
	}
	r.printBlocks(w)
}

func (r *Report) summary(w io.Writer) {
	var parts []string
	for _, l := range r.Languages {
		parts = append(parts, fmt.Sprintf("%s in %s", count(l.Pages, "page"), l.Name))
	}
	fmt.Fprintf(w, "%s/: %s\n", r.Config.Content, strings.Join(parts, ", "))
	if r.Hugo != "" {
		fmt.Fprintf(w, "%s: read for title, languages and params\n", r.Hugo)
	}
}

func (r *Report) printTopics(w io.Writer, topics []Topic, limit int) {
	name := ""
	for _, t := range topics {
		if t.Name != name {
			name = t.Name
			fmt.Fprintf(w, "\n%s\n", name)
		}
		t.print(w, limit)
	}
}

func (t Topic) print(w io.Writer, limit int) {
	fmt.Fprintf(w, "  %s (%s)\n", t.What, count(len(t.Places), "place"))
	if t.Hint != "" {
		fmt.Fprintf(w, "    hint: %s\n", t.Hint)
	}
	for i, p := range t.Places {
		if i == limit {
			fmt.Fprintf(w, "    and %d more\n", len(t.Places)-limit)
			break
		}
		fmt.Fprintf(w, "    %s\n", p)
	}
}

func (r *Report) printBlocks(w io.Writer) {
	b := r.Blocks
	fmt.Fprintf(w, "\nWhat probatum check will find\n  %s of code: %d with commands, %d with manifests\n", count(b.All, "block"), b.Commands, b.Manifests)
	if len(b.Programs) > 0 {
		fmt.Fprintf(w, "  programs that the commands start: %s\n", list(b.Programs))
	}
	if len(b.Kinds) > 0 {
		fmt.Fprintf(w, "  custom resources, whose definitions check.crds has to name: %s\n", list(b.Kinds))
	}
}

func list(counts []Count) string {
	const most = 12
	var parts []string
	for i, c := range counts {
		if i == most {
			parts = append(parts, fmt.Sprintf("and %d others", len(counts)-most))
			break
		}
		parts = append(parts, fmt.Sprintf("%s (%d)", c.Name, c.N))
	}
	return strings.Join(parts, ", ")
}

// Sample is a probatum.yaml for the folder. It holds what differs from the
// defaults and what the pages ask for.
func (r *Report) Sample() string {
	var b strings.Builder
	d, c := config.Default(), r.Config
	line := func(key, value, fallback, why string) {
		if value != fallback {
			fmt.Fprintf(&b, "%s: %s%s\n", key, quote(value), why)
		}
	}
	line("title", c.Title, "", "")
	line("baseURL", c.BaseURL, d.BaseURL, "")
	line("language", c.Language, d.Language, "")
	if langs := r.languageFolders(); len(langs) > 0 {
		fmt.Fprintf(&b, "languages: [%s]\n", strings.Join(langs, ", "))
	}
	line("content", c.Content, d.Content, "")
	line("data", c.Data, d.Data, "")
	line("i18n", c.I18n, d.I18n, "")
	line("static", c.Static, d.Static, "")
	r.sampleParams(&b)
	r.sampleCheck(&b)
	return b.String()
}

func (r *Report) languageFolders() []string {
	if len(r.Config.Languages) > 0 || len(r.Languages) < 2 {
		return r.Config.Languages
	}
	var langs []string
	for _, l := range r.Languages {
		langs = append(langs, l.Name)
	}
	return langs
}
