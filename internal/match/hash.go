package match

import (
	"slices"
	"strconv"
	"strings"
)

// hexDigest finds a hash: lower-case hexadecimal with digits and letters, at
// least seven of them as git writes. Its length must agree.
func hexDigest(s string, i int) int {
	end := run(s, i, isHex)
	if end-i < 7 || !ends(s, end) || !mixed(s[i:end]) {
		return -1
	}
	return end
}

// hexPrefix takes at least seven hexadecimal digits: the page shows the start
// of a hash and "...".
func hexPrefix(s string, i int) int {
	if end := run(s, i, isHex); end-i >= 7 {
		return end
	}
	return -1
}

// hash makes the kind of hashes of one length.
func hash(n int) *kind {
	take := func(s string, i int) int {
		if end := run(s, i, isHex); end-i == n && ends(s, end) {
			return end
		}
		return -1
	}
	return &kind{name: "hash", form: strconv.Itoa(n), find: hexDigest, take: take}
}

// mixed reports whether there are digits and letters in s.
func mixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.IndexFunc(s, func(r rune) bool { return r > '9' }) >= 0
}

var hexPairs = regular(`(?:[0-9a-fA-F]{2}:){5,}[0-9a-fA-F]{2}`)

// serial finds a number that is too long to be counted.
func serial(s string, i int) int {
	if end := digits(s, i); end-i >= 20 {
		return end
	}
	return -1
}

func longNumber(s string, i int) int {
	if end := digits(s, i); end-i >= 15 {
		return end
	}
	return -1
}

func pointer(s string, i int) int {
	if !strings.HasPrefix(s[i:], "0x") {
		return -1
	}
	if end := run(s, i+2, isHex); end-i >= 7 && ends(s, end) {
		return end
	}
	return -1
}

func isKey(c byte) bool { return isLetter(c) || isDigit(c) || strings.IndexByte("+/=_-", c) >= 0 }

var token = regular(`eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}`)

// base64 finds a key, a certificate or a token: long, and changing between
// capitals, small letters and digits as words and paths do not.
func base64(s string, i int) int {
	end := longKey(s, i)
	if end < 0 || end-i < 40 {
		return -1
	}
	class := func(c byte) int {
		switch {
		case isDigit(c):
			return 0
		case isLower(c):
			return 1
		case isUpper(c):
			return 2
		}
		return 3
	}
	var changes, seen int
	for j := i + 1; j < end; j++ {
		if class(s[j]) != class(s[j-1]) {
			changes++
		}
		seen |= 1 << class(s[j])
	}
	if seen&7 != 7 || changes*100 < 35*(end-i) || strings.Count(s[i:end], "/") > (end-i)/20 {
		return -1
	}
	return end
}

// longKey takes what may be a key.
func longKey(s string, i int) int {
	if end := run(s, i, isKey); end-i >= 32 && ends(s, end) {
		return end
	}
	return -1
}

// Names that controllers make.
//
// A ReplicaSet's hash is a number of 32 bits whose digits are written with ten
// letters: "0123456789" as "456789bcdf". The five characters behind it, and
// behind what DaemonSets and Jobs make, come from an alphabet without vowels.
// Old clusters wrote the hash as a number and used all ten digits.

func isHashChar(c byte) bool { return '4' <= c && c <= '9' || strings.IndexByte("bcdf", c) >= 0 }

func isSuffixChar(c byte) bool { return strings.IndexByte("bcdfghjklmnpqrstvwxz2456789", c) >= 0 }

func isOldSuffixChar(c byte) bool { return isDigit(c) || isSuffixChar(c) }

// templateHash takes the hash of a ReplicaSet.
func templateHash(s string, i int) int {
	if end := run(s, i, isHashChar); end-i >= 6 && end-i <= 10 && ends(s, end) {
		return end
	}
	return -1
}

// loneHash finds one that stands alone, as the value of pod-template-hash.
func loneHash(s string, i int) int {
	if end := templateHash(s, i); end-i >= 8 && mixed(s[i:end]) {
		return end
	}
	return -1
}

// words are what looks generated and is not.
var words = []string{"https", "httpd", "http2", "http3", "html5", "xhtml", "grpcs", "mqtts", "btrfs", "lxcfs", "sshfs", "nfsv4", "tlsv2"}

