package search

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func wordsOf(text string) string {
	var words []string
	eachWord(text, func(w string) { words = append(words, w) })
	return strings.Join(words, " ")
}

func TestEachWord(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"prose", "Traffic, management!", "traffic management"},
		{"flag", "kubectl get --context=x -f", "kubectl get --context context x -f f"},
		{"file", "policy-52.yaml", "policy-52.yaml policy 52 yaml"},
		{"path", "samples/a.yaml.", "samples/a.yaml samples a.yaml a yaml"},
		{"dotted", ".spec.x.y", "spec.x.y spec x y"},
		{"camel case", "AuthorizationPolicy", "authorizationpolicy authorization policy"},
		{"capitals", "HTTPRoute kubeAPIServer", "httproute http route kubeapiserver kube api server"},
		{"variable", "${CTX_R1}", "ctx_r1 ctx r1"},
		{"image", "docker.io/istio/pilot:1.9", "docker.io/istio/pilot:1.9 docker.io docker io istio pilot 1.9 1 9"},
		{"dashes are no word", "a -- --- - b", "a b"},
		{"accents", "Café Ünïcode", "cafe unicode"},
		{"Chinese in pairs", "流量管理", "流量 量管 管理 理"},
		{"Chinese beside Latin", "使用Istio的", "使用 用 istio 的"},
		{"Japanese long sign", "サーバー", "サー ーバ バー ー"},
		{"Cyrillic", "Политика", "политика"},
		{"a key is no word", strings.Repeat("x", longest+1), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := wordsOf(tt.text); got != tt.want {
				t.Errorf("%q:\ngot  %s\nwant %s", tt.text, got, tt.want)
			}
		})
	}
}

// Whatever stands in a text, its words are words: not empty, no space and nothing
// that would end a string of JavaScript in them, whole letters.
func FuzzEachWord(f *testing.F) {
	for _, s := range []string{"--a-b", "x/-y", "流a量", "\xff", "A\u0301B", "é-É", "İx"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		eachWord(text, func(w string) {
			if w == "" || len(w) > 2*longest || strings.ContainsAny(w, " \n\"\\") || utf8.ValidString(text) && !utf8.ValidString(w) {
				t.Errorf("%q has the word %q", text, w)
			}
		})
	})
}
