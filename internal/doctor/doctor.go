// Package doctor looks at the documentation of somebody who does not use
// Probatum yet, and says what it needs. It takes a folder as it stands, reads it
// as a build would, and gives a Report: what is there, what is missing, and a
// probatum.yaml to start with.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/config"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/project"
	"github.com/probatum/probatum/internal/site"
	"github.com/probatum/probatum/internal/source"
)

// A Report is what was found. Its lists are sorted: what stands most often comes
// first.
type Report struct {
	Config    *config.Config // as it is, or the proposed one
	HasConfig bool           // there is one already
	Hugo      string         // name of the file of Hugo's that was read; "" for none
	Languages []Language
	Problems  []Topic // what has to be done, by topic
	Templates []Topic // what templates of the site gave, and no page can
	Blocks    Blocks
	Errors    int // diagnostics that make a build end with 1
}

// A Language is one language of the pages.
type Language struct {
	Name            string
	Pages, Sections int
}

// A Topic is one thing that stands in several places.
type Topic struct {
	Name   string // of the kind of topic
	What   string
	Hint   string
	Places []source.Pos
}

// Blocks counts the blocks of code and what is needed to prove them.
type Blocks struct {
	All, Commands, Manifests int
	Programs                 []Count // that the commands start, beside those that every machine has
	Kinds                    []Count // API groups that come from definitions of custom resources
}

// A Count is how often a name stands.
type Count struct {
	Name string
	N    int
}

// ErrNoPages is what Examine returns where there is no page at all.
var ErrNoPages = errors.New("no pages: no file ends in .md")

// Examine looks at the folder. A configuration that is there is used as it is.
func Examine(ctx context.Context, root fs.FS) (*Report, error) {
	r := &Report{}
	_, err := fs.Stat(root, config.Name)
	r.HasConfig = err == nil
	h := readHugo(root)
	r.Hugo = h.file
	r.Config = h.propose(root)
	p, err := project.Load(ctx, root, project.Options{Missing: r.Config})
	var pe *project.Error
	switch {
	case errors.As(err, &pe) && !r.HasConfig:
		return nil, ErrNoPages
	case err != nil:
		return nil, err
	}
	r.Config = p.Config
	r.Errors = source.Errors(p.Diagnostics)
	if p.Set == nil {
		r.Problems = byMessage(topicConfig, p.Diagnostics)
		return r, nil
	}
	built, err := site.Build(ctx, p.Set, site.Options{Out: nowhere{io.Discard}})
	if err != nil {
		return nil, err
	}
	ds := source.Sort(append(p.Diagnostics, built.Diagnostics...))
	r.Errors = source.Errors(ds)
	r.languages(p.Set)
	if home := p.Set.Root; !r.HasConfig && h.file == "" && home.File != nil {
		r.Config.Title = home.Matter.Title
	}
	e := examiner{root: root, set: p.Set, hugo: h}
	r.Problems = e.problems(ds)
	r.Templates = e.templates()
	r.blocks(p)
	return r, ctx.Err()
}

// nowhere is a site that nobody keeps.
type nowhere struct{ io.Writer }

func (nowhere) WriteFile(string, []byte) error { return nil }
func (n nowhere) Begin() (site.Growing, error) { return n, nil }
func (nowhere) End(string) error               { return nil }
func (nowhere) Discard() error                 { return nil }
func (nowhere) Commit() (site.Result, error)   { return site.Result{}, nil }

func (r *Report) languages(set *page.Set) {
	count := map[string]*Language{}
	for _, p := range set.Pages {
		l := count[p.Lang]
		if l == nil {
			l = &Language{Name: p.Lang}
			count[p.Lang] = l
		}
		l.Pages++
		if p.Section {
			l.Sections++
		}
	}
	for _, home := range set.Homes {
		if l := count[home.Lang]; l != nil {
			r.Languages = append(r.Languages, *l)
		}
	}
	if lang := written(set); len(r.Languages) == 1 && !r.HasConfig && r.Hugo == "" && lang != "" {
		r.Languages[0].Name, r.Config.Language = lang, lang
	}
}

// written is the language that the titles are written in, as far as their script
// tells; "" where it does not.
func written(set *page.Set) string {
	var han, kana, hangul, letters int
	for _, p := range set.Pages {
		for _, c := range p.Matter.Title {
			switch {
			case unicode.Is(unicode.Han, c):
				han++
			case unicode.In(c, unicode.Hiragana, unicode.Katakana):
				kana++
			case unicode.Is(unicode.Hangul, c):
				hangul++
			case unicode.IsLetter(c):
				letters++
			}
		}
	}
	switch {
	case 3*(han+kana+hangul) < letters:
		return ""
	case hangul > han+kana:
		return "ko"
	case 5*kana > han:
		return "ja"
	}
	return "zh"
}

