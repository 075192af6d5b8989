package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/source"
)

// The parts of JUnit's XML that are written, in the order that its usual schemas
// ask for, with the attributes that they all have.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		ID        int         `xml:"id,attr"`
		Package   string      `xml:"package,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Hostname  string      `xml:"hostname,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Time      string      `xml:"time,attr"`
		Props     junitProps  `xml:"properties"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitProps struct {
		All []junitProp `xml:"property"`
	}
	junitProp struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name    string     `xml:"name,attr"`
		Class   string     `xml:"classname,attr"`
		Time    string     `xml:"time,attr"`
		Skipped *junitWhy  `xml:"skipped"`
		Error   *junitWhat `xml:"error"`
		Failure *junitWhat `xml:"failure"`
	}
	junitWhy struct {
		Message string `xml:"message,attr"`
	}
	junitWhat struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the run as XML of JUnit, which CI systems show: a suite for each
// page and a case for each block. What is neither verified nor failed is a
// skipped case with its reason. Diagnostics about a page as a text are a case of
// their own.
func (r *Run) JUnit(w io.Writer) error {
	byFile := map[string][]source.Diagnostic{}
	for _, d := range r.Diagnostics {
		byFile[d.Pos.File] = append(byFile[d.Pos.File], d)
	}
	doc := junitSuites{}
	for i := range r.Pages {
		p := &r.Pages[i]
		s := r.suite(i, p.File)
		s.page(r, p, byFile[p.File])
		delete(byFile, p.File)
		doc.Suites = append(doc.Suites, s)
	}
	for _, d := range r.Diagnostics { // about files that are not among the pages
		if ds := byFile[d.Pos.File]; ds != nil {
			s := r.suite(len(doc.Suites), d.Pos.File)
			s.texts(ds)
			delete(byFile, d.Pos.File)
			doc.Suites = append(doc.Suites, s)
		}
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "\t")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r *Run) suite(id int, file string) junitSuite {
	stamp := "1970-01-01T00:00:00" // schemas want one
	if len(r.Date) >= len(stamp) {
		stamp = r.Date[:len(stamp)]
	}
	if file == "" {
		file = "probatum"
	}
	return junitSuite{Name: file, ID: id, Package: path.Dir(file), Timestamp: stamp, Hostname: "localhost", Time: "0.000"}
}

// page adds the cases of a page.
func (s *junitSuite) page(r *Run, p *Page, ds []source.Diagnostic) {
	o := r.Origin
	if p.Cached != nil {
		o = *p.Cached
	}
	for _, prop := range []junitProp{{"cluster", o.Cluster}, {"kubernetes", o.Kubernetes}, {"commit", o.Commit}, {"date", o.Date}} {
		if prop.Value != "" {
			s.Props.All = append(s.Props.All, prop)
		}
	}
	if p.Cached != nil {
		s.Props.All = append(s.Props.All, junitProp{"cached", "true"})
	}
	var ms int64
	for i := range p.Blocks {
		for j := range p.Blocks[i].Claims {
			ms += p.Blocks[i].Claims[j].Time
		}
		s.add(p.Blocks[i].junit(p))
	}
	s.Time = seconds(ms)
	s.texts(ds)
	if strings.HasPrefix(p.Reason, notRun) {
		s.add(junitCase{Name: "page", Class: p.File, Time: "0.000", Error: &junitWhat{Message: p.Reason, Type: "not-run"}})
	}
}

// texts adds a case for what is wrong with a page as a text.
func (s *junitSuite) texts(ds []source.Diagnostic) {
	c := junitCase{Name: "text", Class: s.Name, Time: "0.000"}
	var all strings.Builder
	for _, d := range ds {
		if d.Severity == source.Error {
			fmt.Fprintln(&all, d)
			if c.Failure == nil {
				c.Failure = &junitWhat{Message: d.Message, Type: d.Rule}
			}
		}
	}
	if c.Failure != nil {
		c.Failure.Text = all.String()
		s.add(c)
	}
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func (b *Block) junit(p *Page) junitCase {
	var ms int64
	for i := range b.Claims {
		ms += b.Claims[i].Time
	}
	c := junitCase{Name: fmt.Sprintf("line %d: %s", b.Pos.Line, b.name()), Class: p.File, Time: seconds(ms)}
	switch b.Status {
	case check.Verified:
	case check.Failed:
		c.Failure = &junitWhat{Message: b.Reason, Type: "block", Text: b.Failures()}
		if all := b.findings(); len(all) > 0 {
			c.Failure.Message, c.Failure.Type = all[0].Message, all[0].Rule
		}
	default:
		c.Skipped = &junitWhy{Message: fmt.Sprintf("%s: %s", b.Status, b.Reason)}
	}
	return c
}

// name is what the block is, with the start of what it does.
func (b *Block) name() string {
	if len(b.Claims) == 0 {
		return string(b.Kind)
	}
	first, _, more := strings.Cut(strings.TrimSpace(b.Claims[0].Text), "\n")
	if more || len(b.Claims) > 1 {
		first += " …"
	}
	return string(b.Kind) + ": " + first
}

func seconds(ms int64) string { return fmt.Sprintf("%d.%03d", ms/1000, ms%1000) }
