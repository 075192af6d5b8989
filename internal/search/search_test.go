package search

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func read(p Page) *Entry { return new(Words).Read(p) }

// each calls use with the words of the page and how much they say: passage<<8 +
// weight.
func each(e *Entry, use func(word string, at []uint32)) {
	all := e.all.all()
	from := uint32(0)
	for _, o := range e.words {
		passage := o.first
		at := []uint32{passage<<8 | uint32(o.weight)}
		gap, shift := 0, 0
		for more := e.more[from:o.end]; len(more) > 0; more = more[1:] {
			v := value(more[0])
			gap |= v % half << shift
			shift += halfBits
			if v < half {
				more = more[1:]
				passage += uint32(gap + 1)
				at = append(at, passage<<8|uint32(value(more[0])))
				gap, shift = 0, 0
			}
		}
		if from = o.end; passage != o.last {
			panic("the last passage is wrong")
		}
		use(string(all.at(int(o.word))), at)
	}
}

// list is all that an entry says.
func list(e *Entry) string {
	var b strings.Builder
	fmt.Fprint(&b, e.page, e.passages)
	each(e, func(word string, at []uint32) { fmt.Fprint(&b, word, at) })
	return b.String()
}

// An entry that was kept is the same, also among other words.
func TestKeep(t *testing.T) {
	var all, others Words
	others.Read(Page{Body: "quite other words"})
	for _, p := range append(somePages(), Page{}, Page{URL: "x/", Title: "X", Trail: "A › B", Description: "About", Keywords: []string{"k"}, Body: "流量管理"}) {
		e := all.Read(p)
		e.page.Keywords = nil // they are counted, and not held
		data := string(e.Append(nil))
		got, err := others.ReadEntry(data)
		if err != nil || list(got) != list(e) {
			t.Fatalf("%s: got %v, %.200s, want %.200s", p.URL, err, list(got), list(e))
		}
		for n := range len(data) / 8 { // what was cut or damaged is an error or another entry
			_, _ = others.ReadEntry(data[:n*8])
			_, _ = others.ReadEntry(data[:n*8] + "\xff" + data[n*8+1:])
		}
	}
}

func TestPassages(t *testing.T) {
	long := strings.Repeat("<p>"+strings.Repeat("word ", 60)+"</p>", 10)
	tests := []struct{ name, html, want string }{
		{"sections", `<p>Intro</p><h2 id="a">First <code>x</code><a class="anchor" href="#a">#</a></h2><p>One</p><h3 id="b">B</h3>Two`, "[] Intro|[First x#a] One|[B#b] Two"},
		{"heading without id", `<h2>No</h2>text`, "[] No text"},
		{"spaces and entities", "<p>a  \n b &lt;c&gt;</p><ul><li>d</li><li>e</li></ul>", "[] a b <c> d e"},
		{"inside a word", `<b>po</b>licy<br>next`, "[] policy next"},
		{"what nobody sees", `<script>no</script><svg><title>no</title></svg><!-- no > -->yes`, "[] yes"},
		{"a bar of code", `<figure class="code run"><figcaption class="code-bar"><span>Terminal</span><b>a.sh</b></figcaption><pre><code><span class="prompt">$ </span>ls</code></pre><p class="code-out">Output</p><pre class="out"><code>x</code></pre></figure>after`, "[] a.sh $ ls x after"},
		{"image", `<figure><img src="x.png" alt="A mesh"></figure>`, "[] A mesh"},
		{"attribute with a >", `<a title="a > b" href="#">x</a>`, "[] x"},
		{"broken", `<p <b>x</p`, "[] x"},
		{"nothing", "", "[]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range read(Page{Body: tt.html}).passages {
				name := p.heading
				if p.id != "" {
					name += "#" + p.id
				}
				got = append(got, strings.TrimSpace("["+name+"] "+p.text))
			}
			if s := strings.Join(got, "|"); s != tt.want {
				t.Errorf("got  %s\nwant %s", s, tt.want)
			}
		})
	}
	e := read(Page{Body: `<h2 id="a">A</h2>` + long})
	if n := len(e.passages); n < 3 || n > 5 || e.passages[2].id != "a" {
		t.Errorf("3000 bytes of one section are %d passages", n)
	}
}

