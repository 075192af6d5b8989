package check

import (
	"slices"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// Facts about Kubernetes that explain why a command that once worked prints
// nothing today. Each is given all programs of the command and its text, and
// returns "" where it has nothing to say.
var knowledge = []func(all []call, text string) string{
	tokenSecret,
	tokenSecretByName,
}

func hint(all []call, text string) string {
	for _, k := range knowledge {
		if h := k(all, text); h != "" {
			return h
		}
	}
	return ""
}

var (
	accounts = []string{"sa", "serviceaccount", "serviceaccounts"}
	secrets  = lazyregexp.New(`\.secrets\b|secrets\[`)
	ofToken  = lazyregexp.New(`[\w-]+-token\b|token-`)
)

// Until Kubernetes 1.23 the first entry of a service account's secrets was a
// Secret with its token; from 1.24 on there is none.
func tokenSecret(all []call, text string) string {
	if !secrets.MatchString(text) {
		return ""
	}
	for _, c := range all {
		k, ok := c.asKube()
		if !ok || k.verb != "get" && k.verb != "describe" {
			continue
		}
		if typ, name := k.resource(); slices.Contains(accounts, typ) {
			return noToken(name, k)
		}
	}
	return ""
}

var tokenName = lazyregexp.New(`^\^?([a-z0-9][a-z0-9.-]*?)-token(-.*)?$`)

// The same, found by the name that such a Secret had: kubectl get secrets | grep
// NAME-token.
func tokenSecretByName(all []call, text string) string {
	if !ofToken.MatchString(text) {
		return ""
	}
	for i, c := range all {
		k, ok := c.asKube()
		if typ, name := k.resource(); !ok || k.verb != "get" || typ != "secret" && typ != "secrets" || name != "" || i+1 == len(all) {
			continue
		}
		if next := all[i+1]; next.name() == "grep" {
			for _, w := range next.words[1:] {
				if m := tokenName.FindStringSubmatch(w); m != nil {
					return noToken(m[1], k)
				}
			}
		}
	}
	return ""
}

func noToken(account string, k kube) string {
	if account == "" {
		account = "NAME"
	}
	s := "since Kubernetes 1.24 a service account has no token Secret; use: kubectl create token " + account
	if ns := k.value("-n", "--namespace"); ns != "" {
		s += " -n " + ns
	}
	return s
}
