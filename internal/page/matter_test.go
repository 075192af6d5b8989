package page

import (
	"fmt"
	"testing"
)

// Each notation gives the same values, and texts stay as they were written.
func TestMatter(t *testing.T) {
	show := func(m Matter) string {
		day := "2006-01-02T15:04"
		return fmt.Sprintf("%s|%s|%s|%s|%s|%v|%v|%s|%v|%v", m.Title, m.LinkTitle, m.Date.Format(day), m.PublishDate.Format(day), m.Lastmod.Format(day),
			m.Menus, m.Outputs, m.Layout, m.Params["release"], m.Params["x"])
	}
	const want = "T|1.10|2026-01-31T00:00|2026-02-01T10:30|2026-03-01T08:00|[{main  20}]|[html json]|faq|1.9|y"
	for _, tt := range []struct{ name, in string }{
		{"YAML", "---\ntitle: T\nlinktitle: 1.10\ndate: 2026-01-31\npublishdate: 2026-02-01 10:30\nlastmod: 2026-03-01T08:00:00Z\nmenu: {main: {weight: 20}}\noutputs: [html, json]\nlayout: faq\nrelease: 1.9\nparams: {x: y}\n---\n"},
		{"an empty line first, BOM, CRLF", "\ufeff\r\n---\r\ntitle: T\r\nlinkTitle: 1.10\r\ndate: 2026-01-31\r\npublishDate: 2026-02-01 10:30\r\nlastmod: 2026-03-01T08:00:00Z\r\nmenus: {main: {weight: 20}}\r\noutputs: [html, json]\r\nlayout: faq\r\nrelease: 1.9\r\nparams: {x: y}\r\n---\r\n"},
		{"TOML", "+++\ntitle = \"T\"\nlinkTitle = \"1.10\"\ndate = 2026-01-31\npublishDate = \"2026-02-01T10:30:00\"\nlastmod = 2026-03-01T08:00:00Z\noutputs = [\"html\", \"json\"]\nlayout = \"faq\"\nrelease = \"1.9\"\n[menu.main]\nweight = 20\n[params]\nx = \"y\"\n+++\n"},
		{"JSON", "{\n\"title\": \"T\", \"linkTitle\": \"1.10\", \"date\": \"2026-01-31\",\n\"publishDate\": \"2026-02-01T10:30:00Z\", \"lastmod\": \"2026-03-01T08:00:00Z\", \"outputs\": [\"html\", \"json\"],\n\"layout\": \"faq\", \"release\": \"1.9\", \"menu\": {\"main\": {\"weight\": 20}}, \"params\": {\"x\": \"y\"}\n}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := load(t, map[string]string{"a.md": tt.in + "text\n"})
			if got := show(s.Pages[0].Matter); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if len(s.Diagnostics) > 0 {
				t.Error(messages(s.Diagnostics))
			}
		})
	}
}

func TestMenus(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"menu: main", "[{main  0}]"},
		{"menu: [main, foot]", "[{main  0} {foot  0}]"},
		{"menu:\n  main:\n    weight: 10\n    name: N\n  foot:", "[{main N 10} {foot  0}]"},
	} {
		s := load(t, map[string]string{"a.md": "---\n" + tt.in + "\n---\n"})
		if got := fmt.Sprint(s.Pages[0].Matter.Menus); got != tt.want || len(s.Diagnostics) > 0 {
			t.Errorf("%s: got %s, want %s\n%s", tt.in, got, tt.want, messages(s.Diagnostics))
		}
	}
}
