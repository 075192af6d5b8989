package schema

import (
	"encoding/base64"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// formats are those that an API server looks at in the schemas of CRDs, and what
// to say of the value that they take.
var formats = map[string]struct {
	words string
	right func(string) bool
}{
	"date-time": {"a time as 2026-01-31T12:00:00Z", isTime(time.RFC3339)},
	"date":      {"a day as 2026-01-31", isTime(time.DateOnly)},
	"duration":  {"a duration as 90s or 2m", isDuration},
	"ipv4":      {"an IPv4 address", func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() }},
	"ipv6":      {"an IPv6 address", func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is6() }},
	"cidr":      {"a range of addresses as 10.0.0.0/8", func(s string) bool { _, _, err := net.ParseCIDR(s); return err == nil }},
	"mac":       {"a MAC address", func(s string) bool { _, err := net.ParseMAC(s); return err == nil }},
	"uri":       {"a URI", func(s string) bool { _, err := url.ParseRequestURI(s); return err == nil }},
	"email":     {"a mail address", func(s string) bool { _, err := mail.ParseAddress(s); return err == nil }},
	"hostname":  {"the name of a host", func(s string) bool { return len(s) <= 255 && hostname.MatchString(s) }},
	"uuid":      {"a UUID", uuid.MatchString},
	"byte":      {"base64", isBase64},
}

var (
	hostname = lazyregexp.New(`^[\pL\pN]([\pL\pN-]*[\pL\pN])?(\.[\pL\pN]([\pL\pN-]*[\pL\pN])?)*\.?$`)
	uuid     = lazyregexp.New(`(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$`)
	// days are units that API servers read, and Go does not.
	days = lazyregexp.New(`(?i)^\d+ *(ns|us|µs|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)$`)
)

func isTime(layout string) func(string) bool {
	return func(s string) bool { _, err := time.Parse(layout, s); return err == nil }
}

func isDuration(s string) bool {
	_, err := time.ParseDuration(s)
	return err == nil || days.MatchString(s)
}

func isBase64(s string) bool {
	_, err := base64.StdEncoding.DecodeString(strings.NewReplacer("\n", "", "\r", "").Replace(s))
	return err == nil
}
