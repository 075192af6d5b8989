package simkubelet

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/remotecommand"
	clientrc "k8s.io/client-go/tools/remotecommand"
	utilexec "k8s.io/client-go/util/exec"
	"k8s.io/kubelet/pkg/cri/streaming/portforward"
	streamrc "k8s.io/kubelet/pkg/cri/streaming/remotecommand"
)

const (
	idleTimeout   = 4 * time.Hour // as the kubelet's
	streamTimeout = 30 * time.Second
)

// handler serves the part of the kubelet's API that the API server calls.
func handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{ns}/{pod}/{container}", logs)
	mux.HandleFunc("/exec/{ns}/{pod}/{container}", exec)
	mux.HandleFunc("/attach/{ns}/{pod}/{container}", exec)
	mux.HandleFunc("/portForward/{ns}/{pod}", forward)
	return mux
}

func targetOf(r *http.Request) target {
	return target{r.PathValue("ns"), r.PathValue("pod"), r.PathValue("container")}
}

func logs(w http.ResponseWriter, r *http.Request) {
	lines := strings.SplitAfter(logText(targetOf(r)), "\n")
	lines = lines[:len(lines)-1] // what follows the last line end
	if n, err := strconv.Atoi(r.URL.Query().Get("tailLines")); err == nil && n < len(lines) {
		lines = lines[len(lines)-n:]
	}
	io.WriteString(w, strings.Join(lines, ""))
}

func exec(w http.ResponseWriter, r *http.Request) {
	opts, err := streamrc.NewOptions(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	t := targetOf(r)
	streamrc.ServeExec(w, r, executor{t}, t.pod, "", t.container, r.URL.Query()["command"],
		opts, idleTimeout, streamTimeout, remotecommand.SupportedStreamingProtocols)
}

// executor runs commands for streamrc.
type executor struct{ target }

func (e executor) ExecInContainer(_ context.Context, _ string, _ types.UID, _ string, command []string,
	in io.Reader, out, errs io.WriteCloser, _ bool, _ <-chan clientrc.TerminalSize, _ time.Duration) error {
	var stdout, stderr io.Writer = io.Discard, io.Discard
	if out != nil {
		stdout, stderr = out, out // a terminal has one stream for both
	}
	if errs != nil {
		stderr = errs
	}
	if code := answer(e.target, command, in, stdout, stderr); code != 0 {
		return utilexec.CodeExitError{Err: fmt.Errorf("command terminated with exit code %d", code), Code: code}
	}
	return nil
}

func forward(w http.ResponseWriter, r *http.Request) {
	opts, err := portforward.NewV4Options(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	t := targetOf(r)
	portforward.ServePortForward(w, r, forwarder{t}, t.pod, "", opts, idleTimeout, streamTimeout, portforward.SupportedProtocols)
}

// forwarder answers connections for portforward.
type forwarder struct{ target }

func (f forwarder) PortForward(_ context.Context, _ string, _ types.UID, port int32, conn io.ReadWriteCloser) error {
	return reply(f.target, port, conn)
}
