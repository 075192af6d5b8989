package direct

import (
	"fmt"
	"html/template"
	"reflect"
	"strconv"
	"strings"
	"text/template/parse"
)

// escaperName is the name of an escaper that html/template has put into a pipe,
// "" for any other command.
func escaperName(cmd *parse.CommandNode) string {
	name, ok := strings.CutPrefix(cmd.String(), "_html_template_")
	if !ok || strings.Contains(name, " ") {
		return ""
	}
	return name
}

// writer appends a value as html/template writes it where it has put these
// escapers: a string, a whole number, true or false, or HTML in a text.
func writer(escapers []*parse.CommandNode) func(b []byte, v reflect.Value) []byte {
	var filters []func(string) string
	last := ""
	for _, cmd := range escapers {
		if f := filter[last]; f != nil {
			filters = append(filters, f)
		} else if last != "" {
			panic(unknown{})
		}
		last = escaperName(cmd)
	}
	if last != "htmlescaper" && last != "rcdataescaper" && last != "attrescaper" {
		panic(unknown{})
	}
	return func(b []byte, v reflect.Value) []byte {
		if last == "htmlescaper" && v.Type() == reflect.TypeFor[template.HTML]() {
			return append(b, v.String()...)
		}
		s := text(v)
		for _, f := range filters {
			s = f(s)
		}
		return append(b, special.Replace(s)...)
	}
}

func text(v reflect.Value) string {
	switch v.Type() {
	case reflect.TypeFor[string]():
		return v.String()
	case reflect.TypeFor[int]():
		return strconv.FormatInt(v.Int(), 10)
	case reflect.TypeFor[bool]():
		return strconv.FormatBool(v.Bool())
	}
	panic(unknown{})
}

// special are the characters that neither a text nor an attribute in quotes may hold.
var special = strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;")

// filter holds the escapers that stand before another one.
var filter = map[string]func(string) string{
	"urlfilter":     safe,
	"urlnormalizer": func(s string) string { return normalized(s, "!#$&*+,/:;=?@[]") },
	"urlescaper":    func(s string) string { return normalized(s, "") },
}

// safe is an address, or another one where it would run a script.
func safe(s string) string {
	scheme, _, ok := strings.Cut(s, ":")
	if ok && !strings.Contains(scheme, "/") && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "mailto") {
		return "#ZgotmplZ"
	}
	return s
}

// normalized is an address in which all bytes but letters, digits, -._~ and those
// to keep are written as %XX. Where some are kept, a %XX stays, too.
func normalized(s, keep string) string {
	var b []byte
	done := 0
	for i := range len(s) {
		c := s[i]
		escape := keep != "" && c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
		if escape || isAlphanumeric(c) || strings.IndexByte("-._~", c) >= 0 || strings.IndexByte(keep, c) >= 0 {
			continue
		}
		b = fmt.Appendf(append(b, s[done:i]...), "%%%02x", c)
		done = i + 1
	}
	if done == 0 {
		return s
	}
	return string(append(b, s[done:]...))
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
