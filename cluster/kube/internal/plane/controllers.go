package plane

import (
	"context"
	"path/filepath"

	"github.com/spf13/pflag"
	"k8s.io/component-base/cli/flag"
	"k8s.io/component-base/configz"
	kcm "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	kcmoptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

// startControllers starts the controller manager. All controllers run but those
// for nodes: no kubelet sends the heartbeats that node-lifecycle waits for.
func startControllers(ctx context.Context, kubeconfig, pki string) error {
	o, err := kcmoptions.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	known, off, alias := kcm.KnownControllers(), kcm.ControllersDisabledByDefault(), kcm.ControllerAliases()
	sets := o.Flags(known, off, alias)
	o.ParsedFlags = &sets // the manager reads from it which flags were given
	err = parse(sets, []string{
		"--kubeconfig=" + kubeconfig, "--leader-elect=false", "--secure-port=0", "--profiling=false",
		"--controllers=*,-node-lifecycle-controller,-node-ipam-controller",
		"--service-account-private-key-file=" + filepath.Join(pki, "sa.key"),
		"--root-ca-file=" + filepath.Join(pki, "ca.crt"),
		"--cluster-signing-cert-file=" + filepath.Join(pki, "ca.crt"),
		"--cluster-signing-key-file=" + filepath.Join(pki, "ca.key"),
		"--controller-start-interval=0s", "--use-service-account-credentials=false",
		"--kube-api-qps=500", "--kube-api-burst=1000",
	})
	if err != nil {
		return err
	}
	configz.Delete(kcm.ConfigzName)
	cfg, err := o.Config(ctx, known, off, alias)
	if err != nil {
		return err
	}
	go kcm.Run(ctx, cfg.Complete())
	return nil
}

// startScheduler starts the scheduler.
func startScheduler(ctx context.Context, kubeconfig string) error {
	o := scheduleroptions.NewOptions()
	err := parse(*o.Flags, []string{
		"--kubeconfig=" + kubeconfig, "--leader-elect=false", "--secure-port=0",
		"--kube-api-qps=500", "--kube-api-burst=1000", "--authentication-skip-lookup",
	})
	if err != nil {
		return err
	}
	// The controller manager has registered the same name in this process.
	configz.Delete("componentconfig")
	cc, sched, err := scheduler.Setup(ctx, o)
	if err != nil {
		return err
	}
	go scheduler.Run(ctx, cc, sched)
	return nil
}

// parse sets flags as the command line of a component would.
func parse(sets flag.NamedFlagSets, args []string) error {
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, f := range sets.FlagSets {
		all.AddFlagSet(f)
	}
	return all.Parse(args)
}
