package match

import (
	"regexp"
	"strings"
)

// An atom is a piece of a line of the page: text that must come as it stands,
// or a value that matches by type.
type atom struct {
	text string
	kind *kind // nil: text
}

// A pattern is one line or cell of the page.
type pattern struct {
	text   string // as it stands
	plain  string // without indentation, runs of blanks as one
	indent int
	any    bool     // "..." alone: any lines
	parts  [][]atom // what stands between the "..." of the line; one without any

	// The last line that was looked at, and the verdict: output repeats itself.
	last    string
	verdict bool
	looked  bool
}

// A reading says what counts as a value in a line.
type reading struct {
	durations bool // of the kind that passes; in settings they must agree
	numbers   bool // every number does: the rule "like"
	flat      bool // JSON is read as lines
	cut       bool // tables end at "..."
}

// freely is how lines are read that belong to nothing else.
var freely = reading{durations: true}

// compile reads a line of the page.
func (r reading) compile(line string) *pattern {
	p := &pattern{text: line}
	p.plain, p.indent = squeeze(line)
	if p.any = elision(line); p.any {
		return p
	}
	spans := marked(p.plain)
	at := 0
	pieces := strings.Split(p.plain, dots)
	for i, piece := range pieces {
		l := lexer{reading: r, s: p.plain[:at+len(piece)], i: at, start: at, cut: i < len(pieces)-1, spans: spans}
		p.parts = append(p.parts, l.atoms())
		at += len(piece) + len(dots)
	}
	return p
}

// open lets anything stand before the pattern, or behind it.
func (p *pattern) open(before bool) {
	if p.any {
		return
	}
	nothing := [][]atom{{{}}}
	if before {
		p.parts = append(nothing, p.parts...)
	} else {
		p.parts = append(p.parts, nothing...)
	}
}

// A span is a value that the line as a whole makes one.
type span struct {
	from, to int
	kind     *kind
}

