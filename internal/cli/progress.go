package cli

import (
	"io"

	"github.com/schollz/progressbar/v3"
)

// progress says what is being done: on a terminal in one line that is drawn
// again, elsewhere not at all. It has no colours.
type progress struct {
	w     io.Writer
	shown bool // w is a terminal
	bar   *progressbar.ProgressBar
	total int // of the bar
}

// unknown is the total of a bar for something of which nobody knows how long it
// takes.
const unknown = -1

// say shows what is being done, of which the end is not known.
func (p *progress) say(what string) { p.draw(what, 0, unknown) }

// page shows which page is next, and how many are done.
func (p *progress) page(name string, done, total int) {
	if done < total {
		p.draw(name, done, total)
	}
}

// widest is how much of a text is shown, so that the line fits a terminal.
const widest = 40

func (p *progress) draw(what string, done, total int) {
	if !p.shown {
		return
	}
	if p.bar == nil || p.total != total {
		p.end()
		p.total = total
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(p.w), progressbar.OptionSetWidth(20), progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(total != unknown), progressbar.OptionShowDescriptionAtLineEnd(),
			progressbar.OptionSetSpinnerChangeInterval(0)) // it is drawn when there is news, and by nobody else
	}
	if n := len(what) - widest; n > 0 {
		what = "…" + what[n:]
	}
	p.bar.Describe(what)
	if total != unknown {
		p.bar.Set(done) // what it cannot draw is no loss
	}
}

// end takes the line away.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Clear()
		p.bar.Exit()
		p.bar = nil
	}
}
