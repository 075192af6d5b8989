package schema

import (
	"strings"
	"testing"
)

const ruled = crdHead + `        type: object
        properties:
          spec:
            type: object
            x-kubernetes-validations:
            - rule: "!(has(self.a) && has(self.b))"
              message: only one of a and b may be set
            - rule: self.low <= self.high
              messageExpression: "'low is ' + string(self.low) + ', more than high, ' + string(self.high)"
              fieldPath: .low
            - rule: self.immutable == oldSelf.immutable
            - rule: not a rule
            properties:
              a: {type: string}
              b: {type: string}
              low: {type: integer, default: 1}
              high: {type: integer, default: 10}
              immutable: {type: string}
              wait:
                type: string
                x-kubernetes-validations:
                - {rule: "duration(self) >= duration('1ms')", message: it is at least 1ms}
              ports:
                type: array
                items: {type: integer}
                x-kubernetes-validations:
                - {rule: "self.all(p, self.exists_one(q, p == q))", message: each port once}
`

// The rules of a definition are asked about what is all there.
func TestRules(t *testing.T) {
	s := must(t, nil, map[string][]byte{"a.yaml": []byte(ruled)})
	const head = "apiVersion: x.io/v1\nkind: Foo\nmetadata: {name: a}\nspec:\n"
	tests := []struct{ name, text, want string }{
		{"both", head + "  a: x\n  b: z\n", "4:1 spec breaks a rule of its definition: only one of a and b may be set"},
		{"its place", head + "  low: 3\n  high: 2\n", "5:3 spec breaks a rule of its definition: low is 3, more than high, 2"},
		{"against the default", head + "  low: 30\n", "5:3 spec breaks a rule of its definition: low is 30, more than high, 10"},
		{"a value", head + "  wait: 1us\n", "5:9 wait breaks a rule of its definition: it is at least 1ms"},
		{"a list", head + "  ports: [80, 80]\n", "5:3 ports breaks a rule of its definition: each port once"},
		{"right", head + "  a: x\n  low: 2\n  wait: 1s\n  ports: [80, 81]\n", "valid by its schema: Foo (x.io/v1)"},
		{"a placeholder", head + "  low: 30\n  high: ${HIGH}\n", "valid by its schema: Foo (x.io/v1)"},
		{"a part is left out", head + "  low: 30\n  # ...\n", "valid by its schema: Foo (x.io/v1)"},
		{"another mistake first", head + "  low: x\n", `5:8 low takes a whole number, and not text, "x"`},
		{"a fragment's value", "spec:\n  immutable: x\n  wait: 1us\n", "3:9 wait breaks a rule of its definition: it is at least 1ms: the nearest kind is Foo (x.io/v1)"},
		{"a fragment may lack things", "spec:\n  immutable: x\n  low: 30\n", "fragment of Foo.spec (x.io/v1): valid by its schema"},
	}
	for _, tt := range tests {
		if got := judge(s, tt.text, Context{}); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// Istio's own definitions carry rules.
func TestIstioRules(t *testing.T) {
	s := istio(t)
	for text, want := range map[string]string{
		"apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a}\nspec:\n  hosts: [a.b]\n  resolution: DNS\n  workloadSelector: {labels: {a: b}}\n  endpoints: [{address: 1.2.3.4}]\n": "only one of WorkloadSelector or Endpoints can be set",
		"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nspec:\n  host: a\n  trafficPolicy: {outlierDetection: {interval: 1ns}}\n":                                         "must be a valid duration greater than 1ms",
		"apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a}\nspec:\n  jwtRules: [{issuer: a, jwksUri: 'ftp://x'}]\n":                                                       "url must have scheme",
		"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a}\nspec:\n  portLevelMtls: {8080: {mode: STRICT}}\n":                                                                "portLevelMtls requires selector",
		"apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {a: b}}\n  portLevelMtls: {8080: {mode: STRICT}}\n":                             "valid by its schema",
	} {
		if got := judge(s, text, Context{}); !strings.Contains(got, want) {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}
