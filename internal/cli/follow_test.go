//go:build linux

package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A followed is "check -watch" while somebody edits.
type followed struct {
	*process
	log string // file to which the pages write when they are run
}

// follow starts it for pages whose text names the file as LOG.
func follow(t *testing.T, files map[string]string, env []string, flags ...string) *followed {
	t.Helper()
	f := &followed{log: filepath.Join(t.TempDir(), "log")}
	for name, text := range files {
		files[name] = strings.ReplaceAll(text, "LOG", f.log)
	}
	f.process = start(t, files, env, append([]string{"check", "-watch"}, flags...)...)
	return f
}

// save writes a file of the project in one step, as editors do.
func (f *followed) save(name, text string) {
	f.t.Helper()
	name = filepath.Join(f.dir, name)
	err := os.WriteFile(name+"~", []byte(strings.ReplaceAll(text, "LOG", f.log)), 0o666)
	if err == nil {
		err = os.Rename(name+"~", name)
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

// prints waits until something like the pattern is printed after what was waited
// for before.
func (f *followed) prints(b *buffer, pattern string) {
	f.t.Helper()
	re := regexp.MustCompile("(?m)" + pattern)
	f.await(pattern, func() bool { return re.MatchString(b.String()[b.seen:]) })
	b.seen += re.FindStringIndex(b.String()[b.seen:])[1]
}

// ran fails the test unless the pages have run as told.
func (f *followed) ran(want string) {
	f.t.Helper()
	got, _ := os.ReadFile(f.log)
	if strings.Join(strings.Fields(string(got)), " ") != want {
		f.t.Errorf("got the runs %q, want %q", got, want)
	}
}

func (f *followed) results() map[string]string {
	f.t.Helper()
	var run struct {
		Pages []struct {
			File   string
			Blocks []struct{ Status string }
		}
	}
	text, err := os.ReadFile(filepath.Join(f.dir, "result.json"))
	if err == nil {
		err = json.Unmarshal(text, &run)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	verdicts := map[string]string{}
	for _, p := range run.Pages {
		for _, b := range p.Blocks {
			verdicts[p.File] += b.Status
		}
	}
	return verdicts
}

func block(commands string) string { return "```bash\n" + commands + "\n```\n" }

// Each save runs what it changes and nothing else; what is broken for a while ends
// nothing; and Ctrl-C ends with the code of the last round.
func TestFollow(t *testing.T) {
	f := follow(t, map[string]string{"probatum.yaml": title,
		"content/a.md": block("$ echo a1 >> LOG"), "content/b.md": block("$ echo b1 >> LOG; false")}, nil, "-json", "result.json")
	f.prints(&f.stdout, `^\d\d:\d\d:\d\d 2 pages of 2 checked in \d+\.\d s\ncontent/b\.md:2:3: exit status 1\n(?s:.*)^2 blocks: 1 verified, 1 failed$`)
	f.prints(&f.stderr, `^probatum: watching: a save checks again what it changes, Ctrl-C ends$`)

	f.save("content/a.md", block("$ echo a2 >> LOG"))
	f.prints(&f.stdout, `^\S+ content/a\.md: 1 page of 2 checked in .*\ncontent/b\.md:2:3: exit status 1, as before\n2 blocks: 1 verified, 1 failed \(1 cached\)$`)
	f.ran("a1 b1 a2")

	f.save("content/b.md", block("$ echo b2 >> LOG; false")) // and again as it is, for another try
	f.prints(&f.stdout, `^\S+ content/b\.md: 1 page of 2 checked in .*\ncontent/b\.md:2:3: exit status 1\n`)
	f.save("content/b.md", block("$ echo b2 >> LOG; false"))
	f.prints(&f.stdout, `^\S+ content/b\.md: 1 page of 2 checked in `)
	f.save("content/b.md", block("$ echo b3 >> LOG"))
	f.prints(&f.stdout, `^\S+ content/b\.md: 1 page of 2 checked in .*\n2 blocks: 2 verified \(1 cached\)$`)
	f.ran("a1 b1 a2 b2 b2 b3")
	if got := f.results(); got["content/b.md"] != "verified" {
		t.Errorf("result.json has %v", got)
	}

	f.save("probatum.yaml", "titel: T\n")
	f.prints(&f.stderr, `^probatum.yaml:1:1: unknown key titel$`)
	f.prints(&f.stdout, `^\S+ probatum\.yaml: not checked$`)
	f.save("probatum.yaml", title+"check: {vars: {X: y}}\n")
	f.prints(&f.stdout, `^\S+ probatum\.yaml: \d pages? of 2 checked in `)
	f.save("content/c.md", block("$ echo c1 >> LOG; exit 3"))
	f.prints(&f.stdout, `^\S+ content/c\.md: 1 page of 3 checked in .*\n(?s:.*)1 failed \(2 cached\)$`)
	if code := f.interrupt(); code != 1 {
		t.Errorf("exit status %d, stderr %q", code, &f.stderr)
	}
	f.clean()
}

// A save in the middle of a round is checked at once, before what is left of it.
func TestFollowNewer(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	f := follow(t, map[string]string{"probatum.yaml": title,
		"content/a.md": block("$ echo a1 >> LOG; touch " + mark + "; while [ ! -e go ]; do sleep 0.01; done"),
		"content/b.md": block("$ echo b1 >> LOG")}, nil)
	f.await("command", func() bool { _, err := os.Stat(mark); return err == nil })
	f.save("content/a.md", block("$ echo a2 >> LOG; false"))
	f.prints(&f.stdout, `^\S+ 2 pages of 2 checked in .*\ncontent/a\.md:2:3: exit status 1$`)
	f.ran("a1 a2 b1")
	if code := f.interrupt(); code != 1 {
		t.Errorf("exit status %d, stderr %q", code, &f.stderr)
	}
	f.clean()
}

// Ctrl-C before the first round is at its end has no verdict.
func TestFollowInterrupted(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	f := follow(t, map[string]string{"probatum.yaml": title, "content/a.md": block("$ touch " + mark + "; sleep 1000")}, nil)
	f.await("command", func() bool { _, err := os.Stat(mark); return err == nil })
	if code := f.interrupt(); code != 2 || !strings.Contains(f.stderr.String(), "probatum: interrupted") {
		t.Errorf("exit status %d, stderr %q", code, &f.stderr)
	}
	f.clean()
}

// The cluster is one for all rounds, each finds it as it was at first, and one that
// is killed comes back.
func TestFollowCluster(t *testing.T) {
	page := func(n string) string {
		return block("$ kubectl create namespace mine\nnamespace/mine created\n$ echo " + n + " >> LOG")
	}
	f := follow(t, map[string]string{"probatum.yaml": title, "content/a.md": page("1")}, []string{needCluster(t)})
	f.prints(&f.stdout, `^1 block: 1 verified, on Kubernetes v[\d.]+ \(embedded\)$`)
	first := planes(f.process)
	f.save("content/a.md", page("2"))
	f.prints(&f.stdout, `^1 block: 1 verified, on Kubernetes `)
	if second := planes(f.process); len(first) != 1 || len(second) != 1 || first[0] != second[0] {
		t.Errorf("the clusters were %v, then %v; want the same one", first, second)
	}
	kill(planes(f.process))
	f.await("end of the cluster", func() bool { return len(planes(f.process)) == 0 })
	f.save("content/a.md", page("3"))
	f.prints(&f.stdout, `^1 block: 1 verified, on Kubernetes `)
	f.ran("1 2 3")
	if code := f.interrupt(); code != 0 {
		t.Errorf("exit status %d, stderr %q", code, &f.stderr)
	}
	f.clean()
}
