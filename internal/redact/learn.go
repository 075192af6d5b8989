package redact

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A shape is a form that secrets have. Its first group is the secret where there
// is one. To look for one of the words first takes far less time.
type shape struct {
	re    *regexp.Regexp
	words []string
}

func newShape(re string, words ...string) shape { return shape{regexp.MustCompile(re), words} }

// find returns the secrets of that shape in a text.
func (sh shape) find(s string) []string {
	if !slices.ContainsFunc(sh.words, func(w string) bool { return strings.Contains(s, w) }) {
		return nil
	}
	return matches(sh.re, s)
}

// shapes are those that are certain.
var shapes = []shape{
	newShape(`eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`, "eyJ"),
	newShape(`(?i)\bbearer\s+([A-Za-z0-9._~+/-]{16,}=*)`, "earer", "EARER"),
	newShape(`(?i)authorization:\s*basic\s+([A-Za-z0-9+/_-]{8,}=*)`, "asic", "ASIC"),
	newShape(`-----BEGIN[A-Z0-9 ]*PRIVATE ?KEY-----(?:[^-\x00]|-[^-\x00])*(?:-----END[A-Z0-9 ]*PRIVATE ?KEY-----)?`, "-----BEGIN"),
	newShape(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`, "AKIA", "ASIA"),
	newShape(`(?i)secret_?access_?key["']?\s*[=:]\s*["']?([A-Za-z0-9/+=]{40})`, "ecret", "ECRET"),
	newShape(`\bgh[pousr]_[A-Za-z0-9]{30,}`, "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
	newShape(`\bgithub_pat_[A-Za-z0-9_]{22,}`, "github_pat_"),
	newShape(`\bglpat-[A-Za-z0-9_-]{20,}`, "glpat-"),
	newShape(`\bxox[abeprs]-[A-Za-z0-9-]{10,}`, "xox"),
	newShape(`\bAIza[0-9A-Za-z_-]{35}`, "AIza"),
	newShape(`\bdckr_pat_[A-Za-z0-9_-]{20,}`, "dckr_pat_"),
	newShape(`\bnpm_[A-Za-z0-9]{36}`, "npm_"),
	newShape(`\bsk_live_[A-Za-z0-9]{20,}`, "sk_live_"),
	newShape(`\bhvs\.[A-Za-z0-9_-]{20,}`, "hvs."),
	newShape(`--token[= ]+([a-z0-9]{6}\.[a-z0-9]{16})\b`, "--token"), // kubeadm
}

// said are values that a key or a flag calls secret; they are if they look like
// keys, as they may as well be names or places of secrets.
var said = []shape{
	newShape(`(?i)["']?\b(?:client-key-data|(?:id|access|refresh|auth)[-_]?token|token|passw(?:or)?d|pass|auth|client[-_]?secret|(?:api|secret|private)[-_]?key)["']?\s*[:=]\s*["']?([^\s"'<>${}(),]{8,})`,
		"oken", "OKEN", "ass", "ASS", "auth", "AUTH", "ecret", "ECRET", "key", "Key", "KEY"),
	newShape(`--(?:docker-password|password|token|client-secret)[= ]["']?([^\s"'<>$-][^\s"'<>$]{7,})`, "--"),
}

// literal finds the values that a command makes a Secret of.
var literal = regexp.MustCompile(`--(?:from-literal[= ]+["']?[^=\s"']+=|docker-password[= ]+)(?:'([^']*)'|"([^"$` + "`" + `]*)"|([^\s"'$` + "`" + `]+))`)

// border stands between texts that have nothing to do with each other.
const border = "\x00"

// Learn makes secret what the texts show to be so: the values in manifests of
// kind Secret and in commands that make one, tokens and keys by their form, what
// the patterns match; also where that is encoded or goes over several lines. Many
// texts at once take less time than one after the other.
func (r *Redactor) Learn(texts ...string) {
	s := strings.Join(texts, "\n"+border+"\n")
	look(s, func(v view) {
		r.learn(v.text)
		for _, raw := range encoded(v.text) {
			r.learn(raw)
		}
	})
	if strings.Contains(s, "Secret") {
		r.Add(secrets(s)...)
	}
	if strings.Contains(s, "create secret") {
		for _, m := range literal.FindAllStringSubmatch(s, -1) {
			r.Add(m[1] + m[2] + m[3])
		}
	}
}

func (r *Redactor) learn(s string) {
	for _, sh := range shapes {
		r.Add(sh.find(s)...)
	}
	for _, sh := range said {
		for _, v := range sh.find(s) {
			if random(v) {
				r.Add(v)
			}
		}
	}
	for _, re := range r.patterns {
		for _, v := range matches(re, s) {
			if v = strings.TrimSpace(v); len(v) >= leastPlain {
				r.add(v)
			}
		}
	}
}

// matches are what the first group of a pattern has matched, or all of it.
func matches(re *regexp.Regexp, s string) []string {
	var all []string
	for _, m := range re.FindAllStringSubmatch(s, -1) {
		all = append(all, m[min(1, len(m)-1)])
	}
	return all
}

// leastRun is how long base64 has to be that may hold a token or a key.
const leastRun = 24

// encoded are the texts that the text holds as base64.
func encoded(s string) []string {
	var all []string
	for i := 0; i < len(s); {
		from := i
		for i < len(s) && inBase64[s[i]] {
			i++
		}
		for shift := range 4 {
			if i-from < leastRun {
				break
			}
			if raw, ok := decode(s[from+shift : i]); ok && text(raw) {
				all = append(all, string(raw))
			}
		}
		i++
	}
	return all
}

// inBase64 says which bytes stand in base64, of either alphabet.
var inBase64 = func() (is [256]bool) {
	for c := range is {
		is[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+/-_", byte(c)) >= 0
	}
	return is
}()

// decode reads base64 of any sort; what is too much at its end is left out.
func decode(s string) ([]byte, bool) {
	s = strings.NewReplacer("-", "+", "_", "/", "\n", "", " ", "").Replace(strings.TrimRight(strings.TrimSpace(s), "="))
	if len(s)%4 == 1 {
		s = s[:len(s)-1]
	}
	raw, err := base64.RawStdEncoding.DecodeString(s)
	return raw, err == nil && len(raw) > 0
}

// text reports whether nearly all of it can be read.
func text(raw []byte) bool {
	bad := 0
	for i := 0; i < len(raw); {
		c, n := utf8.DecodeRune(raw[i:])
		if c == utf8.RuneError || c < ' ' && c != '\n' && c != '\t' && c != '\r' {
			bad++
		}
		i += n
	}
	return bad*10 <= len(raw)
}

var word = regexp.MustCompile(`[^\s"'{}\[\]:,=<>]+=*`)

// parts are what is secret on its own in a value that holds more: a line of a
// key, a password in JSON.
func parts(v string) []string {
	var all []string
	for _, w := range word.FindAllString(v, -1) {
		if random(w) {
			all = append(all, w)
		}
	}
	var doc any
	if json.Unmarshal([]byte(v), &doc) == nil {
		all = append(all, sensitive(doc, false)...)
	}
	for _, m := range assigned.FindAllStringSubmatch(v, -1) {
		all = append(all, strings.Trim(m[1], `"'`))
	}
	return all
}

var (
	telling  = regexp.MustCompile(`(?i)pass|auth$|token|secret|key$|credential`)
	assigned = regexp.MustCompile(`(?im)^\s*[\w.-]*(?:pass\w*|token|secret|key|credentials?)\s*[:=]\s*(\S.*?)\s*$`)
)

// sensitive are the texts in a document whose keys call them secret.
func sensitive(v any, told bool) []string {
	var all []string
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			all = append(all, sensitive(e, telling.MatchString(k))...)
		}
	case []any:
		for _, e := range v {
			all = append(all, sensitive(e, told)...)
		}
	case string:
		if told {
			all = append(all, v)
		}
	}
	return all
}
