// Package config reads probatum.yaml. It takes a file and gives a Config; a key
// that is not known is an error with its place, so that no setting is ever
// ignored in silence.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/nearest"
	"github.com/probatum/probatum/internal/source"
	"go.yaml.in/yaml/v3"
)

// Name is the file that Load reads where no other is named.
const Name = "probatum.yaml"

// A Config is what a project says about itself. Folders are relative to the
// folder of the file.
type Config struct {
	Title       string         `yaml:"title"`
	Description string         `yaml:"description"`
	BaseURL     string         `yaml:"baseURL"`   // where the site is hosted; "" unknown
	Language    string         `yaml:"language"`  // BCP 47; of all pages, or the main one
	Languages   []string       `yaml:"languages"` // folders of content, where it holds several languages; the main one first
	Content     string         `yaml:"content"`
	Output      string         `yaml:"output"`
	Shortcodes  string         `yaml:"shortcodes"`
	Data        string         `yaml:"data"`
	I18n        string         `yaml:"i18n"`   // words of pages in several languages: i18n/en.yaml
	Static      string         `yaml:"static"` // its files go to the top of the site as they are
	Params      map[string]any `yaml:"params"` // for shortcodes: .Site.Params
	Theme       Theme          `yaml:"theme"`
	Check       Check          `yaml:"check"`
}

// Check is how all pages are checked; a page's own front matter comes after it.
type Check struct {
	Setup    []string `yaml:"setup"`    // setup scripts of every page
	Scripts  string   `yaml:"scripts"`  // folder of the setup scripts
	Commands []string `yaml:"commands"` // first words that make a block without a language commands
	Guess    Guess    `yaml:"guess"`
	Within   Duration `yaml:"within"`  // how long a read may take to become right
	Timeout  Duration `yaml:"timeout"` // for one command
	// SetupTimeout is how long one setup script may take.
	SetupTimeout Duration          `yaml:"setupTimeout"`
	Vars         map[string]string `yaml:"vars"`
	Files        string            `yaml:"files"` // folder whose files lie in the working folder of each page; "" none
	CRDs         []string          `yaml:"crds"`  // files and folders with definitions of custom resources
	// Kubernetes is the releases, or ranges of them, that pages are proved for: the
	// schemas of each count, and what runs on kind runs on a cluster of each. None
	// means the one that the embedded cluster runs.
	Kubernetes []string `yaml:"kubernetes"`
	OpenAPI    []string `yaml:"openapi"` // files, folders and addresses of an API server's own schemas
	Cluster    Cluster  `yaml:"cluster"` // what pages run on
	Kind       string   `yaml:"kind"`    // file with the configuration of clusters made with kind; "" kind's default
	Images     Images   `yaml:"images"`  // for nodes that cannot pull them
	Redact     Patterns `yaml:"redact"`  // what they match stays out of results
}

// A Cluster is what makes the clusters that pages run on.
type Cluster string

// Clusters are chosen for each page unless the project says otherwise.
const (
	ClusterAuto     Cluster = "auto"
	ClusterEmbedded Cluster = "embedded"
	ClusterKind     Cluster = "kind"
	// ClusterExisting is one of the user's. A file cannot choose it: whoever runs
	// the check has to name it.
	ClusterExisting Cluster = "kubeconfig"
)

// UnmarshalYAML implements yaml.Unmarshaler, as Guess does.
func (c *Cluster) UnmarshalYAML(n *yaml.Node) error {
	if ClusterProblem(n.Value) == "" {
		*c = Cluster(n.Value)
	}
	return nil
}

// ClusterProblem says what is wrong with the name of a cluster; "" nothing.
func ClusterProblem(v string) string {
	if c := Cluster(v); c != ClusterAuto && c != ClusterEmbedded && c != ClusterKind {
		return fmt.Sprintf("is %q, neither auto, embedded nor kind", v)
	}
	return ""
}

// An Image is one that manifests name, and what it is made from: a Dockerfile or a
// folder with one, a folder with a Go program, or a reference.
type Image struct{ Name, From string }

// Images are in the order of the file, where they are a mapping.
type Images []Image

// UnmarshalYAML implements yaml.Unmarshaler.
func (i *Images) UnmarshalYAML(n *yaml.Node) error {
	var from map[string]string
	if err := n.Decode(&from); err != nil {
		return err
	}
	for k := 0; k+1 < len(n.Content); k += 2 {
		name := n.Content[k].Value
		*i = append(*i, Image{name, from[name]})
	}
	return nil
}

// Patterns are regular expressions. A list in the file.
type Patterns []*regexp.Regexp

// UnmarshalYAML implements yaml.Unmarshaler.
func (p *Patterns) UnmarshalYAML(n *yaml.Node) error {
	var texts []string
	if err := n.Decode(&texts); err != nil {
		return err
	}
	for i, text := range texts {
		re, err := regexp.Compile(text)
		if err == nil && re.MatchString("") {
			err = errors.New("it matches an empty text")
		}
		if err != nil {
			return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: check.redact: %q is no pattern: %s", n.Content[i].Line, text,
				strings.TrimPrefix(err.Error(), "error parsing regexp: "))}}
		}
		*p = append(*p, re)
	}
	return nil
}

// A Guess says what to do with a block without language that reads as commands.
type Guess string

// Guesses are run unless the project says static.
const (
	GuessRun    Guess = "run"
	GuessStatic Guess = "static"
)

