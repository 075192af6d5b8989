// Package simkubelet stands in for the kubelet of one node: it says that pods
// bound to the node run, that those of jobs have succeeded, and it answers logs,
// exec, attach and port-forward with a text that says it is simulated. It proves
// that objects flow and that commands are right, never what an application prints.
package simkubelet

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/component-base/version"
)

const (
	// Node is the name of the only node.
	Node = "node-1"

	hostIP  = "127.0.0.1"
	workers = 4
	retry   = 250 * time.Millisecond // for pods that wait for a config map or a secret
)

// kubelet keeps the pods of the node.
type kubelet struct {
	client kubernetes.Interface
	pods   corelisters.PodLister
	queue  workqueue.TypedDelayingInterface[string] // "namespace/name" of pods to look at
	ips    atomic.Uint32                            // pod addresses given away
}

// Start registers the node and serves it until ctx ends. The folder pki holds
// server.crt and server.key, which the API server trusts.
func Start(ctx context.Context, client kubernetes.Interface, pki string) error {
	k := &kubelet{client: client, queue: workqueue.NewTypedDelayingQueue[string]()}
	port, err := k.serve(ctx, pki)
	if err != nil {
		return fmt.Errorf("serve the kubelet: %w", err)
	}
	if err := k.register(ctx, port); err != nil {
		return fmt.Errorf("register the node: %w", err)
	}
	return k.watch(ctx)
}

// serve opens the kubelet's own API on a free port and gives the port.
func (k *kubelet) serve(ctx context.Context, pki string) (int, error) {
	ln, err := net.Listen("tcp", hostIP+":0")
	if err != nil {
		return 0, err
	}
	server := &http.Server{Handler: handler(), ErrorLog: log.New(io.Discard, "", 0)}
	go server.ServeTLS(ln, filepath.Join(pki, "server.crt"), filepath.Join(pki, "server.key"))
	context.AfterFunc(ctx, func() { server.Close() })
	return ln.Addr().(*net.TCPAddr).Port, nil
}

// register makes the node and says that it is ready.
func (k *kubelet) register(ctx context.Context, port int) error {
	nodes := k.client.CoreV1().Nodes()
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: Node, Labels: map[string]string{
			corev1.LabelHostname: Node, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
		}},
		Spec: corev1.NodeSpec{PodCIDR: "10.244.0.0/16", PodCIDRs: []string{"10.244.0.0/16"}},
	}
	if _, err := nodes.Create(ctx, node, metav1.CreateOptions{}); err != nil {
		return err
	}
	// Admission taints a new node as not ready, and no controller here takes that off.
	untaint := []byte(`{"spec":{"taints":null}}`)
	if _, err := nodes.Patch(ctx, Node, types.MergePatchType, untaint, metav1.PatchOptions{}); err != nil {
		return err
	}
	patch, err := json.Marshal(map[string]any{"status": nodeStatus(port)})
	if err != nil {
		return err
	}
	_, err = nodes.Patch(ctx, Node, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	return err
}

func nodeStatus(port int) corev1.NodeStatus {
	now := metav1.Now()
	room := corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse("64"), corev1.ResourceMemory: resource.MustParse("256Gi"),
		corev1.ResourcePods: resource.MustParse("1000"), corev1.ResourceEphemeralStorage: resource.MustParse("1Ti"),
	}
	return corev1.NodeStatus{
		Capacity: room, Allocatable: room,
		Conditions: []corev1.NodeCondition{{
			Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "KubeletReady",
			Message: "simulated", LastHeartbeatTime: now, LastTransitionTime: now,
		}},
		Addresses:       []corev1.NodeAddress{{Type: corev1.NodeInternalIP, Address: hostIP}, {Type: corev1.NodeHostName, Address: Node}},
		DaemonEndpoints: corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: int32(port)}},
		NodeInfo: corev1.NodeSystemInfo{
			KubeletVersion: version.Get().GitVersion, OSImage: "simulated", OperatingSystem: "linux",
			Architecture: "amd64", ContainerRuntimeVersion: "simulated://0", KernelVersion: "0",
		},
	}
}

// watch keeps the pods of the node until ctx ends. It returns when it knows
// them all.
func (k *kubelet) watch(ctx context.Context) error {
	ours := fields.OneTermEqualSelector("spec.nodeName", Node).String()
	factory := informers.NewSharedInformerFactoryWithOptions(k.client, 0,
		informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.FieldSelector = ours }))
	pods := factory.Core().V1().Pods()
	k.pods = pods.Lister()
	add := func(o any) {
		if key, err := cache.MetaNamespaceKeyFunc(o); err == nil {
			k.queue.Add(key)
		}
	}
	_, err := pods.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: add, UpdateFunc: func(_, o any) { add(o) },
	})
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), pods.Informer().HasSynced) {
		return ctx.Err()
	}
	context.AfterFunc(ctx, k.queue.ShutDown)
	for range workers {
		go k.work(ctx)
	}
	return nil
}

func (k *kubelet) work(ctx context.Context) {
	for {
		key, shutdown := k.queue.Get()
		if shutdown {
			return
		}
		k.look(ctx, key)
		k.queue.Done(key)
	}
}

// look brings one pod on by a step. An error is left: whatever changed the pod
// meanwhile brings it here again.
func (k *kubelet) look(ctx context.Context, key string) {
	ns, name, _ := cache.SplitMetaNamespaceKey(key)
	pod, err := k.pods.Pods(ns).Get(name)
	if err != nil {
		return // it has gone
	}
	if pod.DeletionTimestamp != nil {
		now := int64(0)
		k.client.CoreV1().Pods(ns).Delete(ctx, name, metav1.DeleteOptions{
			GracePeriodSeconds: &now, Preconditions: metav1.NewUIDPreconditions(string(pod.UID)),
		})
		return
	}
	status, changed := k.next(ctx, pod)
	if len(status.ContainerStatuses) > 0 && status.ContainerStatuses[0].State.Waiting != nil {
		k.queue.AddAfter(key, retry)
	}
	if !changed {
		return
	}
	// The UID keeps a late answer from a pod of the same name made since.
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": pod.UID}, "status": status})
	if err == nil {
		k.client.CoreV1().Pods(ns).Patch(ctx, name, types.MergePatchType, patch, metav1.PatchOptions{}, "status")
	}
}

// address gives a pod address that no other pod has.
func (k *kubelet) address(pod *corev1.Pod) string {
	if pod.Spec.HostNetwork {
		return hostIP
	}
	n := k.ips.Add(1)
	return fmt.Sprintf("10.244.%d.%d", n/250%256, n%250+1)
}
