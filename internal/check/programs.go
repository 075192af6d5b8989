package check

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/probatum/probatum/internal/lazyregexp"
)

// Programs that only read, whatever their arguments; those with exceptions are
// in reads.
var readers = words2set(`grep egrep fgrep jq cat echo printf base64 cut sort uniq head tail tr wc awk gawk column ls pwd date
	seq diff cmp comm env printenv id whoami hostname uname which type dirname basename realpath readlink stat file du df
	md5sum sha256sum shasum fold nl rev tac paste xxd od hexdump strings test [ true : sleep nslookup dig host getent ping
	ps netstat ss lsof column envsubst find jsonpath yq sed curl wget istioctl helm kind minikube gcloud aws az docker
	podman openssl hey fortio nc tput expr bc step`)

// Second words with which a client of a cluster or cloud only reads.
var subReads = map[string]string{
	"istioctl": `version proxy-status ps proxy-config pc analyze validate profile manifest verify-install describe x experimental
		authn authz remote-clusters metrics waypoint ztunnel-config`,
	"helm": "list ls status get template show inspect search history version lint env", "kind": "get version",
	"minikube": "ip status version profile service", "docker": "ps images inspect version info logs port",
	"podman": "ps images inspect version info logs port", "openssl": "x509 s_client verify version asn1parse req base64 rand dgst crl",
	"gcloud": "", "aws": "", "az": "", "step": "crypto certificate",
}

// Last words with which a cloud's program only reads.
var cloudReads = lazyregexp.New(`^(list|describe|show|get)(-[a-z-]+)?$`)

// reads reports whether the program changes nothing, so that it may be tried
// again, and is meant to print something.
func (c call) reads() bool {
	if k, ok := c.asKube(); ok {
		return k.reads()
	}
	name := c.name()
	if !readers[name] {
		return false
	}
	switch name {
	case "curl":
		return c.curlReads()
	case "wget":
		return c.has("-O-", "-qO-", "--spider") || c.after("-O") == "-" || c.after("-qO") == "-"
	case "sed", "yq":
		return !c.hasPrefix("-i", "--in-place")
	case "sort":
		return !c.has("-o")
	case "find":
		return !c.has("-delete", "-exec", "-execdir", "-ok")
	case "openssl":
		return c.sub(0) != "" && slices.Contains(strings.Fields(subReads[name]), c.sub(0)) && !c.has("-out", "-keyout", "-newkey")
	case "gcloud", "aws", "az":
		return slices.ContainsFunc(c.words[1:], cloudReads.MatchString)
	case "istioctl":
		return c.istioReads()
	}
	if subs, ok := subReads[name]; ok {
		return slices.Contains(strings.Fields(subs), c.sub(0))
	}
	return true
}

func (c call) istioReads() bool {
	switch first, second := c.sub(0), c.sub(1); first {
	case "manifest":
		return second != "apply" && second != "install" && !c.has("-o", "--output")
	case "x", "experimental":
		return slices.Contains([]string{"describe", "authz", "analyze", "version", "precheck", "proxy-status", "ps", "metrics", "config"}, second)
	default:
		return slices.Contains(strings.Fields(subReads["istioctl"]), first)
	}
}

func (c call) curlReads() bool {
	for i, w := range c.words {
		switch {
		case strings.HasPrefix(w, "-X"), w == "--request":
			m := strings.TrimPrefix(w, "-X")
			if m == "" || w == "--request" {
				m = c.word(i + 1)
			}
			if m = strings.ToUpper(strings.TrimPrefix(m, "=")); m != "GET" && m != "HEAD" {
				return false
			}
		case strings.HasPrefix(w, "-d"), strings.HasPrefix(w, "--data"), w == "-F", strings.HasPrefix(w, "--form"),
			w == "-T", strings.HasPrefix(w, "--upload-file"), w == "--json", w == "-O", strings.HasPrefix(w, "--remote-name"):
			return false
		case w == "-o", w == "--output":
			if o := c.word(i + 1); !strings.HasPrefix(o, "/dev/") && o != "-" {
				return false
			}
		case bundle.MatchString(w) && strings.ContainsAny(w, "OdFT"):
			return false
		}
	}
	return true
}

// bundle is several one-letter flags in one word: -sSLO.
var bundle = lazyregexp.New(`^-[a-zA-Z]{2,5}$`)

// silent reports whether the program may print nothing although all is well.
func (c call) silent() bool {
	if len(c.words) == 0 {
		return true
	}
	if k, ok := c.asKube(); ok {
		return k.silent()
	}
	switch c.name() {
	case "grep", "egrep", "fgrep":
		return c.has("-q", "--quiet") || slices.ContainsFunc(c.words, func(w string) bool { return bundle.MatchString(w) && strings.Contains(w, "q") })
	case "curl":
		return c.has("-o", "--output") && !c.has("-w", "--write-out", "-v", "-i") && !c.hasPrefix("-w", "--write-out=")
	case "test", "[", "true", ":", "sleep", "diff", "cmp", "comm", "find", "ls":
		return true
	}
	return false
}

// needsPods reports whether the answer comes out of a container.
func (c call) needsPods() bool {
	if k, ok := c.asKube(); ok {
		return k.needsPods()
	}
	switch c.name() {
	case "curl", "wget", "ping", "hey", "fortio", "nc", "grpcurl", "siege", "ab":
		return slices.ContainsFunc(c.words[1:], fromPod)
	case "istioctl":
		switch c.sub(0) {
		case "proxy-status", "ps", "proxy-config", "pc", "dashboard", "dash", "d", "bug-report":
			return true
		case "x", "experimental":
			return c.sub(1) == "authz" || c.sub(1) == "metrics" || c.sub(1) == "proxy-status"
		}
	case "helm":
		return c.sub(0) == "test"
	}
	return false
}

