package match

import (
	"net/netip"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A kind is a type of value that differs from run to run and matches by type.
//
// find is careful: it says where a value of the kind ends that stands in the
// page at s[i], or -1. take is complete: it says the same of output, for every
// value that a cluster can make, where the page has one of the kind.
type kind struct {
	name       string
	form       string // tells kinds of one name apart
	find, take func(s string, i int) int
}

// The kinds that can start at the start of a word, in the order in which they
// are looked for.
var kinds = append(append([]*kind{{name: "serial number", form: "hex", find: hexPairs, take: hexPairs}}, times...),
	anyUUID,
	&kind{name: "count of events", find: events, take: events},
	&kind{name: "restarts", find: restarts, take: restarts},
	&kind{name: "IP address", find: ipv4, take: ipv4},
	&kind{name: "IP address", form: "6", find: ipv6, take: ipv6},
	&kind{name: "node address", find: dashed, take: dashed},
	&kind{name: "serial number", find: serial, take: longNumber},
	&kind{name: "pointer", find: pointer, take: pointer},
	&kind{name: "template hash", find: loneHash, take: templateHash},
	anyToken,
	&kind{name: "key", find: base64, take: longKey},
)

// Kinds that other places in a line make.
var (
	number   = &kind{name: "number", find: digits, take: digits}
	restart  = &kind{name: "restarts", find: digits, take: restartsOf}
	quoted   = &kind{name: "quoted text", find: quotedText, take: quotedText}
	cookie   = &kind{name: "cookie", find: cookieValue, take: cookieValue}
	duration = &kind{name: "duration", find: elapsed, take: elapsed}
	ago      = &kind{name: "duration", find: longAgo, take: longAgo}
	port     = &kind{name: "node port", find: nodePort, take: nodePort}
	highPort = &kind{name: "port", find: ephemeral, take: ephemeral}
	anyUUID  = &kind{name: "UUID", find: uuid, take: uuid}
	anyToken = &kind{name: "token", find: token, take: token}
	anyHash  = &kind{name: "hash", find: hexDigest, take: hexPrefix}
)

// regular makes a kind of an expression for a whole word.
func regular(expr string) func(s string, i int) int {
	re := lazyregexp.New("^(?:" + expr + ")")
	return func(s string, i int) int {
		if i >= len(s) {
			return -1
		}
		loc := re.FindStringIndex(s[i:])
		if loc == nil || !ends(s, i+loc[1]) {
			return -1
		}
		return i + loc[1]
	}
}

const (
	months   = `(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`
	weekdays = `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)`
	clock    = `\d\d:\d\d:\d\d(?:[.,]\d+)?`
	zones    = `(?:UTC|GMT|[AECMP][SD]T|IST|CET|CEST|EET|EEST|BST|WEST|WET|MSK|JST|KST|HKT|SGT|A[CEW][SD]T|NZ[SD]T)`
	dur      = `(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h|d|w|y))+`
)

// times are the ways to write a time. One does not match another: a program
// does not change its format from run to run.
var times = []*kind{
	moment(`\d{4}-\d\d-\d\d[T ]` + clock + `(?: ?(?:Z|[+-]\d\d:?\d\d))?(?: ` + zones + `)?`),
	moment(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)?`),
	moment(`\d{4}-\d\d-\d\d`),
	moment(`\d{4}/\d\d/\d\d ` + clock),
	moment(`\d\d/` + months + `/\d{4}:` + clock + `(?: [+-]\d{4})?`),
	moment(weekdays + `, \d{1,2} ` + months + ` \d{4} ` + clock + `(?: (?:` + zones + `|[+-]\d{4}))?`),
	moment(weekdays + ` ` + months + ` \d{1,2} ` + clock + `(?: ` + zones + `| [+-]\d{4})? \d{4}`),
	moment(weekdays + ` \d{1,2} ` + months + ` \d{4} ` + clock + `(?: [AP]M)?(?: ` + zones + `)?`),
	moment(months + ` \d{1,2} ` + clock + ` \d{4}(?: ` + zones + `)?`),
	moment(months + ` \d{1,2} ` + clock),
	moment(months + ` \d{1,2} (?:\d\d:\d\d|\d{4})`),
	moment(`[IWEF]\d{4} ` + clock + `(?: +\d+)?`),
	moment(`\d{1,3}:\d\d:\d\d(?:[.,]\d+)?`),
	moment(`1[4-9]\d{8}(?:\.\d+)?`), // seconds since 1970: 2014 to 2033
	moment(`1[4-9]\d{11}`),
}

// moment makes the kind of one way to write a time.
func moment(expr string) *kind {
	find := regular(expr)
	quick := func(s string, i int) int {
		if i+7 > len(s) || !isDigit(s[i]) && !isUpper(s[i]) {
			return -1
		}
		return find(s, i)
	}
	return &kind{name: "time", find: quick, take: quick}
}

var (
	elapsed    = numbered(regular(dur))
	longAgo    = regular(`(?:About |about |Less than )?(?:an?|\d+) (?:second|minute|hour|day|week|month|year)s?(?: ago)?`)
	aboutAgo   = regular(`(?:About |about |Less than )?(?:an?|\d+) (?:second|minute|hour|day|week|month|year)s? ago`)
	restartsAt = lazyregexp.New(`^\d+ \(` + dur + ` ago\)`)
	eventsAt   = lazyregexp.New(`^` + dur + ` \(x\d+ over ` + dur + `\)`)
	overAt     = lazyregexp.New(`^x\d+ over ` + dur)
)

// numbered asks take only where a number starts.
func numbered(take func(s string, i int) int) func(s string, i int) int {
	return func(s string, i int) int {
		if i >= len(s) || !isDigit(s[i]) {
			return -1
		}
		return take(s, i)
	}
}

// restarts are "3 (5m ago)".
func restarts(s string, i int) int {
	if !isDigit(s[i]) {
		return -1
	}
	return at(restartsAt, s, i)
}

// restartsOf are "3" or "3 (5m ago)".
func restartsOf(s string, i int) int {
	if end := restarts(s, i); end > 0 {
		return end
	}
	return digits(s, i)
}

// events are "5m (x3 over 10m)" and, where an age stands before it that is its
// own value, "x3 over 10m".
func events(s string, i int) int {
	switch {
	case isDigit(s[i]):
		return at(eventsAt, s, i)
	case s[i] == 'x':
		return at(overAt, s, i)
	}
	return -1
}

func at(re *lazyregexp.Regexp, s string, i int) int {
	if loc := re.FindStringIndex(s[i:]); loc != nil {
		return i + loc[1]
	}
	return -1
}

func digits(s string, i int) int {
	if end := run(s, i, isDigit); end > i && ends(s, end) {
		return end
	}
	return -1
}

func quotedText(s string, i int) int {
	if strings.HasPrefix(s[i:], "W/") {
		i += 2
	}
	if i+1 >= len(s) || s[i] != '"' {
		return -1
	}
	if n := strings.IndexByte(s[i+1:], '"'); n > 0 {
		return i + n + 2
	}
	return -1
}

func cookieValue(s string, i int) int {
	if end := run(s, i, func(c byte) bool { return c != ';' && c != ' ' }); end > i {
		return end
	}
	return -1
}

func isHex(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' }

func uuid(s string, i int) int {
	for n, size := range [...]int{8, 4, 4, 4, 12} {
		if n > 0 {
			if i >= len(s) || s[i] != '-' {
				return -1
			}
			i++
		}
		end := run(s, i, func(c byte) bool { return isHex(c) || 'A' <= c && c <= 'F' })
		if end-i != size {
			return -1
		}
		i = end
	}
	if !ends(s, i) {
		return -1
	}
	return i
}

// fixed are addresses that mean something: this machine, every address, the
// metadata service. They match only themselves.
func fixed(a netip.Addr) bool {
	return a.IsUnspecified() || a.IsLoopback() || a.IsLinkLocalUnicast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

func ipv4(s string, i int) int {
	return address(s, i, func(c byte) bool { return isDigit(c) || c == '.' })
}

func ipv6(s string, i int) int {
	return address(s, i, func(c byte) bool { return isHex(c) || 'A' <= c && c <= 'F' || c == ':' })
}

func address(s string, i int, in func(byte) bool) int {
	end := run(s, i, in)
	for end > i && s[end-1] == '.' { // the end of a sentence, or a name behind it
		end--
	}
	if end-i < 6 || end-i > 45 || !ends(s, end) {
		return -1
	}
	a, err := netip.ParseAddr(s[i:end])
	if err != nil || fixed(a) {
		return -1
	}
	return end
}

// special reports whether an address that matches only itself ends before s[i];
// what stands behind it is a port all the same.
func special(s string, i int) bool {
	start := i
	for start > 0 && (isDigit(s[start-1]) || s[start-1] == '.') {
		start--
	}
	a, err := netip.ParseAddr(s[start:i])
	return err == nil && a.Is4() || strings.HasSuffix(s[:i], "localhost")
}

var dashed = regular(`ip-\d{1,3}-\d{1,3}-\d{1,3}-\d{1,3}`)

// portNumber returns the end and value of a number of five digits at s[i].
func portNumber(s string, i int) (end, n int) {
	end = run(s, i, isDigit)
	if end-i != 5 || !ends(s, end) {
		return -1, 0
	}
	for _, c := range s[i:end] {
		n = n*10 + int(c-'0')
	}
	return end, n
}

func nodePort(s string, i int) int {
	if end, n := portNumber(s, i); 30000 <= n && n <= 32767 {
		return end
	}
	return -1
}

func ephemeral(s string, i int) int {
	if end, n := portNumber(s, i); 32768 <= n && n <= 65535 {
		return end
	}
	return -1
}
