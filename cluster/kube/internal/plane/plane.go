// Package plane runs a whole Kubernetes control plane inside this process: etcd,
// the API server, the controllers and the scheduler.
//
// There is no way to stop one but to end the process. Components that are
// cancelled while they start panic, and nothing that they would write on their
// way out is needed again.
package plane

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3client"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// startLimit is far above what a start takes on a busy machine (10 s).
const startLimit = 90 * time.Second

// A Plane is a running control plane.
type Plane struct {
	Kubeconfig string               // file, for the administrator
	PKI        string               // folder with server.crt and server.key
	Client     kubernetes.Interface // as the administrator, with no limit on its rate
	Store      *clientv3.Client     // the store under the API server
	Ended      <-chan error         // why the API server has ended

	views informers.SharedInformerFactory
}

// Start starts a control plane with its data in dir and returns when it serves
// and the controllers have made what a new cluster has. The path of the folder
// sockets must be short (some 80 bytes).
func Start(ctx context.Context, dir, sockets string) (*Plane, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	p := &Plane{Kubeconfig: filepath.Join(dir, "kubeconfig"), PKI: filepath.Join(dir, "pki")}
	if err := writePKI(p.PKI); err != nil {
		return nil, fmt.Errorf("write certificates: %w", err)
	}
	etcd, url, err := startEtcd(ctx, filepath.Join(dir, "etcd"), sockets)
	if err != nil {
		return nil, err
	}
	p.Store = v3client.New(etcd.Server)
	if err := p.serve(ctx, url); err != nil {
		return nil, fmt.Errorf("start the API server: %w", err)
	}
	// They outlive this call: the deadline of the start is not theirs.
	run := context.WithoutCancel(ctx)
	if err := startControllers(run, p.Kubeconfig, p.PKI); err != nil {
		return nil, fmt.Errorf("start the controllers: %w", err)
	}
	if err := startScheduler(run, p.Kubeconfig); err != nil {
		return nil, fmt.Errorf("start the scheduler: %w", err)
	}
	if err := p.poll(ctx, p.bootstrap); err != nil {
		return nil, err
	}
	return p, p.poll(ctx, p.furnished)
}

// serve starts the API server and waits until it is ready.
func (p *Plane) serve(ctx context.Context, etcd string) error {
	server, views, ended, err := startAPIServer(context.WithoutCancel(ctx), p.PKI, etcd)
	if err != nil {
		return err
	}
	p.views, p.Ended = views, ended
	if err := writeKubeconfig(p.Kubeconfig, p.PKI, server); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", p.Kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1
	if p.Client, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	return p.poll(ctx, p.ready)
}

// ready asks the API server whether it is.
func (p *Plane) ready(ctx context.Context) error {
	body, err := p.Client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
	if err != nil {
		return fmt.Errorf("not ready: %w: %s", err, strings.TrimSpace(string(body)))
	}
	return nil
}

// furnished says whether the namespaces have the objects that controllers put
// into each: without them the first pod of the first page would be refused.
func (p *Plane) furnished(ctx context.Context) error {
	for _, ns := range []string{"default", "kube-system"} {
		_, err := p.Client.CoreV1().ServiceAccounts(ns).Get(ctx, "default", metav1.GetOptions{})
		if err == nil {
			_, err = p.Client.CoreV1().ConfigMaps(ns).Get(ctx, "kube-root-ca.crt", metav1.GetOptions{})
		}
		if err != nil {
			return fmt.Errorf("namespace %s is not furnished: %w", ns, err)
		}
	}
	return nil
}

// attemptLimit is for one attempt during the start. The API server lets some
// requests that come too early wait for its own timeout, a minute.
const attemptLimit = 3 * time.Second

// poll calls f until it gives nil, the API server ends or ctx does.
func (p *Plane) poll(ctx context.Context, f func(context.Context) error) error {
	for {
		attempt, cancel := context.WithTimeout(ctx, attemptLimit)
		err := f(attempt)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case cause := <-p.Ended:
			return fmt.Errorf("the API server ended: %w", cause)
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
