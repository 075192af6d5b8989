package script

import "strings"

// noNewline stands as a last line of its own where the text does not end with
// a newline; txtar would add one.
const noNewline = `\ No newline at end of file`

// guarded reports whether a line has to be written with one backslash more: it
// could be taken for a file marker of txtar or for what Guard itself writes.
func guarded(line string) bool {
	rest := strings.TrimLeft(line, `\`)
	return strings.HasPrefix(rest, "-- ") || len(rest) < len(line) && strings.HasPrefix(rest, " No newline")
}

// Guard makes text safe to stand in a txtar file. Most texts stay as they are.
func Guard(text string) string {
	if text != "" && !strings.HasSuffix(text, "\n") {
		return guardLines(text+"\n") + noNewline + "\n"
	}
	return guardLines(text)
}

func guardLines(text string) string {
	if !strings.Contains(text, "-- ") && !strings.Contains(text, " No newline") {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if guarded(l) {
			lines[i] = `\` + l
		}
	}
	return strings.Join(lines, "")
}

// Unguard is the way back from Guard.
func Unguard(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	text, cut := cutLine(text, noNewline+"\n")
	lines := strings.SplitAfter(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, `\`) && guarded(l) {
			lines[i] = l[1:]
		}
	}
	text = strings.Join(lines, "")
	if cut {
		text = strings.TrimSuffix(text, "\n")
	}
	return text
}

// cutLine removes last, if that is the last line of text and not the only one.
func cutLine(text, last string) (string, bool) {
	rest, ok := strings.CutSuffix(text, last)
	if !ok || !strings.HasSuffix(rest, "\n") {
		return text, false
	}
	return rest, true
}
