package manifest

import (
	"slices"
	"strings"
)

// ClientConfig reports whether a program reads the manifest and no API server
// serves its kind: a kind or kubeadm configuration, a kubeconfig. Extra names
// more of them, as "GROUP" or "GROUP KIND".
func ClientConfig(apiVersion, kind string, extra []string) bool {
	group, _, ok := strings.Cut(apiVersion, "/")
	if !ok {
		return apiVersion == "v1" && kind == "Config"
	}
	is := func(name string) bool { return name == group || name == group+" "+kind }
	return slices.ContainsFunc(clientGroups, is) || slices.ContainsFunc(extra, is)
}

var clientGroups = []string{
	"admission.config.k8s.io",
	"apiserver.config.k8s.io",
	"apiserver.k8s.io",
	"audit.k8s.io",
	"client.authentication.k8s.io",
	"componentconfig",
	"controlplane.config.k8s.io",
	"credentialprovider.kubelet.k8s.io",
	"eksctl.io",
	"eventratelimit.admission.k8s.io",
	"imagepolicy.k8s.io",
	"install.istio.io",
	"k3d.io",
	"kind.sigs.k8s.io",
	"kind.x-k8s.io",
	"kubeadm.k8s.io",
	"kubecontrollermanager.config.k8s.io",
	"kubelet.config.k8s.io",
	"kubeproxy.config.k8s.io",
	"kubescheduler.config.k8s.io",
	"kustomize.config.k8s.io",
	"pod-security.admission.config.k8s.io",
	"podnodeselector.admission.k8s.io",
	"resourcequota.admission.k8s.io",
	"skaffold",
	"webhookadmission.config.k8s.io",
}