var (
	apiPath = lazyregexp.New(`:6443|/(api|apis|openapi|healthz|livez|readyz|version)(/|$|\?)|kubernetes\.default`)
	apiName = lazyregexp.New(`(?i)^\$\{?"?(api_?server|kube\w*|k8s\w*|server|master\w*)\b`)
	inside  = words2set("local svc cluster internal example test localhost invalid lan")
)

// fromPod reports whether an argument names a place that only a container can
// answer from. A file, the API server and the public Internet are none.
func fromPod(arg string) bool {
	if strings.HasPrefix(arg, "-") || strings.HasPrefix(arg, "file:") {
		return false
	}
	host, isURL := hostOf(arg)
	switch {
	case apiPath.MatchString(arg), apiName.MatchString(strings.TrimPrefix(strings.TrimPrefix(arg, "https://"), "http://")):
		return false
	case !isURL:
		return false
	case strings.ContainsAny(host, "$`_"):
		return true
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsPrivate() || ip.IsLoopback()
	}
	labels := strings.Split(host, ".")
	return len(labels) < 2 || inside[labels[len(labels)-1]] || len(labels) > 1 && inside[labels[len(labels)-2]]
}

var bareHost = lazyregexp.New(`^(localhost|127\.0\.0\.1|[a-z0-9-]+(\.[a-z0-9-]+)*|\$\{?\w+\}?)(:[\d$][^/ ]*(/.*)?|/.*)$`)

func hostOf(arg string) (string, bool) {
	if strings.Contains(arg, "://") {
		_, rest, _ := strings.Cut(arg, "://")
		if u, err := url.Parse(arg); err == nil && u.Hostname() != "" {
			return strings.ToLower(u.Hostname()), true
		}
		host, _, _ := strings.Cut(rest, "/")
		return host, true
	}
	m := bareHost.FindStringSubmatch(arg)
	switch {
	case m != nil:
		return m[1], true
	case strings.HasPrefix(arg, "$"):
		return arg, true
	}
	return "", false
}

// Programs that never end or wait for a person.
var (
	editors   = words2set("vi vim nano emacs less more top htop ssh telnet screen tmux man")
	terminals = words2set("ssh telnet screen tmux")
	forever   = map[string]string{"watch": "", "yes": "", "minikube": "tunnel dashboard mount", "istioctl": "dashboard dash d", "skaffold": "dev", "tilt": "up"}
	foreverF  = map[string]string{"tail": "-f -F --follow", "journalctl": "-f --follow", "docker": "-f --follow", "stern": ""}
)

// hangs returns why the program would hold up the shell; see kube.hangs.
func (c call) hangs() (why string, interactive bool) {
	if c.beside || c.inFunc {
		return "", false
	}
	if k, ok := c.asKube(); ok {
		return k.hangs()
	}
	name := c.name()
	if subs, ok := forever[name]; ok && (subs == "" || slices.Contains(strings.Fields(subs), c.sub(0))) && !c.has("--url") {
		return strings.TrimSpace(name+" "+onlyIf(subs != "", c.sub(0))) + " never ends", false
	}
	if flags, ok := foreverF[name]; ok && c.has(strings.Fields(flags)...) && (name != "docker" || c.sub(0) == "logs") {
		return name + " -f never ends", false
	}
	switch {
	case editors[name], name == "minikube" && c.sub(0) == "ssh" && c.sub(1) == "":
		return name + " waits for somebody at a terminal", true
	case (name == "docker" || name == "podman") && (c.sub(0) == "run" || c.sub(0) == "exec") && c.has("-it", "-ti", "-t", "--tty"):
		if isShell(c.words[len(c.words)-1:]) {
			return name + " " + c.sub(0) + " -t waits for somebody at a terminal", true
		}
	case name == "ping" && !c.hasPrefix("-c"):
		return "ping never ends without -c", false
	}
	return "", false
}

// opens reports whether a program that waits for somebody at a terminal asks for
// commands: what comes next on the page is typed there.
func (c call) opens() bool {
	if k, ok := c.asKube(); ok {
		return k.verb != "edit"
	}
	return !editors[c.name()] || terminals[c.name()]
}

func onlyIf(ok bool, s string) string {
	if ok {
		return s
	}
	return ""
}

// sub returns the n-th word after the name that is no flag, from 0.
func (c call) sub(n int) string {
	for _, w := range c.words[1:] {
		if strings.HasPrefix(w, "-") {
			continue
		}
		if n == 0 {
			return w
		}
		n--
	}
	return ""
}

func (c call) word(i int) string {
	if i < len(c.words) {
		return c.words[i]
	}
	return ""
}

func (c call) has(flags ...string) bool {
	return slices.ContainsFunc(c.words, func(w string) bool { return slices.Contains(flags, w) })
}

func (c call) hasPrefix(prefixes ...string) bool {
	return slices.ContainsFunc(c.words, func(w string) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(w, p) })
	})
}

func (c call) after(flag string) string {
	i := slices.Index(c.words, flag)
	if i < 0 {
		return ""
	}
	return c.word(i + 1)
}
