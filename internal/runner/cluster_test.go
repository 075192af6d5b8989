//go:build linux

package runner

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/report"
	"github.com/probatum/probatum/internal/versions"
)

// A fakeCluster is a folder whose files are its objects, and a kubectl that
// makes and lists them.
type fakeCluster struct {
	*Cluster
	dir   string // objects, one file each
	marks map[string][]string
	log   []string // what was asked of it, in order
	done  chan struct{}
}

const fakeKubectl = `#!/bin/bash
cd "$(dirname "$0")/../objects"
case "$1 $2" in
"create namespace") [ -e "namespaces $3" ] && { echo "Error from server (AlreadyExists): namespaces \"$3\" already exists" >&2; exit 1; }
	touch "namespaces $3"; echo "namespace/$3 created";;
"create deployment") touch "deployments default_$3" "pods default_$3-x";;
"get namespaces") ls | sed -n 's/^namespaces //p';;
"context show") cat "$KUBECONFIG";;
"context set") echo "$3" >"$KUBECONFIG";;
apply*)
	for a; do case $a in *.yaml) file=$a;; esac; done
	ns=$(sed -n 's/^  namespace: //p' "$file")
	[ "$ns" ] && [ ! -e "namespaces $ns" ] && { echo "Error from server (NotFound): error when creating \"$file\": namespaces \"$ns\" not found" >&2; exit 1; }
	grep -q replicaz "$file" && { echo "Error from server (BadRequest): error when creating \"$file\": Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: unknown field \"spec.replicaz\"" >&2; exit 1; }
	grep -q Policy "$file" && { echo "error: resource mapping not found for name: \"x\" namespace: \"\" from \"$file\": no matches for kind \"Policy\" in version \"v1\"
ensure CRDs are installed first" >&2; exit 1; }
	case "$*" in *--dry-run*) echo "x (server dry run)";; *) touch "things kept"; echo "x created";; esac;;
*) echo "error: unknown command" >&2; exit 1;;
esac
`

func newFakeCluster(t *testing.T) *fakeCluster {
	t.Helper()
	root := t.TempDir()
	f := &fakeCluster{dir: filepath.Join(root, "objects"), marks: map[string][]string{}, done: make(chan struct{})}
	for _, dir := range []string{"objects", "bin"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(root, "bin", "kubectl"), fakeKubectl, 0o700)
	write(t, filepath.Join(root, "kubeconfig"), "the fake\n", 0o600)
	f.Cluster = &Cluster{Provider: "embedded", Kubernetes: "v1.34.4", Kubeconfig: filepath.Join(root, "kubeconfig"),
		Bin: filepath.Join(root, "bin"), Done: f.done, Mark: f.mark, Rewind: f.rewind}
	return f
}