// A title weighs more than a heading, a heading more than code, code more than
// prose; a short title more than a long one.
func TestWeights(t *testing.T) {
	weight := func(p Page) byte {
		weight := byte(0)
		each(read(p), func(word string, at []uint32) {
			if word == "gateway" {
				weight = byte(at[0])
			}
		})
		return weight
	}
	order := []Page{
		{Body: "a gateway"}, {Body: "a <code>gateway</code>"}, {Body: `<h2 id="x">Gateway</h2>`}, {Title: "Gateway of services"}, {Title: "Gateway"},
	}
	last := byte(0)
	for i, p := range order {
		w := weight(p)
		if w <= last {
			t.Errorf("page %d weighs %d, the one before it %d", i, w, last)
		}
		last = w
	}
}

// A text goes on to be found behind a heading and where a long section is cut,
// also where it does not change between prose and code there.
func TestAllPassagesAreCounted(t *testing.T) {
	long := strings.Repeat("<p>"+strings.Repeat("word ", 60)+"</p>", 10)
	for _, body := range []string{`<p>one</p><h2 id="a">A</h2><p>zebra</p>`, `<pre><code>one</code></pre><h2 id="a">A</h2><code>zebra</code> and more`, "<p>" + long + "<p>zebra"} {
		found := false
		each(read(Page{Body: body}), func(word string, _ []uint32) { found = found || word == "zebra" })
		if !found {
			t.Errorf("%.60q: zebra is not found", body)
		}
	}
}

// files makes the index of pages.
func files(t *testing.T, pages []Page) map[string]string {
	t.Helper()
	out := map[string]string{}
	x := &Index{Write: func(name string, data []byte) error { out[name] = string(data); return nil }}
	var all Words
	for _, p := range pages {
		if err := x.Add(all.Read(p)); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

func somePages() []Page {
	var pages []Page
	for i := range 300 {
		body := "<p>common words about service meshes</p>"
		for j := range 10 {
			body += fmt.Sprintf("<h2 id=\"s%d\">Section %c%c</h2><p>the word number%dx%d and policy-%d.yaml</p>", j, 'a'+i%26, 'a'+j, i, j, i*10+j)
		}
		pages = append(pages, Page{URL: fmt.Sprintf("p%d/", i), Title: fmt.Sprintf("Page %d", i), Body: body})
	}
	return pages
}

// Every file is a call that a browser can run, and holds about what it should.
func TestFiles(t *testing.T) {
	made := files(t, somePages())
	if again := files(t, somePages()); !maps.Equal(made, again) {
		t.Error("two indexes of the same pages differ")
	}
	kinds := map[byte]int{}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		text := made[name]
		kinds[name[0]]++
		head := fmt.Sprintf("probatumSearch(%q,", strings.TrimSuffix(name, ".js"))
		if !strings.HasPrefix(text, head) || !strings.HasSuffix(text, ")\n") {
			t.Fatalf("%s is %.60s", name, text)
		}
		if !json.Valid([]byte(text[len(head) : len(text)-2])) {
			t.Errorf("%s holds no JSON", name)
		}
		if len(text) > 12<<10 {
			t.Errorf("%s has %d bytes", name, len(text))
		}
	}
	if kinds['t'] < 3 || kinds['s'] < 1 || kinds['p'] < 10 || kinds['r'] != 1 {
		t.Errorf("got files %v", kinds)
	}
}

// A page that changes a little changes few files.
func TestSteady(t *testing.T) {
	pages := somePages()
	before := files(t, pages)
	pages[50].Body = strings.Replace(pages[50].Body, "the word", "another word", 1)
	n := 0
	for name, text := range files(t, pages) {
		if before[name] != text && name != "root.js" {
			n++
		}
	}
	if n == 0 || n > len(before)/4 {
		t.Errorf("%d of %d files are others", n, len(before))
	}
}

// Pages that fill files of text by themselves are in them, one behind the other.
func TestLargePages(t *testing.T) {
	var pages []Page
	for i := range 9 {
		pages = append(pages, Page{URL: fmt.Sprintf("p%d/", i), Title: "T", Body: strings.Repeat(fmt.Sprintf("<p>%s word%d</p>", strings.Repeat("x ", 99), i), 23+i)})
	}
	made := files(t, pages)
	text := ""
	for n := range len(made) {
		text += made[fmt.Sprintf("p%d.js", n)]
	}
	from := 0
	for i, p := range pages {
		at := strings.Index(text[from:], fmt.Sprintf(`,"%s","T",""]`, p.URL))
		if at < 0 || strings.Count(text, fmt.Sprintf("word%d", i)) != 23+i {
			t.Errorf("page %d is not in the text, or not behind the others", i)
		}
		from += max(at, 0)
	}
}

// With more pages the files are larger, so that there are not many more of them.
func TestScale(t *testing.T) {
	for _, tt := range []struct {
		pages       int
		words, text int
	}{{0, 1, 1}, {421, 1, 1}, {1600, 2, 2}, {10000, 5, 8}, {50000, 11, 25}} {
		x := &Index{Pages: tt.pages}
		if words, text := x.scale(1./2), x.scale(2./3); words != tt.words || text != tt.text {
			t.Errorf("files of %d pages are %d and %d times as large, want %d and %d", tt.pages, words, text, tt.words, tt.text)
		}
	}
}

// A word that is on most pages is held for titles and headings alone.
func TestUsualWords(t *testing.T) {
	pages := somePages()
	size := func() int {
		n := 0
		for name, text := range files(t, pages) {
			if name[0] == 't' {
				n += len(text)
			}
		}
		return n
	}
	before := size()
	for i := range pages {
		pages[i].Body += "<p>usualword</p>"
	}
	if grown := size() - before; grown > 30 {
		t.Errorf("a word on all pages adds %d bytes", grown)
	}
	pages[7].Title += " usualword"
	if grown := size() - before; grown < 10 || grown > 30 {
		t.Errorf("its place in one title adds %d bytes", grown)
	}
}

func TestEmptyIndex(t *testing.T) {
	made := files(t, nil)
	if len(made) != 1 || made["root.js"] == "" {
		t.Errorf("got %v", made)
	}
}

// The words that say nothing are in the index as queries are held against them.
func TestStopWords(t *testing.T) {
	var root []byte
	x := Index{Stop: "wie Über  wie", Write: func(_ string, data []byte) error { root = data; return nil }}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(root), `"stop":"uber wie"`) {
		t.Errorf("got %s", root)
	}
}

