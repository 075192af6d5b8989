package match

import (
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// A column says how the cells of one column are compared.
type column struct {
	name    string
	reading reading
	whole   *kind // the cell as a whole is one value of this kind
}

var (
	// timed are columns that tell how long ago something was.
	timed = lazyregexp.New(`^(?:AGE|UPTIME|DURATION|CREATED|UPDATED|UP|AGO|SINCE|MESSAGE|EVENT|.*\b(?:LAST|FIRST|SINCE|AGE|AGO|TIME)\b.*|.* (?:SEEN|SCHEDULE))$`)
	usage = lazyregexp.New(`^(?:CPU|MEMORY)(?:\(|%$)`)
	hosts = lazyregexp.New(`^(?:EXTERNAL-IP|ADDRESS|ADDRESSES)$`)
)

var (
	anyAge   = &kind{name: "age", take: regular(dur + `(?: \(x\d+ over ` + dur + `\))?(?: ago)?`)}
	measured = &kind{name: "measured value", take: regular(`\d+(?:\.\d+)?(?:n|u|m|Ki|Mi|Gi|%)?|<unknown>`)}
	version  = &kind{name: "resource version", take: digits}
	hostname = &kind{name: "address", take: regular(`[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z][A-Za-z0-9-]+`)}
	// A simulated node has the address of this machine.
	anyAddress = &kind{name: "any address", take: regular(`\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:]+`)}
	target     = &kind{name: "measured value", take: regular(`(?:[a-z]+: )?\d+(?:\.\d+)?[a-zA-Z]*%?`)}
)

// columnOf says how the cells of the column of that name are compared.
func columnOf(name string) column {
	c := column{name: name}
	switch upper := strings.ToUpper(name); {
	case upper == "RESTARTS":
		c.whole = restart
	case usage.MatchString(upper):
		c.whole = measured
	case upper == "RESOURCEVERSION", upper == "RESOURCE VERSION", upper == "RV", upper == "GENERATION":
		c.whole = version
	case upper == "INTERNAL-IP":
		c.whole = anyAddress
	case upper == "STATUS":
		c.reading.durations = true // "Up 5 minutes" of docker ps
	case upper == "TARGETS":
		c.whole = target
	case hosts.MatchString(upper):
		c.whole = hostname
	case upper == "AGE", upper == "LAST SEEN", upper == "FIRST SEEN", upper == "LAST SCHEDULE", upper == "DURATION", upper == "UPTIME":
		c.whole = anyAge
	case timed.MatchString(upper):
		c.reading.durations = true
	}
	return c
}

// A cell is one of the page.
type cell struct {
	*pattern
	column *column
}

// accepts reports whether the cell is as the page says.
func (c cell) accepts(got string) bool {
	got, _ = squeeze(got)
	if c.plain == got {
		return true
	}
	if c.any {
		return true
	}
	whole := func(s string) bool { return len(s) > 0 && c.column.whole.take(s, 0) == len(s) }
	switch c.column.whole {
	case nil:
	case restart:
		// Pods restart while time passes, and then the count does not go back. A
		// page that shows that they do is not shown to be right by one that did not.
		return whole(c.plain) && whole(got) && (got[0] != '0' || c.plain[0] == '0')
	case hostname:
		if c.outside() {
			return reachable(got)
		}
	case target:
		w, wmax, ok1 := strings.Cut(c.plain, "/")
		g, gmax, ok2 := strings.Cut(got, "/")
		w, g = strings.TrimSpace(w), strings.TrimSpace(g)
		if ok1 && ok2 && whole(w) && whole(g) {
			return strings.TrimSpace(wmax) == strings.TrimSpace(gmax)
		}
	default:
		if whole(c.plain) {
			return whole(got)
		}
	}
	return c.pattern.accepts(got)
}

// outside reports whether the page shows an address that a load balancer has
// given, or that none has yet. A name that is not a cloud's is in the manifest.
func (c cell) outside() bool {
	return c.plain == "<pending>" || reachable(c.plain) && (!strings.ContainsAny(c.plain, "ghijklmnopqrstuvwxyz") || strings.HasSuffix(c.plain, ".elb.amazonaws.com"))
}

// reachable reports whether a cell names addresses from outside the cluster.
func reachable(s string) bool {
	for a := range strings.SplitSeq(s, ",") {
		if a = strings.TrimSpace(a); a == "" || ipv4(a, 0) != len(a) && ipv6(a, 0) != len(a) && hostname.take(a, 0) != len(a) {
			return false
		}
	}
	return s != "" && !strings.ContainsAny(s, "<>")
}

// key is the same for cells that match, for most of them: values of one type
// are written alike. Rows with the same keys need no look at their cells.
func (c cell) key() string {
	switch k := c.column.whole; {
	case k == nil:
	case k == hostname:
		if c.plain != "<pending>" && c.outside() {
			return "\x00address"
		}
	case k == restart:
		if k.take(c.plain+" ", 0) == len(c.plain) {
			return "\x00restarts" + map[bool]string{true: "0"}[c.plain == "0"]
		}
	case k != target && k.take(c.plain+" ", 0) == len(c.plain):
		return "\x00" + k.name
	}
	var b strings.Builder
	for _, a := range c.parts[0] {
		if a.kind == nil {
			b.WriteString(a.text)
			continue
		}
		b.WriteString("\x00" + a.kind.name + a.kind.form + "\x00")
	}
	return b.String()
}