var (
	podName     = &kind{name: "generated name", form: "pod", take: takePod}
	replicaName = &kind{name: "generated name", form: "replica", take: takeReplica}
	suffixName  = &kind{name: "generated name", take: takeSuffix}
	jobName     = &kind{name: "generated name", form: "job", take: takeJob}
	jobPodName  = &kind{name: "generated name", form: "job pod", take: takeJobPod}
)

// part returns the end of the part of a name that starts with the '-' at s[i],
// or -1 where there is none.
func part(s string, i int) int {
	if i >= len(s) || s[i] != '-' {
		return -1
	}
	end := run(s, i+1, func(c byte) bool { return isLower(c) || isDigit(c) })
	if end == i+1 {
		return -1
	}
	return end
}

// closes reports whether a name ends before s[i], and not only a part of it.
func closes(s string, i int) bool {
	return ends(s, i) && (i+1 >= len(s) || s[i] != '-' || !isWord(s[i+1]))
}

// generated finds what a controller has added to the name that ends before the
// '-' at s[i].
func generated(s string, i int) (*kind, int) {
	if i == 0 || !isLower(s[i-1]) && !isDigit(s[i-1]) {
		return nil, -1
	}
	one := part(s, i)
	if one < 0 {
		return nil, -1
	}
	first := s[i+1 : one]
	if two := part(s, one); two > 0 && closes(s, two) && two-one == 6 && hashLike(first) && suffixLike(s[one+1:two], first) {
		if numeric(first) {
			return jobPodName, two
		}
		return podName, two
	}
	switch {
	case !closes(s, one):
	case hashed(first) && len(first) >= 8 && len(first) <= 10 && mixed(first):
		return replicaName, one
	case numeric(first) && len(first) >= 8 && len(first) <= 10 && named(s, i):
		return jobName, one
	case len(first) == 5 && all(first, isOldSuffixChar) && !numeric(first) && !slices.Contains(words, first):
		return suffixName, one
	}
	return nil, -1
}

func all(s string, ok func(byte) bool) bool { return run(s, 0, ok) == len(s) }

func hashed(s string) bool { return all(s, isHashChar) }

func numeric(s string) bool { return all(s, isDigit) }

// named reports whether the word before s[i] holds a letter.
func named(s string, i int) bool {
	for i--; i >= 0 && (isWord(s[i]) || s[i] == '-' || s[i] == '.'); i-- {
		if isLetter(s[i]) {
			return true
		}
	}
	return false
}

// hashLike accepts hashes, those of old clusters, and what authors make up.
func hashLike(s string) bool {
	if hashed(s) {
		return len(s) >= 6 && len(s) <= 10
	}
	if numeric(s) {
		return len(s) >= 6 && len(s) <= 10
	}
	count := 0
	for i := range len(s) {
		if isDigit(s[i]) {
			count++
		}
	}
	return len(s) >= 8 && len(s) <= 10 && count >= 2 && count < len(s)
}

// suffixLike accepts the five characters behind a hash. Behind a real hash an
// author may have made them up.
func suffixLike(s, hash string) bool { return hashed(hash) || all(s, isOldSuffixChar) }

func takePod(s string, i int) int {
	if one := part(s, i); one > 0 && templateHash(s, i+1) == one {
		return takeSuffix(s, one)
	}
	return -1
}

func takeReplica(s string, i int) int {
	if one := part(s, i); one > 0 && templateHash(s, i+1) == one && closes(s, one) {
		return one
	}
	return -1
}

func takeSuffix(s string, i int) int {
	if one := part(s, i); one-i == 6 && all(s[i+1:one], isSuffixChar) && closes(s, one) {
		return one
	}
	return -1
}

// takeJob takes the number of a CronJob's Job, and the hash that a number was
// on old clusters.
func takeJob(s string, i int) int {
	if one := part(s, i); one-i >= 9 && one-i <= 11 && numeric(s[i+1:one]) && closes(s, one) {
		return one
	}
	return takeReplica(s, i)
}

func takeJobPod(s string, i int) int {
	if one := part(s, i); one-i >= 9 && one-i <= 11 && numeric(s[i+1:one]) {
		return takeSuffix(s, one)
	}
	return takePod(s, i)
}