// blocks makes the plan of each page, as check would.
func (r *Report) blocks(p *project.Project) {
	programs, kinds := map[string]int{}, map[string]int{}
	for _, q := range p.Set.Pages {
		for _, it := range check.New(q, check.Options{Guess: true, Commands: p.Config.Check.Commands}).Items {
			r.Blocks.All++
			commands := 0
			for _, c := range it.Claims {
				if c.Kind == check.Command {
					commands++
					if name := program(c.Text); name != "" {
						programs[name]++
					}
				}
			}
			if commands > 0 {
				r.Blocks.Commands++
			}
			if groups := customGroups(it.Block.Text); len(groups) > 0 || it.Kind == check.Manifest {
				r.Blocks.Manifests++
				for _, g := range groups {
					kinds[g]++
				}
			}
		}
	}
	r.Blocks.Programs, r.Blocks.Kinds = counted(programs), counted(kinds)
}

func counted(m map[string]int) []Count {
	var out []Count
	for name, n := range m {
		out = append(out, Count{name, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(b.N-a.N, strings.Compare(a.Name, b.Name)) })
	return out
}

// everywhere are commands of any shell and any machine.
var everywhere = map[string]bool{}

func init() {
	for _, name := range strings.Fields(`export unset set cd echo printf cat mkdir rm cp mv ls grep sed awk cut sort uniq head tail tr wc tee
		for while until if case function source test true false sleep read eval exec exit trap type alias unalias wait kill env
		chmod chown ln touch find xargs date base64 diff tar gzip unzip which uname id pwd pushd popd cmp seq hostname dirname basename sudo`) {
		everywhere[name] = true
	}
}

// program is the program that a command starts, "" for one that every machine
// has.
func program(command string) string {
	for _, word := range strings.Fields(command) {
		switch {
		case strings.Contains(word, "=") && strings.ContainsAny(word, "$`\"'"):
			return "" // the value may go on behind a space
		case strings.Contains(word, "="), word == "sudo", word == "!", word == "time":
			continue
		}
		if everywhere[word] || !isProgram(word) {
			return ""
		}
		return word
	}
	return ""
}

func isProgram(word string) bool {
	for i, c := range word {
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c != '-' && c != '_' && c != '.' && (c < '0' || c > '9')) {
			return false
		}
	}
	return true
}

// customGroups returns the API groups of a block that come from definitions of
// custom resources, each once.
func customGroups(text string) []string {
	groups := map[string]bool{}
	for line := range strings.Lines(text) {
		value, ok := strings.CutPrefix(strings.TrimSpace(line), "apiVersion:")
		if !ok {
			continue
		}
		group, _, ok := strings.Cut(strings.Trim(strings.TrimSpace(value), `"'`), "/")
		if ok && strings.Contains(group, ".") && !strings.HasSuffix(group, "k8s.io") && !strings.ContainsAny(group, "<{$ ") {
			groups[group] = true
		}
	}
	return slices.Sorted(maps.Keys(groups))
}

// byMessage groups diagnostics that say the same.
func byMessage(name string, ds []source.Diagnostic) []Topic {
	index := map[string]int{}
	var topics []Topic
	for _, d := range ds {
		i, ok := index[d.Message]
		if !ok {
			i = len(topics)
			index[d.Message] = i
			topics = append(topics, Topic{Name: name, What: d.Message, Hint: d.Hint})
		}
		topics[i].Places = append(topics[i].Places, d.Pos)
	}
	return sorted(topics)
}

func sorted(topics []Topic) []Topic {
	slices.SortStableFunc(topics, func(a, b Topic) int {
		return cmp.Or(len(b.Places)-len(a.Places), strings.Compare(a.What, b.What))
	})
	return topics
}

// isDir tells whether a folder is there.
func isDir(root fs.FS, name string) bool {
	info, err := fs.Stat(root, path.Clean(name))
	return err == nil && info.IsDir()
}

// folderOf names the first folder of a path, or the path itself.
func folderOf(name string) string {
	if head, _, ok := strings.Cut(name, "/"); ok {
		return head + "/"
	}
	return name
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
