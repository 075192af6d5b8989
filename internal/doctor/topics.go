package doctor

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/shortcodes"
)

// The names of topics, in the order of the report.
const (
	topicConfig     = "Configuration"
	topicMatter     = "Front matter that cannot be read"
	topicShortcodes = "Unknown shortcodes"
	topicTags       = "Shortcode tags that are wrong"
	topicValues     = "Values that shortcodes ask for"
	topicIncludes   = "Files that pages include"
	topicLinks      = "Links"
	topicFiles      = "Files"
	topicOther      = "Other"
)

var topicOrder = []string{topicConfig, topicMatter, topicShortcodes, topicTags, topicValues, topicIncludes, topicLinks, topicFiles, topicOther}

// topicOf says which topic the rule of a diagnostic belongs to.
func topicOf(rule string) string {
	switch {
	case strings.HasPrefix(rule, "config-"), rule == "data-syntax":
		return topicConfig
	case strings.HasPrefix(rule, "frontmatter-"):
		return topicMatter
	case rule == "shortcode-unknown":
		return topicShortcodes
	case rule == "shortcode-failed":
		return topicValues
	case strings.HasPrefix(rule, "shortcode-"):
		return topicTags
	case strings.HasPrefix(rule, "include-"):
		return topicIncludes
	case strings.HasPrefix(rule, "link-"), rule == "alias-taken", rule == "url-taken":
		return topicLinks
	case strings.HasPrefix(rule, "file-"), strings.HasPrefix(rule, "folder-"):
		return topicFiles
	}
	return topicOther
}

// An examiner finds the topics of one folder.
type examiner struct {
	root fs.FS
	set  *page.Set
	hugo hugo
}

// problems groups what a build would report by topic.
func (e *examiner) problems(ds []source.Diagnostic) []Topic {
	by := map[string][]source.Diagnostic{}
	for _, d := range ds {
		topic := topicOf(d.Rule)
		by[topic] = append(by[topic], d)
	}
	var all []Topic
	for _, name := range topicOrder {
		list := by[name]
		switch name {
		case topicShortcodes:
			all = append(all, e.unknown(list)...)
		case topicIncludes:
			all = append(all, e.includes(list)...)
		case topicLinks:
			all = append(all, e.links(list)...)
		case topicValues:
			all = append(all, values(list)...)
		default:
			all = append(all, byMessage(name, list)...)
		}
	}
	return all
}

// values says where what a shortcode asks for belongs.
func values(ds []source.Diagnostic) []Topic {
	topics := byMessage(topicValues, ds)
	for i := range topics {
		t := &topics[i]
		switch {
		case t.Hint != "":
		case missingParam.MatchString(t.What):
			t.Hint = "write it under params in probatum.yaml"
		case missingData.MatchString(t.What):
			t.Hint = "copy the site's folder data into this folder"
		}
	}
	return topics
}

// unknown adds to each unknown shortcode what its template in the site, if there
// is one, means for it.
func (e *examiner) unknown(ds []source.Diagnostic) []Topic {
	topics := byMessage(topicShortcodes, ds)
	for i := range topics {
		t := &topics[i]
		name := strings.TrimPrefix(t.What, "unknown shortcode ")
		t.What = name
		for _, dir := range shortcodeFolders {
			file := path.Join(dir, name+".html")
			text, err := fs.ReadFile(e.root, file)
			if err != nil {
				continue
			}
			to := "shortcodes/" + name + ".html"
			if why := foreign(name, string(text)); why != "" {
				t.Hint = fmt.Sprintf("its template %s uses %s, which is Hugo's own; write %s anew", file, why, to)
			} else {
				t.Hint = fmt.Sprintf("its template can be used as it is: copy %s to %s", file, to)
			}
		}
	}
	return topics
}

var shortcodeFolders = []string{"layouts/shortcodes", "layouts/_shortcodes"}

var (
	undefined = lazyregexp.New(`function "([^"]+)" not defined`)
	hugoOnly  = lazyregexp.New(`\.(?:Scratch|Store|Resources|GetPage|RenderString|RegularPages|TableOfContents|Page\.Param|Page\.Content|Site\.Pages|IsNamedParams)\b`)
)

// foreign names what a template of Hugo uses and ours do not have; "" where it
// can stay as it is.
func foreign(name, text string) string {
	if m := hugoOnly.FindString(text); m != "" {
		return m
	}
	err := shortcodes.Try(name, text)
	if err == nil {
		return ""
	}
	if m := undefined.FindStringSubmatch(err.Error()); m != nil {
		return "the function " + m[1]
	}
	return "what cannot be read (" + err.Error() + ")"
}

var includedFile = lazyregexp.New(`shortcode (\S+): there is no file (\S+)`)