func write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func (f *fakeCluster) objects() (names []string) {
	entries, _ := os.ReadDir(f.dir)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func (f *fakeCluster) mark(_ context.Context, name string) error {
	f.log = append(f.log, "mark "+name)
	f.marks[name] = f.objects()
	return nil
}

func (f *fakeCluster) rewind(_ context.Context, name string) (added []string, err error) {
	f.log = append(f.log, "rewind "+name)
	want, ok := f.marks[name]
	if !ok {
		return nil, fmt.Errorf("no mark %s", name)
	}
	for _, o := range f.objects() {
		if !slices.Contains(want, o) {
			added = append(added, strings.ReplaceAll(o, "_", "/"))
			os.Remove(filepath.Join(f.dir, o))
		}
	}
	for _, o := range want {
		os.WriteFile(filepath.Join(f.dir, o), nil, 0o600)
	}
	return added, nil
}

func withCluster(f *fakeCluster) Options {
	o := quickly()
	o.Cluster = f.Cluster
	return o
}

func kube(text, want string) check.Claim {
	return check.Claim{Text: text, Want: want, Missing: []string{"kubectl"}, Read: strings.HasPrefix(text, "kubectl get")}
}

func apply(text string) check.Claim { return check.Claim{Kind: check.Apply, Text: text} }

func statuses(pg report.Page) string {
	var s []string
	for _, b := range pg.Blocks {
		for _, c := range b.Claims {
			s = append(s, string(c.Status))
		}
	}
	return strings.Join(s, " ")
}

// Each page finds the cluster as its setup scripts leave it; these are run once.
func TestSetup(t *testing.T) {
	f := newFakeCluster(t)
	o := withCluster(f)
	o.Setup = fstest.MapFS{
		"foo.txtar": {Data: []byte("exec kubectl create namespace foo\nexec cat hello\nstdout world\n-- hello --\nworld\n")},
		"bar.txtar": {Data: []byte("exec kubectl create namespace bar\n")},
	}
	see := func(setup []string, want string) *check.Plan {
		p := testPlan(commands(kube("kubectl get namespaces", want), kube("kubectl create namespace mine", "namespace/mine created")))
		p.Items[0].Claims[0].Empty, p.Items[0].Claims[0].HasWant = true, true
		p.Setup = setup
		return p
	}
	run := runPlans(t, o, see(nil, ""), see([]string{"foo"}, "foo"), see([]string{"foo", "bar"}, "bar\nfoo"), see([]string{"foo"}, "foo"), see(nil, ""))
	for i, pg := range run.Pages {
		if s := statuses(pg); s != "verified verified" {
			t.Errorf("page %d: %s %+v", i, s, pg.Blocks)
		}
		if !slices.Equal(pg.Leaks, []string{"namespaces mine"}) {
			t.Errorf("page %d left %q", i, pg.Leaks)
		}
	}
	marks := 0
	for _, l := range f.log {
		if strings.HasPrefix(l, "mark ") {
			marks++
		}
	}
	if marks != 3 {
		t.Errorf("%d marks, want base, foo and foo+bar: %q", marks, f.log)
	}
	if len(run.Diagnostics) != 0 || run.Cluster != "embedded" || run.Kubernetes != "v1.34.4" {
		t.Errorf("got %+v", run)
	}
}

// What a setup script says of cleaning up is run once, after the last page that
// uses it, in the state that the script has left; with errors in their place.
func TestSetupCleanup(t *testing.T) {
	f := newFakeCluster(t)
	o := withCluster(f)
	log := filepath.Join(t.TempDir(), "log")
	o.Environ = append(os.Environ(), "TZ="+log) // one of the few variables that come through
	script := func(name string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("exec sh up\n-- up --\necho up " + name + " >>$TZ\nkubectl create namespace " + name +
			"\n-- cleanup --\nexec sh down\n-- down --\necho down " + name + " >>$TZ\nkubectl get namespaces | tr '\\n' ' ' >>$TZ\n")}
	}
	o.Setup = fstest.MapFS{"foo.txtar": script("foo"), "bar.txtar": script("bar"),
		"bad.txtar": {Data: []byte("exec true\n-- file --\n1\n2\n-- cleanup --\n# remark\nexec kubectl nonsense\n")}}
	page := func(setup ...string) *check.Plan {
		p := testPlan(commands(check.Claim{Text: "echo page " + strings.Join(setup, "+") + " >>$TZ"}))
		p.Setup = setup
		return p
	}
	run := runPlans(t, o, page("foo"), page("foo", "bar"), page("foo"), page(), page("bad"))
	data, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	want := "up foo\npage foo\nup bar\npage foo+bar\ndown bar\nbar foo page foo\ndown foo\nfoo page\npage bad\n"
	if string(data) != want {
		t.Errorf("got %q\nwant %q", data, want)
	}
	if len(run.Diagnostics) != 1 || !strings.HasPrefix(run.Diagnostics[0].String(), "testscripts/setup/bad.txtar:7:1: cleaning up failed: ") {
		t.Errorf("got %v", run.Diagnostics)
	}
}

