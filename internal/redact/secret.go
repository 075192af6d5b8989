package redact

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
	"go.yaml.in/yaml/v3"
)

// public are keys of Secrets whose values are known to everybody who may use
// what the Secret is for.
var public = map[string]bool{"ca.crt": true, "tls.crt": true, "namespace": true, "username": true, "ca-bundle.crt": true}

// Values are the values of a Secret: of its data, which is base64, and of its
// stringData. Those that are public by their key are not among them.
func Values(data, stringData map[string]string) []string {
	var all []string
	for k, v := range data {
		if raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(v), "")); err == nil && !public[k] {
			all = append(all, string(raw))
		}
	}
	for k, v := range stringData {
		if !public[k] {
			all = append(all, v)
		}
	}
	return all
}

// An object is a Secret, or a list of objects.
type object struct {
	Kind       string
	Data       map[string]any
	StringData map[string]any `yaml:"stringData"`
	Items      []object
}

func (o *object) values() []string {
	var all []string
	if o.Kind == "Secret" {
		all = Values(texts(o.Data), texts(o.StringData))
	}
	for i := range o.Items {
		all = append(all, o.Items[i].values()...)
	}
	return all
}

func texts(m map[string]any) map[string]string {
	all := map[string]string{}
	for k, v := range m {
		if s, ok := v.(string); ok {
			all[k] = s
		}
	}
	return all
}

// secrets are the values of the Secrets that a text shows, as YAML or JSON, be
// it alone or between other text as in a here-document.
func secrets(s string) []string {
	all := jsonSecrets(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if indent, ok := kindSecret(l); ok {
			all = append(all, yamlSecret(lines, i, indent)...)
		}
	}
	return all
}

// jsonSecrets reads the objects of a text that start at a line.
func jsonSecrets(s string) []string {
	var all []string
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], '{')
		if i < 0 {
			return all
		}
		at += i
		if at > 0 && strings.TrimLeft(s[strings.LastIndexByte(s[:at], '\n')+1:at], " \t[,'") != "" {
			continue
		}
		var o object
		d := json.NewDecoder(strings.NewReader(s[at:]))
		if d.Decode(&o) == nil {
			all = append(all, o.values()...)
			at += int(d.InputOffset()) - 1
		}
	}
}

var kindLine = lazyregexp.New(`^([\s+>|#-]*)["']?kind["']?:\s*["']?Secret["']?\s*$`)

// kindSecret reports whether the line says that a manifest is a Secret, and what
// stands before it.
func kindSecret(l string) (indent string, ok bool) {
	m := kindLine.FindStringSubmatch(l)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// most is how many lines of a manifest are read before and after its kind.
const most = 500

// yamlSecret reads the manifest around the line at: lines that are indented as
// it is, or more. What stands before them, as in a difference, is left out.
func yamlSecret(lines []string, at int, indent string) []string {
	from, to := at, at+1
	for !item(lines[from], indent) && from > max(0, at-most) && inside(lines[from-1], indent) {
		from--
	}
	for to < min(len(lines), at+most) && inside(lines[to], indent) && !item(lines[to], indent) {
		to++
	}
	if values, ok := decoded(lines[from:to], indent); ok {
		return values
	}
	return pairs(lines[from:to])
}

// decoded reads a manifest with what may be above and below it; ok is false
// where it is not all there.
func decoded(lines []string, indent string) (values []string, ok bool) {
	var b strings.Builder
	for _, l := range lines {
		l = l[min(len(indent), len(l)):]
		switch starts := top.MatchString(l); {
		case b.Len() == 0 && !starts: // text above it
		case l == "" || starts || strings.IndexByte(" \t#", l[0]) >= 0:
			b.WriteString(l + "\n")
		case l == "...": // a part of it is left out
			return nil, false
		default:
			lines = nil // the end of a here-document
		}
		if lines == nil {
			break
		}
	}
	var o object
	err := yaml.Unmarshal([]byte(b.String()), &o)
	return o.values(), err == nil && o.Kind != ""
}

// top is how a line of a Secret starts that is not indented.
var top = lazyregexp.New(`^["']?(?:apiVersion|data|kind|metadata|stringData|type|immutable)["']?:`)

// inside reports whether a line may belong to a manifest with that indentation.
func inside(l, indent string) bool {
	if strings.TrimSpace(l) == "" {
		return true
	}
	return len(l) >= len(indent) && prefix(l[:len(indent)]) && strings.TrimSpace(l) != "---" && l != border
}

// item reports whether the line starts an item of a list of manifests.
func item(l, indent string) bool {
	return strings.TrimSpace(indent) == "" && len(l) > len(indent) && strings.Contains(l[:len(indent)], "-")
}

func prefix(s string) bool { return strings.Trim(s, " \t+->|#") == "" }

var pair = lazyregexp.New(`^[\s+>|#-]*["']?([\w.-]+)["']?:\s*(.*?)\s*$`)

// pairs reads the values of what is nearly a Secret, with elisions in it or cut.
func pairs(lines []string) []string {
	var all []string
	inside := ""
	for _, l := range lines {
		m := pair.FindStringSubmatch(l)
		switch {
		case m == nil:
		case m[2] == "":
			inside = m[1]
		case inside == "data":
			all = append(all, Values(map[string]string{m[1]: strings.Trim(m[2], `"'`)}, nil)...)
		case inside == "stringData":
			all = append(all, Values(nil, map[string]string{m[1]: strings.Trim(m[2], `"'`)})...)
		}
	}
	return all
}
