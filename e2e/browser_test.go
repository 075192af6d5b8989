package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "write the eight views into this folder")

// browser is the one Chromium of all tests; each tab has a profile of its own in it.
var browser context.Context

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(withChromium(m, os.Getenv("CHROMIUM")))
}

// withChromium runs the tests. A machine without Chromium fails: a test that is
// left out is no test.
func withChromium(m *testing.M, named string) int {
	program, err := chromium(named)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute))
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	ctx, end := chromedp.NewContext(allocated)
	defer end()
	if err := chromedp.Do(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "e2e: start %s: %v\n", program, err)
		return 1
	}
	browser = ctx
	defer sites.remove()
	return m.Run()
}

// chromium finds the browser.
func chromium(named string) (string, error) {
	if named != "" {
		return exec.LookPath(named)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if program, err := exec.LookPath(name); err == nil {
			return program, nil
		}
	}
	return "", errors.New("no Chromium here\n\thint: apt-get install -y chromium, or name the program: CHROMIUM=/path/to/chromium make e2e")
}

// A tab is a window with a profile of its own: its storage starts empty.
type tab struct {
	t    *testing.T
	ctx  context.Context
	home string // addresses that start with it are this site's

	mu         sync.Mutex
	violations []string // of the policy
	foreign    []string // requests that leave the site
	console    []string // errors and warnings of the console, exceptions, failed requests
	bytes      float64  // that came over the wire
	requests   int
}

// newTab opens a tab for the site at home. It closes with the test.
func newTab(t *testing.T, home string) *tab {
	t.Helper()
	tb := &tab{t: t, home: home}
	ctx, stop := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(tb.event))
	tb.ctx = ctx
	t.Cleanup(stop)
	tb.run(command(log.Enable, cdp.Empty{}), command(network.Enable, network.EnableParams{}),
		command(runtime.AddBinding, runtime.AddBindingParams{Name: "e2eViolation"}),
		command(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `addEventListener('securitypolicyviolation', (e) => e2eViolation(e.effectiveDirective + ' ' + (e.blockedURI || e.sample) + ' on ' + location.href), true);`}))
	tb.size(1400, 900)
	return tb
}

// command is a command of the browser's protocol as an action.
func command[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, cmd, params)
		return err
	})
}

func (tb *tab) event(e any) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	switch e := e.(type) {
	case *runtime.EventBindingCalled:
		tb.violations = append(tb.violations, e.Payload)
	case *runtime.EventExceptionThrown:
		tb.console = append(tb.console, "exception: "+exception(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			tb.console = append(tb.console, fmt.Sprintf("console.%s: %s", e.Type, e.Args[0].Value))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			tb.console = append(tb.console, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		tb.requests++
		u := e.Request.URL
		if !strings.HasPrefix(u, tb.home) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") && !strings.HasPrefix(u, "about:") {
			tb.foreign = append(tb.foreign, u+" from "+e.DocumentURL)
		}
	case *network.EventLoadingFinished:
		tb.bytes += e.EncodedDataLength
	}
}

// quiet fails the test where the tab saw a violation, a request to another host
// or a message of the console, and forgets them.
func (tb *tab) quiet() {
	tb.t.Helper()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	report := func(what string, list []string) {
		if len(list) > 0 {
			tb.t.Errorf("%d %s:\n\t%s", len(list), what, strings.Join(list[:min(len(list), 20)], "\n\t"))
		}
	}
	report("violations of the policy", tb.violations)
	report("requests to other hosts", tb.foreign)
	report("messages in the console", tb.console)
	tb.violations, tb.foreign, tb.console = nil, nil, nil
}

// missing forgets what the console said of files that are not there.
func (tb *tab) missing() {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	tb.console = slices.DeleteFunc(tb.console, func(m string) bool { return strings.Contains(m, "status of 404") })
}

// run does actions, and ends the test where one fails.
func (tb *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx, actions...); err != nil {
		tb.t.Fatal(err)
	}
}

// visit opens a page and waits until it and all it loads are there.
func (tb *tab) visit(url string) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx, chromedp.Navigate(url)); err != nil {
		tb.t.Fatalf("open %s: %v", url, err)
	}
}

// eval runs JavaScript in the page, as if a person had caused it, waits for a
// promise, and returns the result.
func eval[T any](tb *tab, js string) T {
	tb.t.Helper()
	v, err := chromedp.Run(tb.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise, func(p *runtime.EvaluateParams) { p.UserGesture = new(true) }))
	if err != nil {
		tb.t.Fatalf("%v\nin %s", err, js)
	}
	return v
}

// text is the result of an expression as a string.
func (tb *tab) text(js string) string {
	tb.t.Helper()
	return eval[string](tb, "String("+js+")")
}

// want fails the test unless the expression gives want.
func (tb *tab) want(js, want string) {
	tb.t.Helper()
	if got := tb.text(js); got != want {
		tb.t.Errorf("%s is %q, want %q", js, got, want)
	}
}

// await waits until the expression is true: what a page does a moment later, also
// after it has loaded again.
func (tb *tab) await(js string) {
	tb.t.Helper()
	ctx, stop := context.WithTimeout(tb.ctx, 20*time.Second)
	defer stop()
	for {
		err := chromedp.Do(ctx, chromedp.Poll[chromedp.Void](js, chromedp.WithPollingTimeout(0)))
		if err == nil {
			return
		}
		if ctx.Err() != nil || !strings.Contains(err.Error(), "navigated or closed") && !strings.Contains(err.Error(), "context") {
			tb.t.Fatalf("wait for %s: %v", js, err)
		}
	}
}

// press types keys: "\t", kb.Enter, "abc".
func (tb *tab) press(keys string, options ...chromedp.KeyOption) {
	tb.t.Helper()
	tb.run(chromedp.KeyEvent(keys, options...))
}

// click clicks the first element that the selector names.
func (tb *tab) click(selector string) {
	tb.t.Helper()
	ctx, stop := context.WithTimeout(tb.ctx, 20*time.Second)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		tb.t.Fatalf("click %s: %v", selector, err)
	}
}

// size makes the window that large; below 600 it is a phone.
func (tb *tab) size(width, height int64) {
	tb.t.Helper()
	tb.run(chromedp.EmulateViewport(width, height))
}

// colours is what the system asks for: "light" or "dark".
func (tb *tab) colours(scheme string) { tb.media("prefers-color-scheme", scheme) }

func (tb *tab) media(name, value string) {
	tb.t.Helper()
	tb.run(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: name, Value: value}}}))
}

// noScript turns JavaScript off. eval works all the same.
func (tb *tab) noScript() {
	tb.t.Helper()
	tb.run(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
}

func exception(e *runtime.ExceptionDetails) string {
	text := fmt.Sprintf("%s at %s:%d:%d", e.Text, e.URL, e.LineNumber+1, e.ColumnNumber+1)
	if e.Exception != nil {
		text += " " + e.Exception.Description
	}
	return text
}
