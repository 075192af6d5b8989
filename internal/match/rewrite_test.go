package match_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/probatum/probatum/internal/match"
)

var rewrites = []struct {
	name, rule, want, got, new string
}{
	{"one word", "", "hello world\n", "hello there\n", "hello there\n"},
	{"all that came is the same but an age", "", "NAME   READY   AGE\nweb    1/1     3d\n", "NAME   READY   AGE\nweb    1/1     12s\n", "NAME   READY   AGE\nweb    1/1     3d\n"},
	{"a status; the age stays", "",
		"NAME   READY   STATUS    AGE\nweb    1/1     Running   3d\ndb     1/1     Running   3d\n",
		"NAME   READY   STATUS    AGE\nweb    0/1     Pending   9s\ndb     1/1     Running   9s\n",
		"NAME   READY   STATUS    AGE\nweb    0/1     Pending   3d\ndb     1/1     Running   3d\n"},
	{"a longer cell keeps what is behind it where there is room", "",
		"NAME   STATUS    AGE\nweb    Running   3d\n",
		"NAME   STATUS             AGE\nweb    CrashLoopBackOff   9s\n",
		"NAME   STATUS    AGE\nweb    CrashLoopBackOff   3d\n"},
	{"a row more, in its place", "",
		"NAME   STATUS    AGE\na      Running   3d\nc      Running   3d\n",
		"NAME   STATUS    AGE\na      Running   5s\nb      Running   5s\nc      Running   5s\n",
		"NAME   STATUS    AGE\na      Running   3d\nb      Running   5s\nc      Running   3d\n"},
	{"a row less", "",
		"NAME   STATUS    AGE\na      Running   3d\nb      Running   3d\n",
		"NAME   STATUS    AGE\nb      Running   5s\n",
		"NAME   STATUS    AGE\nb      Running   3d\n"},
	{"a row with another name, among others in another order", "",
		"NAME   STATUS    AGE\na      Running   3d\nb      Running   3d\nc      Running   3d\n",
		"NAME   STATUS    AGE\nc      Running   5s\nx      Running   5s\na      Running   5s\n",
		"NAME   STATUS    AGE\na      Running   3d\nx      Running   3d\nc      Running   3d\n"},
	{"rows left out stay so", "",
		"NAME   STATUS    AGE\na      Running   3d\n...\n",
		"NAME   STATUS    AGE\na      Pending   5s\nb      Running   5s\nc      Running   5s\n",
		"NAME   STATUS    AGE\na      Pending   3d\n...\n"},
	{"an empty cell that is filled", "",
		"NAME   CLAIM   STATUS   AGE\na              Free     3d\nb      x       Bound    3d\n",
		"NAME   CLAIM   STATUS   AGE\na      y       Free     5s\nb      x       Bound    5s\n",
		"NAME   CLAIM   STATUS   AGE\na      y       Free     3d\nb      x       Bound    3d\n"},
	{"an empty cell behind one that has no room", "",
		"NAME   CLAIM   STATUS   AGE\na              Free     3d\nb      x       Bound    3d\n",
		"NAME        CLAIM   STATUS   AGE\na-long-one          Free     5s\nb           x       Bound    5s\n",
		"NAME         CLAIM   STATUS   AGE\na-long-one           Free     3d\nb            x       Bound    3d\n"},
	{"elided lines stay", "", "a\n...\nb 1\n", "a\nx\ny\nb 2\n", "a\n...\nb 2\n"},
	{"a changed line between elided ones", "", "...\nfoo: 1\n...\n", "x: 1\nfoo: 2\ny: 3\n", "...\nfoo: 2\n...\n"},
	{"dots in a line stay", "", "pod/web-... created\n", "pod/web-abc configured\n", "pod/web-... configured\n"},
	{"a time in a changed line stays", "", "at 2024-01-02T03:04:05Z all is good\n", "at 2026-05-06T07:08:09Z all is bad\n", "at 2024-01-02T03:04:05Z all is bad\n"},
	{"blanks in a line", "", "Name:         web\nNode:         a\n", "Name:         web\nNode:         b\n", "Name:         web\nNode:         b\n"},
	{"a run of lines that the page indents", "", "  a\n  b 1\n", "a\nb 2\nc\n", "  a\n  b 2\n  c\n"},
	{"the output's own indentation", "", "x\n", "   a\n  b\n", "   a\n  b\n"},
	{"JSON: one leaf", "", "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": \"x\"\n  }\n}\n", "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": \"y\"\n  }\n}\n", "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": \"y\"\n  }\n}\n"},
	{"JSON: a volatile member stays", "", "{\n  \"resourceVersion\": \"123\",\n  \"b\": 1\n}\n", "{\n  \"resourceVersion\": \"999\",\n  \"b\": 2\n}\n", "{\n  \"resourceVersion\": \"123\",\n  \"b\": 2\n}\n"},
	{"JSON: a member more", "", "{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "{\n  \"a\": 1,\n  \"b\": 2\n}\n"},
	{"JSON: elided", "", "{\n  \"a\": 1,\n  ...\n}\n", "{\n  \"a\": 2,\n  \"b\": 2\n}\n", "{\n  \"a\": 2,\n  ...\n}\n"},
	{"JSON on one line", "", "{\"a\":1,\"t\":\"2024-01-02T03:04:05Z\"}\n", "{\"a\":2,\"t\":\"2026-05-06T07:08:09Z\"}\n", "{\"a\":2,\"t\":\"2024-01-02T03:04:05Z\"}\n"},
	{"YAML: one leaf, elided rest", "", "apiVersion: v1\nkind: ConfigMap\ndata:\n  sky: blue\nmetadata:\n  uid: 11111111-2222-3333-4444-555555555555\n...\n", "apiVersion: v1\ndata:\n  sky: red\nkind: ConfigMap\nmetadata:\n  uid: 99999999-2222-3333-4444-555555555555\n  x: y\n", ""},
	{"YAML in order", "", "apiVersion: v1\ndata:\n  sky: blue\nkind: ConfigMap\n...\n", "apiVersion: v1\ndata:\n  sky: red\nkind: ConfigMap\nmetadata:\n  name: x\n", "apiVersion: v1\ndata:\n  sky: red\nkind: ConfigMap\n...\n"},
	{"exact", "exact", "a  b\n3d\n", "a b\n4d\n", "a b\n4d\n"},
	{"contains", "contains", "b 1\nc\n", "a\nb 2\nc\nd\n", "b 2\nc\n"},
	{"lines", "lines", "z\nb 1\n", "a\nb 2\nz\n", "z\nb 2\n"},
	{"regex", "regex", "a.*\nb\\d\n", "abc\n(c)\n", "a.*\n\\(c\\)\n"},
	{"like", "like", "a 1 b\n", "a 2 c\n", "a 1 c\n"},
	{"istio-first-line", "istio-first-line", "a\nb\n", "c\nd\n", "c\nb\n"},
	{"istio-same", "istio-same", "a\nb\n", "a\nc\n", "a\nc\n"},
	{"progress does not count", "", "Waiting for deployment \"x\" rollout to finish: 0 of 1 updated replicas are available...\ndeployment \"x\" successfully rolled out\n", "deployment \"y\" successfully rolled out\n",
		"Waiting for deployment \"x\" rollout to finish: 0 of 1 updated replicas are available...\ndeployment \"y\" successfully rolled out\n"},
	{"another column", "", "NAME   AGE\na      3d\n", "NAME   STATUS   AGE\na      Ok       5s\n", "NAME   STATUS   AGE\na      Ok       3d\n"},
	{"only the elision is left", "", "...\na\n...\n", "x\ny\n", "error: what came does not fit around the \"...\" of the page"},
	{"nothing came", "", "a\n", "\n", "error: nothing was printed"},
	{"an excerpt that is gone", "contains", "b\n", "x\ny\n", "error: the page shows a part of the output, and nothing like that part came"},
	{"what must not come", "istio-not-contains", "b\n", "b\n", "error: the page says what must not come"},
}

func TestRewrite(t *testing.T) {
	for _, test := range rewrites {
		t.Run(test.name, func(t *testing.T) {
			o := match.Options{Rule: test.rule}
			ls, err := o.Rewrite(test.want, test.got)
			made := joined(ls)
			if err != nil {
				made = "error: " + err.Error()
			} else {
				agrees(t, o, test.want, test.got, ls)
			}
			if test.new != "" && made != test.new {
				t.Errorf("got\n%swant\n%s", made, test.new)
			}
		})
	}
}

// What came of a real command, changed, can be put into the page that shows it;
// and what is put there agrees.
func TestRewriteReal(t *testing.T) {
	n, failed := 0, 0
	for _, set := range sets {
		for k, s := range set.samples(t) {
			if testing.Short() && k%8 > 0 {
				continue
			}
			d := prepare(s)
			o := match.Options{Ordered: sorting(s.command)}
			for _, m := range mutations {
				r := rand.New(rand.NewPCG(uint64(k), uint64(len(m.name))))
				got, ok := m.change(r, d)
				if !ok || o.Compare(d.want, got) == nil {
					continue
				}
				ls, err := o.Rewrite(d.want, got)
				if errors.Is(err, match.ErrNothingCame) {
					continue
				}
				n++
				if err != nil {
					if !strings.Contains(d.want, "...") {
						t.Errorf("%s: %s: %v", s.name, m.name, err)
					}
					failed++
					if !set.heldOut && *showFlag == "rewrite" && failed%10 == 0 {
						t.Logf("%s: %s: %v\n%s---\n%s", s.name, m.name, err, d.want, got)
					}
					continue
				}
				agrees(t, o, d.want, got, ls)
			}
		}
	}
	t.Logf("%d outputs that differ, %d could not be rewritten", n, failed)
	if failed*40 > n { // an excerpt of what is not there any more
		t.Errorf("%d of %d outputs could not be rewritten", failed, n)
	}
}

func joined(ls []match.Line) string {
	var b strings.Builder
	for _, l := range ls {
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

// agrees says what is wrong with rewritten lines.
func agrees(t *testing.T, o match.Options, want, got string, ls []match.Line) {
	t.Helper()
	if d := o.Compare(joined(ls), got); d != nil {
		t.Errorf("what was made does not agree: %v\n%s", d, joined(ls))
	}
	page := strings.Split(want, "\n")
	for _, l := range ls {
		if l.Kept && strings.TrimRight(page[l.At], " \t\r") != l.Text {
			t.Errorf("line %d is said to be kept: %q", l.At, l.Text)
		}
	}
}