// A cluster that cannot be put back gets each setup script once.
func TestSetupWithoutRewind(t *testing.T) {
	f := newFakeCluster(t)
	f.Mark, f.Rewind = nil, nil
	o := withCluster(f)
	o.Setup = fstest.MapFS{
		"foo.txtar": {Data: []byte("exec kubectl create namespace foo\n-- cleanup --\nexec kubectl create namespace clean\n")},
		"bar.txtar": {Data: []byte("exec kubectl create namespace bar\n")},
	}
	page := func(want string, setup ...string) *check.Plan {
		p := testPlan(commands(kube("kubectl get namespaces", want)))
		p.Setup = setup
		return p
	}
	run := runPlans(t, o, page("foo", "foo"), page("bar\nfoo", "foo", "bar"), page("bar\nclean\nfoo", "bar"), page("bar\nclean\nfoo"))
	for i, pg := range run.Pages {
		if s := statuses(pg); s != "verified" {
			t.Errorf("page %d: %s %+v", i, s, pg.Blocks)
		}
	}
}

// A setup script that is wrong is the documents' fault; its pages are not run,
// others are.
func TestSetupWrong(t *testing.T) {
	o := withCluster(newFakeCluster(t))
	o.Cluster.Trouble = func(context.Context) string {
		return "pod foo/x: container c: ErrImagePull\n  event Failed: no such image\n"
	}
	o.Setup = fstest.MapFS{"broken.txtar": {Data: []byte("# first\nexec kubectl create namespace foo\nexec kubectl nonsense\n")}}
	broken, missing := testPlan(commands(kube("kubectl get namespaces", "foo"))), testPlan(commands(kube("kubectl get namespaces", "foo")))
	broken.Setup, missing.Setup = []string{"broken"}, []string{"nosuch"}
	good := testPlan(commands(kube("kubectl create namespace foo", "namespace/foo created")))
	run := runPlans(t, o, broken, missing, broken, good)
	for i, want := range []string{"blocked", "blocked", "blocked", "verified"} {
		if s := statuses(run.Pages[i]); s != want {
			t.Errorf("page %d: %s, want %s", i, s, want)
		}
	}
	if len(run.Diagnostics) != 2 {
		t.Fatalf("got %v", run.Diagnostics)
	}
	if s := run.Diagnostics[1].String(); !strings.HasPrefix(s, "testscripts/setup/broken.txtar:3:1: the setup script failed: ") || !strings.Contains(s, "unknown command; [exit status 1]; pod foo/x: container c: ErrImagePull; event Failed: no such image") {
		t.Errorf("got %s", s)
	}
	if s := run.Diagnostics[0].String(); !strings.HasPrefix(s, "content/p.md: no setup script testscripts/setup/nosuch.txtar") {
		t.Errorf("got %s", s)
	}
}

// A page whose versions do not hold that of the cluster is skipped, with the
// reason; conditions in scripts ask for the same.
func TestVersions(t *testing.T) {
	for text, want := range map[string]string{"": "verified", ">=1.24": "verified", "<1.34": "skipped"} {
		p := testPlan(commands(kube("kubectl get namespaces", "")))
		p.Items[0].Claims[0].Empty = true
		var err error
		if p.Kubernetes, err = versions.Parse(text); err != nil {
			t.Fatal(err)
		}
		pg := runPlans(t, withCluster(newFakeCluster(t)), p).Pages[0]
		if got := string(pg.Blocks[0].Status); got != want {
			t.Errorf("%q: %s (%s), want %s", text, got, pg.Blocks[0].Reason, want)
		}
		if reason := "the page is for Kubernetes <1.34, the cluster has v1.34.4"; want == "skipped" && pg.Blocks[0].Reason != reason {
			t.Errorf("reason %q, want %q", pg.Blocks[0].Reason, reason)
		}
	}
}

