package rules

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	self := map[string]any{
		"host": "a.b", "ports": []any{int64(80), int64(443)}, "url": "https://x.io:8443/p", "size": "1500m",
		"tls": map[string]any{"mode": "SIMPLE"}, Name("namespace"): "n", Name("a-b"): int64(1), "ip": "10.0.0.7",
	}
	tests := []struct{ rule, want string }{
		{"has(self.host)", ""},
		{"has(self.none)", "it has to be true that has(self.none)"},
		{"!has(self.tls) || self.tls.mode in ['SIMPLE', 'MUTUAL']", ""},
		{"self.ports.all(p, p > 0 && p < 100)", "it has to be true that self.ports.all(p, p > 0 && p < 100)"},
		{"self.ports.isSorted() && self.ports.sum() == 523 && self.ports.min() == 80 && self.ports.max() == 443", ""},
		{"self.ports.indexOf(443) == 1 && self.ports.lastIndexOf(1) == -1", ""},
		{"url(self.url).getScheme() == 'https' && url(self.url).getHostname() == 'x.io' && url(self.url).getPort() == '8443'", ""},
		{"isURL('nothing')", "it has to be true that isURL('nothing')"},
		{"quantity(self.size).isGreaterThan(quantity('1')) && quantity(self.size).compareTo(quantity('2')) == -1", ""},
		{"isQuantity('1Gi') && !isQuantity('1GB')", ""},
		{"self.__namespace__ == 'n' && self.a__dash__b == 1", ""},
		{"self.host.find('[a-z]$') == 'b' && self.host.findAll('[a-z]').size() == 2", ""},
		{"duration('1h') > duration('1ms') && self.host.matches('^a') && self.host.split('.').size() == 2", ""},
		{"isIP(self.ip) && cidr('10.0.0.0/8').containsIP(ip(self.ip))", ""},
		{"self.ports.exists_one(p, p == 80)", ""},
		{"oldSelf.orValue('x') == 'x' || true", ""},
	}
	for _, tt := range tests {
		r := &Rule{Text: tt.rule}
		if got, err := r.Check(self); got != tt.want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", tt.rule, got, err, tt.want)
		}
	}
}

func TestMessage(t *testing.T) {
	for _, tt := range []struct {
		r    *Rule
		want string
	}{
		{&Rule{Text: "self > 1", Message: "too small"}, "too small"},
		{&Rule{Text: "self > 1", Message: "too small", MessageText: "'it is ' + string(self)"}, "it is 1"},
		{&Rule{Text: "self > 1", Message: "too small", MessageText: "self.x"}, "too small"},
		{&Rule{Text: "self > 0", Message: "too small"}, ""},
	} {
		if got, err := tt.r.Check(int64(1)); got != tt.want || err != nil {
			t.Errorf("%+v: got %q, %v, want %q", tt.r.Text, got, err, tt.want)
		}
	}
	if !(&Rule{Text: "self == oldSelf"}).Old() || (&Rule{Text: "self.oldSelfish"}).Old() {
		t.Error("which rules compare")
	}
}

// What cannot be read or has no end gives an error, and no answer.
func TestWrong(t *testing.T) {
	for text, want := range map[string]string{
		"self.": "Syntax error", "none(self)": "undeclared", "1 + 1": "gives int", "self.x == 1": "no such key",
		"self.l.all(a, self.l.all(b, self.l.all(c, self.l.all(d, a + b + c + d >= 0))))": "cost",
	} {
		long := make([]any, 200)
		for i := range long {
			long[i] = int64(i)
		}
		if got, err := (&Rule{Text: text}).Check(map[string]any{"l": long}); got != "" || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %q, %v, want %s", text, got, err, want)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if err := (&Rule{Text: "!has(self.tls) || self.tls.mode in ['SIMPLE', 'MUTUAL']"}).Err(); err != nil {
			b.Fatal(err)
		}
	}
}
