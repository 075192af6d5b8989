package check

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/probatum/probatum/internal/page"
)

// plan makes the plan of one page of Markdown.
func plan(t *testing.T, text string, o Options) *Plan {
	t.Helper()
	set, err := page.Load(t.Context(), fstest.MapFS{"p.md": {Data: []byte(text)}}, page.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range set.Pages {
		if p.File != nil && p.File.Name == "p.md" {
			return New(p, o)
		}
	}
	t.Fatal("no page p.md")
	return nil
}

// verdicts shows items as "KIND STATUS: REASON [CLAIMS]".
func verdicts(p *Plan) string {
	var out []string
	for _, it := range p.Items {
		s := string(it.Kind)
		if it.Status != "" {
			s += " " + string(it.Status) + ": " + it.Reason
		}
		if n := len(it.Claims); n > 0 {
			s += fmt.Sprintf(" [%d]", n)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func fence(info, text string) string { return "```" + info + "\n" + text + "```\n" }

func TestKind(t *testing.T) {
	const pod = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: p\n"
	tests := []struct{ name, in, want string }{
		{"session", fence("bash", "$ echo hi\nhi\n"), "session [1]"},
		{"session after a remark", fence("sh", "# first\n$ echo hi\n"), "session [1]"},
		{"script", fence("shell", "echo hi\necho ho\n"), "script [2]"},
		{"text shortcode", "{{< text bash >}}\n$ echo hi\n{{< /text >}}\n", "session [1]"},
		{"text shortcode with the language of the output", "{{< text syntax=\"bash yaml\" >}}\n$ echo hi\n{{< /text >}}\n", "session [1]"},
		{"only remarks", fence("bash", "# nothing\n"), "script static: no command in it"},
		{"guess", fence("", "kubectl get pods\n"), "guessed [1]"},
		{"guess with a prompt", fence("", "$ kubectl get pods\nNAME\n"), "guessed [1]"},
		{"guess behind settings", fence("", "# x\nexport A=b\ncd /\nkubectl get pods\n"), "guessed [3]"},
		{"no guess: unknown program", fence("", "frobnicate it\n"), "code unchecked: no language is given"},
		{"no guess: a command that prints a manifest", fence("", "$ cat a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"), "code unchecked: no language is given"},
		{"a fence in indented code", "=== \"Tab\"\n\n    ```yaml\n    apiVersion: v1\n    kind: ConfigMap\n    ```\n", "code unchecked: its fence stands four blanks or more too far to the right: it is shown as text"},
		{"no guess: no shell", fence("", "kubectl ( is a program\n"), "code unchecked: no language is given"},
		{"no guess: another language", fence("text", "kubectl get pods\n"), "code unchecked: nothing is known of text"},
		{"indented block", "x\n\n    kubectl get pods\n", "guessed [1]"},
		{"manifest", fence("yaml", pod), "manifest [1]"},
		{"manifest without a language", fence("", pod), "manifest [1]"},
		{"manifest in JSON", fence("json", `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "p"}}`+"\n"), "manifest [1]"},
		{"several documents are one claim", fence("yaml", pod+"---\n"+pod), "manifest [1]"},
		{"elided manifest", fence("yaml", pod+"...\n"), "manifest static: a part is left out with ...; the rest: valid by its schema: ConfigMap (v1) [1]"},
		{"manifest with a gap", fence("yaml", pod+"data:\n  name: <your-name>\n"), "manifest static: placeholder <your-name> has no value: give it in check.vars [1]"},
		{"markup in a manifest is no gap", fence("yaml", pod+"data:\n  a: <html></html><br>\n"), "manifest [1]"},
		{"fragment", fence("yaml", "spec:\n  a: 1\n"), "fragment static: a fragment that fits no known kind: only its syntax was checked"},
		{"manifest and fragment", fence("yaml", pod+"---\na: 1\n"), "manifest static: a document in it has no apiVersion and kind: only its syntax was checked [1]"},
		{"client configuration", fence("yaml", "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"), "client config static: a configuration that no API server serves: only its syntax was checked"},
		{"list in YAML", fence("yaml", "- a\n- b\n"), "data static: data: only its syntax was checked"},
		{"json", fence("json", "{\"a\": 1}\n"), "data static: data: only its syntax was checked"},
		{"toml", fence("toml", "a = 1\n"), "data static: TOML: only its syntax was checked"},
		{"wrong toml", fence("toml", "a = \n"), "data failed: not TOML: expected value but found '\\n' instead"},
		{"code", fence("go", "package a\n"), "code unchecked: nothing is known of go"},
		{"file", fence("text {file=a.txt}", "x\n"), "file [1]"},
		{"script to a file is not run", fence("bash {file=a.sh}", "echo hi\n"), "file [1]"},
		{"manifest to a file is applied, too", fence("yaml {file=a.yaml}", pod), "manifest [2]"},
		{"output by attribute", fence("bash", "echo hi\n") + "\n" + fence("yaml {output}", "hi\n"), "script [1]\noutput"},
		{"output by the words before it", fence("bash", "echo hi\n") + "\nThe output is:\n\n" + fence("", "hi\n"), "script [1]\noutput"},
		{"output in a shell language", fence("shell", "a\n") + "\nThe output is similar to this:\n\n" + fence("shell", "NAME READY\nx 1/1\n"), "script [1]\noutput"},
		{"output in YAML of a read", fence("shell", "kubectl get pod a -o yaml\n") + "\nThe output shows the pod:\n\n" + fence("yaml", pod), "script [1]\noutput"},
		{"YAML after a mutation is none", fence("shell", "kubectl delete pod a\n") + "\nThe output of all this goes into a pod:\n\n" + fence("yaml", pod), "script [1]\nmanifest [1]"},
		{"what one sees when it fails is none", fence("bash", "a\n") + "\nIf you see something like:\n\n" + fence("", "oops\n"), "script [1]\ncode unchecked: no language is given"},
		{"a command announced with such words stays one", fence("bash", "a\n") + "\nShow the output:\n\n" + fence("bash", "cat a\n"), "script [1]\nscript [1]"},
		{"output of nothing", fence("text {output}", "x\n"), "output failed: output of no command: the block before it runs nothing"},
		{"output of what is not run", fence("bash {skip=\"slow\"}", "a\n") + "\n" + fence("text {output}", "x\n"), "script skipped: slow\noutput skipped: its command is not run: slow"},
		{"shell declared as YAML", fence("yaml", "kubectl apply -f - <<EOF\na: 1\nEOF\n"), "script failed: the block is declared yaml, but it is shell commands"},
		{"session declared as JSON", fence("json", "$ kubectl get x\n{}\n"), "session failed: the block is declared json, but it is shell commands"},
		{"manifest declared as shell", fence("bash", pod), "manifest failed: the block is declared bash, but it is a manifest"},
		{"skipped without a look at its content", fence("yaml {skip=\"why\"}", "a: b: c\n"), "data skipped: why"},
		{"fails: shown on purpose", fence("yaml {fails}", "apiVersion: batch/v1beta1\nkind: CronJob\n"), "manifest [1]"},
		{"page with test: no", "---\ntest: no\n---\n" + fence("bash", "a\n") + fence("yaml", "a: b: c\n"), "script skipped: the page says test: no [1]\ndata failed: not YAML: mapping values are not allowed in this context"},
		{"page with test: n/a and settings of its own", "---\ntest: n/a\ncheck:\n  needs: api\n---\n" + fence("bash", "a\n"), "script [1]"},
		{"page that is skipped", "---\ncheck:\n  skip: old\n---\n" + fence("bash", "a\n") + fence("yaml", "a: b: c\n"), "script skipped: old [1]\ndata skipped: old"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := verdicts(plan(t, tt.in, Options{Guess: true})); got != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestGuessOff(t *testing.T) {
	got := verdicts(plan(t, fence("", "kubectl get pods\n"), Options{}))
	if want := "guessed static: no language is given; that it is commands is a guess, which check.guess does not run [1]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What is wrong is said with its place in the page, also inside lists,
// shortcodes and heredocs.
func TestProblems(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"removed API in a list", "1. x\n\n    {{< text yaml >}}\n    apiVersion: \"authentication.istio.io/v1alpha1\"\n    kind: \"Policy\"\n    {{< /text >}}\n",
			"p.md:4:5: authentication.istio.io/v1alpha1 Policy was removed in Istio 1.6"},
		{"removed API in a heredoc", fence("bash", "$ kubectl apply -f - <<EOF\nkind: Ingress\napiVersion: networking.k8s.io/v1beta1\nEOF\n"),
			"p.md:4:1: networking.k8s.io/v1beta1 Ingress was removed in Kubernetes 1.22"},
		{"removed API in a heredoc behind continuation prompts", fence("bash", "$ kubectl apply -f - <<EOF\n> kind: Ingress\n> apiVersion: networking.k8s.io/v1beta1\n> EOF\n"),
			"p.md:4:3: networking.k8s.io/v1beta1 Ingress was removed in Kubernetes 1.22"},
		{"removed API for a page about older releases", "---\ncheck:\n  kubernetes: \"<1.22\"\n---\n" + fence("yaml", "apiVersion: extensions/v1beta1\nkind: Ingress\n"), ""},
		{"broken manifest in a heredoc", fence("bash", "kubectl apply -f - <<'EOF'\napiVersion: v1\nkind: Pod\nmetadata:\n  name: 1a\n  name: 2a\nEOF\n"),
			`p.md:7:3: key "name" stands here a second time, first on line 6`},
		{"heredoc with a tab", fence("bash", "cat <<-EOF | kubectl apply -f -\n\tapiVersion: batch/v1beta1\n\tkind: CronJob\n\tEOF\n"),
			"p.md:3:2: batch/v1beta1 CronJob was removed in Kubernetes 1.25"},
		{"duplicate key", fence("yaml", "a: 1\na: 2\n"), `p.md:3:1: key "a" stands here a second time, first on line 2`},
		{"syntax error of a script", fence("bash", "echo a\necho 'b\n"), "p.md:3:6: not shell: reached EOF without closing quote `'`"},
		{"heredoc never closed", fence("bash", "$ cat <<EOF\n1\n  EOF\n"), "p.md:2:7: not shell: unclosed here-document `EOF`"},
		{"backslash before done", fence("bash", "$ for i in 1; do \\\n    echo $i \\\ndone\n"), `p.md:3:13: the backslash makes "done" an argument of the command before it`},
		{"blank after a backslash", fence("bash", "$ echo a \\ \n  b\n"), "p.md:2:10: a blank after the backslash ends the command here"},
		{"blank after a backslash in a script", fence("bash", "echo a \\ \n  b\n"), "p.md:2:8: a blank after the backslash ends the command here"},
		{"long dash", fence("bash", "$ kubectl get pods –n foo\n"), `p.md:2:20: "–n" starts with a long dash`},
		{"long dash in quotes is right", fence("bash", "$ echo \"–n\"\n"), ""},
		{"curly quotes", fence("bash", "$ echo “a b”\n"), "p.md:2:8: curly quotes are no quotes for the shell\np.md:2:14: curly quotes are no quotes for the shell"},
		{"unknown attribute", fence("bash {skpi=\"x\"}", "a\n"), `p.md:1:10: unknown attribute "skpi"`},
		{"exit status", fence("bash {exit=abc}", "a\n"), `p.md:1:10: exit="abc" is no exit status`},
		{"duration", fence("bash {within=5}", "a\n"), `p.md:1:10: within="5" is no duration`},
		{"way to compare", fence("bash {match=exactly}", "a\n"), `p.md:1:10: match="exactly" is no way to compare`},
		{"flag with a value", fence("bash {apply=maybe}", "a\n"), `p.md:1:10: apply="maybe": apply takes no value`},
		{"fails with a value", fence("bash {fails=yes}", "a\n"), `p.md:1:10: fails="yes": fails takes no value`},
		{"until without a text", fence("bash {until}", "a\n"), "p.md:1:10: until needs a text"},
		{"until in a shortcode", "{{< text syntax=bash until=\"\" >}}\n$ a\n{{< /text >}}\n", "p.md:1:22: until needs a text"},
		{"background for YAML", fence("yaml {background}", "a: 1\n"), "p.md:1:10: background means nothing for this block, which is a fragment"},
		{"apply for a command", fence("bash {apply}", "a\n"), "p.md:1:10: apply means nothing for this block, which is a script"},
		{"apply for a manifest", fence("yaml {apply fails timeout=3s}", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"), ""},
		{"a way to compare for Go", fence("go {match=exact}", "a\n"), "p.md:1:8: match means nothing for this block, which is code"},
		{"setup and cleanup", fence("bash {setup cleanup}", "a\n"), "p.md:1:10: setup and cleanup exclude each other"},
		{"skip without a reason", fence("bash {skip}", "a\n"), "p.md:1:10: skip needs a reason"},
		{"name out of the folder", fence("bash {file=../a}", "a\n"), `p.md:1:10: file="../a" leads out of the working folder`},
		{"attributes of others", fence("yaml {hl_lines=[1] linenos=table title=\"a b\" .x #y}", "a: 1\n"), ""},
		{"parameters of Istio", "{{< text syntax=bash snip_id=x outputis=json repo=api expandlinks=\"false\" >}}\n$ echo a\n{{< /text >}}\n", ""},
		{"Kind", fence("yaml", "apiVersion: v1\nKind: Pod\n"), `p.md:3:1: a manifest has no key "Kind"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, it := range plan(t, tt.in, Options{Guess: true}).Items {
				for _, d := range it.Problems {
					if d.Hint == "" && d.Rule != "shell" {
						t.Errorf("no hint: %s", d)
					}
					d.Hint = ""
					got = append(got, d.String())
				}
			}
			if g := strings.Join(got, "\n"); g != tt.want {
				t.Errorf("%s\n got %s\nwant %s", tt.in, g, tt.want)
			}
		})
	}
}

func TestHints(t *testing.T) {
	for attr, want := range map[string]string{"skpi=x": "did you mean skip?", "within=5": "write a unit, as within=5s", "match=exakt": "did you mean exact?", "backgroud": "did you mean background?"} {
		if got := plan(t, fence("bash {"+attr+"}", "a\n"), Options{}).Items[0].Problems[0].Hint; got != want {
			t.Errorf("%s: hint %q, want %q", attr, got, want)
		}
	}
}

// Claims have the place and the text of what is run.
func TestClaims(t *testing.T) {
	in := "---\ncheck:\n  timeout: 1m\n  vars: {\"<pod>\": web, \"$HOST\": 127.0.0.1}\n---\n1. x\n\n   {{< text bash >}}\n   $ kubectl logs <pod>\n   $ curl $HOST:80 $HOSTNAME\n   <html>\n   $ kubectl apply -f @samples/a.yaml@\n   {{< /text >}}\n"
	p := plan(t, in, Options{Files: fstest.MapFS{"samples/a.yaml": {}}})
	want := []Claim{
		{At: 2, Text: "kubectl logs web"},
		{At: 23, Text: "curl 127.0.0.1:80 $HOSTNAME", Want: "<html>\n"},
		{At: 56, Text: "kubectl apply -f samples/a.yaml"},
	}
	it := p.Items[0]
	if it.Status != "" || len(it.Claims) != len(want) {
		t.Fatalf("status %q (%s), %d claims", it.Status, it.Reason, len(it.Claims))
	}
	for i, w := range want {
		c := it.Claims[i]
		if c.At != w.At || c.Text != w.Text || c.Want != w.Want || c.Timeout != time.Minute || c.Pos != it.Block.PosAt(w.At) || c.Pos.Col != 6 {
			t.Errorf("claim %d: got %+v, want %+v", i, c, w)
		}
	}
	if got := it.Claims[1].WantPos.String(); got != "p.md:11:4" {
		t.Errorf("output at %s", got)
	}
}

func TestAttributesOfClaims(t *testing.T) {
	p := plan(t, fence("bash {exit=3 within=5s timeout=1m match=lines empty}", "a\nb\n")+fence("yaml {apply fails}", "apiVersion: v1\nkind: Pod\n")+fence("bash {setup}", "a\n")+fence("bash {cleanup background}", "a\n")+fence("bash {vars=\"<a>=1, <b>=2\"}", "x <a> <b>\n"), Options{})
	a, b := p.Items[0].Claims[0], p.Items[0].Claims[1]
	if a.Fails || !b.Fails || b.Exit != 3 || a.Within != 5*time.Second || a.Timeout != time.Minute || a.Match != "lines" || !a.Empty {
		t.Errorf("claims %+v\n%+v", a, b)
	}
	if c := p.Items[1].Claims[0]; c.Kind != Apply || !c.Keep || !c.Fails {
		t.Errorf("manifest: %+v", c)
	}
	if !p.Items[2].Setup || !p.Items[3].Cleanup || !p.Items[3].Claims[0].Background {
		t.Errorf("setup, cleanup: %+v %+v", p.Items[2], p.Items[3])
	}
	if got := p.Items[4].Claims[0].Text; got != "x 1 2" {
		t.Errorf("vars: %q", got)
	}
}

// An output block is the expected output of the command before it.
func TestOutput(t *testing.T) {
	p := plan(t, fence("bash", "a\n")+"\nThe output is:\n\n"+fence("", "\n1\n\n"), Options{})
	c := p.Items[0].Claims[0]
	if p.Items[1].Of != 0 || !c.HasWant || c.Want != "1\n" || c.WantPos.String() != "p.md:9:1" {
		t.Errorf("claim %+v of item %d", c, p.Items[1].Of)
	}
	p = plan(t, fence("bash", "$ a\n1\n")+"\nThe output is:\n\n"+fence("", "2\n"), Options{})
	if got := verdicts(p); got != "session [1]\noutput static: the command before it shows its output already" || p.Items[0].Claims[0].Want != "1\n" {
		t.Errorf("second output: %s", got)
	}
}
