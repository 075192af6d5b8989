package site

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/source"
	"github.com/probatum/probatum/theme"
	"golang.org/x/net/html"
)

// A site works under default-src 'self' with no exception. HTML of authors does
// not know of that: this file gives its styles a file, and puts links where
// something of another host would be loaded.

// suspects are the elements that have to be looked at; those that are true only
// where an address of another host may stand in them.
var suspects = map[string]bool{"script": false, "style": false, "base": false, "meta": false, "iframe": true, "frame": true, "object": true,
	"embed": true, "img": true, "video": true, "audio": true, "source": true, "track": true, "link": true}

// suspect tells whether HTML has to be looked at: it may have such an element, or
// the attributes style, srcset or on... Most has not.
func suspect(raw string) bool {
	hosts := strings.Contains(raw, "//") || strings.Contains(raw, "&") // &#47; is a slash
	for i := range len(raw) {
		switch raw[i] {
		case '<':
			end := i + 1
			for end < len(raw) && end < i+8 && isWord(raw[end]) {
				end++
			}
			if loads, ok := suspects[strings.ToLower(raw[i+1:end])]; ok && (hosts || !loads) {
				return true
			}
		case '=':
			if suspectAttr(raw[:i]) {
				return true
			}
		}
	}
	return false
}

// suspectAttr looks at the name of an attribute at the end of the text.
func suspectAttr(text string) bool {
	text = strings.TrimRight(text, " \t\r\n\f")
	at := len(text)
	for at > 0 && isLetter(text[at-1]) {
		at--
	}
	if at == 0 || !strings.ContainsRune(" \t\r\n\f\"'/", rune(text[at-1])) {
		return false
	}
	name := strings.ToLower(text[at:])
	return name == "style" || name == "srcset" || len(name) > 2 && name[:2] == "on"
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isWord(c byte) bool   { return isLetter(c) || c >= '0' && c <= '9' || c == '_' }

// foreign tells whether an address makes a browser ask another host.
func foreign(u string) bool {
	return strings.HasPrefix(u, "//") || strings.HasPrefix(strings.ToLower(u), "http://") || strings.HasPrefix(strings.ToLower(u), "https://")
}

// policed is the author's HTML as the policy allows it. What it needs no change
// for keeps its bytes.
func (r *renderer) policed(raw string, pos source.Pos) string {
	if r.until == "" && !suspect(raw) {
		return raw
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(raw))
	until := "" // the end tag up to which all is left out
	for {
		kind := z.Next()
		text := string(z.Raw())
		if kind == html.ErrorToken {
			r.until = cmp.Or(until, r.until)
			return b.String() + text
		}
		var t html.Token
		if kind != html.TextToken {
			t = z.Token()
		}
		switch {
		case until != "":
			if kind == html.TextToken && until == "style" {
				r.style.WriteString(strings.TrimSpace(text) + "\n")
			}
			if kind == html.EndTagToken && t.Data == until {
				until = ""
			}
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			tag, skip := r.tag(&t, text, pos)
			b.WriteString(tag)
			if skip && kind == html.StartTagToken {
				until = t.Data
			}
		case kind == html.EndTagToken && t.Data == r.until:
			r.until = "" // its start stood in another piece, and was replaced there
		default:
			b.WriteString(text)
		}
	}
}

// tag is a start tag as the policy allows it; skip means that its content goes
// with it.
func (r *renderer) tag(t *html.Token, text string, pos source.Pos) (out string, skip bool) {
	src := cmp.Or(attr(t, "src"), attr(t, "data"))
	switch t.Data {
	case "script":
		if src == "" || foreign(src) {
			r.forbidden(pos, "a script in the page does not run", "put it into a file below static/ and write <script src=\"/name.js\"></script>")
			return "", true
		}
	case "style":
		return "", true
	case "base", "meta":
		return "", false
	case "link":
		if foreign(attr(t, "href")) {
			r.forbidden(pos, "a file of "+host(attr(t, "href"))+" is not loaded", "put it below static/")
			return "", false
		}
	case "iframe", "frame", "object", "embed", "img", "video", "audio", "source", "track":
		if foreign(src) {
			r.forbidden(pos, "a page of the site loads nothing from "+host(src)+"; a link stands in its place", "put the file beside the page, or write the link yourself")
			return elsewhere(r.wordsOf(r.p), src, cmp.Or(attr(t, "title"), attr(t, "alt"))), t.Data != "img" && t.Data != "embed" && t.Data != "source" && t.Data != "track" && t.Data != "frame"
		}
	}
	return r.attrs(t, text, pos), false
}

// attrs is the tag without the attributes that the policy forbids.
func (r *renderer) attrs(t *html.Token, text string, pos source.Pos) string {
	class, bad := "", false
	t.Attr = slices.DeleteFunc(t.Attr, func(a html.Attribute) bool {
		switch {
		case a.Key == "style":
			class = r.styleClass(a.Val, pos)
		case strings.HasPrefix(a.Key, "on"):
			r.forbidden(pos, "the attribute "+a.Key+" of <"+t.Data+"> does nothing", "listen to the event in a script of its own below static/")
		case (a.Key == "srcset" || a.Key == "poster") && strings.Contains(a.Val, "//"):
		default:
			return false
		}
		bad = true
		return true
	})
	if !bad {
		return text
	}
	if class != "" {
		i := slices.IndexFunc(t.Attr, func(a html.Attribute) bool { return a.Key == "class" })
		if i < 0 {
			t.Attr = append(t.Attr, html.Attribute{Key: "class", Val: class})
		} else {
			t.Attr[i].Val += " " + class
		}
	}
	return t.String()
}

func attr(t *html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

// styleClass gives the declarations of a style attribute a class in the page's
// own style sheet.
func (r *renderer) styleClass(declarations string, pos source.Pos) string {
	declarations = strings.TrimSpace(declarations)
	if declarations == "" {
		return ""
	}
	if strings.ContainsAny(declarations, "{}<>@\\") {
		r.forbidden(pos, "a style attribute holds more than declarations", "write it as style=\"width: 40px\"")
		return ""
	}
	class := "s-" + short(declarations)
	rule := "." + class + " { " + declarations + " }\n"
	if !strings.Contains(r.style.String(), rule) {
		r.style.WriteString(rule)
	}
	return class
}

// styleFile is the style sheet that the page needs beside the theme's, and its
// name; "" where it needs none. Pages with the same styles share one.
func (r *renderer) styleFile() (name, text string) {
	if r.style.Len() == 0 {
		return "", ""
	}
	return theme.Folder + "/page-" + short(r.style.String()) + ".css", r.style.String()
}

func short(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])[:8]
}

// elsewhere is a link that stands where something would be loaded.
func elsewhere(t theme.Site, u, title string) string {
	return `<a class="elsewhere" href="` + escape(u) + `">` + escape(cmp.Or(title, t.T("ui_open"))) + ` <span>(` + escape(host(u)) + `)</span></a>`
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Host
}

func (r *renderer) forbidden(pos source.Pos, message, hint string) {
	r.diagnostics = append(r.diagnostics, source.Diagnostic{Pos: pos, Rule: "policy", Severity: source.Warning, Message: message, Hint: hint})
}
