// Command kube is every program of Kubernetes that a node of a kind cluster
// needs, in one file that is called by name, as busybox is: linked as kubelet it
// is the kubelet, and "kube kubelet ..." is the same. They share nearly all of
// their code, so that one file is a quarter of the size of several.
package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // exec and OIDC users in a kubeconfig
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubeadmcmd "k8s.io/kubernetes/cmd/kubeadm/app"
)

// programs are the programs by name. Each reads os.Args, where Args[0] is its
// own name, and returns the exit code.
var programs = map[string]func() int{
	"crictl":                  crictl,
	"etcd":                    etcd,
	"kube-apiserver":          cobraProgram(apiserver.NewAPIServerCommand),
	"kube-controller-manager": cobraProgram(controllers.NewControllerManagerCommand),
	"kube-proxy":              cobraProgram(proxy.NewProxyCommand),
	"kube-scheduler":          cobraProgram(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubeadm":                 kubeadm,
	"kubectl":                 kubectl,
	"kubelet":                 cobraProgram(kubeletCommand),
	"podnet":                  podnet,
}

func main() {
	time.AfterFunc(settled, lean)
	if run, ok := programs[filepath.Base(os.Args[0])]; ok {
		os.Exit(run())
	}
	if len(os.Args) > 1 {
		os.Args = os.Args[1:]
		if run, ok := programs[filepath.Base(os.Args[0])]; ok {
			os.Exit(run())
		}
	}
	names := slices.Sorted(maps.Keys(programs))
	fmt.Fprintf(os.Stderr, "usage: kube PROGRAM [arguments]\nprograms: %s\n", strings.Join(names, ", "))
	os.Exit(2)
}

// settled is when a program has done nearly all that it does only once.
const settled = 15 * time.Second

// lean has the program keep less memory that it does not use: a cluster for tests
// shares a machine with much else. To start is left as fast as it can be. With 25
// the API server has 40 to 60 MB less than with 40 while large definitions come and
// go, and needs a quarter more CPU for that; a limit of memory, 180 or 240 MB, has
// it use two to four times the CPU for 80 MB.
func lean() {
	debug.SetGCPercent(25)
	debug.FreeOSMemory()
}

// cobraProgram makes a program of a command, which is made only when it is run:
// the flags of one are no business of another.
func cobraProgram(command func() *cobra.Command) func() int {
	return func() int { return cli.Run(command()) }
}

func kubeadm() int {
	if err := kubeadmcmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		return 1
	}
	return 0
}

func kubectl() int {
	if err := cli.RunNoErrOutput(kubectlCommand()); err != nil {
		util.CheckErr(err) // prints it and exits
	}
	return 0
}

func etcd() int {
	etcdmain.Main(os.Args)
	return 0
}
