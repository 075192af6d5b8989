// Package redact keeps secrets out of what is written: reports, logs, the cache.
// It takes the values that are secret, learns more by their form, and gives
// texts in which none of them is left, in plain or encoded.
package redact

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Mark stands where a secret was.
const Mark = "[redacted]"

// A Redactor knows secrets and takes them out of texts: in plain, as base64 of
// either alphabet at any place in what was encoded, percent-encoded, with JSON's
// escapes, and over several lines. It is safe for concurrent use.
type Redactor struct {
	patterns []*regexp.Regexp
	mu       sync.RWMutex
	known    map[string]bool
	finder   finder
}

// New makes a Redactor that takes what patterns match for secret, too: their
// first group where they have one, else all of it.
func New(patterns ...*regexp.Regexp) *Redactor {
	return &Redactor{patterns: patterns, known: map[string]bool{}}
}

// Add makes values secret, but for those that Harmless speaks of. Lines of a
// value of several lines are secret on their own where they look like keys.
func (r *Redactor) Add(values ...string) {
	for _, v := range values {
		if v = strings.TrimSpace(v); !Harmless(v) {
			r.add(v)
		}
	}
}

// add makes a value secret whatever it is, from four bytes on.
func (r *Redactor) add(v string) {
	r.mu.Lock()
	seen := r.known[v]
	r.known[v] = true
	if !seen {
		for _, n := range needles(v) {
			r.finder.add(n)
		}
	}
	r.mu.Unlock()
	if seen {
		return
	}
	if strings.ContainsAny(v, "\n{=: ") { // something with secrets in it
		for _, part := range parts(v) {
			r.Add(part)
		}
	}
	r.learn(encoded(v, leastRun)) // how it looks once it is decoded
}

// Text learns from the text and returns it as Replace does.
func (r *Redactor) Text(s string) string {
	r.Learn(s)
	return r.Replace(s)
}

// Replace returns the text with a Mark for every secret that is known. Where
// there is none in it, that is the text itself.
func (r *Redactor) Replace(s string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var found []span
	look(s, func(v view) { found = r.finder.find(v, found) })
	found = r.finder.ends(s, found)
	return replace(s, found)
}

// replace puts a Mark for each span, and one for spans that touch.
func replace(s string, found []span) string {
	if len(found) == 0 {
		return s
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	at := 0
	for i := 0; i < len(found); {
		from, to := found[i].from, found[i].to
		for i++; i < len(found) && found[i].from <= to; i++ {
			to = max(to, found[i].to)
		}
		b.WriteString(s[at:from])
		b.WriteString(Mark)
		at = to
	}
	b.WriteString(s[at:])
	return b.String()
}

// A span is the bytes from from up to to.
type span struct{ from, to int }

// leastCore is how long the part of a base64 text has to be that does not depend
// on what was encoded before and after.
const leastCore = 6

// needles are the ways in which a value is looked for. Views have done away with
// escapes, percent signs and line breaks before.
func needles(v string) []string {
	all := []string{v, squeezed(v), strings.ReplaceAll(v, " ", "+")} // the last as in a query
	forms := []string{v, v + "\n"}
	if j, err := json.Marshal(v); err == nil {
		forms = append(forms, string(j[1:len(j)-1]))
	}
	forms = append(forms, url.QueryEscape(v), url.PathEscape(v))
	once := base64.StdEncoding.EncodeToString([]byte(v))
	forms = append(forms, once, base64.StdEncoding.EncodeToString([]byte(v+"\n")))
	slices.Sort(forms)
	for _, f := range slices.Compact(forms) {
		all = append(all, cores(f)...)
	}
	all = append(all, once)
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(n string) bool { return len(n) < leastPlain })
}

// cores are the parts of the base64 of v that are the same whatever stands before
// and after v in what is encoded, for each place of v in a group of three bytes.
func cores(v string) []string {
	var all []string
	for shift := range 3 {
		padded := append(make([]byte, shift), v...)
		first := []int{0, 2, 3}[shift] // characters that hold bits of what comes before
		bits := 8 * len(padded) / 6    // characters without bits of what comes after
		if len(padded) < 3 || bits-first < leastCore {
			continue
		}
		for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			all = append(all, e.EncodeToString(padded)[first:bits])
		}
	}
	return all
}

// A finder finds any of many texts. The first four bytes of each lead to it.
type finder struct {
	byHead map[[4]byte][]string
	heads  [1 << 10]uint64 // which hashes of heads there are, as bits
	all    []string
}

func hash(a, b, c, d byte) uint32 {
	return (uint32(a) | uint32(b)<<8 | uint32(c)<<16 | uint32(d)<<24) * 2654435761 >> 16
}

func (f *finder) add(n string) {
	if f.byHead == nil {
		f.byHead = map[[4]byte][]string{}
	}
	head := [4]byte([]byte(n[:4]))
	if slices.Contains(f.byHead[head], n) {
		return
	}
	f.byHead[head] = append(f.byHead[head], n)
	h := hash(n[0], n[1], n[2], n[3])
	f.heads[h>>6] |= 1 << (h & 63)
	f.all = append(f.all, n)
}

// find adds the places of the view's text that hold one of the texts.
func (f *finder) find(v view, found []span) []span {
	t := v.text
	for i := 0; i+4 <= len(t); i++ {
		h := hash(t[i], t[i+1], t[i+2], t[i+3])
		if f.heads[h>>6]&(1<<(h&63)) == 0 {
			continue
		}
		for _, n := range f.byHead[[4]byte([]byte(t[i:i+4]))] {
			if strings.HasPrefix(t[i:], n) {
				found = append(found, v.span(i, i+len(n)))
			}
		}
	}
	return found
}

// cutMark stands in messages where a value has been shortened.
const cutMark = "…"

// ends adds what is left of a secret beside a cutMark.
func (f *finder) ends(s string, found []span) []span {
	for at := 0; ; at += len(cutMark) {
		i := strings.Index(s[at:], cutMark)
		if i < 0 {
			return found
		}
		at += i
		from, to := at, at+len(cutMark)
		for n := leastCore; n <= at && f.holds(s[at-n:at]); n++ {
			from = at - n
		}
		for n := leastCore; to+n <= len(s) && f.holds(s[at+len(cutMark):at+len(cutMark)+n]); n++ {
			found = append(found, span{at, at + len(cutMark) + n})
		}
		if from < at {
			found = append(found, span{from, at})
		}
	}
}

// holds reports whether the text is a part of a secret.
func (f *finder) holds(part string) bool {
	return slices.ContainsFunc(f.all, func(n string) bool { return strings.Contains(n, part) })
}