// UnmarshalYAML implements yaml.Unmarshaler. A wrong value changes nothing:
// keys reports it, with its place.
func (g *Guess) UnmarshalYAML(n *yaml.Node) error {
	if guessProblem(n.Value) == "" {
		*g = Guess(n.Value)
	}
	return nil
}

func guessProblem(v string) string {
	if g := Guess(v); g != GuessRun && g != GuessStatic {
		return fmt.Sprintf("is %q, neither run nor static", v)
	}
	return ""
}

// A Duration is written as 90s or 2m in the file.
type Duration time.Duration

// UnmarshalYAML implements yaml.Unmarshaler, as Guess does.
func (d *Duration) UnmarshalYAML(n *yaml.Node) error {
	if durationProblem(n.Value) == "" {
		v, _ := time.ParseDuration(n.Value)
		*d = Duration(v)
	}
	return nil
}

func durationProblem(v string) string {
	if d, err := time.ParseDuration(v); err != nil || d <= 0 {
		return fmt.Sprintf("is %q, not a duration such as 90s or 2m", v)
	}
	return ""
}

// problems are what keys asks of values that need more than their YAML type.
var problems = map[reflect.Type]func(string) string{
	reflect.TypeFor[Guess]():    guessProblem,
	reflect.TypeFor[Duration](): durationProblem,
	reflect.TypeFor[Cluster]():  ClusterProblem,
	reflect.TypeFor[Colour]():   colourProblem,
	reflect.TypeFor[Edit]():     editProblem,
	reflect.TypeFor[Address]():  addressProblem,
}

// Default returns the settings of a project that says nothing.
func Default() *Config {
	return &Config{
		Title: "Documentation", Language: "en", Content: "content", Output: "public", Shortcodes: "shortcodes", Data: "data", I18n: "i18n", Static: "static",
		Theme: Theme{Folder: "theme"},
		Check: Check{
			Scripts: "testscripts/setup", Commands: []string{"kubectl", "helm", "istioctl", "kind"}, Guess: GuessRun, Cluster: ClusterAuto,
			Within: Duration(30 * time.Second), Timeout: Duration(2 * time.Minute), SetupTimeout: Duration(10 * time.Minute),
		},
	}
}

// Load reads the named file over the defaults. A file that is not there is an
// error that is fs.ErrNotExist; what is wrong in the file is in the diagnostics,
// and the Config then holds what could be read.
func Load(fsys fs.FS, name string) (*Config, []source.Diagnostic, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, nil, err
	}
	f := source.NewFile(name, data)
	c := Default()
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return c, decodeErrors(f, err), nil
	}
	if len(doc.Content) == 0 {
		return c, nil, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return c, []source.Diagnostic{{Pos: place(f, root), Rule: "config-syntax", Message: "the configuration is not a list of keys and values", Hint: "write title: …"}}, nil
	}
	ds := keys(f, root, reflect.TypeOf(*c), "")
	if err := root.Decode(c); err != nil {
		ds = append(ds, decodeErrors(f, err)...)
	}
	return c, source.Sort(append(ds, c.Theme.accents(f, root)...)), nil
}

func place(f *source.File, n *yaml.Node) source.Pos {
	return source.Pos{File: f.Name, Line: n.Line, Col: n.Column}
}

// keys reports the keys of a mapping that the struct type does not have, and
// values that are not what their key wants, at every depth.
func keys(f *source.File, n *yaml.Node, t reflect.Type, path string) []source.Diagnostic {
	var ds []source.Diagnostic
	known := map[string]reflect.Type{}
	var names []string
	for field := range t.Fields() {
		name := field.Tag.Get("yaml")
		known[name] = field.Type
		names = append(names, name)
	}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		ft, ok := known[key.Value]
		switch check := problems[ft]; {
		case !ok:
			ds = append(ds, source.Diagnostic{Pos: place(f, key), Rule: "config-unknown", Message: "unknown key " + path + key.Value, Hint: hint(key.Value, names)})
		case check != nil && check(value.Value) != "":
			ds = append(ds, source.Diagnostic{Pos: place(f, value), Rule: "config-value", Message: path + key.Value + " " + check(value.Value)})
		case ft.Kind() == reflect.Struct:
			ds = append(ds, keys(f, value, ft, path+key.Value+".")...)
		case ft.Kind() == reflect.Slice && ft.Elem().Kind() == reflect.Struct && value.Kind == yaml.SequenceNode:
			for _, item := range value.Content {
				ds = append(ds, keys(f, item, ft.Elem(), path+key.Value+".")...)
			}
		}
	}
	return ds
}

func hint(key string, names []string) string {
	for _, n := range names {
		if strings.EqualFold(n, key) || strings.HasPrefix(n, key) || strings.HasPrefix(key, n) {
			return "did you mean " + n + "?"
		}
	}
	if near := nearest.Word(key, names); near != "" {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(names, ", ")
}

var linePrefix = lazyregexp.New(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): (.*)$`)

// decodeErrors gives the reader's errors as diagnostics.
func decodeErrors(f *source.File, err error) []source.Diagnostic {
	messages := []string{err.Error()}
	var te *yaml.TypeError
	if errors.As(err, &te) {
		messages = te.Errors
	}
	var ds []source.Diagnostic
	for _, m := range messages {
		d := source.Diagnostic{Pos: source.Pos{File: f.Name, Line: 1, Col: 1}, Rule: "config-syntax", Message: strings.TrimPrefix(m, "yaml: ")}
		if p := linePrefix.FindStringSubmatch(m); p != nil {
			d.Pos.Line, _ = strconv.Atoi(p[1])
			d.Message = p[2]
		}
		ds = append(ds, d)
	}
	return ds
}
