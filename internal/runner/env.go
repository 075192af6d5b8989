package runner

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/probatum/probatum/internal/check"
)

// newMark makes the variable by which the processes of one run are known.
func newMark() string { return "PROBATUM_RUN=" + rand.Text() }

// taken are the variables that a page gets from this process, and nothing else:
// no proxy, no credentials, no way to the user's own clusters.
var taken = []string{"USER", "LOGNAME", "TZ"}

// takenBySetup are those that a setup script gets beside them: it may have to
// download something.
var takenBySetup = []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
	"SSL_CERT_FILE", "SSL_CERT_DIR", "GOPROXY", "GONOSUMDB", "GONOPROXY", "GOPRIVATE", "GOSUMDB", "GOFLAGS", "GOROOT", "GOTOOLCHAIN"}

func (r *Runner) getenv(name string) string {
	for i := len(r.o.Environ) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(r.o.Environ[i], name+"="); ok {
			return v
		}
	}
	return ""
}

// path is PATH for the commands: the cluster's programs first.
func (r *Runner) path() string {
	path := r.getenv("PATH")
	if r.o.Cluster != nil && r.o.Cluster.Bin != "" {
		path = r.o.Cluster.Bin + string(os.PathListSeparator) + path
	}
	return path
}

// environ is the environment of the commands in a folder that folder has made.
func (r *Runner) environ(dir string) ([]string, error) {
	home := filepath.Join(dir, "home")
	kubeconfig := filepath.Join(home, ".kube", "config")
	if c := r.o.Cluster; c != nil {
		// A copy, as a page may choose another context or namespace.
		data, err := os.ReadFile(c.Kubeconfig)
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll(filepath.Dir(kubeconfig), 0o700); err != nil {
			return nil, err
		}
		if err := os.WriteFile(kubeconfig, data, 0o600); err != nil {
			return nil, err
		}
	}
	env := []string{
		"PATH=" + r.path(), "HOME=" + home, "TMPDIR=" + filepath.Join(dir, "tmp"), "PWD=" + filepath.Join(dir, "work"),
		"KUBECONFIG=" + kubeconfig, "SHELL=/bin/bash", "LANG=C.UTF-8", "TERM=dumb",
	}
	for _, name := range taken {
		if v := r.getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return append(env, r.o.Env...), nil
}

// lay copies files into the page's working folder: of those at the top, and the
// folders there, the ones that the page names in a command.
func (p *pageRun) lay() error {
	if p.r.o.Files == nil {
		return nil
	}
	top, err := fs.ReadDir(p.r.o.Files, ".")
	if err != nil {
		return err
	}
	for _, entry := range top {
		if !p.names(entry.Name()) {
			continue
		}
		if err := copyTo(filepath.Join(p.dir, "work", entry.Name()), p.r.o.Files, entry); err != nil {
			return err
		}
	}
	return nil
}

// names reports whether a command of the page has a name in it.
func (p *pageRun) names(name string) bool {
	for i := range p.plan.Items {
		for _, c := range p.plan.Items[i].Claims {
			if c.Kind == check.Command && strings.Contains(c.Text, name) {
				return true
			}
		}
	}
	return false
}

// copyTo copies one entry of the top of a file system to the file or folder to.
func copyTo(to string, from fs.FS, entry fs.DirEntry) error {
	info, err := fs.Stat(from, entry.Name())
	if err != nil {
		return err
	}
	if info.IsDir() {
		sub, err := fs.Sub(from, entry.Name())
		if err != nil {
			return err
		}
		return os.CopyFS(to, sub)
	}
	data, err := fs.ReadFile(from, entry.Name())
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, info.Mode().Perm()|0o600)
}

// setupEnviron is what setup scripts get beside that. Modules that have been
// downloaded before are not downloaded again.
func (r *Runner) setupEnviron() []string {
	modules := r.getenv("GOMODCACHE")
	if modules == "" {
		gopath := r.getenv("GOPATH")
		if gopath == "" {
			gopath = filepath.Join(r.getenv("HOME"), "go")
		}
		modules = filepath.Join(filepath.SplitList(gopath)[0], "pkg", "mod")
	}
	env := []string{"GOMODCACHE=" + modules}
	for _, name := range takenBySetup {
		if v := r.getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// look finds a program in PATH; "" where it is not installed.
func (r *Runner) look(program string) string {
	for _, dir := range filepath.SplitList(r.path()) {
		name, err := exec.LookPath(filepath.Join(dir, program))
		if err == nil || errors.Is(err, exec.ErrDot) {
			return name
		}
	}
	return ""
}

// installed is look, remembered.
func (r *Runner) installed(program string) bool {
	found, ok := r.found[program]
	if !ok {
		found = r.look(program) != ""
		r.found[program] = found
	}
	return found
}
