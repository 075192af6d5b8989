package match

import (
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A span is a value that the line as a whole makes one.
type span struct {
	from, to int
	kind     *kind
}

// Values that the words around them make volatile: durations in Envoy's access
// log, the thread in its own log, and what stands behind a key.
var (
	accessLog = lazyregexp.New(`" (?:\d{1,3}|-) [^ "]+ (?:[^ "]+ [^ "]+ "[^"]*" )?\d+ \d+ (\d+) (\d+|-) "`)
	threadID  = lazyregexp.New(`^\[\d{4}-\d\d-\d\d[ T][\d:.]+Z?\]\[(\d+)\]\[`)
	traced    = lazyregexp.New(`^[{}] \[(\d+) bytes data\]$`)
	keyed     = lazyregexp.New(`^(?:[<>*] |- )?["']?([A-Za-z][A-Za-z0-9 ./-]*?)["']?(?:: ?|', ?)()["']?`)
)

// keys are the keys whose value is no setting, in small letters without blanks.
var keys = map[string]*kind{
	"resourceversion": number, "generation": number, "observedgeneration": number, "restartcount": restart,
	"age": number, "etag": quoted, "x-envoy-upstream-service-time": number, "x-response-time": number, "x-runtime": number,
}

// marked finds the spans of a line.
func marked(s string) []span {
	var spans []span
	add := func(loc []int, group int, k *kind) {
		if loc != nil && loc[2*group] >= 0 && s[loc[2*group]] != '-' {
			spans = append(spans, span{loc[2*group], loc[2*group+1], k})
		}
	}
	if sp, ok := valueOf(s); ok {
		return []span{sp}
	}
	if strings.HasSuffix(s, "bytes data]") { // what curl -v says of TLS
		add(traced.FindStringSubmatchIndex(s), 1, number)
	}
	if strings.HasPrefix(s, "[") {
		add(threadID.FindStringSubmatchIndex(s), 1, number)
	}
	if strings.Contains(s, `" `) {
		loc := accessLog.FindStringSubmatchIndex(s)
		add(loc, 1, number)
		add(loc, 2, number)
	}
	return spans
}

// valueOf returns the value behind a key, where the key says that it differs
// from run to run.
func valueOf(s string) (span, bool) {
	loc := keyed.FindStringSubmatchIndex(s)
	if loc == nil || loc[1] == len(s) {
		return span{}, false
	}
	from := loc[1]
	key := strings.ToLower(strings.ReplaceAll(s[loc[2]:loc[3]], " ", ""))
	k := keys[key]
	switch key {
	case "etag":
		from = loc[4]
	case "set-cookie":
		from, k = from+strings.IndexByte(s[from:], '=')+1, cookie
	}
	if k == nil || k.find(s, from) < 0 {
		return span{}, false
	}
	return span{from, k.find(s, from), k}, true
}

var contentLength = lazyregexp.New(`^(?:< )?[Cc]ontent-[Ll]ength: (\d+)$`)

// length lets the length of a body differ where the body follows: it is compared
// itself, and values of one type are not all of one length.
func (p *pattern) length(behind []string) {
	loc := contentLength.FindStringSubmatchIndex(p.plain)
	if loc == nil {
		return
	}
	for i, l := range behind {
		if l = strings.TrimSpace(l); l != "" && l != "<" {
			continue
		}
		for _, l := range behind[i+1:] {
			if l != "" && !strings.HasPrefix(l, "*") && !strings.HasPrefix(l, "{ [") {
				p.parts = [][]atom{{{text: p.plain[:loc[2]]}, {p.plain[loc[2]:], number}}}
				return
			}
		}
		return
	}
}

// A lexer cuts a piece of a line into atoms.
type lexer struct {
	reading
	s     string // the line up to the end of the piece
	start int    // of the piece
	i     int
	torn  bool // "..." stands behind the piece, perhaps in the middle of a word
	text  int  // where text starts that is no atom yet
	spans []span
	out   []atom
}

func (l *lexer) atoms() []atom {
	l.text = l.i
	for l.i < len(l.s) {
		k, end := l.value()
		if k == nil {
			l.i++
			continue
		}
		if l.text < l.i {
			l.out = append(l.out, atom{text: l.s[l.text:l.i]})
		}
		l.out = append(l.out, atom{l.s[l.i:end], k})
		l.i, l.text = end, end
	}
	if l.text < l.i || len(l.out) == 0 {
		l.out = append(l.out, atom{text: l.s[l.text:l.i]})
	}
	return l.out
}

// value returns the value that starts at the lexer's place, nil where none does.
func (l *lexer) value() (*kind, int) {
	s, i := l.s, l.i
	for _, sp := range l.spans {
		if sp.from == i && sp.to <= len(s) {
			return sp.kind, sp.to
		}
	}
	switch {
	case s[i] == '-':
		if k, end := generated(s, i); k != nil && !(l.torn && end == len(s)) {
			return k, end
		}
		return nil, 0
	case i > l.start && isWord(s[i-1]):
		if s[i-1] == '_' && isHex(s[i]) && uuid(s, i) > 0 {
			return anyUUID, uuid(s, i)
		}
		return nil, 0
	}
	return l.word()
}

// word returns the value that a word is.
func (l *lexer) word() (*kind, int) {
	s, i := l.s, l.i
	if k, end := l.port(); k != nil {
		return k, end
	}
	if !isWord(s[i]) {
		return nil, 0
	}
	if l.torn && hexPrefix(s, i) == len(s) && mixed(s[i:]) {
		return anyHash, len(s)
	}
	if l.torn && token(s, i) == len(s) {
		return anyToken, len(s)
	}
	if !l.glued() {
		for _, k := range kinds {
			if end := k.find(s, i); end > 0 && l.whole(end) {
				return k, end
			}
		}
		if end := hexDigest(s, i); end > 0 && l.whole(end) {
			return hash(end - i), end
		}
	}
	if l.durations {
		if end := elapsed(s, i); end > 0 && l.whole(end) && l.passes() {
			return duration, end
		}
		if end := aboutAgo(s, i); end > 0 && l.whole(end) {
			return ago, end
		}
		if end := longAgo(s, i); end > 0 && l.whole(end) && strings.HasSuffix(s[:i], "Up ") { // of docker ps
			return ago, end
		}
	}
	if l.numbers && isDigit(s[i]) {
		return l.number()
	}
	return nil, 0
}

// whole reports whether a value that ends there is not cut by "...".
func (l *lexer) whole(end int) bool { return !l.torn || end < len(l.s) }

// glued reports whether the word belongs to what stands before it: a version or
// a number with a point.
func (l *lexer) glued() bool {
	s, i := l.s, l.i
	return i > l.start+1 && s[i-1] == '.' && isDigit(s[i-2])
}

// port returns the port at the lexer's place: a node port behind ':' or before
// "/TCP", a source port behind an address.
func (l *lexer) port() (*kind, int) {
	s, i := l.s, l.i
	if !isDigit(s[i]) {
		return nil, 0
	}
	colon := i > l.start && s[i-1] == ':'
	if end := nodePort(s, i); end > 0 {
		protocol := strings.HasPrefix(s[end:], "/TCP") || strings.HasPrefix(s[end:], "/UDP")
		if colon || protocol && (i == 0 || s[i-1] == ' ') {
			return port, end
		}
	}
	if end := ephemeral(s, i); end > 0 && (colon && l.behindAddress() || strings.HasSuffix(s[:i], ") port ")) { // of curl -v
		return highPort, end
	}
	return nil, 0
}

// behindAddress reports whether the ':' before the lexer's place stands behind
// an address.
func (l *lexer) behindAddress() bool {
	if n := len(l.out); n > 0 && l.text == l.i-1 && l.out[n-1].kind.name == "IP address" {
		return true
	}
	return special(l.s, l.i-1)
}

// settings are words whose duration is a setting, and must agree.
var settings = lazyregexp.New(`(?i)(timeout|interval|delay|period|ttl|deadline|grace|backoff|window|limit|expir\w*|every|cpu|memory|requests?|max|min)\W{0,3}$`)

// setting is a line as YAML has it; progress the keys that only look like one.
var (
	setting  = lazyregexp.New(`^(?:- )*["']?[a-z][\w./-]*["']?: ["']?$`)
	progress = lazyregexp.New(`(?i)(time|elapsed|took|total|age|uptime|latency|duration|ago|since)["']?[:=] ?["']?$`)
)

// passes reports whether a duration at the lexer's place is time that has
// passed, and no setting.
func (l *lexer) passes() bool {
	s, i := l.s, l.i
	if i > l.start && strings.IndexByte(" ([{<>~\"',;:=", s[i-1]) < 0 {
		return false
	}
	before := s[max(i-64, 0):i]
	if settings.MatchString(before) {
		return false
	}
	return progress.MatchString(before) || !strings.HasSuffix(before, "=") && (i > 64 || !setting.MatchString(before))
}

// number returns a number, which the rule "like" does not compare. Parts of
// fractions such as 1/2, and of names and versions, are none.
func (l *lexer) number() (*kind, int) {
	s, i := l.s, l.i
	end := figure(s, i)
	if end < 0 || !l.whole(end) || i > 0 && strings.IndexByte("/-.", s[i-1]) >= 0 || end < len(s) && strings.IndexByte("/-", s[end]) >= 0 {
		return nil, 0
	}
	return &kind{name: "number", find: figure, take: figure}, end
}

var figure = regular(`\d+(?:\.\d+)?(?:e[+-]?\d+)?`)
