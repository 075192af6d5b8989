package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"

	"github.com/probatum/probatum/cluster/kube/internal/control"
	"github.com/probatum/probatum/cluster/kube/internal/plane"
	"github.com/probatum/probatum/cluster/kube/internal/rewind"
	"github.com/probatum/probatum/cluster/kube/internal/simkubelet"
	logsapi "k8s.io/component-base/logs/api/v1"
	"k8s.io/component-base/version"
	"k8s.io/klog/v2"
)

const controlplaneHelp = `usage: controlplane --dir DIR [flags]

Runs a Kubernetes control plane with one simulated node in this process. When it
is ready it prints one line of JSON: kubeconfig, control (a unix socket),
kubernetes, pid. It ends on an interrupt.

  --dir DIR    folder for its data: etcd, certificates, kubeconfig
  --log FILE   file for its log; no log without it
  --parent     end when standard input ends, as it does when the parent dies
  --remove     remove DIR at the end
`

// ready is the line printed when the control plane serves.
type ready struct {
	Kubeconfig string `json:"kubeconfig"`
	Control    string `json:"control"`
	Kubernetes string `json:"kubernetes"`
	PID        int    `json:"pid"`
}

// server is a control plane on its way from start to end.
type server struct {
	dir     string
	remove  bool   // dir, at the end
	sockets string // folder of the sockets: dir, or a short one elsewhere
	ending  sync.Mutex
}

// controlplane is the program of that name.
func controlplane() int {
	flags := flag.NewFlagSet("controlplane", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	dir := flags.String("dir", "", "")
	log := flags.String("log", "", "")
	parent := flags.Bool("parent", false, "")
	remove := flags.Bool("remove", false, "")
	err := flags.Parse(os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Print(controlplaneHelp)
		return 0
	case err == nil && *dir == "":
		err = errors.New("--dir is missing")
	case err == nil && flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err == nil {
		err = serve(*dir, *log, *parent, *remove)
	}
	fmt.Fprintf(os.Stderr, "controlplane: %v\n", err)
	return 2
}

// serve runs a control plane. It returns only if that fails.
func serve(dir, log string, parent, remove bool) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	s := &server{dir: dir, remove: remove}
	if s.sockets, err = socketFolder(dir); err != nil {
		return err
	}
	defer s.clear()
	s.endWith(parent)
	if err := logTo(log); err != nil {
		return err
	}
	return s.run(context.Background())
}

// startGC is the garbage collector's setting (GOGC) during the start, when most
// of what is made stays: collecting less often saves a sixth of the CPU time.
const startGC = 400

// run starts everything, says so and waits for the end.
func (s *server) run(ctx context.Context) error {
	normal := debug.SetGCPercent(startGC)
	p, err := plane.Start(ctx, s.dir, s.sockets)
	if err != nil {
		return err
	}
	if err := simkubelet.Start(ctx, p.Client, p.PKI); err != nil {
		return err
	}
	socket := filepath.Join(s.sockets, "control.sock")
	ln, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- control.Serve(ln, rewind.New(ctx, p.Store, p), s.end) }()
	debug.SetGCPercent(normal)
	go debug.FreeOSMemory() // some 130 MB of what the start needed
	line := ready{p.Kubeconfig, socket, version.Get().GitVersion, os.Getpid()}
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve the control socket: %w", err)
	case err := <-p.Ended:
		return fmt.Errorf("the API server ended: %w", err)
	}
}

// endWith ends the process on a signal, and with its parent if wanted.
func (s *server) endWith(parent bool) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		s.end()
	}()
	if !parent {
		return
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		s.end()
	}()
}

// end ends the process at once. Cancelling the components instead takes a
// second, and panics if one of them is still starting.
func (s *server) end() {
	s.clear()
	// What is still starting may make a folder anew. It ends with the program; another
	// that takes its place finds nobody who could.
	if rm, err := exec.LookPath("rm"); err == nil && s.remove {
		syscall.Exec(rm, []string{"rm", "-rf", "--", s.dir}, os.Environ())
	}
	os.Exit(0)
}

// clear removes what must not be left. The first caller ends the process; to
// others it does not return, lest they report that their files are gone.
func (s *server) clear() {
	s.ending.Lock()
	klog.Flush()
	if s.sockets != s.dir {
		os.RemoveAll(s.sockets)
	}
	// etcd is still writing: a folder may get a file while it is emptied.
	for range 10 {
		if !s.remove || os.RemoveAll(s.dir) == nil {
			return
		}
	}
}

// longestFolder is how long the path of a folder for sockets may be: 104 bytes
// are the limit for a socket on some systems, and the names take up to 14.
const longestFolder = 88

// socketFolder gives dir if sockets can be made in it, otherwise a new folder
// with a short path.
func socketFolder(dir string) (string, error) {
	if len(dir) <= longestFolder {
		return dir, nil
	}
	short, err := os.MkdirTemp("", "kube-")
	if err == nil && len(short) > longestFolder {
		os.RemoveAll(short)
		short, err = os.MkdirTemp("/tmp", "kube-")
	}
	return short, err
}

// logTo sends the log of all components to a file, or nowhere.
func logTo(file string) error {
	var w io.Writer = io.Discard
	if file != "" {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		w = f
	}
	flags := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(flags)
	for name, value := range map[string]string{"logtostderr": "false", "alsologtostderr": "false", "stderrthreshold": "FATAL"} {
		if err := flags.Set(name, value); err != nil {
			return err
		}
	}
	klog.SetOutput(w)
	// Each component would set up logging again, and refuse to do it twice.
	logsapi.ReapplyHandling = logsapi.ReapplyHandlingIgnoreUnchanged
	return nil
}
