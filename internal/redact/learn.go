package redact

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A shape is a form that secrets have. Its first group is the secret where there
// is one. To look for one of the words first takes far less time.
type shape struct {
	re    *lazyregexp.Regexp
	words []string
}

func newShape(re string, words ...string) shape { return shape{lazyregexp.New(re), words} }

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
	newShape(`(?:AKIA|ASIA)[0-9A-Z]{16}`, "AKIA", "ASIA"),
	newShape(`(?i)secret_?access_?key["']?\s*[=:]\s*["']?([A-Za-z0-9/+=]{40})`, "ecret", "ECRET"),
	newShape(`gh[pousr]_[A-Za-z0-9]{30,}`, "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
	newShape(`github_pat_[A-Za-z0-9_]{22,}`, "github_pat_"),
	newShape(`glpat-[A-Za-z0-9_-]{20,}`, "glpat-"),
	newShape(`xox[abeprs]-[A-Za-z0-9-]{10,}`, "xox"),
	newShape(`AIza[0-9A-Za-z_-]{35}`, "AIza"),
	newShape(`dckr_pat_[A-Za-z0-9_-]{20,}`, "dckr_pat_"),
	newShape(`npm_[A-Za-z0-9]{36}`, "npm_"),
	newShape(`sk_live_[A-Za-z0-9]{20,}`, "sk_live_"),
	newShape(`hvs\.[A-Za-z0-9_-]{20,}`, "hvs."),
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
var literal = lazyregexp.New(`--(?:from-literal[= ]+["']?[^=\s"']+=|docker-password[= ]+)(?:'([^']*)'|"([^"$` + "`" + `]*)"|([^\s"'$` + "`" + `]+))`)

// border stands between texts that have nothing to do with each other.
const border = "\x00"

// Learn makes secret what the texts show to be so: the values in manifests of
// kind Secret and in commands that make one, tokens and keys by their form, what
// the patterns match; also where that is encoded or goes over several lines. Many
// texts at once take less time than one after the other.
func (r *Redactor) Learn(texts ...string) {
	if len(texts) > 1 { // output is often the same as what was expected
		texts = slices.Compact(slices.Sorted(slices.Values(texts)))
	}
	s := strings.Join(texts, "\n"+border+"\n")
	least := leastRun
	if len(r.patterns) > 0 {
		least = leastCore
	}
	look(s, func(v view) {
		r.learn(v.text)
		r.said(v.text)
		once := encoded(v.text, least)
		r.learn(once)
		r.learn(encoded(once, least)) // a Secret shows encoded what may have been so before
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
	if s == "" {
		return
	}
	for _, sh := range shapes {
		r.Add(sh.find(s)...)
	}
	for _, re := range r.patterns {
		for _, v := range matches(re, s) {
			if v = strings.TrimSpace(v); len(v) >= leastPlain {
				r.add(v)
			}
		}
	}
}

func (r *Redactor) said(s string) {
	for _, sh := range said {
		for _, v := range sh.find(s) {
			if random(v) {
				r.Add(v)
			}
		}
	}
}

// An expression is one of ours, or one of the configuration, which is compiled.
type expression interface {
	FindAllStringSubmatch(s string, n int) [][]string
}

// matches are what the first group of a pattern has matched, or all of it.
func matches(re expression, s string) []string {
	var all []string
	for _, m := range re.FindAllStringSubmatch(s, -1) {
		all = append(all, m[min(1, len(m)-1)])
	}
	return all
}

// leastRun is how long base64 has to be that may hold a token or a key; where
// there are patterns, which may match less, it is leastCore.
const leastRun = 22

// encoded is the texts that the text holds as base64, with a border after each.
// Where one begins is not known, as base64 may stand right behind other letters:
// it is read from four places on, and what cannot be read is a border, too.
func encoded(s string, least int) string {
	var all []byte
	for i := 0; i < len(s); i++ {
		from := i
		for i < len(s) && sextets[s[i]] >= 0 {
			i++
		}
		for shift := 0; shift < 4 && i-from >= least; shift++ {
			all = readable(all, s[from+shift:i])
		}
	}
	return string(all)
}

// readable adds what can be read of base64, if that is enough at one place.
func readable(all []byte, s string) []byte {
	start, longest, n := len(all), 0, 0
	bits, held := 0, 0
	for i := range len(s) {
		bits, held = bits<<6|int(sextets[s[i]]), held+6
		if held < 8 {
			continue
		}
		held -= 8
		c := byte(bits >> held)
		bits &= 1<<held - 1
		if n++; c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f {
			c, n = border[0], 0
		}
		longest = max(longest, n)
		all = append(all, c)
	}
	if longest < leastPlain {
		return all[:start]
	}
	return append(all, border[0])
}

// sextets are the values of the letters of both alphabets of base64, -1 for
// others.
var sextets = func() (v [256]int8) {
	for c := range v {
		v[c] = -1
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		v[c] = int8(i)
	}
	v['-'], v['_'] = v['+'], v['/']
	return v
}()

var pem = lazyregexp.New(`(?s)^-----BEGIN[^\n]*-----\n(.*?)\n?-----END`)

var word = lazyregexp.New(`[^\s"'{}\[\]:,=<>]+=*`)

// parts are what is secret on its own in a value that holds more: a line of a
// key, a password in JSON.
func parts(v string) []string {
	var all []string
	for _, w := range word.FindAllString(v, -1) {
		if random(w) {
			all = append(all, w)
		}
	}
	if m := pem.FindStringSubmatch(v); m != nil { // a key without its frame
		all = append(all, m[1])
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
	telling  = lazyregexp.New(`(?i)pass|auth$|token|secret|key$|credential`)
	assigned = lazyregexp.New(`(?im)^\s*[\w.-]*(?:pass\w*|token|secret|key|credentials?)\s*[:=]\s*(\S.*?)\s*$`)
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
