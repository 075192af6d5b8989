package lexers

import (
	"reflect"
	"testing"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// missing are those that cannot be written down.
var missing = map[string]bool{"Haxe": true, "Raku": true}

// differ are those with a rule that cannot.
var differ = map[string]bool{"Go": true, "reStructuredText": true, "Caddyfile": true, "Caddyfile Directives": true}

func TestLexers(t *testing.T) {
	for _, want := range lexers.GlobalLexerRegistry.Lexers {
		config := *want.Config()
		config.Analyse = nil
		for _, name := range append([]string{config.Name}, config.Aliases...) {
			switch got := Get(name); {
			case missing[config.Name]:
			case got == nil:
				t.Errorf("%s: none; go generate ./internal/lexers packs chroma's", name)
			case got.Config().Name != lexers.Get(name).Config().Name:
				t.Errorf("%s is %s, for chroma %s", name, got.Config().Name, lexers.Get(name).Config().Name)
			}
		}
		got := Get(config.Name)
		if got == nil || missing[config.Name] {
			continue
		}
		if !reflect.DeepEqual(*got.Config(), config) {
			t.Errorf("got  %+v\nwant %+v", *got.Config(), config)
		}
		if !sameRules(t, got, want) && !differ[config.Name] {
			t.Errorf("%s has other rules; go generate ./internal/lexers packs chroma's", config.Name)
		}
	}
	if got, want := len(registry().Lexers), len(lexers.GlobalLexerRegistry.Lexers)-len(missing); got != want {
		t.Errorf("%d lexers, want %d", got, want)
	}
}

// sameRules compares the rules of lexers that are nothing but rules.
func sameRules(t *testing.T, a, b chroma.Lexer) bool {
	t.Helper()
	x, ok := a.(*chroma.RegexLexer)
	y, too := b.(*chroma.RegexLexer)
	if !ok || !too {
		return true
	}
	xr, err := x.Rules()
	if err != nil {
		t.Errorf("%s: %v", a.Config().Name, err)
	}
	yr, err := y.Rules()
	if err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(xr, yr)
}

// Lexers that are more than rules, or other ones, give chroma's tokens.
func TestTokens(t *testing.T) {
	for _, tt := range []struct{ lang, text string }{
		{"go", "package main // x\n\nvar s = `a\nb` + \"c\" + 'd'\n\nfunc main() { println(0x1f, s) }\n"},
		{"http", "POST /a?b=c HTTP/1.1\nHost: example.org\nContent-Type: application/json\n\n{\"a\": [1, true]}\n"},
		{"http", "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a b=\"c\">d</a>\r\n"},
		{"http", "HTTP/1.1 200 OK\nContent-Type: text/html; charset=utf-8\n\n<!doctype html>\n<html><p>a</html>\n"},
		{"http", "GET / HTTP/2\nAccept: */*\n\n"},
		{"markdown", "---\ntitle: A # b\nlist: [1]\n---\n# A\n\n*a* **b** `c`\n\n```yaml\na: 1\n```\n"},
		{"markdown", "# A\n\n---\na: 1\n---\n"},
		{"md", "--- a\n\n---\n"},
		{"go-html-template", "<p>{{ range .A }}<b class=\"c\">{{ .B | printf \"%d\" }}</b>{{ end }}</p>\n"},
		{"erb", "<p class=\"a\"><% b.each do |c| %><%= c %><% end %></p>\n"},
		{"svelte", "<script>let a = 1;</script>\n{#if a}<b on:click={c}>d</b>{/if}\n"},
		{"phtml", "<p><?php echo \"a\"; ?></p>\n"},
		{"yaml+jinja", "a: {{ b | default('c') }}\n{% for d in e %}\n- f: \"g\"\n{% endfor %}\n"},
		{"html", "<style>p { color: red }</style><script>let a = 'b'</script>\n"},
		{"caddyfile", "example.org {\n\trespond \"a\" 200\n\theader X {b}\n}\n"},
		{"rst", "A\n=\n\n.. note:: b\n\n*c* ``d``\n"},
		{"docker", "FROM a:b AS c\nRUN echo \"d\" && e\n"},
		{"diff", "--- a\n+++ b\n-c\n+d\n"},
	} {
		got, err := chroma.Tokenise(Get(tt.lang), nil, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		want, err := chroma.Tokenise(lexers.Get(tt.lang), nil, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(solid(got), solid(want)) {
			t.Errorf("%s %q:\ngot  %v\nwant %v", tt.lang, tt.text, got, want)
		}
	}
}

// solid joins tokens of one kind that follow each other: they look the same.
func solid(tokens []chroma.Token) (joined []chroma.Token) {
	for _, token := range tokens {
		switch last := len(joined) - 1; {
		case token.Value == "":
		case last >= 0 && joined[last].Type == token.Type:
			joined[last].Value += token.Value
		default:
			joined = append(joined, token)
		}
	}
	return joined
}
