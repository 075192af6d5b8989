package markup

import (
	"regexp"
	"slices"
	"testing"
)

func TestAddresses(t *testing.T) {
	const html = `<a href="/a" class="x href='/in/'">b</a> <img
 src = '/b.png' alt="="> <video poster=/c data-src="/d" href="/e
f"> <a href="never`
	want := []string{"href /a", "href /in/", "src /b.png", "href /e\nf"}
	var got []string
	for a := range Addresses(html) {
		got = append(got, a.Name+" "+html[a.Start:a.End])
		if html[a.Start:a.End] != a.Text {
			t.Errorf("%q does not stand at %d", a.Text, a.Start)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range Addresses(html) {
		break
	}
}

// What Addresses means, as an expression, which takes ten times as long.
var addresses = regexp.MustCompile(`(?:^|\s)(href|src|poster)\s*=\s*(?:"([^"]*)"|'([^']*)')`)

func FuzzAddresses(f *testing.F) {
	for _, s := range []string{`href="a"`, `x href='="' src = "b"`, "<a\tposter\f=\n'c'href=\"d\"", `src="href='a'`, `= href==""`, "src=\v'a'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, html string) {
		want := addresses.FindAllStringSubmatchIndex(html, -1)
		n := 0
		for a := range Addresses(html) {
			if n == len(want) {
				t.Fatalf("%q: more than %d addresses", html, len(want))
			}
			m := want[n]
			start, end := max(m[4], m[6]), max(m[5], m[7])
			if a != (Address{html[m[2]:m[3]], html[start:end], start, end}) {
				t.Fatalf("%q: address %d is %+v, want %v", html, n, a, m)
			}
			n++
		}
		if n != len(want) {
			t.Fatalf("%q: %d addresses, want %d", html, n, len(want))
		}
	})
}
