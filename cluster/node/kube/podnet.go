package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/vishvananda/netlink"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Where podnet finds and leaves things; its DaemonSet mounts the folders.
const (
	kubeletConfig = "/etc/kubernetes/kubelet.conf"
	cniConfig     = "/etc/cni/net.d/10-podnet.conflist"
	tokenFile     = "/var/run/secrets/kubernetes.io/serviceaccount/token"
)

// routeProtocol marks our routes among others in the routing table.
const routeProtocol = 158

// nodesPoll is how often the nodes are looked at while they change nothing: a
// watch that has ended without a word costs no more than this.
const nodesPoll = 30 * time.Second

// podnet runs on every node, in the node's own network: it tells the container
// runtime which addresses its pods get, and how to reach the pods of the other
// nodes.
func podnet() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := runPodnet(ctx); err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "podnet:", err)
		return 1
	}
	return 0
}

func runPodnet(ctx context.Context) error {
	self := os.Getenv("NODE_NAME")
	pods, _, _ := strings.Cut(os.Getenv("POD_SUBNET"), ",") // IPv4 comes first
	client, err := podnetClient()
	if err != nil {
		return err
	}
	if err := masquerade(ctx, pods); err != nil {
		return err
	}
	routes := map[string]string{}
	for {
		if err := followNodes(ctx, client, self, routes); err != nil {
			fmt.Fprintln(os.Stderr, "podnet:", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

// podnetClient talks to the API server at the kubelet's address: that of the
// Service works only once kube-proxy does.
func podnetClient() (*kubernetes.Clientset, error) {
	kubelet, err := clientcmd.LoadFromFile(kubeletConfig)
	if err != nil {
		return nil, err
	}
	for _, c := range kubelet.Clusters {
		return kubernetes.NewForConfig(&rest.Config{
			Host:            c.Server,
			BearerTokenFile: tokenFile,
			TLSClientConfig: rest.TLSClientConfig{CAData: c.CertificateAuthorityData, CAFile: c.CertificateAuthority},
		})
	}
	return nil, fmt.Errorf("%s names no cluster", kubeletConfig)
}

// masquerade lets pods talk to what is beyond the pod network and has no route
// to it, which is this machine.
func masquerade(ctx context.Context, pods string) error {
	rules := fmt.Sprintf(`table ip podnet
delete table ip podnet
table ip podnet {
	chain postrouting {
		type nat hook postrouting priority srcnat; policy accept;
		ip saddr %[1]s ip daddr != %[1]s oifname "eth0" masquerade
	}
}
`, pods)
	cmd := exec.CommandContext(ctx, "nft", "-f", "-")
	cmd.Stdin = strings.NewReader(rules)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("nft: %w: %s", err, bytes.TrimSpace(out))
	}
	return nil
}

// followNodes applies the nodes as they are, and again whenever they change,
// until the watch ends.
func followNodes(ctx context.Context, client *kubernetes.Clientset, self string, routes map[string]string) error {
	list, err := client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	nodes := map[string]corev1.Node{}
	for _, n := range list.Items {
		nodes[n.Name] = n
	}
	if err := applyNodes(nodes, self, routes); err != nil {
		return err
	}
	seconds := int64(nodesPoll / time.Second)
	watch, err := client.CoreV1().Nodes().Watch(ctx, metav1.ListOptions{ResourceVersion: list.ResourceVersion, TimeoutSeconds: &seconds})
	if err != nil {
		return err
	}
	defer watch.Stop()
	for event := range watch.ResultChan() {
		n, ok := event.Object.(*corev1.Node)
		if !ok {
			return nil // an error of the watch: list again
		}
		if nodes[n.Name] = *n; event.Type == "DELETED" {
			delete(nodes, n.Name)
		}
		if err := applyNodes(nodes, self, routes); err != nil {
			return err
		}
	}
	return nil
}

// applyNodes writes the configuration for pods of this node and the routes to
// those of the others. Routes maps the pod networks to the nodes that our routes
// go to.
func applyNodes(nodes map[string]corev1.Node, self string, routes map[string]string) error {
	want := map[string]string{}
	for name, n := range nodes {
		switch {
		case n.Spec.PodCIDR == "":
		case name == self:
			if err := writeCNI(n.Spec.PodCIDR); err != nil {
				return err
			}
		default:
			if at := address(n); at != "" {
				want[n.Spec.PodCIDR] = at
			}
		}
	}
	for pods, at := range routes {
		if want[pods] != at {
			if err := route(netlink.RouteDel, pods, at); err != nil {
				return fmt.Errorf("remove the route to %s: %w", pods, err)
			}
			delete(routes, pods)
		}
	}
	for pods, at := range want {
		if routes[pods] != at {
			if err := route(netlink.RouteReplace, pods, at); err != nil {
				return fmt.Errorf("route %s by %s: %w", pods, at, err)
			}
			routes[pods] = at
		}
	}
	return nil
}

func address(n corev1.Node) string {
	for _, a := range n.Status.Addresses {
		if a.Type == corev1.NodeInternalIP {
			return a.Address
		}
	}
	return ""
}

func route(do func(*netlink.Route) error, pods, at string) error {
	_, dst, err := net.ParseCIDR(pods)
	if err != nil {
		return err
	}
	return do(&netlink.Route{Dst: dst, Gw: net.ParseIP(at), Protocol: routeProtocol})
}

// writeCNI writes the network configuration that the container runtime is
// waiting for, in one step. The same text is not written again.
func writeCNI(pods string) error {
	config := map[string]any{
		"cniVersion": "0.3.1",
		"name":       "podnet",
		"plugins": []any{
			map[string]any{"type": "ptp", "ipMasq": false, "ipam": map[string]any{
				"type":    "host-local",
				"dataDir": "/run/podnet",
				"routes":  []any{map[string]any{"dst": "0.0.0.0/0"}},
				"ranges":  []any{[]any{map[string]any{"subnet": pods}}},
			}},
			map[string]any{"type": "portmap", "capabilities": map[string]any{"portMappings": true}},
		},
	}
	text, err := json.MarshalIndent(config, "", "\t")
	if err != nil {
		return err
	}
	if old, err := os.ReadFile(cniConfig); err == nil && bytes.Equal(old, text) {
		return nil
	}
	temp := filepath.Join(filepath.Dir(cniConfig), ".podnet")
	if err := os.WriteFile(temp, text, 0o644); err != nil {
		return err
	}
	return os.Rename(temp, cniConfig)
}
