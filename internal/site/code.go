package site

import (
	"path"
	"strings"

	"github.com/probatum/probatum/internal/highlight"
	"github.com/probatum/probatum/internal/page"
	"github.com/probatum/probatum/internal/shell"
	"github.com/probatum/probatum/theme"
)

// Output longer than foldAbove lines shows its first foldKeep and folds the rest.
const (
	foldAbove = 10
	foldKeep  = 6
)

// figure is the HTML of a block of code: a bar with its language, on which the
// script puts the copy button, and the text. What the button copies is what
// stands in .cmd, where there is one, without .prompt, else the whole text.
func (r *renderer) figure(b *page.Block) string {
	if _, hidden := b.Attr("hidden"); hidden {
		return ""
	}
	var w strings.Builder
	t := r.wordsOf(r.p)
	_, output := b.Attr("output")
	inner, session := r.coded(b, t, output)
	class := "code"
	switch {
	case session || shell.Lang(lang(b)) && !output:
		class += " run"
	case strings.Count(b.Text, "\n") == 1:
		class += " line"
	}
	mark := r.mark(b)
	if mark != "" {
		class += `" id="` + blockID(b)
	}
	if name, ok := b.Attr("downloadas"); ok && name != "" {
		class += `" data-download="` + escape(path.Base(name))
	}
	w.Grow(len(inner) + len(mark) + 256)
	writeAll(&w, `<figure class="`, class, `"><figcaption class="code-bar"><span>`, escape(label(t, lang(b), session)), `</span>`)
	if name := title(b); name != "" {
		writeAll(&w, `<b>`, escape(name), `</b>`)
	}
	writeAll(&w, mark, "</figcaption>", inner, "</figure>")
	return w.String()
}

// coded is the text of a block as HTML, and whether it is a session. Pages repeat
// blocks, above all those of several languages and releases.
func (r *renderer) coded(b *page.Block, t theme.Site, output bool) (text string, isSession bool) {
	key := codeKey{t.Language, b.Lang, b.Text, output, marked(b)}
	if known, ok := r.codes.Get(key); ok {
		return known.html, known.session
	}
	var w strings.Builder
	commands := commands(b)
	switch {
	case len(commands) > 0:
		session(&w, t, b.Text, commands, key.marked)
	case output:
		writeOutput(&w, t, b.Text)
	default:
		writeAll(&w, "<pre><code>", highlight.HTML(lang(b), b.Text), "</code></pre>")
	}
	made := codeHTML{w.String(), len(commands) > 0}
	r.codes.Put(key, made, len(b.Text)+len(made.html))
	return made.html, made.session
}

// keepCode is how many bytes of texts and HTML a build keeps for blocks that come
// again.
const keepCode = 8 << 20

// A codeKey is all that the HTML rests on.
type codeKey struct {
	words, lang, text string
	output, marked    bool
}

type codeHTML struct {
	html    string
	session bool
}

func writeAll(w *strings.Builder, parts ...string) {
	for _, part := range parts {
		w.WriteString(part)
	}
}

// title is the name of the file that a block is, where the page gives one.
func title(b *page.Block) string {
	for _, name := range []string{"title", "file", "downloadas"} {
		if v, ok := b.Attr(name); ok && v != "" {
			return v
		}
	}
	return ""
}

// session writes commands and their output, each in a <pre> of its own.
func session(w *strings.Builder, t theme.Site, text string, commands []command, marks bool) {
	at := 0
	for i := 0; i < len(commands); {
		// Commands that follow each other without output stand in one <pre>.
		from, to := at, lineEnd(text, commands[i].end())
		for i++; i < len(commands) && strings.TrimSpace(text[to:lineStart(text, commands[i].start())]) == ""; i++ {
			to = lineEnd(text, commands[i].end())
		}
		typed(w, text, from, to, commands)
		at = len(text)
		if i < len(commands) {
			at = lineStart(text, commands[i].start())
		}
		output := text[to:at]
		if marks {
			output = linked.ReplaceAllString(output, "$1$2")
		}
		writeOutput(w, t, output)
	}
}

func lineStart(text string, at int) int { return strings.LastIndexByte(text[:at], '\n') + 1 }

// lineEnd is the offset after the newline that ends the line of at.
func lineEnd(text string, at int) int {
	if at > 0 && text[at-1] == '\n' {
		return at
	}
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// typed writes the lines from from to to, in which commands stand.
func typed(w *strings.Builder, text string, from, to int, commands []command) {
	w.WriteString("<pre><code>")
	at := from
	for _, c := range commands {
		if c.start() < from || c.end() > to {
			continue
		}
		writePrompt(w, text[at:c.start()])
		writeAll(w, `<span class="`, kindOf(text, c), `">`)
		run := ""
		for i, p := range c {
			if i > 0 {
				if gap := text[c[i-1].To:p.From]; gap != "@" {
					w.WriteString(highlight.HTML("bash", run))
					run = ""
					writePrompt(w, gap)
				}
			}
			run += text[p.From:p.To]
		}
		typed := strings.TrimRight(run, "\n")
		w.WriteString(highlight.HTML("bash", typed))
		at = c.end() - (len(run) - len(typed))
		w.WriteString("</span>")
	}
	writeAll(w, escape(text[at:to]), "</code></pre>")
}

// kindOf is the class of a command: that of a remark, which is shown and neither
// run nor copied, is another.
func kindOf(text string, c command) string {
	for _, r := range c {
		for line := range strings.Lines(text[r.From:r.To]) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				return "cmd"
			}
		}
	}
	return "remark"
}

// writePrompt marks what stands around commands and is not typed.
func writePrompt(w *strings.Builder, s string) {
	start := len(s) - len(strings.TrimLeft(s, "\n"))
	w.WriteString(s[:start])
	if s = s[start:]; s != "" {
		writeAll(w, `<span class="prompt" aria-hidden="true">`, escape(s), `</span>`)
	}
}

// writeOutput writes what a command prints; a long one folds.
func writeOutput(w *strings.Builder, t theme.Site, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	writeAll(w, `<p class="code-out">`, escape(t.T("code_output")), `</p>`)
	rest := ""
	if lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n"); len(lines) > foldAbove {
		text, rest = strings.Join(lines[:foldKeep], ""), strings.Join(lines[foldKeep:], "")
	}
	writeAll(w, `<pre class="out"><code>`, escape(text), `</code></pre>`)
	if rest != "" {
		writeAll(w, `<details><summary>`, escape(t.T("code_more_lines", strings.Count(rest, "\n")+1)),
			`</summary><pre class="out"><code>`, escape(rest), `</code></pre></details>`)
	}
}
