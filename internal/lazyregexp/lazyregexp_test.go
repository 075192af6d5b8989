package lazyregexp

import (
	"strings"
	"sync"
	"testing"
)

func TestRegexp(t *testing.T) {
	re := New(`(\w+)=(\w*)`)
	if got := strings.Join(re.FindStringSubmatch("a=b c=d"), " "); got != "a=b a b" {
		t.Errorf("got %q", got)
	}
	if got := re.ReplaceAllString("a=b c=d", "$2=$1"); got != "b=a d=c" {
		t.Errorf("got %q", got)
	}
	if re.MatchString("a b") || !re.Match([]byte("a=b")) {
		t.Error("matches the wrong text")
	}
}

// Outside of tests, an expression waits for its first use.
func TestFirstUse(t *testing.T) {
	re := &Regexp{text: `a+`}
	var uses sync.WaitGroup
	for range 8 {
		uses.Go(func() {
			if got := re.FindString("baa"); got != "aa" {
				t.Errorf("got %q, want aa", got)
			}
		})
	}
	uses.Wait()
}

// A mistake in an expression must not wait for a reader to meet it.
func TestMistake(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an expression that is none was taken")
		}
	}()
	New(`(`)
}