// includes groups missing files by the shortcode and the folder that they are
// looked for in.
func (e *examiner) includes(ds []source.Diagnostic) []Topic {
	grouped := slices.Clone(ds)
	common := map[string]string{} // folder of all files by shortcode and first folder
	split := func(d source.Diagnostic) (code, key, file string) {
		m := includedFile.FindStringSubmatch(d.Message)
		if m == nil {
			return "", "", ""
		}
		file = strings.TrimPrefix(m[2], "/")
		return m[1], m[1] + " " + folderOf(file), file
	}
	for _, d := range ds {
		if _, key, file := split(d); key != "" {
			dir := path.Dir(file) + "/"
			if c, ok := common[key]; ok {
				dir = commonFolder(c, dir)
			}
			common[key] = dir
		}
	}
	for i := range grouped {
		d := &grouped[i]
		code, key, file := split(*d)
		switch dir := common[key]; {
		case code == "":
		case dir == "./" || strings.HasPrefix(dir, "."):
			d.Message = fmt.Sprintf("%s: there is no file %s", code, file)
			d.Hint = "put it beside the page, or into the content folder"
		default:
			d.Message = fmt.Sprintf("%s: files of %s are not here", code, dir)
			d.Hint = "copy " + dir + " of the site into this folder"
		}
	}
	return byMessage(topicIncludes, grouped)
}

// commonFolder is the folder, with a slash, that holds both folders.
func commonFolder(a, b string) string {
	for !strings.HasPrefix(b, a) {
		a = a[:strings.LastIndexByte(strings.TrimSuffix(a, "/"), '/')+1]
	}
	return a
}

var deadInLanguage = lazyregexp.New(`^(?:link|image) /([a-z]{2}(?:-[a-z]{2,4})?)/\S* leads nowhere`)

var deadImage = lazyregexp.New(`^image (\S+) leads nowhere`)

// links groups dead links by what is the matter with them; a build names each.
func (e *examiner) links(ds []source.Diagnostic) []Topic {
	grouped := slices.Clone(ds)
	for i := range grouped {
		d := &grouped[i]
		switch m, lang := deadImage.FindStringSubmatch(d.Message), deadInLanguage.FindStringSubmatch(d.Message); {
		case lang != nil && !isDir(e.root, path.Join("content", lang[1])):
			d.Message = "links that start with /" + lang[1] + "/"
			d.Hint = "if these pages are one language of a site, put them into content/" + lang[1] + " and those of the main language beside it, such as content/en"
		case m != nil && strings.HasPrefix(m[1], "/"):
			d.Message, d.Hint = "images that are not here: "+path.Join("/", firstOf(m[1])), "put the site's folder static here, or name its folder with the key static"
		case m != nil:
			d.Message, d.Hint = "images that are not beside their pages", "copy them with the pages"
		case strings.Contains(d.Message, "has no heading"):
			d.Message, d.Hint = "links to headings that are not there", "probatum build names each"
		case strings.Contains(d.Message, "only without regard to case"):
			d.Message, d.Hint = "links that find their file only without regard to case", "probatum build names each"
		case strings.HasPrefix(d.Message, "link "):
			d.Message, d.Hint = "links to pages that are not here", "probatum build names each"
		case d.Rule == "alias-taken":
			d.Message, d.Hint = "aliases that two pages have, or that are a page", "probatum build names each"
		}
	}
	return byMessage(topicLinks, grouped)
}

func firstOf(p string) string { return folderOf(strings.TrimPrefix(p, "/")) }

// templates finds what the site's own templates give, and Probatum does not read.
func (e *examiner) templates() []Topic {
	var all []Topic
	add := func(what, hint string, places []source.Pos) {
		if len(places) > 0 {
			all = append(all, Topic{What: what, Hint: hint, Places: places})
		}
	}
	layouts := map[string][]source.Pos{}
	var outputs, cascade, taxonomies, menus []source.Pos // menus: other ones than main
	for _, p := range e.set.Pages {
		at := source.Pos{File: p.File.Name}
		if p.Matter.Layout != "" {
			layouts[p.Matter.Layout] = append(layouts[p.Matter.Layout], at)
		}
		if len(p.Matter.Outputs) > 0 {
			outputs = append(outputs, at)
		}
		if p.Matter.Params["cascade"] != nil {
			cascade = append(cascade, at)
		}
		if p.Matter.Params["tags"] != nil || p.Matter.Params["categories"] != nil {
			taxonomies = append(taxonomies, at)
		}
		if slices.ContainsFunc(p.Matter.Menus, func(m page.Menu) bool { return m.Name != "main" }) {
			menus = append(menus, at)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(layouts)) {
		add("layout: "+name, "the page is shown as any other", layouts[name])
	}
	add("outputs", "each page becomes HTML, whatever else Hugo made of it", outputs)
	add("cascade", "write its values on each page that needs them", cascade)
	add("tags and categories", "no lists of pages are made of them", taxonomies)
	add("menus other than main", "the sidebar is made of folders and weights", menus)
	add("render hooks", "they are not read", e.files("layouts", func(name string) bool { return strings.Contains(name, "_markup/render-") }))
	add("partials and page templates", "the look comes from Probatum's theme", e.files("layouts", func(name string) bool {
		return path.Ext(name) == ".html" && !strings.Contains(name, "shortcodes/") && !strings.Contains(name, "_markup/")
	}))
	if theme := e.hugo.theme(); theme != "" {
		add("theme "+theme, "its look is not taken over; its shortcodes are known as far as this report names none", []source.Pos{{File: e.hugo.file}})
	}
	return all
}

func (e *examiner) files(dir string, wanted func(name string) bool) []source.Pos {
	var found []source.Pos
	_ = fs.WalkDir(e.root, dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && wanted(name) {
			found = append(found, source.Pos{File: name})
		}
		return nil
	})
	return found
}
