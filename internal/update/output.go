package update

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/probatum/probatum/internal/check"
	"github.com/probatum/probatum/internal/lazyregexp"
	"github.com/probatum/probatum/internal/match"
	"github.com/probatum/probatum/internal/report"
)

// A reason says why an output is not put into its page.
type reason struct{ message, hint string }

var (
	noOutput  = &reason{"the command printed nothing", "remove the output from the page, or write what the reader should see"}
	cutOutput = &reason{"the command printed more than is kept of it", "show a part of it with match=contains, or with ... for what is left out"}
	// byMatch are the reasons of package match.
	byMatch = map[error]*reason{
		match.ErrNothingCame: noOutput,
		match.ErrElided:      {match.ErrElided.Error(), "write by hand which parts the page should show"},
		match.ErrExcerpt:     {match.ErrExcerpt.Error(), "write by hand which part the page should show"},
		match.ErrNot:         {match.ErrNot.Error(), "it came: correct the command, or the page"},
		match.ErrNoWay:       {match.ErrNoWay.Error(), "write it by hand, or choose another way to compare with match="},
	}
)

// cut is what the runner writes behind output that it has not kept.
var cut = lazyregexp.New(`\n\[\d+ bytes more are not kept\]\n?$`)

// rewritten returns the lines that the page should show. A terminal shows both
// streams, so the page may show either or both: that which changes least counts.
// No lines mean that the output goes.
func rewritten(c *check.Claim, rc *report.Claim) (best []match.Line, as string, why *reason) {
	if cut.MatchString(rc.Stdout) || cut.MatchString(rc.Stderr) {
		return nil, "", cutOutput
	}
	o := options(c)
	least := -1
	for _, came := range streams(rc) {
		lines, err := o.Rewrite(c.Want, came)
		if errors.Is(err, match.ErrNothingCame) && !c.Read {
			return nil, came, nil // it goes
		}
		if err != nil {
			if why == nil {
				why = because(err)
			}
			continue
		}
		if n := changes(c.Want, lines); least < 0 || n < least {
			best, as, least = lines, came, n
		}
	}
	if least >= 0 {
		return best, as, nil
	}
	return nil, "", why
}

// options are how the runner compares the output of a claim.
func options(c *check.Claim) match.Options {
	return match.Options{Rule: c.Match, Ordered: match.Sorts(c.Text)}
}

func because(err error) *reason {
	for known, why := range byMatch {
		if errors.Is(err, known) {
			return why
		}
	}
	return &reason{err.Error(), ""}
}

// streams are the outputs that the page may be compared with.
func streams(rc *report.Claim) []string {
	switch {
	case rc.Stderr == "":
		return []string{rc.Stdout}
	case strings.TrimSpace(rc.Stdout) == "":
		return []string{rc.Stderr}
	}
	return []string{rc.Stdout, rc.Stdout + rc.Stderr, rc.Stderr + rc.Stdout}
}

// changes counts the lines that change.
func changes(want string, lines []match.Line) int {
	n, at := 0, 0
	for _, l := range lines {
		if l.At >= 0 {
			at++
		}
		if !l.Kept {
			n++
		}
	}
	return n + strings.Count(strings.TrimRight(want, "\n"), "\n") + 1 - at
}

// unfit says why lines must not stand in a page.
func (u *updater) unfit(s *shown, lines []match.Line) *reason {
	for i, l := range lines {
		if l.Kept {
			continue
		}
		switch {
		case u.o.Secret != nil && u.o.Secret(l.Text):
			return &reason{"the output holds a secret", "write a placeholder, or ... in its place"}
		case !utf8.ValidString(l.Text) || strings.IndexFunc(l.Text, control) >= 0:
			return &reason{"the output holds characters that control a terminal, or no text at all", "tell the command to print without colours, as with NO_COLOR=1 or --color=never"}
		case i == 0 && l.Text == "":
			return &reason{"the output starts with an empty line, which a page cannot show", "cut it off in the command, or compare with match=contains"}
		case s.session && (strings.HasPrefix(l.Text, "$ ") || l.Text == "$"):
			return &reason{"the output holds a line that would be read as a command: " + brief(l.Text), "show it in a block of its own with {output}, or change what the command prints"}
		case s.closes(l.Text):
			return &reason{"the output holds a line that would end the block: " + brief(l.Text), "open and close the block with a longer fence"}
		case strings.Contains(l.Text, "{{<"), strings.Contains(l.Text, "{{%"), s.block.Shortcode != "" && angles.MatchString(l.Text):
			return &reason{"the output holds what would be read as a shortcode: " + brief(l.Text), "escape it by hand, as {{</* name */>}}"}
		}
	}
	return nil
}

// angles finds the third notation of shortcodes.
var angles = lazyregexp.New(`<<<\s*/?\w.*>>>`)

func control(r rune) bool {
	return r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029'
}

const mostBrief = 60

func brief(s string) string {
	if len(s) <= mostBrief {
		return s
	}
	n := mostBrief
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
