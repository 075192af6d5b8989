// Package script writes what a page claims as a testscript, one line or two for
// each claim, and finds from a line back to its claim. The runner runs nothing
// else than these lines; people read them with "probatum script PAGE".
//
// Commands go to a file and through a shell: a testscript line would print $(...)
// and | instead of running them, and the check would pass without having run
// anything. So a line holds only words that are made here.
package script

import (
	"fmt"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/rogpeppe/go-internal/txtar"
)

// A Script is the testscript of one page.
type Script struct {
	Text   []byte            // a txtar archive, its file names unique
	Claims map[string]Ref    // what a line tries, by the ID that stands on it
	Files  map[string]string // the texts that lines name, as they name them, unguarded
}

// A Ref points to Plan.Items[Item].Claims[Claim].
type Ref struct{ Item, Claim int }

// Make writes the script of a plan. Blocks that set up come first and those that
// clean up last. A block whose verdict is settled is a comment with the reason.
// So is a claim for which reason gives one: why it is not run here. A nil reason
// runs them all.
func Make(p *check.Plan, reason func(Ref) string) *Script {
	m := &maker{plan: p, reason: reason, script: &Script{Claims: map[string]Ref{}, Files: map[string]string{}}, ids: map[string]int{}}
	m.comment("%s", p.Page.File.Name)
	if p.Skip != "" {
		m.comment("skipped: %s", p.Skip)
	}
	if r := p.Kubernetes.String(); r != "" {
		m.lines.WriteString("[!k8s:" + r + "] skip " + quote("the page is for Kubernetes "+r) + "\n")
	}
	for _, part := range []func(*check.Item) bool{
		func(it *check.Item) bool { return it.Setup },
		func(it *check.Item) bool { return !it.Setup && !it.Cleanup },
		func(it *check.Item) bool { return it.Cleanup },
	} {
		for i := range p.Items {
			if part(&p.Items[i]) {
				m.item(i)
			}
		}
	}
	m.script.Text = txtar.Format(m.archive())
	return m.script
}

type maker struct {
	plan   *check.Plan
	reason func(Ref) string
	script *Script
	ids    map[string]int // how often each line:column has been met
	lines  strings.Builder
	shared [3]shared
	files  []txtar.File // those that hold one text
}

// A shared file holds many texts, each under a line with its place in the page:
// testscript writes each file of an archive to the disk, and a page may have
// thousands of commands.
type shared struct {
	text  strings.Builder
	lines int
}

// The shared files, in the order of the archive.
const (
	commands = iota
	outputs
	manifests
)

var sharedNames = [3]string{"commands.sh", "outputs.txt", "manifests.yaml"}

// archive gives what has been made as one archive.
func (m *maker) archive() *txtar.Archive {
	a := &txtar.Archive{Comment: []byte(m.lines.String())}
	for i := range m.shared {
		if f := &m.shared[i]; f.lines > 0 {
			a.Files = append(a.Files, txtar.File{Name: sharedNames[i], Data: []byte(f.text.String())})
		}
	}
	a.Files = append(a.Files, m.files...)
	return a
}

// comment writes a line that testscript only prints. The text is made one line.
func (m *maker) comment(format string, args ...any) {
	text := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	m.lines.WriteString(strings.TrimRight("# "+text, " ") + "\n")
}

// settled says in a comment why nothing of the item is run, if that is so.
func (m *maker) settled(it *check.Item) bool {
	why := it.Reason
	for _, d := range it.Problems {
		if why == "" {
			why = d.Message
		}
	}
	switch {
	case m.plan.Skip != "":
		m.comment("%s %s: skipped", it.Block.Pos, it.Kind)
	case it.Status != "" && why != "":
		m.comment("%s %s: %s: %s", it.Block.Pos, it.Kind, it.Status, why)
	case it.Status != "":
		m.comment("%s %s: %s", it.Block.Pos, it.Kind, it.Status)
	default:
		return false
	}
	return true
}

func (m *maker) item(i int) {
	it := &m.plan.Items[i]
	m.lines.WriteByte('\n')
	if m.settled(it) {
		return
	}
	m.comment("%s %s", it.Block.Pos, it.Kind)
	for c := range it.Claims {
		ref := Ref{i, c}
		if m.reason != nil {
			if why := m.reason(ref); why != "" {
				m.comment("%s %s: not run: %s", it.Claims[c].Pos, it.Claims[c].Kind, why)
				continue
			}
		}
		m.claim(ref, &it.Claims[c])
	}
}

func (m *maker) claim(ref Ref, c *check.Claim) {
	id := m.id(c)
	m.script.Claims[id] = ref
	switch c.Kind {
	case check.Apply:
		m.line(Line{Verb: Manifest, ID: id, Keep: c.Keep, Fails: c.Fails, Timeout: c.Timeout,
			File: m.share(manifests, id, c.Text)})
	case check.Write:
		m.line(Line{Verb: File, ID: id, Name: c.Name, File: m.file(id, c.Text)})
	default:
		m.line(Line{Verb: Session, ID: id, Read: c.Read, Fails: c.Fails, Exit: c.Exit,
			Nonempty:   c.Read && !c.HasWant && !c.Empty && !c.Fails,
			Sets:       setsOf(c),
			Background: c.Background, Until: c.Until, Within: c.Within, Timeout: c.Timeout,
			File: m.share(commands, id, c.Text)})
		if c.HasWant {
			m.line(Line{Verb: Expect, ID: id, Match: c.Match, File: m.share(outputs, id, c.Want)})
		}
	}
}

// setsOf names the variables that the claim must not leave empty.
func setsOf(c *check.Claim) string {
	if c.Fails || c.Background {
		return ""
	}
	return strings.Join(c.Sets, ",")
}

// id is LINE:COL of the claim, and .2, .3 for more at the same place, which a
// shortcode can bring about.
func (m *maker) id(c *check.Claim) string {
	id := fmt.Sprintf("%d:%d", c.Pos.Line, c.Pos.Col)
	m.ids[id]++
	if n := m.ids[id]; n > 1 {
		return fmt.Sprintf("%s.%d", id, n)
	}
	return id
}

func (m *maker) line(l Line) { m.lines.WriteString(l.String() + "\n") }

// share puts text into a shared file and returns how a line names it, by its
// first and last line: "commands.sh:2,5", or "commands.sh:2" for one.
func (m *maker) share(in int, id, text string) string {
	f, text := &m.shared[in], ended(text)
	f.text.WriteString("# " + id + "\n" + Guard(text))
	first := f.lines + 2
	f.lines = first - 1 + strings.Count(text, "\n")
	name := fmt.Sprintf("%s:%d", sharedNames[in], first)
	if f.lines != first {
		name += fmt.Sprintf(",%d", f.lines)
	}
	m.script.Files[name] = text
	return name
}

// file puts text, which may have no newline at its end, into a file of its own
// and returns its name.
func (m *maker) file(id, text string) string {
	name := "file/" + strings.ReplaceAll(id, ":", "-") + ".txt"
	m.script.Files[name] = text
	m.files = append(m.files, txtar.File{Name: name, Data: []byte(Guard(text))})
	return name
}

// ended ends the last line, where that makes no difference.
func ended(text string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		return text + "\n"
	}
	return text
}