func TestNumbers(t *testing.T) {
	for _, n := range []int{0, 1, 31, 32, 33, 1023, 1024, 1 << 20} {
		text := appendNumber(nil, n)
		got, k := 0, 1
		for _, c := range text {
			v := int(c) - '#'
			if c > '\\' {
				v--
			}
			got += v % half * k
			k *= half
		}
		if got != n || strings.ContainsAny(string(text), "\\\" ") {
			t.Errorf("%d is written %q, read %d", n, text, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"<h2 id=a>", "<figure class=\"code\"><b>", "<svg><svg></svg>", "<!--", "<", "a&#0;b", "<pre>\n\n", "</code></code>x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		e := read(Page{Body: body})
		each(e, func(word string, at []uint32) {
			for _, h := range at {
				if passage, weight := h>>8, byte(h); int(passage) >= len(e.passages) || weight < 1 || weight > topWeight {
					t.Errorf("%q has %s in passage %d of %d, weight %d", body, word, passage, len(e.passages), weight)
				}
			}
		})
	})
}

func TestStrings(t *testing.T) {
	for _, special := range []string{`"`, `\`, "\x00", "\x1f", "\n", "é", "漢", " \" \\", "\x7f !#[]"} {
		for at := range 20 {
			want := strings.Repeat("a", at) + special + strings.Repeat("b", 20-at)
			var got string
			if err := json.Unmarshal(appendString(nil, want), &got); err != nil || got != want {
				t.Errorf("%q is written as %q, %v", want, got, err)
			}
		}
	}
	if got, want := string(appendString(nil, "letters \xff and words")), `"letters `+"\ufffd"+` and words"`; got != want {
		t.Errorf("what is not UTF-8: %q, want %q", got, want)
	}
}
