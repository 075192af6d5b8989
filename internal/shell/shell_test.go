package shell

import (
	"strings"
	"testing"
)

// got shows commands as "COMMAND => OUTPUT", one after another.
func shown(cmds []Command) string {
	var parts []string
	for _, c := range cmds {
		s := strings.TrimSuffix(c.Text, "\n")
		if c.Bad != nil {
			s = "BAD " + s
		}
		if c.Out != "" {
			s += " => " + c.Out
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "|")
}

func TestSplitSession(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"one command", "$ echo hi\n", "echo hi"},
		{"output follows", "$ echo hi\nhi\n", "echo hi => hi\n"},
		{"command after output", "$ a\n1\n$ b\n2\n", "a => 1\n|b => 2\n"},
		{"several commands", "$ a\n$ b\n", "a|b"},
		{"empty prompt", "$ a\n$\n$ b\n", "a||b"},
		{"backslash", "$ a \\\n  b\nout\n", "a \\\n  b => out\n"},
		{"backslash in a comment continues nothing", "$ a # b \\\nout\n", "a # b \\ => out\n"},
		{"escaped backslash continues nothing", "$ a \\\\\nout\n", "a \\\\ => out\n"},
		{"backslash before a prompt", "$ a \\\n$ b\n", "a \\|b"},
		{"blank after the backslash ends the command", "$ a \\ \n  b\n", "a \\  =>   b\n"},
		{"pipe at the end of a line", "$ a |\n  b\nout\n", "a |\n  b => out\n"},
		{"quotes over lines", "$ a '1\n2' b\nout\n", "a '1\n2' b => out\n"},
		{"prompt inside quotes", "$ a '\n$ b\n'\nout\n", "a '\n$ b\n' => out\n"},
		{"heredoc", "$ cat <<EOF\n$ x\nEOF\nout\n", "cat <<EOF\n$ x\nEOF => out\n"},
		{"heredoc, quoted delimiter", "$ cat <<'END' | b\n1\nEND\nout\n", "cat <<'END' | b\n1\nEND => out\n"},
		{"heredoc, escaped delimiter", "$ cat <<\\EOF > x\n'$a'\n\nEOF\nout\n", "cat <<\\EOF > x\n'$a'\n\nEOF => out\n"},
		{"heredoc with tabs", "$ cat <<-EOF\n\t1\n\tEOF\nout\n", "cat <<-EOF\n\t1\n\tEOF => out\n"},
		{"two heredocs", "$ a <<A <<B\n1\nA\n2\nB\nout\n", "a <<A <<B\n1\nA\n2\nB => out\n"},
		{"heredoc in a substitution", "$ a $(cat <<EOF\n1\nEOF\n)\nout\n", "a $(cat <<EOF\n1\nEOF\n) => out\n"},
		{"heredoc in process substitution", "$ a <(cat <<EOF\n1\nEOF\n)\nout\n", "a <(cat <<EOF\n1\nEOF\n) => out\n"},
		{"loop without prompts", "$ for i in 1 2; do\n  echo $i\ndone\n1\n2\n", "for i in 1 2; do\n  echo $i\ndone => 1\n2\n"},
		{"loop with continuation prompts", "$ for i in 1 2; do\n> echo $i\n> done\n1\n", "for i in 1 2; do\necho $i\ndone => 1\n"},
		{"heredoc with continuation prompts", "$ cat <<EOF\n> a\n>\n> EOF\na\n", "cat <<EOF\na\n\nEOF => a\n"},
		{"quoted lines that only look like continuation prompts", "$ echo '\n> a\nb'\n", "echo '\n> a\nb'"},
		{"loop with the prompt on every line", "$ for i in 1 2; do\n$ for j in 1; do\n$   echo $i\n$ done\n$ done\n$ b\n", "for i in 1 2; do\nfor j in 1; do\n  echo $i\ndone\ndone|b"},
		{"function", "$ f() {\n  a\n}\n$ f\n", "f() {\n  a\n}|f"},
		{"placeholder is an argument", "$ a <pod-name>\nout\n", "a <pod-name> => out\n"},
		{"never closed: the rest is kept", "$ echo \"a\n$ b\nout\n", "BAD echo \"a|b => out\n"},
		{"heredoc never closed", "$ cat <<EOF\n1\n  EOF\n$ b\n", "BAD cat <<EOF\n1\n  EOF|b"},
		{"wrong from the start", "$ a )\nout\n$ b\n", "BAD a ) => out\n|b"},
		{"lines before the first prompt", "# remark\n\n$ a\n", "a"},
		{"dollar without a blank is output", "$ a\n$5\n", "a => $5\n"},
		{"no newline at the end", "$ a\nout", "a => out"},
		{"carriage returns", "$ a \\\r\n  b\r\nout\r\n", "a \\\r\n  b\r => out\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := shown(Session(tt.in)); got != tt.want {
				t.Errorf("Session(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestSplitScript(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"statements", "a\nb\n", "a|b"},
		{"two on a line are one", "a; b\nc\n", "a; b|c"},
		{"comments between belong to none", "# 1\na # 2\n# 3\n\nb\n# 4\n", "a # 2|b"},
		{"comments inside stay", "for i in 1; do\n  # x\n  a\ndone\n", "for i in 1; do\n  # x\n  a\ndone"},
		{"heredoc", "cat <<EOF | b\n# 1\n\nEOF\n# x\nc\n", "cat <<EOF | b\n# 1\n\nEOF|c"},
		{"empty heredoc", "cat <<EOF\nEOF\nc\n", "cat <<EOF\nEOF|c"},
		{"heredoc of a command that is not the last of its line", "a <<EOF & b\n1\nEOF\nc\n", "a <<EOF & b\n1\nEOF|c"},
		{"backslash", "a \\\n  b\nc", "a \\\n  b|c"},
		{"background", "a &\nb\n", "a &|b"},
		{"wrong", "a\nb )\n", "BAD a\nb )"},
		{"only comments", "# a\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cmds := Script(tt.in)
			if got := shown(cmds); got != tt.want {
				t.Errorf("Script(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			for _, c := range cmds {
				if at := c.InBlock(0); !strings.HasPrefix(tt.in[at:], c.Text) {
					t.Errorf("%q is not at %d of %q", c.Text, at, tt.in)
				}
			}
		})
	}
}

// FuzzSplitSession: it never panics; every byte of a command is the byte of the
// block that it says it is; commands and outputs follow each other and cover
// everything from the first prompt on, but for prompts.
func FuzzSplitSession(f *testing.F) {
	for _, s := range []string{"$ a\nb\n$ c", "$ cat <<EOF\n> a\n> EOF\nx\n", "$ for i in 1; do\n$ a\n$ done\n", "$ a \\\n$ 'b\n", "$ <a b> <<-'E'\n\tE\n", "$\n$ \n> \n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		at := -1
		for _, c := range Session(text) {
			for i := range len(c.Text) {
				b := c.InBlock(i)
				if b < 0 || b >= len(text) || text[b] != c.Text[i] {
					t.Fatalf("byte %d of %q is not at %d of %q", i, c.Text, b, text)
				}
				if at >= 0 && !onlyPrompts(text[at:b]) {
					t.Fatalf("%q is lost before %q in %q", text[at:b], c.Text, text)
				}
				at = b + 1
			}
			if c.Out != "" {
				if !strings.HasPrefix(text[c.OutAt:], c.Out) || at >= 0 && !onlyPrompts(text[at:c.OutAt]) {
					t.Fatalf("output %q is not at %d of %q", c.Out, c.OutAt, text)
				}
				at = c.OutAt + len(c.Out)
			}
		}
		if at >= 0 && !onlyPrompts(text[at:]) {
			t.Fatalf("%q is lost at the end of %q", text[at:], text)
		}
		for _, c := range Script(text) {
			if !strings.HasPrefix(text[c.InBlock(0):], c.Text) {
				t.Fatalf("%q is not at %d of %q", c.Text, c.InBlock(0), text)
			}
		}
	})
}

func onlyPrompts(s string) bool { return strings.Trim(s, "$> \r\n") == "" }