func TestConditions(t *testing.T) {
	f := newFakeCluster(t)
	o := withCluster(f)
	o.Setup = fstest.MapFS{
		"right.txtar": {Data: []byte("[k8s:>=1.24] exec kubectl create namespace new\n[k8s:>=1.40] exec false\n[!k8s:>=1.24,<1.35] exec false\n" +
			"[cluster:embedded] exec kubectl create namespace embedded\n[cluster:kind] exec false\n[!pods] exec kubectl create namespace nopods\n")},
		"unknown.txtar": {Data: []byte("[k9s:>=1.24] exec true\n")},
		"range.txtar":   {Data: []byte("[k8s:new] exec true\n")},
	}
	plan := func(setup string) *check.Plan {
		p := testPlan(commands(kube("kubectl get namespaces", "embedded\nnew\nnopods")))
		p.Setup = []string{setup}
		return p
	}
	run := runPlans(t, o, plan("right"), plan("unknown"), plan("range"))
	for i, want := range []string{"verified", "blocked", "blocked"} {
		if s := statuses(run.Pages[i]); s != want {
			t.Errorf("page %d: %s, want %s", i, s, want)
		}
	}
	var all []string
	for _, d := range run.Diagnostics {
		all = append(all, d.String())
	}
	said := strings.Join(all, "\n")
	for _, want := range []string{"unknown.txtar:1:1: the setup script failed: bad condition \"k9s:>=1.24\": known are", `range.txtar:1:1: the setup script failed: bad condition "k8s:new": "new" is no range of versions; write`} {
		if !strings.Contains(said, want) {
			t.Errorf("got %s\nwant %s", said, want)
		}
	}
}

func TestLeaks(t *testing.T) {
	f := newFakeCluster(t)
	pg := runPlans(t, withCluster(f), testPlan(commands(kube("kubectl create deployment x", "")))).Pages[0]
	if !slices.Equal(pg.Leaks, []string{"deployments default/x"}) {
		t.Errorf("got %q", pg.Leaks)
	}
	got := leaks([]string{"namespaces a", "configmaps a/b", "configmaps default/c"})
	if !slices.Equal(got, []string{"configmaps default/c", "namespaces a"}) {
		t.Errorf("got %q", got)
	}
}

func TestOwnKubeconfig(t *testing.T) {
	f := newFakeCluster(t)
	change := testPlan(commands(kube("kubectl context show", "the fake"), kube("kubectl context set mine", ""), kube("kubectl context show", "mine")))
	look := testPlan(commands(kube("kubectl context show", "the fake")))
	run := runPlans(t, withCluster(f), change, look)
	if s := statuses(run.Pages[0]) + "; " + statuses(run.Pages[1]); s != "verified verified verified; verified" {
		t.Errorf("got %s", s)
	}
}

func TestManifest(t *testing.T) {
	f := newFakeCluster(t)
	keep := apply("kind: Thing")
	keep.Keep = true
	items := []check.Item{
		{Claims: []check.Claim{apply("kind: Thing\n")}},
		{Claims: []check.Claim{apply("kind: Deployment\nspec:\n  replicaz: 1\n")}},
		{Claims: []check.Claim{apply("kind: Policy\n")}},
		{Claims: []check.Claim{apply("kind: Thing\nmetadata:\n  namespace: foo\n")}},
		{Claims: []check.Claim{kube("kubectl get namespaces", "")}},
		{Claims: []check.Claim{keep}},
		{Claims: []check.Claim{apply("kind: Policy\n")}},
		{Claims: []check.Claim{apply("kind: Thing\n")}},
	}
	items[4].Claims[0].Empty = true
	items[6].Claims[0].Fails, items[7].Claims[0].Fails = true, true
	pg := runPlans(t, withCluster(f), testPlan(items...)).Pages[0]
	if s := statuses(pg); s != "verified failed failed verified verified verified verified failed" {
		t.Fatalf("got %s\n%+v", s, pg.Blocks)
	}
	for i, want := range map[int]string{
		1: `Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicaz"`,
		2: `no matches for kind "Policy" in version "v1"`,
		3: `the namespace "foo" is not there: it was made for this check alone`,
		7: "the API server takes it, but the page says that it does not",
	} {
		if c := pg.Blocks[i].Claims[0]; c.Message != want {
			t.Errorf("block %d: %q, want %q", i, c.Message, want)
		}
	}
	if w := pg.Blocks[1].Claims[0].Where; w == nil {
		t.Error("the field has no place")
	}
	if !slices.Equal(pg.Leaks, []string{"things kept"}) {
		t.Errorf("left %q", pg.Leaks)
	}
}

