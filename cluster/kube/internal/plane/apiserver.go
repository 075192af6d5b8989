package plane

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/apiserver/pkg/admission/plugin/policy/generic"
	"k8s.io/apiserver/pkg/util/compatibility"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	basecompatibility "k8s.io/component-base/compatibility"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// policyRefresh is how late admission policies may be noticed. A second, the
// default, is long enough for the policy of one page to refuse the next one.
const policyRefresh = 50 * time.Millisecond

// startAPIServer starts the API server and gives its URL, the informers that
// its admission and authorization read, and a channel for the error it ends with.
func startAPIServer(ctx context.Context, pki, etcd string) (server string, views informers.SharedInformerFactory, ended <-chan error, err error) {
	generic.SetPolicyRefreshIntervalForTests(policyRefresh)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, nil, err
	}
	done, err := apiserverOptions(ctx, ln, pki, etcd)
	if err != nil {
		return "", nil, nil, err
	}
	config, err := apiserver.NewConfig(done)
	if err != nil {
		return "", nil, nil, err
	}
	config.KubeAPIs.ControlPlane.Generic.DisabledPostStartHooks.Insert(slowHooks...)
	completed, err := config.Complete()
	if err != nil {
		return "", nil, nil, err
	}
	chain, err := apiserver.CreateServerChain(completed)
	if err != nil {
		return "", nil, nil, err
	}
	prepared, err := chain.PrepareRun()
	if err != nil {
		return "", nil, nil, err
	}
	errs := make(chan error, 1)
	go func() { errs <- prepared.Run(ctx) }()
	return "https://" + ln.Addr().String(), config.KubeAPIs.ControlPlane.VersionedInformers, errs, nil
}

// apiserverOptions gives options that are complete and valid.
func apiserverOptions(ctx context.Context, ln net.Listener, pki, etcd string) (options.CompletedOptions, error) {
	var none options.CompletedOptions
	s := options.NewServerRunOptions()
	registry, err := ownRegistry()
	if err != nil {
		return none, err
	}
	s.GenericServerRunOptions.ComponentGlobalsRegistry = registry
	flags := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	for _, f := range s.Flags().FlagSets {
		flags.AddFlagSet(f)
	}
	if err := flags.Parse(apiserverFlags(pki, etcd)); err != nil {
		return none, err
	}
	s.SecureServing.Listener, s.SecureServing.BindPort = ln, ln.Addr().(*net.TCPAddr).Port
	s.SecureServing.ExternalAddress = net.IPv4(127, 0, 0, 1)
	if err := registry.Set(); err != nil {
		return none, err
	}
	done, err := s.Complete(ctx)
	if err != nil {
		return none, fmt.Errorf("complete options: %w", err)
	}
	return done, errors.Join(done.Validate()...)
}

// ownRegistry makes a registry of versions and feature gates. The process-wide
// one may be set only once, and the controllers set it in the same process.
func ownRegistry() (basecompatibility.ComponentGlobalsRegistry, error) {
	gates := utilfeature.DefaultMutableFeatureGate.DeepCopy()
	registry := basecompatibility.NewComponentGlobalsRegistry()
	version := compatibility.DefaultBuildEffectiveVersion()
	return registry, registry.Register(basecompatibility.DefaultKubeComponent, version, gates)
}

func apiserverFlags(pki, etcd string) []string {
	file := func(name string) string { return filepath.Join(pki, name) }
	return []string{
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none", // it would write a lease every few seconds
		"--etcd-servers=" + etcd, "--etcd-prefix=/registry",
		"--etcd-compaction-interval=0", "--etcd-count-metric-poll-period=0",
		"--service-cluster-ip-range=10.96.0.0/16",
		"--authorization-mode=Node,RBAC", "--anonymous-auth=true",
		"--allow-privileged=true", "--profiling=false",
		"--enable-priority-and-fairness=false",
		"--client-ca-file=" + file("ca.crt"),
		"--tls-cert-file=" + file("server.crt"), "--tls-private-key-file=" + file("server.key"),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + file("sa.key"),
		"--service-account-signing-key-file=" + file("sa.key"),
		"--kubelet-certificate-authority=" + file("ca.crt"),
		"--kubelet-client-certificate=" + file("kubelet-client.crt"), "--kubelet-client-key=" + file("kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP",
		"--requestheader-client-ca-file=" + file("ca.crt"),
		"--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + file("front-proxy.crt"), "--proxy-client-key-file=" + file("front-proxy.key"),
		"--request-timeout=60s", "--shutdown-delay-duration=0s",
	}
}
