package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/theme"
)

// ownNames are languages as their readers write them. A language that is not
// here is shown by its code.
var ownNames = map[string]string{
	"ar": "العربية", "bn": "বাংলা", "cs": "Čeština", "de": "Deutsch", "el": "Ελληνικά", "en": "English", "es": "Español",
	"fa": "فارسی", "fr": "Français", "he": "עברית", "hi": "हिन्दी", "hu": "Magyar", "id": "Bahasa Indonesia", "it": "Italiano",
	"ja": "日本語", "ko": "한국어", "nl": "Nederlands", "no": "Norsk", "pl": "Polski", "pt": "Português", "pt-br": "Português (Brasil)",
	"ro": "Română", "ru": "Русский", "sv": "Svenska", "tr": "Türkçe", "uk": "Українська", "vi": "Tiếng Việt",
	"zh": "中文", "zh-cn": "简体中文", "zh-tw": "繁體中文",
}

// languages are the page and its translations. Where a page is not translated,
// the switch leads to the home page of the language; search engines are told of
// real translations only.
func (b *builder) languages(p *page.Page) []theme.Language {
	if len(b.set.Homes) < 2 {
		return nil
	}
	var out []theme.Language
	for _, home := range b.set.Homes {
		q := home
		switch i := slices.IndexFunc(p.Others, func(o *page.Page) bool { return o.Lang == home.Lang }); {
		case home.Lang == p.Lang:
			q = p
		case i >= 0:
			q = p.Others[i]
		}
		l := theme.Language{Code: home.Lang, URL: b.href(p.URL, q.URL), Current: q == p,
			Name: cmp.Or(b.Look.Languages[home.Lang], ownNames[strings.ToLower(home.Lang)], home.Lang)}
		if q == p || q != home || p.Parent == nil {
			l.Full = l.URL
			if b.base != nil {
				l.Full = b.absolute(q.URL)
			}
		}
		out = append(out, l)
	}
	return out
}