func TestFieldAt(t *testing.T) {
	text := "spec:\n  hosts: [a]\n  http:\n  - route:\n    - destinaton:\n        host: x\n  - \"odd\": {deep: 1}\n"
	for path, want := range map[string]string{
		"spec.http[0].route[0].destinaton": "destinaton:", "spec.hosts[0]": "hosts:", "spec.odd": "odd\":", "spec.odd.deep": "deep:",
		"spec.nosuch": "", "": "", "spec.host": "host:",
	} {
		got, at := "", 0
		at, ok := fieldAt(text, path)
		if ok {
			got = text[at : at+len(want)]
		}
		if got != want {
			t.Errorf("%s: at %q, want %q", path, got, want)
		}
	}
	if _, ok := fieldAt("a:\n  x: 1\nb:\n  x: 2\n", "b.x"); ok {
		t.Error("a key that is there twice has one place")
	}
}

// When the cluster ends, nothing of that page nor of those after it counts.
func TestClusterEnds(t *testing.T) {
	f := newFakeCluster(t)
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := mkfifo(fifo); err != nil {
		t.Fatal(err)
	}
	go func() {
		w, _ := os.OpenFile(fifo, os.O_WRONLY, 0)
		close(f.done)
		w.Close()
	}()
	first := testPlan(commands(kube("kubectl create namespace x", "")))
	second := testPlan(commands(kube("kubectl create namespace y", ""), check.Claim{Text: "cat " + fifo + "; false", Read: true, Missing: []string{"kubectl"}}))
	o := withCluster(f)
	o.Within = long
	f.Cause = func() error { return errors.New("docker does not run any more") }
	run, err := Run(context.Background(), []*check.Plan{first, second, first}, o)
	if !errors.Is(err, ErrClusterEnded) || err.Error() != "the cluster has ended: docker does not run any more" {
		t.Errorf("error %v", err)
	}
	for i, want := range []string{"verified", "blocked blocked", "blocked"} {
		if s := statuses(run.Pages[i]); s != want {
			t.Errorf("page %d: %s, want %s", i, s, want)
		}
	}
	if run.Pages[1].Reason != "not run: the cluster has ended" {
		t.Errorf("reason %q", run.Pages[1].Reason)
	}
}

func TestNeedsPods(t *testing.T) {
	logs := check.Claim{Text: "kubectl logs x", Missing: []string{"kubectl"}, Read: true, NeedsPods: true}
	f := newFakeCluster(t)
	c := runPlans(t, withCluster(f), testPlan(commands(logs))).Pages[0].Blocks[0].Claims[0]
	if c.Status != check.Static || c.Message != "needs pods" {
		t.Errorf("got %+v", c)
	}
	f.Provider, f.Pods = "kind", true
	if c := runPlans(t, withCluster(f), testPlan(commands(logs))).Pages[0].Blocks[0].Claims[0]; c.Status != check.Failed {
		t.Errorf("got %+v", c)
	}
}

// TestKilled kills a process in the middle of a page. Its guard then ends what
// it has started: the FIFO has a reader's end here and is at its end only when
// the last of them is gone.
func TestKilled(t *testing.T) {
	if os.Getenv("PROBATUM_TEST_FIFO") != "" {
		killedHelper(t)
		return
	}
	tmp := t.TempDir()
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := mkfifo(fifo); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	cmd.Env = append(os.Environ(), "PROBATUM_TEST_FIFO="+fifo, "TMPDIR="+tmp)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(fifo)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	lines := bufio.NewReader(in)
	if line, err := lines.ReadString('\n'); line != "begun\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if _, err := io.Copy(io.Discard, lines); err != nil { // until all are gone
		t.Fatal(err)
	}
}

func killedHelper(t *testing.T) {
	text := "exec 9>$PROBATUM_FIFO; sleep 1000 & setsid sleep 1001 & env -i sleep 1002 & set -m; sleep 1003 & echo begun >&9; sleep 1004"
	o := quickly()
	o.Env = []string{"PROBATUM_FIFO=" + os.Getenv("PROBATUM_TEST_FIFO")}
	runPlans(t, o, testPlan(commands(check.Claim{Text: text, Timeout: long})))
}