// Values that the words around them make volatile: durations in Envoy's access
// log, the thread in its own log, and what stands behind a key.
var (
	accessLog = regexp.MustCompile(`" (?:\d{1,3}|-) [^ "]+ (?:[^ "]+ [^ "]+ "[^"]*" )?\d+ \d+ (\d+) (\d+|-) "`)
	threadID  = regexp.MustCompile(`^\[\d{4}-\d\d-\d\d[ T][\d:.]+Z?\]\[(\d+)\]\[`)
	traced    = regexp.MustCompile(`^[{}] \[(\d+) bytes data\]$`)
	keyed     = regexp.MustCompile(`^(?:[<>*] |- )?["']?([A-Za-z][A-Za-z0-9 ./-]*?)["']?(?:: ?|', ?)["']?`)
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
	if loc := keyed.FindStringSubmatchIndex(s); loc != nil {
		key := strings.ToLower(strings.ReplaceAll(s[loc[2]:loc[3]], " ", ""))
		switch k := keys[key]; {
		case k != nil && loc[1] < len(s) && k.find(s, loc[1]) > 0:
			return []span{{loc[1], k.find(s, loc[1]), k}}
		case key == "set-cookie":
			if eq := strings.IndexByte(s[loc[1]:], '='); eq > 0 {
				from := loc[1] + eq + 1
				if to := cookieValue(s, from); to > 0 {
					return []span{{from, to, cookie}}
				}
			}
		}
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

var contentLength = regexp.MustCompile(`^(?:< )?[Cc]ontent-[Ll]ength: (\d+)$`)

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
	cut   bool // "..." stands behind the piece, perhaps in the middle of a word
	spans []span
	out   []atom
}

func (l *lexer) atoms() []atom {
	text := l.i
	for l.i < len(l.s) {
		k, end := l.value()
		if k == nil {
			l.i++
			continue
		}
		if text < l.i {
			l.out = append(l.out, atom{text: l.s[text:l.i]})
		}
		l.out = append(l.out, atom{l.s[l.i:end], k})
		l.i, text = end, end
	}
	if text < l.i || len(l.out) == 0 {
		l.out = append(l.out, atom{text: l.s[text:l.i]})
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
		if k, end := generated(s, i); k != nil && !(l.cut && end == len(s)) {
			return k, end
		}
		return nil, 0
	case s[i] == '"' && strings.HasSuffix(s[:i], "etag: "):
		return quoted, quotedText(s, i)
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
	if l.cut && hexPrefix(s, i) == len(s) && mixed(s[i:]) {
		return anyHash, len(s)
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
	}
	if l.numbers && isDigit(s[i]) {
		return l.number()
	}
	return nil, 0
}

// whole reports whether a value that ends there is not cut by "...".
func (l *lexer) whole(end int) bool { return !l.cut || end < len(l.s) }

// glued reports whether the word belongs to what stands before it: a version or
// a number with a point.
func (l *lexer) glued() bool {
	s, i := l.s, l.i
	return i > l.start+1 && s[i-1] == '.' && isDigit(s[i-2])
}

// port returns the port at the lexer's place, behind ':' or before "/TCP".
func (l *lexer) port() (*kind, int) {
	s, i := l.s, l.i
	if !isDigit(s[i]) {
		return nil, 0
	}
	if end := nodePort(s, i); end > 0 {
		if i > 0 && s[i-1] == ':' || end < len(s) && (strings.HasPrefix(s[end:], "/TCP") || strings.HasPrefix(s[end:], "/UDP")) && (i == 0 || s[i-1] == ' ') {
			return port, end
		}
	}
	if end := ephemeral(s, i); end > 0 && strings.HasSuffix(s[:i], ") port ") { // of curl -v
		return highPort, end
	} else if end > 0 && i > l.start && s[i-1] == ':' {
		last := len(l.out) - 1
		if last >= 0 && l.out[last].kind == nil && last > 0 && l.out[last].text == ":" {
			last--
		}
		if last >= 0 && l.out[last].kind != nil && l.out[last].kind.name == "IP address" || special(s, i-1) {
			return highPort, end
		}
	}
	return nil, 0
}

// settings are words whose duration is a setting, and must agree.
var settings = regexp.MustCompile(`(?i)(timeout|interval|delay|period|ttl|deadline|grace|backoff|window|limit|expir\w*|every|cpu|memory|requests?|max|min)\W{0,3}$`)

// setting is a line as YAML has it; progress the keys that only look like one.
var (
	setting  = regexp.MustCompile(`^(?:- )*["']?[a-z][\w./-]*["']?: ["']?$`)
	progress = regexp.MustCompile(`(?i)(time|elapsed|took|total|age|uptime|latency|duration|ago|since)["']?[:=] ?["']?$`)
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

// line reports whether the pattern accepts a line, indentation apart.
func (p *pattern) line(plain string) bool {
	if p.plain == plain || p.any {
		return true
	}
	if len(p.parts) == 1 && len(p.parts[0]) == 1 && p.parts[0][0].kind == nil {
		return false
	}
	if !p.looked || p.last != plain {
		p.last, p.verdict, p.looked = plain, p.accepts(plain), true
	}
	return p.verdict
}

// accepts takes each part at the first place where it fits; a later place would
// leave less room.
func (p *pattern) accepts(s string) bool {
	if p.any {
		return true
	}
	at := fit(p.parts[0], s, 0)
	if len(p.parts) == 1 || at < 0 {
		return at == len(s)
	}
	last := len(p.parts) - 1
	for _, part := range p.parts[1:last] {
		if _, at = find(part, s, at, false); at < 0 {
			return false
		}
	}
	_, end := find(p.parts[last], s, at, true)
	return end == len(s)
}

// fit returns where atoms end that start at s[i], or -1.
func fit(atoms []atom, s string, i int) int {
	for _, a := range atoms {
		end := -1
		if a.kind != nil && i < len(s) {
			end = a.kind.take(s, i)
		}
		if end < 0 && strings.HasPrefix(s[i:], a.text) {
			end = i + len(a.text)
		}
		if end < 0 {
			return -1
		}
		i = end
	}
	return i
}

// find returns the first place from s[i] on where atoms fit, to the end of s if
// last.
func find(atoms []atom, s string, i int, last bool) (from, to int) {
	first := atoms[0]
	if first.kind == nil && len(atoms) == 1 && last {
		if strings.HasSuffix(s[i:], first.text) {
			return len(s) - len(first.text), len(s)
		}
		return -1, -1
	}
	for ; i <= len(s); i++ {
		if first.kind == nil {
			n := strings.Index(s[i:], first.text)
			if n < 0 {
				return -1, -1
			}
			i += n
		} else if i > 0 && i < len(s) && isWord(s[i]) && isWord(s[i-1]) && !strings.HasPrefix(s[i:], first.text) {
			continue // values start where words do
		}
		if to := fit(atoms, s, i); to >= 0 && (!last || to == len(s)) {
			return i, to
		}
	}
	return -1, -1
}
